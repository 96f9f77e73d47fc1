"""Two models judged on the same samples: which one is better, by how much, and whether that is chance."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import InvalidInput
from studio.core.predictions import Predictions

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NOISE_BELOW = 0.05
"""A difference counts as real when chance alone would show one as large in fewer than 5 of 100 cases."""
Z95 = 1.959963984540054
DRAWS = 1000


class ClassDelta(NamedTuple):
    """How two models differ in one class. Differences are B minus A.

    Args:
        support: Samples of the class among the shared ones.
        difference, low, high: Of the recall, and the interval that holds the true one in 95 of 100 cases.
        precision_difference, precision_low, precision_high: The same of the precision, by 1000 bootstrap draws.
        p_value: Of the recall: exact McNemar test, corrected for the number of classes (Holm).
    """

    class_name: str
    support: int
    recall_a: float
    recall_b: float
    difference: float
    low: float
    high: float
    precision_a: float
    precision_b: float
    precision_difference: float
    precision_low: float
    precision_high: float
    p_value: float

    @property
    def real(self) -> bool:
        """Whether the recall of the class changed by more than chance, all classes looked at together."""
        return self.p_value < NOISE_BELOW


class PairedComparison(NamedTuple):
    """Two models on the same samples. Shares are 0-1, differences are B minus A.

    Args:
        n: Samples that both were judged on.
        left_out: Samples that only one of them was judged on.
        relabelled: Shared samples whose label differs; the one of the newer dataset version counted for both.
        low, high: The true difference of accuracy lies in between in 95 of 100 cases (Agresti and Min).
        p_value: Exact McNemar test, two-sided: how often chance alone parts two equal models as much.
        wins_a, wins_b: Samples that only A, only B named rightly.
        per_class: One row a class with samples or answers, in the order of the classes of A, then further ones of B.
    """

    n: int
    left_out: int
    relabelled: int
    accuracy_a: float
    accuracy_b: float
    difference: float
    low: float
    high: float
    p_value: float
    wins_a: int
    wins_b: int
    per_class: tuple[ClassDelta, ...]

    @property
    def real(self) -> bool:
        """Whether one of them is better by more than chance."""
        return self.p_value < NOISE_BELOW

    @property
    def winner(self) -> str | None:
        """`"A"` or `"B"`, None where they cannot be told apart."""
        return ("B" if self.difference > 0 else "A") if self.real else None

    @property
    def sentence(self) -> str:
        """Who wins, by how much and whether it is noise, in words."""
        return self.said("A", "B")

    def said(self, a: str, b: str) -> str:
        """Return `sentence` with the models' names."""
        first, second = (b, a) if self.difference > 0 else (a, b)
        low, high = (self.low, self.high) if self.difference > 0 else (-self.high, -self.low)
        of = f"{self.n:,} sample{'' if self.n == 1 else 's'}"
        if not self.wins_a + self.wins_b:
            return f"{a} and {b} cannot be told apart: they are right about the same of the {of}."
        counts = (
            f"{self.wins_a + self.wins_b:,} of the {of} are named rightly by one of them only: "
            f"{self.wins_a:,} by {a}, {self.wins_b:,} by {b}"
        )
        if self.real:
            return (
                f"{first} wins, and it is not noise: it names {abs(self.difference) * 100:.1f} points more of the "
                f"samples rightly than {second} (95 %: {low * 100:.1f} to {high * 100:.1f}; "
                f"p {_p(self.p_value)}). {counts}."
            )
        return (
            f"{a} and {b} cannot be told apart: {counts}, and chance alone parts two equal models as much "
            f"in {self.p_value * 100:.0f} of 100 cases. {b} minus {a}: {self.difference * 100:+.1f} points "
            f"(95 %: {self.low * 100:+.1f} to {self.high * 100:+.1f})."
        )


def aligned(a: Predictions, b: Predictions) -> tuple[Ints, Ints]:
    """Return the places, int64 (n,) each, of the samples that both were judged on, by rising sample number.

    Raises:
        InvalidInput: They were judged on different datasets, or share no sample.
    """
    if a.base != b.base:
        raise InvalidInput(
            "These two models cannot be compared sample by sample.",
            f"One was judged on {a.dataset}, the other on {b.dataset}, which are different datasets.",
            "Judge both on the same dataset.",
        )
    _, rows_a, rows_b = np.intersect1d(
        np.asarray(a.ids), np.asarray(b.ids), assume_unique=True, return_indices=True
    )
    if not len(rows_a):
        raise InvalidInput(
            "These two models cannot be compared sample by sample.",
            "There is no sample that both were judged on.",
            "Judge both on the same part of the dataset.",
        )
    return rows_a.astype(np.int64), rows_b.astype(np.int64)


