// A button with data-copy copies the page's [data-line], and says so for a moment.
"use strict";
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const line = document.querySelector("[data-line]");
  const label = button.querySelector("span");
  button.dataset.says ||= label.textContent;
  try {
    await navigator.clipboard.writeText(line.textContent);
    label.textContent = button.dataset.copied;
    setTimeout(() => { label.textContent = button.dataset.says; }, 2000);
  } catch {
    getSelection().selectAllChildren(line); // no clipboard without TLS: what is to be copied is selected
  }
});
