// A picture file as bytes that an endpoint takes: as it is, or made smaller where it is large.

import { ApiError } from "../shared/http";

const LIMIT_BYTES = 900_000;
const LIMIT_SIDE = 1024;

/** Returns the bytes of a picture file. Throws ApiError where the browser cannot read it as a picture. */
export async function readPicture(file: File): Promise<Uint8Array> {
  if (file.size <= LIMIT_BYTES) return new Uint8Array(await file.arrayBuffer());
  const picture = await createImageBitmap(file).catch(() => null);
  const shrink = picture ? Math.min(1, LIMIT_SIDE / Math.max(picture.width, picture.height)) : 0;
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round((picture?.width ?? 0) * shrink));
  canvas.height = Math.max(1, Math.round((picture?.height ?? 0) * shrink));
  if (picture) canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture?.close();
  const small = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", 0.92));
  if (!picture || !small) {
    throw new ApiError(
      `${file.name} is no picture that this browser can read.`,
      "It is large, and has to be made smaller before it is sent.",
      "Choose a PNG, JPEG, WebP, GIF or BMP file.",
      -1,
    );
  }
  return new Uint8Array(await small.arrayBuffer());
}
