/* Reveals "copy the citation" where the browser can copy. */

for (const button of document.querySelectorAll("[data-citation-copy]")) {
  const citation = button.closest("[data-citation]");
  const status = citation.querySelector("[data-citation-status]");
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const words = citation.querySelector("[data-citation-text]").textContent;
    await navigator.clipboard.writeText(words.trim().replace(/\s+/g, " "));
    status.textContent = button.dataset.citationDone;
    setTimeout(() => { status.textContent = ""; }, 4000);
  });
}
