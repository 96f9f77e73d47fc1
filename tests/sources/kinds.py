"""Every kind of source, each set up with little data: what `test_contract.py` runs through."""

from __future__ import annotations

import dataclasses
import gzip
import io
import itertools
import json
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.sources import Places
from tests.sources.conftest import (
    Mirror,
    make_bitmaps,
    npy_bytes,
    picture_bytes,
    write_tree,
    write_zip,
)

Files = dict[str, bytes]


@dataclass
class Kit:
    """What a kind is set up with.

    Args:
        folder: An empty folder of its own.
        upload: Writes an upload and returns its id.
        mirror: Of Quick, Draw!.
    """

    places: Places
    folder: Path
    upload: Callable[[Files], str]
    mirror: Mirror


@dataclass
class Setup:
    """The settings of a source, and the places it is found in.

    Args:
        change: Changes what would be read, by at least one sample. None: it never changes.
    """

    spec: dict[str, Any]
    places: Places
    change: Callable[[], object] | None


Kind = Callable[[Kit], Setup]


def tree(files: Files, more: Files, **spec: Any) -> Kind:
    """Files in a folder; `more` are those that are new, or others, after a change."""

    def set_up(kit: Kit) -> Setup:
        root = write_tree(kit.folder, files)
        return Setup({**spec, "path": str(root)}, kit.places, lambda: write_tree(root, more))

    return set_up


def packed(files: Files, more: Files, **spec: Any) -> Kind:
    """Files in a zip archive."""

    def set_up(kit: Kit) -> Setup:
        path = write_zip(kit.folder / "files.zip", files)
        return Setup(
            {**spec, "path": str(path)}, kit.places, lambda: write_zip(path, {**files, **more})
        )

    return set_up


def uploaded(files: Files, more: Files, **spec: Any) -> Kind:
    """Files in an upload."""

    def set_up(kit: Kit) -> Setup:
        name = kit.upload(files)
        return Setup(
            {**spec, "upload": name},
            kit.places,
            lambda: write_tree(kit.places.uploads / name, more),
        )

    return set_up


def uploaded_zip(files: Files, more: Files, **spec: Any) -> Kind:
    """An upload of one zip archive with the files."""

    def set_up(kit: Kit) -> Setup:
        first = write_zip(kit.folder / "first.zip", files).read_bytes()
        second = write_zip(kit.folder / "second.zip", {**files, **more}).read_bytes()
        return uploaded({"files.zip": first}, {"files.zip": second}, **spec)(kit)

    return set_up


def alone(name: str, data: bytes, other: bytes, **spec: Any) -> Kind:
    """One file, named by its own path."""

    def set_up(kit: Kit) -> Setup:
        setup = tree({name: data}, {name: other}, **spec)(kit)
        setup.spec["path"] = str(kit.folder / name)
        return setup

    return set_up


def digits(kit: Kit) -> Setup:
    return Setup({"kind": "digits"}, kit.places, None)


def drawings(kit: Kit) -> Setup:
    count = 5000

    def collect(name: str) -> tuple[tuple[str, ...], Iterator[tuple[bytes, int, str]], int] | None:
        rows = (
            (row.tobytes(), index % 3, "[[[0,9],[0,9],[0,1]]]")
            for index, row in enumerate(make_bitmaps(count))
        )
        return (("cat", "dog", "cow"), rows, count) if name == "mine" else None

    def change() -> None:
        nonlocal count
        count += 1

    places = dataclasses.replace(kit.places, drawings=collect)
    return Setup({"kind": "drawings", "collection": "mine"}, places, change)


def quickdraw_download(kit: Kit) -> Setup:
    kit.mirror.files = dict(BITMAPS)

    def change() -> None:
        kit.mirror.files = dict(MORE_BITMAPS)
        for path in kit.places.cache.rglob("*.npy*"):
            path.unlink()

    return Setup(dict(QUICKDRAW), kit.places, change)


def quickdraw_folder(kit: Kit) -> Setup:
    setup = tree(BITMAPS, MORE_BITMAPS, **QUICKDRAW)(kit)
    setup.spec["folder"] = setup.spec.pop("path")
    return setup


def npz_bytes(save: Callable[..., None] = np.savez, **arrays: NDArray[Any]) -> bytes:
    stream = io.BytesIO()
    save(stream, **arrays)
    return stream.getvalue()


def idx_bytes(array: NDArray[Any]) -> bytes:
    kind = {"uint8": 0x08, "int8": 0x09, "int16": 0x0B, "int32": 0x0C, "float32": 0x0D}
    head = bytes([0, 0, kind[array.dtype.name], array.ndim])
    lengths = struct.pack(f">{array.ndim}I", *array.shape)
    return head + lengths + array.astype(array.dtype.newbyteorder(">")).tobytes()


