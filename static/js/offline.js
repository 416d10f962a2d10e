/* Lets the service worker keep what is read, for times without a connection. The first page it did not see: it is told. */

const notice = document.querySelector("[data-kept]");

async function begin() {
  const controlled = navigator.serviceWorker.controller;
  await navigator.serviceWorker.register(notice.dataset.worker);
  if (controlled) return;
  const { active } = await navigator.serviceWorker.ready;
  active.postMessage({ opened: location.pathname });
}

if (navigator.serviceWorker) {
  // What the reader waits for comes first.
  if (document.readyState === "complete") begin();
  else window.addEventListener("load", begin);
}
