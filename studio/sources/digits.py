"""The embedded starter set: handwritten digits."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.dataset import Task
from studio.core.errors import NotFound
from studio.core.sources import DigitsSource
from studio.sources.base import Chunk, Places, Progress, chunk_length

ATTRIBUTION = (
    "Optical Recognition of Handwritten Digits, Ethem Alpaydin and Cevdet Kaynak (1998), "
    "UCI Machine Learning Repository, CC BY 4.0."
)


@dataclass
class Digits:
    """1,797 digits of 8x8 pixels, white on black."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int32]
    progress: Progress
    class_names: tuple[str, ...] = tuple("0123456789")
    task: Task = "images"
    shape: tuple[int, int, int] = (8, 8, 1)
    attribution: str = ATTRIBUTION
    fingerprint: str = "digits"
    facts: dict[str, Any] = field(default_factory=lambda: {"kind": "digits"})

    @property
    def count(self) -> int:
        """Number of digits."""
        return len(self.labels)

    def chunks(self, cursor: Any = None) -> Iterator[Chunk]:
        """Yield the digits in the order of the file; the cursor is the number of those given out."""
        step = chunk_length(self.shape)
        for start in range(cursor or 0, self.count, step):
            self.progress(start, self.count, "samples", "reading digits")
            stop = min(start + step, self.count)
            images, labels = self.images[start:stop, ..., None], self.labels[start:stop]
            yield Chunk(images.copy(), labels.copy(), stop)
        self.progress(self.count, self.count, "samples", "reading digits")


def open_digits(spec: DigitsSource, places: Places, progress: Progress) -> Digits:
    """Open `digits.npz` of the repository's data folder.

    Raises:
        NotFound: The file is missing or damaged.
    """
    path = places.data / "digits.npz"
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as starter:
            return Digits(starter["images"], starter["labels"].astype(np.int32), progress)
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise NotFound(
            f'The starter set "{path}" cannot be read.',
            f"It is missing or damaged ({error}).",
            "Restore data/digits.npz from the repository.",
        ) from error
