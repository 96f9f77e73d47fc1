"""Verbs of looking through samples: pages of those that match, and everything about one."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from studio.core.annotation import Annotation
from studio.core.dataset import (
    KEPT,
    SPLIT_NAMES,
    STATE_NAMES,
    DatasetVersion,
    LabelStatus,
    SplitName,
)
from studio.core.errors import NotFound, unknown
from studio.core.sample import Box, SampleEvent, SampleFacts, SamplePage, SampleRow
from studio.core.samples import JoinedTexts, Texts
from studio.store import annotations as annotation_rows
from studio.store import datasets as dataset_rows
from studio.store import session_history
from studio.workspace.labelling import Answers, Labelling
from studio.workspace.marks import MarkKind, marks_of, open_marks
from studio.workspace.search import rows_with_letters

PAGE_LIMIT = 1000
TEXT_SHOWN = 240
"""Characters of a text that a list shows."""
CACHED_SEARCHES = 4
"""So many filters keep the numbers of their samples in memory, 4 bytes each."""
NUMBER_DIGITS = 18
SPANS_SHOWN = 20
MARKS_COUNTED: tuple[MarkKind, ...] = ("boxes", "spans")


class _Filter(NamedTuple):
    class_name: str | None
    split: SplitName | None
    status: LabelStatus
    annotator: str | None
    search: str


class Browsing(Labelling):
    """Samples as people look through them, quick at any number."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self._found: OrderedDict[tuple[Any, ...], NDArray[np.int32]] = OrderedDict()
        self._found_lock = threading.Lock()

    def sample_page(
        self,
        version: DatasetVersion,
        *,
        class_name: str | None = None,
        split: SplitName | None = None,
        status: LabelStatus = "all",
        annotator: str | None = None,
        search: str = "",
        after: int = -1,
        limit: int = 200,
    ) -> SamplePage:
        """Return samples after the one with id `after`, in order, and how many there are in all.

        Args:
            class_name: Only those that have this class now.
            split: Only those of this part.
            status: "all" (kept ones), "labelled", "unlabelled", "annotated" (answered since the version was made),
                "quarantined" or "removed".
            annotator: Only those that this person has ever answered about.
            search: Only those with these letters in their text, their name or their class, or with this number.
            limit: 1 to 1,000.

        Raises:
            NotFound: No such class.
        """
        answers = self._answers(version)
        wanted = _Filter(class_name, split, status, annotator, search.strip())
        limit = max(1, min(limit, PAGE_LIMIT))
        ids: NDArray[Any]
        if wanted == _Filter(None, None, "all", None, "") and not version.state:
            total = version.count
            start = max(0, after + 1)
            ids = np.arange(start, min(start + limit, total))
        else:
            found = self._matching(version, answers, wanted)
            total = len(found)
            start = int(np.searchsorted(found, after, side="right"))
            ids = found[start : start + limit]
        return SamplePage(
            samples=self._rows(version, answers, ids),
            next=int(ids[-1]) if start + limit < total else None,
            total=total,
            samples_digest=version.samples,
        )

    def sample_facts(self, version: DatasetVersion, sample: int) -> SampleFacts:
        """Return everything known about one sample: facts, boxes, and what happened to it.

        Raises:
            NotFound: No such sample.
        """
        if not 0 <= sample < version.count:
            raise NotFound(
                f"There is no sample {sample}.",
                f"{version.title} has samples 0 to {version.count - 1}.",
                "Reload the page.",
            )
        answers = self._answers(version)
        row = self._rows(version, answers, np.array([sample]))[0]
        text = None
        if version.shown_as == "text":
            text = str(self.samples(version)[sample])
        return SampleFacts(
            sample=row,
            text=text,
            facts=self._facts(version, row, text),
            boxes=self._boxes_of(version, sample),
            history=self._history(version, sample),
        )

    def annotators(self, version: DatasetVersion) -> list[str]:
        """Return who has answered about the samples, by name."""
        return annotation_rows.annotators(
            self._studio, self._dataset_id(version.dataset), version.base
        )

    def _rows(
        self, version: DatasetVersion, answers: Answers, ids: NDArray[Any]
    ) -> list[SampleRow]:
        codes, state, names = self.split(version), self.state(version), self.names(version)
        texts = self.samples(version) if version.shown_as == "text" else None
        rows = []
        for sample in ids.tolist():
            label = answers.label(sample)
            rows.append(
                SampleRow(
                    id=sample,
                    class_name=answers.class_names[label] if label >= 0 else None,
                    split=SPLIT_NAMES[codes[sample]],
                    annotated=sample in answers.painted,
                    state="kept" if state is None else STATE_NAMES[state[sample]],
                    text=None if texts is None else _shortened(str(texts[sample])),
                    name=(names[sample] or None) if names else None,
                )
            )
        return rows

    def _matching(
        self, version: DatasetVersion, answers: Answers, wanted: _Filter
    ) -> NDArray[np.int32]:
        """Return the numbers of the samples that match, ascending; remembered until somebody answers."""
        if wanted.class_name is not None and wanted.class_name not in answers.class_names:
            raise unknown("class", wanted.class_name, answers.class_names)
        ever = annotation_rows.last_id(self._studio) if wanted.annotator is not None else 0
        key = (version.id, answers.last, ever, wanted)
        with self._found_lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        found = np.flatnonzero(self._mask(version, answers, wanted)).astype(np.int32)
        with self._found_lock:
            self._found[key] = found
            while len(self._found) > CACHED_SEARCHES:
                self._found.popitem(last=False)
        return found

    def _mask(
        self, version: DatasetVersion, answers: Answers, wanted: _Filter
    ) -> NDArray[np.bool_]:
        """Return bool (N,): whether each sample matches."""
        names = answers.class_names
        with answers.lock:
            painted = dict(answers.painted)
        state = self.state(version)
        if wanted.status in ("quarantined", "removed"):
            code = STATE_NAMES.index(wanted.status)
            mask = np.zeros(version.count, bool) if state is None else np.asarray(state == code)
        else:
            mask = np.ones(version.count, bool) if state is None else np.asarray(state == KEPT)
        if wanted.split is not None:
            mask &= self.split(version) == SPLIT_NAMES.index(wanted.split)
        if wanted.status == "annotated":
            mask &= _chosen(version.count, list(painted))
        if wanted.status in ("labelled", "unlabelled"):
            labelled = _overlaid(np.asarray(answers.stored >= 0), painted, lambda code: code >= 0)
            mask &= labelled == (wanted.status == "labelled")
        if wanted.class_name is not None:
            wished = names.index(wanted.class_name)
            mask &= _overlaid(
                np.asarray(answers.stored == wished), painted, lambda code: code == wished
            )
        if wanted.annotator is not None:
            rows = annotation_rows.answered_by(
                self._studio, self._dataset_id(version.dataset), version.base, wanted.annotator
            )
            mask &= _chosen(version.count, rows[rows < version.count])
        if wanted.search:
            mask &= self._search(version, answers, painted, wanted.search)
        return mask

    def _search(
        self, version: DatasetVersion, answers: Answers, painted: dict[int, int], search: str
    ) -> NDArray[np.bool_]:
        """Return bool (N,): where the letters are, in whatever case."""
        mask = np.zeros(version.count, bool)
        lowered = search.lower()
        for code, name in enumerate(answers.class_names):
            if lowered in name.lower():
                mask |= _overlaid(
                    np.asarray(answers.stored == code), painted, lambda c, code=code: c == code
                )
        stored = [
            self.names(version),
            self.samples(version) if version.shown_as == "text" else None,
        ]
        for words in stored:
            if isinstance(words, Texts | JoinedTexts):
                mask[rows_with_letters(words, search)] = True
        is_number = search.isascii() and search.isdecimal() and len(search) <= NUMBER_DIGITS
        if is_number and int(search) < version.count:
            mask[int(search)] = True
        return mask

    def _facts(self, version: DatasetVersion, row: SampleRow, text: str | None) -> dict[str, str]:
        height, width, channels = version.shape
        facts = {
            "Class": row.class_name or "none",
            "Classes": self._tags_of(version, row.id),
            "Part": row.split,
            "State": row.state,
            "Name": row.name or "",
            "Dataset": version.title,
            "Came from": _origin(version, row.id, self._part_ends(version)),
        }
        if version.task == "table":
            facts["Row"] = f"{len(version.table):,} columns"
        elif text is None:
            facts["Pixels"] = f"{width}×{height}, {'grey' if channels == 1 else 'rgb'}"
        else:
            facts["Length"] = f"{len(text):,} characters, {len(text.split()):,} words"
            facts["Spans"] = "; ".join(
                f"“{text[start:end]}” {version.class_names[code]}"
                for _, code, start, end in self._marks_of(version, "spans", row.id)[:SPANS_SHOWN]
            )
        return {name: value for name, value in facts.items() if value}

    def _part_ends(self, version: DatasetVersion) -> list[int]:
        """Return where each import's samples end, in the order they were appended."""
        if (
            version.task == "table"
        ):  # their rows are written anew, so the sources say how many each brought
            ends = np.cumsum([part.get("rows", 0) for part in version.source.get("parts", [])])
            return [int(end) for end in ends]
        parts = [self.artifacts.open_samples(p) for p in self.artifacts.parts(version.samples)]
        return [int(end) for end in np.cumsum([len(part) for part in parts])]

    def _boxes_of(self, version: DatasetVersion, sample: int) -> list[Box]:
        return [
            Box(
                class_name=version.class_names[int(label)],
                left=left,
                top=top,
                width=width,
                height=height,
            )
            for _, label, left, top, width, height in self._marks_of(version, "boxes", sample)
        ]

    def _marks_of(
        self, version: DatasetVersion, kind: MarkKind, sample: int
    ) -> list[tuple[Any, ...]]:
        return [*map(tuple, marks_of(open_marks(self.artifacts, version, kind), sample).tolist())]

    def _tags_of(self, version: DatasetVersion, sample: int) -> str:
        """Return the classes of a sample that may have several, empty where it has none."""
        tags = self._marks_of(version, "tags", sample)
        return ", ".join(version.class_names[code] for _, code in tags)

    def _history(self, version: DatasetVersion, sample: int) -> list[SampleEvent]:
        """Return what happened to a sample up to now, newest first."""
        answered = annotation_rows.of_sample(
            self._studio, self._dataset_id(version.dataset), version.base, sample
        )
        events = [_answer(annotation) for annotation in answered]
        events += [
            SampleEvent(time=act.time, who=act.annotator, what=act.what)
            for act in session_history.of_sample(
                self._studio, self._dataset_id(version.dataset), version.base, sample
            )
        ]
        before: dict[str, str] = {}
        for other in reversed(dataset_rows.list_versions(self._studio, version.dataset)):
            if other.base != version.base or sample >= other.count:
                before = {}
                continue
            now = self._standing(other, sample)
            if what := _difference(before, now):
                events.append(
                    SampleEvent(
                        time=other.created, who=other.author, what=what, version=other.title
                    )
                )
            before = now
        return sorted(events, key=lambda event: event.time, reverse=True)

    def _standing(self, version: DatasetVersion, sample: int) -> dict[str, str]:
        """Return what a version says of a sample."""
        label, state = int(self.labels(version)[sample]), self.state(version)
        return {
            "class": version.class_names[label] if label >= 0 else "none",
            **self._marked(version, sample),
            "part": SPLIT_NAMES[self.split(version)[sample]],
            "state": "kept" if state is None else STATE_NAMES[state[sample]],
        }

    def _marked(self, version: DatasetVersion, sample: int) -> dict[str, str]:
        """Return the classes of a sample that may have several, and how many marks of each kind are in it."""
        counts = {kind: len(self._marks_of(version, kind, sample)) for kind in MARKS_COUNTED}
        return {
            "classes": self._tags_of(version, sample) or "none",
            **{kind: str(count or "none") for kind, count in counts.items()},
        }


