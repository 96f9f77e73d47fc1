from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.core.catalog import SplitParams
from studio.core.control import RunControl
from studio.core.events import LogEvent
from studio.core.presets import PRESETS
from studio.core.queue import QueueLimits
from studio.core.run import Failure
from studio.core.training import TrainingConfig
from studio.workspace import Workspace
from tests.cli.conftest import Studio
from tests.workspace.conftest import MakeDataset, TrainedRun

TRAIN = ("train", "--dataset", "pets", "--name", "first")


@pytest.fixture
def pets(make_dataset: MakeDataset, no_worker: None) -> None:
    """pets:1, of two classes; one-class:1, of one."""
    make_dataset()
    make_dataset("one-class", labels=(0, 0, -1))


@pytest.mark.usefixtures("pets")
def test_training_is_submitted_with_every_setting(studio: Studio, workspace: Workspace) -> None:
    submitted = studio(
        *TRAIN,
        *("--model", "dense-baseline", "--epochs", "3", "--batch-size", "7", "--json"),
        *("--set", "learning_rate=0.01", "--set", "train.optimizer=sgd", "--set", "keep=last"),
        *("--set", "steps_per_epoch=5", "--set", "split.test_share=0.4", "--set", "split.seed=9"),
    ).json
    assert (submitted["name"], submitted["status"]) == ("first", "queued")
    assert (submitted["kind"], submitted["datasets"]) == ("training", ["pets:1"])
    pipeline = workspace.run("first").pipeline
    expected = TrainingConfig(
        epochs=3, batch_size=7, learning_rate=0.01, optimizer="sgd", keep="last", steps_per_epoch=5
    )
    params = pipeline.params("train")
    assert params.model_dump(exclude={"model", "start_from"}) == expected.model_dump()
    assert params.model_dump(include={"model"}) == {"model": PRESETS["dense-baseline"].model_dump()}
    assert pipeline.params("split") == SplitParams(stored=False, test_share=0.4, seed=9)


@pytest.mark.usefixtures("pets")
def test_defaults_are_the_declared_ones(
    studio: Studio, workspace: Workspace, make_dataset: MakeDataset
) -> None:
    make_dataset(seed=1)
    assert (
        studio("train", "--dataset", "pets:1", "--json").json["name"] == "pets-drawing-classifier"
    )
    run = workspace.run("pets-drawing-classifier")
    assert run.pipeline.params("split") == SplitParams()
    params = run.pipeline.params("train").model_dump(exclude={"model", "start_from"})
    assert params == TrainingConfig().model_dump()
    assert workspace.dataset_by_id(run.inputs["dataset"]).version == 1
    assert studio("train", "--dataset", "pets", "--json").json["datasets"] == ["pets:2"]
    assert len(workspace.runs()) == 2


REFUSED = {
    "no such dataset": ("--dataset", "pest"),
    "no such version": ("--dataset", "pets:7"),
    "no version at all": ("--dataset", "pets:new"),
    "one class only": ("--dataset", "one-class"),
    "no such model": ("--model", "drawing-clasifier"),
    "0 epochs": ("--epochs", "0"),
    "10^9 epochs": ("--epochs", "1000000000"),
    "a batch of 0": ("--batch-size", "0"),
    "a batch of 10^9": ("--batch-size", "1000000000"),
    "a name taken": ("--name", "taken"),
    "an impossible name": ("--name", "a/b"),
    "an unknown setting": ("--set", "lerning_rate=1"),
    "an unknown setting of the split": ("--set", "split.tests_share=0.2"),
    "a setting without a value": ("--set", "learning_rate"),
    "a setting of another type": ("--set", "learning_rate=fast"),
    "a setting that is no number": ("--set", "learning_rate=NaN"),
    "a setting out of bounds": ("--set", "learning_rate=-1"),
    "a split of nothing": ("--set", "split.test_share=0"),
    "a split that leaves nothing": ("--set", "split.test_share=0.99"),
    "a model that is no setting": ("--set", 'model={"layers": []}'),
}


