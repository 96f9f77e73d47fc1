"""Verbs of labelling: annotate, freeze, and what counts meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.core.annotation import AnnotationInput, LabelProgress
from studio.core.dataset import KEPT, UNLABELLED, DatasetManifest, DatasetVersion
from studio.core.errors import Conflict, InvalidInput, unknown
from studio.core.names import check_class_name
from studio.store import annotations as annotation_rows
from studio.store import datasets as dataset_rows
from studio.workspace.datasets import Datasets, manifest_of
from studio.workspace.manifest import recount
from studio.workspace.marks import fitting_tags, with_marks

OPS_LIMIT = 1000
CACHED_VERSIONS = 8
"""So many versions keep the answers given since in memory."""


def check_ops(count: int, what: str) -> None:
    """Refuse more acts at once than one transaction should carry.

    Raises:
        InvalidInput: More than 1,000.
    """
    if count > OPS_LIMIT:
        raise InvalidInput(
            f"{count} {what} came at once.",
            f"One request carries at most {OPS_LIMIT}.",
            "Send them in several requests.",
        )


@dataclass
class Answers:
    """What was answered about a version's samples since it was made, kept up to date by the answers' ids.

    Args:
        stored: int32 (N,), the version's own labels, memory-mapped.
        class_names: The version's classes, then those added while labelling.
        last: Id of the last answer that is in here.
        painted: Sample -> the class that counts now, -1 for none, of every sample that was answered.
        labelled: Kept samples with a class, those of the version and the painted ones together.
    """

    stored: NDArray[np.int32]
    class_names: list[str]
    last: int
    labelled: int
    painted: dict[int, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def label(self, sample: int) -> int:
        """Return the class that counts now, -1 for none."""
        found = self.painted.get(sample)
        return int(self.stored[sample]) if found is None else found

    def paint(self, sample: int, label: int, *, kept: bool = True) -> None:
        """Let another class count from now on; only kept samples are among the labelled ones."""
        if kept:
            self.labelled += (label >= 0) - (self.label(sample) >= 0)
        self.painted[sample] = label

    def labels(self) -> NDArray[np.int32]:
        """Return int32 (N,): all classes that count now, in memory."""
        labels = np.array(self.stored)
        if self.painted:
            samples, codes = zip(*self.painted.items(), strict=True)
            labels[list(samples)] = codes
        return labels


class Labelling(Datasets):
    """What people answer about samples, append-only, and the versions made of it."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self._answers_cache: dict[int, Answers] = {}
        self._answers_lock = threading.Lock()

    def class_names(self, version: DatasetVersion) -> list[str]:
        """Return the classes to label with: the version's, then those added while labelling."""
        added = dataset_rows.label_classes(self._studio, self._dataset_id(version.dataset))
        now = [name for name in added if name not in version.renamed]
        return list(dict.fromkeys([*version.class_names, *now]))

    def add_class(self, name: str, class_name: str) -> list[str]:
        """Add a class to label the dataset with. Returns all its classes.

        Raises:
            NotFound: No such dataset. InvalidInput: The class name is not possible.
            Conflict: A class of that name was renamed.
        """
        version = self.dataset(name)
        checked = check_class_name(class_name)
        if checked in version.renamed:
            raise Conflict(
                f'The class "{checked}" is called "{version.renamed[checked]}" now.',
                "Answers with the old name still arrive from open pages, and count for the new one.",
                "Choose another name.",
            )
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
        check_ops(len(ops), "answers")
        known = {*self.class_names(version), *version.renamed}
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
            version.base,
            check_class_name(annotator),
            ops,
            self._now(),
        )
        return [op.op_id for op in ops], self.label_progress(version)

    def label_progress(self, version: DatasetVersion) -> LabelProgress:
        """Return how many samples have a class, with the answers not yet frozen."""
        answers = self._answers(version)
        return LabelProgress(
            labelled=answers.labelled, total=version.kept, annotated=len(answers.painted)
        )

    def freeze(self, name: str, *, author: str = "unnamed", message: str = "") -> DatasetVersion:
        """Make a new version of the dataset with the answers given since the newest one.

        Raises:
            NotFound: No such dataset. Conflict: Nothing was answered since.
        """
        changed = 0

        def frozen(version: DatasetVersion) -> DatasetManifest:
            nonlocal changed
            if not self._pending(version).painted:
                raise Conflict(
                    f"Nothing to freeze in {version.title}.",
                    "No sample was given an answer since this version was made.",
                    "Label some samples first.",
                )
            manifest, _, changed = self._with_answers(version)
            return manifest

        number = self._change(
            name,
            frozen,
            author=author,
            message=lambda _: message or f"{changed} samples labelled by hand",
        )
        return self.dataset(name, number)

    def _with_answers(
        self, version: DatasetVersion
    ) -> tuple[DatasetManifest, NDArray[np.int32], int]:
        """Return the version with the answers given since inside, its labels, and the number of answers."""
        answers = self._pending(version)
        with answers.lock:
            labels = answers.labels()
            class_names, mark = tuple(answers.class_names), answers.last
            changed = len(answers.painted)
        manifest = manifest_of(version).model_copy(
            update={"class_names": class_names, "annotation_mark": mark}
        )
        return self._with_labels(manifest, labels), labels, changed

    def _with_labels(self, manifest: DatasetManifest, labels: NDArray[np.int32]) -> DatasetManifest:
        """Return the manifest with other labels, int32 (N,), and with tags that fit to them."""
        stored = self.artifacts.put_array(labels, "labels.npy").digest
        changed = manifest.model_copy(update={"labels": stored})
        if manifest.tags:
            tags = fitting_tags(self.artifacts.open_array(manifest.tags), labels)
            changed = with_marks(self.artifacts, changed, "tags", tags)
        return recount(changed, labels, self.split(manifest), self.state(manifest))

    def _dataset_id(self, name: str) -> int:
        found = dataset_rows.dataset_id(self._studio, name)
        if found is None:
            raise unknown("dataset", name, dataset_rows.names(self._studio))
        return found

    def _answers(self, version: DatasetVersion) -> Answers:
        """Return the answers that count for a version: for the newest one also those given since."""
        dataset = self._dataset_id(version.dataset)
        if dataset_rows.newest_number(self._studio, dataset) != version.version:
            return self._own_answers(version)
        return self._pending(version)

    def _pending(self, version: DatasetVersion) -> Answers:
        """Return a version's answers with those given since, which count for it as long as it is the newest."""
        dataset = self._dataset_id(version.dataset)
        answers = self._cached_answers(version)
        with answers.lock:
            fresh = annotation_rows.since(self._studio, dataset, version.base, answers.last)
            answers.class_names = self.class_names(version)
            index = {class_name: code for code, class_name in enumerate(answers.class_names)}
            index |= {old: index[new] for old, new in version.renamed.items() if new in index}
            state = self.state(version)
            for annotation in fresh:
                answers.last = annotation.id
                sample, class_name = annotation.sample, annotation.class_name
                if sample >= version.count or (class_name is not None and class_name not in index):
                    continue  # the same samples were imported again since, without this one or this class
                # What was quarantined or removed meanwhile has its answer, too, should it ever be kept again.
                kept = state is None or bool(state[sample] == KEPT)
                label = UNLABELLED if class_name is None else index[class_name]
                answers.paint(sample, label, kept=kept)
        return answers

    def _cached_answers(self, version: DatasetVersion) -> Answers:
        with self._answers_lock:
            cache = self._answers_cache
            if version.id not in cache:
                if len(cache) >= CACHED_VERSIONS:
                    cache.pop(next(iter(cache)))
                cache[version.id] = self._own_answers(version)
            return cache[version.id]

    def _own_answers(self, version: DatasetVersion) -> Answers:
        return Answers(
            stored=self.labels(version),
            class_names=list(version.class_names),
            last=version.annotation_mark,
            labelled=version.labelled,
        )
