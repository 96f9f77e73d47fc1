// The camera itself: asks for it, shows its live picture, cuts squares out of it, lets it go.

import { ApiError } from "../shared/http";

export class Lens {
  readonly video: HTMLVideoElement;
  private stream: MediaStream | null = null;
  private turn = 0;

  constructor(private readonly onLost: (error: ApiError) => void) {
    this.video = document.createElement("video");
    this.video.muted = true;
    this.video.playsInline = true;
    this.video.setAttribute("aria-label", "Live picture of the camera");
  }

  get live(): boolean {
    return this.stream !== null;
  }

  /** The camera in use, where the browser tells. */
  get device(): string | undefined {
    return this.track?.getSettings().deviceId;
  }

  /** Whether the camera looks at the person, who then expects a mirror. */
  get mirrored(): boolean {
    return this.track?.getSettings().facingMode !== "environment";
  }

  /** Starts a camera, the one facing the person by default. False: it was stopped meanwhile. */
  async start(device?: string): Promise<boolean> {
    this.stop();
    const turn = ++this.turn;
    if (!navigator.mediaDevices?.getUserMedia) throw insecure();
    const size = { width: { ideal: 640 }, height: { ideal: 480 } };
    const which = device ? { deviceId: { exact: device } } : { facingMode: { ideal: "user" } };
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { ...size, ...which } });
    } catch (failure) {
      throw explain(failure);
    }
    if (turn !== this.turn) {
      for (const track of stream.getTracks()) track.stop();
      return false;
    }
    this.stream = stream;
    this.track?.addEventListener("ended", () => {
      if (turn !== this.turn) return;
      this.stop();
      this.onLost(lost());
    });
    this.video.srcObject = stream;
    // A page that is hidden or left at this moment interrupts play(); that is no failure.
    await this.video.play().catch(() => undefined);
    return turn === this.turn;
  }

  /** Lets the camera go; its light goes out. */
  stop(): void {
    this.turn += 1;
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }

  /** The cameras of this device, once one of them may be used. */
  async devices(): Promise<MediaDeviceInfo[]> {
    const all = await navigator.mediaDevices.enumerateDevices();
    return all.filter(({ kind }) => kind === "videoinput");
  }

  /** The middle square of what the camera sees now, as it is and not mirrored; null: nothing yet. */
  shoot(size: number): Promise<Blob | null> {
    const { videoWidth, videoHeight } = this.video;
    const side = Math.min(videoWidth, videoHeight);
    if (side === 0) return Promise.resolve(null);
    const canvas = document.createElement("canvas");
    canvas.width = size;
    canvas.height = size;
    const paint = canvas.getContext("2d");
    if (!paint) return Promise.resolve(null);
    paint.imageSmoothingQuality = "high";
    const left = (videoWidth - side) / 2;
    const top = (videoHeight - side) / 2;
    paint.drawImage(this.video, left, top, side, side, 0, 0, size, size);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.92));
  }

  private get track(): MediaStreamTrack | undefined {
    return this.stream?.getVideoTracks()[0];
  }
}

/** Whether the person has allowed the camera before, so that asking shows no question. */
export async function isAllowed(): Promise<boolean> {
  try {
    const name = "camera" as PermissionName;
    return (await navigator.permissions.query({ name })).state === "granted";
  } catch {
    return false; // this browser does not tell
  }
}

function insecure(): ApiError {
  return new ApiError(
    "The browser does not lend its camera to this page.",
    `It does so only over HTTPS, or where the address begins with localhost; this one is ${location.origin}.`,
    "Open the studio as localhost, on the machine it runs on or through an SSH tunnel; or put HTTPS before it.",
    -1,
  );
}

function lost(): ApiError {
  return new ApiError(
    "The camera has stopped.",
    "It was unplugged, or its permission was taken away.",
    "Plug it in again, then start it again. The pictures taken so far are kept.",
    -1,
  );
}

/** The browser's own failure, in words. */
function explain(failure: unknown): ApiError {
  const name = failure instanceof Error ? failure.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") {
    return new ApiError(
      "This page may not use the camera.",
      "The permission was refused, here or in the settings of the system.",
      "Click the camera or the lock beside the address, allow the camera, then try again.",
      -1,
    );
  }
  if (name === "NotFoundError" || name === "OverconstrainedError") {
    return new ApiError(
      "There is no camera.",
      "The browser found none on this device.",
      "Plug one in, then try again; or upload pictures from another device.",
      -1,
    );
  }
  if (name === "NotReadableError" || name === "AbortError") {
    return new ApiError(
      "The camera does not start.",
      "Another program is using it, or it is not ready.",
      "Close other programs that show its picture, then try again.",
      -1,
    );
  }
  return new ApiError(
    "The camera does not start.",
    failure instanceof Error ? failure.message : String(failure),
    "Try again, or choose another camera.",
    -1,
  );
}
