declare module "@litertjs/core/wasm/litert_wasm_compat_internal.js" {
  import type { WasmModule } from "@litertjs/wasm-utils";
  /** Starts LiteRT's code with the bytes of its wasm. */
  export default function start(settings: {
    wasmBinary: Uint8Array;
    print(line: string): void;
    printErr(line: string): void;
  }): Promise<WasmModule>;
}
