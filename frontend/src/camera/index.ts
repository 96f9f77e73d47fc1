// camera: shows the live picture and takes square samples of one class after the other.

import { button, count, element, plural, setText } from "../shared/dom";
import gatherCss from "../shared/gather.css";
import { asApiError, type ApiError } from "../shared/http";
import { mountable, type Arguments, type Instance } from "../shared/mount";
import { showNotice } from "../shared/notice";
import { SaveStatus, showRefused } from "../shared/saving";
import { Album, LARGEST_WAIT, type Shot } from "./album";
import { isAllowed, Lens } from "./lens";
import css from "./style.css";

interface CameraData {
  class_name: string | null;
  size: number;
  upload: string | null;
}

const RECORD_MS = 100;
const REPORT_MS = 1_000;
const PRIVACY = "The browser asks whether it may. Pictures go to this studio and nowhere else.";

class Camera implements Instance<CameraData> {
  private args: Arguments<CameraData>;
  private album: Album;
  private recording: ReturnType<typeof setInterval> | undefined;
  private recorded = 0;
  private starting = false;
  /** Running when the page was hidden: it starts again when the page is back. */
  private paused = false;
  private reported = "";
  private reportTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly urls = new Map<Shot, string>();
  private readonly items = new Map<Shot, HTMLElement>();
  private readonly lens = new Lens((error) => this.failed(error));
  private readonly view = element("div", { class: "view", tabindex: 0, role: "group", "aria-label": "Camera" });
  private readonly cover = element("div", { class: "cover" });
  private readonly startButton = button("Start the camera", () => void this.start(), {
    class: "button primary",
  });
  private readonly badge = element("span", { class: "badge numbers", hidden: true });
  private readonly takeButton = button("Take a picture", () => void this.take(), {
    class: "button primary",
    "aria-keyshortcuts": "Space",
    title: "Space",
  });
  private readonly recordButton = button("Hold to record", () => undefined, {
    class: "button record",
    title: "Takes about ten pictures a second while it is held",
  });
  private readonly devices = element("select", { class: "devices", "aria-label": "Camera", hidden: true });
  private readonly lensPlace = element("div");
  private readonly savePlace = element("div");
  private readonly countLine = element("p", { class: "count", "aria-live": "polite" });
  private readonly status = new SaveStatus();
  private readonly others = element("p", { class: "muted small numbers" });
  private readonly recent = element("ul", { class: "recent", "aria-label": "Latest pictures" });
  private readonly onVisibility = (): void => this.visibility();
  private readonly onBlur = (): void => this.stopRecording();
  private readonly onUnload = (event: BeforeUnloadEvent): void => {
    if (this.album.waiting > 0) event.preventDefault();
  };

  constructor(host: HTMLElement, args: Arguments<CameraData>) {
    this.args = args;
    this.album = this.openAlbum(args.data.upload);
    this.view.append(this.lens.video, this.cover, this.badge);
    this.takeButton.append(element("kbd", { class: "key on-accent", "aria-hidden": true }, "Space"));
    this.devices.addEventListener("change", () => void this.start(this.devices.value));
    host.append(
      element(
        "div",
        { class: "camera" },
        element(
          "div",
          { class: "camera-main" },
          this.view,
          element("div", { class: "tools" }, this.takeButton, this.recordButton),
          this.devices,
          this.lensPlace,
        ),
        element(
          "section",
          { class: "side", "aria-label": "Pictures" },
          element("div", { class: "count-row" }, this.countLine, this.status.root),
          this.others,
          this.savePlace,
          this.recent,
        ),
      ),
    );
    this.listenForHolding();
    host.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("visibilitychange", this.onVisibility);
    addEventListener("blur", this.onBlur);
    addEventListener("beforeunload", this.onUnload);
    this.refresh();
    void isAllowed().then((allowed) => {
      if (allowed && host.isConnected) void this.start();
    });
  }

