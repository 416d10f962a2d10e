/* Words that a reader selects in an article can be copied with their source, and with a link that leads to their place:
   a text fragment (https://wicg.github.io/scroll-to-text-fragment/), which other browsers take for the page's address. */

import { copy } from "./copying.js";

const prose = document.querySelector("[data-prose]");
const box = document.querySelector("[data-quote]");
const status = document.querySelector("[data-quote-status]");

const FEWEST_WORDS = 2;
/* A longer quotation is found by its first and its last words. */
const MAX_WHOLE_WORDS = 10;
const END_WORDS = 4;
const GAP_PIXELS = 8;
/* Under the handles by which a finger moves the ends of a selection. */
const HANDLES_PIXELS = 44;
const BLOCKS = "p, li, h2, h3, td, th, caption, blockquote";

let range = null;

function wordsOf(text) {
  return text.split(/\s+/).filter(Boolean);
}

/* The text of the block around NODE, up to or from a place in it. */
function beside(node, offset, before) {
  const block = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest(BLOCKS) ?? prose;
  const rest = document.createRange();
  rest.selectNodeContents(block);
  if (before) rest.setEnd(node, offset);
  else rest.setStart(node, offset);
  return rest.toString();
}

/* The selected words, those at the ends whole, with the words of the same block before and after them. */
function passage() {
  const before = beside(range.startContainer, range.startOffset, true);
  const after = beside(range.endContainer, range.endOffset, false);
  const selected = getSelection().toString();
  const cutStart = /^\s/.test(selected) ? "" : before.match(/\S*$/)[0];
  const cutEnd = /\s$/.test(selected) ? "" : after.match(/^\S*/)[0];
  return {
    words: wordsOf(cutStart + selected + cutEnd),
    before: wordsOf(before.slice(0, before.length - cutStart.length)),
    after: wordsOf(after.slice(cutEnd.length)),
  };
}

function encoded(words) {
  return encodeURIComponent(words.join(" ")).replaceAll("-", "%2D");
}

/* The fragment that leads to WORDS; with those beside them where the same stand elsewhere too. */
function fragment({ words, before, after }) {
  if (words.length > MAX_WHOLE_WORDS) return `${encoded(words.slice(0, END_WORDS))},${encoded(words.slice(-END_WORDS))}`;
  const text = wordsOf(prose.textContent).join(" ");
  const whole = words.join(" ");
  if (text.indexOf(whole) === text.lastIndexOf(whole)) return encoded(words);
  const prefix = before.length ? `${encoded(before.slice(-END_WORDS))}-,` : "";
  const suffix = after.length ? `,-${encoded(after.slice(0, END_WORDS))}` : "";
  return prefix + encoded(words) + suffix;
}

function hide() {
  range = null;
  box.hidden = true;
}

/* Under the end of the selection, within the column. */
function place() {
  const column = box.offsetParent.getBoundingClientRect();
  const lines = range.getClientRects();
  const last = lines[lines.length - 1];
  const gap = matchMedia("(pointer: coarse)").matches ? HANDLES_PIXELS : GAP_PIXELS;
  const rightToLeft = getComputedStyle(box).direction === "rtl";
  const start = rightToLeft ? column.right - last.right : last.left - column.left;
  box.style.insetBlockStart = `${last.bottom - column.top + gap}px`;
  box.style.insetInlineStart = `${Math.max(0, Math.min(start, column.width - box.offsetWidth))}px`;
}

function offer() {
  const selection = getSelection();
  const chosen = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
  const inside = chosen && prose.contains(chosen.commonAncestorContainer);
  if (!inside || wordsOf(selection.toString()).length < FEWEST_WORDS) {
    // The button itself takes the focus, and some browsers the selection with it.
    if (!box.contains(document.activeElement)) hide();
    return;
  }
  range = chosen.cloneRange();
  box.hidden = false;
  place();
}

if (navigator.clipboard) {
  let delay = 0;
  document.addEventListener("selectionchange", () => {
    clearTimeout(delay);
    delay = setTimeout(offer, 150);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
  // Pressing the button leaves the selection as it is.
  box.addEventListener("pointerdown", (event) => event.preventDefault());
  box.querySelector("[data-quote-copy]").addEventListener("click", () => {
    const found = passage();
    const url = `${box.dataset.quoteUrl}#:~:text=${fragment(found)}`;
    const quoted = box.dataset.quotePattern.replace("{words}", () => found.words.join(" ")).replace("{url}", () => url);
    hide();
    copy(quoted, status, status.dataset.quoteDone);
  });
}
