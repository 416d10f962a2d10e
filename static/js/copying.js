/* Copies words to the clipboard and says so. A button with `data-copy` copies what that holds, or the words of its group
   (`data-copy-words`); the group has a place to say it (`data-copy-status`), and what to say when the browser refuses
   (`data-copy-refused`). */

const SAID_MS = 4000;

/* Copy WORDS and say DONE in STATUS, a live region; or, where the browser refuses, what that has for it. */
export async function copy(words, status, done) {
  try {
    await navigator.clipboard.writeText(words);
    status.textContent = done;
  } catch {
    status.textContent = status.dataset.copyRefused;
  }
  setTimeout(() => { status.textContent = ""; }, SAID_MS);
}

function wordsFor(button, group) {
  return button.dataset.copy || group.querySelector("[data-copy-words]").textContent.trim().replace(/\s+/g, " ");
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const group = button.closest("[data-copy-group]");
  const status = group.querySelector("[data-copy-status]");
  // A page that is not safe from others on its way has no clipboard.
  if (!navigator.clipboard) button.hidden = true;
  button.addEventListener("click", () => copy(wordsFor(button, group), status, button.dataset.copyDone));
}