@pytest.mark.usefixtures("pets")
@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED.keys())
def test_impossible_trainings_are_refused_and_leave_the_workspace_unchanged(
    studio: Studio, dump: Callable[[], str], change: tuple[str, str]
) -> None:
    studio(*TRAIN[:-1], "taken")
    before = dump()
    result = studio(*TRAIN, *change)
    assert result.code == 1
    assert all(result.refusal.values())
    assert dump() == before


@pytest.mark.usefixtures("pets")
@pytest.mark.parametrize(
    ("setting", "guess"),
    [
        ("lerning_rate", "learning_rate"),
        ("train.epoch", "epochs"),
        ("split.tests_share", "split.test_share"),
        ("batchsize", "batch_size"),
    ],
)
def test_misspelt_settings_come_with_the_nearest(studio: Studio, setting: str, guess: str) -> None:
    assert f'"{guess}"' in studio(*TRAIN, "--set", f"{setting}=1").refusal["fix"]


@pytest.mark.usefixtures("pets")
def test_a_waiting_run_is_listed_shown_and_stopped(studio: Studio) -> None:
    assert "train --dataset" in studio("runs", "list").out
    studio(*TRAIN)
    assert studio("runs", "list", "--json").json["runs"][0]["name"] == "first"
    assert studio("runs", "list").out.splitlines()[1].split()[:3] == ["first", "training", "queued"]
    shown = studio("runs", "show", "first", "--json").json
    assert (shown["status"], shown["artifacts"], shown["failure"]) == ("queued", {}, None)
    assert studio("runs", "stop", "first", "--json").json["status"] == "stopped"
    assert studio("runs", "stop", "first").code == 1
    assert studio("evaluate", "first").code == 1
    assert studio("runs", "show", "first", "--wait", "--json").json["status"] == "stopped"


@pytest.mark.usefixtures("no_worker")
def test_a_finished_run_shows_what_it_made(studio: Studio, trained_run: TrainedRun) -> None:
    trained_run("first")
    shown = studio("runs", "show", "first", "--json").json
    assert {"model.keras", "model.tflite", "evaluation.json"} <= set(shown["artifacts"])
    assert shown["result"] == {"accuracy": 0.75}
    text = studio("runs", "show", "first").out
    assert "completed" in text
    assert "model.tflite" in text


@pytest.mark.usefixtures("pets")
def test_waiting_for_a_run_that_fails_ends_with_1_and_its_reasons(
    studio: Studio, workspace: Workspace
) -> None:
    studio(*TRAIN)
    run = workspace.claim_run("worker", 60.0)
    assert run is not None
    workspace.fail_run(run, Failure(what="It broke.", why="It was old.", fix="Buy a new one."))
    result = studio("runs", "show", "first", "--wait")
    assert result.code == 1
    assert result.refusal == {
        "what": 'Run "first" failed: It broke.',
        "why": "It was old.",
        "fix": "Buy a new one.",
    }
    result = studio("runs", "show", "first", "--wait", "--json")
    assert json.loads(result.err)["error"]["why"] == "It was old."
    assert "It broke." in studio("runs", "show", "first").out


@pytest.mark.usefixtures("pets")
def test_the_log_is_printed_whole(studio: Studio, workspace: Workspace) -> None:
    studio(*TRAIN)
    assert studio("runs", "log", "first").out == "No log yet.\n"
    run = workspace.claim_run("worker", 60.0)
    assert run is not None
    lines = [LogEvent(seq=seq, time=0.0, text=f"line {seq}") for seq in range(1, 2501)]
    workspace.record_events(run, lines)
    found = studio("runs", "log", "first", "--json").json
    assert found == {"run": "first", "lines": [f"line {seq}" for seq in range(1, 2501)]}
    assert studio("runs", "log", "first").out.splitlines() == found["lines"]


@pytest.mark.usefixtures("no_worker")
def test_an_evaluation_is_shown_as_numbers_and_as_tables(
    studio: Studio, trained_run: TrainedRun
) -> None:
    trained_run("first")
    found = studio("evaluate", "first", "--json").json
    assert (found["run"], found["dataset"], found["accuracy"]) == ("first", "pets:1", 0.75)
    assert (found["top_k"], found["k"]) == (1.0, 2)
    assert found["mean_average_precision"] == 0.8
    assert found["milliseconds_per_sample"] == 0.1
    assert found["confusion_matrix"] == [[2, 0], [1, 1]]
    first = found["per_class"][0]
    assert (first["class_name"], first["support"], first["average_precision"]) == ("cat", 2, 0.8)
    assert first["precision"] == first["recall"] == first["f1"] == 0.75
    text = studio("evaluate", "first").out
    assert "75.0% of 4 test samples" in text
    assert "0.10 ms a sample" in text
    assert text.splitlines()[-1].split() == ["dog", "cat", "1"]


