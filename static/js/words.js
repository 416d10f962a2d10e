/* Numbers and dates that scripts write, as the page around them writes them. */

const arabic = document.documentElement.lang === "ar";
const locale = arabic ? "ar-LB-u-nu-arab" : "en-GB";

export function shownNumber(value) {
  return new Intl.NumberFormat(locale).format(value);
}

export function shownDate(iso) {
  return new Intl.DateTimeFormat(locale, { dateStyle: "long" }).format(new Date(iso));
}
