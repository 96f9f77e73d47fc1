"""Scoring: what the component `scoring` does when its node's turn comes."""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from studio.compute.context import Context, Data, StepProgress, TrainedModel
from studio.compute.encoding import encoded
from studio.compute.scored_dataset import scored_manifest
from studio.compute.scored_table import ScoredTable, cells, open_table
from studio.core.adapter import coloured, resized
from studio.core.dataset import (
    EXCLUDED,
    SPLIT_NAMES,
    TASK_NOUNS,
    UNLABELLED,
    DatasetManifest,
    SplitConfig,
    class_places,
)
from studio.core.errors import InvalidInput, StudioError
from studio.core.fit import check_fits
from studio.core.layer import format_shape
from studio.core.pipeline import Node
from studio.core.sample_blocks import take
from studio.core.samples import Images, JoinedTexts, Texts, Words, let_go
from studio.core.scoring import (
    SCORED_REPORT,
    SCORED_TABLE,
    ScoredPart,
    ScoringParams,
    ScoringReport,
)
from studio.core.strokes import encode_strokes
from studio.tables import read_parquet, row_texts
from studio.workspace import Artifacts, build_manifest, staging_key

BATCH = 64
"""Blocks hold whole batches of the predictor: a sample has the same neighbours however often a run is killed."""
BLOCK, BLOCK_BYTES = 2048, 16 * 2**20
PARTS = ("samples", "labels", "split", "state", "names", "strokes")
"""Fields of a version that say which artifacts it needs to be asked about."""
CELL_LIMIT = 32_000
"""Characters of a text that stand in the table: so many fit into a spreadsheet's cell."""
Rows = NDArray[np.int64]
Ask = Callable[[Any], NDArray[np.float32]]


@dataclass(frozen=True)
class Subject:
    """What is read, and who is asked.

    Args:
        samples: Pictures, texts, strokes, or rows as numbers.
        shown: Texts that stand in the table beside the names, of rows what their columns hold; None for pictures and
            drawings.
        ask: From a block of samples to float32 (n, classes).
        size: Bytes of one sample, about.
    """

    samples: Images | Words
    shown: Words | None
    ask: Ask
    size: int


