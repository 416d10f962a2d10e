/* While an import is under way, its page is brought up to date in place; without scripts the browser loads it anew. */
const REFRESH_MILLISECONDS = 2000;

const run = () => document.querySelector(".import-run[data-progress]");

/* What the reader has opened, or stands on, stays as it is until the import is done with. */
const isUsed = (part) => part.contains(document.activeElement) || part.querySelector("details[open]");

function update(shown, fresh) {
  const parts = [...shown.querySelectorAll(".import-run__part")];
  const freshParts = [...fresh.querySelectorAll(".import-run__part")];
  if (!("progress" in fresh.dataset) || parts.length !== freshParts.length) {
    if ("progress" in fresh.dataset && isUsed(shown)) return;
    shown.replaceWith(document.adoptNode(fresh));
    return;
  }
  parts.forEach((part, place) => {
    if (!isUsed(part)) part.replaceWith(document.adoptNode(freshParts[place]));
  });
}

async function refresh() {
  const response = await fetch(run().dataset.progress).catch(() => null);
  if (response?.ok && !response.redirected && run()) {
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector(".import-run");
    if (fresh) update(run(), fresh);
  }
  if (run()) setTimeout(refresh, REFRESH_MILLISECONDS);
}

if (run()) setTimeout(refresh, REFRESH_MILLISECONDS);
