"""Drawings of a labelling session as samples that are put behind those of a dataset."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np

from studio.core.dataset import DatasetManifest, SplitConfig, count_classes, split_codes
from studio.core.quickdraw import SIDE
from studio.sources.lines import own_strokes
from studio.store import drawings as rows
from studio.store.artifacts import Artifacts
from studio.store.columns import Column
from studio.store.database import Database
from studio.workspace.manifest import split_counts

UNTIL = "until"
"""In the source of a version: id of the last drawing that is inside."""


def published_until(source: dict[str, Any], collection: str) -> int:
    """Return the id of the last drawing of a collection that is in a version, 0 for none.

    Args:
        source: Where the version's samples came from.
    """
    parts = source["parts"] if source.get("kind") == "appended" else [source]
    return max(
        (
            int(part.get(UNTIL, 0))
            for part in parts
            if part.get("kind") == "drawings" and part.get("collection") == collection
        ),
        default=0,
    )


def drawn_manifest(
    db: Database, artifacts: Artifacts, collection: str, after: int
) -> DatasetManifest | None:
    """Store the drawings of a collection that were made after the one with the id `after`; None where there are none.

    Drawings go to the disk a thousand at a time.
    """
    class_names: dict[str, int] = {}
    labels = array("i")
    strokes: list[str] = []
    last = after
    with artifacts.draft() as path:
        column = Column(path, np.uint8, (SIDE, SIDE, 1))
        try:
            while found := rows.page(db, collection, last):
                last = found[-1]["id"]
                pixels = np.frombuffer(b"".join(row["pixels"] for row in found), np.uint8)
                column.append(pixels.reshape(-1, SIDE, SIDE, 1))
                for row in found:
                    labels.append(class_names.setdefault(row["class_name"], len(class_names)))
                    strokes.append(own_strokes(row["strokes"]))
            column.finish()
        finally:
            column.close()
        if not labels:
            return None
        samples = artifacts.adopt(path, "samples.npy").digest
    codes = np.array(labels, np.int32)
    split = SplitConfig()
    parts = split_codes(len(codes), split)
    return DatasetManifest(
        samples=samples,
        labels=artifacts.put_array(codes, "labels.npy").digest,
        split=artifacts.put_array(parts, "split.npy").digest,
        strokes=artifacts.put_texts(strokes, "strokes") if any(strokes) else "",
        class_names=tuple(class_names),
        shape=(SIDE, SIDE, 1),
        count=len(codes),
        class_counts=count_classes(codes, len(class_names)),
        split_counts=split_counts(parts),
        split_config=split,
        source={"kind": "drawings", "collection": collection, UNTIL: last},
    )
