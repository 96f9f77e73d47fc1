"""Steps of inference pipelines: pinned transforms, rows without a class, answers kept as tables."""

from __future__ import annotations

from typing import Any

from studio.compute.context import Context, Data, Step
from studio.compute.frames import open_table
from studio.core.components_inference import FittedParams, SaveTableParams
from studio.core.dataset import SplitConfig
from studio.core.errors import InvalidInput
from studio.core.names import check_name
from studio.core.pipeline import Node
from studio.core.port_values import PredictionsValue, TableValue, TransformValue
from studio.tables import describe, read_parquet
from studio.workspace import table_manifest


def web_input(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Refuse: there is no request.

    Raises:
        InvalidInput: Always.
    """
    raise InvalidInput(
        "A real-time inference pipeline cannot be submitted as a run.",
        "Its samples come with a request, and a run has none.",
        "Deploy it to an endpoint, or convert the training pipeline to a batch inference pipeline.",
    )


def web_output(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Do nothing: where there is no request, nobody waits for the answers."""
    return {}


def fitted(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Give what a training learned."""
    params: FittedParams = context.params(node)
    return {
        "transform": TransformValue(
            title=params.title, component=params.learned_by, fitted=dict(params.fitted)
        )
    }


def rows(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Make samples of rows whose class is not known."""
    value: TableValue = inputs["table"]
    frame, _ = open_table(context.artifacts, value)
    manifest = table_manifest(
        context.artifacts, frame, SplitConfig(), source={"kind": "pipeline"}, columns=value.columns
    )
    return {"dataset": Data(value.title or "rows", manifest)}


def predictions_table(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Give the table of a model's answers."""
    value: PredictionsValue = inputs["predictions"]
    columns = describe(read_parquet(context.artifacts.path(value.table)))
    table = TableValue(title=value.title, parquet=value.table, columns=columns, count=value.count)
    return {"table": table}


def save_table(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Announce rows as a version of a table, which the worker records; once, however often the run is killed.

    Raises:
        InvalidInput: The name is not possible.
    """
    params: SaveTableParams = context.params(node)
    value: TableValue = inputs["table"]
    name = check_name("dataset", params.name)
    frame, codes = open_table(context.artifacts, value)
    manifest = table_manifest(
        context.artifacts,
        frame,
        SplitConfig(),
        codes=codes,
        columns=value.columns,
        source={"kind": "made", "run": context.spec.run},
    )
    message = params.message or f"Made by the run {context.spec.run}."
    context.emit.dataset(name, manifest, author="", message=message[:400])
    context.emit.log(f"{manifest.count:,} rows are kept as a version of {name}.")
    return {"table": value}


STEPS: dict[str, Step] = {
    "web_input": web_input,
    "web_input_table": web_input,
    "web_output": web_output,
    "fitted": fitted,
    "rows": rows,
    "predictions_table": predictions_table,
    "save_table": save_table,
}
