"""Everything an evaluation says about answers equals what scikit-learn says, to 1e-9."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from studio.core.errors import Cancelled
from studio.core.evaluation import MISTAKE_LIMIT
from studio.core.judging import HEADLINES, Judged, judge
from studio.core.predictions import Predictions

EXACT = 1e-9


def some(count: int, classes: int, seed: int, missing: int = 0) -> Predictions:
    """Answers on `count` samples; the last `missing` classes have none."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, classes - missing, count).astype(np.int32)
    logits = generator.standard_normal((count, classes)) * 2
    logits[np.arange(count), labels] += 1
    table = np.exp(logits)
    names = tuple(f"class {number}" for number in range(classes))
    ids = np.arange(count) * 3 + 1
    probabilities = (table / table.sum(axis=1, keepdims=True)).astype(np.float32)
    return Predictions("d:1", "base", names, ids, labels, probabilities)


@settings(max_examples=12, deadline=None)
@given(
    count=st.integers(1, 60),
    classes=st.integers(2, 6),
    missing=st.integers(0, 1),
    seed=st.integers(0, 999),
    k=st.integers(1, 4),
)
def test_it_equals_scikit_learn(count: int, classes: int, missing: int, seed: int, k: int) -> None:
    found = some(count, classes, seed, min(missing, classes - 2))
    labels, table = found.labels, found.probabilities.astype(np.float64)
    facts = judge(found, k=k).facts
    every, present = np.arange(classes), np.unique(labels)
    predicted = table.argmax(axis=1)
    assert facts["accuracy"] == pytest.approx(metrics.accuracy_score(labels, predicted), abs=EXACT)
    assert facts["k"] == min(k, classes)
    if classes > 2 and k < classes:
        top = metrics.top_k_accuracy_score(labels, table, k=k, labels=every)
        assert facts["top_k"] == pytest.approx(top, abs=EXACT)
    loss = metrics.log_loss(labels, table / table.sum(axis=1, keepdims=True), labels=every)
    assert facts["loss"] == pytest.approx(loss, abs=1e-6)  # float32 rows sum to 1 only so nearly
    true = table[np.arange(count), labels]
    assert facts["loss"] == pytest.approx(-np.log(true).mean(), abs=EXACT)
    np.testing.assert_array_equal(
        facts["confusion_matrix"], metrics.confusion_matrix(labels, predicted, labels=every)
    )
    report = metrics.precision_recall_fscore_support(
        labels, predicted, labels=every, zero_division=0
    )
    rows = facts["per_class"]
    np.testing.assert_allclose(
        [(row.precision, row.recall, row.f1, row.support) for row in rows],
        np.array(report).T,
        atol=EXACT,
        rtol=0,
    )
    f1 = metrics.f1_score(labels, predicted, labels=present, average="macro", zero_division=0)
    assert facts["macro_f1"] == pytest.approx(f1, abs=EXACT)
    precisions = [metrics.average_precision_score(labels == c, table[:, c]) for c in present]
    np.testing.assert_allclose(
        [rows[c].average_precision for c in present], precisions, atol=EXACT, rtol=0
    )
    assert facts["mean_average_precision"] == pytest.approx(np.mean(precisions), abs=EXACT)
    for number, row in enumerate(rows):
        of_class = labels == number
        if of_class.all() or not of_class.any():
            assert row.roc_auc is None
        else:
            area = metrics.roc_auc_score(of_class, table[:, number])
            assert row.roc_auc == pytest.approx(area, abs=EXACT)


def shown() -> tuple[Predictions, Judged]:
    found = some(900, 7, 5)
    return found, judge(found, k=2)


def test_it_says_how_sure_it_is_of_every_number() -> None:
    found, judged = shown()
    facts = judged.facts
    assert tuple(facts["intervals"]) == HEADLINES
    for name, (low, high) in facts["intervals"].items():
        assert 0 <= low <= facts[name] <= high
        assert low < high
    for row in facts["per_class"]:
        for share, interval in (
            (row.precision, row.precision_interval),
            (row.recall, row.recall_interval),
        ):
            assert interval is not None
            assert interval[0] < share < interval[1]
    assert sum(one.count for one in facts["reliability"]) == found.count
    assert sum(facts["confidence_right"]) == np.count_nonzero(~found.wrong)
    assert sum(facts["confidence_wrong"]) == np.count_nonzero(found.wrong)
    assert judge(found, k=2).facts == facts
    assert sum(facts["ranks"]) == found.count
    assert facts["ranks"][0] == np.count_nonzero(~found.wrong)
    assert sum(facts["ranks"][:2]) / found.count == facts["top_k"]


def test_mistakes_go_by_the_numbers_of_the_dataset_most_confident_first() -> None:
    found, judged = shown()
    mistakes = judged.facts["mistakes"]
    assert len(mistakes) == min(np.count_nonzero(found.wrong), MISTAKE_LIMIT) == MISTAKE_LIMIT
    sure = [mistake.confidence for mistake in mistakes]
    assert sure == sorted(sure, reverse=True)
    place = found.ids.tolist().index(mistakes[0].sample)
    assert found.confidence[place] == found.confidence[found.wrong].max()
    assert mistakes[0].true == found.class_names[found.labels[place]]
    assert mistakes[0].predicted == found.class_names[found.predicted[place]]


def test_it_can_be_ended_on_the_way() -> None:
    left = iter(range(3))

    def step() -> None:
        if next(left, None) is None:
            raise Cancelled("Stopped.", "Somebody asked.", "Again.")

    with pytest.raises(Cancelled):
        judge(some(50, 4, 0), k=1, step=step)
