/* An open form is heard of again and again, so that others who open the article know of it; and when it is closed.
   Without this its opening alone counts, for some minutes. */

const place = document.querySelector("[data-presence]");
const form = place?.closest("form");
let timer;

function message(data) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  for (const [name, value] of Object.entries(data)) body.set(name, value);
  return body;
}

async function tell() {
  try {
    const response = await fetch(place.dataset.presence, { method: "POST", body: message({}), redirect: "manual" });
    if (!response.ok) return;
    const { others } = await response.json();
    const said = place.querySelector("[data-presence-said]");
    if (said.textContent !== others) said.textContent = others;
    said.hidden = !others;
  } catch {
    /* The next time will do. */
  }
}

if (form) {
  let sending = false;
  form.addEventListener("submit", () => {
    sending = true;
  });
  timer = setInterval(tell, Number(place.dataset.seconds) * 1000);
  addEventListener("pagehide", () => {
    clearInterval(timer);
    if (!sending) navigator.sendBeacon(place.dataset.presence, message({ left: "1" }));
  });
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    sending = false;
    timer = setInterval(tell, Number(place.dataset.seconds) * 1000);
    tell();
  });
}
