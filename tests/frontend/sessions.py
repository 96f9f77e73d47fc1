"""Small labelling sessions for tests in the browser, and what was answered in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from studio.core.dataset import DatasetManifest, SplitConfig, split_codes
from studio.core.label_answer import LabelValue
from studio.core.label_session import LabelSession, parse_session
from studio.workspace import Workspace

CLASS_NAMES = ("apple", "banana", "cat")
SENTENCE = "The parcel came late, but the cups are lovely 🍵 and nobody asked for more."


def pictures(count: int, side: int = 28) -> np.ndarray[Any, Any]:
    """Return grey drawings: rings, strokes and crosses of different sizes."""
    rows, columns = np.mgrid[0:side, 0:side] - side // 2
    radius = np.hypot(rows, columns)
    made = np.zeros((count, side, side, 1), np.uint8)
    for number in range(count):
        size = side // 5 + number % (side // 5)
        shapes = (
            np.abs(radius - size) < side / 18,
            (np.abs(rows - columns) < side / 14) & (radius < size + 3),
            (np.minimum(np.abs(rows), np.abs(columns)) < side / 18) & (radius < size + 4),
        )
        made[number, ..., 0] = shapes[number % 3] * 255
    return made


class Sessions:
    """Labelling sessions of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def make(
        self,
        name: str,
        *,
        count: int = 40,
        texts: Sequence[str] = (),
        side: int = 28,
        **settings: Any,
    ) -> LabelSession:
        """Make a session called `name` over a dataset of its own, all of it without a class."""
        artifacts = self.workspace.artifacts
        count = len(texts) or count
        if texts:
            samples, shape = artifacts.put_texts(list(texts), "texts"), (0, 0, 0)
        else:
            samples = artifacts.put_array(pictures(count, side), "samples.npy").digest
            shape = (side, side, 1)
        codes = split_codes(count, SplitConfig())
        manifest = DatasetManifest(
            task="text" if texts else "images",
            samples=samples,
            labels=artifacts.put_array(np.full(count, -1, np.int32), "labels.npy").digest,
            split=artifacts.put_array(codes, "split.npy").digest,
            class_names=CLASS_NAMES,
            shape=shape,
            count=count,
            class_counts=(0,) * len(CLASS_NAMES),
            split_counts=tuple(int((codes == part).sum()) for part in (0, 1, 2)),
            split_config=SplitConfig(),
            source={"kind": "test"},
        )
        self.workspace.record_dataset(name, manifest, author="test", message="")
        classes = [{"name": class_name} for class_name in CLASS_NAMES]
        config = parse_session({"name": name, "dataset": name, "classes": classes, **settings})
        return self.workspace.create_session(config, author="test")

    def values(self, name: str) -> dict[int, LabelValue | None]:
        """Return item -> the value that the latest answer about it gave, in the order of the items."""
        found: dict[int, LabelValue | None] = {}
        for record in self.workspace.session_records(name):
            for answer in record.answers:
                found[record.item] = answer.value if answer.act == "answer" else None
        return found

    def classes(self, name: str) -> list[str]:
        """Return the class of every answered item, sorted; skipped ones as "skip"."""
        return sorted(
            "+".join(value.classes) if value else "skip" for value in self.values(name).values()
        )
