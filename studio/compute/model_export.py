"""Exporting a model: what the component `model_export` does when its node's turn comes."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from studio.compute.context import Context, Data, StepProgress, TrainedModel
from studio.compute.folder import write_whole
from studio.compute.mlflow_replay import mlflow_answers, mlflow_zip
from studio.compute.speed import device_name
from studio.core.dataset import EXCLUDED, TASK_NOUNS, TEST, TRAIN, VALIDATION, class_places
from studio.core.errors import Cancelled, InvalidInput, StudioError
from studio.core.layer import format_shape
from studio.core.model_export import (
    IDENTITY,
    MODEL_EXPORTS,
    REPLAYED_ANSWERS,
    REPORT,
    ModelExportParams,
    ParityReport,
    ParityRow,
    check_formats,
    refusal,
)
from studio.core.model_spec import ModelParams, ModelSpec
from studio.core.parity import accuracy
from studio.core.pipeline import Node
from studio.core.run import RunArtifact
from studio.core.samples import Images, Words

if TYPE_CHECKING:
    from studio.ml.exporters import ExportSource
    from studio.ml.replay import Ask, Asked

SEED = 0
PAGES = ("browser", "page")
IN_BROWSER = "The model inside, asked by Python. The page itself: Replay in this browser."
STATE = "exports.json"


class _Rows(NamedTuple):
    """Samples that are replayed.

    Args:
        asked: The samples.
        labels: int32 (n,), places in the model's classes, -1 for none.
        held_out: So many, the first ones, were held out from training.
        ids: int64 (n,), their numbers in the dataset.
    """

    asked: Asked
    labels: NDArray[np.int32]
    held_out: int
    ids: NDArray[np.int64]


class _Done(BaseModel):
    """What came of one form: a row, and its file unless it was refused; or why it was left out."""

    model_config = ConfigDict(frozen=True)

    row: ParityRow | None = None
    file: RunArtifact | None = None
    left_out: str = ""


def export_model(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Make a model's files for other programs, and ask each of them, from its own bytes, what the model is asked.

    A form that cannot be made is left out, and the others are made. One that answers too differently is not kept,
    unless somebody wanted that. A killed run goes on behind the last form that was finished.

    Raises:
        InvalidInput: There are no samples to replay, or they are of another kind than the model takes.
        NotFound: A form is unknown.
        Cancelled, Paused: Somebody asked for it.
    """
    from studio.ml.replay import replay

    params: ModelExportParams = context.params(node)
    check_formats(params.formats)
    model: TrainedModel = inputs["model"]
    data: Data = inputs["dataset"]
    source = _source(context, node, model, data)
    wanted = params.formats or _fitting(source)
    if params.split:
        data = replace(data, codes=context.artifacts.open_array(params.split))
    rows = _rows(context, data, model, source, params.samples)
    count = len(rows.labels)
    progress = StepProgress(context, "export")
    total = count * (1 + len(wanted))
    reference = replay(
        _own(model), rows.asked, lambda done: progress(done, total, "answers", "asking the model")
    )
    held_out = slice(0, rows.held_out)
    source.accuracy = accuracy(reference[held_out], rows.labels[held_out])
    said = f"{rows.held_out:,} of them held out from training"
    context.emit.log(f"{count:,} samples of {data.title} are replayed, {said}.")
    job = _Job(context, params, source, rows, reference)
    job.keep_answers()
    state = _State(context.checkpoints(node) / STATE)
    for number, format_name in enumerate(wanted, start=1):
        if format_name in state.done:
            continue
        title = MODEL_EXPORTS[format_name].title

        def step(done: int, before: int = number * count, title: str = title) -> None:
            progress(before + done, total, "answers", title)

        step(0)
        state.keep(format_name, job.export(format_name, step))
    _report(job, state, wanted, data, accuracy(reference, rows.labels))
    return {"file": next((done.file for done in state.done.values() if done.file), None)}


