"""Sources opened and read to the end, and read again from every place where they may be interrupted."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from studio.core.dataset import EXCLUDED, SPLIT_NAMES
from studio.core.sources import parse_source
from studio.sources import Chunk, Places, Source, open_source
from tests.sources.conftest import quiet


@dataclass
class Sample:
    """One sample of a source: `boxes` are (class, left, top, width, height), rounded."""

    content: np.ndarray | str
    class_name: str | None
    name: str | None
    part: str | None
    boxes: list[tuple[str, float, float, float, float]]


def opened(places: Places, kind: str, path: Path | None = None, **settings: Any) -> Source:
    place = {} if path is None else {"path": str(path)}
    spec = parse_source({"kind": kind, **place, **settings})
    return open_source(spec, places=places, progress=quiet)


def samples_of(source: Source, chunks: list[Chunk]) -> list[Sample]:
    found = []
    for chunk in chunks:
        for row in range(len(chunk)):
            label = int(chunk.labels[row])
            boxes = [] if chunk.boxes is None else chunk.boxes[chunk.boxes[:, 0] == row].tolist()
            code = EXCLUDED if chunk.split is None else int(chunk.split[row])
            found.append(
                Sample(
                    chunk.samples[row],
                    None if label < 0 else source.class_names[label],
                    None if chunk.names is None else chunk.names[row],
                    None if code == EXCLUDED else SPLIT_NAMES[code],
                    [
                        (source.class_names[int(box[1])], *(round(side, 6) for side in box[2:]))
                        for box in boxes
                    ],
                )
            )
    return found


def read(source: Source) -> list[Sample]:
    return samples_of(source, list(source.chunks()))


def skipped(source: Source) -> dict[str, str]:
    return {entry["file"]: entry["reason"] for entry in source.facts["skipped"]["files"]}


def dropped(source: Source) -> dict[str, str]:
    return {entry["file"]: entry["reason"] for entry in source.facts["boxes"]["dropped"]["files"]}


def assert_resumes(make: Callable[[], Source]) -> None:
    """Interrupted behind any chunk and begun anew, a source gives the same samples and the same facts."""
    whole = make()
    chunks = list(whole.chunks())
    assert len(chunks) > 2
    for done in range(1, len(chunks) + 1):
        source = make()
        assert source.fingerprint == whole.fingerprint
        cursor = json.loads(json.dumps(chunks[done - 1].cursor))
        rest = list(source.chunks(cursor))
        again = samples_of(source, chunks[:done] + rest)
        for one, other in zip(samples_of(whole, chunks), again, strict=True):
            np.testing.assert_array_equal(one.content, other.content)
            assert (one.class_name, one.name, one.part, one.boxes) == (
                other.class_name,
                other.name,
                other.part,
                other.boxes,
            )
        assert source.facts == whole.facts
        assert json.loads(json.dumps(source.facts)) == source.facts
