"""Verbs that make a version out of another: classes, states, single labels, going back; and what differs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from studio.core.dataset import (
    KEPT,
    SPLIT_NAMES,
    STATE_NAMES,
    UNLABELLED,
    DatasetManifest,
    DatasetVersion,
    StateName,
)
from studio.core.errors import Conflict, InvalidInput, unknown
from studio.core.names import check_class_name
from studio.core.versions import Moved, Relabelled, VersionDiff
from studio.store import annotations as annotation_rows
from studio.workspace.browsing import Browsing
from studio.workspace.datasets import manifest_of
from studio.workspace.marks import COLUMNS, labels_of_tags, open_marks, recoded, with_marks
from studio.workspace.matching import match_rows

Labels = NDArray[np.int32]
LISTED = 200
"""So many of the samples that differ are listed."""


class Versions(Browsing):
    """Changes to a dataset, each a version with an author and a message.

    Answers given since the newest version are inside every version that changes classes or labels, so that none
    is left that speaks of a class which is not there any more.
    """

    def rename_class(
        self,
        name: str,
        class_name: str,
        new_name: str,
        *,
        author: str = "unnamed",
        message: str = "",
    ) -> DatasetVersion:
        """Give a class another name. Its samples and answers follow, also those that still arrive.

        Raises:
            NotFound: No such class. Conflict: Another class has the name; merging joins two classes.
            InvalidInput: The name is not possible.
        """
        wanted = check_class_name(new_name)

        def rename(manifest: DatasetManifest, labels: Labels) -> tuple[DatasetManifest, Labels]:
            _check_class(class_name, manifest)
            if wanted in manifest.class_names:
                raise Conflict(
                    f'There is a class called "{wanted}" already.',
                    "Two classes cannot have the same name.",
                    "Merge the two classes instead, or choose another name.",
                )
            names = tuple(wanted if n == class_name else n for n in manifest.class_names)
            renamed = _renamed(manifest.renamed, {class_name: wanted})
            return manifest.model_copy(update={"class_names": names, "renamed": renamed}), labels

        return self._relabel(name, rename, author, message or f"{class_name} is now {wanted}")

    def merge_classes(
        self,
        name: str,
        class_names: Sequence[str],
        into: str,
        *,
        author: str = "unnamed",
        message: str = "",
    ) -> DatasetVersion:
        """Make one class of several. Their samples, boxes and answers follow.

        Args:
            class_names: The classes that end, two or more (`into` may be among them).
            into: The class they become: one of the dataset's, or a new name.

        Raises:
            NotFound: No such class. InvalidInput: Nothing to merge, or the name is not possible.
        """
        wanted = check_class_name(into)
        ending = [class_name for class_name in dict.fromkeys(class_names) if class_name != wanted]

        def merge(manifest: DatasetManifest, labels: Labels) -> tuple[DatasetManifest, Labels]:
            for class_name in ending:
                _check_class(class_name, manifest)
            old = manifest.class_names
            if not ending or len({*ending, *({wanted} & {*class_names, *old})}) < 2:
                raise InvalidInput(
                    f"Merging {' and '.join(class_names) or 'nothing'} into {wanted} changes nothing.",
                    "Merging makes one class of two or more.",
                    "Choose at least two classes.",
                )
            names = dict.fromkeys(wanted if n in ending else n for n in old)
            kept = tuple(names)
            codes = [kept.index(wanted if n in ending else n) for n in old]
            table = np.array([*codes, UNLABELLED], np.int32)
            renamed = _renamed(manifest.renamed, dict.fromkeys(ending, wanted))
            update = {"class_names": kept, "renamed": renamed}
            changed = self._recoded(manifest, table).model_copy(update=update)
            tags = open_marks(self.artifacts, changed, "tags")
            return changed, labels_of_tags(tags, table[labels])

        return self._relabel(
            name, merge, author, message or f"{', '.join(ending)} are now {wanted}"
        )

    def split_class(
        self,
        name: str,
        class_name: str,
        into: str,
        samples: Sequence[int],
        *,
        author: str = "unnamed",
        message: str = "",
    ) -> DatasetVersion:
        """Move some samples of a class to another one, which is made when it is new.

        Raises:
            NotFound: No such class or sample. InvalidInput: A sample has another class.
        """
        wanted = check_class_name(into)

        def divide(manifest: DatasetManifest, labels: Labels) -> tuple[DatasetManifest, Labels]:
            _check_class(class_name, manifest)
            rows = check_rows(samples, manifest)
            strangers = rows[labels[rows] != manifest.class_names.index(class_name)]
            if len(strangers):
                raise InvalidInput(
                    f"Sample {strangers[0]} is not of the class {class_name}.",
                    "Only samples of a class can be moved out of it.",
                    "Choose samples of that class only.",
                )
            return self._labelled_as(manifest, labels, rows, wanted)

        text = f"{len(samples):,} samples of {class_name} are now {wanted}"
        return self._relabel(name, divide, author, message or text)

    def relabel(
        self,
        name: str,
        samples: Sequence[int],
        class_name: str | None,
        *,
        author: str = "unnamed",
        message: str = "",
    ) -> DatasetVersion:
        """Give some samples a class, which is made when it is new; None takes their class away.

        Raises:
            NotFound: No such sample. InvalidInput: The name is not possible, or no sample is named.
        """
        wanted = None if class_name is None else check_class_name(class_name)

        def change(manifest: DatasetManifest, labels: Labels) -> tuple[DatasetManifest, Labels]:
            return self._labelled_as(manifest, labels, check_rows(samples, manifest), wanted)

        text = f"{len(samples):,} samples are now {wanted or 'without a class'}"
        return self._relabel(name, change, author, message or text)

    def set_state(
        self,
        name: str,
        samples: Sequence[int],
        state: StateName,
        *,
        author: str = "unnamed",
        message: str = "",
    ) -> DatasetVersion:
        """Keep, quarantine or remove some samples. Their numbers, and those of all others, stay.

        Args:
            state: "quarantined" sets samples aside until somebody decides, "removed" takes them out, "kept"
                brings them back.

        Raises:
            NotFound: No such sample. InvalidInput: No sample is named. Conflict: They all are in that state.
        """
        if state not in STATE_NAMES:
            raise unknown("state of samples", state, STATE_NAMES)

        def change(version: DatasetVersion) -> DatasetManifest:
            rows = check_rows(samples, version)
            stored = self.state(version)
            states = np.zeros(version.count, np.uint8) if stored is None else np.array(stored)
            if np.all(states[rows] == STATE_NAMES.index(state)):
                raise Conflict(
                    f"These samples are {state} already.", "Nothing would change.", "Choose others."
                )
            states[rows] = STATE_NAMES.index(state)
            digest = ""
            if np.any(states != KEPT):
                digest = self.artifacts.put_array(states, "state.npy").digest
            manifest = manifest_of(version).model_copy(update={"state": digest})
            return self._recounted(manifest)

        text = f"{len(set(samples)):,} samples {state}"
        number = self._change(name, change, author=author, message=message or text)
        return self.dataset(name, number)

    def revert(
        self, name: str, version: int, *, author: str = "unnamed", message: str = ""
    ) -> DatasetVersion:
        """Make a version that holds what an earlier one held. Nothing between is lost.

        Answers given since the newest version do not count for it any more; they stay in the history.

        Raises:
            NotFound: No such version. Conflict: It is the newest one.
        """
        wanted = self.dataset(name, version)

        def back(newest: DatasetVersion) -> DatasetManifest:
            if newest.digest == wanted.digest and not self._pending(newest).painted:
                raise Conflict(
                    f"{newest.title} holds what {wanted.title} holds.",
                    "Nothing would change.",
                    "Choose another version.",
                )
            mark = annotation_rows.last_id(self._studio)
            renamed = wanted.renamed | _renamings(newest, wanted)
            update = {"annotation_mark": mark, "renamed": renamed}
            return manifest_of(wanted).model_copy(update=update)

        text = message or f"Back to version {version}"
        return self.dataset(name, self._change(name, back, author=author, message=text))

    def diff(
        self, before: DatasetVersion, after: DatasetVersion, *, limit: int = LISTED
    ) -> VersionDiff:
        """Return what differs between two versions.

        Versions made from one another are compared row by row. Where the samples were imported anew, samples with
        the same content are the same sample.

        Args:
            limit: So many samples of each kind are listed.
        """
        ours, theirs = self._pairs(before, after)
        renamed = _renamings(before, after)
        added = np.setdiff1d(self._kept_rows(after), theirs, assume_unique=True)
        removed = np.setdiff1d(self._kept_rows(before), ours, assume_unique=True)
        then, now = self._names_of(before, ours, renamed), self._names_of(after, theirs, {})
        changed = np.flatnonzero(then != now)
        parts = np.asarray(self.split(before))[ours], np.asarray(self.split(after))[theirs]
        moved = np.flatnonzero(parts[0] != parts[1])
        return VersionDiff(
            before=before.title,
            after=after.title,
            added_count=len(added),
            removed_count=len(removed),
            relabelled_count=len(changed),
            moved_count=len(moved),
            added=added[:limit].tolist(),
            removed=removed[:limit].tolist(),
            relabelled=[
                Relabelled(id=int(theirs[i]), before=then[i] or None, after=now[i] or None)
                for i in changed[:limit]
            ],
            moved=[
                Moved(
                    id=int(theirs[i]),
                    before=SPLIT_NAMES[parts[0][i]],
                    after=SPLIT_NAMES[parts[1][i]],
                )
                for i in moved[:limit]
            ],
            renamed_classes=renamed,
            added_classes=[
                n
                for n in after.class_names
                if n not in before.class_names and n not in renamed.values()
            ],
            removed_classes=[
                n for n in before.class_names if n not in after.class_names and n not in renamed
            ],
        )

    def _relabel(
        self,
        name: str,
        change: Callable[[DatasetManifest, Labels], tuple[DatasetManifest, Labels]],
        author: str,
        message: str,
    ) -> DatasetVersion:
        """Make a version with other labels, the answers given since the newest one inside."""
        answered = 0

        def changed(version: DatasetVersion) -> DatasetManifest:
            nonlocal answered
            manifest, labels, answered = self._with_answers(version)
            return self._with_labels(*change(manifest, labels))

        def described(_: DatasetManifest) -> str:
            return f"{message} ({answered:,} answers inside)" if answered else message

        return self.dataset(name, self._change(name, changed, author=author, message=described))

    @staticmethod
    def _labelled_as(
        manifest: DatasetManifest, labels: Labels, rows: NDArray[np.int64], class_name: str | None
    ) -> tuple[DatasetManifest, Labels]:
        if class_name is None:
            labels[rows] = UNLABELLED
            return manifest, labels
        names = tuple(dict.fromkeys([*manifest.class_names, class_name]))
        labels[rows] = names.index(class_name)
        renamed = {old: new for old, new in manifest.renamed.items() if old != class_name}
        return manifest.model_copy(update={"class_names": names, "renamed": renamed}), labels

    def _recoded(self, manifest: DatasetManifest, table: NDArray[np.int32]) -> DatasetManifest:
        """Return the manifest with other class numbers in its boxes, tags and spans."""
        for kind in COLUMNS:
            marks = open_marks(self.artifacts, manifest, kind)
            if len(marks):
                changed = recoded(marks, table, kind)
                manifest = with_marks(self.artifacts, manifest, kind, changed)
        return manifest

    def _recounted(self, manifest: DatasetManifest) -> DatasetManifest:
        return self._with_labels(manifest, np.array(self.labels(manifest)))

    def _kept_rows(self, version: DatasetVersion) -> NDArray[np.int64]:
        state = self.state(version)
        return np.arange(version.count) if state is None else np.flatnonzero(state == KEPT)

    def _pairs(
        self, before: DatasetVersion, after: DatasetVersion
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the rows of the samples that both have, in the one and in the other."""
        ours, theirs = self._kept_rows(before), self._kept_rows(after)
        if before.base == after.base:
            both = np.intersect1d(ours, theirs, assume_unique=True)
            return both, both
        return match_rows(self.samples(before), ours, self.samples(after), theirs)

    def _names_of(
        self, version: DatasetVersion, rows: NDArray[np.int64], renamed: dict[str, str]
    ) -> NDArray[np.object_]:
        """Return the class names of some rows, empty for none, in today's spelling."""
        names = [renamed.get(name, name) for name in version.class_names]
        return np.array([*names, ""], object)[np.asarray(self.labels(version))[rows]]


