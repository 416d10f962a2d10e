/* From an article to the one before or after it, by the arrow keys or by a finger drawn across the page, as pages are
   turned: in Arabic the previous one lies at the right. A left-to-right composition turns both round. */

const links = {
  previous: document.querySelector("[data-key-previous]"),
  next: document.querySelector("[data-key-next]"),
};

const MIN_SWIPE_PIXELS = 72;
/* So much longer across than along, or it is a scroll. */
const MIN_SLANT = 2;
const MAX_SWIPE_MS = 800;
/* The system goes back and forward from the edges of the screen. */
const EDGE_PIXELS = 28;

/* The link to what lies at a SIDE of the page, "left" or "right". */
function linkTowards(side) {
  const some = links.previous ?? links.next;
  if (!some) return null;
  const rightToLeft = getComputedStyle(some.parentElement).direction === "rtl";
  return (side === "right") === rightToLeft ? links.previous : links.next;
}

function isTyping(element) {
  return element.isContentEditable || Boolean(element.closest("input, textarea, select, [role=textbox]"));
}

/* A table scrolling in its own box needs the arrows for itself. */
function scrollsSideways(element) {
  const box = element.closest("[tabindex]");
  return Boolean(box && box.scrollWidth > box.clientWidth && box.id !== "main");
}

/* With caret browsing (F7) the arrows are the caret's. Nothing tells that it is on but that a key moves the caret: a click,
   and in some browsers the focus, put one there always. */
let caretMoves = false;

/* Open LINK unless the key that was pressed just now moves the caret of SELECTION. */
function openUnlessCaretMoves(link, selection) {
  const { focusNode, focusOffset } = selection;
  setTimeout(() => {
    caretMoves ||= selection.focusNode !== focusNode || selection.focusOffset !== focusOffset;
    if (!caretMoves) location.assign(link.href);
  });
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.repeat) return;
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
  if (isTyping(event.target) || scrollsSideways(event.target)) return;
  const selection = getSelection();
  if (!selection.isCollapsed) return;
  const link = linkTowards(event.key === "ArrowRight" ? "right" : "left");
  if (link) openUnlessCaretMoves(link, selection);
});

/* --- By a finger --- */

/* Is there anything around ELEMENT that a finger moves sideways by itself? */
function movesSideways(element) {
  for (let box = element; box && box !== document.body; box = box.parentElement) {
    if (box.scrollWidth > box.clientWidth && !["visible", "clip"].includes(getComputedStyle(box).overflowX)) return true;
  }
  return false;
}

/* Says under the finger what letting go will open; nothing on the page moves. */
const hint = document.createElement("p");
hint.className = "turning-hint";
hint.setAttribute("aria-hidden", "true");
hint.hidden = true;

let start = null;

function forget() {
  start = null;
  hint.hidden = true;
}

function begin(event) {
  forget();
  if (event.touches.length !== 1) return;
  const [touch] = event.touches;
  const zoomed = (window.visualViewport?.scale ?? 1) > 1.01;
  const atEdge = touch.clientX < EDGE_PIXELS || touch.clientX > innerWidth - EDGE_PIXELS;
  const busy = !getSelection().isCollapsed || isTyping(event.target) || movesSideways(event.target);
  if (!zoomed && !atEdge && !busy) start = { x: touch.clientX, y: touch.clientY, at: event.timeStamp };
}

/* What a finger that is now at TOUCH has asked for: a link, null where it has not yet, or undefined for a scroll. */
function wanted(touch, at) {
  const across = touch.clientX - start.x;
  const along = Math.abs(touch.clientY - start.y);
  if (at - start.at > MAX_SWIPE_MS || along * MIN_SLANT > Math.max(Math.abs(across), MIN_SWIPE_PIXELS)) return undefined;
  if (Math.abs(across) < MIN_SWIPE_PIXELS) return null;
  // What comes in lies at the side that the finger comes from.
  return linkTowards(across > 0 ? "left" : "right");
}

function follow(event) {
  if (!start) return;
  const link = wanted(event.touches[0], event.timeStamp);
  if (link === undefined) {
    forget();
    return;
  }
  hint.hidden = !link;
  if (link && hint.dataset.for !== link.href) {
    hint.dataset.for = link.href;
    hint.dir = getComputedStyle(link).direction;
    hint.replaceChildren(...[...link.children].map((child) => child.cloneNode(true)));
  }
}

function end(event) {
  const link = start && wanted(event.changedTouches[0], event.timeStamp);
  forget();
  if (link && getSelection().isCollapsed) location.assign(link.href);
}

if (links.previous || links.next) {
  document.body.append(hint);
  // Passive: the browser never waits for us to scroll.
  document.addEventListener("touchstart", begin, { passive: true });
  document.addEventListener("touchmove", follow, { passive: true });
  document.addEventListener("touchend", end, { passive: true });
  document.addEventListener("touchcancel", forget, { passive: true });
}
