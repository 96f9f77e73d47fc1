"""Samples on their way into a model: which rows belong to a split, and in what order they are read.

Small splits are held in memory. Larger ones stay in the memory-mapped file and are read in windows of
bounded size, so that a dataset may be larger than the machine's memory.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.samples import Joined, let_go

MEMORY_LIMIT = 1_000_000_000
"""A split of at most this many bytes is held in memory."""
WINDOW_BYTES = 128_000_000
"""Of a larger split this much is read at a time."""
BLOCK_BYTES = 4_000_000
"""A window is put together from blocks of neighbouring samples of this size."""

COPIED = 65_536
"""So many samples are copied into memory at a time."""
ALIGNMENT = 64
"""Samples in memory begin at a multiple of this many bytes: TensorFlow then reads them where they are."""

Batch = tuple[NDArray[Any], NDArray[np.int32]]
Samples = NDArray[Any] | Joined


@dataclass(frozen=True, eq=False)
class Window:
    """Some batches of a shuffled pass and the samples they are made of.

    Args:
        first: Number of the first batch in the endless stream, from 0.
        samples: (m, ...) of any dtype.
        labels: int32 (m,).
        order: int32 (n,), rows of `samples` in the order they are learned from.
        bounds: int32 (batches + 1,), where in `order` the batches begin and end, from 0.
    """

    first: int
    samples: NDArray[Any]
    labels: NDArray[np.int32]
    order: NDArray[np.int32]
    bounds: NDArray[np.int32]

    @property
    def steps(self) -> int:
        """Number of batches."""
        return len(self.bounds) - 1

    def part(self, done: int, steps: int) -> Window:
        """Return at most `steps` batches after the first `done` ones, with the same samples."""
        bounds = self.bounds[done : done + steps + 1]
        return Window(
            self.first + done,
            self.samples,
            self.labels,
            self.order[bounds[0] : bounds[-1]],
            bounds - bounds[0],
        )


def _straight(
    first: int, samples: NDArray[Any], labels: NDArray[np.int32], batch_size: int
) -> Window:
    """Return a window of samples in the order they have."""
    count = len(labels)
    bounds = np.minimum(np.arange(0, count + batch_size, batch_size), count)
    return Window(first, samples, labels, np.arange(count, dtype=np.int32), bounds.astype(np.int32))


@dataclass(frozen=True, eq=False)
class Split:
    """The labelled samples of one split.

    Args:
        samples: (N, ...) of any dtype, uint8 (N, height, width, channels) for pictures: the split's own samples when
            `in_memory`, else all samples of the dataset, memory-mapped.
        labels: int32 (n,), the class of each sample of the split.
        ids: int64 (n,), the rows of the split's samples in the dataset, ascending.
        in_memory: Whether `samples` holds only the split.
    """

    samples: Samples
    labels: NDArray[np.int32]
    ids: NDArray[np.int64]
    in_memory: bool

    @property
    def count(self) -> int:
        """Number of samples."""
        return len(self.ids)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of a sample, (height, width, channels) of a picture."""
        return tuple(self.samples.shape[1:])

    @property
    def sample_bytes(self) -> int:
        """Bytes of one sample."""
        return math.prod(self.shape) * self.samples.dtype.itemsize

    def steps(self, batch_size: int) -> int:
        """Return how many batches one pass over the split has."""
        return -(-self.count // batch_size)

    def take(self, positions: NDArray[np.integer]) -> NDArray[Any]:
        """Return the samples at some positions of the split (0 to count - 1), in the order asked for."""
        if self.in_memory:
            return self.samples[positions]
        order = np.argsort(positions, kind="stable")
        taken = _aligned((len(positions), *self.shape), self.samples.dtype)
        taken[order] = self.samples[self.ids[positions[order]]]
        let_go(self.samples)
        return taken

    def blocks(self, size: int) -> Iterator[tuple[slice, Batch]]:
        """Yield the whole split once, in order, as (where in the split, (samples, labels))."""
        for start in range(0, self.count, size):
            where = slice(start, min(start + size, self.count))
            positions = np.arange(where.start, where.stop)
            yield where, (self.take(positions), self.labels[where])

    def in_order(self, batch_size: int) -> Iterator[Window]:
        """Yield the whole split once, in order, in windows of as many batches as may be in memory."""
        if self.in_memory:
            yield _straight(0, np.asarray(self.samples), self.labels, batch_size)
            return
        window = max(1, self._window() // batch_size) * batch_size
        for where, (samples, labels) in self.blocks(window):
            yield _straight(where.start // batch_size, samples, labels, batch_size)

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

    def windows(self, batch_size: int, *, seed: int, start: int = 0) -> Iterator[Window]:
        """Yield shuffled batches for ever, pass after pass, as many together as may be in memory.

        A pass is divided evenly over its batches: 10,500 samples at 256 are 42 batches of 250. A last
        batch of the 4 that are left over would correct the weights as far as a whole one does, by the
        chance of 4 samples.

        Args:
            batch_size: Samples a batch has at most.
            seed: Start of the randomness.
            start: Batches to skip: a stream that starts at 7 continues one that ended after 7.
        """
        steps = self.steps(batch_size)
        bounds = np.arange(steps + 1) * self.count // steps
        together = steps if self.in_memory else max(1, self._window() // batch_size)
        while True:
            number, skipped = divmod(start, steps)
            order = self.order(seed, number)
            for first in range(skipped, steps, together):
                ends = bounds[first : first + together + 1]
                wanted = order[ends[0] : ends[-1]]
                held = self.samples if self.in_memory else self.take(wanted)
                yield Window(
                    first=number * steps + first,
                    samples=np.asarray(held),
                    labels=self.labels if self.in_memory else self.labels[wanted],
                    order=np.asarray(
                        wanted if self.in_memory else np.arange(len(wanted)), np.int32
                    ),
                    bounds=(ends - ends[0]).astype(np.int32),
                )
            start = (number + 1) * steps

    def stream(self, batch_size: int, *, seed: int, start: int = 0) -> Iterator[Batch]:
        """Yield the batches of `windows` one by one. Args as there."""
        for window in self.windows(batch_size, seed=seed, start=start):
            for first, end in pairwise(window.bounds.tolist()):
                rows = window.order[first:end]
                yield window.samples[rows], window.labels[rows]

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
    samples: Samples,
    labels: NDArray[np.int32],
    codes: NDArray[np.uint8],
    code: int,
    *,
    memory_limit: int = MEMORY_LIMIT,
) -> Split:
    """Choose the labelled samples of one split.

    Args:
        samples: (N, ...) of any dtype, usually memory-mapped.
        labels: int32 (N,), -1 for none.
        codes: uint8 (N,), the split code of each sample.
        code: 0 train, 1 validation, 2 test.
        memory_limit: Bytes up to which the samples are copied into memory. Default 1 GB.

    Returns:
        The split; it may be empty.
    """
    ids = np.flatnonzero((np.asarray(codes) == code) & (np.asarray(labels) >= 0))
    chosen: NDArray[np.int32] = np.ascontiguousarray(labels[ids], np.int32)
    shape = (len(ids), *samples.shape[1:])
    in_memory = math.prod(shape) * samples.dtype.itemsize <= memory_limit
    held: Any = samples
    if in_memory:
        held = _aligned(shape, samples.dtype)
        for start in range(0, len(ids), COPIED):
            held[start : start + COPIED] = samples[ids[start : start + COPIED]]
    return Split(held, chosen, ids.astype(np.int64), in_memory)


def _aligned(shape: tuple[int, ...], dtype: Any) -> NDArray[Any]:
    """Return an array that begins at a multiple of ALIGNMENT bytes; its values are arbitrary."""
    size = math.prod(shape) * np.dtype(dtype).itemsize
    memory = np.empty(size + ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % ALIGNMENT
    return memory[start : start + size].view(dtype).reshape(shape)


def load_training_data(
    samples: Samples,
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
