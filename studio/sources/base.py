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

from studio.core.dataset import UNLABELLED, Task
from studio.core.errors import InvalidInput, NotFound

CHUNK_SAMPLES = 4096
CHUNK_BYTES = 32 * 2**20
PACE = 0.1
"""Seconds between two reports of progress."""
TICK = 0.25
"""Seconds that a wait goes on before progress is reported, and with it cancelling is possible."""

Collected = tuple[tuple[str, ...], Iterable[tuple[bytes, int, str]], int]
"""A collection of drawings: class names, (784 bytes row-major, class index, strokes as JSON) each, their number."""
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


@dataclass(eq=False)
class Chunk:
    """Some samples, which belong to whoever gets them.

    Args:
        samples: uint8 (n, H, W, C), or n texts.
        labels: int32 (n,), -1 for no class.
        cursor: JSON-able; given to `chunks` it goes on behind this chunk. The source alone reads it.
        names: What each sample was called, such as `cats/1.png`; None where they have no names.
        split: uint8 (n,), codes of SPLIT_NAMES, EXCLUDED where the files do not say; None: they never do.
        boxes: float64 (m, 6): row within this chunk, class, left, top, width, height, the last four as shares
            of the picture; sorted by row. None: there are none.
        strokes: What each picture was drawn with, as `studio.core.strokes` keeps it, "" where that is not known;
            None: of none it is known.
    """

    samples: NDArray[np.uint8] | list[str]
    labels: NDArray[np.int32]
    cursor: Any
    names: list[str] | None = None
    split: NDArray[np.uint8] | None = None
    boxes: NDArray[np.float64] | None = None
    strokes: list[str] | None = None

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.labels)


class Source(Protocol):
    """Samples on their way into a dataset version.

    Args:
        class_names: Names of the classes; label i is class_names[i].
        task: What a sample is.
        shape: (height, width, channels) of one sample; (0, 0, 0) of texts.
        count: Samples to come: exact, or an upper bound where unreadable ones may be skipped.
        attribution: Whom to credit; empty when nobody need be.
        fingerprint: Changes when what would be read has changed, so that a half import is not gone on with.
        facts: JSON-able description stored with the version: kind, what was taken, what was skipped and
            why (`skipped`: {"count", "files": [{"file", "reason"}]}). Complete once `chunks()` has run out.
    """

    @property
    def class_names(self) -> tuple[str, ...]: ...
    @property
    def task(self) -> Task: ...
    @property
    def shape(self) -> tuple[int, int, int]: ...
    @property
    def count(self) -> int: ...
    @property
    def attribution(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def facts(self) -> dict[str, Any]: ...

    def chunks(self, cursor: Any = None) -> Iterator[Chunk]:
        """Yield the samples, at most 4096 at a time; the same in every run.

        Args:
            cursor: Of the last chunk that an earlier run gave out. Default: begin at the beginning.
        """
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
        self.task = source.task
        self.shape = source.shape
        self.count = source.count
        self.attribution = source.attribution
        self.fingerprint = source.fingerprint
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

    def chunks(self, cursor: Any = None) -> Iterator[Chunk]:
        """Yield the source's chunks with the chosen labels taken away."""
        generator = np.random.default_rng([self._seed, 1])
        left, hidden = self.count, round(self.count * self._share)
        samples = unlabelled = 0
        inner = None
        if cursor is not None:
            inner = cursor["inner"]
            generator.bit_generator.state = cursor["generator"]
            left, hidden, samples, unlabelled = cursor["counts"]
        for chunk in self._source.chunks(inner):
            size = len(chunk)
            here = int(generator.hypergeometric(hidden, left - hidden, size))
            chunk.labels[generator.choice(size, here, replace=False)] = UNLABELLED
            left, hidden = left - size, hidden - here
            samples += size
            unlabelled += int(np.count_nonzero(chunk.labels == UNLABELLED))
            chunk.cursor = {
                "inner": chunk.cursor,
                "generator": generator.bit_generator.state,
                "counts": [left, hidden, samples, unlabelled],
            }
            yield chunk
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


class Placed(Protocol):
    """A spec that names where its files are."""

    @property
    def path(self) -> str | None: ...
    @property
    def upload(self) -> str | None: ...
    @property
    def url(self) -> str | None: ...


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


def uploaded_file(uploads: Path, upload: str, why: str, fix: str) -> Path:
    """Return the only file of an upload.

    Args:
        uploads: Folder of all uploads.
        upload: Its id.
        why, fix: Said where it has another number of files.

    Raises:
        NotFound: No such upload. InvalidInput: It has more files, or none.
    """
    folder = upload_folder(uploads, upload)
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    if len(files) != 1:
        raise InvalidInput(f"The upload has {len(files)} files.", why, fix)
    return files[0]


def one_place(noun: str, spec: Placed, places: Places, progress: Progress) -> Path:
    """Return the folder or file that a spec names: by path, by upload, or by an address that is downloaded first.

    Args:
        noun: What is looked for there, such as `pictures`.
        spec: Names exactly one place.
        places: Where uploads and the cache are.
        progress: Told how far a download is.

    Raises:
        InvalidInput: Not exactly one place is given.
        NotFound: There is nothing at the path, or no such upload.
        StudioError: The address cannot be downloaded.
    """
    given = [
        name
        for name, place in (
            ("a path", spec.path),
            ("an upload", spec.upload),
            ("an address", spec.url),
        )
        if place is not None
    ]
    if len(given) != 1:
        raise InvalidInput(
            f"The source names {' and '.join(given) or 'no place to read from'}.",
            f"The {noun} are read from exactly one place.",
            "Give a path, an upload or an address.",
        )
    if spec.upload is not None:
        return upload_folder(places.uploads, spec.upload)
    if spec.url is not None:
        from studio.sources import web  # httpx takes a moment to import; few sources need it

        return web.fetch(spec.url, cache=places.cache / "web", progress=progress)
    return local_place(spec.path or "")


def local_place(path: str) -> Path:
    """Return a path of the machine the studio runs on, `~` allowed.

    Raises:
        NotFound: There is nothing.
    """
    missing = NotFound(
        f'There is nothing at "{path}".',
        "The path is looked up on the machine the studio runs on.",
        "Check the spelling, or upload the files instead.",
    )
    if not path or "\0" in path:
        raise missing
    try:
        return Path(path).expanduser().resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise missing from error
