/* The reader's own part of an article page: how far the text has been read, its place for the next time, the list of
   what is kept for later, and that of what was read, where it is wanted (shelf.js). */

import * as shelf from "./shelf.js";

const page = JSON.parse(document.querySelector("[data-shelf-entry]").textContent);
const prose = document.querySelector("[data-prose]");
const progress = document.querySelector("[data-reading-progress]");
const resume = document.querySelector("[data-resume]");

const KEEP_PLACE_MS = 1000;
/* Whoever has seen less has not begun; whoever has seen more has read it. */
const FIRST_BLOCK = 2;
const READ_SHARE = 0.97;

/* The lists in which this article has an entry, so that its place can be kept. */
function listsHere() {
  return ["saved", "history"].filter((list) => shelf.find(list, page.id));
}

/* --- How far --- */

function shareRead() {
  const box = prose.getBoundingClientRect();
  return Math.max(0, Math.min(1, (innerHeight - box.top) / Math.max(box.height, innerHeight)));
}

/* The first block of the text that is not yet above the upper third of the window. */
function blockReached() {
  const line = innerHeight / 3;
  const blocks = [...prose.children];
  const found = blocks.findIndex((block) => block.getBoundingClientRect().bottom > line);
  return found < 0 ? blocks.length - 1 : found;
}

let drawn = false;
let furthest = 0;

function draw() {
  drawn = false;
  const share = shareRead();
  furthest = Math.max(furthest, share);
  progress.style.setProperty("--read", share.toFixed(3));
}

function keepPlace() {
  if (!furthest || !resume.hidden) return;
  const done = furthest >= READ_SHARE;
  for (const list of listsHere()) shelf.amend(list, page.id, { block: done ? 0 : blockReached(), done });
}

let keeping = 0;
document.addEventListener("scroll", () => {
  if (!drawn) requestAnimationFrame(draw);
  drawn = true;
  clearTimeout(keeping);
  keeping = setTimeout(keepPlace, KEEP_PLACE_MS);
}, { passive: true });
window.addEventListener("resize", draw);
window.addEventListener("pagehide", keepPlace);
draw();

/* --- Where reading stopped the last time --- */

function offerPlace() {
  const block = Math.max(0, ...listsHere().map((list) => shelf.find(list, page.id).block));
  const target = prose.children[block];
  // The browser itself goes back to where it was, and an address with a place in it to that place.
  if (block < FIRST_BLOCK || !target || scrollY > 0 || location.hash) return;
  resume.hidden = false;
  const close = () => { resume.hidden = true; };
  resume.querySelector("[data-resume-go]").addEventListener("click", () => {
    close();
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "start" });
  });
  resume.querySelector("[data-resume-close]").addEventListener("click", () => {
    close();
    document.getElementById("main").focus({ preventScroll: true });
  });
}

offerPlace();

/* --- What was read, where the reader wants it remembered --- */

function remember() {
  const known = shelf.find("history", page.id);
  shelf.put("history", { ...known, ...page, at: new Date().toISOString() });
}

if (shelf.wantsHistory()) remember();

/* --- For later --- */

const button = document.querySelector("[data-save]");
const status = document.querySelector("[data-save-status]");
const way = document.querySelector("[data-save-way]");

function showSaved() {
  const saved = Boolean(shelf.find("saved", page.id));
  button.setAttribute("aria-pressed", String(saved));
  way.hidden = !saved;
}

function picturesHere() {
  return [...document.querySelectorAll(".article img")].map((image) => image.currentSrc || image.src);
}

/* Say what the page has for NAME in its words for the list. */
function say(name) {
  status.textContent = status.dataset[name];
}

/* What is said once the worker has answered: null where there is none, or it failed. */
const SAID = { kept: "saveDone", full: "saveCopyFull", unreachable: "saveCopyFailed" };

async function save() {
  const taken = shelf.put("saved", page);
  showSaved();
  if (taken !== "kept") {
    say(taken === "full" ? "saveFull" : "saveRefused");
    return;
  }
  say("saveBegun");
  const copied = await shelf.ask({ keep: page.path, pictures: picturesHere() });
  say(SAID[copied] ?? "saveCopyFailed");
}

async function unsave() {
  const taken = shelf.remove("saved", page.id);
  showSaved();
  say(taken ? "saveUndone" : "saveRefused");
  if (taken) await shelf.ask({ forget: page.path });
}

let busy = false;

/* Nothing is asked for while the last is on its way: of two answers, the older might be said last. */
async function toggle() {
  if (busy) return;
  busy = true;
  await (shelf.find("saved", page.id) ? unsave() : save());
  busy = false;
}

// Its headline may have been corrected since it was kept.
shelf.amend("saved", page.id, page);
showSaved();
button.addEventListener("click", toggle);
// Another window may have changed the list.
window.addEventListener("storage", showSaved);
