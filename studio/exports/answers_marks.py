"""The boxes of a labelling session that count, as COCO and as YOLO.

Files, pictures and parts are called as in the exports of the dataset, so that the boxes fit to the pictures exported
from there: `00000012.png` is sample 12.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import IO, Any

from studio.core.answer_formats import BY_NUMBER
from studio.core.dataset import SPLIT_NAMES
from studio.core.label_answer import LabelRecord
from studio.exports.answers_base import AnswerContent, Written
from studio.exports.archive import zipped
from studio.exports.base import Paced

IN_MEMORY = 4 * 2**20


def write_coco(content: AnswerContent, target: Path, tick: Paced) -> Written:
    """Write one JSON file: an image's number is the sample's, boxes are `[x, y, width, height]` in pixels.

    Annotations wait in a file beside until all images are written.
    """
    written = Written()
    height, width, _ = content.manifest.shape
    codes = {name: code for code, name in enumerate(content.session.config.class_names, 1)}
    categories = [{"id": code, "name": name, "supercategory": ""} for name, code in codes.items()]
    info = {"description": f"Answers of {content.session.name} about {content.title}"}
    number = 0
    with (
        target.open("w", encoding="utf-8") as file,
        tempfile.SpooledTemporaryFile(
            IN_MEMORY, "w+", encoding="utf-8", dir=str(target.parent)
        ) as annotations,
    ):
        head = f'{{"info": {_json(info)},\n"licenses": [],\n"categories": {_json(categories)},\n'
        file.write(head + '"images": [')
        for record in content.walk(tick):
            if record.value is None:
                written.waiting += 1
                continue
            image = {"id": record.item, "item": record.item, "file_name": f"{record.item:08}.png"}
            name = content.name(record.item)
            facts = {**image, "width": width, "height": height, **({"name": name} if name else {})}
            _append(file, facts, written.samples == 0)
            for box in record.value.boxes:
                number += 1
                place = [
                    box.left * width,
                    box.top * height,
                    box.width * width,
                    box.height * height,
                ]
                annotation = {
                    "id": number,
                    "image_id": record.item,
                    "category_id": codes[box.class_name],
                    "bbox": place,
                    "area": place[2] * place[3],
                    "iscrowd": 0,
                }
                _append(annotations, annotation, number == 1)
            written.count(record)
        file.write('],\n"annotations": [')
        annotations.seek(0)
        shutil.copyfileobj(annotations, file, IN_MEMORY)
        file.write("]}\n")
    return written


def _append(file: IO[str], entry: dict[str, Any], first: bool) -> None:
    file.write(("\n" if first else ",\n") + _json(entry))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def write_yolo(content: AnswerContent, target: Path, tick: Paced) -> Written:
    """Write a zip archive with `labels/<part>/<sample>.txt`, and data.yaml with the classes.

    A line a box: its class and `cx cy width height` as shares of the picture. A sample on which there is nothing has an
    empty file; one for which nothing counts yet has none.
    """
    written = Written()
    codes = {name: code for code, name in enumerate(content.session.config.class_names)}
    with zipped(target) as archive:
        lines = [
            f"# Answers of {content.session.name} about {content.title}",
            "path: .",
            *(f"{key}: images/{part}" for key, part in (("train", "train"), ("val", "validation"))),
            f"nc: {len(codes)}",
            "names:",
            *(f"  {code}: {_json(name)}" for name, code in codes.items()),
            f"{BY_NUMBER}: true",
        ]
        archive.write("data.yaml", ("\n".join(lines) + "\n").encode())
        for record in content.walk(tick):
            if record.value is None:
                written.waiting += 1
                continue
            part = SPLIT_NAMES[content.split[record.item]]
            archive.write(f"labels/{part}/{record.item:08}.txt", _lines(record, codes))
            written.count(record)
    return written


def _lines(record: LabelRecord, codes: dict[str, int]) -> bytes:
    assert record.value is not None
    return "".join(
        f"{codes[b.class_name]} {b.left + b.width / 2:.10f} {b.top + b.height / 2:.10f} "
        f"{b.width:.10f} {b.height:.10f}\n"
        for b in record.value.boxes
    ).encode()
