"""An inference pipeline against the training it was made from: held-out samples through both."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from studio.compute.context import Context, Data, StepProgress, TrainedModel
from studio.compute.frames import keep_table, open_table
from studio.compute.rebuild import Rows, taken
from studio.compute.scoring import answered, subject_of
from studio.compute.traced import LOST, Outputs, held_out, main_output, traced
from studio.compute.values import view
from studio.core.components_inference import EquivalenceParams
from studio.core.conversion import chosen_chain, path_to, source_of, target_of
from studio.core.draft import Draft, parse_draft
from studio.core.equivalence import Equivalence, compare_answers
from studio.core.errors import Conflict
from studio.core.inference import inference_of
from studio.core.pipeline import Node, component_of
from studio.core.port_values import (
    DatasetValue,
    MetricsValue,
    ModelValue,
    PortValue,
    PredictionsValue,
    TableValue,
    parse_value,
)
from studio.core.sample_blocks import walk
from studio.core.samples import Words
from studio.processes import start_program
from studio.tables import Frame, read_parquet, records_of, select, take
from studio.tables.sql import IN_A_REQUEST, Queries
from studio.workspace import preparation

Answers = NDArray[np.float32]
ALONE, TOGETHER = 16, 61
"""So many samples are asked about one by one, as in a request, the others so many at a time."""


def compare_with_training(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Replay held-out samples through both, from the source on.

    What the training says is what its own model says about the samples that the run prepared. What the inference
    pipeline says is worked out anew from the samples of the source that these were made of.

    Raises:
        Conflict: They differ, or cannot be compared.
        Cancelled, Paused: Somebody asked for it.
    """
    params: EquivalenceParams = context.params(node)
    served: TrainedModel = inputs["model"]
    training, inference = parse_draft(params.training), parse_draft(params.inference)
    outputs = _outputs(params)
    chain = chosen_chain(training.pipeline, params.node)
    source, port = source_of(training.pipeline, chain)
    path = path_to(training.pipeline, source)
    data: Data = view(outputs[source][port], context.artifacts)
    trained = _trained(context, outputs, chain, served)
    _check_classes(trained, served)
    rows = held_out(context, data, params.samples)
    places = traced(context, training.pipeline, path, outputs, rows)
    left_out = int(np.count_nonzero(places == LOST))
    rows, places = rows[places != LOST], places[places != LOST]
    if not len(rows):
        raise Conflict(
            "There is no held-out sample to replay.",
            "None of those that the training prepared can be found in its source.",
            "Give the training a test part, and run it again.",
        )
    said = _training_answers(context, data, trained, rows)
    begun = main_output(outputs[path[0]])
    if inference.kind == "realtime":
        answers = _in_requests(context, inference, begun, places, served)
    else:
        target = target_of(training.pipeline, path, outputs)
        answers = _in_a_batch(context, inference, begun, places, served, target)
    if len(answers) != len(said):
        raise Conflict(
            f"The inference pipeline gives {len(answers):,} answers for {len(said):,} samples.",
            "Every sample has to get one.",
            "Leave out the step that chooses among samples, such as a query with WHERE.",
        )
    names = [f"sample {place:,} of {begun.title or 'the source'}" for place in places.tolist()]
    largest = compare_answers(said, answers, served.class_names, names)
    result = Equivalence(samples=len(rows), left_out=left_out, largest=largest, model=served.title)
    return {"metrics": _reported(context, params, inference, result)}


def _reported(
    context: Context, params: EquivalenceParams, inference: Draft, result: Equivalence
) -> MetricsValue:
    """Say what was found, and which draft may be made now."""
    context.emit.log(
        f"{result.samples:,} held-out samples get the same answers, to within {result.largest:.1e}."
    )
    told = result.model_dump(mode="json")
    file = context.artifacts.put(json.dumps(told).encode(), "equivalence.json")
    context.emit.artifact(file)
    context.emit.result({"equivalence": told})
    headline: dict[str, float | int | str | None] = {
        "samples": result.samples,
        "largest_difference": result.largest,
    }
    return MetricsValue(
        title=f"{params.run} as {inference.kind}",
        kind="equivalence",
        headline=headline,
        file=file.digest,
    )


def _outputs(params: EquivalenceParams) -> Outputs:
    return {
        node: {port: parse_value(value) for port, value in ports.items()}
        for node, ports in params.outputs.items()
    }


def _trained(
    context: Context, outputs: Outputs, chain: tuple[str, ...], served: TrainedModel
) -> TrainedModel:
    """Return the model as the training left it; the served one where nothing was trained."""
    for node in reversed(chain):
        for value in outputs.get(node, {}).values():
            if isinstance(value, ModelValue):
                return cast(TrainedModel, view(value, context.artifacts))
    return served


