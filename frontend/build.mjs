// Bundles each component into ../studio/ui/components/assets/<name>-<hash>.js and writes manifest.json.
//
// The bundles are committed, so that the studio runs where there is no Node. The name carries the
// hash of the content: the server may let browsers keep a bundle forever. `--out DIR` writes
// somewhere else (the test that compares a fresh build with the committed files uses it).
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { build } from "esbuild";

const here = import.meta.dirname;
const names = ["browser_replay", "camera", "drawing_pad", "figure", "flag_queue", "labeller", "live_chart", "pipeline_canvas", "row_pad", "sample_grid", "text_pad", "uploader"];
// Written in React, because React Flow is; all others are plain TypeScript.
const entries = Object.fromEntries(
  names.map((name) => [name, `src/${name}/index.${name === "pipeline_canvas" ? "tsx" : "ts"}`]),
);
const flag = process.argv.indexOf("--out");
const out =
  flag === -1
    ? join(here, "..", "studio", "ui", "components", "assets")
    : resolve(process.argv[flag + 1]);

const result = await build({
  absWorkingDir: here,
  entryPoints: names.map((name) => ({ in: entries[name], out: name })),
  entryNames: "[name]-[hash]",
  outdir: out,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  charset: "utf8",
  legalComments: "none",
  loader: { ".css": "text" },
  jsx: "automatic",
  define: { "process.env.NODE_ENV": '"production"' },
  metafile: true,
  write: false,
});

const manifest = {};
for (const [path, output] of Object.entries(result.metafile.outputs)) {
  const name = names.find((candidate) => output.entryPoint === entries[candidate]);
  manifest[name] = basename(path);
}

// The licences of what others wrote and the bundles hold.
const packages = new Set();
for (const path of Object.keys(result.metafile.inputs)) {
  const name = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
  if (name) packages.add(name);
}
const notices = [];
for (const name of [...packages].sort()) {
  const folder = join(here, "node_modules", name);
  const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? (await readFile(join(folder, file), "utf8")).trim() : `License: ${license}`;
  notices.push(`${name} ${version}\n\n${text}\n`);
}

await mkdir(out, { recursive: true });
const NOTICES = "third_party.txt";
const fresh = new Set([...Object.values(manifest), "manifest.json", NOTICES]);
for (const file of await readdir(out)) {
  if (!fresh.has(file)) await rm(join(out, file));
}
await writeFile(join(out, NOTICES), notices.join(`\n${"-".repeat(72)}\n\n`));
for (const file of result.outputFiles) await writeFile(file.path, file.contents);
const sorted = Object.fromEntries(names.map((name) => [name, manifest[name]]));
await writeFile(join(out, "manifest.json"), `${JSON.stringify(sorted, null, 2)}\n`);
for (const file of result.outputFiles) {
  console.log(`${basename(file.path)}  ${(file.contents.length / 1024).toFixed(1)} KiB`);
}
