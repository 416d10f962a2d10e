/* Arrow keys on an article: the one that points to "previous" on the page goes there. In Arabic previous is at the
   right; a left-to-right composition turns them round. */

const previous = document.querySelector("[data-key-previous]");
const next = document.querySelector("[data-key-next]");

function isTyping(element) {
  return element.isContentEditable || Boolean(element.closest("input, textarea, select, [role=textbox]"));
}

/* A table scrolling in its own box needs the arrows for itself. */
function scrollsSideways(element) {
  const box = element.closest("[tabindex]");
  return Boolean(box && box.scrollWidth > box.clientWidth && box.id !== "main");
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.repeat) return;
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
  if (isTyping(event.target) || scrollsSideways(event.target)) return;
  const link = previous ?? next;
  if (!link) return;
  const rightToLeft = getComputedStyle(link.parentElement).direction === "rtl";
  const target = (event.key === "ArrowRight") === rightToLeft ? previous : next;
  if (target) location.assign(target.href);
});
