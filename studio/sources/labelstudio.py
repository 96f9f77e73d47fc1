"""Label Studio's JSON export: tasks with what people answered, beside the pictures; or texts, which are inside."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from studio.core.dataset import EXCLUDED, UNLABELLED, Task
from studio.core.labelstudio import names_of, rectangle
from studio.core.sources import LabelStudioSource
from studio.sources.annotated import BY_BOXES, Annotated, Marked, nothing
from studio.sources.archive import open_tree
from studio.sources.base import CHUNK_BYTES, CHUNK_SAMPLES, Chunk, Places, Progress
from studio.sources.boxes import PERCENT, Boxes
from studio.sources.lookup import Lookup, is_picture, part_of, path_of
from studio.sources.records import Files
from studio.sources.tree import Skipped, Tree

MAX_TEXT = 1_000_000
"""Bytes of one text."""
NO_TEXT = ("split", "name")
"""Keys of a task's data that are never its text."""


class Answer(NamedTuple):
    """What the annotation that counts says: a class, None for none, and class, left, top, width, height in percent."""

    class_name: str | None
    boxes: list[tuple[str, float, float, float, float]]


@dataclass
class Texts:
    """Texts of tasks, read from the JSON files anew in every run.

    Args:
        files: The JSON files that hold tasks, as indices into the tree's names.
        listed: Files that were skipped already when they were listed.
    """

    spec: LabelStudioSource
    tree: Tree
    class_names: tuple[str, ...]
    files: list[int]
    count: int
    says_split: bool
    listed: Skipped
    digest: str
    progress: Progress
    task: Task = "text"
    shape: tuple[int, int, int] = (0, 0, 0)
    attribution: str = ""
    skipped: Skipped = field(init=False)

    def __post_init__(self) -> None:
        """Begin with what was skipped already."""
        self.skipped = self.listed.copy()

    @property
    def fingerprint(self) -> str:
        """What the files hold."""
        return f"{self.digest} {self.count}"

    @property
    def facts(self) -> dict[str, Any]:
        """Where the tasks were, and what was skipped and why."""
        kept = {"kind", "path", "upload", "url", "own_split"}
        settings = self.spec.model_dump(include=kept, exclude_none=True)
        return {**settings, "tasks": self.count, "skipped": self.skipped.as_dict()}

    def chunks(self, cursor: Any = None) -> Iterator[Chunk]:
        """Yield the texts. The cursor holds the tasks done, and what was skipped of them.

        Raises:
            InvalidInput: There is not one text.
        """
        done, skipped = 0, self.listed.copy()
        if cursor is not None:
            done, skipped = cursor["tasks"], Skipped(**cursor["skipped"])
        begun = done
        labels = {name: label for label, name in enumerate(self.class_names)}
        samples: list[str] = []
        codes, names, split, size = [], [], [], 0
        for number, (name, task) in enumerate(self._tasks()):
            if number < begun:
                continue
            self.progress(min(number, self.count), self.count, "samples", "reading texts")
            done = number + 1
            text = text_of(task["data"])
            if not text:
                skipped.add(name, "it has no text")
                continue
            if len(encoded := text.encode("utf-8", "replace")) > MAX_TEXT:
                skipped.add(name, f"its text has more than {MAX_TEXT:,} bytes")
                continue
            class_name = answer_of(task).class_name
            samples.append(encoded.decode())
            codes.append(UNLABELLED if class_name is None else labels[class_name])
            names.append(name)
            split.append(_part(task["data"]))
            size += len(encoded)
            if len(samples) == CHUNK_SAMPLES or size > CHUNK_BYTES:
                yield self._chunk(samples, codes, names, split, done, skipped)
                samples, codes, names, split, size = [], [], [], [], 0
        self.skipped = skipped
        if samples:
            yield self._chunk(samples, codes, names, split, done, skipped)
        self.progress(self.count, self.count, "samples", "read all texts")

    def _tasks(self) -> Iterator[tuple[str, dict[str, Any]]]:
        def tick(done: int, total: int, unit: str, message: str) -> None:
            self.progress(0, 0, "files", "reading texts")

        for number, (index, key, task) in enumerate(Files(self.tree, self.files, tick)):
            if not key and is_task(task):
                yield _name(task, f"{self.tree.names[index]}#{task.get('id', number)}"), task

    def _chunk(
        self,
        samples: list[str],
        codes: list[int],
        names: list[str],
        split: list[int],
        done: int,
        skipped: Skipped,
    ) -> Chunk:
        return Chunk(
            samples,
            np.array(codes, np.int32),
            {"tasks": done, "skipped": skipped.as_dict()},
            names,
            np.array(split, np.uint8) if self.says_split and self.spec.own_split else None,
        )


