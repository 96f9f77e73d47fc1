"""Steps of labelling sessions: put a queue in order, and have a model or a backend suggest answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from studio.compute.context import Context, Data, StepProgress
from studio.compute.session_files import read_session
from studio.core.errors import InvalidInput
from studio.core.label_answer import LabelValue
from studio.core.pipeline import Node
from studio.core.prelabels import prelabel_arrays
from studio.core.ranking import (
    OWN_SOURCE,
    PrelabelParams,
    RankParams,
    SessionFacts,
    describe_order,
)
from studio.core.sample_blocks import is_text, walk
from studio.core.samples import Images, Words
from studio.core.table import TableSettings, encode_rows
from studio.tables import read_parquet, values_of
from studio.workspace import features_of, samples_of, store_prelabels

Found = Iterator[tuple[int, LabelValue, float]]
Samples = Any
"""Pictures, texts, or float32 (N, columns) of rows."""


def rank(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Put a session's queue in order, and suggest answers where there are enough to learn from."""
    from studio.quality.ranking import rank as put_in_order

    params: RankParams = context.params(node)
    data: Data = inputs["dataset"]
    known, facts = read_session(context.folder.session)
    numbers: Any = features_of(context.artifacts, data.manifest)
    made = put_in_order(
        samples_of(context.artifacts, data.manifest) if numbers is None else numbers,
        known,
        params.strategy,
        params.seed,
        StepProgress(context, "ordering"),
    )
    put = context.artifacts.put_array
    prelabels = None
    if made.suggestions is not None and facts.suggest:
        prelabels = store_prelabels(
            context.artifacts, made.suggestions, source=OWN_SOURCE, revision=facts.revision
        )
    source = describe_order(params.strategy, made.labelled, len(made.queue), len(known.waiting))
    context.emit.queue(
        params.session,
        queue=put(made.queue, "queue.npy").digest,
        groups="" if made.groups is None else put(made.groups, "groups.npy").digest,
        strategy=params.strategy,
        source=source,
        answers=facts.answers,
        curve=made.curve,
        prelabels=prelabels,
    )
    context.emit.result({"session": params.session, "ordered": len(made.queue)})
    context.emit.log(source)
    return {}


def prelabel(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Have a model or a backend suggest an answer for each sample of a session that is not done."""
    params: PrelabelParams = context.params(node)
    data: Data = inputs["dataset"]
    known, facts = read_session(context.folder.session)
    samples: Any = samples_of(context.artifacts, data.manifest)
    if params.table is not None:
        samples = _numbers(context, data, params.table)
    ask = _ask_backend if params.source.kind == "backend" else _ask_model
    arrays = prelabel_arrays(ask(context, params, facts, samples, known.open))
    prelabels = store_prelabels(
        context.artifacts, arrays, source=params.title, revision=facts.revision
    )
    context.emit.queue(params.session, prelabels=prelabels)
    context.emit.result({"session": params.session, "suggested": prelabels.count})
    context.emit.log(f"{prelabels.count:,} of {len(known.open):,} samples have a suggestion.")
    return {}


def _numbers(context: Context, data: Data, table: TableSettings) -> NDArray[np.float32]:
    """Return the rows as a model of tables takes them."""
    names = [column.name for column in table.columns]
    frame = read_parquet(context.artifacts.path(data.manifest.samples), names)
    return encode_rows(values_of(frame, names), table)


def _ask_model(
    context: Context,
    params: PrelabelParams,
    facts: SessionFacts,
    samples: Samples,
    rows: NDArray[np.int64],
) -> Found:
    """Yield the model's likeliest class of each sample, where the session has that class."""
    from studio.ml.predict import Predictor
    from studio.quality.base import Paced

    predictor = Predictor(
        context.artifacts.read(params.digest),
        text=params.text,
        table=params.table,
        adapter=params.adapter,
        shape=params.shape,
        file_format=params.format,
    )
    if len(params.class_names) != predictor.classes:
        raise InvalidInput(
            f"The {params.title} does not fit its description.",
            f"It answers with {predictor.classes} numbers for {len(params.class_names)} classes.",
            "Register the model again.",
        )
    names = [n if n in facts.config.class_names else None for n in params.class_names]
    values = [None if name is None else LabelValue(classes=(name,)) for name in names]
    paced = Paced(StepProgress(context, "suggesting"), len(rows), "asking the model")
    paced(0)
    for span, block in walk(samples, rows, paced):
        probabilities = predictor.predict(
            list(block) if params.text is not None else np.asarray(block)
        )
        best = probabilities.argmax(axis=1).tolist()
        scores = probabilities.max(axis=1).tolist()
        for item, number, score in zip(rows[span].tolist(), best, scores, strict=True):
            value = values[number]
            if value is not None:
                yield item, value, score


def _ask_backend(
    context: Context,
    params: PrelabelParams,
    facts: SessionFacts,
    samples: Samples,
    rows: NDArray[np.int64],
) -> Found:
    """Return what a Label Studio ML backend says."""
    from studio.sources.ml_backend import backend_suggestions

    step = StepProgress(context, "suggesting")

    def progress(done: int, total: int, unit: str, message: str) -> None:
        step(done, len(rows), unit, message)

    return backend_suggestions(
        params.source.url, facts.config, _contents(samples, rows), progress=progress
    )


def _contents(
    samples: Images | Words, rows: NDArray[np.int64]
) -> Iterator[tuple[int, str | bytes, tuple[int, int]]]:
    """Yield number, text or PNG, width and height of each sample, reading a block at a time."""
    from studio.sources.pictures import encode

    text = is_text(samples)
    for span, block in walk(samples, rows):
        for item, sample in zip(rows[span].tolist(), block, strict=True):
            if text:
                yield item, str(sample), (0, 0)
            else:
                picture = cast("NDArray[np.uint8]", np.asarray(sample))
                yield item, encode(picture), (picture.shape[1], picture.shape[0])
