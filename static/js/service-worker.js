/* Articles without a connection: those that were opened lately, and those that the reader saved. The network is asked
   first, always; what comes from the device says so, of when it is, and why. Only pages named here are ever kept: nothing
   of the admin, of whoever is signed in, of the API, a search or a form.

   `RELEASE` is written by archive/views/offline.py before this file is read: {version, shell, offline, saved, statics,
   media, closed, patience}. The version is of the shell's own addresses, so that a new release of the site is a new worker. */

const { RELEASE } = self;
const SHELL = `sijill-shell-${RELEASE.version}`;
const SAVED = "sijill-saved";
const OPENED = "sijill-opened";
const PICTURES = "sijill-pictures";
const MAX_OPENED = 40;
const MAX_PICTURES = 80;
const KEPT_AT = "X-Kept-At";

const ARTICLE = /^\/article\/(\d+)\/(?:[^/]+\/)?$/;
const PREVIEW = /^\/article\/\d+\/preview\//;
const HASH = /\.[0-9a-f]{12}(?=\.\w+$)/;
const SIZE = /^(.*\/)sizes\/(.*)\.\d+\.\w+$/;
const ENTRY = /<script type="application\/json" data-shelf-entry>(.*?)<\/script>/s;
const LOOK = /data-look="([^"]*)"/;
const OF_ONE_READER = /private|no-store/;
const LATE = "late";
const IGNORE = { ignoreVary: true, ignoreSearch: true };

/* --- Its life --- */

/* The shell of a release is whole, or is not there: nothing is added to it later, and nothing taken out. */
async function install() {
  const paths = [...RELEASE.shell, RELEASE.offline, RELEASE.saved];
  // What may have changed under the same name is fetched past the browser's own cache.
  const requests = paths.map((path) => new Request(path, { cache: HASH.test(path) ? "default" : "reload" }));
  try {
    await (await caches.open(SHELL)).addAll(requests);
  } catch (error) {
    await caches.delete(SHELL);
    throw error;
  }
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

function isClosed(path) {
  return PREVIEW.test(path) || RELEASE.closed.some((closed) => path.startsWith(closed));
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || isClosed(url.pathname)) return;
  if (request.mode === "navigate") {
    event.respondWith(page(event, url));
    return;
  }
  // What a page of the staff is drawn with is left to it, whatever it is.
  if (request.referrer && isClosed(new URL(request.referrer).pathname)) return;
  if (url.pathname.startsWith(RELEASE.statics)) event.respondWith(asset(request, url.pathname));
  else if (url.pathname.startsWith(RELEASE.media)) event.respondWith(picture(event, url.pathname));
});

/* The name under which the page at PATH is kept: an article's without its words, which change; null for what is not. */
function keyOf(path) {
  if (isClosed(path)) return null;
  const article = ARTICLE.exec(path);
  if (article) return `/article/${article[1]}/`;
  return path === "/" ? path : null;
}

async function page(event, url) {
  // A search with the same path as a page is not that page.
  const key = url.search ? null : keyOf(url.pathname);
  const kept = key && (await keptPage(key));
  const answer = fetch(event.request);
  if (key) event.waitUntil(answer.then((response) => renew(key, response.clone())).catch(() => {}));
  let response;
  try {
    response = await (kept ? inTime(answer) : answer);
  } catch (error) {
    if (kept) return marked(kept, error.message === LATE ? LATE : "offline");
    const shell = await caches.open(SHELL);
    return (await shell.match(url.pathname === RELEASE.saved ? RELEASE.saved : RELEASE.offline, IGNORE)) ?? Response.error();
  }
  return kept && response.status >= 500 ? marked(kept, "failed") : response;
}

/* ANSWER, or an error where it takes longer than a reader waits who has a copy. */
function inTime(answer) {
  return new Promise((resolve, reject) => {
    const patience = setTimeout(() => reject(new Error(LATE)), RELEASE.patience);
    answer.then(resolve, reject).finally(() => clearTimeout(patience));
  });
}

/* A file of the shell whose name holds its digest never changes; any other is asked for. */
async function asset(request, path) {
  const shell = await caches.open(SHELL);
  const known = await shell.match(request, IGNORE);
  if (known && HASH.test(path)) return known;
  try {
    return await fetch(request);
  } catch (error) {
    // A page that was kept from an earlier release finds its style and scripts in this one.
    const found = known ?? (await like(path, [shell], (one) => one.replace(HASH, "")));
    if (found) return found;
    throw error;
  }
}

