"""An evaluation is a value: frozen, and the same after a trip through JSON."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from studio.core.evaluation import ClassEvaluation, Evaluation, Mistake


@pytest.fixture
def evaluation() -> Evaluation:
    names = ("apple", "fish")
    return Evaluation(
        dataset="fruit:1",
        class_names=names,
        test_count=4,
        accuracy=0.75,
        top_k=1.0,
        k=2,
        loss=0.4,
        mean_average_precision=0.9,
        per_class=tuple(
            ClassEvaluation(
                class_name=name,
                precision=1.0,
                recall=0.5,
                f1=2 / 3,
                support=2,
                average_precision=0.9,
            )
            for name in names
        ),
        confusion_matrix=((1, 1), (0, 2)),
        milliseconds_per_sample=0.1,
        milliseconds_per_sample_batched=0.05,
        agreement=1.0,
        mistakes=(
            Mistake(sample=7, true="apple", predicted="fish", confidence=0.8, true_confidence=0.2),
        ),
        model_size_bytes={"keras": 1000, "tflite": 400},
        parameters=100,
    )


def test_an_evaluation_survives_json(evaluation: Evaluation) -> None:
    assert Evaluation.model_validate_json(evaluation.model_dump_json()) == evaluation


def test_an_evaluation_cannot_be_changed(evaluation: Evaluation) -> None:
    with pytest.raises(ValidationError):
        evaluation.accuracy = 1.0  # type: ignore[misc]


def test_top_k_is_known_for_any_k_where_ranks_are_kept(evaluation: Evaluation) -> None:
    names = ("apple", "fish", "hen", "van")
    known = evaluation.model_copy(
        update={"class_names": names, "ranks": (2, 1, 1, 0), "k": 4, "top_k": 1.0}
    )
    assert [known.top(k) for k in (1, 2, 3, 4, 9)] == [0.5, 0.75, 1.0, 1.0, 1.0]
    before = known.model_copy(update={"ranks": (), "k": 2, "top_k": 0.75})
    assert [before.top(k) for k in (1, 2, 3, 4)] == [None, 0.75, None, 1.0]


def test_an_evaluation_of_an_earlier_version_is_read(evaluation: Evaluation) -> None:
    stored = evaluation.model_dump(
        include={
            "dataset", "class_names", "test_count", "accuracy", "top_k", "k", "loss", "mean_average_precision",
            "confusion_matrix", "milliseconds_per_sample", "milliseconds_per_sample_batched", "agreement", "mistakes",
            "model_size_bytes", "parameters",
        }
    )  # fmt: skip
    old_rows = [
        {
            **row.model_dump(
                include={"class_name", "precision", "recall", "f1", "support", "average_precision"}
            )
        }
        for row in evaluation.per_class
    ]
    found = Evaluation.model_validate({**stored, "per_class": old_rows})
    assert (found.split, found.model, found.not_judged, found.macro_f1) == ("test", "", 0, None)
    assert found.intervals == {}
    assert found.per_class[0].roc_auc is None


def test_the_headline_leaves_out_what_is_a_row_a_class_or_a_sample(evaluation: Evaluation) -> None:
    headline = evaluation.headline()
    assert headline["accuracy"] == 0.75
    assert headline["model_size_bytes"] == {"keras": 1000, "tflite": 400}
    assert headline.keys().isdisjoint({"per_class", "confusion_matrix", "mistakes", "class_names"})
