"""Every change makes a version. Held equal to a model of a dataset in plain Python, and case by case."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from studio.core.dataset import (
    SPLIT_NAMES,
    STATE_NAMES,
    DatasetVersion,
    SplitConfig,
    split_codes,
)
from studio.core.errors import Conflict, InvalidInput, NotFound, StudioError
from studio.core.versions import VersionDiff
from studio.workspace import Workspace
from tests.workspace.sources import Made, Sample, add, answer, labels_of

NAMES = ("cat", "dog", "cow", "ant", "bee")
Label = str | None


@dataclass(frozen=True)
class Row:
    """A sample as people think of it."""

    content: int
    label: Label
    part: str
    state: str = "kept"


@dataclass(frozen=True)
class Line:
    """A version: its samples, its classes, and what a class was called before."""

    rows: tuple[Row, ...]
    classes: tuple[str, ...]
    renamed: dict[str, str]
    line: int  # versions of one line have the same rows under the same numbers


def rows_of(workspace: Workspace, version: DatasetVersion) -> tuple[Row, ...]:
    """What is stored with a version."""
    pixels = np.asarray(workspace.samples(version))[:, 0, :2, 0].astype(int)
    codes, state = workspace.split(version), workspace.state(version)
    return tuple(
        Row(
            int(pixels[row, 0] * 256 + pixels[row, 1]),
            label,
            SPLIT_NAMES[codes[row]],
            "kept" if state is None else STATE_NAMES[state[row]],
        )
        for row, label in enumerate(labels_of(workspace, version))
    )


class Numbered(Made):
    """Pictures whose first two pixels are the content, so that there may be many."""

    def _chunk(self, samples: list[Sample], cursor: int):  # type: ignore[no-untyped-def]
        chunk = super()._chunk([replace(s, content=0) for s in samples], cursor)
        for row, sample in enumerate(samples):
            chunk.samples[row, 0, :2, 0] = divmod(sample.content, 256)
        return chunk


def brute_diff(before: Line, after: Line, renamed: dict[str, str]) -> dict[str, object]:
    """What differs, found by comparing every sample with every other."""
    kept = {
        id(line): [row for row, facts in enumerate(line.rows) if facts.state == "kept"]
        for line in (before, after)
    }
    ours, theirs = list(kept[id(before)]), kept[id(after)]
    pairs = []
    for row in theirs:
        same = before.line == after.line
        partner = next(
            (
                other
                for other in ours
                if (other == row if same else before.rows[other].content == after.rows[row].content)
            ),
            None,
        )
        if partner is not None:
            ours.remove(partner)
            pairs.append((partner, row))
    paired = {row for _, row in pairs}
    relabelled, moved = [], []
    for mine, row in pairs:
        then, now = before.rows[mine], after.rows[row]
        label = renamed.get(then.label or "", then.label)
        if label != now.label:
            relabelled.append((row, label, now.label))
        if then.part != now.part:
            moved.append((row, then.part, now.part))
    return {
        "added": [row for row in theirs if row not in paired],
        "removed": ours,
        "relabelled": relabelled,
        "moved": moved,
        "added_classes": [
            n for n in after.classes if n not in before.classes and n not in renamed.values()
        ],
        "removed_classes": [
            n for n in before.classes if n not in after.classes and n not in renamed
        ],
    }


class Changes(RuleBasedStateMachine):
    """Changes a dataset in every way there is; after each step both must say the same."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.workspace = Workspace.open(self.folder)
        self.lines: list[Line] = []
        self.stored: list[DatasetVersion] = []
        self.pending: dict[int, Label] = {}
        self.extra: list[str] = []  # classes added while labelling
        self.contents = itertools.count(100)

    def teardown(self) -> None:
        self.workspace.close()
        shutil.rmtree(self.folder)

    # --- what the model says ---

    @property
    def now(self) -> Line:
        return self.lines[-1]

    def classes(self) -> list[str]:
        extra = [name for name in self.extra if name not in self.now.renamed]
        return list(dict.fromkeys([*self.now.classes, *extra]))

    def answered(self) -> tuple[tuple[Row, ...], tuple[str, ...]]:
        """The newest version with the answers given since inside."""
        rows = [
            replace(row, label=self.pending.get(number, row.label))
            for number, row in enumerate(self.now.rows)
        ]
        return tuple(rows), tuple(self.classes())

    def expect(
        self, version: DatasetVersion, line: Line, message: str, *, pending: bool = False
    ) -> None:
        """A version was made; the answers since are inside, unless they are still pending."""
        assert version.version == len(self.lines) + 1
        assert (version.author, message in version.message) == ("ann", True)
        self.lines.append(line)
        self.stored.append(version)
        if not pending:
            self.pending = {}
        assert version == self.workspace.dataset("pets")

    def refused(self, error: type[StudioError], change: Callable[[], object]) -> None:
        with pytest.raises(error):
            change()

    def new_line(
        self, contents: list[int], labels: list[int], classes: tuple[str, ...]
    ) -> Numbered:
        samples = [Sample(c, label) for c, label in zip(contents, labels, strict=False)]
        return Numbered(samples, classes)

    # --- what may be done ---

    @initialize(labels=st.lists(st.integers(-1, 1), min_size=4, max_size=7))
    def begin(self, labels: list[int]) -> None:
        self.replace_all(labels)

    @rule(labels=st.lists(st.integers(-1, 1), min_size=3, max_size=7), seed=st.integers(0, 9))
    def replace_all(self, labels: list[int], seed: int = 0) -> None:
        """Import anew: some samples are those of before, some twice, one at least is new."""
        known = [row.content for row in self.now.rows] if self.lines else []
        generator = np.random.default_rng(seed)
        contents = [next(self.contents)]
        while len(contents) < len(labels):
            contents.append(int(generator.choice([*known, next(self.contents)])))
        made = self.new_line(contents[::-1], labels, ("cat", "dog"))
        version = add(self.workspace, "pets", made, author="ann", message="anew")
        codes = split_codes(len(labels), SplitConfig())
        rows = [
            Row(content, None if label < 0 else ("cat", "dog")[label], SPLIT_NAMES[code])
            for content, label, code in zip(contents[::-1], labels, codes, strict=True)
        ]
        line = Line(tuple(rows), ("cat", "dog"), {}, len(self.lines))
        self.expect(version, line, "anew")

    @rule(labels=st.lists(st.integers(-1, 1), min_size=1, max_size=3), data=st.data())
    def append(self, labels: list[int], data: st.DataObject) -> None:
        classes = data.draw(st.permutations(NAMES))[:2]
        contents = [next(self.contents) for _ in labels]
        made = self.new_line(contents, labels, tuple(classes))
        version = add(
            self.workspace, "pets", made, append=True, author="ann", message="more of them"
        )
        codes = split_codes(len(labels), SplitConfig())
        rows = [
            Row(content, None if label < 0 else classes[label], SPLIT_NAMES[code])
            for content, label, code in zip(contents, labels, codes, strict=True)
        ]
        names = tuple(dict.fromkeys([*self.now.classes, *classes]))
        renamed = {old: new for old, new in self.now.renamed.items() if old not in names}
        line = Line((*self.now.rows, *rows), names, renamed, self.now.line)
        self.expect(version, line, "more of them", pending=True)

    @rule(data=st.data())
    def annotate(self, data: st.DataObject) -> None:
        """Former names of classes still arrive, and count for the names of today."""
        sample = data.draw(st.integers(0, len(self.now.rows) - 1))
        name = data.draw(st.sampled_from([None, *self.classes(), *self.now.renamed]))
        answer(self.workspace, "pets", (sample, name))
        self.pending[sample] = None if name is None else self.now.renamed.get(name, name)

    @rule(name=st.sampled_from(NAMES))
    def add_class(self, name: str) -> None:
        if name in self.now.renamed:
            self.refused(Conflict, lambda: self.workspace.add_class("pets", name))
            return
        if name not in self.classes():
            self.extra.append(name)
        assert self.workspace.add_class("pets", name) == self.classes()

    @rule()
    def freeze(self) -> None:
        if not self.pending:
            self.refused(Conflict, lambda: self.workspace.freeze("pets", author="ann"))
            return
        count = len(self.pending)
        version = self.workspace.freeze("pets", author="ann")
        rows, classes = self.answered()
        line = replace(self.now, rows=rows, classes=classes)
        self.expect(version, line, f"{count} samples labelled by hand")

    @rule(data=st.data(), new=st.sampled_from(NAMES))
    def rename(self, data: st.DataObject, new: str) -> None:
        rows, classes = self.answered()
        old = data.draw(st.sampled_from(classes))
        if new in classes:
            self.refused(Conflict, lambda: self.workspace.rename_class("pets", old, new))
            return
        version = self.workspace.rename_class("pets", old, new, author="ann")
        self.become(version, rows, classes, {old: new}, f"{old} is now {new}")

    @rule(data=st.data(), into=st.sampled_from(NAMES))
    def merge(self, data: st.DataObject, into: str) -> None:
        rows, classes = self.answered()
        chosen = data.draw(st.lists(st.sampled_from(classes), max_size=3))
        joined = {*chosen, *({into} & set(classes))}
        if len(joined) < 2:
            self.refused(InvalidInput, lambda: self.workspace.merge_classes("pets", chosen, into))
            return
        version = self.workspace.merge_classes("pets", chosen, into, author="ann")
        self.become(version, rows, classes, dict.fromkeys(joined - {into}, into), f"now {into}")

    def become(
        self,
        version: DatasetVersion,
        rows: tuple[Row, ...],
        classes: tuple[str, ...],
        change: dict[str, str],
        message: str,
    ) -> None:
        """Classes have other names now, everywhere."""
        changed = tuple(replace(row, label=change.get(row.label or "", row.label)) for row in rows)
        names = tuple(dict.fromkeys(change.get(name, name) for name in classes))
        former = {old: change.get(new, new) for old, new in self.now.renamed.items()}
        renamed = {old: new for old, new in {**former, **change}.items() if old not in names}
        self.expect(version, Line(changed, names, renamed, self.now.line), message)

    @rule(data=st.data(), into=st.sampled_from(NAMES))
    def split_class(self, data: st.DataObject, into: str) -> None:
        rows, classes = self.answered()
        name = data.draw(st.sampled_from(classes))
        samples = data.draw(st.sets(st.integers(0, len(rows) - 1), min_size=1, max_size=3))

        def change() -> DatasetVersion:
            return self.workspace.split_class("pets", name, into, sorted(samples), author="ann")

        if any(rows[sample].label != name for sample in samples):
            self.refused(InvalidInput, change)
            return
        self.give(change(), rows, classes, samples, into, f"of {name} are now {into}")

    @rule(data=st.data(), name=st.none() | st.sampled_from(NAMES))
    def relabel(self, data: st.DataObject, name: Label) -> None:
        rows, classes = self.answered()
        samples = data.draw(st.sets(st.integers(0, len(rows) - 1), max_size=3))

        def change() -> DatasetVersion:
            return self.workspace.relabel("pets", list(samples), name, author="ann")

        if not samples:
            self.refused(InvalidInput, change)
            return
        self.give(change(), rows, classes, samples, name, f"{len(samples)} samples are now")

    def give(
        self,
        version: DatasetVersion,
        rows: tuple[Row, ...],
        classes: tuple[str, ...],
        samples: set[int],
        name: Label,
        message: str,
    ) -> None:
        """Some samples have another class now, which may be a new one."""
        changed = tuple(
            replace(row, label=name) if number in samples else row
            for number, row in enumerate(rows)
        )
        names = classes if name is None else tuple(dict.fromkeys([*classes, name]))
        renamed = {old: new for old, new in self.now.renamed.items() if old not in names}
        self.expect(version, Line(changed, names, renamed, self.now.line), message)

    @rule(data=st.data(), state=st.sampled_from(STATE_NAMES))
    def set_state(self, data: st.DataObject, state: str) -> None:
        rows = self.now.rows
        samples = data.draw(st.sets(st.integers(0, len(rows) - 1), min_size=1, max_size=3))

        def change() -> DatasetVersion:
            return self.workspace.set_state("pets", [*samples, *samples], state, author="ann")  # type: ignore[arg-type]

        if all(rows[sample].state == state for sample in samples):
            self.refused(Conflict, change)
            return
        version = change()
        changed = tuple(
            replace(row, state=state) if number in samples else row
            for number, row in enumerate(rows)
        )
        line = replace(self.now, rows=changed)
        self.expect(version, line, f"{len(samples)} samples {state}", pending=True)

    @rule(seed=st.integers(0, 3), stratified=st.booleans())
    def split(self, seed: int, stratified: bool) -> None:
        config = SplitConfig(test_share=0.4, validation_share=0.2, seed=seed, stratified=stratified)
        version = self.workspace.split_dataset("pets", config, author="ann")
        kept = [number for number, row in enumerate(self.now.rows) if row.state == "kept"]
        codes = [self.now.classes.index(r.label) if r.label else -1 for r in self.now.rows]
        parts = split_codes(len(kept), config, np.array(codes, np.int32)[kept])
        rows = [replace(row, part="train") for row in self.now.rows]
        for number, code in zip(kept, parts, strict=True):
            rows[number] = replace(rows[number], part=SPLIT_NAMES[code])
        self.expect(version, replace(self.now, rows=tuple(rows)), f"seed {seed}", pending=True)

    @rule(data=st.data())
    def revert(self, data: st.DataObject) -> None:
        number = data.draw(st.integers(1, len(self.lines)))

        def change() -> DatasetVersion:
            return self.workspace.revert("pets", number, author="ann")

        if self.stored[number - 1].digest == self.stored[-1].digest and not self.pending:
            self.refused(Conflict, change)
            return
        version = change()
        line = replace(self.lines[number - 1], renamed=version.renamed)
        assert line.renamed.items() >= self.lines[number - 1].renamed.items()
        assert not set(line.renamed) & set(line.classes)
        assert set(line.renamed.values()) <= set(line.classes)
        self.expect(version, line, f"Back to version {number}")
        assert version.digest == self.stored[number - 1].digest

    @rule(data=st.data())
    def compare(self, data: st.DataObject) -> None:
        first = data.draw(st.integers(0, len(self.lines) - 1))
        second = data.draw(st.integers(0, len(self.lines) - 1))
        found = self.workspace.diff(self.stored[first], self.stored[second])
        check_diff(found, self.lines[first], self.lines[second])

    @rule()
    def reopen(self) -> None:
        self.workspace.close()
        self.workspace = Workspace.open(self.folder)

    # --- what must always hold ---

    @invariant()
    def versions_never_change(self) -> None:
        found = self.workspace.dataset_versions("pets")[::-1]
        assert found == self.stored
        for version, line in zip(found, self.lines, strict=True):
            assert rows_of(self.workspace, version) == line.rows
            assert (version.class_names, version.renamed) == (line.classes, line.renamed)
            kept = [row for row in line.rows if row.state == "kept"]
            counted = tuple(sum(r.label == name for r in kept) for name in line.classes)
            assert version.class_counts == counted
            assert version.labelled == sum(counted)
            parts = tuple(sum(r.part == name for r in kept) for name in SPLIT_NAMES)
            assert version.split_counts == parts
            states = tuple(sum(r.state == name for r in line.rows) for name in STATE_NAMES)
            assert version.states == states
            assert (version.state == "") == (states[0] == version.count)
            assert (
                len({v.base for v, o in zip(found, self.lines, strict=True) if o.line == line.line})
                == 1
            )

    @invariant()
    def only_the_newest_version_shows_the_answers(self) -> None:
        rows, classes = self.answered()
        version = self.stored[-1]
        assert self.workspace.class_names(version) == list(classes)
        assert self.seen(version) == {
            number: (row.label, row.part, row.state, number in self.pending)
            for number, row in enumerate(rows)
        }
        kept = [row for row in rows if row.state == "kept"]
        progress = self.workspace.label_progress(version)
        assert progress.labelled == sum(row.label is not None for row in kept)
        assert (progress.annotated, progress.total) == (len(self.pending), len(kept))
        for older, line in zip(self.stored[:-1], self.lines, strict=False):
            assert self.seen(older) == {
                number: (row.label, row.part, row.state, False)
                for number, row in enumerate(line.rows)
            }

    def seen(self, version: DatasetVersion) -> dict[int, tuple[Label, str, str, bool]]:
        return {
            row.id: (row.class_name, row.split, row.state, row.annotated)
            for status in STATE_NAMES
            for row in self.workspace.sample_page(
                version,
                status="all" if status == "kept" else status,  # type: ignore[arg-type]
            ).samples
        }


