/* Reveals the device's own way to share a page, where it has one. */

for (const button of document.querySelectorAll("[data-share-url]")) {
  const page = { title: button.dataset.shareTitle, url: button.dataset.shareUrl };
  button.hidden = !navigator.canShare?.(page);
  // Closing the share sheet rejects the promise: nothing went wrong.
  button.addEventListener("click", () => navigator.share(page).catch(() => {}));
}
