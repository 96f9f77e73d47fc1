"""Groups of samples whose hashes differ in a few bits only: found exactly, all pairs, without comparing all pairs.

Two hashes that differ in at most d bits agree on all but d of any m > d bands of bits. So for every choice of d
bands to leave out, hashes are sorted by the bits that remain, and only those that agree on them are compared. Where
very many agree, the same is done again with the bits that were left out. Pairs are never kept: each joins two trees
of a forest, whose trees are the groups in the end.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from studio.quality.base import Paced, Progress

Hashes = NDArray[np.uint64]
Numbers = NDArray[np.int64]
Told = Callable[..., None]

CHUNK = 1 << 17
"""Comparisons made at a time: what they read and write stays in the processor's cache."""
LARGE = 4096
"""A bucket with more hashes is divided further before its hashes are compared."""
SORT_COST, COMPARE_COST, ROUND_COST = 80.0, 0.6, 8000.0
"""Nanoseconds to sort one hash into a bucket, to compare two, and to begin anew; they decide how many bands pay."""


def near_groups(hashes: Hashes, distance: int, progress: Progress) -> Numbers:
    """Put samples together whose hashes differ in few bits, directly or through others between them.

    Exact: two samples within the distance always have the same number.

    Args:
        hashes: uint64 (n,).
        distance: Bits in which two of a group may differ, 0 or more.
        progress: Told how far the work is; what it raises stops the work.

    Returns:
        int64 (n,): numbers of groups, 0, 1, 2 ... in the order of their first samples.

    Example:
        >>> hashes = np.array([0b0000, 0b1111, 0b0001, 0b0011], np.uint64)
        >>> near_groups(hashes, 1, lambda *facts: None).tolist()
        [0, 1, 0, 0]
    """
    paced = Paced(progress, len(hashes), "looking for near-duplicates")
    paced()
    unique, inverse = np.unique(hashes, return_inverse=True)
    forest = Forest(len(unique))
    if distance > 0:
        free, share = np.arange(64, dtype=np.uint64), len(hashes)

        def told(part: float | None = None) -> None:
            paced(None if part is None else min(share - 1, int(share * part)))

        _search(unique, np.arange(len(unique)), free, distance, forest, told)
    groups = number_groups(forest.roots()[inverse])
    paced(len(hashes))
    return groups


def number_groups(groups: NDArray[np.integer]) -> Numbers:
    """Number groups anew: 0, 1, 2 ... in the order of their first samples.

    Args:
        groups: Integers (n,) of 0 or more, equal within a group.
    """
    first = first_of(groups)[groups]
    numbers = np.cumsum(first == np.arange(len(groups))) - 1
    return np.asarray(numbers[first], np.int64)


def first_of(groups: NDArray[np.integer]) -> Numbers:
    """Return the first sample of each group: int64 (groups,), at the place of its number."""
    first = np.full(int(groups.max(initial=-1)) + 1, len(groups))
    np.minimum.at(first, groups, np.arange(len(groups)))
    return first


class Forest:
    """Disjoint sets that are joined many pairs at a time.

    Args:
        count: Members; each is a set of its own at first.
    """

    def __init__(self, count: int) -> None:
        self._parent: Numbers = np.arange(count)

    def find(self, members: Numbers) -> Numbers:
        """Return the root of each member, and make the way to it shorter."""
        roots: Numbers = self._parent[members]
        while True:
            above = self._parent[roots]
            if np.array_equal(above, roots):
                break
            roots = above
        self._parent[members] = roots
        return roots

    def join(self, left: Numbers, right: Numbers) -> None:
        """Make one set of the sets of each pair."""
        while len(left):
            low, high = self.find(left), self.find(right)
            apart = low != high
            left, right = left[apart], right[apart]
            low, high = low[apart], high[apart]
            # A root hangs itself below a smaller one, so no circle can arise. Where several hang up the same
            # root, one of them has its way, and the others try again.
            self._parent[np.maximum(low, high)] = np.minimum(low, high)

    def roots(self) -> Numbers:
        """Return the root of every member."""
        while True:
            above = self._parent[self._parent]
            if np.array_equal(above, self._parent):
                return above
            self._parent = above