TestChanges = Changes.TestCase
TestChanges.settings = settings(max_examples=15, stateful_step_count=20)


def check_diff(found: VersionDiff, before: Line, after: Line) -> None:
    """What was found is what comparing everything with everything finds."""
    renamed = found.renamed_classes
    assert set(renamed) <= set(before.classes) - set(after.classes)
    assert set(renamed.values()) <= set(after.classes)
    expected = brute_diff(before, after, renamed)
    assert {
        "added": found.added,
        "removed": found.removed,
        "relabelled": [(r.id, r.before, r.after) for r in found.relabelled],
        "moved": [(m.id, m.before, m.after) for m in found.moved],
        "added_classes": found.added_classes,
        "removed_classes": found.removed_classes,
    } == expected
    counts = (found.added_count, found.removed_count, found.relabelled_count, found.moved_count)
    lists = (found.added, found.removed, found.relabelled, found.moved)
    assert counts == tuple(len(listed) for listed in lists)
    if (before.rows, before.classes) == (after.rows, after.classes):
        assert found.same


PETS = [
    Sample(1, 0, boxes=((0, 0.0, 0.0, 0.5, 0.5), (1, 0.5, 0.5, 0.5, 0.5))),
    Sample(2, 1, boxes=((1, 0.1, 0.1, 0.1, 0.1),)),
    Sample(3, 0),
    Sample(4, -1),
]


