// Highlighting: words are chosen with the mouse or by keyboard; without this script whole sentences are, by their boxes.
"use strict";
const talk = document.querySelector("[data-talk]");
if (talk) {
  const fields = { turn: talk.elements.turn, start: talk.elements.start, end: talk.elements.end };
  const boxes = [...talk.querySelectorAll("input[name=s]")];
  const picked = talk.querySelector("[data-picked]");
  // Places are counted in characters, as the server does, not in halves of emojis.
  const characters = (text) => [...text].length;
  const place = (node, offset) => {
    const piece = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest("[data-turn]");
    if (!piece) return null;
    const before = document.createRange();
    before.selectNodeContents(piece);
    before.setEnd(node, offset);
    return { turn: piece.dataset.turn, at: Number(piece.dataset.start) + characters(before.toString()) };
  };
  const edges = (range) => {
    // A selection may begin or end between pieces: then the nearest piece within it counts.
    const pieces = [...talk.querySelectorAll("[data-turn]")].filter((piece) => range.intersectsNode(piece));
    if (!pieces.length) return null;
    const first = pieces[0], last = pieces[pieces.length - 1];
    const start = place(range.startContainer, range.startOffset) || { turn: first.dataset.turn, at: Number(first.dataset.start) };
    const end = place(range.endContainer, range.endOffset)
      || { turn: last.dataset.turn, at: Number(last.dataset.start) + characters(last.textContent) };
    if (start.turn === end.turn) return [start, end];
    // Words of several people are no quote of one: it ends with the first of them.
    const own = pieces.filter((piece) => piece.dataset.turn === start.turn);
    if (!own.length) return null;
    const final = own[own.length - 1];
    return [start, { turn: start.turn, at: Number(final.dataset.start) + characters(final.textContent) }];
  };
  const choose = () => {
    const selection = document.getSelection();
    const inside = selection.rangeCount && !selection.isCollapsed && talk.contains(selection.anchorNode);
    const found = inside ? edges(selection.getRangeAt(0)) : null;
    const any = found && found[1].at > found[0].at;
    fields.turn.value = any ? found[0].turn : "";
    fields.start.value = any ? found[0].at : "";
    fields.end.value = any ? found[1].at : "";
    const chosen = boxes.filter((box) => box.checked).map((box) => box.parentElement.textContent.trim()).join(" … ");
    picked.textContent = any ? selection.toString() : chosen;
  };
  document.addEventListener("selectionchange", choose);
  talk.addEventListener("change", choose);
  // Selecting with the mouse does not choose the sentence, too.
  talk.addEventListener("click", (event) => {
    if (event.target.closest("label") && !document.getSelection().isCollapsed) event.preventDefault();
  });
  talk.addEventListener("submit", choose);
  const STEPS = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 };
  talk.addEventListener("keydown", (event) => {
    const box = event.target;
    if (!boxes.includes(box)) return;
    if (event.key === "Enter") { event.preventDefault(); choose(); talk.requestSubmit(); return; }
    if (event.key === "Escape") { document.getSelection().removeAllRanges(); return; }
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const selection = document.getSelection();
    if (event.shiftKey) {
      const label = box.parentElement;
      if (selection.isCollapsed || !label.contains(selection.anchorNode)) {
        const words = label.querySelector("[data-turn]").firstChild;
        selection.collapse(words, 0);
      }
      selection.modify("extend", step > 0 ? "forward" : "backward", "word");
      return;
    }
    const next = boxes[boxes.indexOf(box) + step];
    if (next) { selection.removeAllRanges(); next.focus(); }
  });
}
