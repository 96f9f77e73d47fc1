"""Calibrating a model: what the component `calibrate` does when its node's turn comes."""

from __future__ import annotations

from typing import Any

from studio.compute.context import Context, Data, TrainedModel
from studio.compute.evaluation import part_of
from studio.core.calibration import CalibrateParams
from studio.core.catalog import plain
from studio.core.errors import InvalidInput
from studio.core.pipeline import Node


def calibrate(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Make a model of the studio as sure as it is right, and keep it as a new one.

    Raises:
        InvalidInput: It is a model of another program, or for other classes, or there are no samples to calibrate on.
        Cancelled: Somebody asked for it.
    """
    from studio.ml.calibrate import calibrate as fit

    params: CalibrateParams = context.params(node)
    data: Data = inputs["dataset"]
    model: TrainedModel = inputs["model"]
    if model.config is None or model.keras is None:
        raise InvalidInput(
            f"{model.title} cannot be calibrated.",
            "It comes from another program, and the studio does not change its weights.",
            "Calibrate it where it was made, or train a model here.",
        )
    if model.class_names != data.manifest.class_names:
        raise InvalidInput(
            f"{model.title} is for other classes than {data.title} has.",
            "It is calibrated on samples like those it was trained on.",
            "Choose the dataset version it was trained on.",
        )
    part = part_of(context, data, model, params.split)
    if not part.split.count:
        raise InvalidInput(
            f"The {params.split} part of {data.title} has no labelled samples.",
            "A temperature is fitted on samples that the model has not learned from.",
            "Train with a validation share, or calibrate on the test part.",
        )
    found = fit(model.keras, part.split, emit=context.emit, should_stop=context.should_stop)
    kept, _ = context.keep_model(model.keras, model.config, model.class_names, model.spec.shape)
    facts = {
        "of": model.title,
        "split": params.split,
        "samples": part.split.count,
        "model": plain(model.config),
        **found._asdict(),
    }
    context.emit.result({"calibration": facts})
    context.emit.log(
        f"Temperature {found.temperature:.3f}: expected calibration error {found.before:.4f} before, "
        f"{found.after:.4f} after, on {part.split.count:,} {params.split} samples, cross-fitted."
    )
    return {"model": kept}