@pytest.fixture
def pets(workspace: Workspace) -> DatasetVersion:
    return add(workspace, "pets", PETS)


def test_every_change_says_who_and_why(workspace: Workspace, pets: DatasetVersion) -> None:
    how = {"author": "bob", "message": "because"}
    answer(workspace, "pets", (3, "cat"))
    made = [
        workspace.freeze("pets", **how),
        workspace.rename_class("pets", "cat", "kitty", **how),
        workspace.split_class("pets", "kitty", "lion", [0], **how),
        workspace.merge_classes("pets", ["kitty", "lion"], "kitty", **how),
        workspace.relabel("pets", [1], None, **how),
        workspace.set_state("pets", [2], "removed", **how),
        workspace.split_dataset("pets", SplitConfig(seed=9), **how),
        workspace.revert("pets", 1, **how),
    ]
    assert [version.version for version in made] == [2, 3, 4, 5, 6, 7, 8, 9]
    assert {(version.author, version.message) for version in made} == {("bob", "because")}
    assert made[-1].digest == pets.digest
    assert workspace.dataset_versions("pets") == [*made[::-1], pets]


def test_answers_given_meanwhile_are_said(workspace: Workspace, pets: DatasetVersion) -> None:
    answer(workspace, "pets", (3, "cat"), (0, "dog"))
    version = workspace.rename_class("pets", "cat", "kitty")
    assert version.message == "cat is now kitty (2 answers inside)"
    assert labels_of(workspace, version) == ["dog", "dog", "kitty", "kitty"]
    assert workspace.rename_class("pets", "dog", "wolf").message == "dog is now wolf"


