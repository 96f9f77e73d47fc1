// Builds the page that goes with an exported model into ../studio/exports/assets: one script with LiteRT.js in it, one
// style sheet, and LiteRT's wasm, packed.
//
// They are committed, as the components' bundles are; `--out DIR` writes somewhere else.
//
// The wasm is the one that every browser of the last years runs ("compat": without relaxed SIMD).
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = import.meta.dirname;
const flag = process.argv.indexOf("--out");
const out = flag === -1 ? join(here, "..", "studio", "exports", "assets") : resolve(process.argv[flag + 1]);
const litert = join(here, "node_modules", "@litertjs", "core");

const patches = {
  name: "litert",
  setup({ onLoad }) {
    // It asks for a graphics card before it runs anything; these models are too small to gain by one.
    onLoad({ filter: /@litertjs[\\/]core[\\/]dist[\\/]index\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const asks = "await createDefaultWebGpuDevice()";
      if (source.split(asks).length !== 2) throw new Error(`${asks} is not in ${path} once.`);
      return { contents: source.replace(asks, "null"), loader: "js" };
    });
    // It is written to be a script of its own.
    onLoad({ filter: /litert_wasm_compat_internal\.js$/ }, async ({ path }) => ({
      contents: `${await readFile(path, "utf8")}\nexport default ModuleFactory;`,
      loader: "js",
    }));
  },
};

await mkdir(out, { recursive: true });
const options = {
  absWorkingDir: here,
  bundle: true,
  target: "es2022",
  minify: true,
  charset: "utf8",
  legalComments: "none",
  write: false,
};
const script = await build({
  ...options,
  entryPoints: ["src/page/index.ts"],
  format: "iife",
  alias: { "@litertjs/wasm-utils": "./src/page/runtime.ts" },
  external: ["node:*"],
  define: { "import.meta.url": '"https://localhost/"' },
  plugins: [patches],
});
const style = await build({
  ...options,
  stdin: {
    contents: ["shared/base", "shared/answers", "shared/gather", "shared/paper", "page/style"]
      .map((name) => `@import "./src/${name}.css";`)
      .join("\n"),
    resolveDir: here,
    loader: "css",
  },
});
const wasm = await readFile(join(litert, "wasm", "litert_wasm_compat_internal.wasm"));
const files = {
  "page.js": script.outputFiles[0].contents,
  "page.css": style.outputFiles[0].contents,
  "litert.wasm.gz": gzipSync(wasm, { level: 9 }),
};
for (const [name, contents] of Object.entries(files)) {
  await writeFile(join(out, name), contents);
  console.log(`${name}  ${(contents.length / 1024).toFixed(1)} KiB`);
}
