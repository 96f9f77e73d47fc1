// Stands in for @litertjs/wasm-utils: LiteRT's loader is part of the bundle, and its wasm is handed to it.
//
// The original loads a script and a file by their addresses, which a page opened from disk may not do.

import type { WasmModule } from "@litertjs/wasm-utils";
import start from "@litertjs/core/wasm/litert_wasm_compat_internal.js";

let binary: Uint8Array | null = null;

/** Takes the bytes of the wasm, before LiteRT is loaded. */
export function supply(bytes: Uint8Array): void {
  binary = bytes;
}

/** As the original, but for what it is loaded from. */
export async function createWasmLib<Library>(
  Library: new (module: WasmModule) => Library,
): Promise<Library> {
  if (!binary) throw new Error("LiteRT's wasm is missing.");
  const module = await start({ wasmBinary: binary, print: unless, printErr: unless });
  binary = null;
  return new Library(module);
}

/** LiteRT tells the console of everything it does; only what goes wrong is worth a line. */
function unless(line: string): void {
  if (/^(ERROR|FATAL)/.test(line)) console.error(line);
}
