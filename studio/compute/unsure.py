"""The step that keeps the samples a model is least sure of."""

from __future__ import annotations

from typing import Any

import numpy as np

from studio.compute.context import Context, StepProgress
from studio.compute.rebuild import kept_rows, named, taken
from studio.compute.values import Data
from studio.core.components_review import UnsureParams
from studio.core.dataset import UNLABELLED
from studio.core.errors import InvalidInput
from studio.core.pipeline import Node
from studio.core.port_values import PredictionsValue
from studio.core.ranking import margin
from studio.workspace.manifest import recount


def pick_unsure(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Keep the samples whose two likeliest classes are closest together, the closest first.

    Raises:
        InvalidInput: The predictions are not of this dataset, or rows of a table shall lose their classes.
    """
    params: UnsureParams = context.params(node)
    data: Data = inputs["dataset"]
    found: PredictionsValue = inputs["predictions"]
    ids = np.asarray(context.artifacts.open_array(found.ids))
    if len(ids) and not np.isin(ids, kept_rows(context, data)).all():
        raise InvalidInput(
            f"The predictions are not of {data.title}.",
            "They have samples that the dataset does not have.",
            "Connect the dataset that the model was asked about.",
        )
    if params.unlabelled and data.manifest.task == "table":
        raise InvalidInput(
            f"The rows of {data.title} cannot lose their classes.",
            "The class of a row is one of its columns.",
            "Switch that off.",
        )
    probabilities = np.asarray(context.artifacts.open_array(found.probabilities), np.float32)
    rows = ids[np.argsort(-margin(probabilities), kind="stable")[: params.count]]
    progress = StepProgress(context, "copy")
    manifest = taken(
        context, data, rows, lambda done: progress(done, len(rows), "samples", "copying")
    )
    if params.unlabelled:
        labels = np.full(len(rows), UNLABELLED, np.int32)
        digest = context.artifacts.put_array(labels, "labels.npy").digest
        bare = {"labels": digest, "boxes": "", "tags": "", "spans": ""}
        codes = context.artifacts.open_array(manifest.split)
        state = context.artifacts.open_array(manifest.state) if manifest.state else None
        manifest = recount(manifest.model_copy(update=bare), labels, codes, state)
    context.emit.log(f"{len(rows):,} of {len(ids):,} samples are kept, the least sure ones.")
    return {"dataset": named(data, node, "unsure", manifest)}
