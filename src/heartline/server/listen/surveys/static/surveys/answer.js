// Keeps every answer the moment it is given. The page works without this: then a page's answers are kept when it is sent.
"use strict";
const form = document.querySelector("form[data-keep]");
if (form) {
  let waiting = 0;
  const keep = () => {
    clearTimeout(waiting);
    waiting = 0;
    const body = new URLSearchParams(/** @type {any} */ (new FormData(form)));
    fetch(form.dataset.keep, { method: "POST", body, keepalive: true }).catch(() => {}); // the page is sent anyway
  };
  form.addEventListener("change", keep);
  form.addEventListener("input", (event) => {
    if (!/text|area/.test(event.target.type)) return;
    clearTimeout(waiting);
    waiting = setTimeout(keep, 800);
  });
  addEventListener("pagehide", () => waiting && keep());
  document.querySelector("[aria-invalid]")?.scrollIntoView({ block: "center" });
}
