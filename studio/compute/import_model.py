"""A model of another program: checked as a stranger's, converted, tried on samples, and registered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from studio.compute.context import Context, Data, TrainedModel
from studio.compute.foreign_reader import read_foreign
from studio.core.dataset import EXCLUDED, TEST
from studio.core.errors import InvalidInput
from studio.core.foreign import (
    TITLES,
    ForeignFacts,
    ForeignInput,
    ForeignRequest,
    ImportModelParams,
    check_trust,
    checked_classes,
    format_of,
    runnable_format,
)
from studio.core.layer import format_shape
from studio.core.model_spec import ModelSpec
from studio.core.names import check_name
from studio.core.pipeline import Node
from studio.core.run import Progress, RunArtifact
from studio.sources.base import uploaded_file
from studio.workspace import active_split

if TYPE_CHECKING:
    from studio.ml.predict import Predictor

TRIED = 256
SHOWN = 12
STEPS = 4


def import_model(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Have the file read by a process with limits, try the model on samples, and register it, if a name is given.

    Raises:
        StudioError: The file is not what it should be. Forbidden: It may hold code, and is not trusted.
    """
    from studio.ml.predict import Predictor

    params: ImportModelParams = context.params(node)
    if not params.trial:
        check_name("model", params.model)
    if params.alias is not None:
        check_name("alias", params.alias)
    file = _uploaded(context, params.upload)
    with open(file, "rb") as opened:
        kind = params.format or format_of(file.name, opened.read(16))
    check_trust(kind, params.trusted)
    said = params.model_dump(include=set(ForeignInput.model_fields))
    suffix = file.suffix.lower() if file.suffix.isascii() and file.suffix[1:].isalnum() else ""
    request = ForeignRequest(**said, file=f"given{suffix}", format=kind)
    _say(context, 1, f"checking the {TITLES[kind]}")
    with read_foreign(file, request, context.folder.path, context.should_stop) as (facts, made):
        _say(context, 2, "keeping its files")
        runnable = runnable_format(made)
        names = _class_names(params, facts, inputs.get("dataset"))
        files = {name: _kept(context, path, f"model.{name}") for name, path in made.items()}
    for artifact in files.values():
        context.emit.artifact(artifact)
    predictor = Predictor(
        context.artifacts.path(files[runnable].digest),
        adapter=facts.adapter,
        shape=facts.shape,
        file_format=runnable,
    )
    for note in facts.notes:
        context.emit.log(note)
    _say(context, 3, "trying it on samples")
    tried = _tried(context, inputs["dataset"], predictor, names) if inputs.get("dataset") else {}
    body = _body(facts, names, files, file.name, kind, tried)
    context.emit.result({**_shown(facts, names, kind), **tried})
    if not params.trial:
        context.emit.model(params.model, params.alias, body)
    _say(context, STEPS, "tried" if params.trial else "registered")
    spec = ModelSpec(
        title="",
        config=None,
        class_names=names,
        shape=facts.shape,
        files={name: artifact.digest for name, artifact in files.items()},
        sizes={name: artifact.size for name, artifact in files.items()},
        adapter=facts.adapter,
    )
    return {"model": TrainedModel(spec, context.artifacts, predictor=predictor)}


def _say(context: Context, done: int, message: str) -> None:
    context.emit.progress(Progress(done=done, total=STEPS, unit="steps", message=message))


def _uploaded(context: Context, upload: str) -> Path:
    return uploaded_file(
        Path(context.spec.uploads),
        upload,
        "A model is imported from one file.",
        "Upload that file alone; a SavedModel as the zip of its folder.",
    )


def _kept(context: Context, path: Path, name: str) -> RunArtifact:
    with context.artifacts.draft() as draft:
        path.replace(draft)
        return context.artifacts.adopt(draft, name)


