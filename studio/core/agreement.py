"""How much several people's answers agree, and how much of that is more than chance.

Where nothing can be compared, or chance alone explains everything (one class only), a coefficient is None, never NaN.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from studio.core.agreement_facts import Agreement, ClassAgreement, PairAgreement
from studio.core.answer_table import AnswerTable, pairs_within, several_answers
from studio.core.box_matching import match_boxes
from studio.core.label_session import AnswerKind
from studio.core.tallies import Floats, Ints, Tally, class_bits, expanded, masi_distance, numbered

SETS_LIMIT = 2000
"""Of more different sets of classes than this, the coefficient that compares whole sets is not computed."""


def agreement(table: AnswerTable, kind: AnswerKind) -> Agreement:
    """Return how much the people agree.

    Args:
        table: Their answers.
        kind: `single`: every answer has one class; `multi`: any number; `boxes`: any number of boxes. Boxes are
            compared in two steps: which of them surround the same thing (SAME_BOX, one to one), and whether that
            has the same class.

    Example:
        >>> table = AnswerTable(
        ...     items=np.array([0, 0, 1, 1]), annotators=np.array([0, 1, 0, 1]), names=("ann", "bob"),
        ...     owners=np.arange(4), classes=np.array([0, 0, 1, 1]), class_names=("cat", "dog"),
        ... )
        >>> found = agreement(table, "single")
        >>> found.percent, found.cohen, found.pairs[0].items
        (1.0, 1.0, 2)
    """
    if kind == "drawings":
        return Agreement()
    if kind == "boxes":
        return _of_boxes(table)
    shared = several_answers(table)
    if not shared.count:
        return Agreement()
    compared = _Compared(shared)
    found = compared.result() if kind == "single" else compared.result_of_sets()
    return found.model_copy(update={"items": compared.units, "answers": shared.count})


def _of_boxes(table: AnswerTable) -> Agreement:
    """Compare places first, then the classes of what several people drew a box around."""
    shared = several_answers(table)
    if not shared.count:
        return Agreement()
    matched = match_boxes(shared)
    drawn = several_answers(matched.things)
    found = _Compared(drawn).result() if drawn.count else Agreement()
    classes = {(pair.one, pair.other): pair for pair in found.pairs}
    pairs = []
    for place in matched.pairs:
        own = classes.get((place.one, place.other))
        pairs.append(
            PairAgreement(
                one=place.one,
                other=place.other,
                items=place.items,
                things=own.items if own else 0,
                percent=own.percent if own else None,
                cohen=own.cohen if own else None,
                f1=_share(2 * place.alike, place.boxes),
                iou=_share(place.overlap, place.matched),
            )
        )
    return found.model_copy(
        update={
            "items": len(np.unique(shared.items)),
            "answers": shared.count,
            "things": len(np.unique(drawn.items)),
            "f1": _share(
                2 * sum(p.alike for p in matched.pairs), sum(p.boxes for p in matched.pairs)
            ),
            "iou": _share(
                sum(p.overlap for p in matched.pairs), sum(p.matched for p in matched.pairs)
            ),
            "pairs": tuple(pairs),
        }
    )


class _PairCounts(NamedTuple):
    """What pairs of people said, counted; a cell is a pair and a class that one of the two used."""

    keys: Ints
    items: Ints
    alike: Ints
    cell_pair: Ints
    cell_class: Ints
    one: Ints
    other: Ints
    both: Ints


class _Compared:
    """Answers of at least two people about each of some samples, counted once.

    Everything follows from how many (`count`) of a sample's answers (`of`) have a class (`cls`), for each that occurs.
    """

    def __init__(self, table: AnswerTable) -> None:
        self.table = table
        self.classes = len(table.class_names)
        self.unit = np.unique(table.items, return_inverse=True)[1].astype(np.int64)
        self.answers = np.bincount(self.unit)
        self.units = len(self.answers)
        cells, self.count = np.unique(
            self.unit[table.owners] * self.classes + table.classes, return_counts=True
        )
        self.cls = cells % self.classes
        self.of = self.answers[cells // self.classes]
        self.used = np.bincount(self.cls, self.count, self.classes).astype(np.int64)
        self.bits = class_bits(table)
        self.sets = numbered(self.bits)

    def result(self) -> Agreement:
        """Return the agreement where every answer has one class."""
        n, m = self.count, self.of
        total = self.table.count
        possible = (self.answers * (self.answers - 1)).sum()
        differing = (n * (m - n) / (m - 1)).sum()
        alike = (n * (n - 1) / (m * (m - 1))).sum() / self.units
        chance = (self._shares() ** 2).sum()
        several = np.count_nonzero(self.used) > 1
        counts = self._pairs()
        pairs = self._pair_rows(counts, self._pair_kappas(counts))
        return Agreement(
            percent=_share((n * (n - 1)).sum(), possible),
            cohen=_mean([pair.cohen for pair in pairs]),
            fleiss=float((alike - chance) / (1 - chance)) if several else None,
            alpha=float(1 - differing * (total - 1) / (total**2 - (self.used**2).sum()))
            if several
            else None,
            classes=self._class_rows(counts),
            pairs=pairs,
        )

    def result_of_sets(self) -> Agreement:
        """Return the agreement where an answer has any number of classes."""
        counts = self._pairs()
        cells, kappas = self._cell_kappas(counts)
        means = _means(counts.cell_pair[cells], kappas, len(counts.keys))
        rows = self._class_rows(counts)
        return Agreement(
            percent=_share(counts.alike.sum(), counts.items.sum()),
            cohen=_mean([row.cohen for row in rows]),
            fleiss=_mean([row.fleiss for row in rows]),
            alpha=_mean([row.alpha for row in rows]),
            masi=self._masi(),
            classes=rows,
            pairs=self._pair_rows(counts, means),
        )

    def _shares(self) -> Floats:
        """Return float64 (classes,): the mean share of a sample's answers that have the class."""
        shares: Floats = np.bincount(self.cls, self.count / self.of, self.classes) / self.units
        return shares

    def _class_rows(self, counts: _PairCounts) -> tuple[ClassAgreement, ...]:
        n, m, total = self.count, self.of, self.table.count

        def summed(values: NDArray[np.floating] | Ints) -> Floats:
            sums: Floats = np.bincount(self.cls, values, self.classes).astype(np.float64)
            return sums

        possible = int((self.answers * (self.answers - 1)).sum())
        percent = 1 - summed(2 * n * (m - n)) / possible
        again, others = summed(n * (n - 1)), summed(n * (m - 1))
        differing = summed(2 * n * (m - n) / (m - 1))
        alike = 1 - summed(2 * n * (m - n) / (m * (m - 1))) / self.units
        share = self._shares()
        chance = share**2 + (1 - share) ** 2
        cells, kappas = self._cell_kappas(counts)
        cohen = _means(counts.cell_class[cells], kappas, self.classes)
        rows = []
        for code, name in enumerate(self.table.class_names):
            used = int(self.used[code])
            varied = 0 < used < total
            expected = 2 * used * (total - used) / (total - 1)
            rows.append(
                ClassAgreement(
                    class_name=name,
                    answers=used,
                    percent=float(percent[code]),
                    also=_share(again[code], others[code]),
                    cohen=cohen[code],
                    fleiss=float((alike[code] - chance[code]) / (1 - chance[code]))
                    if varied
                    else None,
                    alpha=float(1 - differing[code] / expected) if varied else None,
                )
            )
        return tuple(rows)

    def _pairs(self) -> _PairCounts:
        """Count what each pair of people said about the samples they share."""
        table, people = self.table, len(self.table.names)
        shared, alike = (Tally(people**2) for _ in range(2))
        one, other, both = (Tally(people**2 * self.classes) for _ in range(3))
        classes = table.classes[np.argsort(table.owners, kind="stable")]
        lengths = np.bincount(table.owners, minlength=table.count)
        for left, right in pairs_within(self.unit):
            pair = table.annotators[left] * people + table.annotators[right]
            shared.add(pair)
            alike.add(pair[self.sets[left] == self.sets[right]])
            answer, place = expanded(lengths, left)
            cls = classes[place]
            cell = pair[answer] * self.classes + cls
            one.add(cell)
            word, bit = self.bits[right[answer], cls // 64], (cls % 64).astype(np.uint64)
            both.add(cell[(word >> bit) & np.uint64(1) == 1])
            answer, place = expanded(lengths, right)
            other.add(pair[answer] * self.classes + classes[place])
        keys = shared.keys
        cells = np.union1d(one.keys, other.keys)
        return _PairCounts(
            keys=keys,
            items=shared.at(keys),
            alike=alike.at(keys),
            cell_pair=np.searchsorted(keys, cells // self.classes),
            cell_class=cells % self.classes,
            one=one.at(cells),
            other=other.at(cells),
            both=both.at(cells),
        )

    def _pair_kappas(self, counts: _PairCounts) -> list[float | None]:
        """Return Cohen's kappa of each pair, where an answer has one class."""
        by_chance = np.bincount(
            counts.cell_pair, counts.one * counts.other, len(counts.keys)
        ).astype(np.int64)
        above = counts.items * counts.alike - by_chance
        room = counts.items**2 - by_chance
        return [a / r if r else None for a, r in zip(above.tolist(), room.tolist(), strict=True)]

    def _cell_kappas(self, counts: _PairCounts) -> tuple[Ints, Floats]:
        """Return the cells where Cohen's kappa of one class against the others is defined, and it."""
        n, one, other = counts.items[counts.cell_pair], counts.one, counts.other
        by_chance = one * other + (n - one) * (n - other)
        above = n * (n - one - other + 2 * counts.both) - by_chance
        room = n**2 - by_chance
        defined = np.flatnonzero(room)
        return defined, above[defined] / room[defined]

    def _pair_rows(
        self, counts: _PairCounts, kappas: list[float | None]
    ) -> tuple[PairAgreement, ...]:
        names = self.table.names
        return tuple(
            PairAgreement(
                one=names[key // len(names)],
                other=names[key % len(names)],
                items=items,
                percent=alike / items,
                cohen=kappa,
            )
            for key, items, alike, kappa in zip(
                counts.keys.tolist(),
                counts.items.tolist(),
                counts.alike.tolist(),
                kappas,
                strict=True,
            )
        )

    def _masi(self) -> float | None:
        """Return Krippendorff's alpha over whole sets of classes."""
        number = int(self.sets.max()) + 1
        if not 1 < number <= SETS_LIMIT:
            return None
        members = np.zeros((number, self.classes))
        members[self.sets[self.table.owners], self.table.classes] = 1
        distance = masi_distance(members)
        used = np.bincount(self.sets, minlength=number).astype(np.float64)
        expected = used @ distance @ used / (self.table.count - 1)
        observed = 0.0
        for left, right in pairs_within(self.unit):
            apart = distance[self.sets[left], self.sets[right]]
            observed += float((2 * apart / (self.answers[self.unit[left]] - 1)).sum())
        return float(1 - observed / expected)


def _share(part: float, whole: float) -> float | None:
    return float(part / whole) if whole else None


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _means(groups: Ints, values: Floats, count: int) -> list[float | None]:
    """Return the mean of the values of each group, None where it has none."""
    sums = np.bincount(groups, values, count)
    numbers = np.bincount(groups, minlength=count)
    return [_share(s, n) for s, n in zip(sums.tolist(), numbers.tolist(), strict=True)]
