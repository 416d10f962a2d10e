/* Articles without a connection: those that were opened lately, and those that the reader saved. The network is asked
   first, always; what comes from the device says so, and of when it is. Only pages named here are ever kept: nothing of
   the admin, the API, a search or a form.

   `RELEASE` is written by archive/views/offline.py before this file is read: {version, shell, offline, saved, statics,
   media, closed, patience}. The version is of the shell's own addresses, so that a new release of the site is a new worker. */

const { RELEASE } = self;
const SHELL = `sijill-shell-${RELEASE.version}`;
const SAVED = "sijill-saved";
const OPENED = "sijill-opened";
const PICTURES = "sijill-pictures";
const MAX_OPENED = 40;
const MAX_PICTURES = 80;
const MAX_SHELL = 120;
const KEPT_AT = "X-Kept-At";

const ARTICLE = /^\/article\/(\d+)\/(?!preview\/)(?:[^/]+\/)?$/;
const HASH = /\.[0-9a-f]{12}(?=\.\w+$)/;
const SIZE = /^(.*\/)sizes\/(.*)\.\d+\.\w+$/;
const ENTRY = /<script type="application\/json" data-shelf-entry>(.*?)<\/script>/s;
const IGNORE = { ignoreVary: true, ignoreSearch: true };

/* --- Its life --- */

async function install() {
  const shell = await caches.open(SHELL);
  await shell.addAll(RELEASE.shell);
  // The pages of the shell are renewed past the browser's own cache.
  await shell.addAll([RELEASE.offline, RELEASE.saved].map((path) => new Request(path, { cache: "reload" })));
  await self.skipWaiting();
}

async function activate() {
  const old = (await caches.keys()).filter((name) => name.startsWith("sijill-shell-") && name !== SHELL);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));

/* --- What is asked for --- */

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (!RELEASE.closed.some((path) => url.pathname.startsWith(path))) event.respondWith(page(event, url.pathname));
  } else if (url.pathname.startsWith(RELEASE.statics)) event.respondWith(asset(request, url.pathname));
  else if (url.pathname.startsWith(RELEASE.media)) event.respondWith(picture(request, url.pathname));
});

/* The name under which the page at PATH is kept: an article's without its words, which change; null for what is not. */
function keyOf(path) {
  const article = ARTICLE.exec(path);
  if (article) return `/article/${article[1]}/`;
  return path === "/" ? path : null;
}

async function page(event, path) {
  const key = keyOf(path);
  const kept = key && (await keptPage(key));
  const answer = fetch(event.request);
  // A search with the same path as a page is not that page.
  if (key && !new URL(event.request.url).search) event.waitUntil(answer.then((response) => renew(key, response.clone()), () => {}));
  try {
    return await (kept ? inTime(answer) : answer);
  } catch {
    if (kept) return marked(kept);
    const shell = await caches.open(SHELL);
    return (await shell.match(path === RELEASE.saved ? RELEASE.saved : RELEASE.offline, IGNORE)) ?? Response.error();
  }
}

/* ANSWER, or an error where it takes longer than a reader waits who has a copy. */
function inTime(answer) {
  return new Promise((resolve, reject) => {
    const patience = setTimeout(() => reject(new Error("late")), RELEASE.patience);
    answer.then(resolve, reject).finally(() => clearTimeout(patience));
  });
}

/* A file whose name holds its digest never changes; any other is asked for. */
async function asset(request, path) {
  const shell = await caches.open(SHELL);
  const known = await shell.match(request, IGNORE);
  if (known && HASH.test(path)) return known;
  try {
    const response = await fetch(request);
    if (response.ok) {
      await shell.put(request, response.clone());
      await trim(SHELL, MAX_SHELL);
    }
    return response;
  } catch (error) {
    if (known) return known;
    // A page that was kept from an earlier release finds its style and scripts in this one.
    const found = await like(path, [shell], (one) => one.replace(HASH, ""));
    if (!found) throw error;
    return found;
  }
}

async function picture(request, path) {
  const known = await caches.match(request, IGNORE);
  if (known) return known;
  const pictures = await caches.open(PICTURES);
  try {
    const response = await fetch(request);
    if (response.status === 200) {
      await pictures.put(request, response.clone());
      await trim(PICTURES, MAX_PICTURES);
    }
    return response;
  } catch (error) {
    // Another size of the same picture is better than none.
    const found = await like(path, [await caches.open(SAVED), pictures], (one) => one.replace(SIZE, "$1$2"));
    if (!found) throw error;
    return found;
  }
}

