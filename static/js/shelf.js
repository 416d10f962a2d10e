/* What a reader keeps on this device, and nobody else learns of: the articles saved for later, and those that were read,
   where the reader wants them remembered. An entry is {id, path, title, language, direction, source, published, date,
   at, block, done}: `direction` the one in which the title runs, `published` as much of the article's date as is known
   ("2017-12"), `date` what is said where it is not, `at` when it came here, `block` the one of the text's blocks at which
   reading stopped, `done` once the end was reached. */

const KEYS = { saved: "sijill-saved", history: "sijill-history" };
const MOST = { saved: 1000, history: 300 };
const WANTS_HISTORY = "sijill-keep-history";
const FORMAT = "sijill-shelf";
const FORMAT_VERSION = 1;
const MAX_TEXT_CHARS = 500;
const PATIENCE_MS = 30000;
const ARTICLE_PATH = /^\/article\/(\d+)\/[^/]*\/?$/;

function text(value) {
  return typeof value === "string" ? value.slice(0, MAX_TEXT_CHARS) : "";
}

/* VALUE as an entry, or null: what is kept here may have been written by another hand, as may a file. */
function entryOf(value) {
  const path = text(value?.path);
  const title = text(value?.title).trim();
  const id = Number(ARTICLE_PATH.exec(path)?.[1]);
  if (!id || id !== value.id || !title) return null;
  const at = new Date(value.at);
  return {
    id,
    path,
    title,
    language: /^[a-z]{2,3}(-[A-Za-z0-9]+)*$/.test(value.language) ? value.language : "ar",
    // Those that came before directions were kept go by their first letter.
    direction: ["rtl", "ltr"].includes(value.direction) ? value.direction : "auto",
    source: text(value.source),
    date: text(value.date),
    published: /^\d{4}(-\d\d(-\d\d)?)?$/.test(value.published) ? value.published : "",
    at: (Number.isNaN(at.getTime()) ? new Date() : at).toISOString(),
    block: Number.isInteger(value.block) && value.block > 0 ? value.block : 0,
    done: value.done === true,
  };
}

function read(key) {
  try {
    const values = JSON.parse(localStorage.getItem(key));
    return Array.isArray(values) ? values.map(entryOf).filter(Boolean) : [];
  } catch {
    return [];
  }
}

/* Whether the device took it. */
function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/* The entries of LIST ("saved" or "history"), the last that came first. */
export function entries(list) {
  return read(KEYS[list]);
}

export function find(list, id) {
  return entries(list).find((entry) => entry.id === id);
}

/* Put ENTRY first in LIST, in the place of an earlier one of the same article; return "kept", or why it is not: "full"
   where the list is as long as it may be, "refused" by the device. Of the history the oldest goes. */
export function put(list, entry) {
  const whole = entryOf({ at: new Date().toISOString(), ...entry });
  const others = entries(list).filter((one) => one.id !== whole.id);
  if (list === "saved" && others.length >= MOST.saved) return "full";
  return write(KEYS[list], [whole, ...others].slice(0, MOST[list])) ? "kept" : "refused";
}

/* Change what the entry of article ID says, where there is one; it keeps its place. */
export function amend(list, id, changes) {
  write(KEYS[list], entries(list).map((entry) => (entry.id === id ? { ...entry, ...changes } : entry)));
}

export function remove(list, id) {
  return write(KEYS[list], entries(list).filter((entry) => entry.id !== id));
}

/* Put RESTORED back among the others, by the time at which each came. */
export function restore(list, restored) {
  const ids = new Set(restored.map((entry) => entry.id));
  const others = entries(list).filter((one) => !ids.has(one.id));
  write(KEYS[list], byTime([...others, ...restored]).slice(0, MOST[list]));
}

function byTime(entries) {
  return entries.sort((one, other) => other.at.localeCompare(one.at));
}

export function clear(list) {
  localStorage.removeItem(KEYS[list]);
}

/* Reading is not remembered until the reader asks for it: others may use the same device. */
export function wantsHistory() {
  try {
    return localStorage.getItem(WANTS_HISTORY) === "true";
  } catch {
    return false;
  }
}

export function setWantsHistory(wanted) {
  return write(WANTS_HISTORY, wanted);
}

/* Both lists as the text of a file. */
export function exported() {
  const lists = Object.fromEntries(Object.keys(KEYS).map((list) => [list, entries(list)]));
  return JSON.stringify({ format: FORMAT, version: FORMAT_VERSION, exported_at: new Date().toISOString(), ...lists }, null, 2);
}

/* Add what is in the text of such a file, as far as there is room for it; return the saved entries that were ADDED, and
   how many had to be LEFT. Throws SyntaxError for another file. */
export function imported(content) {
  const file = JSON.parse(content);
  if (file?.format !== FORMAT || file.version !== FORMAT_VERSION) throw new SyntaxError("no shelf");
  const result = {};
  for (const list of Object.keys(KEYS)) {
    const here = entries(list);
    const known = new Set(here.map((entry) => entry.id));
    const found = (Array.isArray(file[list]) ? file[list] : []).map(entryOf).filter(Boolean);
    const others = found.filter((entry) => !known.has(entry.id) && known.add(entry.id));
    const fitting = byTime(others).slice(0, MOST[list] - here.length);
    const added = write(KEYS[list], byTime([...here, ...fitting])) ? fitting : [];
    result[list] = { added, left: others.length - added.length };
  }
  return result.saved;
}

/* --- Pages kept for reading without a connection: by the service worker, which alone knows how --- */

/* The worker, once it is ready where it is on its way; null where there is none. */
async function worker() {
  const registration = await navigator.serviceWorker?.getRegistration();
  return registration ? (registration.active ?? (await navigator.serviceWorker.ready).active) : null;
}

async function answerTo(question) {
  const asked = await worker();
  if (!asked) return null;
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = (event) => resolve(event.data);
    asked.postMessage(question, [channel.port2]);
  });
}

/* Ask the worker for something and return its answer; null where there is no worker, or it does not answer. */
export function ask(question) {
  return Promise.race([answerTo(question), new Promise((resolve) => { setTimeout(resolve, PATIENCE_MS, null); })]);
}
