/* Closes the announcement without leaving the page; the server remembers, by the same form it works by without us. */

for (const form of document.querySelectorAll("[data-banner-dismiss]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" }).catch(() => {});
    form.closest("[data-banner]").remove();
    document.getElementById("main").focus({ preventScroll: true });
  });
}