def _check_class(class_name: str, manifest: DatasetManifest) -> None:
    if class_name not in manifest.class_names:
        raise unknown("class", class_name, manifest.class_names)


def check_rows(samples: Sequence[int], manifest: DatasetManifest) -> NDArray[np.int64]:
    """Return the numbers of samples, ascending, each once; refuse none at all, and some that are not there."""
    rows = np.unique(np.array(samples, np.int64))
    if not len(rows):
        raise InvalidInput("No sample is chosen.", "Nothing would change.", "Choose some samples.")
    if rows[0] < 0 or rows[-1] >= manifest.count:
        wrong = rows[0] if rows[0] < 0 else rows[-1]
        raise unknown("sample", str(wrong), [f"0 to {manifest.count - 1}"])
    return rows


def _renamed(known: dict[str, str], more: dict[str, str]) -> dict[str, str]:
    """Return former name -> name now, with more renamings behind those known."""
    followed = {old: more.get(new, new) for old, new in known.items()}
    names_now = set(more.values())
    return {old: new for old, new in {**followed, **more}.items() if old not in names_now}


def _renamings(before: DatasetVersion, after: DatasetVersion) -> dict[str, str]:
    """Return which classes of `before` have another name in `after`, whichever of the two came first."""
    ours, theirs = set(before.class_names), set(after.class_names)
    former: dict[str, list[str]] = {}
    for old, new in before.renamed.items():
        if new not in theirs and old in theirs - ours:
            former.setdefault(new, []).append(old)
    back = {new: old[0] for new, old in former.items() if len(old) == 1 and new in ours}
    return back | {old: new for old, new in after.renamed.items() if old in ours - theirs}
