// The files of a page: inside it, or beside it.

const FILES = { wasm: "litert.wasm.gz", model: "model.tflite", facts: "model.json" } as const;
export type FileName = keyof typeof FILES;

/** Reads one file; packed ones are unpacked, whether or not a server has done so on the way. */
export async function readFile(name: FileName): Promise<Uint8Array<ArrayBuffer>> {
  const inside = document.getElementById(`file-${name}`);
  const found = inside ? decoded(inside.textContent ?? "") : await fetched(FILES[name]);
  return found[0] === 0x1f && found[1] === 0x8b ? unpacked(found) : found;
}

async function fetched(file: string): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await fetch(file);
  if (!answer.ok) throw new Error(`${file} is missing (${answer.status}).`);
  return new Uint8Array(await answer.arrayBuffer());
}

function decoded(text: string): Uint8Array<ArrayBuffer> {
  const raw = atob(text.trim());
  const bytes = new Uint8Array(raw.length);
  for (let place = 0; place < raw.length; place += 1) bytes[place] = raw.charCodeAt(place);
  return bytes;
}

async function unpacked(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
