/* What Django's own scripts leave out: digits of the page's language, and names for boxes without one. */
const ARABIC_ZERO = 0x660;

if (document.documentElement.lang === "ar" && window.interpolate) {
  const plain = window.interpolate;
  window.interpolate = (...given) =>
    plain(...given).replace(/[0-9]/g, (digit) => String.fromCharCode(ARABIC_ZERO + Number(digit)));
}

/* The calendar begins at the date in its box, and reads Western digits only. */
document.addEventListener("change", ({ target }) => {
  if (target.matches(".vDateField, .vTimeField")) {
    target.value = target.value.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => digit.charCodeAt(0) & 0xf);
  }
});

/* The boxes in which names of related things are typed or shown stand outside their label. They are made when jQuery says
   that the page is ready, which may be after the page's load event; those who ask later are called later. */
window.django?.jQuery?.(() => {
  for (const select of document.querySelectorAll("select.admin-autocomplete[id]")) {
    const label = document.querySelector(`label[for="${select.id}"]`);
    const boxes = select.multiple ? ".select2-search__field" : ".select2-selection, .select2-selection__rendered";
    if (!label) continue;
    for (const box of select.parentElement.querySelectorAll(boxes)) {
      box.setAttribute("aria-label", label.textContent.trim().replace(/:$/, ""));
    }
  }
});

/* The looking-glasses of the two-box choosers are pictures with a name; a span without a role may have none. The boxes
   are made in the page's load event, by a script that listened before this one. */
window.addEventListener("load", () => {
  for (const glass of document.querySelectorAll(".selector .search-label-icon")) glass.setAttribute("role", "img");
});
