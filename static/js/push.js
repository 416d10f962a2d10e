/* Notices of the browser: shows the button where the browser can, asks for permission when it is pressed and never
   before, and tells the site where this browser is reached. */

const form = document.querySelector("[data-push]");
const off = form.querySelector("[data-push-off]");
const states = document.querySelectorAll("[data-push-state]");
const manage = document.querySelectorAll("[data-push-manage]");
const problem = document.querySelector("[data-push-problem]");
const REFUSED = 422;
const CAN = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

function say(state) {
  for (const one of states) one.hidden = one.dataset.pushState !== state;
  form.hidden = state === "unable";
  off.hidden = state !== "on" && state !== "refused";
}

function bytes(base64url) {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function send(address, content) {
  return fetch(address, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(content) });
}

/* This browser's subscription by our key; one by an earlier key is given up. */
async function subscription(registration) {
  const key = bytes(form.dataset.push);
  const known = await registration.pushManager.getSubscription();
  const used = known && new Uint8Array(known.options.applicationServerKey ?? []);
  if (known && used.join() === key.join()) return known;
  await known?.unsubscribe();
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

async function turnOn() {
  if ((await Notification.requestPermission()) !== "granted") return say("denied");
  const { endpoint, keys } = (await subscription(await navigator.serviceWorker.ready)).toJSON();
  const response = await send(form.dataset.pushSubscribe, { ...Object.fromEntries(new FormData(form)), endpoint, ...keys });
  // Of what it refuses, the site says why: there are as many subscriptions as one can have.
  const answer = response.ok || response.status === REFUSED ? await response.json() : {};
  if (!answer.manage) throw new Error(response.status);
  for (const link of manage) [link.href, link.hidden] = [answer.manage, false];
  problem.textContent = answer.problems?.join(" ") ?? "";
  say(answer.problems ? "refused" : "on");
}

async function turnOff() {
  const registration = await navigator.serviceWorker.ready;
  const known = await registration.pushManager.getSubscription();
  if (known) {
    await send(form.dataset.pushLeave, { endpoint: known.endpoint });
    await known.unsubscribe();
  }
  say("off");
}

function trying(action) {
  return (event) => {
    event.preventDefault();
    action().catch(() => say("failed"));
  };
}

async function begin() {
  if (!CAN) return;
  form.hidden = false;
  for (const one of states) one.hidden = true;
  if (Notification.permission === "denied") return say("denied");
  const registration = await navigator.serviceWorker.ready;
  const known = Notification.permission === "granted" && (await registration.pushManager.getSubscription());
  if (known) {
    say("on");
    // Where its page is, the site tells when the button is pressed again.
    for (const link of manage) link.hidden = true;
  }
}

form.addEventListener("submit", trying(turnOn));
off.addEventListener("click", trying(turnOff));
begin();
