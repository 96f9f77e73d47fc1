"""Pictures with boxes around things: what COCO, YOLO and Label Studio share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.dataset import EXCLUDED, Task
from studio.core.errors import InvalidInput
from studio.core.sources import CocoSource, LabelStudioSource, YoloSource
from studio.sources.base import Chunk, Progress, chunk_length
from studio.sources.boxes import Boxes, Frame, in_square, shared_class, upright
from studio.sources.ordered import in_order
from studio.sources.pictures import MAX_BYTES, Picture, Unreadable
from studio.sources.tree import Read, Skipped, Tree, fingerprint

BATCH_PICTURES, BATCH_BYTES = 32, 4 * 2**20
"""One thread decodes so many pictures, or bytes, at a time."""
BY_BOXES = -2
"""In place of a label: the class that the picture's boxes share."""

Job = tuple[int, int, int]
"""Number of a picture, its first box, and the one behind its last."""


@dataclass
class Marked:
    """What a file of annotations says about the pictures of a tree.

    Args:
        files: Indices into the tree's names, one a picture.
        frames: In which lengths each picture's boxes are given.
        boxes: Of each picture, float64 (m, 5): class, left, top, width, height in these lengths.
        labels: Class of each picture, -1 for none, BY_BOXES where its boxes decide.
        split: Codes of SPLIT_NAMES, one a picture, EXCLUDED where nothing is said; None: nothing is ever said.
    """

    files: list[int] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    boxes: list[NDArray[np.float64]] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    split: list[int] | None = field(default_factory=list)

    def add(
        self, file: int, frame: Frame, boxes: NDArray[np.float64], label: int, part: int
    ) -> None:
        """Add a picture; `part` is its split code."""
        self.files.append(file)
        self.frames.append(frame)
        self.boxes.append(boxes)
        self.labels.append(label)
        if self.split is not None:
            self.split.append(part)


@dataclass
class _Found:
    """What one job gave, or why it gave nothing.

    Args:
        samples, labels: What was taken.
        numbers: Of the boxes that the samples are cut out of.
        boxes: Of each sample, in its square; empty where samples are cut out.
        seen: What became of the boxes.
    """

    job: Job
    samples: list[NDArray[np.uint8]]
    labels: list[int]
    numbers: list[int]
    boxes: list[NDArray[np.float64]]
    seen: Boxes
    reason: str = ""


