from __future__ import annotations

import numpy as np

from studio.core.metric_comparison import Number, compare_metrics
from studio.core.predictions import Predictions

COUNT = 200


def answers(right: int, *, base: str = "samples", first: int = 0) -> Predictions:
    """Return answers of which so many, the first ones, are right."""
    labels = np.zeros(COUNT, np.int32)
    said = np.where(np.arange(COUNT) < right, 0.9, 0.1).astype(np.float32)
    return Predictions(
        "d:1",
        base,
        ("a", "b"),
        np.arange(first, first + COUNT),
        labels,
        np.stack([said, 1 - said], 1),
    )


def row(accuracy: float) -> dict[str, Number]:
    return {"accuracy": accuracy, "loss": None}


def test_the_one_that_beats_all_others_wins() -> None:
    rows = {"first": row(0.5), "second": row(0.9), "third": row(0.5)}
    found = compare_metrics(
        rows, {"first": answers(100), "second": answers(180), "third": answers(101)}
    )
    assert found.winner == "second"
    assert [(d.first, d.second) for d in found.differences] == [
        ("first", "second"), ("first", "third"), ("second", "third"),
    ]  # fmt: skip
    assert found.differences[0].difference == 0.4
    assert found.differences[0].low < 0.4 < found.differences[0].high
    assert found.headline() == {
        "first accuracy": 0.5, "second accuracy": 0.9, "third accuracy": 0.5, "winner": "second",
    }  # fmt: skip


def test_a_difference_of_chance_is_no_victory() -> None:
    found = compare_metrics(
        {"first": row(0.5), "second": row(0.505)}, {"first": answers(100), "second": answers(101)}
    )
    assert found.winner == ""
    assert found.headline()["winner"] == "none by more than chance"


def test_what_was_judged_on_other_samples_is_told_apart_from_nothing_but_its_numbers() -> None:
    rows = {"first": row(0.5), "second": row(0.9)}
    for other, why in (
        (answers(180, base="others"), "different samples"),
        (answers(180, first=COUNT), "no sample was judged by both"),
        (None, "not known"),
    ):
        found = compare_metrics(rows, {"first": answers(100), "second": other})
        assert not found.differences
        assert why in found.apart[0]
        assert found.winner == ""
