"""What every source of samples is, and what is done alike for all of them."""

from __future__ import annotations

import concurrent.futures
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from studio.core.dataset import UNLABELLED
from studio.core.errors import InvalidInput, NotFound

CHUNK_SAMPLES = 4096
CHUNK_BYTES = 32 * 2**20
PACE = 0.1
"""Seconds between two reports of progress."""
TICK = 0.25
"""Seconds that a wait goes on before progress is reported, and with it cancelling is possible."""

Chunk = tuple[NDArray[np.uint8], NDArray[np.int32]]
Collected = tuple[tuple[str, ...], Iterable[tuple[bytes, int]], int]
"""A collection of drawings: class names, (784 bytes row-major, class index) each, their number."""
Result = TypeVar("Result")


class Progress(Protocol):
    """Told how far the work is; raises `studio.core.errors.Cancelled` to stop it.

    Args:
        done: Units done, never falling within one unit.
        total: Units to do as far as known; 0 when unknown.
        unit: "bytes", "files" or "samples".
        message: What is being done, in a few words.
    """

    def __call__(self, done: int, total: int, unit: str, message: str) -> None: ...


class Source(Protocol):
    """Samples on their way into a dataset version.

    Args:
        class_names: Names of the classes; label i is class_names[i].
        shape: (height, width, channels) of one sample.
        count: Samples to come: exact, or an upper bound where unreadable ones may be skipped.
        attribution: Whom to credit; empty when nobody need be.
        facts: JSON-able description stored with the version: kind, what was taken, what was skipped and
            why. Complete once `chunks()` has run out.
    """

    @property
    def class_names(self) -> tuple[str, ...]: ...
    @property
    def shape(self) -> tuple[int, int, int]: ...
    @property
    def count(self) -> int: ...
    @property
    def attribution(self) -> str: ...
    @property
    def facts(self) -> dict[str, Any]: ...

    def chunks(self) -> Iterator[Chunk]:
        """Yield uint8 (n, H, W, C) and int32 (n,), n <= 4096, -1 for no class; the same in every run."""
        ...


@dataclass(frozen=True)
class Places:
    """Where sources find what a spec names only by id.

    Args:
        data: The repository's `data/`, with digits.npz.
        cache: Folder for downloads.
        uploads: Folder of the `<upload id>/` folders.
        drawings: Returns a collection by its name, None when there is none of that name. Asked anew for every
            run through the samples; its iterable may read lazily. None: there are no collections.
    """

    data: Path
    cache: Path
    uploads: Path
    drawings: Callable[[str], Collected | None] | None = None


class Paced:
    """A Progress that passes on at most ten calls a second, and every last one."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._unit = ""
        self._when = 0.0

    def __call__(self, done: int, total: int, unit: str, message: str) -> None:
        """Report, unless the same unit was reported a moment ago."""
        now = time.monotonic()
        if unit == self._unit and not 0 < total <= done and now - self._when < PACE:
            return
        self._unit, self._when = unit, now
        self._progress(done, total, unit, message)


class PartlyLabelled:
    """A source of which a random share of the samples arrives without a class.

    Exactly `round(count * share)` samples are chosen without knowing them all: each chunk draws how many of
    the remaining choices fall into it. Same seed, same choice.

    Args:
        source: Where the samples come from.
        share: Share of the samples that get label -1, 0 to 1.
        seed: Of the choice.
    """

    def __init__(self, source: Source, share: float, seed: int) -> None:
        self.class_names = source.class_names
        self.shape = source.shape
        self.count = source.count
        self.attribution = source.attribution
        self._source, self._share, self._seed = source, share, seed
        self._samples = self._unlabelled = 0

    @property
    def facts(self) -> dict[str, Any]:
        """The source's facts, with the numbers of samples given out."""
        return {
            **self._source.facts,
            "seed": self._seed,
            "unlabelled_share": self._share,
            "samples": self._samples,
            "unlabelled": self._unlabelled,
        }

    def chunks(self) -> Iterator[Chunk]:
        """Yield the source's chunks with the chosen labels taken away."""
        generator = np.random.default_rng([self._seed, 1])
        left, hidden = self.count, round(self.count * self._share)
        samples = unlabelled = 0
        for pixels, labels in self._source.chunks():
            size = len(labels)
            here = int(generator.hypergeometric(hidden, left - hidden, size))
            labels[generator.choice(size, here, replace=False)] = UNLABELLED
            left, hidden = left - size, hidden - here
            samples += size
            unlabelled += int(np.count_nonzero(labels == UNLABELLED))
            yield pixels, labels
        self._samples, self._unlabelled = samples, unlabelled


def chunk_length(shape: tuple[int, int, int]) -> int:
    """Return how many samples of `shape` make one chunk: at most 4,096 and 32 MiB, at least 1."""
    return max(1, min(CHUNK_SAMPLES, CHUNK_BYTES // int(np.prod(shape))))


def wait_for(future: concurrent.futures.Future[Result], tick: Callable[[], None]) -> Result:
    """Return the result of `future`, calling `tick` four times a second until it is there."""
    while not future.done():
        concurrent.futures.wait([future], TICK)
        tick()
    return future.result()


def upload_folder(uploads: Path, upload: str) -> Path:
    """Return the folder of an upload.

    Raises:
        InvalidInput: What was given is no upload id.
        NotFound: There is no such upload (any more).
    """
    if not re.fullmatch(r"[0-9a-f]{1,64}", upload):
        raise InvalidInput(
            f"{upload[:60]!r} is not the id of an upload.",
            "An upload's id has 1 to 64 of the characters 0-9 and a-f.",
            "Upload the files again and use the id that comes back.",
        )
    folder = uploads / upload
    if not folder.is_dir():
        raise NotFound(
            f'There is no upload "{upload}".',
            "It was deleted, or never finished.",
            "Upload the files again.",
        )
    return folder


def one_place(noun: str, path: str | None, upload: str | None, uploads: Path) -> Path:
    """Return the folder or file that a spec names, by path or by upload.

    Args:
        noun: What is looked for there, such as `pictures`.
        path: A path on the machine the studio runs on, `~` allowed, or None.
        upload: Id of an upload, or None.
        uploads: Folder of the uploads.

    Raises:
        InvalidInput: Both are given, or neither.
        NotFound: There is nothing at the path, or no such upload.
    """
    if (path is None) == (upload is None):
        given = "both a path and an upload" if path else "neither a path nor an upload"
        raise InvalidInput(
            f"The source names {given}.",
            f"The {noun} are read from exactly one place.",
            "Give one of the two.",
        )
    if upload is not None:
        return upload_folder(uploads, upload)
    place = Path(path or "")
    missing = NotFound(
        f'There is nothing at "{path}".',
        "The path is looked up on the machine the studio runs on.",
        "Check the spelling, or upload the files instead.",
    )
    if not path or "\0" in path:
        raise missing
    try:
        place = place.expanduser().resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise missing from error
    return place