@dataclass
class Annotated:
    """Pictures, or what is inside their boxes, in the order of the annotations.

    Args:
        marked: The annotations.
        listed: Pictures that were skipped already when the annotations were read.
        counted: Boxes that were dropped then.
        digest: Of the files of annotations.
    """

    spec: CocoSource | YoloSource | LabelStudioSource
    tree: Tree
    class_names: tuple[str, ...]
    marked: Marked
    listed: Skipped
    counted: Boxes
    digest: str
    progress: Progress
    task: Task = "images"
    attribution: str = ""

    def __post_init__(self) -> None:
        """Begin with what was skipped already, and without a box."""
        self.skipped = self.listed.copy()
        self.boxes = self.counted
        if not self.spec.own_split or set(self.marked.split or []) <= {EXCLUDED}:
            self.marked.split = None
        self._jobs = list(self._make_jobs())

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of one sample."""
        return self.spec.size, self.spec.size, 1 if self.spec.colour == "grey" else 3

    @property
    def count(self) -> int:
        """Pictures, or boxes, to come; those that turn out unreadable or empty are skipped."""
        if self.spec.take == "pictures":
            return len(self.marked.files)
        return sum(last - first for _, first, last in self._jobs)

    @property
    def fingerprint(self) -> str:
        """The files, and what the annotations say."""
        return f"{fingerprint(self.tree)} {self.digest} {self.count}"

    @property
    def facts(self) -> dict[str, Any]:
        """Where the pictures were, how they were changed, what was skipped and why, and the same of boxes."""
        settings = self.spec.model_dump(exclude={"seed", "unlabelled_share"}, exclude_none=True)
        return {
            **settings,
            "pictures": len(self.marked.files),
            "boxes": self.boxes.as_dict(),
            "skipped": self.skipped.as_dict(),
        }

    def _make_jobs(self) -> Iterator[Job]:
        """Divide the boxes of crowded pictures, so that what waits in memory is bounded."""
        most = min(chunk_length(self.shape), max(1, BATCH_BYTES // int(np.prod(self.shape))))
        for picture in range(len(self.marked.files)):
            count = len(self.marked.boxes[picture])
            if self.spec.take == "pictures":
                yield picture, 0, count
            else:
                for first in range(0, count, most):
                    yield picture, first, min(first + most, count)

    def chunks(self, cursor: Any = None) -> Iterator[Chunk]:
        """Yield the samples. The cursor holds the jobs done, and what they gave.

        Raises:
            InvalidInput: Not one picture can be read.
        """
        done, taken, skipped, seen = 0, 0, self.listed.copy(), Boxes.of(self.counted.as_dict())
        if cursor is not None:
            done, taken = cursor["jobs"], cursor["taken"]
            skipped = Skipped(**cursor["skipped"])
            seen = Boxes.of(cursor["boxes"])
        length = chunk_length(self.shape)
        waiting: list[_Found] = []
        size = 0
        for found in self._decoded(done):
            if size and size + len(found.samples) > length:
                yield self._chunk(waiting, done, taken, skipped, seen)
                waiting, size = [], 0
            done += 1
            seen.add(found.seen)
            if found.reason:
                skipped.add(self._name(found.job[0]), found.reason, self._weight(found.job))
            elif self.spec.take == "boxes":
                skipped.merge(found.seen.dropped)
            size += len(found.samples)
            taken += len(found.samples)
            waiting.append(found)
        self.skipped, self.boxes = skipped, seen
        if not taken:
            raise nothing(skipped)
        if size:
            yield self._chunk(waiting, done, taken, skipped, seen)
        self.progress(self.count, self.count, "samples", "read all pictures")

    def _name(self, picture: int) -> str:
        return self.tree.names[self.marked.files[picture]]

    def _chunk(
        self, waiting: list[_Found], done: int, taken: int, skipped: Skipped, seen: Boxes
    ) -> Chunk:
        whole = self.spec.take == "pictures"
        pictures = [found.job[0] for found in waiting for _ in found.samples]
        numbers = [number for found in waiting for number in found.numbers]
        boxes = [of_one for found in waiting for of_one in found.boxes]
        rows = np.repeat(np.arange(len(boxes)), [len(of_one) for of_one in boxes])
        split = self.marked.split
        return Chunk(
            np.stack([sample for found in waiting for sample in found.samples]),
            np.array([label for found in waiting for label in found.labels], np.int32),
            {
                "jobs": done,
                "taken": taken,
                "skipped": skipped.as_dict(),
                "boxes": seen.as_dict(),
            },
            [
                self._name(picture) if whole else f"{self._name(picture)}#{number}"
                for picture, number in zip(pictures, numbers, strict=True)
            ],
            None if split is None else np.array([split[p] for p in pictures], np.uint8),
            np.column_stack([rows, np.concatenate(boxes)]) if len(rows) else None,
        )

    def _decoded(self, first: int) -> Iterator[_Found]:
        """Yield what every job from `first` on gives, in order, decoded by several threads."""
        done = sum(self._weight(job) for job in self._jobs[:first])

        def tick() -> None:
            self.progress(done, self.count, "samples", "reading pictures")

        with self.tree.opened() as read:
            for results in in_order(self._batches(read, first), self._decode, tick):
                for found in results:
                    done += self._weight(found.job)
                    tick()
                    yield found

    def _weight(self, job: Job) -> int:
        return 1 if self.spec.take == "pictures" else job[2] - job[1]

    def _batches(
        self, read: Read, first: int
    ) -> Iterator[tuple[list[tuple[Job, bytes | Unreadable]], int]]:
        """Yield some jobs with their files' bytes, and how much memory they take."""
        batch: list[tuple[Job, bytes | Unreadable]] = []
        size = 0
        for job in self._jobs[first:]:
            try:
                data = read(self.marked.files[job[0]], MAX_BYTES + 1)
                size += len(data)
                batch.append((job, data))
            except Unreadable as error:
                batch.append((job, error))
            size += self._weight(job) * int(np.prod(self.shape))
            if len(batch) == BATCH_PICTURES or size > BATCH_BYTES:
                yield batch, size
                batch, size = [], 0
        if batch:
            yield batch, size

    def _decode(self, batch: list[tuple[Job, bytes | Unreadable]]) -> list[_Found]:
        results = []
        for job, data in batch:
            try:
                if isinstance(data, Unreadable):
                    raise data
                if len(data) > MAX_BYTES:
                    raise Unreadable(f"it has more than {MAX_BYTES:,} bytes")
                results.append(self._sample(job, data))
            except Unreadable as error:
                results.append(_Found(job, [], [], [], [], Boxes(), str(error)))
        return results

    def _sample(self, job: Job, data: bytes) -> _Found:
        spec, frame = self.spec, self.marked.frames[job[0]]
        look = (spec.size, spec.colour, spec.fit, spec.invert)
        given = self.marked.boxes[job[0]][job[1] : job[2]]
        picture, name = Picture(data), self._name(job[0])
        if spec.take == "boxes":
            picture.load()
            boxes, kept, seen = upright(given, frame, picture, name, job[1])
            samples = picture.crops(boxes[:, 1:], *look)
            labels = boxes[:, 0].astype(int).tolist()
            return _Found(job, samples, labels, (kept + job[1]).tolist(), [], seen)
        sample = picture.whole(*look)
        boxes, _, seen = upright(given, frame, picture, name, job[1])
        label = self.marked.labels[job[0]]
        label = shared_class(boxes) if label == BY_BOXES else label
        square = in_square(boxes, picture.upright, spec.size, spec.fit)
        return _Found(job, [sample], [label], [0], [square], seen)


def nothing(skipped: Skipped) -> InvalidInput:
    """Return the error that there is no sample to be had."""
    first = "; ".join(f"{entry['file']}: {entry['reason']}" for entry in skipped.files[:3])
    return InvalidInput(
        "There is not one picture with annotations that can be read.",
        f"{skipped.count:,} things were skipped. {first}." if first else "There are none.",
        "Check that pictures and annotations lie in the same folder or zip archive.",
    )