@dataclass(frozen=True, eq=False)
class _Job:
    """What every form is made and asked with.

    Args:
        rows: The samples.
        reference: float32 (n, classes), what the model itself said about them.
    """

    context: Context
    params: ModelExportParams
    source: ExportSource
    rows: _Rows
    reference: NDArray[np.float32]

    def keep_answers(self) -> None:
        """Keep what the model itself said: a browser's answers are compared with it."""
        content = io.BytesIO()
        ids = self.rows.ids.astype(np.int64)
        np.savez(content, ids=ids, labels=self.rows.labels, probabilities=self.reference)
        self.keep(REPLAYED_ANSWERS, content.getvalue())

    def keep(self, name: str, content: bytes) -> RunArtifact:
        """Store a file and say so."""
        file = self.context.artifacts.put(content, name)
        self.context.emit.artifact(file)
        return file

    def export(self, format_name: str, step: Callable[[int], None]) -> _Done:
        """Make one form, ask it, and keep it if it may leave."""
        export = MODEL_EXPORTS[format_name]
        try:
            row, content = self._tried(format_name, step)
        except Cancelled:
            raise
        except StudioError as error:
            self.context.emit.log(f"{export.title}: left out. {error.what} {error.why}")
            return _Done(left_out=f"{error.what} {error.why}")
        why = refusal(export.kind, row)
        row = row.model_copy(update={"refused": why, "accepted": bool(why) and self.params.accept})
        if why and not self.params.accept:
            self.context.emit.log(f"{export.title}: refused. {why}")
            return _Done(row=row)
        file = self.keep(f"model{export.suffix}", content)
        agreed = "" if row.agreement is None else f", the same class for {row.agreement:.2%}"
        self.context.emit.log(f"{export.title}: {row.bytes:,} bytes{agreed}.")
        return _Done(row=row, file=file)

    def _tried(self, format_name: str, step: Callable[[int], None]) -> tuple[ParityRow, bytes]:
        """Make one form and ask it. Returns how it did, and its file."""
        from studio.ml.export_asking import asking
        from studio.ml.replay import compared, milliseconds, replay

        source, rows = self.source, self.rows
        timed = None
        if format_name == "mlflow":
            content = mlflow_zip(source.spec, dict(source.files))
            answers = mlflow_answers(content, *rows.asked, step=lambda: step(0))
        else:
            content = source.made(format_name)
            ask = asking(source, format_name, content)
            answers = replay(ask, rows.asked, step)
            if format_name not in PAGES:  # a browser takes its own time
                timed = milliseconds(ask, rows.asked)
        row = ParityRow(
            format=format_name,
            bytes=len(content),
            samples=0,
            milliseconds=timed,
            note=IN_BROWSER if format_name in PAGES else "",
        )
        return compared(row, answers, self.reference, rows.labels), content


class _State:
    """What came of each form so far, written down for when the run's process is killed.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kind = TypeAdapter(dict[str, _Done])
        try:
            self.done = self._kind.validate_json(path.read_bytes())
        except (FileNotFoundError, ValidationError):  # nothing is done yet, or power went off
            self.done = {}

    def keep(self, format_name: str, done: _Done) -> None:
        """Write one more down."""
        self.done[format_name] = done
        write_whole(self._path, self._kind.dump_json(self.done))


def _report(
    job: _Job, state: _State, wanted: tuple[str, ...], data: Data, accuracy: float | None
) -> None:
    """Store the report, and say the run's result."""
    done = {name: state.done[name] for name in MODEL_EXPORTS if name in wanted}
    spec = job.source.spec
    report = ParityReport(
        model=spec.title,
        dataset=data.title,
        samples=len(job.rows.labels),
        held_out=job.rows.held_out,
        accuracy=accuracy,
        rows=tuple(one.row for one in done.values() if one.row is not None),
        left_out={name: one.left_out for name, one in done.items() if one.left_out},
        device=device_name(),
    )
    job.keep(REPORT, report.model_dump_json(indent=1).encode())
    job.context.emit.result(
        {
            "model": report.model,
            "of": _identity(spec),
            "formats": [name for name, one in done.items() if one.file is not None],
            "refused": [row.format for row in report.rows if row.refused and not row.accepted],
            "left_out": list(report.left_out),
        }
    )


def _identity(spec: ModelSpec) -> str:
    """Return the digest of the file that the model is known by, "" for one that this run trained."""
    return next((spec.files[name] for name in IDENTITY if name in spec.files), "")


