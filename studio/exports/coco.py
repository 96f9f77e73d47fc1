"""COCO: `images/<part>/<id>.png`, and for each part `annotations/instances_<part>.json`.

Boxes are `[x, y, width, height]` in pixels from the top left. COCO knows classes of boxes only: a sample with a class
and without boxes gets one box around the whole picture, which gives it the same class when it is imported. The class
of a sample whose boxes say otherwise is not kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from studio.core.dataset import SPLIT_NAMES
from studio.exports.archive import Member, zipped
from studio.exports.base import Content, Paced
from studio.exports.pictures import encoded


def write_coco(content: Content, target: Path, tick: Paced) -> None:
    """Write the zip. Numbers of categories begin at 1; an image's number is the sample's."""
    with zipped(target) as archive:
        with closing(encoded(content, tick)) as pictures:
            for rows, files in pictures:
                for row, part, file in zip(
                    rows.tolist(), content.parts_of(rows), files, strict=True
                ):
                    archive.write(f"images/{part}/{row:08}.png", file)
        for code, count in enumerate(content.part_counts()):
            if count:
                with archive.member(f"annotations/instances_{SPLIT_NAMES[code]}.json") as member:
                    _write_annotations(content, code, member, tick)


def _write_annotations(content: Content, part: int, member: Member, tick: Paced) -> None:
    member.write(f'{{"info": {json.dumps(_info(content))},\n"licenses": '.encode())
    member.write(json.dumps(_licenses(content)).encode())
    for key, entries in (
        ("categories", [_categories(content)]),
        ("images", _images(content, part, tick)),
        ("annotations", _annotations(content, part, tick)),
    ):
        member.write(f',\n"{key}": ['.encode())
        _write_list(member, entries)
        member.write(b"]")
    member.write(b"}\n")


def _write_list(member: Member, blocks: Iterable[list[dict[str, Any]]]) -> None:
    separator = "\n"
    for block in blocks:
        if block:
            lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in block)
            member.write((separator + lines).encode())
            separator = ",\n"


def _info(content: Content) -> dict[str, str]:
    note = "A picture that has a class and no boxes carries one box around the whole of it."
    return {"description": f"{content.title}. {note}"}


def _licenses(content: Content) -> list[dict[str, Any]]:
    attribution = content.manifest.attribution
    return [{"id": 1, "name": attribution, "url": ""}] if attribution else []


def _categories(content: Content) -> list[dict[str, Any]]:
    return [
        {"id": number, "name": name, "supercategory": ""}
        for number, name in enumerate(content.manifest.class_names, 1)
    ]


def _images(content: Content, part: int, tick: Paced) -> Iterator[list[dict[str, Any]]]:
    height, width, _ = content.manifest.shape
    for rows in content.rows(part):
        yield [
            {"id": row, "file_name": f"{row:08}.png", "width": width, "height": height}
            for row in rows.tolist()
        ]
        tick()


def _annotations(content: Content, part: int, tick: Paced) -> Iterator[list[dict[str, Any]]]:
    height, width, _ = content.manifest.shape
    number = 0
    for rows in content.rows(part):
        block = []
        for row, marks in zip(rows.tolist(), content.marks_of(rows), strict=True):
            for label, left, top, wide, high in marks:
                number += 1
                box = [left * width, top * height, wide * width, high * height]
                block.append(
                    {
                        "id": number,
                        "image_id": row,
                        "category_id": label + 1,
                        "bbox": box,
                        "area": box[2] * box[3],
                        "iscrowd": 0,
                    }
                )
        yield block
        tick()