async function picture(event, path) {
  const { request } = event;
  const known = await caches.match(request, IGNORE);
  if (known) return known;
  try {
    const response = await fetch(request);
    // The reader does not wait for its being kept, nor learn of a device that is full.
    if (response.status === 200) event.waitUntil(keepPicture(request, response.clone()).catch(() => {}));
    return response;
  } catch (error) {
    // Another size of the same picture is better than none.
    const stores = await Promise.all([SAVED, PICTURES].map((name) => caches.open(name)));
    const found = await like(path, stores, (one) => one.replace(SIZE, "$1$2"));
    if (found) return found;
    throw error;
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

/* Is RESPONSE the page named KEY? It may have been found under the words that its address has now. */
function isPage(response, key) {
  const isHtml = response.headers.get("Content-Type")?.startsWith("text/html");
  return response.ok && response.type === "basic" && isHtml && keyOf(new URL(response.url).pathname) === key;
}

/* Take RESPONSE for the page named KEY: a copy of it is kept, and what is gone from the site goes from here. */
async function renew(key, response) {
  if (response.status === 404 || response.status === 410) {
    await Promise.all([OPENED, SAVED].map((name) => drop(name, key)));
    return;
  }
  if (!isPage(response, key) || OF_ONE_READER.test(response.headers.get("Cache-Control"))) return;
  const copy = await dated(response);
  const saved = await caches.open(SAVED);
  if (await saved.match(key, IGNORE)) await saved.put(key, copy);
  else await putOpened(key, copy);
}

async function putOpened(key, copy) {
  await (await caches.open(OPENED)).put(key, copy);
  await trim(OPENED, MAX_OPENED);
}

async function keepPicture(request, response) {
  await (await caches.open(PICTURES)).put(request, response);
  await trim(PICTURES, MAX_PICTURES);
}

async function keepShown(url) {
  const response = await fetch(url);
  if (response.status === 200 && new URL(url).pathname.startsWith(RELEASE.media)) await keepPicture(url, response);
}

/* RESPONSE as it is kept: with its policy, and the time. Its body is unpacked by now. */
async function dated(response) {
  const headers = new Headers(response.headers);
  headers.set(KEPT_AT, new Date().toISOString());
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
  return new Response(await response.text(), { headers });
}

/* A kept page as it is shown: the notice that every page has hidden tells what it is, and WHY it is shown ("offline",
   "late", "failed"). offline.js puts the time into words. */
async function marked(response, why) {
  const at = response.headers.get(KEPT_AT);
  const html = await response.text();
  const shown = html
    .replace("data-kept hidden", "data-kept")
    .replace("<span data-kept-at></span>", `<time data-kept-at datetime="${at}">${at.slice(0, 10)}</time>`)
    .replace(`data-kept-why="${why}" hidden`, `data-kept-why="${why}"`);
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

/* Keep the page at PATH with its PICTURES; return "kept", or why it was not: "full", "unreachable". */
async function keep({ keep: path, pictures = [] }) {
  const copy = await newestCopy(keyOf(path), path);
  if (!copy) return "unreachable";
  const saved = await caches.open(SAVED);
  try {
    await saved.put(keyOf(path), copy);
  } catch (error) {
    if (error.name !== "QuotaExceededError") throw error;
    return "full";
  }
  await drop(OPENED, keyOf(path));
  await Promise.all(pictures.map((url) => keepForSaved(saved, url).catch(() => {})));
  return "kept";
}

/* The page named KEY from the site; where that cannot give it now, as it was kept when it was opened. */
async function newestCopy(key, path) {
  const response = key && (await fetch(path).catch(() => null));
  if (response && isPage(response, key)) return dated(response);
  return key && (!response || response.status >= 500) ? keptPage(key) : null;
}

async function keepForSaved(saved, url) {
  const known = await caches.match(url, IGNORE);
  if (known) await saved.put(url, known);
  else await saved.add(url);
}

/* A page that is no longer saved is one of those opened, and its pictures go, but for those of others that are saved. */
async function forget({ forget: path }) {
  const key = keyOf(path);
  const response = await drop(SAVED, key);
  if (!response) return false;
  await putOpened(key, response);
  const saved = await caches.open(SAVED);
  const requests = await saved.keys();
  const isPicture = (request) => new URL(request.url).pathname.startsWith(RELEASE.media);
  const pages = await Promise.all(requests.filter((one) => !isPicture(one)).map((one) => saved.match(one).then((page) => page.text())));
  const unused = requests.filter((one) => isPicture(one) && !pages.some((html) => html.includes(new URL(one.url).pathname)));
  await Promise.all(unused.map((one) => saved.delete(one)));
  return true;
}

/* The articles that can be read without a connection: what shelf.js keeps of each, when it came, and whether it stays.
   Those that were only opened are among them where the reader wants reading to be remembered. */
async function list({ history }) {
  const found = [];
  for (const name of history ? [SAVED, OPENED] : [SAVED]) {
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

/* Let go of what was only opened: of the page at one path, or of all with their pictures. */
async function close({ close: path }) {
  if (path !== true) await drop(OPENED, keyOf(path));
  else await Promise.all([OPENED, PICTURES].map((name) => caches.delete(name)));
  return true;
}

/* Keep the page at PATH, which was there before the worker, with the PICTURES that it has shown. */
async function opened({ opened: path, pictures = [] }) {
  const key = keyOf(path);
  await Promise.all(pictures.map((url) => keepShown(url).catch(() => {})));
  if (key && !(await keptPage(key))) await renew(key, await fetch(path));
  return true;
}

/* The pages of the shell are in the reader's language and by the reader's settings: where these have changed, fetched anew. */
async function look({ look: wanted }) {
  const shell = await caches.open(SHELL);
  for (const path of [RELEASE.offline, RELEASE.saved]) {
    const known = await shell.match(path, IGNORE);
    if (!known || LOOK.exec(await known.text())?.[1] === wanted) continue;
    const response = await fetch(path, { cache: "reload" });
    if (response.ok) await shell.put(path, response);
  }
  return true;
}

const ANSWERS = { keep, forget, opened, close, list, clear, look };

self.addEventListener("message", (event) => {
  const name = Object.keys(ANSWERS).find((one) => event.data[one]);
  const told = name ? ANSWERS[name](event.data).catch(() => null) : Promise.resolve(null);
  event.waitUntil(told.then((result) => event.ports[0]?.postMessage(result)));
});