def test_boxes_follow_their_classes(workspace: Workspace, pets: DatasetVersion) -> None:
    renamed = workspace.rename_class("pets", "cat", "kitty")
    assert renamed.boxes == pets.boxes
    merged = workspace.merge_classes("pets", ["kitty", "dog"], "dog")
    assert merged.class_names == ("dog",)
    assert workspace.boxes(merged)[:, 1].tolist() == [0, 0, 0]
    np.testing.assert_array_equal(workspace.boxes(merged)[:, 2:], workspace.boxes(pets)[:, 2:])
    assert merged.box_count == 3
    assert workspace.boxes(workspace.dataset("pets", 1))[:, 1].tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (lambda w: w.rename_class("pets", "cta", "kitty"), NotFound, "cta"),
        (lambda w: w.rename_class("pets", "cat", "dog"), Conflict, "called .dog. already"),
        (lambda w: w.rename_class("pets", "cat", " cat "), Conflict, "called .cat. already"),
        (lambda w: w.rename_class("pets", "cat", "a\nb"), InvalidInput, "cannot name a class"),
        (lambda w: w.rename_class("pest", "cat", "kitty"), NotFound, "pest"),
        (lambda w: w.merge_classes("pets", ["cat", "cow"], "cat"), NotFound, "cow"),
        (lambda w: w.merge_classes("pets", ["cat"], "cat"), InvalidInput, "changes nothing"),
        (lambda w: w.merge_classes("pets", ["cat"], "cow"), InvalidInput, "changes nothing"),
        (lambda w: w.merge_classes("pets", [], "cow"), InvalidInput, "nothing into cow"),
        (lambda w: w.merge_classes("pets", ["cat", "dog"], ""), InvalidInput, "cannot name"),
        (lambda w: w.split_class("pets", "cow", "ox", [0]), NotFound, "cow"),
        (lambda w: w.split_class("pets", "cat", "ox", [0, 1]), InvalidInput, "Sample 1 is not"),
        (lambda w: w.split_class("pets", "cat", "ox", [0, 4]), NotFound, "sample called .4."),
        (lambda w: w.split_class("pets", "cat", "ox", []), InvalidInput, "No sample"),
        (lambda w: w.relabel("pets", [-1], "cat"), NotFound, "sample called .-1."),
        (lambda w: w.relabel("pets", [], "cat"), InvalidInput, "No sample"),
        (lambda w: w.relabel("pets", [0], "x" * 101), InvalidInput, "cannot name a class"),
        (lambda w: w.set_state("pets", [0], "lost"), NotFound, "lost"),
        (lambda w: w.set_state("pets", [], "removed"), InvalidInput, "No sample"),
        (lambda w: w.set_state("pets", [9], "removed"), NotFound, "sample called .9."),
        (lambda w: w.set_state("pets", [0], "kept"), Conflict, "kept already"),
        (lambda w: w.revert("pets", 2), NotFound, "version of pets"),
        (lambda w: w.revert("pets", 1), Conflict, "holds what pets:1 holds"),
        (lambda w: w.revert("pest", 1), NotFound, "pest"),
    ],
)
def test_impossible_changes_are_refused(
    workspace: Workspace,
    pets: DatasetVersion,
    change: Callable[[Workspace], object],
    error: type[StudioError],
    words: str,
) -> None:
    with pytest.raises(error, match=words) as caught:
        change(workspace)
    assert all(caught.value.as_dict().values())
    assert workspace.dataset_versions("pets") == [pets]


