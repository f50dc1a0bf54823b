// Files may be dropped; they go at once, with their progress, unless they are too many or too large.
"use strict";
const dropOf = (event) => event.target.closest && event.target.closest("form.drop");
for (const kind of ["dragenter", "dragover"]) {
  document.addEventListener(kind, (event) => {
    const form = dropOf(event);
    if (!form) return;
    event.preventDefault();
    form.classList.add("over");
  });
}
document.addEventListener("dragleave", (event) => {
  const form = dropOf(event);
  if (form && !form.contains(event.relatedTarget)) form.classList.remove("over");
});
document.addEventListener("drop", (event) => {
  const form = dropOf(event);
  if (!form) return;
  event.preventDefault();
  form.classList.remove("over");
  const input = form.querySelector("input[type=file]");
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
document.addEventListener("change", (event) => {
  const form = dropOf(event);
  if (!form || event.target.type !== "file" || !event.target.files.length) return;
  const files = [...event.target.files];
  const wrong = form.querySelector(".drop-wrong");
  const large = files.reduce((sum, file) => sum + file.size, 0) > Number(form.dataset.most || Infinity);
  const many = files.length > Number(form.dataset.files || Infinity);
  wrong.hidden = !(large || many);
  if (large || many) { wrong.textContent = large ? wrong.dataset.large : wrong.dataset.many; return; }
  form.requestSubmit();
});
document.addEventListener("htmx:xhr:progress", (event) => {
  const form = dropOf(event);
  if (!form || !event.detail.lengthComputable) return;
  const bar = form.querySelector("progress");
  bar.hidden = false;
  bar.value = 100 * event.detail.loaded / event.detail.total;
});
// A refusal is a sentence to be read.
document.addEventListener("htmx:beforeSwap", (event) => {
  const status = event.detail.xhr.status;
  if (dropOf(event) && status >= 400 && status < 500) { event.detail.shouldSwap = true; event.detail.isError = false; }
});
