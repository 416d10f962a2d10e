/* Reads an article aloud, its title and summary first, where the browser has a voice for its language; sentence by sentence, the one that is heard
   marked in the text. A pause begins its sentence again: telephones forget where they were. */

import { rangeOf, runsOf } from "./runs.js";

const prose = document.querySelector("[data-prose]");
const controls = document.querySelector("[data-listen]");
const none = document.querySelector("[data-listen-none]");
const toggle = controls.querySelector("[data-listen-toggle]");
const stop = controls.querySelector("[data-listen-stop]");
const label = controls.querySelector("[data-listen-label]");
const speech = window.speechSynthesis;

const MARK = "listening";
/* In the order in which they are heard. */
const SPOKEN = [".article-title", ".article-summary", "[data-prose]"];
const PLAY = label.textContent;
const language = prose.lang || "ar";

let voice = null;
let sentences = [];
let place = 0;
let state = "stopped";
/* Kept, or the browser may forget to say that it ended. */
let utterance = null;

/* A voice of the article's language, one that needs no network first. */
function findVoice() {
  const fitting = speech.getVoices().filter((one) => one.lang.toLowerCase().split(/[-_]/)[0] === language.slice(0, 2));
  voice = fitting.find((one) => one.localService) ?? fitting[0] ?? null;
  if (voice) none.textContent = "";
}

/* Where each sentence of TEXT begins and ends. */
function bounds(text) {
  if (!Intl.Segmenter) return [[0, text.length]];
  const segments = new Intl.Segmenter(language, { granularity: "sentence" }).segment(text);
  return [...segments].map(({ index, segment }) => [index, index + segment.length]);
}

function sentencesOf(run) {
  const { text, block } = run;
  return bounds(text)
    .filter(([start, end]) => /[\p{L}\p{N}]/u.test(text.slice(start, end)))
    .map(([start, end]) => ({ text: text.slice(start, end), range: rangeOf(run, start, end), block }));
}

function mark(sentence) {
  for (const block of document.querySelectorAll(".listen-block")) block.classList.remove("listen-block");
  if (window.CSS?.highlights) {
    if (sentence) CSS.highlights.set(MARK, new Highlight(sentence.range));
    else CSS.highlights.delete(MARK);
  } else sentence?.block.classList.add("listen-block");
  if (!sentence) return;
  const where = sentence.range.getBoundingClientRect();
  if (where.top < 0 || where.bottom > innerHeight) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    window.scrollBy({ top: where.top - innerHeight / 3, behavior: calm ? "instant" : "smooth" });
  }
}

function show(next) {
  state = next;
  toggle.dataset.state = state;
  label.textContent = { stopped: PLAY, speaking: toggle.dataset.listenPause, paused: toggle.dataset.listenResume }[state];
  stop.hidden = state === "stopped";
}

function speak() {
  const sentence = sentences[place];
  if (!sentence) {
    end();
    return;
  }
  const spoken = new SpeechSynthesisUtterance(sentence.text.trim());
  utterance = spoken;
  spoken.voice = voice;
  spoken.lang = voice.lang;
  spoken.addEventListener("end", () => {
    if (state !== "speaking" || utterance !== spoken) return;
    place += 1;
    speak();
  });
  // A voice that fails says so once, and is not asked again.
  spoken.addEventListener("error", (event) => {
    if (utterance === spoken && !["canceled", "interrupted"].includes(event.error)) end();
  });
  mark(sentence);
  speech.speak(spoken);
}

function begin() {
  if (state === "stopped") {
    const roots = SPOKEN.map((selector) => document.querySelector(selector)).filter(Boolean);
    sentences = roots.flatMap(runsOf).flatMap(sentencesOf);
    place = 0;
  }
  show("speaking");
  speak();
}

function pause() {
  utterance = null;
  show("paused");
  speech.cancel();
}

function end() {
  // The button that had the focus goes: what stays takes it.
  if (document.activeElement === stop) toggle.focus();
  utterance = null;
  show("stopped");
  mark(null);
  speech.cancel();
}

/* Said when it is asked for: nothing on the page moves by itself when voices are found, or are not. */
toggle.addEventListener("click", () => {
  if (!voice) none.textContent = none.dataset.listenNone;
  else if (state === "speaking") pause();
  else begin();
});
if (speech) {
  findVoice();
  speech.addEventListener?.("voiceschanged", findVoice);
  stop.addEventListener("click", end);
  // Otherwise it would speak on over the next page.
  window.addEventListener("pagehide", end);
}
