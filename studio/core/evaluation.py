"""Evaluations: how good a trained model is on samples it has never seen, as facts that can be compared."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

Interval = tuple[float, float]
"""Lower and upper end."""

MISTAKE_LIMIT = 200
"""An evaluation keeps this many mistakes, the most confident ones."""


class ClassEvaluation(BaseModel):
    """How well one class is told from the others. Shares are 0-1; a share of nothing is 0.

    Args:
        support: Number of the class's samples.
        roc_auc: Area under the ROC curve; None where there are no samples of the class, or of no other.
        precision_interval, recall_interval: 95 % Wilson intervals; None where the share is one of nothing, and in
            evaluations of earlier versions of the studio.
    """

    model_config = ConfigDict(frozen=True)

    class_name: str
    precision: float
    recall: float
    f1: float
    support: int
    average_precision: float
    roc_auc: float | None = None
    precision_interval: Interval | None = None
    recall_interval: Interval | None = None


class ReliabilityBin(BaseModel):
    """Samples about whose answer the model was about equally sure.

    Args:
        count: How many.
        confidence: Mean probability of the answers; 0 for no samples.
        accuracy: Share of right answers; 0 for no samples.
    """

    model_config = ConfigDict(frozen=True)

    count: int
    confidence: float
    accuracy: float


class Mistake(BaseModel):
    """A test sample that the model took for something else.

    Args:
        sample: Row of the sample in its dataset version.
        true: Name of its class.
        predicted: Name of the class the model found most likely.
        confidence: Probability the model gave to `predicted`, 0-1.
        true_confidence: Probability the model gave to `true`, 0-1.
    """

    model_config = ConfigDict(frozen=True)

    sample: int
    true: str
    predicted: str
    confidence: float
    true_confidence: float


class Evaluation(BaseModel):
    """A model judged on one part of a dataset version.

    Fields with a default came later: evaluations made before have the default.

    Args:
        dataset: `name:version` of the dataset.
        class_names: Names of the classes, in the order of the model's outputs.
        test_count: Number of samples it was judged on.
        accuracy: Share of the samples whose most likely class is the true one.
        top_k: Share of the samples whose true class is among the `k` most likely.
        k: How many classes that was: the wanted number, or all classes where there are fewer.
        loss: Mean cross-entropy of the true class, whatever loss the model was trained with.
        mean_average_precision: Mean of the classes' average precision, over classes with test samples.
        per_class: One row a class, in the order of `class_names`.
        confusion_matrix: Counts; rows are true classes, columns predicted ones.
        milliseconds_per_sample: Median time of the `.tflite` file, one sample at a time, one thread: what
            an endpoint serves.
        milliseconds_per_sample_batched: The same file and thread, many samples at a time.
        agreement: Share of the test samples where `.tflite` and `.keras` name the same class.
        mistakes: The most confident mistakes, most confident first, up to 200.
        model_size_bytes: Format (`keras`, `tflite`) -> size of the file in bytes.
        parameters: Number of the model's parameters; 0 where unknown.
        split: The part: "train", "validation", "test" or "all".
        model: `name:version` or `run/NAME` of a model that was there before; "" for the one the run trained.
        not_judged: Labelled samples left out because the model does not know their class.
        macro_f1: Mean of the classes' F1, over classes with samples.
        expected_calibration_error: How far confidence and accuracy lie apart, averaged over the samples in 15 bins.
        reliability: 15 equal bins of confidence, from 0 to 1.
        confidence_right, confidence_wrong: Right and wrong answers in 20 equal bins of confidence.
        intervals: Name of a headline number -> its 95 % bootstrap interval.
        ranks: How many samples' true class is the most likely one, the second most likely, and so on, up to 100: from
            these follows the top-k accuracy of any k.
        base: As `DatasetManifest.base`: sample numbers mean the same in evaluations with this base; "" where unknown.
        answers: "ids", "labels", "probabilities" -> digest of what the model answered; empty where unknown.
    """

    model_config = ConfigDict(frozen=True)

    dataset: str
    class_names: tuple[str, ...]
    test_count: int
    accuracy: float
    top_k: float
    k: int
    loss: float
    mean_average_precision: float
    per_class: tuple[ClassEvaluation, ...]
    confusion_matrix: tuple[tuple[int, ...], ...]
    milliseconds_per_sample: float
    milliseconds_per_sample_batched: float
    agreement: float
    mistakes: tuple[Mistake, ...]
    model_size_bytes: dict[str, int]
    parameters: int
    split: str = "test"
    model: str = ""
    not_judged: int = 0
    macro_f1: float | None = None
    expected_calibration_error: float | None = None
    reliability: tuple[ReliabilityBin, ...] = ()
    confidence_right: tuple[int, ...] = ()
    confidence_wrong: tuple[int, ...] = ()
    intervals: dict[str, Interval] = {}
    ranks: tuple[int, ...] = ()
    base: str = ""
    answers: dict[str, str] = {}

    def top(self, k: int) -> float | None:
        """Return the share of the samples whose true class is among the `k` most likely; None where nobody knows.

        Args:
            k: 1 to 100; more than all classes are all classes.
        """
        k = min(k, len(self.class_names))
        if k == self.k:
            return self.top_k
        if len(self.ranks) < k:
            return 1.0 if k == len(self.class_names) else None
        return sum(self.ranks[:k]) / self.test_count

    def headline(self) -> dict[str, Any]:
        """Return the numbers that tables of models compare, without the per-class and per-sample ones."""
        return self.model_dump(mode="json", exclude=_DETAILS)


_DETAILS = {
    "class_names", "per_class", "confusion_matrix", "mistakes", "reliability", "confidence_right", "confidence_wrong",
    "ranks", "base", "answers",
}  # fmt: skip


class EvaluationRecord(BaseModel):
    """An evaluation in a list: what is known of it without opening its files.

    Args:
        run: Name of the run that made it.
        kind: Of that run: training, search, calibration or evaluation.
        title: `name:version` of the registered model, else the name of the run that trained it.
        model: Reference to the model: `name:version`, or `run/NAME`.
        dataset: `name:version` of the dataset it was judged on.
        split: The part: "train", "validation", "test" or "all".
        created: Unix seconds when the run was submitted.
        headline: As `Evaluation.headline`.
        has_predictions: Whether the answers for each sample are kept; they are not in evaluations made before.
    """

    model_config = ConfigDict(frozen=True)

    run: str
    kind: str
    title: str
    model: str
    dataset: str
    split: str
    created: float
    headline: dict[str, Any]
    has_predictions: bool
