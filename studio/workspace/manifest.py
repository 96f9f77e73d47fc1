"""From a source's chunks to the artifacts of a dataset version."""

from __future__ import annotations

import hashlib
import json
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from studio.core.dataset import (
    EXCLUDED,
    KEPT,
    STATE_NAMES,
    DatasetManifest,
    DatasetVersion,
    SplitConfig,
    count_classes,
    split_codes,
)
from studio.core.errors import InvalidInput
from studio.core.samples import Images, Texts, Words
from studio.core.sources import SeabirdsSource, SourceSpec, TableSource
from studio.sources import Chunk, Places, Progress, Source, open_source
from studio.store.artifacts import Artifacts
from studio.store.staging import Staging, open_staging
from studio.workspace.table_manifest import build_table, row_groups, samples_of

BOX_COLUMNS = 6


def build_manifest(
    spec: SourceSpec,
    artifacts: Artifacts,
    split: SplitConfig,
    *,
    places: Places,
    progress: Progress,
    key: str | None = None,
    behind: DatasetVersion | None = None,
) -> DatasetManifest:
    """Read a source into artifacts, in bounded memory; go on with a half import of the same where one lies.

    Args:
        spec: Where the samples come from.
        artifacts: Where they go.
        split: How they are divided; where the files themselves say, they are believed unless `own_split` is off.
        places: Where starter sets, downloads and uploads lie.
        progress: Told how far it is; may raise Cancelled.
        key: Name under which a half import is found again. Default: made of what is imported.
        behind: The version that the samples are to be added to; refused before they are read if they do not fit.

    Raises:
        InvalidInput: The source holds no sample, a broken one, or what does not fit. Cancelled: `progress` said so.
        Conflict: The same import is running already.
    """
    if isinstance(spec, TableSource | SeabirdsSource):
        target = behind.target if behind is not None else ""
        made = build_table(spec, artifacts, split, places=places, progress=progress, usual=target)
        if behind is not None:
            check_fit(behind, made)
        return made
    source = open_source(spec, places=places, progress=progress)
    if behind is not None:
        check_fit(behind, source)
    described = json.dumps(
        [spec.model_dump(mode="json"), split.model_dump(mode="json"), source.fingerprint]
    )
    of = hashlib.sha256(described.encode()).hexdigest()
    with open_staging(artifacts, key or f"import-{of[:16]}", of, _layout(source)) as staging:
        if staging.journal.facts is None:
            for chunk in source.chunks(staging.journal.cursor):
                _append(staging, source, chunk)
                staging.checkpoint(chunk.cursor)
            staging.complete(source.facts)
        count = staging.rows("labels")
        if count == 0:
            raise InvalidInput(
                "The source holds no sample.",
                "A dataset needs at least one.",
                "Choose another folder, file or category.",
            )
        return _adopt(staging, source, split, getattr(spec, "own_split", True), progress)


def check_fit(version: DatasetVersion, more: DatasetManifest | Source) -> None:
    """Refuse to put samples of one kind behind those of another.

    Raises:
        InvalidInput: One holds texts and the other pictures, or pictures of another size or colour, or rows with other
            columns.
    """
    if (version.task, version.shape, _columns(version)) != (more.task, more.shape, _columns(more)):
        raise InvalidInput(
            f"The new samples do not fit to {version.title}.",
            f"They are {_describe(more)}, and the dataset holds {_describe(version)}.",
            "Import them under another name, or make them alike: the same size and colour, or the same columns.",
        )


def _columns(samples: DatasetManifest | Source) -> list[tuple[str, bool]]:
    """Return the columns of rows: their names, and whether they hold words."""
    if not isinstance(samples, DatasetManifest):
        return []
    return sorted((column.name, column.kind in ("category", "text")) for column in samples.table)


def _describe(samples: DatasetManifest | Source) -> str:
    if samples.task == "text":
        return "texts"
    if isinstance(samples, DatasetManifest) and samples.task == "table":
        return f"rows with the columns {', '.join(column.name for column in samples.table)}"
    height, width, channels = samples.shape
    return f"pictures of {width}x{height} pixels, {'grey' if channels == 1 else 'rgb'}"


def _layout(source: Source) -> dict[str, tuple[Any, tuple[int, ...]]]:
    samples: dict[str, tuple[Any, tuple[int, ...]]] = {"samples": (np.uint8, source.shape)}
    if source.task == "text":
        samples = {"text_ends": (np.int64, ()), "text_bytes": (np.uint8, ())}
    else:
        samples |= {"stroke_ends": (np.int64, ()), "stroke_bytes": (np.uint8, ())}
    return {
        **samples,
        "labels": (np.int32, ()),
        "split": (np.uint8, ()),
        "name_ends": (np.int64, ()),
        "name_bytes": (np.uint8, ()),
        "boxes": (np.float64, (BOX_COLUMNS,)),
    }


def _append(staging: Staging, source: Source, chunk: Chunk) -> None:
    columns = staging.columns
    first = columns["labels"].rows
    if isinstance(chunk.samples, list):
        _append_texts(staging, "text", chunk.samples)
    else:
        columns["samples"].append(chunk.samples)
    columns["labels"].append(chunk.labels)
    unsaid = np.full(len(chunk), EXCLUDED, np.uint8)
    columns["split"].append(unsaid if chunk.split is None else chunk.split)
    if chunk.names is not None:
        _append_texts(staging, "name", chunk.names)
    if chunk.strokes is not None:
        _append_texts(staging, "stroke", chunk.strokes)
    if chunk.boxes is not None and len(chunk.boxes):
        boxes = chunk.boxes.copy()
        boxes[:, 0] += first
        columns["boxes"].append(boxes)


