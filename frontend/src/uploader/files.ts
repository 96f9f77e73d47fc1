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

interface Way {
  label: string;
  /** Attributes of the file input. */
  input: Record<string, string | boolean>;
}

interface KindOfUpload {
  /** How the names of fitting files end. */
  endings: readonly string[];
  prompt: string;
  nothing: string;
  /** What to do where nothing fits. */
  fix: string;
  ways: readonly Way[];
}

const PICTURES = [".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp"];
const ZIP: Way = { label: "Choose a zip", input: { accept: ".zip,application/zip" } };
/** Where a browser cannot choose folders, such as on a phone. */
const SEVERAL: Way = { label: "Choose pictures", input: { accept: "image/*", multiple: true } };
const FOLDER: Way = { label: "Choose a folder", input: { webkitdirectory: true, multiple: true } };
const folder = "webkitdirectory" in HTMLInputElement.prototype;

function several(label: string, accept?: string): Way[] {
  return [{ label, input: { ...(accept && { accept }), multiple: true } }];
}

/** What each kind of upload takes. */
export const KINDS = {
  images: {
    endings: [".zip", ...PICTURES],
    prompt: "Drop a zip or a folder of pictures here",
    nothing: "A zip or a folder of pictures is needed, such as PNG or JPEG.",
    fix: "Choose another zip or folder.",
    ways: [ZIP, folder ? FOLDER : SEVERAL],
  },
  annotated: {
    endings: [".zip", ...PICTURES, ".json", ".txt", ".yaml", ".yml", ".xml"],
    prompt: "Drop a zip or a folder with pictures and their annotations here",
    nothing:
      "Pictures are needed, together with their annotations (.json, .txt, .yaml or .xml), as a zip or a folder.",
    fix: "Choose another zip or folder.",
    ways: folder ? [ZIP, FOLDER] : [ZIP],
  },
  npy: {
    endings: [".npy"],
    prompt: "Drop .npy files here",
    nothing: "NumPy files are needed, with names that end in .npy.",
    fix: "Choose other files.",
    ways: several("Choose .npy files", ".npy"),
  },
  arrays: {
    endings: [".npy", ".npz"],
    prompt: "Drop .npy or .npz files here",
    nothing: "NumPy files are needed, with names that end in .npy or .npz.",
    fix: "Choose other files.",
    ways: several("Choose .npy or .npz files", ".npy,.npz"),
  },
  idx: {
    endings: ["-ubyte", ".gz", ".idx"],
    prompt: "Drop the IDX files of pictures and labels here",
    nothing:
      "IDX files are needed, as MNIST and its family come: train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz ...",
    fix: "Choose other files.",
    ways: several("Choose IDX files"),
  },
  text: {
    endings: [".csv", ".tsv", ".jsonl"],
    prompt: "Drop a table of texts here: .csv, .tsv or .jsonl",
    nothing: "A table is needed, with a name that ends in .csv, .tsv or .jsonl.",
    fix: "Save the table as CSV, then choose that file.",
    ways: several("Choose a table", ".csv,.tsv,.jsonl,text/csv"),
  },
  table: {
    endings: [".csv", ".tsv", ".parquet"],
    prompt: "Drop a table here: .csv, .tsv or .parquet",
    nothing: "A table is needed, with a name that ends in .csv, .tsv or .parquet.",
    fix: "Save the table as CSV, then choose that file.",
    ways: [{ label: "Choose a table", input: { accept: ".csv,.tsv,.parquet,text/csv" } }],
  },
  strokes: {
    endings: [".ndjson", ".ndjson.gz"],
    prompt: "Drop drawings as strokes here: .ndjson files",
    nothing: "Drawings are needed, in files that end in .ndjson or .ndjson.gz.",
    fix: "Choose other files.",
    ways: several("Choose .ndjson files", ".ndjson,.gz"),
  },
  model: {
    endings: [".zip"],
    prompt: "Drop the zip of a saved model here",
    nothing: "The zip of a saved model is needed.",
    fix: "Choose another zip.",
    ways: [ZIP],
  },
  foreign: {
    endings: [".keras", ".h5", ".hdf5", ".tflite", ".onnx", ".zip", ".pt2"],
    prompt: "Drop a model of another program here: .keras, .h5, .tflite or .onnx",
    nothing:
      "A model is needed: .keras, .h5, .tflite or .onnx; or .zip (SavedModel) or .pt2 (PyTorch), where these are trusted.",
    fix: "Save the model in one of these formats, then choose that file.",
    ways: [{ label: "Choose a model", input: { accept: ".keras,.h5,.hdf5,.tflite,.onnx,.zip,.pt2" } }],
  },
  answers: {
    endings: [".json", ".jsonl", ".csv", ".zip"],
    prompt: "Drop a file of answers here: .json, .jsonl, .csv or .zip",
    nothing: "A file of answers is needed, with a name that ends in .json, .jsonl, .csv or .zip.",
    fix: "Choose another file.",
    ways: [{ label: "Choose a file", input: { accept: ".json,.jsonl,.csv,.zip" } }],
  },
} satisfies Record<string, KindOfUpload>;

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
  const files = choice.files.filter(({ name }) => {
    return KINDS[kind].endings.some((ending) => name.toLowerCase().endsWith(ending));
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