def test_late_answers_count_for_the_class_of_today(
    workspace: Workspace, pets: DatasetVersion
) -> None:
    workspace.rename_class("pets", "cat", "kitty")
    answer(workspace, "pets", (3, "cat"))
    workspace.rename_class("pets", "kitty", "lion")
    answer(workspace, "pets", (1, "cat"), (2, "kitty"))
    workspace.merge_classes("pets", ["lion", "dog"], "animal")
    answer(workspace, "pets", (0, "kitty"), (1, "dog"), (2, "cat"))
    frozen = workspace.freeze("pets")
    assert frozen.class_names == ("animal",)
    assert labels_of(workspace, frozen) == ["animal"] * 4
    with pytest.raises(Conflict, match='called "animal" now'):
        workspace.add_class("pets", "kitty")
    with pytest.raises(NotFound):
        answer(workspace, "pets", (0, "tiger"))


def test_a_late_answer_counts_after_going_back(workspace: Workspace, pets: DatasetVersion) -> None:
    workspace.rename_class("pets", "cat", "kitty")
    back = workspace.revert("pets", 1)
    assert back.class_names == ("cat", "dog")
    answer(workspace, "pets", (3, "kitty"))
    assert labels_of(workspace, workspace.freeze("pets"))[3] == "cat"