/* What one of STORES has under a name that comes to the same as PATH, as SAME reads names. */
async function like(path, stores, same) {
  for (const store of stores) {
    const found = (await store.keys()).find((one) => same(new URL(one.url).pathname) === same(path));
    if (found) return store.match(found, IGNORE);
  }
  return null;
}

/* --- Keeping --- */

async function keptPage(key) {
  for (const name of [SAVED, OPENED]) {
    const response = await (await caches.open(name)).match(key, IGNORE);
    if (response) return response;
  }
  return null;
}

/* Take RESPONSE for the page named KEY: a copy of it is kept, and what is gone from the site goes from here. */
async function renew(key, response) {
  if (response.status === 404 || response.status === 410) {
    await Promise.all([OPENED, SAVED].map((name) => drop(name, key)));
    return;
  }
  const isPage = response.headers.get("Content-Type")?.startsWith("text/html");
  if (!response.ok || response.type !== "basic" || response.redirected || !isPage) return;
  const copy = await dated(response);
  const saved = await caches.open(SAVED);
  if (await saved.match(key, IGNORE)) await saved.put(key, copy);
  else {
    await (await caches.open(OPENED)).put(key, copy);
    await trim(OPENED, MAX_OPENED);
  }
}

/* RESPONSE as it is kept: with its policy, and the time. Its body is unpacked by now. */
async function dated(response) {
  const headers = new Headers(response.headers);
  headers.set(KEPT_AT, new Date().toISOString());
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
  return new Response(await response.text(), { headers });
}

/* A kept page as it is shown: the notice that every page has hidden tells what it is. */
async function marked(response) {
  const at = response.headers.get(KEPT_AT);
  const html = await response.text();
  const arabic = /<html lang="ar"/.test(html);
  const words = new Intl.DateTimeFormat(arabic ? "ar-LB-u-nu-arab" : "en-GB", { dateStyle: "long", timeStyle: "short" });
  const shown = html
    .replace("data-kept hidden", "data-kept")
    .replace("<time data-kept-at></time>", `<time datetime="${at}">${words.format(new Date(at))}</time>`);
  return new Response(shown, { headers: response.headers });
}

async function drop(name, key) {
  const cache = await caches.open(name);
  const response = await cache.match(key, IGNORE);
  await cache.delete(key, IGNORE);
  return response;
}

async function trim(name, most) {
  const cache = await caches.open(name);
  const requests = await cache.keys();
  // In the order in which they came: a page that is opened again comes again.
  for (const request of requests.slice(0, Math.max(0, requests.length - most))) await cache.delete(request);
}

/* --- What pages ask (static/js/shelf.js) --- */

async function keep({ keep: path, pictures = [] }) {
  const key = keyOf(path);
  const response = await fetch(path);
  if (!key || !response.ok || response.redirected) return false;
  const saved = await caches.open(SAVED);
  await saved.put(key, await dated(response));
  await drop(OPENED, key);
  await Promise.all(pictures.map((url) => saved.add(url).catch(() => {})));
  return true;
}

/* A page that is no longer saved is one of those opened, and its pictures go. */
async function forget({ forget: path }) {
  const key = keyOf(path);
  const response = await drop(SAVED, key);
  if (!response) return false;
  const html = await response.clone().text();
  const saved = await caches.open(SAVED);
  for (const request of await saved.keys()) {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith(RELEASE.media) && html.includes(pathname)) await saved.delete(request);
  }
  await (await caches.open(OPENED)).put(key, response);
  await trim(OPENED, MAX_OPENED);
  return true;
}

/* The articles that can be read without a connection: what shelf.js keeps of each, when it came, and whether it stays. */
async function list() {
  const found = [];
  for (const name of [SAVED, OPENED]) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const response = await cache.match(request, IGNORE);
      const entry = keyOf(new URL(request.url).pathname) && ENTRY.exec(await response.text());
      if (entry) found.push({ ...JSON.parse(entry[1]), at: response.headers.get(KEPT_AT), saved: name === SAVED });
    }
  }
  return found.sort((one, other) => other.at.localeCompare(one.at));
}

async function clear() {
  await Promise.all([SAVED, OPENED, PICTURES].map((name) => caches.delete(name)));
  return true;
}

async function opened({ opened: path }) {
  const key = keyOf(path);
  if (key && !(await keptPage(key))) await renew(key, await fetch(path));
  return true;
}

async function answer(question) {
  if (question.keep) return keep(question);
  if (question.forget) return forget(question);
  if (question.opened) return opened(question);
  if (question.list) return list();
  return question.clear ? clear() : null;
}

self.addEventListener("message", (event) => {
  const told = answer(event.data).catch(() => null);
  event.waitUntil(told.then((result) => event.ports[0]?.postMessage(result)));
});
