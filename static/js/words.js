/* Numbers and dates that scripts write, as the server writes them for this reader (archive/text/dates.py): its notice of
   kept pages, which is on every page, holds the names of the months and the kind of digits. */

const { months, digits } = document.querySelector("[data-months]").dataset;
const { lang } = document.documentElement;
const names = months.split("|");
const NBSP = "\u00a0";

export function shownNumber(value) {
  return new Intl.NumberFormat(`${lang}-u-nu-${digits}`, { useGrouping: "min2" }).format(value);
}

/* Digits as they stand, with what is between them. */
function inDigits(text) {
  const plain = new Intl.NumberFormat(`${lang}-u-nu-${digits}`, { useGrouping: false });
  return text.replace(/\d/g, (digit) => plain.format(Number(digit)));
}

/* DATE as far as it is known: "2017", "2017-12" or "2017-12-21". */
export function shownDate(date) {
  const [year, month, day] = date.split("-");
  const name = month && names[Number(month) - 1];
  const parts = [day && inDigits(String(Number(day))), name, inDigits(year)];
  return parts.filter(Boolean).join(NBSP);
}

function padded(number) {
  return String(number).padStart(2, "0");
}

/* The day of the moment ISO where the reader is. */
export function shownDay(iso) {
  const at = new Date(iso);
  return shownDate([at.getFullYear(), padded(at.getMonth() + 1), padded(at.getDate())].join("-"));
}

/* The day and the hour of the moment ISO where the reader is. */
export function shownMoment(iso) {
  const at = new Date(iso);
  return `${shownDay(iso)}${lang === "ar" ? "،" : ","} ${inDigits(`${padded(at.getHours())}:${padded(at.getMinutes())}`)}`;
}
