// Saves a chart or a drawing as a picture with what a reader needs beside it: the page's question, the answer, what it
// shows, and as of when. Prints the page. Both buttons are hidden where there is no script.
"use strict";
(() => {
  const SCALE = 2, WIDE = 1200, EDGE = 40;
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const text = (selector, inside = document) => (inside.querySelector(selector)?.textContent || "").replace(/\s+/g, " ").trim();
  const LOOKS = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linecap",
    "stroke-linejoin", "opacity", "font-family", "font-size", "font-weight", "letter-spacing", "text-anchor", "paint-order",
    "dominant-baseline", "display", "visibility", "stop-color", "stop-opacity", "clip-path", "vector-effect"];

  function lines(pen, words, width) {  // broken where they fit
    const made = [""];
    for (const word of words.split(" ")) {
      const longer = `${made[made.length - 1]} ${word}`.trim();
      if (pen.measureText(longer).width > width && made[made.length - 1]) made.push(word);
      else made[made.length - 1] = longer;
    }
    return made;
  }

  function resolved(svg) {  // a copy that carries its looks itself: tokens and style sheets do not travel with it
    const copy = svg.cloneNode(true), box = svg.getBoundingClientRect();
    const from = [svg, ...svg.querySelectorAll("*")], to = [copy, ...copy.querySelectorAll("*")];
    from.forEach((one, at) => {
      const looks = getComputedStyle(one);
      for (const name of LOOKS) {
        const value = looks.getPropertyValue(name);
        if (value && !value.includes("url(\"#")) to[at].setAttribute(name, value);
      }
    });
    for (const title of copy.querySelectorAll("title")) title.remove();
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("width", box.width);
    copy.setAttribute("height", box.height);
    return copy;
  }

  function loaded(svg) {
    return new Promise((done, failed) => {
      const image = new Image();
      image.onload = () => done(image);
      image.onerror = failed;
      image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(resolved(svg)))}`;
    });
  }

  const seen = (one) => one.getBoundingClientRect().width > 0 && !one.classList.contains("icon");

  async function drawings(figure) {  // what there is to see: canvases of charts, else drawings
    const found = [...figure.querySelectorAll("canvas")].filter(seen);
    const shown = found.length ? found : [...figure.querySelectorAll("svg")].filter((one) => seen(one) && !one.parentElement.closest("svg"));
    return Promise.all(shown.map(async (one) => {
      const box = one.getBoundingClientRect();
      return { image: one.tagName === "CANVAS" ? one : await loaded(one), width: box.width, height: box.height };
    }));
  }

  function compose(pictures, figure) {
    const family = "'Inter Variable', Inter, system-ui, sans-serif";
    const section = figure.closest("section");
    const parts = [
      { words: text("h1"), font: `650 28px ${family}`, colour: "ink", high: 36, after: 8 },
      { words: text(".answer"), font: `400 18px ${family}`, colour: "soft", high: 27, after: 20 },
      { words: section ? text("h2", section) : "", font: `620 18px ${family}`, colour: "ink", high: 26, after: 4 },
      { words: text("figcaption", figure), font: `400 14px ${family}`, colour: "soft", high: 21, after: 12 },
    ].filter((part) => part.words);
    const canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
    for (const part of parts) { pen.font = part.font; part.lines = lines(pen, part.words, WIDE - 2 * EDGE); }
    const factor = (picture) => Math.min(2, (WIDE - 2 * EDGE) / picture.width);
    const above = parts.reduce((sum, part) => sum + part.lines.length * part.high + part.after, EDGE);
    const height = pictures.reduce((sum, one) => sum + one.height * factor(one) + 12, above) + 28 + EDGE;
    canvas.width = WIDE * SCALE;
    canvas.height = height * SCALE;
    pen.scale(SCALE, SCALE);
    pen.fillStyle = token("card");
    pen.fillRect(0, 0, WIDE, height);
    pen.textBaseline = "top";
    let y = EDGE;
    for (const part of parts) {
      pen.font = part.font;
      pen.fillStyle = token(part.colour);
      for (const line of part.lines) { pen.fillText(line, EDGE, y); y += part.high; }
      y += part.after;
    }
    for (const one of pictures) {
      pen.drawImage(one.image, EDGE, y, one.width * factor(one), one.height * factor(one));
      y += one.height * factor(one) + 12;
    }
    pen.font = `400 13px ${family}`;
    pen.fillStyle = token("faint");
    const today = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long" }).format(new Date());  // “as of today” says little later
    pen.fillText(["Heartline", text(".asof"), text("#chip-period b"), today].filter(Boolean).join(" · "), EDGE, y + 8);
    return canvas;
  }

  async function save(button) {
    const figure = button.closest("[data-drawing], figure, section");
    await document.fonts.ready;
    const canvas = compose(await drawings(figure), figure);
    canvas.toBlob((blob) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = `${text("h1").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 60) || "heartline"}.png`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    });
  }

  const offer = () => { for (const one of document.querySelectorAll("[data-picture], [data-print]")) one.hidden = false; };
  document.addEventListener("click", (event) => {
    const picture = event.target.closest("[data-picture]");
    if (picture) save(picture);
    if (event.target.closest("[data-print]")) window.print();
  });
  document.addEventListener("htmx:afterSettle", offer);
  offer();
})();
