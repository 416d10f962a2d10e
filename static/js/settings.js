/* A reader's settings: the appearance switch under every page, and the page of all of them. A choice applies at once
   and the server keeps it; without this module the same forms are sent as usual. */

const LOOKS = {
  theme: { attribute: "theme", usual: "auto" },
  contrast: { attribute: "contrast", usual: "auto" },
  text_size: { attribute: "textSize", usual: "usual" },
  digits: { attribute: "digits", usual: "auto" },
};
const REPLACED = ["[data-settings-status]", "[data-settings-sample]"];

const themeSwitch = document.querySelector("[data-theme-switch]");
const settings = document.querySelector("[data-settings]");

/* The browser's own bars take the colour that the paper has now. */
function showGround() {
  const [first, ...others] = document.querySelectorAll("meta[name=theme-color]");
  for (const meta of others) meta.remove();
  first.removeAttribute("media");
  first.content = getComputedStyle(document.body).backgroundColor;
}

function show(name, value) {
  const look = LOOKS[name];
  if (!look) return;
  const { dataset } = document.documentElement;
  if (value === look.usual) delete dataset[look.attribute];
  else dataset[look.attribute] = value;
  showGround();
  if (name !== "theme") return;
  for (const button of themeSwitch.querySelectorAll("button[name=theme]")) {
    button.setAttribute("aria-pressed", String(button.value === value));
  }
}

themeSwitch?.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button) return;
  event.preventDefault();
  const answer = new FormData(themeSwitch);
  answer.set(button.name, button.value);
  show(button.name, button.value);
  const radio = settings?.querySelector(`[name=theme][value=${button.value}]`);
  if (radio) radio.checked = true;
  // The answer is a redirect back here, which nobody needs to follow.
  fetch(themeSwitch.action, { method: "POST", body: answer, redirect: "manual" }).catch(() => location.reload());
});

/* Sends all choices as they are; the page that answers says that they are saved, and holds the new sample. */
async function save() {
  const response = await fetch(settings.action, { method: "POST", body: new FormData(settings) });
  if (!response.ok) throw new Error(response.statusText);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const part of REPLACED) {
    document.querySelector(part).replaceChildren(...page.querySelector(part).childNodes);
  }
}

function revealButtons(revealed) {
  for (const button of settings.querySelectorAll("[data-settings-save], [data-settings-try]")) button.hidden = !revealed;
}

if (settings) {
  let saved = Promise.resolve();
  revealButtons(false);
  settings.addEventListener("change", ({ target }) => {
    show(target.name, target.value);
    // One after another: of two answers that overtake each other, the older cookie would stay.
    saved = saved.then(save).catch(() => revealButtons(true));
  });
}
