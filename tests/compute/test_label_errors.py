"""Searches for label errors with real models: what they find, what a kill costs, and how they are ended."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from studio.compute.control_file import ControlFile
from studio.compute.events import EventReader
from studio.compute.executor import execute
from studio.compute.folder import RunFolder
from studio.compute.prepare import prepare
from studio.core.control import RunControl
from studio.core.errors import InvalidInput
from studio.core.events import ArtifactEvent, EndEvent, LogEvent, PauseEvent, ResultEvent
from studio.core.label_errors import LabelErrorParams, LabelErrorReport
from studio.core.run import Run
from studio.core.training import TrainingConfig
from studio.workspace import Workspace
from tests.compute.conftest import MODEL, carry_out, of

PARAMS = LabelErrorParams(
    folds=2,
    model=MODEL,
    training=TrainingConfig(epochs=12, batch_size=64, learning_rate=0.01, precision="float32"),
)


class Killed(BaseException):
    """Stands for a kill: nothing catches it."""


@pytest.fixture
def flipped(digits: Workspace) -> NDArray[np.int64]:
    """Forty digits of the dataset that are labelled as another one; two more are the only ones of their class."""
    labels = np.asarray(digits.labels(digits.dataset("digits")))
    rows = np.random.default_rng(3).permutation(len(labels))[:42]
    for digit in range(10):
        mine = [int(row) for row in rows[:40] if (labels[row] + 3) % 10 == digit]
        if mine:
            digits.relabel("digits", mine, str(digit))
    digits.relabel("digits", rows[40:].tolist(), "rare")
    return rows[:40]


def carry_out_until(
    workspace: Workspace, run: Run, wish: Callable[[], RunControl], attempt: int = 1
) -> None:
    """Execute a run; `wish` is asked what people want once its first fold is finished."""
    folder = RunFolder.of(workspace.home, run.name)
    folder.write_spec(prepare(workspace, run.model_copy(update={"attempt": attempt})))
    asked = ControlFile(folder)
    done = folder.checkpoints / "1" / "fold-1.done"
    execute(folder, lambda: wish() if done.exists() else asked())


def test_planted_errors_are_flagged_by_models_that_have_not_seen_them(
    digits: Workspace, flipped: NDArray[np.int64]
) -> None:
    params = PARAMS.model_copy(update={"folds": 3})
    run = digits.find_label_errors("digits", params)
    assert run.kind == "label_errors"
    assert digits.estimated_memory(run) > 600e6
    events = carry_out(digits, run.name)
    assert isinstance(events[-1], EndEvent)
    assert events[-1].status == "completed"
    report = LabelErrorReport.model_validate(of(events, ResultEvent)[-1].result["report"])
    assert (report.judged, report.left_out) == (1795, 2)
    assert report.likely <= report.flags
    assert sum(pair.estimated for pair in report.pairs) == report.estimated
    files = {event.artifact.name: event.artifact.digest for event in of(events, ArtifactEvent)}
    flags = digits.artifacts.open_array(files["flags.npy"])
    assert np.isin(flags[:40], flipped).mean() > 0.7
    ids = digits.artifacts.open_array(files["prediction_ids.npy"])
    said = digits.artifacts.open_array(files["predictions.npy"])
    assert said.shape == (1795, 11)
    assert len(np.unique(ids)) == 1795
    assert np.allclose(said.sum(axis=1), 1, atol=1e-3)


def test_a_killed_search_goes_on_after_its_last_finished_fold(
    digits: Workspace, flipped: NDArray[np.int64]
) -> None:
    def kill() -> RunControl:
        raise Killed

    run = digits.find_label_errors("digits", PARAMS)
    with pytest.raises(Killed):
        carry_out_until(digits, run, kill)
    before = (digits.run_folder(run.name) / "checkpoints/1/answers.npy").read_bytes()
    carry_out_until(digits, run, lambda: RunControl(pause=True), attempt=2)
    folder = RunFolder.of(digits.home, run.name)
    assert of(EventReader(folder.events).read(0), PauseEvent)
    answers = (digits.run_folder(run.name) / "checkpoints/1/answers.npy").read_bytes()
    assert answers == before  # the first fold was not judged again
    carry_out_until(digits, run, RunControl, attempt=3)
    events = EventReader(folder.events).read(0)
    assert isinstance(events[-1], EndEvent)
    assert events[-1].status == "completed"
    folds = [event.text[:11] for event in of(events, LogEvent) if event.text.startswith("Fold")]
    assert folds == ["Fold 1 of 2", "Fold 2 of 2"]
    assert not folder.checkpoints.exists()


def test_a_stopped_search_keeps_nothing(digits: Workspace, flipped: NDArray[np.int64]) -> None:
    run = digits.find_label_errors("digits", PARAMS)
    carry_out_until(digits, run, lambda: RunControl(stop=True))
    events = EventReader(RunFolder.of(digits.home, run.name).events).read(0)
    assert isinstance(events[-1], EndEvent)
    assert events[-1].status == "stopped"
    assert not of(events, ArtifactEvent)


def test_one_class_or_texts_for_a_model_of_pictures_are_refused(digits: Workspace) -> None:
    digits.merge_classes("digits", [str(digit) for digit in range(10)], "digit")
    with pytest.raises(InvalidInput, match="only one class"):
        digits.find_label_errors("digits", PARAMS)
