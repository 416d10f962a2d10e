/* Renews the parts of a page whose figures change. While the page is seen the server is asked every few seconds, with the
   version that is shown, and says 304 while nothing is new; after errors it is asked less and less often. Parts that are
   the same stay as they are; of the others, what was open, scrolled or in focus is so again. */

const LONGEST_PAUSE_MS = 5 * 60 * 1000;
const PATIENCE_MS = 20 * 1000;
const NOTHING_NEW = [204, 304];

function remember(part) {
  const keyed = [...part.querySelectorAll("[data-live-key]")];
  const focused = document.activeElement?.closest("[data-live-key]");
  return {
    open: keyed.filter((element) => element.open).map((element) => element.dataset.liveKey),
    scrolled: keyed.map((element) => [element.dataset.liveKey, element.scrollTop, element.scrollLeft]),
    // A summary has the focus of the details that carry the key.
    focused: focused && part.contains(focused) ? focused.dataset.liveKey : null,
  };
}

function restore(part, before) {
  const find = (key) => part.querySelector(`[data-live-key="${CSS.escape(key)}"]`);
  for (const key of before.open) find(key)?.setAttribute("open", "");
  for (const [key, top, left] of before.scrolled) find(key)?.scrollTo({ top, left, behavior: "instant" });
  const focused = before.focused && find(before.focused);
  (focused?.querySelector(":scope > summary") ?? focused)?.focus({ preventScroll: true });
}

function follow(root) {
  const pauseMs = Number(root.dataset.liveSeconds) * 1000;
  const problem = root.querySelector("[data-live-problem]");
  // As the server sent them: other scripts may draw in them.
  const sent = new Map([...root.querySelectorAll("[data-live-part]")].map((part) => [part, part.innerHTML]));
  let version = root.dataset.liveVersion;
  let failures = 0;
  let isAsking = false;
  let timer;

  function renew(html) {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    for (const [part, former] of sent) {
      const found = fresh.querySelector(`[data-live-part="${part.dataset.livePart}"]`);
      if (!found || found.innerHTML === former) continue;
      sent.set(part, found.innerHTML);
      const before = remember(part);
      part.replaceChildren(...found.childNodes);
      restore(part, before);
    }
    root.dispatchEvent(new CustomEvent("live:renewed"));
  }

  async function ask() {
    if (isAsking || document.hidden) return;
    clearTimeout(timer);
    isAsking = true;
    try {
      const answer = await fetch(root.dataset.live, {
        headers: { "If-None-Match": `"${version}"` },
        cache: "no-store",
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      if (answer.status === 200) {
        renew(await answer.text());
        version = (answer.headers.get("ETag") ?? "").replace(/^W\/|"/g, "");
      } else if (!NOTHING_NEW.includes(answer.status)) {
        throw new Error(String(answer.status));
      }
      failures = 0;
    } catch {
      failures += 1;
    }
    isAsking = false;
    if (problem) problem.hidden = failures < 2;
    timer = setTimeout(ask, Math.min(pauseMs * 2 ** failures, LONGEST_PAUSE_MS));
  }

  timer = setTimeout(ask, pauseMs);
  // What is not seen is not asked for; who comes back sees at once what is new.
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : ask()));
}

for (const root of document.querySelectorAll("[data-live]")) follow(root);
