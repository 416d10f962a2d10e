/* Draws a list of the articles that are kept on the device (templates/components/shelf_item.html). */

import { shownDate, shownDay, shownNumber } from "./words.js";

const template = document.querySelector("[data-shelf-item]");

/* ENTRY as an item of the list named LIST; AVAILABLE when it can be read without a connection. */
function itemOf(entry, list, available, onRemove) {
  const item = template.content.cloneNode(true).firstElementChild;
  const part = (name) => item.querySelector(`[data-item-${name}]`);
  part("date").textContent = entry.published ? shownDate(entry.published) : entry.date;
  part("source").textContent = entry.source;
  part("link").textContent = entry.title;
  part("link").href = entry.path;
  const heading = part("link").closest("h3");
  heading.lang = entry.language;
  heading.dir = entry.direction;
  part("at").textContent = part("at").dataset[list].replace("{date}", () => shownDay(entry.at));
  part("done").hidden = !entry.done;
  part("available").hidden = !available;
  part("stays").hidden = !entry.saved;
  const remove = part("remove");
  if (remove) {
    part("name").textContent = ` ${entry.title}`;
    remove.addEventListener("click", () => onRemove(entry));
  }
  return item;
}

/* Show ENTRIES in the list named LIST; AVAILABLE are the numbers of those that can be read without a connection. */
export function draw(list, entries, { available = new Set(), onRemove } = {}) {
  const place = document.querySelector(`[data-shelf-list="${list}"]`);
  place.replaceChildren(...entries.map((entry) => itemOf(entry, list, available.has(entry.id), onRemove)));
  document.querySelector(`[data-shelf-empty="${list}"]`).hidden = entries.length > 0;
  document.querySelector(`[data-shelf-count="${list}"]`).textContent = entries.length ? shownNumber(entries.length) : "";
}