def disagreements(a: Predictions, b: Predictions) -> dict[str, tuple[Ints, Ints]]:
    """Return the places in A and in B of the samples they differ about, by who is right.

    Returns:
        `"A"`: only A is right; `"B"`: only B is right; `"neither"`: both are wrong, each in its own way.
    """
    rows_a, rows_b = aligned(a, b)
    shared = _Shared(a, b, rows_a, rows_b)
    differ = shared.said_a != shared.said_b
    parts = {
        "A": shared.right_a & ~shared.right_b,
        "B": shared.right_b & ~shared.right_a,
        "neither": differ & ~shared.right_a & ~shared.right_b,
    }
    return {who: (rows_a[where], rows_b[where]) for who, where in parts.items()}


def compare_paired(a: Predictions, b: Predictions, *, seed: int = 0) -> PairedComparison:
    """Return how two models differ on the samples that both were judged on.

    A sample whose label differs between the two judgements (it was corrected in between) is judged for both by
    the label of the newer dataset version.

    Args:
        seed: Of the bootstrap draws behind the intervals of precision.

    Raises:
        InvalidInput: They were judged on different datasets, or share no sample.
    """
    rows_a, rows_b = aligned(a, b)
    shared = _Shared(a, b, rows_a, rows_b)
    n = len(rows_a)
    wins_a = int((shared.right_a & ~shared.right_b).sum())
    wins_b = int((shared.right_b & ~shared.right_a).sum())
    low, high = difference_interval(wins_a, wins_b, n)
    accuracy_a, accuracy_b = float(shared.right_a.mean()), float(shared.right_b.mean())
    return PairedComparison(
        n=n,
        left_out=len(a.ids) + len(b.ids) - 2 * n,
        relabelled=shared.relabelled,
        accuracy_a=accuracy_a,
        accuracy_b=accuracy_b,
        difference=(wins_b - wins_a) / n,
        low=low,
        high=high,
        p_value=mcnemar(wins_a, wins_b),
        wins_a=wins_a,
        wins_b=wins_b,
        per_class=_per_class(shared, n, seed),
    )


def mcnemar(wins_a: int, wins_b: int) -> float:
    """Return the exact two-sided p-value of McNemar's test: the binomial one with chance 1/2.

    Args:
        wins_a, wins_b: Samples that only A, only B named rightly.

    Example:
        >>> round(mcnemar(2, 8), 6), mcnemar(5, 5), mcnemar(0, 0)
        (0.109375, 1.0, 1.0)
    """
    fewer, n = min(wins_a, wins_b), wins_a + wins_b
    if wins_a == wins_b:
        return 1.0
    largest = math.lgamma(n + 1) - math.lgamma(fewer + 1) - math.lgamma(n - fewer + 1)
    k = np.arange(fewer, 0, -1, dtype=np.float64)
    tail = 1.0 + float(np.cumprod(k / (n - k + 1)).sum())
    return min(1.0, 2.0 * tail * math.exp(largest - n * math.log(2)))


def difference_interval(wins_a: int, wins_b: int, n: int) -> tuple[float, float]:
    """Return between what the true difference of two paired shares (B minus A) lies, in 95 of 100 cases.

    The adjusted Wald interval of Agresti and Min (2005): half a sample is added to each of the four cells, which
    keeps what it promises for few samples too, where the plain one would be a point.

    Example:
        >>> [round(bound, 3) for bound in difference_interval(5, 15, 100)]
        [0.012, 0.184]
    """
    if not n:
        return -1.0, 1.0
    size, lost, won = n + 2.0, wins_a + 0.5, wins_b + 0.5
    middle = (won - lost) / size
    half = Z95 * math.sqrt(max(0.0, (won + lost) / size - middle**2) / size)
    return max(-1.0, middle - half), min(1.0, middle + half)