def _class_names(
    params: ImportModelParams, facts: ForeignFacts, data: Data | None
) -> tuple[str, ...]:
    """Return the names of the outputs: as given, as the file says, or as the dataset has them.

    Raises:
        InvalidInput: There are none, or they do not fit.
    """
    if params.class_names:
        return checked_classes(params.class_names, facts.classes)
    if facts.class_names:
        return checked_classes(facts.class_names, facts.classes)
    if data is not None and len(data.manifest.class_names) == facts.classes:
        return data.manifest.class_names
    why = f"It gives {facts.classes:,} numbers, and its file does not say what they mean"
    if data is not None:
        why += f"; {data.title} has {len(data.manifest.class_names):,} classes"
    raise InvalidInput(
        "The model's classes have no names.",
        f"{why}.",
        "Type one name for each number, in their order, or choose a dataset with just these classes.",
    )


def _tried(
    context: Context, data: Data, predictor: Predictor, names: tuple[str, ...]
) -> dict[str, Any]:
    """Return how the model does on some samples of a dataset, to see whether it was described rightly."""
    manifest = data.manifest
    samples = context.artifacts.open_samples(manifest.samples)
    if not manifest.shape[0] or not isinstance(samples, np.ndarray) or samples.ndim != 4:
        raise InvalidInput(
            f"The model cannot be tried on {data.title}.",
            "It takes pictures, and the dataset has other samples.",
            "Choose a dataset of pictures, or none.",
        )
    labels = np.asarray(context.artifacts.open_array(manifest.labels))
    codes = np.asarray(active_split(context.artifacts, manifest))
    known = np.array([name in names for name in manifest.class_names], bool)
    asked = np.flatnonzero((codes != EXCLUDED) & (labels >= 0) & known[np.maximum(labels, 0)])
    held_out = asked[codes[asked] == TEST]
    asked = held_out if len(held_out) else asked
    if not len(asked):
        return {"tried": {"dataset": data.title, "count": 0}}
    chosen = np.sort(np.random.default_rng(0).permutation(asked)[:TRIED])
    answers = predictor.predict(np.asarray(samples[chosen]))
    predicted = [names[number] for number in answers.argmax(axis=1)]
    true = [manifest.class_names[number] for number in labels[chosen]]
    right = sum(said == is_so for said, is_so in zip(predicted, true, strict=True))
    shown = [
        {"sample": int(i), "true": t, "said": s, "confidence": float(row.max())}
        for i, t, s, row in zip(chosen[:SHOWN], true, predicted, answers, strict=False)
    ]
    found = {"dataset": data.title, "count": len(chosen), "accuracy": right / len(chosen)}
    context.emit.log(f"Right about {right} of {len(chosen)} samples of {data.title}.")
    return {"tried": {**found, "samples": shown}}


def _shown(facts: ForeignFacts, names: tuple[str, ...], kind: str) -> dict[str, Any]:
    """Return what the page shows of a trial."""
    return {
        "format": kind,
        "shape": list(facts.shape),
        "adapter": facts.adapter.model_dump(mode="json"),
        "class_names": list(names),
        "notes": list(facts.notes),
        "takes": f"pictures of {format_shape(facts.shape)}",
    }


def _body(
    facts: ForeignFacts,
    names: tuple[str, ...],
    files: dict[str, RunArtifact],
    source: str,
    kind: str,
    tried: dict[str, Any],
) -> dict[str, Any]:
    """Return the version as it is registered. What it was trained on, nobody here knows."""
    return {
        "dataset": "",
        "class_names": list(names),
        "shape": list(facts.shape),
        "files": {name: file.model_dump(mode="json") for name, file in files.items()},
        "facts": {
            "adapter": facts.adapter.model_dump(mode="json"),
            "imported_from": source[:200],
            "imported_format": kind,
            "parameters": facts.parameters,
            "model_size_bytes": {name: file.size for name, file in files.items()},
            "notes": list(facts.notes),
            **(
                {"tried": {k: v for k, v in tried["tried"].items() if k != "samples"}}
                if tried
                else {}
            ),
        },
    }
