/* The search page changes in place: htmx asks for what a filter, an order or a page leads to, which is an address like any
   other, and puts that page's main part in the place of this one's (templates/archive/search.html says by which links).
   Here is what is the reader's: the focus stays, or goes to what was found; the number is said; and whatever goes wrong,
   the link leads where it would have led. */

const PAGE = "search-page";
const said = document.querySelector("[data-search-said]");

function follow({ detail }) {
  location.assign(detail.pathInfo.finalRequestPath);
}

for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:swapError", "htmx:timeout"]) {
  document.addEventListener(failure, follow);
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  // Whatever its status, only this page can take its own place.
  detail.shouldSwap = detail.xhr.responseText.includes(`id="${PAGE}"`);
  detail.isError = !detail.shouldSwap;
  // The reader is there already.
  detail.pathInfo.anchor = "";
});

// A word that is said twice is heard once, unless there was nothing between.
document.addEventListener("htmx:beforeRequest", () => { said.textContent = ""; });

document.addEventListener("htmx:afterSettle", () => {
  const told = document.querySelectorAll("[data-search-tells]");
  said.textContent = [...told].map((one) => one.textContent.trim().replace(/\s+/g, " ")).join(" ");
  // What had the focus may be gone, or be folded away with the filters of a narrow page.
  if (document.activeElement !== document.body) return;
  const results = document.getElementById("search-results") ?? document.getElementById("main");
  results.focus({ preventScroll: true });
  const { top } = results.getBoundingClientRect();
  if (top < 0 || top > innerHeight) results.scrollIntoView({ behavior: "instant" });
});

/* A new window is the browser's to open: htmx leaves it only some of the clicks that ask for one. */
document.addEventListener("click", (event) => {
  if ((event.shiftKey || event.altKey) && event.target.closest("a")) event.stopPropagation();
}, true);
