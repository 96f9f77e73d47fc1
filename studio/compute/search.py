"""Searching settings: what the component `search` does when its node's turn comes."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.compute.base import Paused
from studio.compute.context import Context, Data
from studio.compute.training import trainer
from studio.core.augmentation import fitting
from studio.core.configs import ModelConfig
from studio.core.control import RunControl
from studio.core.dataset import TEST, TRAIN, VALIDATION, origin
from studio.core.errors import Cancelled, InvalidInput
from studio.core.pipeline import Node
from studio.core.port_values import UntrainedValue
from studio.core.search import SearchParams
from studio.core.training import TrainingConfig
from studio.core.untrained import search_of


def search(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Train with one setting after the other, going on where a killed search was, and store the best model.

    Raises:
        InvalidInput: A split is empty.
        Paused, Cancelled: Somebody asked for it.
    """
    from studio.ml.arrays import TrainingData, load_training_data
    from studio.ml.search import search as search_best
    from studio.ml.train import Emit, Trained

    params: SearchParams = context.params(node)
    data: Data = inputs["dataset"]
    given = inputs.get("model")
    params = search_of(params, given.config if isinstance(given, UntrainedValue) else None)
    models = {name: context.fitted(data, config) for name, config in params.models.items()}
    params = params.model_copy(update={"models": models})
    _, known, stored = context.arrays(data, next(iter(params.models.values())))
    labels = np.asarray(known)
    codes = _divided(labels, np.array(stored), params, data.title)

    @functools.lru_cache(maxsize=1)
    def loaded(reads: ModelConfig) -> TrainingData:
        samples, _, _ = context.arrays(data, reads)
        return load_training_data(samples, labels, codes, len(data.manifest.class_names))

    def train_one(
        config: ModelConfig,
        training: TrainingConfig,
        checkpoints: Path,
        emit: Emit,
        control: Callable[[], RunControl],
    ) -> Trained:
        suited, _ = fitting(training, config.input)
        samples = loaded(config.model_copy(update={"layers": ()}))
        return trainer(context, data, config)(
            config, suited, samples, checkpoints=checkpoints, emit=emit, control=control
        )

    found = search_best(
        params,
        train_one,
        folder=context.checkpoints(node),
        emit=context.emit,
        control=context.control,
    )
    if found.paused:
        raise Paused
    if found.cancelled or found.trial is None or found.config is None or found.training is None:
        raise Cancelled(
            f"The search was cancelled after {len(found.trials):,} trials.",
            "Somebody asked for it.",
            "Submit it again; nothing of it was kept.",
        )
    context.stopped |= found.stopped
    manifest = data.manifest
    model, _ = context.keep_model(found.model, found.config, manifest.class_names, manifest.shape)
    model.spec = model.spec.model_copy(update={"dataset": origin(data.title)})
    states = [trial.state for trial in found.trials]
    facts = {
        "best_trial": found.trial.number,
        "value": found.trial.value,
        "objective": params.objective,
        "params": found.trial.params,
        "model": found.config.model_dump(mode="json"),
        "training": found.training.model_dump(mode="json"),
        "trials": len(states),
        **{state: states.count(state) for state in ("completed", "pruned", "stopped", "failed")},
    }
    context.emit.result({"search": facts, "training": found.facts})
    return {"model": model}


def _divided(
    labels: NDArray[np.int32], codes: NDArray[np.uint8], params: SearchParams, title: str
) -> NDArray[np.uint8]:
    """Return the split codes, with a part of the training split to validate on where there is nothing to do so.

    Trials must be compared on samples that they did not learn from, and that are not those of the final test.

    Raises:
        InvalidInput: There is nothing to test on, or too little to train and validate on.
    """
    known = labels >= 0
    if not np.any(known & (codes == TEST)):
        raise InvalidInput(
            f"The test split of {title} has no labelled samples.",
            "The best model of a search is judged by comparing its answers with known classes.",
            "Label samples of the test split, or choose a larger test share.",
        )
    if np.any(known & (codes == VALIDATION)):
        return codes
    draw = np.random.default_rng(params.seed)
    for number in np.unique(labels[known]):
        rows = np.flatnonzero((labels == number) & (codes == TRAIN))
        count = round(len(rows) * params.validation_share)
        codes[draw.permutation(rows)[:count]] = VALIDATION
    if not np.any(known & (codes == VALIDATION)):
        raise InvalidInput(
            f"The training split of {title} has too few labelled samples.",
            "A part of them is needed to compare trials on.",
            "Label more samples, or choose a larger validation share.",
        )
    return codes
