// Bundles and copies what the pages load, under names that carry their versions, into the shell's static folder.
import { build } from "esbuild";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";

const target = new URL("../src/heartline/server/shell/static/vendor/", import.meta.url);
const { dependencies: pins } = JSON.parse(await readFile("package.json", "utf8"));
const licences = { echarts: "Apache-2.0", "htmx.org": "0BSD", "lucide-static": "ISC", "@fontsource-variable/inter": "OFL-1.1" };
const icons = ["arrow-left", "arrow-right", "bell", "book-open", "building-2", "calendar", "check", "chevron-down", "chevron-right", "circle-help",
  "clock", "credit-card", "download", "eye", "file", "file-spreadsheet", "flag", "globe", "heart", "history", "image", "info", "key",
  "link-2", "list", "log-out", "mail", "map", "menu", "message-circle", "package", "pencil", "phone", "plus", "printer", "refresh-cw",
  "route", "search", "send", "settings", "share-2", "shield", "sliders-horizontal", "smartphone", "star", "store", "trash-2",
  "triangle-alert", "truck", "undo-2", "upload", "user", "users", "x"];

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });

await build({
  entryPoints: ["charts.js"], bundle: true, minify: true, format: "iife", target: "es2020", legalComments: "none",
  banner: { js: `/* Apache ECharts ${pins.echarts}, Apache-2.0, https://echarts.apache.org */` },
  outfile: new URL(`echarts-${pins.echarts}.js`, target).pathname,
});

await cp("node_modules/htmx.org/dist/htmx.min.js", new URL(`htmx-${pins["htmx.org"]}.js`, target));

const symbols = await Promise.all(icons.map(async (name) => {
  const svg = await readFile(`node_modules/lucide-static/icons/${name}.svg`, "utf8");
  const shapes = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.indexOf("</svg>")).replace(/\s*\n\s*/g, "");
  return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${shapes}</symbol>`;
}));
await writeFile(new URL(`lucide-${pins["lucide-static"]}.svg`, target),
  `<!-- Lucide ${pins["lucide-static"]}, ISC, https://lucide.dev -->\n<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);

const inter = pins["@fontsource-variable/inter"];
const ranges = {
  latin: "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD",
  "latin-ext": "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+0304,U+0308,U+0329,U+1D00-1DBF,U+1E00-1E9F,U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF",
};
const faces = await Promise.all(Object.entries(ranges).map(async ([subset, range]) => {
  const name = `inter-${inter}-${subset}.woff2`;
  await cp(`node_modules/@fontsource-variable/inter/files/inter-${subset}-wght-normal.woff2`, new URL(name, target));
  return `@font-face{font-family:"Inter Variable";font-style:normal;font-weight:100 900;font-display:swap;src:url(${name}) format("woff2-variations");unicode-range:${range}}`;
}));
await writeFile(new URL(`inter-${inter}.css`, target), `/* Inter ${inter}, OFL-1.1, https://rsms.me/inter */\n${faces.join("\n")}\n`);

await writeFile(new URL("LICENCES.txt", target),
  Object.entries(pins).map(([name, version]) => `${name} ${version}: ${licences[name]}`).join("\n") + "\n");
