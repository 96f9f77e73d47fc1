"""Label Studio: `tasks.json` with a task a sample, `config.xml` for the labelling page, and `images/` of pictures."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np
from numpy.typing import NDArray

from studio.exports.archive import zipped
from studio.exports.base import Content, Paced
from studio.exports.pictures import encoded


def write_labelstudio(content: Content, target: Path, tick: Paced) -> None:
    """Write the zip.

    A class is a choice, a box a rectangle in percent of the picture; a sample with neither has no annotation. The part
    and the name are in the task's data, as are the text or the picture's path.
    """
    images = content.manifest.task == "images"
    with zipped(target) as archive:
        archive.write("config.xml", _config(content).encode())
        if images:
            with closing(encoded(content, tick)) as pictures:
                for rows, files in pictures:
                    for row, file in zip(rows.tolist(), files, strict=True):
                        archive.write(f"images/{row:08}.png", file)
        with archive.member("tasks.json") as member:
            separator = "[\n"
            for rows in content.rows():
                tasks = (json.dumps(task, ensure_ascii=False) for task in _tasks(content, rows))
                member.write((separator + ",\n".join(tasks)).encode())
                separator = ",\n"
                tick(0 if images else len(rows))
            member.write(b"\n]\n")
        if content.manifest.attribution:
            archive.write("attribution.txt", f"{content.manifest.attribution}\n".encode())


def _tasks(content: Content, rows: NDArray[np.int64]) -> Iterator[dict[str, Any]]:
    """Yield the task of each sample."""
    text = content.manifest.task == "text"
    texts = list(content.samples[rows]) if text else [None] * len(rows)
    facts = zip(
        rows.tolist(),
        texts,
        content.parts_of(rows),
        content.names_of(rows),
        content.classes_of(rows),
        content.boxes_of(rows),
        strict=True,
    )
    for row, words, part, name, class_name, boxes in facts:
        data = {"text": words} if text else {"image": f"images/{row:08}.png"}
        data["split"] = part
        if name is not None:
            data["name"] = name
        result = [
            _rectangle(content, row, number, box) for number, box in enumerate(boxes.tolist())
        ]
        if class_name is not None:
            value = {"choices": [class_name]}
            result.insert(
                0, _result(f"{row}-class", "class", "text" if text else "image", "choices", value)
            )
        yield {
            "id": row,
            "data": data,
            "annotations": [_annotation(result)] if result else [],
            "predictions": [],
        }


def _annotation(result: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "result": result,
        "was_cancelled": False,
        "ground_truth": False,
        "lead_time": None,
        "completed_by": 1,
    }


def _result(key: str, name: str, of: str, kind: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"id": key, "from_name": name, "to_name": of, "type": kind, "value": value}


def _rectangle(content: Content, row: int, number: int, box: list[float]) -> dict[str, Any]:
    _, label, left, top, wide, high = box
    height, width, _ = content.manifest.shape
    value = {
        "x": left * 100,
        "y": top * 100,
        "width": wide * 100,
        "height": high * 100,
        "rotation": 0,
        "rectanglelabels": [content.manifest.class_names[int(label)]],
    }
    facts = {"original_width": width, "original_height": height, "image_rotation": 0}
    return {**_result(f"{row}-{number}", "box", "image", "rectanglelabels", value), **facts}


def _config(content: Content) -> str:
    """Return the page in Label Studio on which these tasks can be looked at and gone on with."""
    names = [quoteattr(name) for name in content.manifest.class_names]
    if content.manifest.task == "text":
        shown, to = '  <Text name="text" value="$text"/>', "text"
    else:
        shown, to = '  <Image name="image" value="$image"/>', "image"
    lines = ["<View>", shown, f'  <Choices name="class" toName="{to}" choice="single">']
    lines += [f"    <Choice value={name}/>" for name in names]
    lines.append("  </Choices>")
    if len(content.boxes):
        lines.append('  <RectangleLabels name="box" toName="image">')
        lines += [f"    <Label value={name}/>" for name in names]
        lines.append("  </RectangleLabels>")
    return "\n".join([*lines, "</View>"]) + "\n"