def test_a_former_name_may_be_a_class_again(workspace: Workspace, pets: DatasetVersion) -> None:
    workspace.rename_class("pets", "cat", "kitty")
    version = workspace.split_class("pets", "kitty", "cat", [2])
    assert (version.class_names, version.renamed) == (("kitty", "dog", "cat"), {})
    answer(workspace, "pets", (3, "cat"))
    assert labels_of(workspace, workspace.freeze("pets")) == ["kitty", "dog", "cat", "cat"]


def test_renaming_in_a_circle_leaves_no_former_name(
    workspace: Workspace, pets: DatasetVersion
) -> None:
    workspace.rename_class("pets", "cat", "kitty")
    back = workspace.rename_class("pets", "kitty", "cat")
    assert back.renamed == {"kitty": "cat"}
    workspace.rename_class("pets", "cat", "lion")
    taken = workspace.rename_class("pets", "dog", "kitty")
    assert (taken.class_names, taken.renamed) == (
        ("lion", "kitty"),
        {"cat": "lion", "dog": "kitty"},
    )
    answer(workspace, "pets", (3, "kitty"), (1, "cat"))
    assert labels_of(workspace, workspace.freeze("pets")) == ["lion", "lion", "lion", "kitty"]


def test_an_answer_about_a_quarantined_sample_is_not_lost(
    workspace: Workspace, pets: DatasetVersion
) -> None:
    answer(workspace, "pets", (3, "cat"))
    version = workspace.set_state("pets", [3], "quarantined")
    assert workspace.label_progress(version).labelled == 3
    answer(workspace, "pets", (0, "dog"))
    frozen = workspace.freeze("pets")
    assert frozen.class_counts == (1, 2)
    kept = workspace.set_state("pets", [3], "kept")
    assert labels_of(workspace, kept) == ["dog", "dog", "cat", "cat"]
    assert kept.class_counts == (2, 2)