def holm(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return p-values corrected for their number (Holm 1979), in the order given.

    Example:
        >>> holm(np.array([0.01, 0.04, 0.03])).round(3).tolist()
        [0.03, 0.06, 0.06]
    """
    order = np.argsort(p_values, kind="stable")
    grown = np.maximum.accumulate(p_values[order] * np.arange(len(p_values), 0, -1))
    made = np.empty_like(grown)
    made[order] = np.minimum(grown, 1.0)
    return made


class _Shared:
    """The shared samples with one numbering of the classes of both models."""

    def __init__(self, a: Predictions, b: Predictions, rows_a: Ints, rows_b: Ints) -> None:
        self.class_names = tuple(dict.fromkeys((*a.class_names, *b.class_names)))
        number = {name: i for i, name in enumerate(self.class_names)}
        of_a = np.array([number[name] for name in a.class_names], np.int64)
        of_b = np.array([number[name] for name in b.class_names], np.int64)
        labels_a = of_a[np.asarray(a.labels)[rows_a]]
        labels_b = of_b[np.asarray(b.labels)[rows_b]]
        self.relabelled = int((labels_a != labels_b).sum())
        self.labels = labels_a if _version(a.dataset) > _version(b.dataset) else labels_b
        self.said_a = of_a[np.asarray(a.predicted)[rows_a]]
        self.said_b = of_b[np.asarray(b.predicted)[rows_b]]
        self.right_a: Bools = self.said_a == self.labels
        self.right_b: Bools = self.said_b == self.labels

    def counts(self, classes: Ints, where: Bools) -> Ints:
        """How many of the samples `where` belong to each class."""
        return np.bincount(classes[where], minlength=len(self.class_names)).astype(np.int64)


def _per_class(shared: _Shared, n: int, seed: int) -> tuple[ClassDelta, ...]:
    both = shared.said_a == shared.said_b
    cells = np.stack(
        [
            shared.counts(said, apart & right)
            for said, right, apart in (
                (shared.said_a, shared.right_a, both),
                (shared.said_a, ~shared.right_a, both),
                (shared.said_a, shared.right_a, ~both),
                (shared.said_a, ~shared.right_a, ~both),
                (shared.said_b, shared.right_b, ~both),
                (shared.said_b, ~shared.right_b, ~both),
            )
        ],
        axis=1,
    )
    everything = np.ones(n, np.bool_)
    support = shared.counts(shared.labels, everything)
    found_a = shared.counts(shared.labels, shared.right_a)
    found_b = shared.counts(shared.labels, shared.right_b)
    only_a, only_b = cells[:, 2], cells[:, 4]
    p = holm(np.array([mcnemar(int(x), int(y)) for x, y in zip(only_a, only_b, strict=True)]))
    generator = np.random.default_rng(seed)
    made = []
    for i, name in enumerate(shared.class_names):
        if not support[i] and not cells[i].sum():
            continue
        precision_a, precision_b, (low, high) = _precisions(cells[i], n, generator)
        bounds = difference_interval(int(only_a[i]), int(only_b[i]), int(support[i]))
        recall_a, recall_b = (float(f[i]) / max(1, int(support[i])) for f in (found_a, found_b))
        made.append(
            ClassDelta(
                class_name=name,
                support=int(support[i]),
                recall_a=recall_a,
                recall_b=recall_b,
                difference=recall_b - recall_a,
                low=bounds[0],
                high=bounds[1],
                precision_a=precision_a,
                precision_b=precision_b,
                precision_difference=precision_b - precision_a,
                precision_low=low,
                precision_high=high,
                p_value=float(p[i]),
            )
        )
    return tuple(made)


def _precisions(
    cells: Ints, n: int, generator: np.random.Generator
) -> tuple[float, float, tuple[float, float]]:
    """Both precisions of a class, and the 95 % bootstrap interval of their difference.

    A bootstrap over samples draws how many fall into each cell: one multinomial draw, whatever the samples' number.
    """

    def of(counts: NDArray[np.float64]) -> NDArray[np.float64]:
        both_right, both_wrong, a_right, a_wrong, b_right, b_wrong = counts.T
        said_a = np.maximum(both_right + both_wrong + a_right + a_wrong, 1)
        said_b = np.maximum(both_right + both_wrong + b_right + b_wrong, 1)
        return np.stack([(both_right + a_right) / said_a, (both_right + b_right) / said_b])

    point_a, point_b = of(cells[None].astype(np.float64))[:, 0]
    chances = np.append(cells, n - cells.sum()) / n
    drawn = of(generator.multinomial(n, chances, DRAWS)[:, :6].astype(np.float64))
    low, high = np.quantile(drawn[1] - drawn[0], [0.025, 0.975])
    return float(point_a), float(point_b), (float(low), float(high))


def _version(dataset: str) -> int:
    number = dataset.rpartition(":")[2]
    return int(number) if number.isdigit() else 0


def _p(value: float) -> str:
    return f"= {value:.3f}" if value >= 0.001 else "< 0.001"
