/* Help with writing: looks at the texts as they are in the form, and sets right what somebody presses a button for.
   The text of the body is read as archive/newsroom/writing.py reads it: a line for each block that has any. */

const panel = document.querySelector("[data-writing]");
const form = panel?.closest("form");
const FIELDS = ["kicker", "title", "summary", "body"];

function box(name) {
  return form.elements[name];
}

/* The blocks of the editor's document that have text: their lines joined, and where each begins in both. */
function blocksOf(editor) {
  const blocks = [];
  let length = 0;
  editor.state.doc.descendants((node, position) => {
    if (!node.isTextblock) return true;
    const text = node.textBetween(0, node.content.size, "\n", "\n");
    if (text.trim()) {
      blocks.push({ start: length, text, inside: position + 1 });
      length += text.length + 1;
    }
    return false;
  });
  return blocks;
}

function fixInEditor(editor, { start, end, found, meant }) {
  const block = blocksOf(editor).findLast((one) => one.start <= start);
  if (!block || block.text.slice(start - block.start, end - block.start) !== found) return false;
  const from = block.inside + start - block.start;
  const to = from + end - start;
  const { tr } = editor.state;
  editor.view.dispatch(meant ? tr.insertText(meant, from, to) : tr.delete(from, to));
  return true;
}

function fixInBox(field, { start, end, found, meant }) {
  if (field.value.slice(start, end) !== found) return false;
  field.setRangeText(meant, start, end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}

function fix(slip) {
  const { field, start, end, found, meant } = slip.dataset;
  const wanted = { start: Number(start), end: Number(end), found, meant };
  const target = box(field);
  return target.editor ? fixInEditor(target.editor, wanted) : fixInBox(target, wanted);
}

async function look() {
  const said = panel.querySelector("[data-writing-said]");
  const data = new FormData();
  data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  if (panel.dataset.article) data.set("article", panel.dataset.article);
  for (const name of FIELDS) {
    const field = box(name);
    data.set(name, field.editor ? field.editor.getHTML() : field.value);
  }
  try {
    const response = await fetch(panel.dataset.writing, { method: "POST", body: data, redirect: "manual" });
    if (!response.ok) throw new Error(response.status);
    panel.querySelector("[data-noticed]").innerHTML = await response.text();
    said.textContent = "";
    reveal();
  } catch {
    said.textContent = panel.dataset.failed;
  }
}

async function link(name) {
  const said = name.querySelector("[data-name-said]");
  const data = new FormData();
  data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  data.set("entity", name.dataset.entity);
  data.set("start", name.dataset.start);
  try {
    const response = await fetch(name.dataset.nameUrl, { method: "POST", body: data, redirect: "manual" });
    said.textContent = (await response.json()).message;
    if (response.ok) name.querySelector("[data-link]").hidden = true;
  } catch {
    said.textContent = panel.dataset.failed;
  }
}

function reveal() {
  for (const button of panel.querySelectorAll("[data-look], [data-fix], [data-link]")) button.hidden = false;
}

if (form) {
  reveal();
  panel.addEventListener("click", async ({ target }) => {
    if (target.closest("[data-look]")) await look();
    else if (target.closest("[data-link]")) await link(target.closest("[data-name-url]"));
    else if (target.closest("[data-fix]")) {
      fix(target.closest("[data-field]"));
      await look(); /* The places of the others have moved, or the text was another by then. */
      panel.querySelector("[data-fix], [data-look]").focus();
    }
  });
}
