// Builds the scripts that ask people: the one for the company's own pages, and the kiosk's.
import { build, transform } from "esbuild";
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";

const here = new URL("./", import.meta.url);
const target = new URL("../../src/heartline/server/listen/surveys/static/surveys/", here);

/** Sheets become texts, as small as they can be. */
const sheets = {
  name: "sheets",
  setup(/** @type {any} */ building) {
    building.onLoad({ filter: /\.css$/ }, async ({ path }) => ({
      contents: (await transform(await readFile(path, "utf8"), { loader: "css", minify: true })).code.trim(), loader: "text",
    }));
  },
};

const sources = createHash("sha256");
for (const name of (await readdir(here)).filter((name) => /\.(js|css)$/.test(name)).sort()) sources.update(await readFile(new URL(name, here)));
for (const name of ["consent.js", "options.js", "store.js"]) sources.update(await readFile(new URL(`../hl/${name}`, here)));
const banner = { js: `/* Heartline: Apache-2.0. ${sources.digest("hex").slice(0, 8)} */` };

for (const [entry, outfile] of [["ask.js", "hl-ask.js"], ["kiosk.js", "kiosk.js"]]) {
  await build({
    entryPoints: [new URL(entry, here).pathname], bundle: true, minify: true, format: "iife", target: "es2022", legalComments: "none",
    plugins: [sheets], banner, outfile: new URL(outfile, target).pathname,
  });
}
