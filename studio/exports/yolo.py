"""YOLO: `images/<part>/<id>.png`, `labels/<part>/<id>.txt` and `data.yaml`.

A line a box: its class and `cx cy width height` as shares of the picture, rounded to ten decimals. YOLO knows classes
of boxes only: a sample with a class and without boxes gets one box around the whole picture, which gives it the same
class when it is imported. The class of a sample whose boxes say otherwise is not kept.
"""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

from studio.core.dataset import TEST, TRAIN, VALIDATION
from studio.exports.archive import zipped
from studio.exports.base import Content, Paced
from studio.exports.pictures import encoded


def write_yolo(content: Content, target: Path, tick: Paced) -> None:
    """Write the zip. A picture with nothing on it has an empty file of labels."""
    with zipped(target) as archive:
        archive.write("data.yaml", _facts(content).encode())
        with closing(encoded(content, tick)) as pictures:
            for rows, files in pictures:
                parts, marks = content.parts_of(rows), content.marks_of(rows)
                for row, part, file, boxes in zip(rows.tolist(), parts, files, marks, strict=True):
                    archive.write(f"images/{part}/{row:08}.png", file)
                    lines = "".join(_line(*box) for box in boxes)
                    archive.write(f"labels/{part}/{row:08}.txt", lines.encode())
        if content.manifest.attribution:
            archive.write("attribution.txt", f"{content.manifest.attribution}\n".encode())


def _line(label: int, left: float, top: float, width: float, height: float) -> str:
    centre = f"{left + width / 2:.10f} {top + height / 2:.10f}"
    return f"{label} {centre} {width:.10f} {height:.10f}\n"


def _facts(content: Content) -> str:
    """Return data.yaml; JSON's strings are YAML's as well."""
    counts = content.part_counts()
    lines = [f"# {content.title}", "path: ."]
    if counts[TRAIN]:
        lines.append("train: images/train")
    if counts[VALIDATION]:
        lines.append("val: images/validation")
    else:
        lines.append("# YOLO watches a part called val while it trains, and this version has none.")
        lines.append("# val: images/test")
    if counts[TEST]:
        lines.append("test: images/test")
    lines.append(f"nc: {len(content.manifest.class_names)}")
    lines.append("names:")
    for label, name in enumerate(content.manifest.class_names):
        lines.append(f"  {label}: {json.dumps(name, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"