def test_going_back_leaves_answers_in_the_history_only(
    workspace: Workspace, pets: DatasetVersion
) -> None:
    answer(workspace, "pets", (0, "dog"))
    back = workspace.revert("pets", 1)
    assert (back.version, back.digest) == (2, pets.digest)
    assert workspace.label_progress(back).annotated == 0
    assert [event.what for event in workspace.sample_facts(back, 0).history][:1] == [
        "answered “dog”"
    ]
    answer(workspace, "pets", (1, "cat"))
    assert labels_of(workspace, workspace.freeze("pets")) == ["cat", "cat", "cat", None]


def test_renaming_relabels_nothing(workspace: Workspace, pets: DatasetVersion) -> None:
    after = workspace.rename_class("pets", "cat", "kitty")
    there = workspace.diff(pets, after)
    assert there.renamed_classes == {"cat": "kitty"}
    back = workspace.diff(after, pets)
    assert back.renamed_classes == {"kitty": "cat"}
    reverted = workspace.diff(after, workspace.revert("pets", 1))
    assert reverted.renamed_classes == {"kitty": "cat"}
    for found in (there, back, reverted):
        assert (found.relabelled_count, found.added_classes, found.removed_classes) == (0, [], [])
        assert not found.same
    assert workspace.diff(pets, workspace.dataset("pets")).same


def test_merging_renames_there_and_relabels_back(
    workspace: Workspace, pets: DatasetVersion
) -> None:
    after = workspace.merge_classes("pets", ["cat", "dog"], "animal")
    there = workspace.diff(pets, after)
    assert there.renamed_classes == {"cat": "animal", "dog": "animal"}
    assert there.relabelled_count == 0
    back = workspace.diff(after, pets)
    assert back.renamed_classes == {}
    assert [(r.id, r.before, r.after) for r in back.relabelled] == [
        (0, "animal", "cat"),
        (1, "animal", "dog"),
        (2, "animal", "cat"),
    ]
    assert (back.added_classes, back.removed_classes) == (["cat", "dog"], ["animal"])


