/* Lets the service worker keep what is read, for times without a connection, and puts into words when a copy that it gave
   out is of. The first page it did not see: it is told; and how pages look for this reader, so that its own look so. */

import { shownMoment } from "./words.js";

const notice = document.querySelector("[data-kept]");
const time = notice.querySelector("[data-kept-at]");

if (time.dateTime) time.textContent = shownMoment(time.dateTime);

function shownPictures() {
  return [...document.images].filter((image) => image.naturalWidth).map((image) => image.currentSrc);
}

async function begin() {
  const controlled = navigator.serviceWorker.controller;
  try {
    await navigator.serviceWorker.register(notice.dataset.worker);
  } catch {
    // Private windows and full disks refuse. Whoever saves an article is told that there is no copy of it.
    return;
  }
  const { active } = await navigator.serviceWorker.ready;
  if (!controlled) active.postMessage({ opened: location.pathname, pictures: shownPictures() });
  // A copy may be of a time with other settings.
  if (notice.hidden) active.postMessage({ look: notice.dataset.look });
}

if (navigator.serviceWorker) {
  // What the reader waits for comes first.
  if (document.readyState === "complete") begin();
  else window.addEventListener("load", begin);
}
