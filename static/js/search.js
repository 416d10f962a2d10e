/* The search page changes in place: htmx asks for what a filter, an order or a page leads to, which is an address like any
   other, and puts that page's main part in the place of this one's (templates/archive/search.html says by which links).
   Here is what is the reader's: the focus stays, or goes to what was found; the number is said; and whatever goes wrong,
   the link leads where it would have led. */

const PAGE = "search-page";
/* What stands around the main part and has the search's address in it: for machines, on paper, and in the forms that
   lead back. */
const AROUND = ['link[rel="canonical"]', 'link[rel="alternate"]', 'meta[property^="og:"]', ".print-record", '[name="next"]'];
const said = document.querySelector("[data-search-said]");
let answer, asking;

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
  answer = new DOMParser().parseFromString(detail.xhr.responseText, "text/html");
});

// A word that is said twice is heard once, unless there was nothing between.
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  said.textContent = "";
  asking = detail.elt.id;
});

// What is being typed is not to be lost to an answer that comes now.
document.addEventListener("input", ({ target }) => {
  if (target.closest(`#${PAGE}`)) htmx.trigger(`#${PAGE}`, "htmx:abort");
});

function renewAround() {
  for (const selector of AROUND) {
    const renewed = [...answer.querySelectorAll(selector)];
    for (const old of document.querySelectorAll(selector)) {
      const one = renewed.shift();
      if (one) old.replaceWith(one);
      else old.remove();
    }
    document.head.append(...renewed.filter((one) => one.matches("link, meta")));
  }
}

document.addEventListener("htmx:afterSettle", () => {
  const told = document.querySelectorAll("[data-search-tells]");
  said.textContent = [...told].map((one) => one.textContent.trim().replace(/\s+/g, " ")).join(" ");
  renewAround();
  // What had the focus may be gone, or be folded away with the filters of a narrow page; and Safari gives none to a link
  // that is pressed, but to what it stands in.
  if (document.activeElement.matches(":not(body, [tabindex='-1'])")) return;
  const again = document.getElementById(asking);
  if (asking && again?.checkVisibility()) {
    again.focus({ preventScroll: true });
    return;
  }
  const results = document.getElementById("search-results") ?? document.getElementById("main");
  results.focus({ preventScroll: true });
  const { top } = results.getBoundingClientRect();
  if (top < 0 || top > innerHeight) results.scrollIntoView({ behavior: "instant" });
});

/* A new window is the browser's to open: htmx leaves it only some of the clicks that ask for one. */
document.addEventListener("click", (event) => {
  if ((event.shiftKey || event.altKey) && event.target.closest("a")) event.stopPropagation();
}, true);
