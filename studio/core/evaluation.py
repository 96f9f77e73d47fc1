"""Evaluations: how good a trained model is on samples it has never seen, as facts that can be compared."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

MISTAKE_LIMIT = 200
"""An evaluation keeps this many mistakes, the most confident ones."""


class ClassEvaluation(BaseModel):
    """How well one class is told from the others. Shares are 0-1; a share of nothing is 0."""

    model_config = ConfigDict(frozen=True)

    class_name: str
    precision: float
    recall: float
    f1: float
    support: int
    average_precision: float


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
    """A model judged on the test split of a dataset version.

    Args:
        dataset: `name:version` of the dataset.
        class_names: Names of the classes, in the order of the model's outputs.
        test_count: Number of labelled test samples.
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
        parameters: Number of the model's parameters.
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

    def headline(self) -> dict[str, float | int | str | dict[str, int]]:
        """Return the numbers that tables of models compare, without the per-class and per-sample ones."""
        return self.model_dump(exclude={"class_names", "per_class", "confusion_matrix", "mistakes"})
