// The key “/” leads to the search from anywhere; arrows walk through what is found, Enter opens it, Escape leaves.
"use strict";
(() => {
  const form = document.querySelector("[data-find]");
  if (!form) return;
  const box = form.querySelector("input[type=search]");
  const found = form.querySelector("#found");
  const links = () => [...found.querySelectorAll("a")];

  const open = (yes) => found.classList.toggle("open", yes && found.childElementCount > 0);
  const writing = (one) => one.matches("input, textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || writing(event.target)) return;
    event.preventDefault();
    document.body.classList.add("finding");
    box.focus();
    box.select();
  });

  form.addEventListener("keydown", (event) => {
    const all = links();
    const at = all.indexOf(document.activeElement);
    if (event.key === "ArrowDown" && all.length) {
      event.preventDefault();
      open(true);
      all[Math.min(at + 1, all.length - 1)].focus();
    } else if (event.key === "ArrowUp" && at >= 0) {
      event.preventDefault();
      if (at === 0) box.focus(); else all[at - 1].focus();
    } else if (event.key === "Home" && at >= 0) {
      event.preventDefault();
      all[0].focus();
    } else if (event.key === "End" && at >= 0) {
      event.preventDefault();
      all[all.length - 1].focus();
    } else if (event.key === "Escape") {
      event.preventDefault();
      const wasOpen = found.classList.contains("open");
      open(false);
      if (at >= 0) box.focus(); else if (wasOpen) box.select(); else { box.value = ""; box.blur(); }
    } else if (event.key === "Enter" && event.target === box && all.length && found.dataset.of === box.value.trim()) {
      event.preventDefault();  // what is found is below: the first of it is meant
      window.location.assign(all[0].href);
    }
  });

  box.addEventListener("focus", () => open(true));
  box.addEventListener("input", () => { if (!box.value.trim()) { found.replaceChildren(); open(false); } });
  // somebody may have typed on meanwhile: what came belongs to the words that were sent
  form.addEventListener("htmx:afterSwap", (event) => {
    found.dataset.of = event.detail.requestConfig.parameters.q.trim();
    open(true);
  });
  document.addEventListener("click", (event) => { if (!form.contains(event.target)) open(false); });
  form.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !form.contains(event.relatedTarget)) open(false);
  });
})();