def csv_bytes(count: int, delimiter: str = ",") -> bytes:
    rows = [("id", "text", "label", "split")]
    for number in range(count):
        text = f'"film {number}{delimiter} it was ""so\nso"""'
        rows.append((str(number), text, ("bad", "good", "poor")[number % 3], PARTS[number % 2]))
    rows.insert(9, ("short",))
    return "\n".join(delimiter.join(row) for row in rows).encode()


def jsonl_bytes(count: int) -> bytes:
    lines = [
        json.dumps({"text": f"film {number}", "label": number % 3, "split": PARTS[number % 2]})
        for number in range(count)
    ]
    return "\n".join([*lines[:9], "{broken", *lines[9:]]).encode()


def strokes_bytes(word: str, count: int) -> bytes:
    drawing = [[[0, 255, 255, 0, 0], [0, 0, 255, 255, 0]], [[9, 200], [30, 90]]]
    facts = {"word": word, "recognized": True, "drawing": drawing}
    return b"".join(json.dumps(facts | {"key_id": str(n)}).encode() + b"\n" for n in range(count))


def coco_bytes(count: int) -> bytes:
    numbers = range(1, count + 1)
    images = [{"id": n, "file_name": f"{n:02}.png", "width": 40, "height": 20} for n in numbers]
    boxes = [
        {"id": 2 * n + k, "image_id": n, "category_id": n % 2, "bbox": [5 * k, 2, 20, 10]}
        for n, k in itertools.product(numbers, range(2))
    ]
    categories = [{"id": 0, "name": "cat"}, {"id": 1, "name": "dog"}]
    parts = {"images": images, "annotations": boxes, "categories": categories}
    return json.dumps(parts).encode()


def label_studio_bytes(count: int) -> bytes:
    tasks = []
    for number in range(1, count + 1):
        place = {"x": 10, "y": 20, "width": 30, "height": 40, "rotation": 0}
        result = {
            "type": "rectanglelabels",
            "value": {**place, "rectanglelabels": [("cat", "dog")[number % 2]]},
            "original_width": 40,
            "original_height": 20,
        }
        data = {"image": f"/data/upload/1/{number:02}.png"}
        tasks.append({"id": number, "data": data, "annotations": [{"result": [result]}]})
    return json.dumps(tasks).encode()


def label_studio_text_bytes(count: int) -> bytes:
    result = {"from_name": "class", "type": "choices", "value": {"choices": ["good"]}}
    tasks = [
        {"id": n, "data": {"text": f"film {n}"}, "annotations": [{"result": [result]}]}
        for n in range(count)
    ]
    return json.dumps(tasks).encode()


PARTS = ("train", "test")
BITMAPS = {f"{name}.npy": npy_bytes(make_bitmaps(6000)) for name in ("apple", "fish")}
MORE_BITMAPS = {f"{name}.npy": npy_bytes(make_bitmaps(6001)) for name in ("apple", "fish")}
QUICKDRAW = {"kind": "quickdraw", "categories": ["fish", "apple"], "per_class": 5000}

PICTURES = {
    f"{name}/{index:04}.png": picture_bytes(index % 256, (5 + index % 7, 8))
    for name in ("apple", "pear", "plum")
    for index in range(20)
} | {"unsorted.png": picture_bytes(), "pear/broken.png": b"broken"}
DIVIDED = {
    f"{part}/{name}/{index}.png": picture_bytes(index * 9)
    for part in ("train", "val", "test")
    for name in ("apple", "pear")
    for index in range(5)
}
MORE_PICTURES = {"pear/new.png": picture_bytes()}

GREY = np.random.default_rng(1).integers(0, 256, (60, 9, 7), np.uint8)
COLOUR = np.random.default_rng(2).integers(0, 256, (50, 6, 8, 3), np.uint8)
CLASSES = {f"{name}.npy": npy_bytes(make_bitmaps(20)) for name in ("apple", "pear")}
MORE_CLASSES = {"apple.npy": npy_bytes(make_bitmaps(21))}
KERAS = {
    "x_train": COLOUR[:30],
    "y_train": np.arange(30) % 3,
    "x_test": COLOUR[30:],
    "y_test": np.arange(20) % 3,
    "class_names": np.array(["cat", "dog", "cow"]),
}
MORE_KERAS = KERAS | {"x_test": COLOUR[30:49], "y_test": np.arange(19) % 3}
NAMED = {"images": GREY, "labels": np.array(["cat", "dog", "cow"] * 20)}