def _search(
    values: Hashes,
    members: Numbers,
    free: Hashes,
    distance: int,
    forest: Forest,
    told: Told,
) -> None:
    """Join all members whose hashes differ in at most so many bits.

    Args:
        values: uint64 (n,), different hashes that agree on all bits but the free ones.
        members: int64 (n,), their numbers in the forest.
        free: uint64 (f,), the bits in which they may differ, 0 to 63.
        told: Told the share of the work that is done, or, without one, that work goes on.
    """
    count = len(values)
    if len(free) <= distance:
        forest.join(members[:-1], members[1:])
        return
    bands = _bands(count, len(free), distance)
    if bands == 0:
        _compare(values, members, np.array([0, count]), distance, forest, told)
        return
    choices = list(combinations(range(bands), distance))
    for number, choice in enumerate(choices):
        told(number / len(choices))
        dropped = np.concatenate([free[band::bands] for band in choice])
        mask = ~np.bitwise_or.reduce(np.uint64(1) << dropped)
        order = np.argsort(values & mask)
        sorted_values = values[order]
        edges = np.diff(sorted_values & mask) != 0
        starts = np.concatenate([[0], np.flatnonzero(edges) + 1, [count]])
        del edges
        sorted_members = members[order]
        del order
        sizes = np.diff(starts)
        for bucket in np.flatnonzero(sizes > LARGE).tolist():
            inside = slice(int(starts[bucket]), int(starts[bucket + 1]))
            roots = forest.find(sorted_members[inside])
            if np.any(roots != roots[0]):
                parts = sorted_values[inside], sorted_members[inside]
                _search(*parts, dropped, distance, forest, lambda part=None: told())
        small = (sizes > 1) & (sizes <= LARGE)
        _compare(*_buckets(sorted_values, sorted_members, starts, small), distance, forest, told)


def _bands(count: int, free: int, distance: int) -> int:
    """Return how many bands make the search cheapest, 0 where comparing all pairs is cheaper still.

    Real hashes come in clusters: they agree on so many bits about as often as random ones on half of them.
    """
    pairs = count * count / 2
    best, cheapest = 0, pairs * COMPARE_COST + count * ROUND_COST
    for bands in range(distance + 1, min(free, 32) + 1):
        kept = free * (bands - distance) / bands
        inside = max(pairs / 2 ** (kept / 2), count)
        cost = comb(bands, distance) * (count * SORT_COST + inside * COMPARE_COST + 50 * ROUND_COST)
        if cost < cheapest:
            best, cheapest = bands, cost
    return best


def _buckets(
    values: Hashes, members: Numbers, starts: Numbers, chosen: NDArray[np.bool_]
) -> tuple[Hashes, Numbers, Numbers]:
    """Return the hashes and members of some buckets only, and where each begins; the last start is the end."""
    sizes = np.diff(starts)
    inside = np.repeat(chosen, sizes)
    return values[inside], members[inside], np.concatenate([[0], np.cumsum(sizes[chosen])])


def _compare(
    values: Hashes,
    members: Numbers,
    starts: Numbers,
    distance: int,
    forest: Forest,
    told: Told,
) -> None:
    """Join all members of the same bucket whose hashes differ in at most so many bits.

    Every hash is compared with the one so many places behind it, for 1, 2, 3 ... places. Neighbours in two buckets
    meet as well; where they are near they are joined rightly. Buckets without anything left to find are dropped.

    Args:
        values: uint64 (n,), bucket behind bucket.
        starts: int64 (buckets + 1,), where each begins; the last is n.
    """
    shift = 1
    while len(values) > shift:
        if shift & (shift - 1) == 0:
            open_ = np.diff(starts) > shift
            values, members, starts = _buckets(values, members, starts, open_)
            if len(values) == 0:
                return
            roots = forest.find(members)
            lowest, highest = (of.reduceat(roots, starts[:-1]) for of in (np.minimum, np.maximum))
            values, members, starts = _buckets(values, members, starts, lowest != highest)
        for start in range(0, len(values) - shift, CHUNK):
            told()
            end = min(start + CHUNK, len(values) - shift)
            differing = np.bitwise_count(values[start:end] ^ values[start + shift : end + shift])
            near = np.flatnonzero(differing <= distance) + start
            if len(near):
                forest.join(members[near], members[near + shift])
        shift += 1
