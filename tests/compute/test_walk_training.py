"""Drawn pipelines that train: side by side, judged, reused, and taken for trainings afterwards."""

from __future__ import annotations

import threading

import numpy as np

from studio.compute.folder import RunFolder
from studio.compute.values import keep, view
from studio.core.catalog import plain
from studio.core.draft import Draft
from studio.core.events import EndEvent, LogEvent, MetricsEvent
from studio.core.pipeline import Pipeline
from studio.core.port_values import MetricsValue, ModelValue
from studio.core.predictions import PROBABILITIES
from studio.core.queue import QueueLimits
from studio.core.standard import training_pipeline
from studio.core.training import TrainingConfig
from studio.workspace import Workspace
from tests.compute.conftest import MODEL, of, until
from tests.compute.drawn import add_letters, carry_out, node, states, submit


def two_trainings() -> Draft:
    """Return two trainings on the same data, each judged."""
    pipeline = Pipeline().add("data", "dataset", name="letters")
    for name, rate in (("one", 0.01), ("two", 0.1)):
        pipeline = (
            pipeline.add(name, "train", model=plain(MODEL), epochs=1, learning_rate=rate)
            .add(f"judge-{name}", "evaluate")
            .connect("data", "dataset", name, "dataset")
            .connect("data", "dataset", f"judge-{name}", "dataset")
            .connect(name, "model", f"judge-{name}", "model")
        )
    return Draft(pipeline=pipeline)


def test_two_trainings_side_by_side_are_judged_registered_and_reused(workspace: Workspace) -> None:
    add_letters(workspace)
    submit(workspace, two_trainings(), "both")
    events = carry_out(workspace, "both")
    nodes = ("data", "one", "judge-one", "two", "judge-two")
    assert states(workspace, "both") == dict.fromkeys(nodes, "completed")
    names = {name for event in of(events, MetricsEvent) for name, _, _ in event.points}
    assert {"loss", "two/loss"} <= names
    assert {"one", "two"} <= {event.node for event in of(events, LogEvent)}
    assert workspace.run_log("both", node="judge-two")[1][0].startswith("On 6 test samples")

    files = workspace.run_artifacts("both")
    assert {"model.keras", "two.model.keras", "evaluation.json"} <= set(files)
    one, two = node(workspace, "both", "one"), node(workspace, "both", "two")
    model, other = one.outputs["model"], two.outputs["model"]
    assert isinstance(model, ModelValue)
    assert model.spec.files["keras"] == files["model.keras"].digest
    assert isinstance(other, ModelValue)
    assert other.spec.files["keras"] == files["two.model.keras"].digest
    judged = node(workspace, "both", "judge-one").outputs["metrics"]
    assert isinstance(judged, MetricsValue)
    assert judged.file == files["evaluation.json"].digest
    assert judged.headline["accuracy"] == workspace.run("both").result["accuracy"]

    opened = view(model, workspace.artifacts)
    assert opened.predictor.predict(np.zeros((2, 28, 28, 1), np.uint8)).shape == (2, 2)
    assert (opened.title, opened.class_names) == ("", ("a", "b"))
    assert keep(opened, workspace.artifacts) == model

    version = workspace.register_model("both", "letters", alias="champion")
    assert version.dataset == "letters:1"
    assert workspace.model_spec("run/both").files["tflite"] == model.spec.files["tflite"]

    changed = two_trainings().pipeline.set_params("judge-two", top_k=1)
    submit(workspace, Draft(pipeline=changed), "again")
    carry_out(workspace, "again")
    assert states(workspace, "again") == {
        **dict.fromkeys(nodes, "reused"),
        "judge-two": "completed",
    }
    compared = workspace.compare_pipeline_runs("both", "again")
    assert compared.changed == (("judge-two", "top_k", 5, 1),)
    assert any(name == "judge-one: accuracy" and a == b for name, a, b in compared.metrics)


def test_a_guided_training_opened_in_the_designer_gives_the_same_model(
    workspace: Workspace,
) -> None:
    add_letters(workspace)
    workspace.submit(training_pipeline("letters", MODEL, TrainingConfig(epochs=2)), name="guided")
    carry_out(workspace, "guided")
    submit(workspace, workspace.draft_of_run("guided"), "drawn")
    carry_out(workspace, "drawn")
    guided, drawn = workspace.run("guided"), workspace.run("drawn")
    assert (guided.kind, drawn.kind) == ("training", "pipeline")
    assert guided.pipeline == drawn.pipeline
    one, two = workspace.run_artifacts("guided"), workspace.run_artifacts("drawn")
    assert one.keys() == two.keys()
    for name in ("model.tflite", PROBABILITIES):
        assert one[name].digest == two[name].digest, name
    assert guided.result["accuracy"] == drawn.result["accuracy"]


def test_a_training_is_cancelled_in_its_midst_and_the_other_branch_goes_on(
    workspace: Workspace,
) -> None:
    add_letters(workspace)
    workspace.set_queue_limits(QueueLimits(parallel_nodes=1))
    long = two_trainings().pipeline.set_params("one", epochs=10_000)
    submit(workspace, Draft(pipeline=long), "both")
    folder = RunFolder.of(workspace.home, "both")

    def cancel() -> None:
        until(lambda: folder.events.exists() and b'"loss"' in folder.events.read_bytes())
        workspace.cancel_node("both", "one")
        folder.write_control(workspace.run_control(workspace.run("both")))

    asking = threading.Thread(target=cancel)
    asking.start()
    end = carry_out(workspace, "both")[-1]
    asking.join()
    assert isinstance(end, EndEvent)
    assert (end.status, end.failure) == ("stopped", None)
    assert states(workspace, "both") == {
        **{"data": "completed", "one": "cancelled", "judge-one": "skipped"},
        **{"two": "completed", "judge-two": "completed"},
    }
    assert "model.keras" not in workspace.run_artifacts("both")
