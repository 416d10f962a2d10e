/* Completion of what is typed into the search field, as a combobox with a list (WAI-ARIA authoring practices).
   What was typed changes only when a word is chosen, and that is searched for at once; Enter with nothing chosen
   searches for what was typed, as it does without this. A page may have several such fields. */

const DELAY_MS = 120;
const ARABIC = /[\u0600-\u06ff]/;

function complete(list) {
  const form = list.closest("form");
  const input = form.querySelector("[type=search]");
  const status = form.querySelector("[data-suggest-counts]");
  const answers = new Map();
  let options = [];
  let active = null;
  let delay = 0;
  let request = null;

  function isOpen() {
    return !list.hidden;
  }

  function open() {
    if (!options.length) return;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  }

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    activate(null);
  }

  function activate(option) {
    active?.setAttribute("aria-selected", "false");
    active = option;
    if (!option) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  /* Past either end stands what was typed, and then the other end. */
  function move(step) {
    const places = [null, ...options];
    const place = places.indexOf(active) + step;
    activate(places.at(place % places.length));
  }

  /* Where names are gathered, a name chosen joins them by its number. */
  function gather(option) {
    const chosen = document.createElement("input");
    Object.assign(chosen, { type: "hidden", name: list.dataset.suggestGather, value: option.dataset.id });
    form.append(chosen);
    input.disabled = true;
    form.requestSubmit();
  }

  function choose(option) {
    close();
    if (list.dataset.suggestGather) gather(option);
    else if (option.dataset.url) {
      location.assign(option.dataset.url);
    } else {
      input.value = option.dataset.text;
      form.requestSubmit();
    }
  }

  function written(text, className) {
    const piece = document.createElement("bdi");
    piece.lang = ARABIC.test(text) ? "ar" : "en";
    piece.className = className;
    piece.textContent = text;
    return piece;
  }

  function optionOf(kind, number, suggestion) {
    const option = document.createElement("div");
    option.id = `${list.id}-${kind}-${number}`;
    option.className = "suggestions-option";
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const latin = document.documentElement.lang === "en" && suggestion.name_latin;
    const text = suggestion.text ?? suggestion.title ?? (latin || suggestion.name);
    option.append(written(text, `suggestions-${kind}`));
    if (suggestion.spelling && suggestion.spelling !== text) {
      option.append(" ", written(suggestion.spelling, "suggestions-spelling"));
    }
    if (suggestion.id) option.dataset.id = suggestion.id;
    if (suggestion.url) option.dataset.url = suggestion.url;
    else option.dataset.text = suggestion.text;
    return option;
  }

  function show(answer) {
    options = [];
    for (const group of list.querySelectorAll("[data-suggest-kind]")) {
      const kind = group.dataset.suggestKind;
      const found = answer[kind].map((suggestion, number) => optionOf(kind, number, suggestion));
      for (const old of group.querySelectorAll("[role=option]")) old.remove();
      group.append(...found);
      group.hidden = !found.length;
      options.push(...found);
    }
    activate(null);
    list.scrollTop = 0;
    status.textContent = JSON.parse(status.dataset.suggestCounts)[options.length];
    if (options.length) open();
    else close();
  }

  async function answerTo(text) {
    if (answers.has(text)) return answers.get(text);
    request = new AbortController();
    const response = await fetch(`${list.dataset.suggest}?${new URLSearchParams({ q: text })}`, { signal: request.signal });
    if (!response.ok) throw new Error(response.statusText);
    answers.set(text, await response.json());
    return answers.get(text);
  }

  async function suggest() {
    const text = input.value;
    request?.abort();
    try {
      const answer = await answerTo(text);
      if (input.value === text && document.activeElement === input) show(answer);
    } catch {
      // No answer, or one that nobody waits for any more: the field searches without.
      if (input.value === text) forget();
    }
  }

  function forget() {
    options = [];
    status.textContent = "";
    close();
  }

  function onInput(event) {
    clearTimeout(delay);
    activate(null);
    if (event.isComposing) return;
    if (input.value.trim()) delay = setTimeout(suggest, DELAY_MS);
    else {
      request?.abort();
      forget();
    }
  }

  function onArrow(event, step) {
    event.preventDefault();
    if (event.altKey) {
      if (step < 0) close();
      else if (options.length) open();
      else suggest();
    } else if (isOpen()) move(step);
    else if (options.length) {
      open();
      move(step);
    } else if (input.value.trim()) suggest();
  }

  function onKey(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowDown") onArrow(event, 1);
    else if (event.key === "ArrowUp") onArrow(event, -1);
    else if (event.key === "Enter" && active) {
      event.preventDefault();
      choose(active);
    } else if (event.key === "Escape" && isOpen()) {
      // The browser would empty a search field.
      event.preventDefault();
      close();
    } else if (["Home", "End", "ArrowLeft", "ArrowRight"].includes(event.key)) activate(null);
  }

  function setUp() {
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);
    input.autocomplete = "off";
    input.addEventListener("input", onInput);
    input.addEventListener("compositionend", onInput);
    input.addEventListener("keydown", onKey);
    input.addEventListener("blur", close);
    form.addEventListener("submit", close);
    // The field keeps the focus while a finger or the mouse is on the list.
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) choose(option);
    });
  }

  setUp();
}

function completeAll(root) {
  for (const list of root.querySelectorAll("[data-suggest]")) complete(list);
}

completeAll(document);
// A field of a page that changes in place is new each time.
document.addEventListener("htmx:afterSettle", ({ target }) => completeAll(target));