  update(args: Arguments<CameraData>): void {
    const { class_name, upload } = args.data;
    if (class_name !== this.args.data.class_name) this.stopRecording();
    const other = upload !== null && upload !== this.args.data.upload && upload !== this.album.upload;
    this.args = args;
    if (other) {
      this.album.onChange = () => undefined;
      this.album = this.openAlbum(upload);
      this.reported = "";
    }
    this.refresh();
  }

  dispose(): void {
    this.stopRecording();
    this.lens.stop();
    clearTimeout(this.reportTimer);
    this.album.onChange = () => undefined;
    for (const url of this.urls.values()) URL.revokeObjectURL(url);
    document.removeEventListener("visibilitychange", this.onVisibility);
    removeEventListener("blur", this.onBlur);
    removeEventListener("beforeunload", this.onUnload);
  }

  private openAlbum(upload: string | null): Album {
    const album = Album.open(upload);
    album.onChange = () => this.refresh();
    return album;
  }

  private async start(device?: string): Promise<void> {
    this.starting = true;
    this.paused = false;
    showNotice(this.lensPlace, null);
    this.refresh();
    try {
      if (!(await this.lens.start(device))) return; // stopped or started anew meanwhile
      this.starting = false;
      this.refresh();
      this.view.focus({ preventScroll: true });
      await this.offerDevices();
    } catch (failure) {
      this.failed(asApiError(failure));
    }
  }

  /** A choice where there are several cameras, as on a phone. */
  private async offerDevices(): Promise<void> {
    const found = await this.lens.devices();
    this.devices.hidden = found.length < 2;
    this.devices.replaceChildren(
      ...found.map(({ deviceId, label }, place) =>
        element("option", { value: deviceId }, label || `Camera ${place + 1}`),
      ),
    );
    this.devices.value = this.lens.device ?? "";
  }

  private failed(error: ApiError): void {
    this.starting = false;
    this.stopRecording();
    showNotice(this.lensPlace, error, { label: "Try again", run: () => void this.start() });
    this.refresh();
  }

  /** A hidden page takes no pictures and lets the camera go. */
  private visibility(): void {
    if (document.hidden && (this.lens.live || this.starting)) {
      this.stopRecording();
      this.lens.stop();
      this.starting = false;
      this.paused = true;
      this.refresh();
    } else if (!document.hidden && this.paused) {
      void this.start(this.devices.value || undefined);
    }
  }

  private async take(): Promise<void> {
    const { class_name, size } = this.args.data;
    if (!this.ready || class_name === null) return;
    const picture = await this.lens.shoot(size);
    if (!picture) return;
    this.album.add(class_name, picture);
    if (this.recording === undefined) this.flash();
  }

  private get ready(): boolean {
    return this.lens.live && this.args.data.class_name !== null;
  }

  private flash(): void {
    const light = element("div", { class: "light" });
    light.addEventListener("animationend", () => light.remove());
    this.view.querySelector(".light")?.remove();
    this.view.append(light);
  }

