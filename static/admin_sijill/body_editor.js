/* The body's editor. The engine's address and every label come from the textarea's data attributes;
   the engine writes no style element, so that the page keeps its strict content security policy. */

const HEADING_LEVELS = [2, 3];
const NEW_TABLE = { rows: 3, cols: 3, withHeaderRow: true };
const MENU_GROUPS = [
  { group: "blockType -lists" },
  { group: "marks" },
  { group: "link" },
  { group: "lists" },
  { group: "nodes -blockType -lists" },
  { group: "table" },
  { group: "history" },
];

/* The drawings of the buttons, in a square of 24; the style sheet mirrors those that follow the direction of reading. */
const SVG = "http://www.w3.org/2000/svg";
const LINK = "M11 7.5l2.2-2.2a3.9 3.9 0 0 1 5.5 5.5L16.5 13M13 16.5l-2.2 2.2a3.9 3.9 0 0 1-5.5-5.5L7.5 11";
const DRAWINGS = {
  paragraph: "M4 6h16M4 12h16M4 18h10",
  heading2: "M3.5 6v12M11 6v12M3.5 12H11M14.5 12a2.5 2.5 0 1 1 4.4 1.6L14.5 18h5",
  heading3: "M3.5 6v12M11 6v12M3.5 12H11M14.5 9.5h4.8l-2.8 3.3a2.6 2.6 0 1 1-2.2 4",
  bulletList: "M9 6h11M9 12h11M9 18h11M4 6h1M4 12h1M4 18h1",
  orderedList: "M10 6h10M10 12h10M10 18h10M3.8 5 5.5 4v5M3.8 15.2a1.5 1.5 0 1 1 2.6 1L3.8 19.5h3",
  orderedListArabic: "M4 6h10M4 12h10M4 18h10M18.5 4v5M17.5 14.5c.2 1.9 3 1.9 3.2 0M17.5 14.5V20",
  blockquote: "M4.5 17.5V12a5.5 5.5 0 0 1 4-5.5M4.5 12H9v5.5H4.5m9.5 0V12a5.5 5.5 0 0 1 4-5.5M14 12h4.5v5.5H14",
  horizontalRule: "M4 12h16",
  bold: "M7.5 5H13a3.5 3.5 0 0 1 0 7H7.5zM7.5 12H14a3.5 3.5 0 0 1 0 7H7.5zM8.5 5v14",
  italic: "M10 5h8M6 19h8M14.5 5l-5 14",
  subscript: "M4 5l8 10M12 5 4 15M15.5 15.5a2.2 2.2 0 1 1 3.8 1.4l-3.8 4.1h4.5",
  superscript: "M4 9l8 10M12 9 4 19M15.5 5.5a2.2 2.2 0 1 1 3.8 1.4L15.5 11H20",
  link: `M9.5 14.5l5-5${LINK}`,
  unlink: `${LINK}M4 4l16 16`,
  table: "M4 5h16v14H4zM4 9.7h16M4 14.3h16M12 5v14",
  "table:addColumnAfter": "M4 5h8.5v14H4zM4 12h8.5M18.5 9v6M15.5 12h6",
  "table:deleteColumn": "M4 5h8.5v14H4zM4 12h8.5M15.5 12h6",
  "table:addRowAfter": "M4 4h16v8.5H4zM12 4v8.5M12 15.5v6M9 18.5h6",
  "table:deleteRow": "M4 4h16v8.5H4zM12 4v8.5M9 18.5h6",
  "table:mergeCells": "M3 5h18v14H3zM6 12h4m-1.8-2 2 2-2 2M18 12h-4m1.8-2-2 2 2 2",
  "table:splitCell": "M3 5h18v14H3zM12 5v14M9.5 12H5.8m1.7-2-2 2 2 2M14.5 12h3.7m-1.7-2 2 2-2 2",
  "table:toggleHeaderCell": "M4 5h16v14H4zM4 6.7h16M4 8.3h16M4 10h16M12 10v9",
  "table:deleteTable": "M4 5h16v14H4zM4 9.5h16M9 12l6 4.5m0-4.5-6 4.5",
  "history:undo": "M8.5 4.5 4 9l4.5 4.5M4 9h10.5a5.25 5.25 0 0 1 0 10.5H9",
  "history:redo": "M15.5 4.5 20 9l-4.5 4.5M20 9H9.5a5.25 5.25 0 0 0 0 10.5H15",
};
const TOGGLES = "paragraph heading2 heading3 bulletList orderedList blockquote bold italic subscript superscript".split(" ");

