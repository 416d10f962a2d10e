/* Reveals "copy the link" where the browser can copy, and "share" where it has a share sheet of its own. */

function revealCopy(share) {
  const button = share.querySelector("[data-share-copy]");
  const status = share.querySelector("[data-share-status]");
  if (!button || !navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(share.dataset.shareUrl);
    status.textContent = button.dataset.shareDone;
    setTimeout(() => { status.textContent = ""; }, 4000);
  });
}

function revealNative(share) {
  const button = share.querySelector("[data-share-native]");
  const page = { title: share.dataset.shareTitle, url: share.dataset.shareUrl };
  if (!button || !navigator.canShare?.(page)) return;
  button.hidden = false;
  // Closing the share sheet rejects the promise: nothing went wrong.
  button.addEventListener("click", () => navigator.share(page).catch(() => {}));
}

for (const share of document.querySelectorAll("[data-share]")) {
  revealCopy(share);
  revealNative(share);
}
