/* While an import is under way, its page is brought up to date in place; without scripts the browser loads it anew. */
const REFRESH_MILLISECONDS = 2000;

const shown = () => document.querySelector(".import-run");

async function refresh() {
  const response = await fetch(location.href).catch(() => null);
  if (response?.ok && !response.redirected) {
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector(".import-run");
    /* What is open or has the focus stays as it is until the import is done with. */
    const used = shown().querySelector("details[open]") || shown().contains(document.activeElement);
    if (fresh && !(used && "active" in fresh.dataset)) shown().replaceWith(document.adoptNode(fresh));
  }
  if (shown() && "active" in shown().dataset) setTimeout(refresh, REFRESH_MILLISECONDS);
}

if (shown() && "active" in shown().dataset) setTimeout(refresh, REFRESH_MILLISECONDS);