def test_serving_with_an_impossible_port_is_refused(studio: Studio, home: Path) -> None:
    result = studio("serve", "--port", "99999")
    assert result.code == 1
    assert "99999" in result.refusal["what"]
    result = studio("serve", "--host", "0.0.0.0", "--port", "0")
    assert result.code == 1
    assert "0.0.0.0" in result.refusal["what"]


def test_executing_a_run_that_nobody_prepared_is_refused(studio: Studio, home: Path) -> None:
    result = studio("execute", "first")
    assert result.code == 1
    assert "worker" in result.refusal["fix"]


@pytest.mark.usefixtures("pets")
def test_a_waiting_training_is_controlled(studio: Studio, workspace: Workspace) -> None:
    studio(*TRAIN)
    studio(*TRAIN[:-1], "second")
    assert studio("runs", "pause", "first").out == "first is paused.\n"
    assert studio("runs", "resume", "first", "--json").json["status"] == "queued"
    assert studio("runs", "extend", "first", "3").out == (
        "first is queued, asked to train 8 epochs in all.\n"
    )
    assert studio("runs", "rate", "first", "0.01", "--json").json["control"] == {
        **RunControl(epochs=8, learning_rate=0.01).model_dump(mode="json")
    }
    assert "keep histograms" in studio("runs", "histograms", "first", "on").out
    shown = studio("runs", "show", "first").out
    assert "train 8 epochs in all, use the learning rate 0.01, keep histograms" in shown
    assert [run.name for run in workspace.queued_runs()] == ["first", "second"]
    moved = studio("runs", "move", "second", "up", "--json").json
    assert [run["name"] for run in moved["queue"]] == ["second", "first"]
    assert studio("runs", "queue").out.splitlines()[1].split()[:3] == ["1", "second", "training"]
    assert studio("runs", "cancel", "first").out == "first is cancelled.\n"
    for refused in (
        ("pause", "first"),
        ("extend", "second", "0"),
        ("rate", "second", "-1"),
        ("move", "first", "up"),
        ("resume", "secnd"),
    ):
        assert all(studio("runs", *refused).refusal.values())


@pytest.mark.usefixtures("pets")
def test_a_training_is_repeated_as_a_group(studio: Studio, workspace: Workspace) -> None:
    made = studio(*TRAIN, "--seeds", "2", "--json").json
    assert [run["name"] for run in made["runs"]] == ["first-1", "first-2"]
    again = studio("runs", "repeat", "first-2", "--seeds", "3", "--group", "more", "--json").json
    assert [run["group"] for run in again["runs"]] == ["more"] * 3
    seeds = [workspace.run_settings(f"more-{n}").training.seed for n in (1, 2, 3)]
    assert seeds == [1, 2, 3]
    assert studio("runs", "group", "more").out.splitlines()[1].split()[:2] == ["more-1", "queued"]
    assert studio("runs", "repeat", "first-1", "--seeds", "99").code == 1


def test_the_queue_is_limited(studio: Studio, workspace: Workspace) -> None:
    assert studio("runs", "queue").out == "No training waits.\n"
    assert studio("runs", "limits", "--json").json == {
        "parallel_runs": 1,
        "parallel_nodes": 2,
        "memory_gb": None,
    }
    studio("runs", "limits", "--parallel-runs", "2", "--memory-gb", "3")
    assert workspace.queue_limits() == QueueLimits(parallel_runs=2, memory_gb=3)
    text = studio("runs", "limits", "--memory-gb", "none").out
    assert "what the machine has free" in text
    assert workspace.queue_limits() == QueueLimits(parallel_runs=2)
    assert "parallel_runs" in studio("runs", "limits", "--parallel-runs", "0").refusal["what"]
