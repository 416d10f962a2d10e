/* Tells the archive once that this page was read: when it has been in sight for ten seconds. Only the article is
   counted, and nothing of its reader kept. */

const SECONDS = 10;
const address = document.querySelector("[data-read]")?.dataset.read;
let left = SECONDS * 1000;
let since = 0;
let timer = 0;

function tell() {
  document.removeEventListener("visibilitychange", watch);
  navigator.sendBeacon(address);
}

function watch() {
  clearTimeout(timer);
  if (since) left -= performance.now() - since;
  since = 0;
  if (document.visibilityState !== "visible") return;
  since = performance.now();
  timer = setTimeout(tell, Math.max(0, left));
}

if (address && navigator.sendBeacon) {
  document.addEventListener("visibilitychange", watch);
  watch();
}
