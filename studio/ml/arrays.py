"""Samples on their way into a model: which rows belong to a split, and in what order they are read.

Small splits are held in memory. Larger ones stay in the memory-mapped file and are read in windows of
bounded size, so that a dataset may be larger than the machine's memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.samples import Images, let_go

MEMORY_LIMIT = 1_000_000_000
"""A split of at most this many bytes is held in memory."""
WINDOW_BYTES = 128_000_000
"""Of a larger split this much is read at a time."""
BLOCK_BYTES = 4_000_000
"""A window is put together from blocks of neighbouring samples of this size."""

Batch = tuple[NDArray[np.uint8], NDArray[np.int32]]


@dataclass(frozen=True, eq=False)
class Split:
    """The labelled samples of one split.

    Args:
        samples: uint8 (N, height, width, channels): the split's own samples when `in_memory`, else all
            samples of the dataset, memory-mapped.
        labels: int32 (n,), the class of each sample of the split.
        ids: int64 (n,), the rows of the split's samples in the dataset, ascending.
        in_memory: Whether `samples` holds only the split.
    """

    samples: Images
    labels: NDArray[np.int32]
    ids: NDArray[np.int64]
    in_memory: bool

    @property
    def count(self) -> int:
        """Number of samples."""
        return len(self.ids)

    @property
    def shape(self) -> tuple[int, int, int]:
        """(height, width, channels) of a sample."""
        height, width, channels = self.samples.shape[1:]
        return height, width, channels

    @property
    def sample_bytes(self) -> int:
        """Bytes of one sample."""
        return int(np.prod(self.shape))

    def steps(self, batch_size: int) -> int:
        """Return how many batches one pass over the split has."""
        return -(-self.count // batch_size)

    def take(self, positions: NDArray[np.integer]) -> NDArray[np.uint8]:
        """Return the samples at some positions of the split (0 to count - 1), in the order asked for."""
        if self.in_memory:
            return self.samples[positions]
        order = np.argsort(positions, kind="stable")
        taken = np.empty((len(positions), *self.shape), np.uint8)
        taken[order] = self.samples[self.ids[positions[order]]]
        let_go(self.samples)
        return taken

    def blocks(self, size: int) -> Iterator[tuple[slice, Batch]]:
        """Yield the whole split once, in order, as (where in the split, (samples, labels))."""
        for start in range(0, self.count, size):
            where = slice(start, min(start + size, self.count))
            positions = np.arange(where.start, where.stop)
            yield where, (self.take(positions), self.labels[where])

    def order(self, seed: int, number: int) -> NDArray[np.int64]:
        """Return the positions of the split in the order of pass `number`, the same for the same seed.

        In memory every order is possible. On disk, blocks of neighbours are shuffled, and then the samples
        within each window of blocks, so that reading stays sequential.
        """
        generator = np.random.default_rng([seed, number])
        if self.in_memory:
            return generator.permutation(self.count)
        block = max(1, BLOCK_BYTES // self.sample_bytes)
        starts = generator.permutation(np.arange(0, self.count, block))
        order = np.concatenate([np.arange(s, min(s + block, self.count)) for s in starts])
        window = self._window()
        for start in range(0, self.count, window):
            generator.shuffle(order[start : start + window])
        return order

    def stream(self, batch_size: int, *, seed: int, start: int = 0) -> Iterator[Batch]:
        """Yield shuffled batches for ever, pass after pass.

        A pass is divided evenly over its batches: 10,500 samples at 256 are 42 batches of 250. A last
        batch of the 4 that are left over would correct the weights as far as a whole one does, by the
        chance of 4 samples.

        Args:
            batch_size: Samples a batch has at most.
            seed: Start of the randomness.
            start: Batches to skip: a stream that starts at 7 continues one that ended after 7.
        """
        steps = self.steps(batch_size)
        bounds = [self.count * step // steps for step in range(steps + 1)]
        together = max(1, self._window() // batch_size)
        while True:
            number, skipped = divmod(start, steps)
            order = self.order(seed, number)
            for first in range(skipped, steps, together):
                yield from self._batches(order, bounds[first : first + together + 1])
            start = (number + 1) * steps

    def _batches(self, order: NDArray[np.int64], bounds: list[int]) -> Iterator[Batch]:
        """Yield the batches between neighbouring bounds; from the disk they are read together."""
        held = None if self.in_memory else self.take(order[bounds[0] : bounds[-1]])
        for first, end in pairwise(bounds):
            wanted = order[first:end]
            where = slice(first - bounds[0], end - bounds[0])
            yield self.take(wanted) if held is None else held[where], self.labels[wanted]

    def _window(self) -> int:
        return max(1, WINDOW_BYTES // self.sample_bytes)


@dataclass(frozen=True, eq=False)
class TrainingData:
    """What a model is trained on.

    Args:
        train: The samples to learn from.
        validation: The samples to watch, None where the split has none.
        classes: Number of classes.
    """

    train: Split
    validation: Split | None
    classes: int


def load_split(
    samples: Images,
    labels: NDArray[np.int32],
    codes: NDArray[np.uint8],
    code: int,
    *,
    memory_limit: int = MEMORY_LIMIT,
) -> Split:
    """Choose the labelled samples of one split.

    Args:
        samples: uint8 (N, height, width, channels), usually memory-mapped.
        labels: int32 (N,), -1 for none.
        codes: uint8 (N,), the split code of each sample.
        code: 0 train, 1 validation, 2 test.
        memory_limit: Bytes up to which the samples are copied into memory. Default 1 GB.

    Returns:
        The split; it may be empty.
    """
    ids = np.flatnonzero((np.asarray(codes) == code) & (np.asarray(labels) >= 0))
    chosen: NDArray[np.int32] = np.ascontiguousarray(labels[ids], np.int32)
    in_memory = ids.size * int(np.prod(samples.shape[1:])) <= memory_limit
    held: Any = np.ascontiguousarray(samples[ids]) if in_memory else samples
    return Split(held, chosen, ids.astype(np.int64), in_memory)


def load_training_data(
    samples: Images,
    labels: NDArray[np.int32],
    codes: NDArray[np.uint8],
    classes: int,
    *,
    memory_limit: int = MEMORY_LIMIT,
) -> TrainingData:
    """Choose the samples to train on and, where the split has some, those to watch. Args as `load_split`."""
    train = load_split(samples, labels, codes, 0, memory_limit=memory_limit)
    validation = load_split(samples, labels, codes, 1, memory_limit=memory_limit)
    return TrainingData(train, validation if validation.count else None, classes)
