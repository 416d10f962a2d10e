/* The page of a reader's own lists: what is saved and what was read, taken from the device (shelf.js) and given back to
   the reader as a file. */

import * as shelf from "./shelf.js";
import { draw } from "./shelf-list.js";
import { shownNumber } from "./words.js";

const find = (name) => document.querySelector(`[data-${name}]`);
const said = find("shelf-said");
const status = find("shelf-status");
const undo = find("shelf-undo");
const historySwitch = find("history-switch");
const dialog = find("shelf-dialog");

let available = new Set();
/* What was removed last, until something else is done: its copy goes when it can no longer be put back. */
let removed = null;

/* Say what happened, in the words that the page has for NAME; with a way back where UNDOABLE. */
function say(name, values = {}, { undoable = false } = {}) {
  let words = status.dataset[name];
  for (const [key, value] of Object.entries(values)) words = words.replace(`{${key}}`, () => value);
  said.hidden = false;
  status.textContent = words;
  undo.hidden = !undoable;
}

function show() {
  draw("saved", shelf.entries("saved"), { available, onRemove: (entry) => take("saved", entry) });
  draw("history", shelf.entries("history"), { available, onRemove: (entry) => take("history", entry) });
  historySwitch.checked = shelf.wantsHistory();
}

/* Let go of the copy of what was removed. */
function settle() {
  if (removed?.list === "saved") shelf.ask({ forget: removed.entry.path });
  removed = null;
}

function take(list, entry) {
  settle();
  removed = { list, entry };
  shelf.remove(list, entry.id);
  show();
  say("removed", { title: entry.title }, { undoable: true });
  // The button that was pressed is gone; the way back is next.
  undo.focus();
}

function putBack() {
  if (!removed) return;
  const { list, entry } = removed;
  removed = null;
  shelf.restore(list, entry);
  show();
  say("back");
  document.querySelector(`[data-shelf-list="${list}"] a[href="${CSS.escape(entry.path)}"]`)?.focus();
}

function download() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([shelf.exported()], { type: "application/json" }));
  link.download = "sijill-articles.json";
  link.click();
  URL.revokeObjectURL(link.href);
}

async function add(event) {
  const [file] = event.target.files;
  event.target.value = "";
  if (!file) return;
  let added;
  try {
    added = shelf.imported(await file.text());
  } catch {
    say("unreadable");
    return;
  }
  show();
  say("imported", { count: shownNumber(added.length) });
  // One after another: nobody waits for them.
  for (const entry of added) await shelf.ask({ keep: entry.path }).catch(() => {});
  await refresh();
}

async function erase() {
  removed = null;
  for (const list of ["saved", "history"]) shelf.clear(list);
  shelf.setWantsHistory(false);
  await shelf.ask({ clear: true });
  available = new Set();
  show();
  say("erased");
}

async function refresh() {
  available = new Set(((await shelf.ask({ list: true })) ?? []).map((entry) => entry.id));
  show();
}

undo.addEventListener("click", putBack);
window.addEventListener("pagehide", settle);
window.addEventListener("storage", show);
historySwitch.addEventListener("change", () => shelf.setWantsHistory(historySwitch.checked));
find("shelf-export").addEventListener("click", download);
find("shelf-import").addEventListener("change", add);
find("shelf-erase").addEventListener("click", () => dialog.showModal());
dialog.addEventListener("close", () => {
  if (dialog.returnValue === "erase") erase();
  dialog.returnValue = "";
});

show();
await refresh();