MNIST = {
    "train-images-idx3-ubyte": idx_bytes(GREY[:40]),
    "train-labels-idx1-ubyte": idx_bytes((np.arange(40) % 3).astype(np.uint8)),
    "t10k-images-idx3-ubyte": idx_bytes(GREY[40:]),
    "t10k-labels-idx1-ubyte": idx_bytes((np.arange(20) % 3).astype(np.uint8)),
}
MORE_MNIST = {
    "t10k-images-idx3-ubyte": idx_bytes(GREY[41:]),
    "t10k-labels-idx1-ubyte": idx_bytes((np.arange(19) % 3).astype(np.uint8)),
}
GZIPPED, MORE_GZIPPED = (
    {f"{name}.gz": gzip.compress(data, mtime=0) for name, data in files.items()}
    for files in (MNIST, MORE_MNIST)
)

SHOTS = {f"images/{number:02}.png": picture_bytes(number, (40, 20)) for number in range(1, 15)}
YOLO = {"data.yaml": b"train: images/train\nval: images/val\nnames: [cat, dog]\n"} | {
    name: data
    for number in range(1, 13)
    for name, data in (
        (f"images/{('train', 'val')[number % 2]}/{number:02}.png", picture_bytes(number, (40, 20))),
        (
            f"labels/{('train', 'val')[number % 2]}/{number:02}.txt",
            f"{number % 3 % 2} 0.5 0.5 0.5 0.5\n".encode(),
        ),
    )
}
MORE_YOLO = {"images/train/99.png": picture_bytes(9), "labels/train/99.txt": b"0 0.5 0.5 1 1\n"}

KINDS: dict[str, Kind] = {
    "digits": digits,
    "drawings": drawings,
    "quickdraw-folder": quickdraw_folder,
    "quickdraw-upload": uploaded(BITMAPS, MORE_BITMAPS, **QUICKDRAW),
    "quickdraw-download": quickdraw_download,
    "folder": tree(PICTURES, MORE_PICTURES, kind="folder"),
    "folder-rgb": tree(PICTURES, MORE_PICTURES, kind="folder", colour="rgb", size=512),
    "folder-divided": tree(DIVIDED, {"val/pear/9.png": picture_bytes()}, kind="folder"),
    "folder-zip": packed(PICTURES, MORE_PICTURES, kind="folder"),
    "folder-upload": uploaded(PICTURES, MORE_PICTURES, kind="folder"),
    "folder-upload-zip": uploaded_zip(PICTURES, MORE_PICTURES, kind="folder"),
    "arrays-folder": tree(CLASSES, MORE_CLASSES, kind="arrays", invert=True),
    "arrays-zip": packed(CLASSES, MORE_CLASSES, kind="arrays"),
    "arrays-upload": uploaded(CLASSES, MORE_CLASSES, kind="arrays"),
    "arrays-npz": alone("data.npz", npz_bytes(**KERAS), npz_bytes(**MORE_KERAS), kind="arrays"),
    "arrays-npz-packed": uploaded(
        {"data.npz": npz_bytes(np.savez_compressed, **NAMED)},
        {"data.npz": npz_bytes(np.savez_compressed, images=GREY[1:], labels=NAMED["labels"][1:])},
        kind="arrays",
    ),
    "idx": tree(MNIST, MORE_MNIST, kind="idx"),
    "idx-gzipped": uploaded(GZIPPED, MORE_GZIPPED, kind="idx", class_names=["cat", "dog", "cow"]),
    "idx-zip": packed(MNIST, MORE_MNIST, kind="idx"),
    "text-csv": alone("films.csv", csv_bytes(50), csv_bytes(51), kind="text"),
    "text-tsv": tree(
        {"films.tsv": csv_bytes(50, "\t")}, {"films.tsv": csv_bytes(51, "\t")}, kind="text"
    ),
    "text-jsonl": uploaded(
        {"films.jsonl": jsonl_bytes(50)}, {"films.jsonl": jsonl_bytes(51)}, kind="text"
    ),
    "text-zip": packed({"films.csv": csv_bytes(50)}, {"films.csv": csv_bytes(51)}, kind="text"),
    "strokes": tree(
        {f"{word}.ndjson": strokes_bytes(word, 20) for word in ("apple", "fish")},
        {"apple.ndjson": strokes_bytes("apple", 21)},
        kind="strokes",
    ),
    "coco": tree(
        SHOTS | {"annotations.json": coco_bytes(12)},
        {"annotations.json": coco_bytes(13)},
        kind="coco",
    ),
    "coco-boxes": packed(
        SHOTS | {"annotations.json": coco_bytes(12)},
        {"annotations.json": coco_bytes(13)},
        kind="coco",
        take="boxes",
    ),
    "yolo": tree(YOLO, MORE_YOLO, kind="yolo", colour="rgb"),
    "labelstudio": tree(
        SHOTS | {"tasks.json": label_studio_bytes(12)},
        {"tasks.json": label_studio_bytes(13)},
        kind="labelstudio",
    ),
    "labelstudio-texts": alone(
        "tasks.json", label_studio_text_bytes(30), label_studio_text_bytes(31), kind="labelstudio"
    ),
}
"""Name of a test -> how it is set up. A new kind of source is added here, and nowhere else."""
