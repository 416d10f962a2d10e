/* Reads the figures of lines day by day: with a slider by keyboard, or with the pointer over the lines. The figures are
   fetched, in words of the page's language, when they are first asked for. */

function begin(box) {
  const root = box.closest("[data-live]");
  const slider = box.querySelector("input");
  const said = box.querySelector(".readings-said");
  let figures = null;
  let loading = null;

  const field = () => root.querySelector(".lines-field");

  function load() {
    loading ??= fetch(box.dataset.readings)
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))))
      .then((found) => {
        // Who reads the last day goes on to a new one.
        const isLast = slider.value === slider.max;
        figures = found;
        slider.max = String(found.days.length - 1);
        if (isLast) slider.value = slider.max;
      })
      .catch(() => { loading = null; });
    return loading;
  }

  function words(one, day) {
    const value = one.values[day] ?? box.dataset.readingsNone;
    return one.corrected.includes(day) ? `${value} (${box.dataset.readingsCorrected})` : value;
  }

  function read() {
    if (!figures) return;
    const day = Number(slider.value);
    const time = Object.assign(document.createElement("strong"), { textContent: figures.days[day] });
    const lines = figures.series.map((one) => {
      const line = document.createElement("span");
      line.append(Object.assign(document.createElement("bdi"), { textContent: one.name }), `: ${words(one, day)}`);
      return line;
    });
    said.replaceChildren(time, ...lines);
    slider.setAttribute("aria-valuetext", said.innerText.replace(/\n+/g, " "));
    const cursor = field()?.querySelector(".lines-cursor") ?? document.createElement("span");
    cursor.className = "lines-cursor";
    cursor.style.insetInlineStart = `${((day + 0.5) / figures.days.length) * 100}%`;
    field()?.append(cursor);
  }

  function point(event) {
    const plot = event.target.closest?.(".lines-field");
    if (!plot) return;
    load().then(() => {
      if (!figures) return;
      const { left, right, width } = plot.getBoundingClientRect();
      const isFromRight = getComputedStyle(plot).direction === "rtl";
      const share = (isFromRight ? right - event.clientX : event.clientX - left) / width;
      const day = Math.floor(share * figures.days.length);
      slider.value = String(Math.max(0, Math.min(figures.days.length - 1, day)));
      read();
    });
  }

  slider.addEventListener("focus", () => load().then(read));
  slider.addEventListener("pointerdown", () => load().then(read));
  slider.addEventListener("input", read);
  root.addEventListener("pointermove", point);
  root.addEventListener("live:renewed", () => {
    if (!figures) return;
    loading = null;
    load().then(read);
  });
  box.hidden = false;
}

const readings = document.querySelector("[data-readings]");
if (readings && readings.closest("[data-live]").querySelector(".lines-field")) begin(readings);
