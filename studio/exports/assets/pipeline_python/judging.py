"""Training, judging, asking, comparing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from studio.exports.assets.pipeline_python.data import TEST, TRAIN, VALIDATION, Data
from studio.exports.assets.pipeline_python.models import Reader, Untrained, build, layers
from studio.exports.assets.pipeline_python.tables import Table

OUTPUT = Path("output")
CODES = {"train": TRAIN, "validation": VALIDATION, "test": TEST}


@dataclass(frozen=True)
class Trained:
    """A model that has learned.

    Args:
        keras: The Keras model.
        reader: Makes of samples what it takes.
        class_names: Of its answers.
    """

    keras: Any
    reader: Reader
    class_names: list[str]

    def ask(self, samples: Any) -> Any:
        """Return the probability of every class for every sample, float32 (N, classes)."""
        return self.keras.predict(self.reader(samples), batch_size=256, verbose=0)


@dataclass(frozen=True)
class Predictions:
    """What a model answered.

    Args:
        probabilities: float32 (N, classes).
        labels: int32 (N,), the true classes, -1 for none.
        class_names: Of the columns.
    """

    probabilities: Any
    labels: Any
    class_names: list[str]


def train(
    dataset: Data,
    model: Untrained | None = None,
    model_setting: dict[str, Any] | None = None,
    epochs: int = 5,
    batch_size: int = 256,
    steps_per_epoch: int | None = None,
    learning_rate: float = 0.001,
    optimizer: str = "adam",
    loss: str = "sparse_categorical_crossentropy",
    seed: int = 0,
    keep: str = "best",
    early_stopping: int | None = None,
    early_stopping_delta: float = 0.0,
    class_weights: str = "none",
    label_smoothing: float = 0.0,
    weight_decay: float = 0.0,
    clip_norm: float | None = None,
    **others: Any,
) -> Trained:
    """Let a model learn from the training samples that have a class; it is kept as output/model.keras."""
    import keras

    if others:
        print(f"train: without the studio these settings do nothing: {', '.join(others)}.")
    chosen = model or layers(model=model_setting)
    rows = np.flatnonzero((dataset.codes == TRAIN) & (dataset.labels >= 0))
    learned = dataset.take(rows)
    reader = Reader(chosen, learned.samples)
    x, y = reader(learned.samples), learned.labels
    classes = len(dataset.class_names)
    built = build(chosen, x.shape[1:], classes, seed)
    weights = None
    if class_weights == "balanced":
        counts = np.maximum(np.bincount(y, minlength=classes), 1)
        weights = dict(enumerate((len(y) / (classes * counts)).tolist()))
    targets: Any = y
    losses: Any = "sparse_categorical_crossentropy"
    if loss != losses or label_smoothing:
        targets = np.eye(classes, dtype=np.float32)[y]
        losses = loss
        if loss != "mean_squared_error":
            losses = keras.losses.CategoricalCrossentropy(label_smoothing=label_smoothing)
    built.compile(
        keras.optimizers.get(
            {
                "class_name": optimizer,
                "config": {
                    "learning_rate": learning_rate,
                    **({"weight_decay": weight_decay} if weight_decay else {}),
                    **({"clipnorm": clip_norm} if clip_norm else {}),
                },
            }
        ),
        losses,
        metrics=["accuracy"],
    )
    watched = dataset.take(np.flatnonzero((dataset.codes == VALIDATION) & (dataset.labels >= 0)))
    validation = None
    if len(watched.labels):
        goal: Any = watched.labels if targets is y else np.eye(classes)[watched.labels]
        validation = (reader(watched.samples), goal)
    monitor = "val_loss" if validation else "loss"
    callbacks = []
    if early_stopping or keep == "best":
        callbacks.append(
            keras.callbacks.EarlyStopping(
                monitor=monitor,
                patience=early_stopping or epochs,
                min_delta=early_stopping_delta,
                restore_best_weights=keep == "best",
            )
        )
    built.fit(
        x,
        targets,
        epochs=epochs,
        batch_size=batch_size,
        steps_per_epoch=steps_per_epoch,
        validation_data=validation,
        class_weight=weights,
        callbacks=callbacks,
        verbose=2,
    )
    OUTPUT.mkdir(exist_ok=True)
    number = len([*OUTPUT.glob("model*.keras")])
    built.save(OUTPUT / ("model.keras" if not number else f"model-{number + 1}.keras"))
    return Trained(built, reader, dataset.class_names)


def _part(dataset: Data, split: str) -> Any:
    if split == "all":
        return np.arange(len(dataset.labels))
    return np.flatnonzero(dataset.codes == CODES[split])


def evaluate(model: Trained, dataset: Data, split: str = "test", top_k: int = 5) -> dict[str, Any]:
    """Judge a model on samples with known classes, and print how good it is."""
    rows = _part(dataset, split)
    judged = dataset.take(rows[dataset.labels[rows] >= 0])
    found, true = model.ask(judged.samples), judged.labels
    order = np.argsort(-found, axis=1, kind="stable")[:, :top_k]
    right = found[np.arange(len(true)), true]
    numbers = {
        "samples": len(true),
        "accuracy": float((order[:, 0] == true).mean()),
        "top_k": float((order == true[:, None]).any(axis=1).mean()),
        "loss": float(-np.log(np.maximum(right, 1e-7)).mean()),
    }
    print(json.dumps({"evaluate": split, **numbers}))
    return numbers


def score(model: Trained, dataset: Data, split: str = "test") -> Predictions:
    """Ask a model about samples."""
    asked = dataset.take(_part(dataset, split))
    return Predictions(model.ask(asked.samples), asked.labels, model.class_names)


def compare(
    first: dict[str, Any], second: dict[str, Any], third: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Put judgements side by side."""
    numbers = {"first": first, "second": second}
    if third is not None:
        numbers["third"] = third
    for name in first:
        print(name.ljust(10), *(str(each.get(name)).rjust(22) for each in numbers.values()))
    return numbers


def predictions_table(predictions: Predictions) -> Table:
    """Make a table of answers: one row a sample."""
    import pandas  # type: ignore[import-untyped]

    best = predictions.probabilities.argmax(axis=1)
    names = np.array([*predictions.class_names, None], object)
    columns = {
        "answer": names[best],
        "confidence": predictions.probabilities.max(axis=1),
        "class": names[predictions.labels],
    }
    return Table(pandas.DataFrame(columns))