def open_labelstudio(
    spec: LabelStudioSource, places: Places, progress: Progress
) -> Annotated | Texts:
    """Read the tasks in a JSON file, folder, archive or upload, and find their pictures.

    Every JSON file that is a list of tasks is read. Where any task names a picture, the pictures are the samples, else
    the texts. Of several annotations the latest counts; cancelled ones and predictions do not.

    Raises:
        StudioError: There is nothing, it breaks a rule, or there are no tasks.
    """
    tree = open_tree("tasks", spec, places, progress, alone=(".json",))
    skipped, seen = tree.skipped.copy(), Boxes()
    files = [index for index, name in enumerate(tree.names) if name.lower().endswith(".json")]
    records = Files(tree, files, progress)
    lookup = Lookup(tree.names, [i for i, name in enumerate(tree.names) if is_picture(name)])
    found = _Tasks()
    for number, (index, key, task) in enumerate(records):
        if key or not is_task(task):
            found.strange.setdefault(index, 0)
            found.strange[index] += 1
            continue
        name = f"{tree.names[index]}#{task.get('id', number)}"
        found.add(index, task, name, lookup, skipped, seen.dropped)
    for index in files:
        if index not in found.files:
            skipped.add(tree.names[index], "it holds no tasks of Label Studio")
        elif count := found.strange.get(index):
            skipped.add(tree.names[index], "an entry is no task", count)
    class_names = tuple(sorted(found.classes))
    if found.texts and not found.pictures:
        return Texts(
            spec,
            tree,
            class_names,
            list(found.files),
            found.texts,
            found.says_split,
            skipped,
            records.digest,
            progress,
        )
    if found.texts:
        skipped.add("tasks", "they have texts beside tasks with pictures", found.texts)
    marked = found.marked(class_names)
    if not marked.files:
        raise nothing(skipped)
    return Annotated(spec, tree, class_names, marked, skipped, seen, records.digest, progress)


@dataclass
class _Tasks:
    """What is kept of all tasks.

    Args:
        files: Those with tasks, in order.
        strange: Number of entries of each file that are no tasks.
        classes: Names of classes.
        found: File, class, boxes and split code of each task with a picture.
        pictures: Tasks that name a picture, found or not.
        texts: Tasks with a text and no picture.
        says_split: A text's task says to which part it belongs.
    """

    files: dict[int, None] = field(default_factory=dict)
    strange: dict[int, int] = field(default_factory=dict)
    classes: set[str] = field(default_factory=set)
    found: list[tuple[int, Answer, int]] = field(default_factory=list)
    pictures: int = 0
    texts: int = 0
    says_split: bool = False

    def add(
        self,
        index: int,
        task: dict[str, Any],
        name: str,
        lookup: Lookup,
        skipped: Skipped,
        dropped: Skipped,
    ) -> None:
        """Keep what a task says."""
        self.files[index] = None
        data, answer = task["data"], answer_of(task)
        path = picture_of(data, lookup)
        part = _part(data)
        if path is None:
            self.texts += 1
            self.says_split |= part != EXCLUDED
        else:
            self.pictures += 1
            file = lookup.find(path_of(path))
            if file is None:
                skipped.add(path[:200], "there is no such picture, or there are several")
                return
            self.found.append((file, answer, part))
        self.classes.update(box[0] for box in answer.boxes)
        if answer.class_name is not None:
            self.classes.add(answer.class_name)

    def marked(self, class_names: tuple[str, ...]) -> Marked:
        """Return the pictures with their classes as numbers."""
        labels = {name: label for label, name in enumerate(class_names)}
        marked = Marked()
        for file, answer, part in self.found:
            rows = [(labels[box[0]], *box[1:]) for box in answer.boxes]
            label = BY_BOXES if answer.class_name is None else labels[answer.class_name]
            boxes = np.array(rows, np.float64).reshape(-1, 5)
            marked.add(file, PERCENT, boxes, label, part)
        return marked


def is_task(value: Any) -> bool:
    """Tell whether a record is a task."""
    return isinstance(value, dict) and isinstance(value.get("data"), dict)


def _name(task: dict[str, Any], otherwise: str) -> str:
    name = task["data"].get("name")
    return name[:1000] if isinstance(name, str) and name else otherwise


def _part(data: dict[str, Any]) -> int:
    name = data.get("split")
    part = part_of(name) if isinstance(name, str) else None
    return EXCLUDED if part is None else part


def text_of(data: dict[str, Any]) -> str:
    """Return a task's text: the value called text, or the only text in it; empty where there is none."""
    if isinstance(text := data.get("text"), str):
        return text
    texts = [v for key, v in data.items() if isinstance(v, str) and key not in NO_TEXT]
    return texts[0] if len(texts) == 1 else ""


def picture_of(data: dict[str, Any], lookup: Lookup) -> str | None:
    """Return the value that names a picture, one that exists if there are several; None where there is none."""
    paths = [
        value
        for key, value in data.items()
        if isinstance(value, str) and key not in ("text", *NO_TEXT) and is_picture(path_of(value))
    ]
    return next((p for p in paths if lookup.find(path_of(p)) is not None), next(iter(paths), None))


def answer_of(task: dict[str, Any]) -> Answer:
    """Return what the latest annotation of a task says that was not cancelled."""
    annotations = task.get("annotations", task.get("completions"))
    latest: dict[str, Any] = {}
    best: tuple[str, float, int] | None = None
    for number, annotation in enumerate(annotations if isinstance(annotations, list) else []):
        if not isinstance(annotation, dict) or annotation.get("was_cancelled"):
            continue
        when = annotation.get("updated_at") or annotation.get("created_at")
        key = annotation.get("id")
        rank = (
            when if isinstance(when, str) else "",
            key if isinstance(key, int | float) else -math.inf,
            number,
        )
        if best is None or rank > best:
            best, latest = rank, annotation
    results = latest.get("result")
    class_name, boxes = None, []
    for result in results if isinstance(results, list) else []:
        value = result.get("value") if isinstance(result, dict) else None
        if not isinstance(value, dict):
            continue
        if class_name is None and (choice := _first(value.get("choices"))):
            class_name = choice
        if (name := _first(value.get("rectanglelabels"))) is not None:
            boxes.append((name, *rectangle(result, value)))
    return Answer(class_name, boxes)


def _first(value: Any) -> str | None:
    """Return the first of some choices as the name of a class."""
    return next(iter(names_of(value)), None)
