/* Mentions in the form of an article are confirmed and refused by one click, and what else was typed stays unsaved as it
   is. Without this, or where it fails, the box “confirmed” and the form's own button do the same. */

const ways = [...document.querySelectorAll("[data-mention]")];

/* What each mention is by now, in the boxes that the form would send. */
function show(confirmed) {
  for (const way of ways) {
    const decided = confirmed[way.dataset.mention];
    const box = way.closest("tr")?.querySelector("select[name$=-confirmed]");
    if (box && decided !== undefined) box.value = String(decided);
  }
}

async function decide(way, decision) {
  const said = way.querySelector("[data-said]");
  const data = new FormData();
  data.set("csrfmiddlewaretoken", way.closest("form").elements.csrfmiddlewaretoken.value);
  data.set("mention", way.dataset.mention);
  data.set("decision", decision);
  try {
    const response = await fetch(way.dataset.url, { method: "POST", body: data, redirect: "manual" });
    const answer = await response.json();
    said.textContent = answer.message;
    if (response.ok) show(answer.confirmed);
  } catch {
    said.textContent = way.dataset.failed;
  }
}

for (const way of ways) {
  way.hidden = false;
  way.addEventListener("click", (event) => {
    const button = event.target.closest("[data-decision]");
    if (button) decide(way, button.dataset.decision);
  });
}
