// Builds the script that companies put on their own pages, and says in it of which sources it was made.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile } from "node:fs/promises";

const here = new URL("./", import.meta.url);
const target = new URL("../../src/heartline/server/collect/tracking/static/tracking/hl.js", here);
const { version } = JSON.parse(await readFile(new URL("../node_modules/web-vitals/package.json", here), "utf8"));

const sources = createHash("sha256");
for (const name of (await readdir(here)).filter((name) => name.endsWith(".js")).sort()) sources.update(await readFile(new URL(name, here)));

await mkdir(new URL("./", target), { recursive: true });
await build({
  entryPoints: [new URL("hl.js", here).pathname], bundle: true, minify: true, format: "iife", target: "es2022", legalComments: "none",
  define: { VERSION: JSON.stringify("1") },
  banner: { js: `/* Heartline, web-vitals ${version}: Apache-2.0. ${sources.digest("hex").slice(0, 8)} */` },
  outfile: target.pathname,
});
