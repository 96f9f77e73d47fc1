"""A model saved by a studio and uploaded again: checked as a stranger's, rebuilt, exported anew."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from studio.compute.context import Context
from studio.core.catalog import RestoreParams
from studio.core.configs import ModelConfig, parse_model
from studio.core.errors import InvalidInput, from_validation
from studio.core.layer import format_shape
from studio.core.names import check_class_name, check_name
from studio.core.pipeline import Node
from studio.core.run import Progress
from studio.sources.archive import Archive
from studio.sources.base import uploaded_file
from studio.sources.pictures import Unreadable

FACTS, WEIGHTS, EXPORTED = "model.json", "model.keras", "model.tflite"
FACTS_LIMIT_BYTES = 8_000_000
WEIGHTS_OVERHEAD_BYTES = 16_000_000
"""What a `.keras` file may have beside four bytes a parameter."""
JSON_DEPTH = 64
CLASSES_LIMIT = 10_000
SIDE_LIMIT = 4096

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=2**53)]


class SavedFacts(BaseModel):
    """The numbers of the evaluation that are taken over; whatever else is in a file stays there."""

    model_config = ConfigDict(extra="ignore", strict=True)

    config: dict[str, Any]
    dataset_digest: str | None = Field(None, pattern=r"^[0-9a-f]{64}$")
    test_count: Count | None = None
    accuracy: Share | None = None
    top_k: Share | None = None
    k: Count | None = None
    loss: Amount | None = None
    mean_average_precision: Share | None = None
    milliseconds_per_sample: Amount | None = None
    milliseconds_per_sample_batched: Amount | None = None
    agreement: Share | None = None


class SavedModel(BaseModel):
    """`model.json` of a saved model."""

    model_config = ConfigDict(extra="forbid")

    model: str = Field(max_length=64)
    version: int = Field(ge=1, le=2**53)
    dataset: str = Field(max_length=100, pattern=r"^[A-Za-z0-9._:-]+$")
    class_names: tuple[str, ...] = Field(min_length=1, max_length=CLASSES_LIMIT)
    shape: tuple[int, int, int]
    facts: SavedFacts


def restore(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Register a saved model again, from its declared stack and its weights alone."""
    from studio.ml.export import rebuild

    params: RestoreParams = context.params(node)
    check_name("model", params.model)
    if params.alias is not None:
        check_name("alias", params.alias)
    archive = _archive(context, params.upload)
    saved = _saved(_member(archive, FACTS, FACTS_LIMIT_BYTES))
    config = _check(saved)
    context.emit.progress(Progress(done=1, total=3, unit="steps", message="reading the weights"))
    parameters = config.parameters(saved.shape, len(saved.class_names))
    with _weights(context, archive, 4 * parameters + WEIGHTS_OVERHEAD_BYTES) as weights:
        model = rebuild(config, saved.shape, len(saved.class_names), weights)
    context.emit.progress(Progress(done=2, total=3, unit="steps", message="exporting"))
    kept, files = context.keep_model(model, config, saved.class_names)
    facts = {
        **saved.facts.model_dump(exclude_none=True),
        "config": config.model_dump(mode="json"),
        "model_size_bytes": kept.sizes,
        "parameters": parameters,
        "dataset": saved.dataset,
        "restored_from": f"{saved.model}:{saved.version}",
    }
    body = {
        "dataset": saved.dataset,
        "class_names": list(saved.class_names),
        "shape": list(saved.shape),
        "files": files,
        "facts": facts,
    }
    context.emit.model(params.model, params.alias, body)
    context.emit.progress(Progress(done=3, total=3, unit="steps", message="registered"))
    return {"model": kept}


def _archive(context: Context, upload: str) -> Archive:
    file = uploaded_file(
        Path(context.spec.uploads),
        upload,
        "A model is restored from the one zip that the Models page saved.",
        "Upload that zip alone.",
    )
    archive = Archive(file, lambda done, total, unit, message: None)
    names = sorted(archive.names)
    if names not in (sorted((FACTS, WEIGHTS, EXPORTED)), sorted((FACTS, WEIGHTS))):
        listed = ", ".join(repr(name[:60]) for name in names[:5]) or "nothing"
        _refuse(file.name, f"A saved model holds {FACTS}, {WEIGHTS} and {EXPORTED}: not {listed}.")
    return archive


def _member(archive: Archive, name: str, limit: int) -> bytes:
    try:
        with archive.opened() as read:
            content = read(archive.names.index(name), limit + 1)
    except Unreadable as error:
        _refuse(name, f"It cannot be read: {error}.")
    if len(content) > limit:
        _refuse(name, f"It has more than {limit:,} bytes.")
    return content


def _saved(content: bytes) -> SavedModel:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        _refuse(FACTS, f"It is not JSON: {str(error)[:200]}.")
    if _depth(value) > JSON_DEPTH:
        _refuse(FACTS, f"It is nested more than {JSON_DEPTH} deep.")
    try:
        return SavedModel.model_validate(value)
    except ValidationError as error:
        found = from_validation(f"facts of {FACTS}", error)
        _refuse(FACTS, f"{found.what} {found.why}")


def _check(saved: SavedModel) -> ModelConfig:
    """Refuse what no studio would have saved. Returns the stack of layers."""
    check_name("model", saved.model)
    names = [check_class_name(name) for name in saved.class_names]
    if names != list(saved.class_names) or len(set(names)) != len(names):
        _refuse(FACTS, "Class names are not plain, or one is there twice.")
    config = parse_model(saved.facts.config)
    height, width, channels = saved.shape
    if config.input in ("text", "table"):
        if saved.shape != (0, 0, 0):
            _refuse(
                FACTS, f"Texts and rows have no shape, and {format_shape(saved.shape)} is said."
            )
        if config.input == "table" and not config.table.columns:
            _refuse(FACTS, "A model of tables has columns, and none is said.")
    elif not (1 <= height <= SIDE_LIMIT and 1 <= width <= SIDE_LIMIT and channels in (1, 3)):
        _refuse(FACTS, f"Samples of {format_shape(saved.shape)} are no pictures of the studio.")
    config.rows(saved.shape, len(names))
    return config


@contextmanager
def _weights(context: Context, archive: Archive, limit: int) -> Iterator[Path]:
    """Give the `.keras` file of the archive, copied out, for the time of a `with`."""
    path = context.folder.path / WEIGHTS
    try:
        path.write_bytes(_member(archive, WEIGHTS, limit))
        yield path
    finally:
        path.unlink(missing_ok=True)


def _depth(value: Any) -> int:
    """Return how deeply lists and objects are nested, without recursion."""
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return depth


def _refuse(name: str, why: str) -> NoReturn:
    raise InvalidInput(
        f'"{name}" is not part of a model saved by a studio.',
        why,
        "Upload the zip that the Models page saved, unchanged.",
    )
