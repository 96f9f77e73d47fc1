"""Putting evaluations side by side."""

from __future__ import annotations

from typing import Any

from studio.compute.context import Context
from studio.core.cross_validation import CrossValidation
from studio.core.errors import InvalidInput
from studio.core.evaluation import Evaluation
from studio.core.metric_comparison import Number, compare_metrics
from studio.core.pipeline import Node
from studio.core.port_values import MetricsValue
from studio.core.predictions import Predictions

PORTS = ("first", "second", "third")


def compare(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Put two or three judgements side by side, with the differences where both judged the same samples.

    Raises:
        InvalidInput: One of them is no judgement of a model.
    """
    rows: dict[str, dict[str, Number]] = {}
    answers: dict[str, Predictions | None] = {}
    for port in PORTS:
        if port not in inputs:
            continue
        value: MetricsValue = inputs[port]
        rows[port] = value.headline
        answers[port] = _answers(context, port, value)
    found = compare_metrics(rows, answers)
    content = found.model_dump_json(indent=1).encode()
    report = context.artifacts.put(content, "comparison.json")
    context.emit.artifact(report)
    for line in (*(difference.sentence for difference in found.differences), *found.apart):
        context.emit.log(line)
    headline = found.headline()
    context.emit.result({"comparison": headline})
    return {"metrics": MetricsValue(kind="comparison", headline=headline, file=report.digest)}


def _answers(context: Context, port: str, value: MetricsValue) -> Predictions | None:
    """Return what was answered for each sample; None for judgements that do not keep it."""
    found: Evaluation | CrossValidation
    content = context.artifacts.read(value.file)
    match value.kind:
        case "evaluation":
            found = Evaluation.model_validate_json(content)
        case "cross_validation":
            found = CrossValidation.model_validate_json(content)
        case _:
            raise InvalidInput(
                f"The {port} input has nothing to compare.",
                f"It gives a {value.kind} report, not how good a model is.",
                "Connect Evaluate model or Cross-validate.",
            )
    if not found.answers:
        return None
    ids, labels, probabilities = (
        context.artifacts.open_array(found.answers[part])
        for part in ("ids", "labels", "probabilities")
    )
    return Predictions(found.dataset, found.base, found.class_names, ids, labels, probabilities)
