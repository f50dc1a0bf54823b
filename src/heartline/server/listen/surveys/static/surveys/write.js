// Beside the form, which works without this: dragging, what people see while one writes, and texts put in at the caret.
"use strict";
(() => {
  const desk = document.querySelector(".desk");
  if (!desk) return;
  desk.classList.add("can-drag");
  const form = () => desk.querySelector("form.writing");
  const frames = desk.querySelector(".frames");
  const language = document.getElementById("preview-language");

  // what cannot be kept is shown like everything else
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.target?.id === "writing" && [400, 404, 409].includes(detail.xhr.status)) {
      detail.shouldSwap = true;
      detail.isError = false;
    }
  });
  document.addEventListener("htmx:afterSettle", () => {
    document.querySelector("#writing .warn[role=alert]")?.focus();
    preview();
  });

  /** Presses a button that the form does not show. @param {string} what */
  const press = (what) => {
    const button = Object.assign(document.createElement("button"), { name: "do", value: what, className: "sr" });
    form().append(button);
    button.click();
    setTimeout(() => button.remove());
  };

  /** Other questions have other answers: draws one condition anew, as the server shows it; a later change outruns it. */
  const underway = new Map();
  const look = async (target) => {
    const name = target.closest("div.when").querySelector("input[type=hidden]").name;
    const box = (root) => root.querySelector(`input[type=hidden][name=${JSON.stringify(name)}]`)?.closest("div.when");
    underway.get(name)?.abort();
    const way = new AbortController();
    underway.set(name, way);
    const body = new URLSearchParams(new FormData(form()));
    body.set("do", "look");
    const typed = () => JSON.stringify([...new FormData(form())].filter(([field]) => field.startsWith(name)));
    const before = typed();
    const answer = await fetch(location.pathname, { method: "POST", body, signal: way.signal }).catch(() => undefined);
    const text = answer?.ok && (await answer.text().catch(() => ""));
    const fresh = text && !way.signal.aborted && box(new DOMParser().parseFromString(text, "text/html"));
    const now = box(form());
    if (!fresh || !now || typed() !== before) return; // what was typed meanwhile is worth more
    const focused = now.contains(document.activeElement) && document.activeElement.name;
    now.replaceWith(fresh);
    if (focused) fresh.querySelector(`[name=${JSON.stringify(focused)}]`)?.focus();
  };

  // --- what people see
  let page = "";
  let timer = 0;
  let number = 0;
  const preview = async () => {
    clearTimeout(timer);
    const mine = ++number;
    const body = new URLSearchParams(new FormData(form()));
    body.set("lang", language.value);
    const answer = await fetch(`${frames.dataset.preview}?at=${encodeURIComponent(page)}`, { method: "POST", body }).catch(() => undefined);
    const text = await answer?.text();
    if (!text || mine !== number) return;
    for (const old of frames.querySelectorAll("iframe:not([hidden])")) {
      // a new frame instead of a new address: the way back leads to the page before, not to a keystroke
      const fresh = Object.assign(document.createElement("iframe"), { title: old.title, srcdoc: text, hidden: true });
      fresh.addEventListener("load", () => {
        if (mine !== number) return fresh.remove();
        const top = old.contentWindow?.scrollY || 0;
        fresh.hidden = false;
        old.remove();
        fresh.contentWindow?.scrollTo(0, top);
        frames.dataset.shown = String(mine);
      }, { once: true });
      old.after(fresh);
    }
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(preview, 400);
  };
  language.addEventListener("change", preview);

  let caret;
  desk.addEventListener("focusin", ({ target }) => {
    if (target.matches("input[type=text], textarea") && target.lang) caret = target;
    const near = target.closest("[data-page]")?.dataset.page || "";
    if (target.closest("form") && near !== page) {
      page = near;
      soon();
    }
  });
  desk.addEventListener("input", ({ target }) => target.closest("form.writing") && soon());
  desk.addEventListener("change", ({ target }) => {
    if (target.matches("[data-look]")) look(target);
  });
  desk.addEventListener("click", ({ target }) => {
    const code = target.closest("[data-pipe]")?.dataset.pipe;
    if (!code) return;
    const into = caret && desk.contains(caret) ? caret : target.closest("fieldset").querySelector("textarea");
    into.setRangeText(code, into.selectionStart ?? into.value.length, into.selectionEnd ?? into.value.length, "end");
    into.focus();
    soon();
  });

  // --- dragging: by pointer only; the buttons beside do the same for everybody
  let held;
  let place;
  const unmark = () => desk.querySelectorAll(".target, .target-end").forEach((one) => one.classList.remove("target", "target-end"));
  const over = (x, y) => {
    const kind = held.dataset.question ? "[data-question]" : "[data-page]";
    const all = [...desk.querySelectorAll(kind)].filter((one) => one !== held);
    const near = all.map((one) => [one, one.getBoundingClientRect()]).sort((a, b) => Math.abs(a[1].top + a[1].height / 2 - y) - Math.abs(b[1].top + b[1].height / 2 - y))[0];
    unmark();
    place = undefined;
    if (!near) return;
    const [one, box] = near;
    const after = y > box.top + box.height / 2;
    one.classList.add(after ? "target-end" : "target");
    place = [one, after];
  };
  const drop = () => {
    if (!place) return;
    const [one, after] = place;
    const siblings = [...one.parentElement.children].filter((each) => each !== held && each.matches(held.dataset.question ? "[data-question]" : "[data-page]"));
    const at = siblings.indexOf(one) + (after ? 1 : 0);
    if (held.dataset.question) press(`put:${held.dataset.question}>${one.closest("[data-page]").dataset.page}>${at}`);
    else press(`putpage:${held.dataset.page}>${at}`);
  };
  desk.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest("[data-handle]");
    if (!handle || event.button) return;
    event.preventDefault();
    held = handle.closest("[data-question], [data-page]");
    held.classList.add("held");
    handle.setPointerCapture(event.pointerId);
  });
  desk.addEventListener("pointermove", (event) => {
    if (!held) return;
    over(event.clientX, event.clientY);
    const edge = 60;
    if (event.clientY < edge) scrollBy(0, -12);
    else if (event.clientY > innerHeight - edge) scrollBy(0, 12);
  });
  const end = (dropped) => {
    if (!held) return;
    unmark();
    held.classList.remove("held");
    if (dropped) drop();
    held = place = undefined;
  };
  desk.addEventListener("pointerup", () => end(true));
  desk.addEventListener("pointercancel", () => end(false));
  addEventListener("keydown", (event) => event.key === "Escape" && end(false));
  preview(); // what was typed before this was here, or what the browser kept of an earlier visit
})();
