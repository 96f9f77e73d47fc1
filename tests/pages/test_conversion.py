from __future__ import annotations

from studio.core.configs import DRAWING_CLASSIFIER
from studio.core.dataset import DatasetManifest
from studio.core.draft import Draft
from studio.core.events import ArtifactEvent, EndEvent, ObservationEvent, ResultEvent
from studio.core.model_spec import ModelSpec
from studio.core.node_state import NodeState
from studio.core.pipeline import Pipeline
from studio.core.port_values import DatasetValue, ModelValue, PortValue
from studio.core.run import Failure
from studio.core.standard import training_pipeline
from studio.core.training import TrainingConfig
from studio.workspace import Workspace
from tests.pages.conftest import OpenPage
from tests.workspace.conftest import some_evaluation


def trained(workspace: Workspace) -> None:
    """End a pipeline run as its worker would, its nodes' outputs known."""
    pipeline = (
        Pipeline()
        .add("data", "dataset", name="digits")
        .add("small", "resize", height=8, width=8)
        .add("train", "train")
        .connect("data", "dataset", "small", "dataset")
        .connect("small", "dataset", "train", "dataset")
    )
    workspace.submit_pipeline(Draft(pipeline=pipeline), name="first", draft_name="pupils")
    run = workspace.claim_run("worker", 60.0)
    assert run is not None
    version = workspace.dataset("digits")
    fields = version.model_dump(include=set(DatasetManifest.model_fields))
    data = DatasetValue(title=version.title, manifest=DatasetManifest.model_validate(fields))
    kept = {f: workspace.artifacts.put(f.encode(), f"model.{f}") for f in ("keras", "tflite")}
    spec = ModelSpec(
        title="",
        config=DRAWING_CLASSIFIER,
        class_names=version.class_names,
        shape=version.shape,
        files={name: file.digest for name, file in kept.items()},
        sizes={name: file.size for name, file in kept.items()},
    )
    outputs: dict[str, dict[str, PortValue]] = {
        "data": {"dataset": data},
        "small": {"dataset": data},
        "train": {"model": ModelValue(spec=spec)},
    }
    events = [
        ObservationEvent(
            seq=number,
            time=0,
            kind="node",
            step=number,
            body=NodeState(node=node, state="completed", outputs=made).model_dump(mode="json"),
        )
        for number, (node, made) in enumerate(outputs.items(), 1)
    ]
    assert workspace.record_events(run, [*events, EndEvent(seq=4, time=0, status="completed")])


def test_a_run_is_converted_step_by_step(digits: Workspace, open_page: OpenPage) -> None:
    trained(digits)
    page = open_page("designer", view="runs", run="first")
    text = " ".join(element.value for element in page.markdown)
    assert "take the place of its samples" in text
    assert "does so here, too" in text
    page.button(key="convert now first").click().run()
    assert not page.error
    (tried,) = digits.conversions("first")
    assert tried.name == "first-realtime"
    assert digits.model("pupils", alias="champion").run == "first"
    run = digits.claim_run("worker", 60.0)
    assert run is not None
    told = {"samples": 540, "left_out": 0, "largest": 2e-7, "model": "pupils:1"}
    result = ResultEvent(seq=1, time=0, result={"equivalence": told})
    assert digits.record_events(run, [result, EndEvent(seq=2, time=0, status="completed")])
    assert digits.draft("pupils-realtime").draft.origin["run"] == "first", "the worker made it"
    page.run()
    assert "540 held-out samples" in " ".join(element.value for element in page.markdown)
    assert page.button(key="open converted first-realtime").label == r"Open pupils\-realtime"
    assert page.text_input(key="deploy pipeline name pupils-realtime").value == "pupils-realtime"


def test_a_training_of_the_guided_page_is_converted_where_it_is_looked_at(
    digits: Workspace, open_page: OpenPage
) -> None:
    training = training_pipeline("digits", DRAWING_CLASSIFIER, TrainingConfig())
    digits.submit(training, name="guided")
    page = open_page("runs", run="guided")
    assert "Convert" not in [part.value for part in page.subheader], "it has no model yet"
    run = digits.claim_run("worker", 60.0)
    assert run is not None
    judged = some_evaluation("digits:1").model_dump_json().encode()
    files = {"model.keras": b"keras", "model.tflite": b"tflite", "evaluation.json": judged}
    kept = [digits.artifacts.put(content, name) for name, content in files.items()]
    events = [ArtifactEvent(seq=i, time=0, artifact=file) for i, file in enumerate(kept, 1)]
    assert digits.record_events(run, [*events, EndEvent(seq=4, time=0, status="completed")])
    assert open_page("designer", view="runs", run="guided").button(key="convert now guided")
    page = open_page("runs", run="guided")
    page.button(key="convert now guided").click().run()
    assert not page.error
    (tried,) = digits.conversions("guided")
    assert tried.name == "guided-realtime"
    assert digits.model("guided", alias="champion").facts["accuracy"] == 0.75


def test_a_refusal_shows_the_difference(digits: Workspace, open_page: OpenPage) -> None:
    trained(digits)
    digits.convert("first", "batch")
    run = digits.claim_run("worker", 60.0)
    assert run is not None
    why = Failure(
        what="The inference pipeline answers 3 of 540 held-out samples differently.",
        why="About sample 7 the training says 1, the inference pipeline 8.",
        fix="Look for a step.",
    )
    assert digits.record_events(run, [EndEvent(seq=1, time=0, status="failed", failure=why)])
    page = open_page("designer", view="runs", run="first")
    assert "About sample 7" in page.error[0].value
    assert digits.converted("first-batch") is None