def score(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Ask a model about many samples: a table of its answers, and a dataset labelled by them if one is wanted.

    Killed at any moment, the run goes on behind the last rows that are safe on the disk, and comes to the same table.

    Raises:
        InvalidInput: There is no sample to ask about, or the model reads another kind of samples.
        StudioError: The model answers with something that is no number.
        Cancelled, Paused: Somebody asked for it.
    """
    params: ScoringParams = context.params(node)
    model: TrainedModel = inputs["model"]
    folder = context.checkpoints(node)
    data: Data = inputs.get("dataset") or _read(context, node, params, folder)
    class_names = model.class_names or data.manifest.class_names
    if len(class_names) != model.predictor.classes:
        raise InvalidInput(
            f"{model.title or 'The model'} does not fit its description.",
            f"It answers with {model.predictor.classes} numbers for {len(class_names)} classes.",
            "Register the model again.",
        )
    subject = subject_of(context, data, model)
    if params.split:
        data = replace(data, codes=context.artifacts.open_array(params.split))
    labels, codes = (np.asarray(array) for array in context.labels_and_codes(data))
    rows = _wanted(params, labels, codes, data.title)
    with open_table(folder, _head(data.manifest, subject), class_names) as table:
        _fill(context, table, data, subject, rows, labels, class_names, model.title)
    report = _report(params, table, data, model, class_names)
    if params.into is not None:
        made = scored_manifest(
            context.artifacts,
            data.manifest,
            rows,
            table.answers(),
            class_names,
            above=params.above,
            source={"kind": "scored", "model": model.title, "dataset": data.title},
        )
        message = (
            f"Labelled by {model.title or 'a model'}: {report.count:,} samples of {data.title}"
        )
        context.emit.dataset(
            params.into, made, author=model.title or params.author, message=message
        )
    file = _keep(context, table.path, report, data.manifest)
    context.emit.log(
        f"{report.count:,} samples scored in {report.seconds:.1f} s, "
        f"{report.samples_per_second:,.0f} a second."
    )
    return {"file": file}


def _read(context: Context, node: Node, params: ScoringParams, folder: Path) -> Data:
    """Bring the samples of a source in, as an import would; a run that was killed after that does not do it again.

    Nobody else refers to them: they may be gone when a run that was paused for days goes on, and it begins anew.
    """
    if params.source is None:
        raise InvalidInput(
            "There is nothing to score.",
            "The node has neither a dataset nor a source.",
            "Connect a dataset, or say where the samples are.",
        )
    kept = folder / "source.json"
    known = DatasetManifest.model_validate_json(kept.read_bytes()) if kept.exists() else None
    needed = [] if known is None else [str(getattr(known, part)) for part in PARTS]
    if known is not None and _are_here(context.artifacts, filter(None, needed)):
        manifest = known
    else:
        shutil.rmtree(folder, ignore_errors=True)
        manifest = build_manifest(
            params.source,
            context.artifacts,
            SplitConfig(),
            places=context.places(),
            progress=StepProgress(context, "scoring"),
            key=staging_key(context.spec.run, node.id),
        )
        folder.mkdir(parents=True, exist_ok=True)
        aside = kept.with_suffix(".new")
        aside.write_text(manifest.model_dump_json(), encoding="utf-8")
        aside.replace(kept)
    given = params.source
    place = getattr(given, "path", None) or getattr(given, "url", None) or "what was uploaded"
    return Data(str(place).rstrip("/").rpartition("/")[2], manifest)


def _are_here(artifacts: Artifacts, digests: Iterable[str]) -> bool:
    """Return whether artifacts, and those that these need, are still there."""
    return all(
        artifacts.has(digest) and _are_here(artifacts, artifacts.references(digest))
        for digest in digests
    )


def subject_of(context: Context, data: Data, model: TrainedModel) -> Subject:
    """Return how the samples of a version are asked about.

    Raises:
        InvalidInput: The model reads another kind of samples.
    """
    manifest, predictor, config = data.manifest, model.predictor, model.config
    open_samples = context.artifacts.open_samples
    if config is not None:
        check_fits(config, manifest)
    elif manifest.task != "images":
        raise InvalidInput(
            f"{model.title} cannot be asked about {data.title}.",
            f"The model takes pictures, and these are {TASK_NOUNS[manifest.task]}.",
            "Choose pictures.",
        )
    if config is not None and config.input == "text":
        texts = cast(Words, open_samples(manifest.samples))
        return Subject(texts, texts, predictor.predict, _mean_size(texts))
    if config is not None and config.input == "strokes":
        strokes, settings = cast(Words, open_samples(manifest.strokes)), config.strokes
        return Subject(
            strokes,
            None,
            lambda block: predictor.predict(encode_strokes(block, settings)),
            4 * int(np.prod(settings.shape)),
        )
    if config is not None and config.input == "table":
        numbers = encoded(context.artifacts, manifest, config, context.folder.encoded)
        said = row_texts(read_parquet(context.artifacts.path(manifest.samples)))
        return Subject(numbers, said, predictor.predict, 4 * max(1, len(config.table.columns)))
    pictures = cast(Images, open_samples(manifest.samples))
    if predictor.takes(pictures.shape[1:]):
        return Subject(pictures, None, predictor.predict, int(np.prod(pictures.shape[1:])))
    height, width, channels = predictor.shape
    context.emit.log(
        f"The model takes pictures of {format_shape(predictor.shape)}; those of {data.title} are "
        f"{format_shape(manifest.shape)} and are fitted to it."
    )

    def ask(block: NDArray[np.uint8]) -> NDArray[np.float32]:
        fitted = coloured(resized(block, height, width), channels)
        return predictor.predict(np.clip(np.rint(fitted), 0, 255).astype(np.uint8))

    return Subject(pictures, None, ask, 4 * int(np.prod(pictures.shape[1:])))


def _mean_size(texts: Words) -> int:
    parts = texts.parts if isinstance(texts, JoinedTexts) else [texts]
    size = sum(int(part.offsets[-1] - part.offsets[0]) for part in parts)
    return size // max(1, len(texts)) + 1


def _wanted(params: ScoringParams, labels: NDArray[Any], codes: NDArray[Any], title: str) -> Rows:
    """Return int64 (n,), the samples that are asked about, ascending.

    Raises:
        InvalidInput: There is none.
    """
    part: ScoredPart = params.part
    wanted = codes != EXCLUDED
    if part == "unlabelled":
        wanted &= labels == UNLABELLED
    elif part != "all":
        wanted = codes == SPLIT_NAMES.index(part)
    rows = np.flatnonzero(wanted)[: params.limit]
    if not len(rows):
        raise InvalidInput(
            f"{title} has no {'' if part == 'all' else part + ' '}samples to score.",
            "There is nothing that the model could be asked about.",
            "Choose other samples.",
        )
    return rows


def _head(manifest: DatasetManifest, subject: Subject) -> list[str]:
    """Return the names of the columns before the probabilities; those nobody would fill are left out."""
    return [
        "sample",
        *(["name"] if manifest.names else []),
        *(["text"] if subject.shown is not None else []),
        *(["label"] if manifest.labelled else []),
        "class",
        "confidence",
    ]


def _fill(
    context: Context,
    table: ScoredTable,
    data: Data,
    subject: Subject,
    rows: Rows,
    labels: NDArray[Any],
    class_names: Sequence[str],
    title: str,
) -> None:
    """Ask about the rows that the table does not have yet."""
    manifest = data.manifest
    progress = StepProgress(context, "scoring")
    names = cast(Words, context.artifacts.open_samples(manifest.names)) if manifest.names else None
    numbers = class_places(class_names, manifest.class_names)
    said = [*cells(manifest.class_names), ""]  # -1 is the last one
    progress(table.tally.rows, len(rows), "samples", "asking the model")
    for wanted, block, probabilities in answered(subject, rows, table.tally.rows):
        if not np.isfinite(probabilities).all():
            raise StudioError(
                f"{title or 'The model'} answers with something that is no number.",
                "Its weights are damaged, or its training went astray.",
                "Choose another version of the model.",
            )
        columns: list[Iterable[str]] = [map(str, wanted.tolist())]
        for words in (names, subject.shown):
            if words is not None:
                texts = block if words is subject.samples else words[wanted]
                columns.append(cells([text[:CELL_LIMIT] for text in texts]))
        if manifest.labelled:
            columns.append(said[number] for number in labels[wanted].tolist())
        table.append(columns, probabilities, numbers[labels[wanted]])
        for source in (subject.samples, names):
            if source is not None:
                let_go(source)
        progress(table.tally.rows, len(rows), "samples", "asking the model")


def answered(
    subject: Subject, rows: Rows, first: int
) -> Iterator[tuple[Rows, Any, NDArray[np.float32]]]:
    """Yield blocks with the model's answers; while one is written down and the next one read, the model is at work.

    Texts and strokes are encoded by Python, where two threads would stand in each other's way: they go one by one.
    """
    if isinstance(subject.samples, Texts | JoinedTexts):
        for wanted, block in _blocks(subject, rows, first):
            yield wanted, block, subject.ask(block)
        return
    with ThreadPoolExecutor(1, thread_name_prefix="asking") as pool:
        asked: deque[tuple[Rows, Any, Future[NDArray[np.float32]]]] = deque()
        for wanted, block in _blocks(subject, rows, first):
            asked.append((wanted, block, pool.submit(subject.ask, block)))
            if len(asked) > 1:
                before, held, answers = asked.popleft()
                yield before, held, answers.result()
        for before, held, answers in asked:
            yield before, held, answers.result()


def _blocks(subject: Subject, rows: Rows, first: int) -> Iterator[tuple[Rows, Any]]:
    """Yield the numbers of some samples from place `first` on, and the samples, so that memory stays bounded."""
    length = max(1, min(BLOCK, BLOCK_BYTES // max(1, subject.size)) // BATCH) * BATCH
    samples = subject.samples
    for start in range(first, len(rows), length):
        wanted = rows[start : start + length]
        if isinstance(samples, Texts | JoinedTexts):
            yield wanted, samples[wanted]
        elif wanted[-1] - wanted[0] + 1 == len(wanted):
            yield wanted, np.asarray(samples[int(wanted[0]) : int(wanted[-1]) + 1])
        else:
            yield wanted, take(samples, wanted)


def _report(
    params: ScoringParams,
    table: ScoredTable,
    data: Data,
    model: TrainedModel,
    class_names: Sequence[str],
) -> ScoringReport:
    tally = table.tally
    skipped = data.manifest.source.get("skipped") if params.source is not None else None
    return ScoringReport(
        model=model.title,
        source=data.title,
        class_names=tuple(class_names),
        count=tally.rows,
        unreadable=int(skipped["count"]) if isinstance(skipped, dict) else 0,
        counts=dict(zip(class_names, tally.counts, strict=True)),
        mean_confidence=tally.confidence / tally.rows,
        accuracy=tally.right / tally.known if tally.known else None,
        seconds=tally.seconds,
        samples_per_second=tally.rows / max(tally.seconds, 1e-9),
        into=params.into or "",
    )


def _keep(context: Context, table: Path, report: ScoringReport, manifest: DatasetManifest) -> Any:
    """Store the table and the report; the table's own file stays until the run has ended, should it be killed now."""
    artifacts = context.artifacts
    with artifacts.draft() as draft:
        shutil.copyfile(table, draft)
        file = artifacts.adopt(draft, SCORED_TABLE)
    said = artifacts.put(report.model_dump_json(indent=1).encode(), SCORED_REPORT)
    for artifact in (file, said):
        context.emit.artifact(artifact)
    context.emit.result({"samples": manifest.samples, "report": report.model_dump(mode="json")})
    return file
