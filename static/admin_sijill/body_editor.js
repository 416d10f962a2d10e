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

function nameButtons(frame, labels) {
  const menu = frame.querySelector(".prose-menubar");
  menu.setAttribute("role", "toolbar");
  menu.setAttribute("aria-label", labels.toolbar);
  for (const button of menu.querySelectorAll("button[data-name]")) {
    const label = labels[button.dataset.name] ?? "";
    button.title = label;
    button.setAttribute("aria-label", label);
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
      nameButtons(frame, labels);
      document.querySelector(`label[for="${textarea.id}"]`)?.addEventListener("click", () => editor.commands.focus());
    },
    onUpdate({ editor }) {
      textarea.value = editor.isEmpty ? "" : editor.getHTML();
      textarea.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
}

for (const textarea of document.querySelectorAll("textarea[data-body-editor]")) enhance(textarea);
