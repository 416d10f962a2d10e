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
/* What was removed last, until something else is done: {list, entries}. The copy of what was saved goes when it can no
   longer be put back; those of what was only read go at once. */
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
  find("history-ways").hidden = !shelf.entries("history").length;
}

/* Let go of the copy of what was removed. */
function settle() {
  if (removed?.list === "saved") shelf.ask({ forget: removed.entries[0].path });
  removed = null;
}

function offerBack(taken, name, values) {
  settle();
  removed = taken;
  show();
  say(name, values, { undoable: true });
  // The button that was pressed is gone; the way back is next.
  undo.focus();
}

function take(list, entry) {
  shelf.remove(list, entry.id);
  if (list === "history") shelf.ask({ close: entry.path });
  offerBack({ list, entries: [entry] }, "removed", { title: entry.title });
}

function eraseHistory() {
  const entries = shelf.entries("history");
  shelf.clear("history");
  shelf.ask({ close: true });
  offerBack({ list: "history", entries }, "historyErased");
}

function putBack() {
  if (!removed) return;
  const { list, entries } = removed;
  removed = null;
  shelf.restore(list, entries);
  show();
  say("back");
  document.querySelector(`[data-shelf-list="${list}"] a[href="${CSS.escape(entries[0].path)}"]`)?.focus();
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
  let result;
  try {
    result = shelf.imported(await file.text());
  } catch {
    say("unreadable");
    return;
  }
  const { added, left } = result;
  show();
  say(left ? "importedShort" : "imported", { count: shownNumber(added.length), left: shownNumber(left) });
  await keepAll(added);
}

/* Keep copies of ENTRIES, one after another: nobody waits for them. */
async function keepAll(entries) {
  let missing = 0;
  for (const entry of entries) {
    if ((await shelf.ask({ keep: entry.path })) !== "kept") missing += 1;
  }
  await refresh();
  if (missing) say("uncopied", { count: shownNumber(missing) });
  else if (entries.length) say("copied");
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
  const found = (await shelf.ask({ list: true, history: shelf.wantsHistory() })) ?? [];
  available = new Set(found.map((entry) => entry.id));
  show();
}

undo.addEventListener("click", putBack);
window.addEventListener("pagehide", settle);
window.addEventListener("storage", show);
historySwitch.addEventListener("change", () => {
  if (!shelf.setWantsHistory(historySwitch.checked)) say("full");
  refresh();
});
find("history-erase").addEventListener("click", eraseHistory);
find("shelf-export").addEventListener("click", download);
find("shelf-import").addEventListener("change", add);
find("shelf-erase").addEventListener("click", () => dialog.showModal());
dialog.addEventListener("close", () => {
  if (dialog.returnValue === "erase") erase();
  dialog.returnValue = "";
});

show();
await refresh();
