"""Datasets, annotations and freezing, held equal to a model of them in plain Python."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from studio.core.annotation import AnnotationInput
from studio.core.dataset import SplitConfig
from studio.core.errors import Conflict
from studio.workspace import Workspace
from tests.workspace.conftest import small_manifest

COUNT = 5
NAMES = ("pets", "farm")
CLASS_SETS = (("cat", "dog"), ("dog", "cow"))
Labels = list[str | None]


@dataclass
class Line:
    """A dataset as people think of it."""

    versions: list[Labels] = field(default_factory=list)
    class_names: list[tuple[str, ...]] = field(default_factory=list)
    frozen: list[int] = field(default_factory=list)  # how many answers are inside each version
    samples: list[int] = field(default_factory=list)  # which of the sample sets each version has
    added: list[str] = field(default_factory=list)
    answers: list[tuple[int, int, str | None]] = field(default_factory=list)

    def classes(self) -> list[str]:
        return list(dict.fromkeys([*self.class_names[-1], *self.added]))

    def current(self) -> tuple[Labels, set[int]]:
        """The newest version with what was answered about its samples since."""
        labels, touched = list(self.versions[-1]), set()
        for samples, sample, class_name in self.answers[self.frozen[-1] :]:
            known = class_name is None or class_name in self.classes()
            if samples == self.samples[-1] and known:
                labels[sample] = class_name
                touched.add(sample)
        return labels, touched


class Studio(RuleBasedStateMachine):
    """Adds, labels, freezes and reopens; after each step both must say the same."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.workspace = Workspace.open(self.folder)
        self.lines: dict[str, Line] = {}
        self.sent: list[tuple[str, AnnotationInput]] = []

    def teardown(self) -> None:
        self.workspace.close()
        shutil.rmtree(self.folder)

    @rule(
        name=st.sampled_from(NAMES),
        labels=st.lists(st.integers(-1, 1), min_size=COUNT, max_size=COUNT),
        classes=st.sampled_from(CLASS_SETS),
        samples=st.integers(0, 1),
    )
    def add(self, name: str, labels: list[int], classes: tuple[str, ...], samples: int) -> None:
        manifest = small_manifest(self.workspace, labels, classes, seed=samples)
        self.workspace.record_dataset(name, manifest, author="ann", message="")
        line = self.lines.setdefault(name, Line())
        line.versions.append([None if code < 0 else classes[code] for code in labels])
        line.class_names.append(classes)
        line.frozen.append(0)
        line.samples.append(samples)

    @precondition(lambda self: self.lines)
    @rule(data=st.data(), sample=st.integers(0, COUNT - 1))
    def annotate(self, data: st.DataObject, sample: int) -> None:
        name = data.draw(st.sampled_from(sorted(self.lines)))
        line = self.lines[name]
        class_name = data.draw(st.sampled_from([None, *line.classes()]))
        op = AnnotationInput(op_id=f"op-{len(self.sent)}", sample=sample, class_name=class_name)
        self.workspace.annotate(name, "ann", [op])
        self.sent.append((name, op))
        line.answers.append((line.samples[-1], sample, class_name))

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        name, op = data.draw(st.sampled_from(self.sent))
        if op.class_name is None or op.class_name in self.lines[name].classes():
            self.workspace.annotate(name, "bob", [op])

    @precondition(lambda self: self.lines)
    @rule(data=st.data(), class_name=st.sampled_from(["ant", "cat"]))
    def add_class(self, data: st.DataObject, class_name: str) -> None:
        name = data.draw(st.sampled_from(sorted(self.lines)))
        line = self.lines[name]
        if class_name not in line.classes():
            line.added.append(class_name)
        assert self.workspace.add_class(name, class_name) == line.classes()

    @precondition(lambda self: self.lines)
    @rule(data=st.data())
    def freeze(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.lines)))
        line = self.lines[name]
        labels, touched = line.current()
        try:
            version = self.workspace.freeze(name, author="ann")
        except Conflict:
            assert not touched
            return
        assert touched
        assert version.class_names == tuple(line.classes())
        line.versions.append(labels)
        line.class_names.append(version.class_names)
        line.frozen.append(len(line.answers))
        line.samples.append(line.samples[-1])

    @precondition(lambda self: self.lines)
    @rule(data=st.data(), seed=st.integers(0, 3))
    def split(self, data: st.DataObject, seed: int) -> None:
        name = data.draw(st.sampled_from(sorted(self.lines)))
        self.workspace.split_dataset(name, SplitConfig(test_share=0.4, seed=seed))
        line = self.lines[name]
        for column in (line.versions, line.class_names, line.frozen, line.samples):
            column.append(column[-1])

    @rule()
    def reopen(self) -> None:
        self.workspace.close()
        self.workspace = Workspace.open(self.folder)

    @invariant()
    def versions_never_change(self) -> None:
        assert {dataset.name for dataset in self.workspace.datasets()} == set(self.lines)
        for name, line in self.lines.items():
            stored = self.workspace.dataset_versions(name)[::-1]
            assert [version.version for version in stored] == [*range(1, len(line.versions) + 1)]
            for version, labels, classes in zip(
                stored, line.versions, line.class_names, strict=True
            ):
                assert version.class_names == classes
                codes = self.workspace.labels(version)
                assert [None if code < 0 else classes[code] for code in codes] == labels
                counted = tuple(labels.count(class_name) for class_name in classes)
                assert version.class_counts == counted

    @invariant()
    def newest_version_shows_the_answers(self) -> None:
        for name, line in self.lines.items():
            version = self.workspace.dataset(name)
            labels, touched = line.current()
            page = self.workspace.sample_page(version)
            assert [row.class_name for row in page.samples] == labels
            assert {row.id for row in page.samples if row.annotated} == touched
            progress = self.workspace.label_progress(version)
            assert progress.labelled == sum(name is not None for name in labels)
            assert (progress.annotated, progress.total) == (len(touched), COUNT)


TestStudio = Studio.TestCase
TestStudio.settings = settings(max_examples=25, stateful_step_count=25)
