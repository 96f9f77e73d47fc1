"""Verbs of labelling: list samples, annotate, freeze."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.core.annotation import AnnotationInput, LabelProgress
from studio.core.dataset import (
    SPLIT_NAMES,
    UNLABELLED,
    DatasetVersion,
    LabelStatus,
    SamplePage,
    SampleRow,
    SplitName,
    count_classes,
)
from studio.core.errors import Conflict, InvalidInput, unknown
from studio.core.names import check_class_name
from studio.store import annotations as annotation_rows
from studio.store import datasets as dataset_rows
from studio.workspace.datasets import Datasets, manifest_of

PAGE_LIMIT = 1000
OPS_LIMIT = 1000
CACHED_VERSIONS = 8
"""So many versions keep their answers in memory, 5 bytes a sample."""


@dataclass
class _Answers:
    """A version's labels with the annotations since painted over, kept up to date by their ids."""

    labels: NDArray[np.int32]
    annotated: NDArray[np.bool_]
    class_names: list[str]
    last: int
    lock: threading.Lock = field(default_factory=threading.Lock)


class Labelling(Datasets):
    """What people answer about samples, append-only, and the versions made of it."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self._answers_cache: dict[int, _Answers] = {}
        self._answers_lock = threading.Lock()

    def class_names(self, version: DatasetVersion) -> list[str]:
        """Return the classes to label with: the version's, then those added while labelling."""
        added = dataset_rows.label_classes(self._studio, self._dataset_id(version.dataset))
        return list(dict.fromkeys([*version.class_names, *added]))

    def add_class(self, name: str, class_name: str) -> list[str]:
        """Add a class to label the dataset with. Returns all its classes.

        Raises:
            NotFound: No such dataset. InvalidInput: The class name is not possible.
        """
        version = self.dataset(name)
        checked = check_class_name(class_name)
        if checked not in self.class_names(version):
            dataset_rows.add_label_class(self._studio, self._dataset_id(name), checked)
        return self.class_names(version)

    def annotate(
        self, name: str, annotator: str, ops: Sequence[AnnotationInput]
    ) -> tuple[list[str], LabelProgress]:
        """Append answers about samples of the newest version. Sending an `op_id` twice changes nothing.

        Returns:
            The acknowledged op_ids (all of them), and how far labelling is.

        Raises:
            NotFound: No such dataset or class. InvalidInput: No such sample, or more than 1,000 ops.
        """
        version = self.dataset(name)
        if len(ops) > OPS_LIMIT:
            raise InvalidInput(
                f"{len(ops)} answers came at once.",
                f"One request carries at most {OPS_LIMIT}.",
                "Send them in several requests.",
            )
        known = set(self.class_names(version))
        for op in ops:
            if op.sample >= version.count:
                raise InvalidInput(
                    f"There is no sample {op.sample}.",
                    f"{version.title} has samples 0 to {version.count - 1}.",
                    "Reload the page.",
                )
            if op.class_name is not None and op.class_name not in known:
                raise unknown("class", op.class_name, known)
        annotation_rows.append(
            self._studio,
            self._dataset_id(name),
            version.samples,
            check_class_name(annotator),
            ops,
            self._now(),
        )
        return [op.op_id for op in ops], self.label_progress(version)

    def label_progress(self, version: DatasetVersion) -> LabelProgress:
        """Return how many samples have a class, with the answers not yet frozen."""
        answers = self._answers(version)
        return LabelProgress(
            labelled=int(np.count_nonzero(answers.labels >= 0)),
            total=version.count,
            annotated=int(np.count_nonzero(answers.annotated)),
        )

    def sample_page(
        self,
        version: DatasetVersion,
        *,
        class_name: str | None = None,
        split: SplitName | None = None,
        status: LabelStatus = "all",
        after: int = -1,
        limit: int = 200,
    ) -> SamplePage:
        """Return samples after the one with id `after`, in order, and how many there are in all.

        Args:
            class_name: Only those that have this class now.
            split: Only those of this part.
            status: "all", "labelled", "unlabelled" or "annotated" (answered since the version was made).
            limit: 1 to 1,000.

        Raises:
            NotFound: No such class.
        """
        answers = self._answers(version)
        codes = self.split(version)
        mask = np.ones(version.count, bool)
        if class_name is not None:
            if class_name not in answers.class_names:
                raise unknown("class", class_name, answers.class_names)
            mask &= answers.labels == answers.class_names.index(class_name)
        if split is not None:
            mask &= codes == SPLIT_NAMES.index(split)
        if status == "annotated":
            mask &= answers.annotated
        elif status != "all":
            mask &= (answers.labels >= 0) == (status == "labelled")
        found = np.flatnonzero(mask)
        start = int(np.searchsorted(found, after, side="right"))
        limit = max(1, min(limit, PAGE_LIMIT))
        ids = found[start : start + limit]
        return SamplePage(
            samples=[
                SampleRow(
                    id=int(i),
                    class_name=answers.class_names[answers.labels[i]]
                    if answers.labels[i] >= 0
                    else None,
                    split=SPLIT_NAMES[codes[i]],
                    annotated=bool(answers.annotated[i]),
                )
                for i in ids
            ],
            next=int(ids[-1]) if start + limit < len(found) else None,
            total=len(found),
            samples_digest=version.samples,
        )

    def freeze(self, name: str, *, author: str = "unnamed", message: str = "") -> DatasetVersion:
        """Make a new version of the dataset with the answers given since the newest one.

        Raises:
            NotFound: No such dataset. Conflict: Nothing was answered since.
        """
        version = self.dataset(name)
        answers = self._answers(version)
        with answers.lock:
            labels, class_names, mark = (
                answers.labels.copy(),
                list(answers.class_names),
                answers.last,
            )
            changed = int(np.count_nonzero(answers.annotated))
        if not changed:
            raise Conflict(
                f"Nothing to freeze in {version.title}.",
                "No sample was given an answer since this version was made.",
                "Label some samples first.",
            )
        manifest = manifest_of(version).model_copy(
            update={
                "labels": self.artifacts.put_array(labels, "labels.npy").digest,
                "class_names": tuple(class_names),
                "class_counts": count_classes(labels, len(class_names)),
                "annotation_mark": mark,
            }
        )
        return self.record_dataset(
            name, manifest, author=author, message=message or f"{changed} samples labelled by hand"
        )

    def _dataset_id(self, name: str) -> int:
        found = dataset_rows.dataset_id(self._studio, name)
        if found is None:
            raise unknown("dataset", name, dataset_rows.names(self._studio))
        return found

    def _answers(self, version: DatasetVersion) -> _Answers:
        answers = self._cached_answers(version)
        with answers.lock:
            fresh = annotation_rows.since(
                self._studio, self._dataset_id(version.dataset), version.samples, answers.last
            )
            answers.class_names = self.class_names(version)
            index = {class_name: code for code, class_name in enumerate(answers.class_names)}
            for annotation in fresh:
                answers.last = annotation.id
                if annotation.class_name is None:
                    answers.labels[annotation.sample] = UNLABELLED
                elif annotation.class_name in index:
                    answers.labels[annotation.sample] = index[annotation.class_name]
                else:
                    continue  # the same samples were imported again since, without this class
                answers.annotated[annotation.sample] = True
        return answers

    def _cached_answers(self, version: DatasetVersion) -> _Answers:
        with self._answers_lock:
            cache = self._answers_cache
            if version.id not in cache:
                if len(cache) >= CACHED_VERSIONS:
                    cache.pop(next(iter(cache)))
                cache[version.id] = _Answers(
                    labels=np.array(self.labels(version)),
                    annotated=np.zeros(version.count, bool),
                    class_names=list(version.class_names),
                    last=version.annotation_mark,
                )
            return cache[version.id]