def _check_classes(trained: TrainedModel, served: TrainedModel) -> None:
    if trained.class_names != served.class_names:
        raise Conflict(
            f"{served.title} knows other classes than the training.",
            f"They are {', '.join(served.class_names[:6])}; those of the training "
            f"{', '.join(trained.class_names[:6])}.",
            "Let the alias point at the model of this run.",
        )


def _training_answers(context: Context, data: Data, model: TrainedModel, rows: Rows) -> Answers:
    subject = subject_of(context, data, model)
    progress = StepProgress(context, "comparison")
    found = []
    for _, _, probabilities in answered(subject, rows, 0):
        found.append(probabilities)
        progress(sum(map(len, found)), len(rows), "samples", "asking as the training does")
    return np.concatenate(found)


def _in_requests(
    context: Context, inference: Draft, begun: PortValue, places: Rows, model: TrainedModel
) -> Answers:
    """Ask as an endpoint does: samples as a request brings them, alone and several at a time."""
    if model.config is not None and model.config.input == "strokes":
        assert isinstance(begun, DatasetValue)
        return _training_answers(context, view(begun, context.artifacts), model, places)
    recipe = inference_of(inference)
    prepare = preparation(recipe, model.spec.table, Queries(start_program, IN_A_REQUEST).ask)
    progress = StepProgress(context, "comparison")
    found: list[Answers] = []
    for block in _blocks(context, begun, places, [c.name for c in recipe.input.columns]):
        found.append(model.predictor.predict(prepare(block)))
        progress(sum(map(len, found)), len(places), "samples", "asking as an endpoint does")
    return np.concatenate(found)


def _blocks(context: Context, begun: PortValue, places: Rows, columns: list[str]) -> Any:
    """Yield samples as requests bring them: pixels, texts, or rows that went through JSON without the target."""
    frame = _frame(context, begun)
    samples: Any = None if frame is not None else _samples(context, begun)
    cuts = [*range(min(ALONE, len(places))), *range(ALONE, len(places), TOGETHER)]
    for start, end in zip(cuts, [*cuts[1:], len(places)], strict=True):
        wanted = places[start:end]
        if frame is None:
            for _, block in walk(samples, wanted):
                yield block
            continue
        rows = records_of(take(frame, wanted))
        sent = [{name: row.get(name) for name in columns} for row in rows]
        yield json.loads(json.dumps(sent))


def _frame(context: Context, value: PortValue) -> Frame | None:
    if isinstance(value, TableValue):
        return open_table(context.artifacts, value)[0]
    assert isinstance(value, DatasetValue)
    if value.manifest.task != "table":
        return None
    return read_parquet(context.artifacts.path(value.manifest.samples))


def _samples(context: Context, value: PortValue) -> Any:
    assert isinstance(value, DatasetValue)
    return cast(Words, context.artifacts.open_samples(value.manifest.samples))


def _in_a_batch(
    context: Context,
    inference: Draft,
    begun: PortValue,
    places: Rows,
    model: TrainedModel,
    target: str,
) -> Answers:
    """Carry the inference pipeline out as a run does, about these samples only, rows without the target column."""
    from studio.compute.steps import STEPS

    pipeline = inference.bind()
    spec = context.spec.model_copy(update={"pipeline": pipeline})
    folder = replace(context.folder, path=context.folder.checkpoints / "equivalence")
    folder.path.mkdir(parents=True, exist_ok=True)
    inner = replace(context, spec=spec, folder=folder)
    score = next(node.id for node in pipeline.nodes if node.component == "score")
    source = path_to(pipeline, pipeline.inputs(score)["dataset"][0])[0]
    outputs: dict[str, dict[str, Any]] = {}
    for node_id in pipeline.order():
        node = pipeline.node(node_id)
        fed = pipeline.inputs(node_id)
        if node_id == source:
            outputs[node_id] = {_only_port(node): _some(context, begun, places, target)}
        elif node.component == "model":
            outputs[node_id] = {"model": model}
        elif all(before in outputs for before, _ in fed.values()):
            given = {port: outputs[before][out] for port, (before, out) in fed.items()}
            outputs[node_id] = STEPS[node.component](inner, node, given)
        if node_id == score:
            break
    told: PredictionsValue = outputs[score]["predictions"]
    order = np.asarray(context.artifacts.open_array(told.ids)).argsort(kind="stable")
    return np.asarray(context.artifacts.open_array(told.probabilities))[order]


def _some(context: Context, value: PortValue, places: Rows, target: str) -> Any:
    """Return some samples of a value, in the order asked for, as a step takes them."""
    if isinstance(value, TableValue):
        rows = take(open_table(context.artifacts, value)[0], places)
        if target in rows.column_names:
            rows = select(rows, [target], keep=False)
        return keep_table(context.artifacts, rows)
    data: Data = view(value, context.artifacts)
    manifest = taken(context, data, places, lambda done: None)
    return Data(data.title, manifest)


def _only_port(node: Node) -> str:
    return next(iter(component_of(node).outputs))
