/* Numbers in the admin's running messages, in the digits of its language, as everywhere else on the page. */
const ARABIC_ZERO = 0x660;

if (document.documentElement.lang === "ar" && window.interpolate) {
  const plain = window.interpolate;
  window.interpolate = (...given) =>
    plain(...given).replace(/[0-9]/g, (digit) => String.fromCharCode(ARABIC_ZERO + Number(digit)));
}