def _source(context: Context, node: Node, model: TrainedModel, data: Data) -> ExportSource:
    """Return the model as it leaves; one that this run trained has no files yet."""
    from studio.ml.exporters import ExportSource

    above, _ = context.spec.pipeline.inputs(node.id)["model"]
    params = context.spec.pipeline.params(above)
    if isinstance(params, ModelParams):
        spec = context.spec.models[params.reference]
    else:
        manifest = data.manifest
        spec = ModelSpec(
            title=f"run/{context.spec.run}",
            config=model.config,
            class_names=model.class_names or manifest.class_names,
            shape=manifest.shape,
            files={},
            dataset=data.title,
        )
    files = {name: context.artifacts.path(digest) for name, digest in spec.files.items()}
    return ExportSource(spec, model.keras, files, lambda: _training(context, data))


def _fitting(source: ExportSource) -> tuple[str, ...]:
    """Return the forms that runs make and that can hold the model."""
    found = (name for name, export in MODEL_EXPORTS.items() if export.made)
    return tuple(name for name in found if not source.misfit(name))


def _own(model: TrainedModel) -> Ask:
    """Return what asks the model itself."""
    from studio.ml.export_asking import keras_ask

    if model.keras is not None:
        return keras_ask(model.keras)
    return lambda asked: model.predictor.predict(asked.values)


def _training(context: Context, data: Data) -> NDArray[np.uint8]:
    """Return some training samples; of all where none was learned from."""
    from studio.ml.export_quantised import REPRESENTATIVE

    _, codes = context.labels_and_codes(data)
    kept = np.flatnonzero(codes != EXCLUDED)
    learned = np.flatnonzero(codes == TRAIN)
    mixed = np.random.default_rng(SEED).permutation(learned if len(learned) else kept)
    samples = cast(Images, context.artifacts.open_samples(data.manifest.samples))
    return np.asarray(samples[np.sort(mixed[:REPRESENTATIVE])])


def _rows(
    context: Context, data: Data, model: TrainedModel, source: ExportSource, wanted: int
) -> _Rows:
    """Return samples to replay: held-out ones first, then those a training was steered by, then learned ones."""
    labels, codes = (np.asarray(array) for array in context.labels_and_codes(data))
    generator = np.random.default_rng(SEED)
    parts = [
        generator.permutation(np.flatnonzero(codes == code)) for code in (TEST, VALIDATION, TRAIN)
    ]
    rows = np.concatenate(parts)[:wanted]
    if not len(rows):
        raise InvalidInput(
            f"{data.title} has no sample to replay.",
            "Every one is quarantined or removed.",
            "Choose another version, or take samples out of quarantine.",
        )
    mine = class_places(source.spec.class_names, data.manifest.class_names)[labels[rows]]
    held_out = min(len(parts[0]), len(rows))
    return _Rows(_asked(context, data, model, rows), mine, held_out, rows)


def _asked(context: Context, data: Data, model: TrainedModel, rows: NDArray[np.int64]) -> Asked:
    """Return samples as the model takes them, and texts besides as they are.

    Raises:
        InvalidInput: They are of another kind or size.
    """
    from studio.ml.replay import Asked

    manifest = data.manifest
    if model.config is None:
        if manifest.task != "images":
            raise InvalidInput(
                f"{model.title} cannot be tried on {data.title}.",
                f"The model takes pictures, and the dataset holds {TASK_NOUNS[manifest.task]}.",
                "Choose a dataset of pictures.",
            )
        samples: Any = context.artifacts.open_samples(manifest.samples)
    else:
        samples, _, _ = context.arrays(data, model.config)
    order = np.argsort(rows, kind="stable")
    values = np.asarray(samples[rows[order]])[np.argsort(order, kind="stable")]
    if not model.predictor.takes(values.shape[1:]):
        raise InvalidInput(
            f"{model.title or 'The model'} cannot be tried on {data.title}.",
            f"It takes samples of {format_shape(model.predictor.shape)}, and those of the dataset are "
            f"{format_shape(values.shape[1:])}.",
            "Choose the dataset it was trained on.",
        )
    if model.config is None or model.config.input != "text":
        return Asked(values)
    words = cast(Words, context.artifacts.open_samples(manifest.samples))
    return Asked(values, tuple(str(words[int(row)]) for row in rows))