  /** The record button works while it is held, by mouse, finger or key. */
  private listenForHolding(): void {
    const held = this.recordButton;
    held.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      held.setPointerCapture(event.pointerId);
      this.startRecording();
    });
    held.addEventListener("contextmenu", (event) => event.preventDefault());
    for (const name of ["pointerup", "pointercancel", "lostpointercapture", "blur"]) {
      held.addEventListener(name, () => this.stopRecording());
    }
    held.addEventListener("keydown", (event) => {
      if (event.code !== "Space" && event.code !== "Enter") return;
      event.preventDefault();
      if (!event.repeat) this.startRecording();
    });
    held.addEventListener("keyup", () => this.stopRecording());
  }

  private startRecording(): void {
    if (!this.ready || this.recording !== undefined) return;
    this.recorded = 0;
    const shoot = (): void => {
      if (this.album.waiting >= LARGEST_WAIT) return;
      this.recorded += 1;
      void this.take();
    };
    this.recording = setInterval(shoot, RECORD_MS);
    shoot();
    this.refresh();
  }

  private stopRecording(): void {
    if (this.recording === undefined) return;
    clearInterval(this.recording);
    this.recording = undefined;
    this.refresh();
  }

  private key(event: KeyboardEvent): void {
    event.stopPropagation();
    const target = event.composedPath()[0];
    const own = target instanceof HTMLButtonElement || target instanceof HTMLSelectElement;
    if (event.code !== "Space" || own || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (!event.repeat) void this.take();
  }

  private refresh(): void {
    const { class_name } = this.args.data;
    const { state, waiting } = this.album;
    const recording = this.recording !== undefined;
    this.takeButton.disabled = !this.ready || recording;
    this.recordButton.disabled = !this.ready;
    this.recordButton.classList.toggle("on", recording);
    setText(this.recordButton, recording ? "Recording…" : "Hold to record");
    this.badge.hidden = !recording;
    setText(this.badge, count(this.recorded));
    this.view.classList.toggle("live", this.lens.live);
    this.view.classList.toggle("mirrored", this.lens.mirrored);
    this.refreshCover();
    setText(
      this.countLine,
      class_name === null
        ? "Choose a class to take pictures of."
        : `${class_name}: ${plural(this.album.count(class_name), "picture")}`,
    );
    const others = Object.entries(this.album.counts).filter(([name]) => name !== class_name);
    setText(this.others, others.map(([name, number]) => `${name} ${count(number)}`).join(" · "));
    this.others.hidden = others.length === 0;
    this.status.show(state, waiting);
    showRefused(this.savePlace, this.album, plural(waiting, "picture"), () => this.album.discard());
    this.showRecent();
    this.planReport();
  }

  private refreshCover(): void {
    this.cover.hidden = this.lens.live;
    if (this.lens.live) return;
    const failed = this.lensPlace.childElementCount > 0;
    let text = PRIVACY;
    if (this.starting) text = "Starting the camera…";
    else if (this.paused) text = "Paused while this page is hidden.";
    else if (failed) text = "No picture.";
    this.startButton.hidden = this.starting || this.paused || failed;
    this.cover.replaceChildren(this.startButton, element("p", { class: "small" }, text));
  }

  private showRecent(): void {
    const wanted = new Set(this.album.recent);
    for (const [shot, item] of this.items) {
      if (wanted.has(shot)) continue;
      item.remove();
      this.items.delete(shot);
      URL.revokeObjectURL(this.urls.get(shot) ?? "");
      this.urls.delete(shot);
    }
    this.album.recent.forEach((shot, place) => {
      const item = this.items.get(shot) ?? this.thumbnail(shot);
      if (this.recent.children[place] !== item) {
        this.recent.insertBefore(item, this.recent.children[place] ?? null);
      }
      item.classList.toggle("waiting", !shot.saved);
    });
  }

  private thumbnail(shot: Shot): HTMLElement {
    const url = URL.createObjectURL(shot.picture);
    const label = `picture of ${shot.class_name}`;
    const remove = button("×", () => this.album.remove(shot), {
      class: "button remove",
      "aria-label": `Remove this ${label}`,
      title: "Remove",
    });
    const item = element(
      "li",
      {},
      element("img", { class: "shot", src: url, alt: label }),
      element("span", { class: "caption", title: shot.class_name }, shot.class_name),
      remove,
    );
    this.urls.set(shot, url);
    this.items.set(shot, item);
    return item;
  }

  /** Tells Python what is saved once the person pauses. */
  private planReport(): void {
    clearTimeout(this.reportTimer);
    const { upload, counts, total, state } = this.album;
    if (upload === null || state !== "saved" || this.recording !== undefined) return;
    const shots = { upload, counts, total };
    const text = JSON.stringify(shots);
    if (text === this.reported) return;
    this.reportTimer = setTimeout(() => {
      this.reported = text;
      this.args.setStateValue("shots", shots);
    }, REPORT_MS);
  }
}

export default mountable<CameraData>(gatherCss + css, (host, args) => new Camera(host, args));