def _answer(annotation: Annotation) -> SampleEvent:
    answer = annotation.class_name
    what = "took the answer back" if answer is None else f"answered “{answer}”"
    return SampleEvent(time=annotation.time, who=annotation.annotator, what=what)


def _difference(before: dict[str, str], now: dict[str, str]) -> str:
    if not before:
        return f"came in: class {now['class']}, part {now['part']}"
    changed = [f"{name} {before[name]} → {now[name]}" for name in now if now[name] != before[name]]
    return ", ".join(changed)


def _origin(version: DatasetVersion, sample: int, ends: list[int]) -> str:
    """Return a word about the import that a sample came with."""
    source = version.source
    if source.get("kind") == "appended":
        part = int(np.searchsorted(ends, sample, side="right"))
        source = source["parts"][min(part, len(source["parts"]) - 1)]
    place = next(
        (str(source[k]) for k in ("path", "folder", "url", "collection") if source.get(k)), ""
    )
    name = place.rstrip("/").rpartition("/")[
        2
    ]  # where it lies on this machine is nobody's business
    return f"{source.get('kind', 'unknown')} {name}".strip()


def _shortened(text: str) -> str:
    return text if len(text) <= TEXT_SHOWN else text[: TEXT_SHOWN - 1] + "…"


def _chosen(count: int, rows: Any) -> NDArray[np.bool_]:
    mask = np.zeros(count, bool)
    mask[rows] = True
    return mask


def _overlaid(mask: NDArray[np.bool_], painted: dict[int, int], rule: Any) -> NDArray[np.bool_]:
    """Return the mask with what `rule` says of each painted sample's class."""
    if painted:
        samples, codes = zip(*painted.items(), strict=True)
        mask[list(samples)] = [rule(code) for code in codes]
    return mask
