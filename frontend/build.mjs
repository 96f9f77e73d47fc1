// Bundles each component into ../studio/ui/components/assets/<name>-<hash>.js and writes manifest.json.
//
// The bundles are committed, so that the studio runs where there is no Node. The name carries the
// hash of the content: the server may let browsers keep a bundle forever. `--out DIR` writes
// somewhere else (the test that compares a fresh build with the committed files uses it).
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { build } from "esbuild";

const here = import.meta.dirname;
const names = ["browser_replay", "camera", "drawing_pad", "figure", "flag_queue", "labeller", "live_chart", "sample_grid", "text_pad", "uploader"];
const flag = process.argv.indexOf("--out");
const out =
  flag === -1
    ? join(here, "..", "studio", "ui", "components", "assets")
    : resolve(process.argv[flag + 1]);

const result = await build({
  absWorkingDir: here,
  entryPoints: names.map((name) => ({ in: `src/${name}/index.ts`, out: name })),
  entryNames: "[name]-[hash]",
  outdir: out,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  charset: "utf8",
  legalComments: "none",
  loader: { ".css": "text" },
  metafile: true,
  write: false,
});

const manifest = {};
for (const [path, output] of Object.entries(result.metafile.outputs)) {
  const name = names.find((candidate) => output.entryPoint === `src/${candidate}/index.ts`);
  manifest[name] = basename(path);
}

await mkdir(out, { recursive: true });
const fresh = new Set([...Object.values(manifest), "manifest.json"]);
for (const file of await readdir(out)) {
  if (!fresh.has(file)) await rm(join(out, file));
}
for (const file of result.outputFiles) await writeFile(file.path, file.contents);
const sorted = Object.fromEntries(names.map((name) => [name, manifest[name]]));
await writeFile(join(out, "manifest.json"), `${JSON.stringify(sorted, null, 2)}\n`);
for (const file of result.outputFiles) {
  console.log(`${basename(file.path)}  ${(file.contents.length / 1024).toFixed(1)} KiB`);
}
