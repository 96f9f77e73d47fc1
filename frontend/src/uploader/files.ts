// What a person dropped or chose, as a flat list of files with their paths.

export interface Chosen {
  file: File;
  /** Path within the upload, like "cats/1.png". */
  name: string;
}

export interface Choice {
  files: Chosen[];
  /** Name of the zip, of the folder, or of the one file. */
  label: string;
}

/** What each kind of upload takes. */
export const KINDS = {
  images: {
    suffixes: ["zip", "png", "jpg", "jpeg", "gif", "bmp", "webp"],
    nothing: "A zip or a folder of pictures is needed, such as PNG or JPEG.",
  },
  npy: { suffixes: ["npy"], nothing: "NumPy files are needed, with names that end in .npy." },
  model: { suffixes: ["zip"], nothing: "The zip of a saved model is needed." },
} as const;

export type Kind = keyof typeof KINDS;

/** What a file input holds; folder inputs tell the path of each file. */
export function fromInput(files: FileList): Choice {
  const chosen = Array.from(files, (file) => ({ file, name: file.webkitRelativePath || file.name }));
  return named(chosen.filter(({ name }) => !hidden(name)));
}

/** What was dropped; folders are walked, one level at a time. */
export async function fromDrop(transfer: DataTransfer): Promise<Choice> {
  const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry());
  const found: Chosen[] = [];
  let level = entries.filter((entry): entry is FileSystemEntry => entry !== null);
  while (level.length > 0) {
    const below = await Promise.all(
      level
        .filter((entry) => !hidden(entry.fullPath))
        .map(async (entry) => {
          if (entry.isDirectory) return list(entry as FileSystemDirectoryEntry);
          const file = await open(entry as FileSystemFileEntry);
          found.push({ file, name: entry.fullPath.replace(/^\/+/, "") });
          return [];
        }),
    );
    level = below.flat();
  }
  return named(found.sort((a, b) => a.name.localeCompare(b.name, "en")));
}

/** Files that systems leave in folders, which nobody means to upload. */
function hidden(path: string): boolean {
  return path
    .split("/")
    .some((part) => part.startsWith(".") || part === "__MACOSX" || part === "Thumbs.db");
}

/** Leaves out what this kind of upload has no use for. */
export function fitting(choice: Choice, kind: Kind): Choice {
  const suffixes: readonly string[] = KINDS[kind].suffixes;
  const files = choice.files.filter(({ name }) => {
    return suffixes.includes(name.slice(name.lastIndexOf(".") + 1).toLowerCase());
  });
  return { ...choice, files };
}

/** Takes the chosen folder's own name off the paths: below it, folders are classes. */
function named(files: Chosen[]): Choice {
  const [first] = files;
  if (!first) return { files, label: "" };
  const [top] = first.name.split("/");
  const folder = first.name.includes("/") && files.every(({ name }) => name.startsWith(`${top}/`));
  if (folder) {
    const prefix = `${top}/`.length;
    const inside = files.map(({ file, name }) => ({ file, name: name.slice(prefix) }));
    return { files: inside, label: top ?? "" };
  }
  return { files, label: files.length === 1 ? first.name : `${files.length} files` };
}

async function list(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (some.length === 0) return all;
    all.push(...some);
  }
}

function open(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}