def _append_texts(staging: Staging, name: str, texts: list[str]) -> None:
    """Append texts as UTF-8 and where each ends; the first end, 0, is where the first text begins."""
    ends, data = staging.columns[f"{name}_ends"], staging.columns[f"{name}_bytes"]
    if ends.rows == 0:
        ends.append(np.zeros(1, np.int64))
    encoded = [text.encode("utf-8", "replace") for text in texts]
    ends.append(data.rows + np.cumsum([len(text) for text in encoded]))
    data.append(np.frombuffer(b"".join(encoded), np.uint8))


def _adopt(
    staging: Staging,
    source: Source,
    split: SplitConfig,
    own_split: bool,
    progress: Progress,
) -> DatasetManifest:
    """Divide the samples, then put everything into the artifact store, and describe it."""
    count, artifacts = staging.rows("labels"), staging.artifacts
    labels: NDArray[np.int32] = staging.array("labels")
    said: NDArray[np.uint8] = staging.array("split")
    progress(0, 0, "steps", "dividing")
    groups = near_groups(_staged_samples(staging, source), progress) if split.together else None
    codes = split_codes(count, split, labels, groups)
    if own_split:
        codes = np.where(said == EXCLUDED, codes, said)
    # From here on nobody can cancel: what is in the store stays there.
    progress(0, 0, "steps", "storing")
    if source.task == "text":
        samples = artifacts.join_texts(staging.adopt("text_ends"), staging.adopt("text_bytes"))
    else:
        samples = staging.adopt("samples")
    labels_digest = staging.adopt("labels")
    names, strokes, boxes = "", "", ""
    if staging.rows("name_ends") == count + 1:
        names = artifacts.join_texts(staging.adopt("name_ends"), staging.adopt("name_bytes"))
    # A collection may have no strokes at all: an array of nothing but ends is not kept.
    if staging.rows("stroke_ends") == count + 1 and staging.rows("stroke_bytes"):
        strokes = artifacts.join_texts(staging.adopt("stroke_ends"), staging.adopt("stroke_bytes"))
    box_count = staging.rows("boxes")
    if box_count:
        boxes = staging.adopt("boxes")
    facts = staging.journal.facts or {}
    if own_split and np.any(said != EXCLUDED):
        facts = {**facts, "own_split": int(np.count_nonzero(said != EXCLUDED))}
    return DatasetManifest(
        task=source.task,
        samples=samples,
        labels=labels_digest,
        split=artifacts.put_array(codes, "split.npy").digest,
        names=names,
        strokes=strokes,
        boxes=boxes,
        box_count=box_count,
        class_names=source.class_names,
        shape=source.shape,
        count=count,
        class_counts=count_classes(labels, len(source.class_names)),
        split_counts=split_counts(codes),
        split_config=split,
        source=facts,
        attribution=source.attribution,
    )


def _staged_samples(staging: Staging, source: Source) -> Images | Words:
    if source.task == "text":
        return Texts(staging.array("text_ends"), staging.array("text_bytes"))
    return staging.array("samples")


def near_groups(samples: Images | Words, progress: Progress) -> NDArray[np.int64]:
    """Return int64 (N,), the same number for samples that look alike, so that a split keeps them together."""
    from studio.core.quality import QualityParams
    from studio.quality import near_duplicate_groups  # SciPy takes a moment to import

    groups: NDArray[np.int64] = near_duplicate_groups(samples, QualityParams().distance, progress)
    return groups


def alike_groups(
    artifacts: Artifacts, manifest: DatasetManifest, progress: Progress
) -> NDArray[np.int64]:
    """Return int64 (N,), the same number for samples of a version that look alike, or rows that are the same."""
    samples = samples_of(artifacts, manifest)
    if manifest.task == "table":
        return row_groups(cast(Texts, samples))
    return near_groups(samples, progress)


def split_counts(
    codes: NDArray[np.uint8], state: NDArray[np.uint8] | None = None
) -> tuple[int, int, int]:
    """Count the kept samples of train, validation and test."""
    kept = codes if state is None else codes[state == KEPT]
    train, validation, test = np.bincount(kept, minlength=3)[:3].tolist()
    return train, validation, test


def state_counts(state: NDArray[np.uint8]) -> tuple[int, int, int]:
    """Count the samples of each state."""
    kept, quarantined, removed = np.bincount(state, minlength=len(STATE_NAMES)).tolist()
    return kept, quarantined, removed


def recount(
    manifest: DatasetManifest,
    labels: NDArray[np.int32],
    codes: NDArray[np.uint8],
    state: NDArray[np.uint8] | None,
) -> DatasetManifest:
    """Return the manifest with the counts that follow from its arrays.

    Args:
        labels: int32 (N,). codes: uint8 (N,), the split. state: uint8 (N,), None when all are kept.
    """
    kept = labels if state is None else labels[state == KEPT]
    return manifest.model_copy(
        update={
            "class_counts": count_classes(kept, len(manifest.class_names)),
            "split_counts": split_counts(codes, state),
            "state_counts": None if state is None else state_counts(state),
        }
    )