function withScheme(address) {
  const written = address.trim();
  return !written || /^([a-z][a-z0-9+.-]*:|\/|#)/i.test(written) ? written : `https://${written}`;
}

function linkWithAddressOnly(engine, labels) {
  const ask = engine.updateAttrsDialog(
    { href: { type: "string", title: labels.linkAddress } },
    { title: labels.linkDialog, submitText: labels.save },
  );
  return engine.Link.extend({
    addCommands() {
      return {
        ...this.parent?.(),
        addLink:
          () =>
          ({ editor }) => {
            ask(editor, { href: editor.getAttributes("link").href }).then((answer) => {
              if (!answer) return;
              const chain = editor.chain().focus().extendMarkRange("link");
              const href = withScheme(answer.href);
              if (href) chain.setLink({ href }).run();
              else chain.unsetLink().run();
            });
            return true;
          },
      };
    },
  }).configure({ enableTarget: false, autolink: false, defaultProtocol: "https" });
}

/* A caption is plain text kept as an attribute: the engine's tables hold nothing but rows. */
function tableWithCaption(engine) {
  return engine.Table.extend({
    addAttributes() {
      return {
        ...this.parent?.(),
        caption: {
          default: null,
          parseHTML: (element) => element.querySelector("caption")?.textContent.trim() || null,
          renderHTML: ({ caption }) => (caption ? { "data-caption": caption } : {}),
        },
      };
    },
    parseHTML() {
      return [{ tag: "table" }, { tag: "caption", ignore: true }];
    },
    renderHTML({ node }) {
      const caption = node.attrs.caption ? [["caption", {}, node.attrs.caption]] : [];
      return ["table", {}, ...caption, ["tbody", 0]];
    },
    addCommands() {
      return {
        ...this.parent?.(),
        insertTableWithOptions:
          () =>
          ({ commands }) =>
            commands.insertTable(NEW_TABLE),
      };
    },
  });
}

/* What stands in a figure: a table with its caption, or the caption of a picture, which is a link to it. By other names
   than the engine's own figures, for which its menu would want a command. */
function figures(engine) {
  return [
    engine.Node.create({
      name: "keptFigure",
      group: "block",
      content: "keptCaption block* | block* keptCaption?",
      parseHTML: () => [{ tag: "figure" }],
      renderHTML: () => ["figure", 0],
    }),
    engine.Node.create({
      name: "keptCaption",
      content: "inline*",
      parseHTML: () => [{ tag: "figcaption" }],
      renderHTML: () => ["figcaption", 0],
    }),
  ];
}

function attributeOf(name) {
  return { default: null, parseHTML: (element) => element.getAttribute(name) };
}

function vocabulary(engine, labels) {
  return [
    engine.Document,
    engine.Paragraph,
    engine.Text,
    engine.HardBreak,
    engine.Heading.configure({ levels: HEADING_LEVELS }),
    engine.Bold,
    engine.Italic,
    engine.Subscript,
    engine.Superscript,
    engine.Mark.create({
      name: "bdi",
      addAttributes: () => ({ lang: attributeOf("lang") }),
      parseHTML: () => [{ tag: "bdi" }],
      renderHTML: ({ HTMLAttributes }) => ["bdi", HTMLAttributes, 0],
    }),
    linkWithAddressOnly(engine, labels),
    engine.BulletList,
    engine.OrderedList.configure({ enableListAttributes: false }),
    engine.ListItem,
    engine.Blockquote,
    engine.HorizontalRule,
    ...figures(engine),
    tableWithCaption(engine),
    engine.TableRow,
    engine.TableHeader.extend({
      addAttributes() {
        return { ...this.parent?.(), scope: attributeOf("scope") };
      },
    }),
    engine.TableCell,
    engine.History,
    engine.Dropcursor,
    engine.Gapcursor,
    engine.Menu.configure({ groups: MENU_GROUPS }),
  ];
}

/* What other programs paste, without styles: the policy refuses them, and the body has none.
   Google wraps everything in a <b> that is not bold. */
function withoutStyles(html) {
  return html
    .replace(/<style[\s\S]*?<\/style>/gi, "")
    .replace(/<b\b[^>]*font-weight:\s*normal[^>]*>/gi, "<span>")
    .replace(/\sstyle\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi, "")
    .replace(/<(\/?)h1\b/gi, "<$1h2")
    .replace(/<(\/?)h[4-6]\b/gi, "<$1h3");
}

function drawing(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = svg.appendChild(document.createElementNS(SVG, "path"));
  const arabic = document.documentElement.lang === "ar" && DRAWINGS[`${name}Arabic`];
  path.setAttribute("d", arabic || DRAWINGS[name]);
  return svg;
}

/* The engine's buttons are words drawn as pictures by a font of its own; ours are drawn, and named in our words. */
function nameButtons(menu, labels) {
  menu.setAttribute("role", "toolbar");
  menu.setAttribute("aria-label", labels.toolbar);
  for (const button of menu.querySelectorAll("button[data-name]")) {
    const label = labels[button.dataset.name] ?? "";
    button.title = label;
    button.setAttribute("aria-label", label);
    button.classList.remove("material-icons");
    button.replaceChildren(drawing(button.dataset.name));
  }
}

/* What the engine says with a class, screen readers hear too. */
function tellStates(menu) {
  for (const button of menu.querySelectorAll("button[data-name]")) {
    const { classList, dataset } = button;
    button.setAttribute("aria-disabled", classList.contains("disabled"));
    if (TOGGLES.includes(dataset.name)) button.setAttribute("aria-pressed", classList.contains("active"));
  }
}

async function enhance(textarea) {
  const labels = JSON.parse(textarea.dataset.labels);
  const engine = await import(textarea.dataset.bodyEditor);
  const frame = document.createElement("div");
  frame.className = "prose-editor";
  textarea.before(frame);
  frame.append(textarea);
  const described = textarea.getAttribute("aria-describedby");
  new engine.Editor({
    element: frame,
    content: textarea.value,
    injectCSS: false,
    extensions: vocabulary(engine, labels),
    editorProps: {
      transformPastedHTML: withoutStyles,
      attributes: {
        dir: textarea.dir,
        lang: textarea.lang,
        role: "textbox",
        "aria-multiline": "true",
        "aria-label": labels.body,
        ...(described ? { "aria-describedby": described } : {}),
      },
    },
    onCreate({ editor }) {
      textarea.editor = editor; /* For what else works on the text (writing.js). */
      const menu = frame.querySelector(".prose-menubar");
      nameButtons(menu, labels);
      tellStates(menu);
      editor.on("transaction", () => tellStates(menu));
      document.querySelector(`label[for="${textarea.id}"]`)?.addEventListener("click", () => editor.commands.focus());
    },
    onUpdate({ editor }) {
      textarea.value = editor.isEmpty ? "" : editor.getHTML();
      textarea.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
}

for (const textarea of document.querySelectorAll("textarea[data-body-editor]")) enhance(textarea);
