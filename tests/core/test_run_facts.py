from __future__ import annotations

from typing import Any

import pytest

from studio.core.configs import DRAWING_CLASSIFIER
from studio.core.errors import InvalidInput, NotFound
from studio.core.run_facts import (
    RunRow,
    differing,
    facts_of,
    known_fact,
    over_seeds,
    parse_condition,
)
from studio.core.standard import training_pipeline
from studio.core.training import TrainingConfig


def facts(curves: Any = None, result: Any = None, **changes: Any) -> dict[str, Any]:
    pipeline = training_pipeline("pets", DRAWING_CLASSIFIER, TrainingConfig(**changes), version=2)
    return facts_of(pipeline.model_dump(mode="json"), result or {}, curves or {})


def row(name: str, group: str = "", **changes: Any) -> RunRow:
    values = dict.fromkeys(RunRow.model_fields) | {"name": name, "group": group, "tags": ()}
    result = {"accuracy": changes.pop("accuracy", 0.5)}
    return RunRow.model_construct(**values | {"facts": facts(result=result, **changes)})


def test_settings_results_and_ends_of_curves_are_facts() -> None:
    found = facts(
        curves={"val_loss": [0.9, 0.4, 0.6], "val_accuracy": [0.1, 0.7, 0.6], "loss": [3.0]},
        result={
            "accuracy": 0.7,
            "loss": 0.5,
            "model_size_bytes": {"tflite": 900},
            "training": {"best_epoch": 2},
        },
        learning_rate=0.01,
    )
    assert (found["set.dataset"], found["set.learning_rate"]) == ("pets:2", 0.01)
    assert found["set.loss"] == "sparse_categorical_crossentropy"
    assert (found["loss"], found["accuracy"], found["bytes.tflite"]) == (0.5, 0.7, 900)
    assert [found[f"{e}.val_loss"] for e in ("best", "last", "chosen")] == [0.4, 0.6, 0.4]
    assert [found[f"{e}.val_accuracy"] for e in ("best", "last", "chosen")] == [0.7, 0.6, 0.7]
    assert "best.loss" not in found
    assert "conv2d" in str(found["set.layers"])


def test_what_is_not_finite_is_no_best_and_no_chosen() -> None:
    found = facts(curves={"val_loss": [float("nan"), 0.5]}, result={"training": {"best_epoch": 1}})
    assert (found["best.val_loss"], found["last.val_loss"]) == (0.5, 0.5)
    assert "chosen.val_loss" not in found


def test_runs_differ_in_what_differs_and_seeds_come_last() -> None:
    rows = [row("one", epochs=1, seed=1), row("two", epochs=2, seed=2)]
    assert differing(rows) == ["set.epochs", "set.seed"]
    assert differing(rows[:1]) == []


def test_runs_over_seeds_are_one_row_with_mean_and_spread() -> None:
    rows = [
        row("a-1", "a", seed=1, accuracy=0.5),
        row("b", epochs=9),
        row("a-2", "a", seed=2, accuracy=0.7),
    ]
    groups = over_seeds(rows, ["accuracy", "unknown"])
    assert [(group.title, group.runs) for group in groups] == [("a", ("a-1", "a-2")), ("b", ("b",))]
    assert groups[0].mean["accuracy"] == pytest.approx(0.6)
    assert groups[0].spread["accuracy"] == pytest.approx(0.1414213562)
    assert groups[1].spread == {"accuracy": None}


@pytest.mark.parametrize(
    ("text", "fact", "sign", "value"),
    [
        ("accuracy > 90 %", "accuracy", ">", 0.9),
        ("learning rate<=1e-3", "set.learning_rate", "<=", 0.001),
        ("val_loss<0.5", "best.val_loss", "<", 0.5),
        ("optimizer != adam", "set.optimizer", "!=", "adam"),
        ("status = failed", "status", "=", "failed"),
    ],
)
def test_conditions_are_read(text: str, fact: str, sign: str, value: object) -> None:
    known = ["accuracy", "set.learning_rate", "best.val_loss", "set.optimizer"]
    found = parse_condition(text, known)
    assert (found.fact, found.sign, found.value) == (fact, sign, value)


@pytest.mark.parametrize("text", ["accuracy", "> 3", "accuracy >", ""])
def test_conditions_that_ask_nothing_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_condition(text, ["accuracy"])


def test_a_fact_that_nobody_knows_is_refused_with_the_nearest() -> None:
    with pytest.raises(NotFound, match="accuracy"):
        known_fact("acuracy", ["accuracy"])
