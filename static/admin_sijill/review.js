/* The review desk: decisions are sent in the background, one after another, while the next name is decided. Without this
   every card is a plain form. Letters act on the card that has the focus, as a click on what carries them does. */

const SEARCH_DELAY_MS = 150;
const SHORTCUT_FREE = "input:not([type=checkbox]), textarea, select, [data-panel]";

const desk = document.querySelector("[data-desk]");
const headers = { "X-Requested-With": "fetch" };
let sent = Promise.resolve();
let isGoing = false;
let searchDelay = 0;

const cards = () => [...desk.querySelectorAll("[data-card]:not([hidden])")];
const cardOf = (element) => element?.closest?.("[data-card]");
const current = () => cardOf(document.activeElement) ?? cards()[0];

function focusCard(card) {
  card?.focus();
  card?.scrollIntoView({ block: "nearest" });
}

/* --- Sending --------------------------------------------------------------------------------------------------- */

async function post(form, data) {
  const response = await fetch(form.getAttribute("action"), { method: "POST", body: data, headers, redirect: "manual" });
  if (!response.headers.get("Content-Type")?.startsWith("application/json")) throw new Error(desk.dataset.unreachable);
  const answer = await response.json();
  desk.querySelector("[data-progress]").innerHTML = answer.progress;
  if (!response.ok) throw new Error(answer.message);
  return answer;
}

/* One after another: what is undone must have been done before. */
function send(form, data) {
  const answer = sent.then(() => post(form, data));
  sent = answer.catch(() => {});
  return answer;
}

function say(name, text) {
  desk.querySelector(`:scope > [data-${name}]`).textContent = text;
}

const problemOf = (error) => (error instanceof TypeError ? desk.dataset.unreachable : error.message);

/* The next page, when nothing on this one is left to decide. */
async function goOn() {
  if (cards().length || isGoing) return;
  isGoing = true;
  await sent;
  isGoing = !cards().length;
  if (isGoing) location.reload();
}

/* --- Deciding -------------------------------------------------------------------------------------------------- */

async function decide(form, submitter) {
  const card = cardOf(form);
  const data = new FormData(form, submitter);
  const forAll = card.querySelector("[data-for-all]");
  if (forAll) data.delete("for_all");
  if (forAll?.checked) data.set("for_all", "on");
  const shown = cards();
  const next = shown[shown.indexOf(card) + 1] ?? shown[shown.indexOf(card) - 1];
  close(card);
  card.hidden = true;
  focusCard(next);
  try {
    const answer = await send(form, data);
    say("said", answer.message);
  } catch (error) {
    card.hidden = false;
    card.classList.add("desk-card--failed");
    card.querySelector("[data-problem]").textContent = `${desk.dataset.failed} ${problemOf(error)}`;
    if (!cards().includes(cardOf(document.activeElement))) focusCard(card);
  }
  goOn();
}

async function undo(form) {
  try {
    const answer = await send(form, new FormData(form));
    say("said", answer.message);
    say("problem", "");
    const back = answer.back.map((key) => desk.querySelector(`[data-card="${key}"]`)).find(Boolean);
    if (!back) {
      location.reload();
      return;
    }
    back.hidden = false;
    focusCard(back);
  } catch (error) {
    say("problem", problemOf(error));
  }
}

/* --- A card's panel: another entity, or a new one ---------------------------------------------------------------- */

function close(card) {
  card.querySelector("[data-panel]").replaceChildren();
}

async function partOf(address) {
  const response = await fetch(address, { headers, redirect: "manual" });
  if (!response.ok) throw new Error(desk.dataset.unreachable);
  const part = document.createElement("template");
  part.innerHTML = await response.text();
  return part.content;
}

async function open(link) {
  const card = cardOf(link);
  try {
    card.querySelector("[data-panel]").replaceChildren(await partOf(link.href));
    card.querySelector("[data-typed]").select();
  } catch (error) {
    card.querySelector("[data-problem]").textContent = problemOf(error);
  }
}

async function search(form) {
  const typed = form.querySelector("[data-typed]").value;
  const address = `${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`;
  const part = await partOf(address).catch(() => null);
  const found = form.isConnected && form.querySelector("[data-typed]").value === typed && part?.querySelector("[data-found]");
  if (found) form.parentElement.querySelector("[data-found]").replaceWith(found);
}

const choices = (card) => [...card.querySelectorAll("[data-found] button")];

/* In the panel arrows go through what was found; Enter chooses the first, once it belongs to what was typed. */
async function onPanelKey(event, card) {
  if (event.key === "Escape") {
    close(card);
    focusCard(card);
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const places = [card.querySelector("[data-search] [data-typed]"), ...choices(card)];
    if (!places[0]) return;
    event.preventDefault();
    const place = places.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    places.at(place % places.length).focus();
  } else if (event.key === "Enter" && event.target.matches("[data-search] [data-typed]")) {
    event.preventDefault();
    clearTimeout(searchDelay);
    await search(event.target.form);
    choices(card)[0]?.click();
  }
}

/* --- Keys ------------------------------------------------------------------------------------------------------- */

/* What was typed; with a layout that has neither Latin letters nor ours, the Latin letter of the key itself too. */
function lettersOf(event) {
  const typed = event.key.toLowerCase();
  return /^[a-z]$/.test(typed) || !event.code.startsWith("Key") ? [typed] : [typed, event.code.slice(3).toLowerCase()];
}

function target(event) {
  const places = [current(), desk].filter(Boolean);
  for (const letter of lettersOf(event)) {
    for (const place of places) {
      const within = [...place.querySelectorAll("[data-keys]")].filter((one) => place !== desk || !cardOf(one));
      const found = within.find((one) => one.dataset.keys.split(" ").includes(letter));
      if (found) return found;
    }
  }
  return null;
}

function onKey(event) {
  if (event.defaultPrevented || event.repeat || event.isComposing) return;
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const focused = document.activeElement;
  if (focused.closest("[data-panel]")) {
    onPanelKey(event, cardOf(focused));
    return;
  }
  if (focused.closest(SHORTCUT_FREE) || (focused !== document.body && !desk.contains(focused))) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const shown = cards();
    event.preventDefault();
    focusCard(shown[shown.indexOf(cardOf(focused)) + (event.key === "ArrowDown" ? 1 : -1)]);
    return;
  }
  const element = target(event);
  if (!element) return;
  event.preventDefault();
  element.click();
}

desk.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-decide]")) decide(form, event.submitter);
  else if (form.matches("[data-undo]")) undo(form);
  else if (form.matches("[data-search]")) search(form);
  else return;
  event.preventDefault();
});
desk.addEventListener("click", (event) => {
  const link = event.target.closest("[data-open]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(link);
});
desk.addEventListener("input", (event) => {
  const form = event.target.closest("[data-search]");
  clearTimeout(searchDelay);
  if (form) searchDelay = setTimeout(search, SEARCH_DELAY_MS, form);
});
document.addEventListener("keydown", onKey);
focusCard(cards()[0]);
