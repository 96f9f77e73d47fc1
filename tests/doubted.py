"""A finished search for label errors without TensorFlow: real files, recorded as a worker does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from studio.core.dataset import DatasetVersion
from studio.core.events import ArtifactEvent, EndEvent, ResultEvent
from studio.core.label_errors import ClassPair, LabelErrorReport
from studio.core.run import Run
from studio.workspace import Workspace

Doubt = tuple[int, int]
"""A sample, and the number of the class that a model would give it."""


def doubted(
    workspace: Workspace, version: DatasetVersion, doubts: Sequence[Doubt], *, likely: int
) -> Run:
    """End a search that doubts the labels of some samples, the surest first."""
    run = workspace.find_label_errors(version.dataset)
    claimed = workspace.claim_run("worker", 60.0, kinds=("label_errors",))
    assert claimed is not None
    assert claimed.name == run.name
    samples = np.array([sample for sample, _ in doubts], np.int64)
    given = np.asarray(workspace.labels(version))[samples]
    suggested = np.array([code for _, code in doubts], np.int32)
    scores = np.column_stack(
        [np.linspace(0.02, 0.4, len(doubts)), np.linspace(0.97, 0.5, len(doubts))]
    )
    files = {
        "flags.npy": samples,
        "flag_classes.npy": np.column_stack([given, suggested]).astype(np.int32),
        "flag_scores.npy": scores.astype(np.float32),
    }
    names = version.class_names
    report = LabelErrorReport(
        dataset=version.title,
        base=version.base,
        labels=version.labels,
        class_names=names,
        folds=4,
        judged=version.labelled,
        left_out=0,
        agreement=1 - len(doubts) / version.labelled,
        estimated=likely,
        likely=likely,
        flags=len(doubts),
        pairs=(ClassPair(given=names[given[0]], true=names[suggested[0]], estimated=1, share=0.1),),
    )
    stored = [workspace.artifacts.put_array(array, name) for name, array in files.items()]
    result = {"dataset": version.title, "base": version.base}
    events = [
        *(ArtifactEvent(seq=i, time=0.0, artifact=file) for i, file in enumerate(stored, 1)),
        ResultEvent(seq=8, time=0.0, result={**result, "report": report.model_dump(mode="json")}),
        EndEvent(seq=9, time=0.0, status="completed"),
    ]
    assert workspace.record_events(claimed, events)
    return workspace.run(run.name)
