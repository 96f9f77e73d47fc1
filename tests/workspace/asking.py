"""Labelling sessions over small datasets of noise, as several tests need them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from studio.core.dataset import (
    DatasetManifest,
    DatasetVersion,
    SplitConfig,
    count_classes,
    split_codes,
)
from studio.core.label_answer import LabelItem, LabelValue, SessionAnswerInput
from studio.core.label_session import LabelClass, LabelSession, SessionConfig
from studio.workspace import Workspace

CLASSES = ("cat", "dog", "cow")
_numbers = itertools.count()


class Clock:
    """A clock that stands still until it is set; put it in place of a workspace's own."""

    def __init__(self, workspace: Workspace, now: float = 1_000_000.0) -> None:
        self.now = now
        workspace._now = lambda: self.now  # type: ignore[method-assign]

    def pass_by(self, seconds: float) -> None:
        """Let time go by."""
        self.now += seconds


def noise_dataset(
    workspace: Workspace,
    name: str = "pets",
    labels: Sequence[int] = (-1,) * 30,
    *,
    texts: Sequence[str] | None = None,
    class_names: Sequence[str] = CLASSES,
    **changes: Any,
) -> DatasetVersion:
    """Record a version of 8x8 noise, or of texts, with one sample a label; -1 is a sample without a class."""
    count = len(labels)
    put = workspace.artifacts.put_array
    coded, codes = np.array(labels, np.int32), split_codes(count, SplitConfig())
    if texts is None:
        pictures = np.random.default_rng(0).integers(0, 256, (count, 8, 8, 1), np.uint8)
        samples = put(pictures, "samples.npy").digest
    else:
        samples = workspace.artifacts.put_texts(texts, "texts")
    parts = np.bincount(codes, minlength=3).tolist()
    manifest = DatasetManifest(
        task="images" if texts is None else "text",
        samples=samples,
        labels=put(coded, "labels.npy").digest,
        split=put(codes, "split.npy").digest,
        class_names=tuple(class_names),
        shape=(8, 8, 1) if texts is None else (0, 0, 0),
        count=count,
        class_counts=count_classes(coded, len(class_names)),
        split_counts=(parts[0], parts[1], parts[2]),
        split_config=SplitConfig(),
        source={"kind": "noise"},
    )
    changed = manifest.model_copy(update=changes)
    return workspace.record_dataset(name, changed, author="ann", message="noise")


def make_session(
    workspace: Workspace, name: str = "round", *, dataset: str = "pets", **settings: Any
) -> LabelSession:
    """Make a session with three classes; the dataset is made where there is none of its name."""
    if dataset not in {d.name for d in workspace.datasets()}:
        noise_dataset(workspace, dataset)
    classes = tuple(LabelClass(name=c) for c in settings.pop("class_names", CLASSES))
    config = SessionConfig(name=name, dataset=dataset, classes=classes, **settings)
    return workspace.create_session(config, author="ann")


def saying(item: int, *class_names: str, **more: Any) -> SessionAnswerInput:
    """Return an act about an item: an answer with these classes, unless `act` says otherwise."""
    value = LabelValue(classes=class_names) if class_names else None
    return SessionAnswerInput(
        **{"op_id": f"op-{next(_numbers)}", "item": item, "value": value, **more}
    )


def answer(workspace: Workspace, name: str, person: str, item: int, *class_names: str) -> None:
    """Have a person answer about one item."""
    workspace.answer_session(name, person, [saying(item, *class_names)])


def numbers(items: Sequence[LabelItem]) -> list[int]:
    """Return the items' numbers."""
    return [item.item for item in items]


def counted(workspace: Workspace, name: str) -> dict[int, list[str]]:
    """Return item -> whose answers count, of all ordinary items, from the rows themselves."""
    rows = workspace._studio.query(
        """
        SELECT a.item, a.annotator FROM session_answers a
        JOIN label_sessions s ON s.id = a.session_id AND s.name = ?
        JOIN session_items i ON i.session_id = a.session_id AND i.item = a.item AND i.gold IS NULL
        WHERE a.counted AND a.act = 'answer' AND a.id = (
            SELECT MAX(id) FROM session_answers
            WHERE session_id = a.session_id AND annotator = a.annotator AND item = a.item)
        """,
        [name],
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row["item"], []).append(row["annotator"])
    return found