def test_a_class_name_used_again_is_not_the_same_class(
    workspace: Workspace, pets: DatasetVersion
) -> None:
    workspace.rename_class("pets", "cat", "kitty")
    after = workspace.relabel("pets", [3], "cat")
    found = workspace.diff(pets, after)
    assert found.renamed_classes == {}
    assert [(r.id, r.before, r.after) for r in found.relabelled] == [
        (0, "cat", "kitty"),
        (2, "cat", "kitty"),
        (3, None, "cat"),
    ]


def test_samples_imported_anew_are_matched_by_their_content(workspace: Workspace) -> None:
    """Of copies, the first is the first; shape and colour belong to the content."""
    before = add(workspace, "a", [Sample(n, 0) for n in (1, 2, 2, 3, 2)])
    after = add(workspace, "b", [Sample(n, 1) for n in (2, 4, 2, 1)])
    found = workspace.diff(before, after)
    assert (found.added, found.removed) == ([1], [3, 4])
    assert [r.id for r in found.relabelled] == [0, 2, 3]
    other = add(workspace, "c", Made([Sample(1, 0)], shape=(5, 4, 1)))
    assert workspace.diff(before, other).added == [0]
    texts = add(workspace, "d", [Sample("cat", 0), Sample("ü", 0), Sample("cat", 1)])
    more = add(workspace, "e", [Sample("ü", 1), Sample("cat", 0), Sample("", 0)])
    found = workspace.diff(texts, more)
    assert (found.added, found.removed) == ([2], [2])
    assert [(r.id, r.before, r.after) for r in found.relabelled] == [(0, "cat", "dog")]
    assert workspace.diff(before, texts).added_count == 3


def test_the_counts_are_of_all_and_the_lists_are_short(workspace: Workspace) -> None:
    before = add(workspace, "pets", [Sample(n, 0) for n in range(200)])
    workspace.relabel("pets", range(100), "cow")
    after = workspace.set_state("pets", range(150, 200), "removed")
    found = workspace.diff(before, after, limit=3)
    assert (found.relabelled_count, found.removed_count, found.added_count) == (100, 50, 0)
    assert [r.id for r in found.relabelled] == [0, 1, 2]
    assert found.removed == [150, 151, 152]
    assert workspace.diff(after, before).added_count == 50


def test_changes_made_at_once_are_all_made(workspace: Workspace) -> None:
    """Each is made from the newest version, whoever was faster."""
    add(workspace, "pets", [Sample(n, 0) for n in range(24)])

    def change(number: int) -> int:
        if number % 3 == 0:
            made = workspace.relabel("pets", [number], f"class {number}", author=f"{number}")
        elif number % 3 == 1:
            made = workspace.set_state("pets", [number], "quarantined", author=f"{number}")
        else:
            answer(workspace, "pets", (number, "dog"))
            made = workspace.rename_class("pets", "cat" if number == 2 else "dog", f"n{number}")
        return made.version

    with ThreadPoolExecutor(4) as pool:
        numbers = [*pool.map(change, (0, 1, 2, 3, 4)), *pool.map(change, (6, 7, 9, 10, 12))]
    assert sorted(numbers) == list(range(2, 12))
    newest = workspace.dataset("pets")
    labels = labels_of(workspace, newest)
    assert {labels[n] for n in (0, 3, 6, 9, 12)} == {f"class {n}" for n in (0, 3, 6, 9, 12)}
    assert (labels[2], labels[23]) == ("dog", "n2")
    state = workspace.state(newest)
    assert state is not None
    assert np.flatnonzero(state).tolist() == [1, 4, 7, 10]
    assert workspace.dataset("pets", numbers[0]).author == "0"


def test_a_dataset_that_never_rests_is_said(
    workspace: Workspace, pets: DatasetVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Workspace.open(workspace.home)
    real = workspace._with_labels

    def overtaken(*arguments: object) -> object:
        other.split_dataset("pets", SplitConfig(seed=len(other.dataset_versions("pets"))))
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(workspace, "_with_labels", overtaken)
    with pytest.raises(Conflict, match="being changed by others"):
        workspace.rename_class("pets", "cat", "kitty")
    other.close()
