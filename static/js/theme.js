/* The appearance switch in the footer: applies the choice at once, and lets the server keep it.
   Without this module the same form is sent as usual and the page comes back in its new colours. */

const form = document.querySelector("[data-theme-switch]");

function show(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  for (const button of form.querySelectorAll("button[name=theme]")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
}

form?.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button) return;
  event.preventDefault();
  const answer = new FormData(form);
  answer.set(button.name, button.value);
  show(button.value);
  // The answer is a redirect back here, which nobody needs to follow.
  fetch(form.action, { method: "POST", body: answer, redirect: "manual" }).catch(() => form.submit());
});
