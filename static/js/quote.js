/* Words that a reader selects in an article can be copied with their source, and with a link that leads to their place:
   a text fragment (https://wicg.github.io/scroll-to-text-fragment/), which other browsers take for the page's address. */

import { copy } from "./copying.js";
import { runsOf } from "./runs.js";

const main = document.getElementById("main");
const prose = document.querySelector("[data-prose]");
const box = document.querySelector("[data-quote]");
const status = document.querySelector("[data-quote-status]");

const FEWEST_WORDS = 2;
/* A longer quotation is found by its first and its last words; by so many, or more where they stand elsewhere too. */
const MAX_WHOLE_WORDS = 10;
const END_WORDS = 4;
const MAX_END_WORDS = 12;
const GAP_PIXELS = 8;
/* Under the handles by which a finger moves the ends of a selection. */
const HANDLES_PIXELS = 44;

let range = null;

function wordsOf(text) {
  return text.split(/\s+/).filter(Boolean);
}

/* Where the part of RUN that is in the range begins and ends in its text. */
function boundsIn(run) {
  let passed = 0;
  let start = null;
  let end = 0;
  for (const node of run.nodes) {
    if (range.intersectsNode(node)) {
      start ??= passed + (node === range.startContainer ? range.startOffset : 0);
      end = passed + (node === range.endContainer ? range.endOffset : node.length);
    }
    passed += node.length;
  }
  return [start ?? 0, end];
}

/* What is selected of RUN, the words at its ends whole, with the words of the same run before and after; or null. */
function partOf(run) {
  let [start, end] = boundsIn(run);
  const { text } = run;
  if (!text.slice(start, end).trim()) return null;
  while (start > 0 && /\S\S/.test(text.slice(start - 1, start + 1))) start -= 1;
  while (end < text.length && /\S\S/.test(text.slice(end - 1, end + 1))) end += 1;
  return {
    words: wordsOf(text.slice(start, end)),
    before: wordsOf(text.slice(0, start)),
    after: wordsOf(text.slice(end)),
  };
}

/* The selected words, a part for each paragraph or other block that they stand in. */
function passage() {
  return runsOf(prose).map(partOf).filter(Boolean);
}

function encoded(words) {
  return encodeURIComponent(words.join(" ")).replaceAll("-", "%2D");
}

/* The fragment that leads to PARTS; with the words beside them where those at its ends stand elsewhere too. */
function fragment(parts) {
  const text = wordsOf(main.innerText).join(" ");
  const isAlone = (words) => text.indexOf(words.join(" ")) === text.lastIndexOf(words.join(" "));
  /* The fewest of the lengths of an end by which CUT gives words that stand in one place; the most of them where none does. */
  const shortest = (cut, most) => {
    const lengths = Array.from({ length: MAX_END_WORDS }, (_, index) => index + 1);
    const possible = lengths.filter((length) => length >= Math.min(END_WORDS, most) && length <= most);
    return cut(possible.find((length) => isAlone(cut(length))) ?? possible.at(-1));
  };
  const [first, last] = [parts[0], parts.at(-1)];
  const isWhole = parts.length === 1 && first.words.length <= MAX_WHOLE_WORDS;
  // The ends of one paragraph must not overlap.
  const share = parts.length === 1 ? 2 : 1;
  const start = isWhole ? first.words : shortest((length) => first.words.slice(0, length), Math.floor(first.words.length / share));
  const end = shortest((length) => last.words.slice(-length), Math.max(1, Math.floor(last.words.length / share)));
  const prefix = !isAlone(start) && first.before.length ? `${encoded(first.before.slice(-END_WORDS))}-,` : "";
  const suffix = !isAlone(isWhole ? start : end) && last.after.length ? `,-${encoded(last.after.slice(0, END_WORDS))}` : "";
  return prefix + encoded(start) + (isWhole ? "" : `,${encoded(end)}`) + suffix;
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

/* What is selected of the text, though the selection may begin above it or end below; null for nothing of it. */
function selected() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const chosen = selection.getRangeAt(0).cloneRange();
  if (!chosen.intersectsNode(prose)) return null;
  const whole = document.createRange();
  whole.selectNodeContents(prose);
  if (chosen.compareBoundaryPoints(Range.START_TO_START, whole) < 0) chosen.setStart(prose, 0);
  if (chosen.compareBoundaryPoints(Range.END_TO_END, whole) > 0) chosen.setEnd(prose, prose.childNodes.length);
  return wordsOf(chosen.toString()).length < FEWEST_WORDS ? null : chosen;
}

function offer() {
  const chosen = selected();
  if (!chosen) {
    // The button itself takes the focus, and some browsers the selection with it.
    if (!box.contains(document.activeElement)) hide();
    return;
  }
  range = chosen;
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
    const parts = passage();
    const values = {
      words: parts.map(({ words }) => words.join(" ")).join("\n"),
      url: `${box.dataset.quoteUrl}#:~:text=${fragment(parts)}`,
    };
    // At once: neither is looked for in the words of the other.
    const quoted = box.dataset.quotePattern.replace(/\{(words|url)\}/g, (_, name) => values[name]);
    hide();
    copy(quoted, status, status.dataset.quoteDone);
  });
}
