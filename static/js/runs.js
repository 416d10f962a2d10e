/* The text of an article as it is read: in runs, each the words of one block that stand together. An item of a list has
   its own words in a run, and those of a list within it in others. */

const BLOCKS = "p, li, h1, h2, h3, h4, td, th, caption, blockquote, figcaption, dt, dd, pre, div";

/* The runs of ROOT in their order, as {block, nodes, text}: NODES its text nodes, whose data make up TEXT. */
export function runsOf(root) {
  const runs = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  let run = null;
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.nodeType === Node.ELEMENT_NODE) {
      if (node.matches(`br, ${BLOCKS}`)) run = null;
      continue;
    }
    const block = node.parentElement.closest(BLOCKS) ?? root;
    if (run?.block !== block) {
      run = { block, nodes: [], text: "" };
      runs.push(run);
    }
    run.nodes.push(node);
    run.text += node.data;
  }
  return runs.filter((one) => one.text.trim());
}

/* The range of RUN's text from START to END, in whatever elements it lies. */
export function rangeOf(run, start, end) {
  const range = document.createRange();
  let passed = 0;
  for (const node of run.nodes) {
    const next = passed + node.length;
    if (passed <= start && start < next) range.setStart(node, start - passed);
    if (passed < end && end <= next) {
      range.setEnd(node, end - passed);
      break;
    }
    passed = next;
  }
  return range;
}
