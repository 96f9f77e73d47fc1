"""From a claimed run to what its process is told. The worker's side: it may ask the workspace."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from studio.compute.base import RunSpec
from studio.compute.folder import RunFolder
from studio.compute.session_files import write_session
from studio.core.catalog import ImportParams, TrainParams, model_references
from studio.core.dataset import DatasetVersion
from studio.core.errors import NotFound, unknown
from studio.core.quickdraw import SIDE
from studio.core.ranking import PrelabelParams, RankParams
from studio.core.run import Run
from studio.core.sources import DrawingsSource
from studio.workspace import Workspace


def prepare(workspace: Workspace, run: Run) -> RunSpec:
    """Gather what a run's process needs, so that it never opens the database.

    Args:
        run: As claimed, its attempt counted.

    Raises:
        NotFound: A dataset version, a drawing collection or a labelling session is not there any more.
    """
    places = workspace.places()
    for node in run.pipeline.nodes:
        if isinstance(params := run.pipeline.params(node.id), RankParams | PrelabelParams):
            known, facts = workspace.session_known(params.session)
            write_session(RunFolder.of(workspace.home, run.name).session, known, facts)
    limits = workspace.queue_limits()
    return RunSpec(
        run=run.name,
        pipeline=run.pipeline,
        datasets={
            **_grown(workspace, run),
            **{node: workspace.dataset_by_id(pinned) for node, pinned in run.inputs.items()},
        },
        artifacts=str(workspace.artifacts.root),
        data=str(places.data),
        cache=str(places.cache),
        uploads=str(places.uploads),
        models={
            reference: workspace.model_spec(reference)
            for node in run.pipeline.nodes
            for reference in model_references(run.pipeline.params(node.id))
        },
        weights=_weights(workspace, run),
        drawings=_copy_drawings(workspace, run),
        scripts=workspace.scripts_allowed(),
        attempt=run.attempt,
        after_seq=workspace.last_event(run),
        reuse=run.kind == "pipeline",
        parallel_nodes=limits.parallel_nodes,
        memory_bytes=None if limits.memory_gb is None else round(limits.memory_gb * 1e9),
    )


def _weights(workspace: Workspace, run: Run) -> dict[str, str]:
    """Return the Keras model from whose weights each training starts, by the training's node."""
    found: dict[str, str] = {}
    for node in run.pipeline.nodes:
        params = run.pipeline.params(node.id)
        if isinstance(params, TrainParams) and params.start_from is not None:
            kept = workspace.run_artifacts(params.start_from).get("model.keras")
            if kept is None:
                raise NotFound(
                    f'Run "{params.start_from}" has no weights to start from.',
                    "It kept no model.",
                    "Start from another training, or from random weights.",
                )
            found[node.id] = kept.digest
    return found


def _grown(workspace: Workspace, run: Run) -> dict[str, DatasetVersion]:
    """Return the newest version of each dataset that an import adds to, by the import's node."""
    known = {dataset.name for dataset in workspace.datasets()}
    return {
        node.id: workspace.dataset(params.name)
        for node in run.pipeline.nodes
        if isinstance(params := run.pipeline.params(node.id), ImportParams)
        and params.append
        and params.name in known
    }


def drawings_files(folder: Path, number: int) -> tuple[Path, Path]:
    """Return the files of the pixels, uint8 (n, 784), and the labels, int32 (n,), of collection `number`."""
    return folder / f"{number}-pixels.npy", folder / f"{number}-labels.npy"


def drawings_strokes(folder: Path, number: int) -> Path:
    """Return the file of the strokes of collection `number`: JSON, a line each."""
    return folder / f"{number}-strokes.jsonl"


def _copy_drawings(workspace: Workspace, run: Run) -> dict[str, tuple[tuple[str, ...], int]]:
    """Copy the collections a run imports; what is drawn meanwhile is not in them."""
    wanted = [
        params.source.collection
        for node in run.pipeline.nodes
        if isinstance(params := run.pipeline.params(node.id), ImportParams)
        and isinstance(params.source, DrawingsSource)
    ]
    folder = RunFolder.of(workspace.home, run.name).drawings
    copied: dict[str, tuple[tuple[str, ...], int]] = {}
    for number, collection in enumerate(dict.fromkeys(wanted)):
        open_drawings = workspace.places().drawings
        found = open_drawings(collection) if open_drawings else None
        if found is None:
            raise unknown("drawing collection", collection, workspace.drawing_collections())
        class_names, drawings, count = found
        folder.mkdir(parents=True, exist_ok=True)
        pixels_file, labels_file = drawings_files(folder, number)
        pixels = np.lib.format.open_memmap(
            pixels_file, "w+", dtype=np.uint8, shape=(count, SIDE * SIDE)
        )
        labels = np.full(count, -1, np.int32)
        taken = 0
        with drawings_strokes(folder, number).open("w") as lines:
            for row, label, strokes in drawings:
                if taken == count:
                    break
                pixels[taken] = np.frombuffer(row, np.uint8)
                labels[taken] = label
                lines.write(" ".join(strokes.split()) + "\n")
                taken += 1
        pixels.flush()
        np.save(labels_file, labels)
        copied[collection] = (class_names, taken)
    return copied
