"""An evaluation says what scikit-learn says about the same answers, and what an endpoint would serve."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics

from studio.core.errors import Cancelled, InvalidInput, StudioError
from studio.core.evaluation import MISTAKE_LIMIT, Evaluation
from studio.ml import evaluate as evaluate_module
from studio.ml.arrays import Split, load_split
from studio.ml.build import build
from studio.ml.evaluate import Judgement, Part, Subject, evaluate
from tests.ml.conftest import CONFIG, SHAPE, Arrays, Heard, Training

NAMES = tuple(f"digit {number}" for number in range(10))


@pytest.fixture(scope="module")
def split(digits: Arrays) -> Split:
    return load_split(digits.samples, digits.labels, digits.codes, 2)


def judged(training: Training, split: Split, **changed) -> Judgement:
    settings = {"k": 3, "emit": Heard(), **changed}
    sizes = {"tflite": len(training.tflite), "keras": 123}
    model = settings.pop("model", training.trained.model)
    with tempfile.TemporaryDirectory() as folder:
        return evaluate(
            Subject(model, training.predictor, sizes),
            Part(split, "digits:1"),
            settings.pop("class_names", NAMES),
            out=Path(folder) / "predictions.npy",
            **settings,
        )


def judge(training: Training, split: Split, **changed) -> Evaluation:
    return judged(training, split, **changed).evaluation


@pytest.fixture(scope="module")
def evaluation(training: Training, split: Split) -> Evaluation:
    return judge(training, split)


def test_it_equals_scikit_learn(training: Training, split: Split, evaluation: Evaluation) -> None:
    probabilities = np.asarray(training.trained.model.predict_on_batch(split.samples))
    predicted, labels = probabilities.argmax(axis=1), split.labels
    assert evaluation.test_count == split.count == 539
    assert evaluation.accuracy == pytest.approx(metrics.accuracy_score(labels, predicted))
    assert evaluation.top_k == pytest.approx(
        metrics.top_k_accuracy_score(labels, probabilities, k=3)
    )
    assert evaluation.loss == pytest.approx(metrics.log_loss(labels, probabilities), rel=1e-4)
    matrix = metrics.confusion_matrix(labels, predicted)
    np.testing.assert_array_equal(evaluation.confusion_matrix, matrix)
    report = metrics.precision_recall_fscore_support(labels, predicted, zero_division=0)
    rows = [(r.precision, r.recall, r.f1, r.support) for r in evaluation.per_class]
    np.testing.assert_allclose(rows, np.array(report).T)
    precisions = [
        metrics.average_precision_score(labels == c, probabilities[:, c]) for c in range(10)
    ]
    found = [row.average_precision for row in evaluation.per_class]
    np.testing.assert_allclose(found, precisions, atol=1e-6)
    assert evaluation.mean_average_precision == pytest.approx(np.mean(precisions), abs=1e-6)


def test_it_carries_the_facts_of_the_comparison_table(
    training: Training, evaluation: Evaluation
) -> None:
    assert evaluation.accuracy > 0.9
    assert evaluation.agreement == 1.0
    assert (evaluation.k, evaluation.dataset) == (3, "digits:1")
    assert evaluation.class_names == NAMES
    assert evaluation.parameters == training.trained.model.count_params()
    assert evaluation.model_size_bytes == {"tflite": len(training.tflite), "keras": 123}
    assert 0 < evaluation.milliseconds_per_sample < 50
    assert 0 < evaluation.milliseconds_per_sample_batched < 50
    assert Evaluation.model_validate_json(evaluation.model_dump_json()) == evaluation


def test_mistakes_are_rows_of_the_dataset_most_confident_first(
    digits: Arrays, evaluation: Evaluation
) -> None:
    mistakes = evaluation.mistakes
    assert len(mistakes) == round((1 - evaluation.accuracy) * evaluation.test_count)
    confidences = [mistake.confidence for mistake in mistakes]
    assert confidences == sorted(confidences, reverse=True)
    for mistake in mistakes:
        assert NAMES[digits.labels[mistake.sample]] == mistake.true != mistake.predicted
        assert digits.codes[mistake.sample] == 2
        assert mistake.true_confidence <= mistake.confidence


def test_only_the_most_confident_mistakes_are_kept(training: Training, split: Split) -> None:
    untrained = build(CONFIG, SHAPE, 10, seed=3)
    found = judge(training, split, model=untrained)
    assert found.accuracy < 0.5
    assert len(found.mistakes) == MISTAKE_LIMIT
    assert found.agreement < 0.5


def test_a_split_on_disk_is_judged_alike(
    training: Training,
    digits: Arrays,
    evaluation: Evaluation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    on_disk = load_split(digits.samples, digits.labels, digits.codes, 2, memory_limit=0)
    monkeypatch.setattr(evaluate_module, "BATCH_SIZES", (16,))
    heard = Heard()
    found = judge(training, on_disk, emit=heard)
    assert found.confusion_matrix == evaluation.confusion_matrix
    assert found.mean_average_precision == pytest.approx(evaluation.mean_average_precision)
    assert heard.progresses[0].done == 16
    assert heard.progresses[-1].done == heard.progresses[-1].total == 539
    assert heard.progresses[-1].unit == "samples"


def test_the_answers_themselves_are_kept(training: Training, split: Split) -> None:
    found = judged(training, split)
    predictions = found.predictions
    assert predictions.class_names == found.curves.class_names == NAMES
    np.testing.assert_array_equal(predictions.ids, split.ids)
    np.testing.assert_array_equal(predictions.labels, split.labels)
    answers = training.trained.model.predict_on_batch(split.samples)
    np.testing.assert_allclose(predictions.probabilities, answers, atol=1e-6)
    assert np.mean(~predictions.wrong) == found.evaluation.accuracy
    assert predictions.loss.mean() == pytest.approx(found.evaluation.loss)


def test_a_model_of_another_program_is_judged_as_exported(
    training: Training, split: Split, evaluation: Evaluation
) -> None:
    found = judge(training, split, model=None)
    assert (found.parameters, found.agreement) == (0, 1.0)
    assert found.confusion_matrix == evaluation.confusion_matrix


def test_k_is_at_most_all_classes(training: Training, split: Split) -> None:
    found = judge(training, split, k=100)
    assert (found.k, found.top_k) == (10, 1.0)


def test_classes_without_test_samples_do_not_count_into_the_mean(
    training: Training, digits: Arrays
) -> None:
    labels = np.where(digits.labels == 3, -1, digits.labels)
    without = load_split(digits.samples, labels, digits.codes, 2)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        found = judge(training, without)
    assert not said
    assert found.per_class[3].support == 0
    assert (found.per_class[3].recall, found.per_class[3].average_precision) == (0, 0)
    rest = [row.average_precision for row in found.per_class if row.support]
    assert found.mean_average_precision == pytest.approx(np.mean(rest))


def test_a_stop_is_heeded(training: Training, split: Split) -> None:
    with pytest.raises(Cancelled, match=r"stopped after \d+ of 539"):
        judge(training, split, should_stop=lambda: True)


def test_nothing_to_judge_on_is_refused(training: Training, digits: Arrays) -> None:
    empty = load_split(digits.samples, digits.labels, np.zeros_like(digits.codes), 2)
    with pytest.raises(InvalidInput, match="no labelled samples"):
        judge(training, empty)


@pytest.mark.parametrize("names", [NAMES[:9], (*NAMES, "more")])
def test_a_model_for_other_classes_is_refused(
    training: Training, split: Split, names: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidInput, match="10 classes"):
        judge(training, split, class_names=names)


def test_answers_that_are_no_numbers_are_refused(training: Training, split: Split) -> None:
    model = build(CONFIG, SHAPE, 10)
    model.set_weights([weights * np.nan for weights in model.get_weights()])
    with pytest.raises(StudioError, match="no numbers"):
        judge(training, split, model=model)
