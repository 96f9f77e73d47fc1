from __future__ import annotations

import json
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest

from studio.core.catalog import CATALOG
from studio.core.configs import DRAWING_CLASSIFIER
from studio.core.draft import Draft
from studio.core.draft_layout import laid_out
from studio.core.draft_parameters import with_parameter
from studio.core.metric_comparison import MetricComparison
from studio.core.model_spec import ModelSpec
from studio.core.pipeline import Pipeline
from studio.core.port_values import (
    DatasetValue,
    FileValue,
    MetricsValue,
    ModelValue,
    PortValue,
    PredictionsValue,
    TableValue,
    TransformValue,
    UntrainedValue,
)
from studio.core.sources import SOURCES
from studio.core.standard import training_pipeline
from studio.core.training import TrainingConfig
from studio.tables import describe, frame_of_columns, write_parquet
from studio.workspace import Workspace
from studio.workspace.datasets import manifest_of
from tests.pages.conftest import OpenPage
from tests.pages.test_pages import press
from tests.workspace.conftest import carried_through, some_evaluation

SAMPLED = laid_out(
    Pipeline()
    .add("data", "dataset", name="digits")
    .add("split", "split")
    .add("some", "sample", share=0.2)
    .connect("data", "dataset", "split", "dataset")
    .connect("split", "dataset", "some", "dataset")
)


def select(app: AppTest, draft: str, *nodes: str) -> AppTest:
    """Select nodes on the canvas."""
    app.session_state["designer canvas"] = {
        "canvas": {"name": draft, "selected": nodes, "head": 0, "asked": None}
    }
    return app.run()


def words(app: AppTest) -> str:
    """Return all that the page says."""
    kinds = ("markdown", "caption", "warning", "info", "error", "subheader", "metric")
    return "\n".join(
        str(getattr(e, "label", "")) + str(e.value) for kind in kinds for e in getattr(app, kind)
    )


def test_an_empty_designer_offers_ways_to_begin(open_page: OpenPage, workspace: Workspace) -> None:
    app = open_page("designer")
    assert "Start with this" in [button.label for button in app.button]
    press(app, "Start with an empty canvas")
    assert [row.name for row in workspace.drafts()] == ["pipeline"]
    assert "The canvas is empty." in words(app)
    runs = open_page("designer", view="runs")
    assert "Nothing was submitted yet." in words(runs)
    assert not open_page("designer", view="published").error
    refused = open_page("designer", view="runs", run="nobody")
    assert "nobody" in str(refused.error[0].value)


def test_a_setting_is_an_edit_and_undo_shows_in_the_form(
    open_page: OpenPage, digits: Workspace
) -> None:
    digits.make_draft("walk", SAMPLED)
    app = select(open_page("designer", draft="walk"), "walk", "some")
    slider = next(s for s in app.slider if s.label == "Share")
    assert slider.value == 20
    slider.set_value(45).run()
    saved = digits.draft("walk")
    assert saved.draft.pipeline.node("some").params == {"share": 0.45}
    assert saved.undoes == "Sample data: share 0.45"
    digits.undo_draft("walk", saved.head)
    app = select(app, "walk", "some")
    assert next(s for s in app.slider if s.label == "Share").value == 20
    # A dataset is chosen by name, and another name means its newest version.
    app = select(app, "walk", "data")
    version = next(s for s in app.selectbox if s.label == "Version")
    version.set_value(1).run()
    assert digits.draft("walk").draft.pipeline.node("data").params == {"name": "digits", "version": 1}  # fmt: skip


def test_a_source_is_chosen_for_an_import(workspace: Workspace) -> None:
    workspace.make_draft("all", Draft(pipeline=Pipeline().add("in", "import", name="mine")))
    app = AppTest.from_function(_panels, default_timeout=120).run()
    for kind in SOURCES:
        next(s for s in app.selectbox if s.label == "Source").set_value(kind).run()
        assert not app.exception, kind
        assert workspace.draft("all").draft.pipeline.node("in").params["source"] == {"kind": kind}
    next(s for s in app.selectbox if s.label == "Source").set_value("text").run()
    next(t for t in app.text_input if t.label == "Address").set_value("http://host/a.csv").run()
    next(t for t in app.text_input if t.label == "Class column").set_value("mood").run()
    saved = workspace.draft("all").draft
    assert saved.pipeline.node("in").params["source"] == {
        "kind": "text",
        "url": "http://host/a.csv",
        "label_column": "mood",
    }
    assert saved.problems() == {}


def test_what_is_asked_for_is_asked_for(open_page: OpenPage, digits: Workspace) -> None:
    digits.make_draft("walk", SAMPLED)
    app = select(open_page("designer", draft="walk"), "walk", "some")
    asked = next(m for m in app.multiselect if m.label == "Pipeline parameters")
    asked.set_value(["share"]).run()
    assert [p.name for p in digits.draft("walk").draft.parameters] == ["share"]
    app = select(app, "walk")
    assert "Pipeline parameters" in words(app)
    press(app, "Submit")
    assert "Share" in [slider.label for slider in app.slider]
    select(app, "walk")  # whatever makes the page run anew, the dialog stays
    assert "Share" in [slider.label for slider in app.slider]
    form = AppTest.from_function(_submitting, default_timeout=120).run()
    next(s for s in form.slider if s.label == "Share").set_value(60).run()
    press(form, "Submit the run")
    run = digits.runs_of_draft("walk")[0]
    assert (run.name, run.kind) == ("walk", "pipeline")
    assert run.pipeline.node("some").params["share"] == 0.6
    assert digits.pipeline_run("walk").values == {"share": 0.6}


def test_several_values_are_several_runs(digits: Workspace) -> None:
    digits.make_draft("walk", with_parameter(SAMPLED, "some", "share"))
    form = AppTest.from_function(_submitting, default_timeout=120).run()
    form.multiselect[0].set_value(["share"]).run()
    values = next(t for t in form.text_input if t.label.startswith("Values of share"))
    values.set_value("0.1, a few").run()
    assert "a few" in str(form.error[0].value)
    values.set_value("0.1, 0.2, 0.3").run()
    assert "3 runs, which form the group walk." in words(form).replace("\\", "")
    press(form, "Submit 3 runs")
    shares = {run.name: run.pipeline.node("some").params["share"] for run in digits.group_runs("walk")}  # fmt: skip
    assert shares == {"walk-1": 0.1, "walk-2": 0.2, "walk-3": 0.3}


def test_what_cannot_run_is_said_instead_of_submitted(digits: Workspace) -> None:
    digits.make_draft("walk", Draft(pipeline=SAMPLED.pipeline.remove("split")))
    form = AppTest.from_function(_submitting, default_timeout=120).run()
    assert 'Input "dataset" is not connected.' in words(form).replace("\\", "")
    assert not form.button


def _submitting() -> None:
    """Ask for what a run of the draft needs."""
    from studio.ui.pipeline_run_submit import submit_dialog

    submit_dialog("walk")


def test_runs_are_opened_compared_and_cloned(open_page: OpenPage, digits: Workspace) -> None:
    digits.make_draft("walk", SAMPLED)
    for name, share in (("first", 0.2), ("second", 0.4)):
        draft = Draft(pipeline=SAMPLED.pipeline.set_params("some", share=share))
        digits.submit_pipeline(draft, name=name, draft_name="walk")
        assert carried_through(digits, name).status == "completed"
    app = open_page("designer", view="runs", draft="walk")
    assert [row["Run"] for row in app.dataframe[0].value.to_dict("records")] == ["second", "first"]
    one = open_page("designer", view="runs", run="second")
    assert "3 of 3 nodes done" in words(one)
    assert "2 were taken from earlier runs" in words(one)
    both = open_page("designer", view="runs", run="first", **{"with": "second"})
    assert both.dataframe[0].value.to_dict("records") == [
        {"Node": "Sample data", "Setting": "share", "first": "0.2", "second": "0.4"}
    ]
    press(one, "Clone as a draft")
    assert digits.draft("second").draft.pipeline.node("some").params["share"] == 0.4
    # What came out last stands beside the settings; the tab somebody looks at stays open from node to node.
    app = select(open_page("designer", draft="walk"), "walk", "some")
    assert [tab.label for tab in app.tabs][-3:] == ["Settings", "Output", "Log"]
    assert "719 samples of 10 classes" not in words(app)
    app.session_state["panel_tab"] = "Output"
    assert "1,797 samples of 10 classes" in words(select(app, "walk", "data"))
    assert "719 samples of 10 classes" in words(select(app, "walk", "some"))


def test_any_run_can_be_opened(open_page: OpenPage, digits: Workspace) -> None:
    pipeline = training_pipeline("digits", DRAWING_CLASSIFIER, TrainingConfig())
    digits.submit(pipeline, name="guided")
    app = open_page("designer", view="runs", run="guided")
    assert not app.error
    assert digits.draft_of_run("guided").pipeline.nodes == digits.run("guided").pipeline.nodes


def test_guided_pages_lead_to_the_designer(open_page: OpenPage, digits: Workspace) -> None:
    press(open_page("train", dataset="digits"), "Draw it in the designer")
    (made,) = digits.drafts()
    drawn = digits.draft(made.name).draft
    assert [n.component for n in drawn.pipeline.nodes] == ["dataset", "split", "train", "evaluate"]
    assert set(drawn.positions) == {node.id for node in drawn.pipeline.nodes}
    assert f"Go on with {made.name}" in [link.label for link in open_page("home").get("page_link")]


def _panels() -> None:
    """Show the panel of every component there is."""
    import streamlit as st

    from studio.ui.node_panel import show_panel
    from studio.ui.session import workspace

    saved = workspace().draft("all")
    for node in saved.draft.pipeline.nodes:
        show_panel(saved.draft, node.id, name="all")
    st.caption("All are shown.")


def test_every_component_has_a_panel(digits: Workspace) -> None:
    pipeline = Pipeline()
    for name in CATALOG:
        pipeline = pipeline.add(name, name)
    digits.make_draft("all", Draft(pipeline=pipeline))
    app = AppTest.from_function(_panels, default_timeout=120).run()
    assert not app.exception
    assert [error.value for error in app.error] == []
    assert app.caption[-1].value == "All are shown."
    assert digits.draft("all").edits == 1  # to be shown changes nothing


def test_a_search_offers_the_layers_that_come_by_wire(digits: Workspace) -> None:
    space = [{"field": "layers.0.units", "values": [4, 8]}]
    pipeline = Pipeline().add("kind", "table_classifier").add("tune", "search", space=space)
    digits.make_draft("all", Draft(pipeline=pipeline))
    app = AppTest.from_function(_panels, default_timeout=30).run()
    assert "There is no setting to search" in app.error[0].value, (
        "the search's own model begins with filters"
    )
    wired = Draft(pipeline=pipeline.connect("kind", "model", "tune", "model"))
    digits.edit_draft("all", lambda now: wired, what="A wire", author="ann")
    app.run()
    assert not app.exception
    assert [error.value for error in app.error] == []


def _values() -> None:
    """Show every kind of value."""
    import json

    from studio.core.port_values import parse_value
    from studio.ui.preview import show_value
    from studio.ui.session import workspace

    values = json.loads((workspace().home / "values.json").read_text())
    for number, value in enumerate(values):
        show_value(workspace(), parse_value(value), str(number))


def test_whatever_flows_through_a_wire_can_be_looked_at(digits: Workspace) -> None:
    version = digits.dataset("digits")
    evaluation = some_evaluation("digits:1")
    put = digits.artifacts.put
    file = put(evaluation.model_dump_json().encode(), "evaluation.json")
    headline: dict[str, Any] = {"accuracy": 0.75, "loss": 0.5}
    fold = {
        "count": 9,
        "accuracy": 0.5,
        "top_k": 1.0,
        "macro_f1": 0.5,
        "mean_average_precision": 0.5,
        "loss": 1.0,
    }
    mean = {name: value for name, value in fold.items() if name != "count"}
    crossed = {
        "dataset": "digits:1",
        "base": "",
        "class_names": ["a", "b"],
        "k": 2,
        "left_out": 0,
        "answers": {},
        "folds": [{"fold": 1, **fold}, {"fold": 2, **fold}],
        "mean": mean,
        "deviation": mean,
    }
    folds = put(json.dumps(crossed).encode(), "folds.json")
    compared = MetricComparison(
        headlines={"first": {"accuracy": 0.5}, "second": {"accuracy": 0.9}}, winner="second"
    )
    sides = put(compared.model_dump_json().encode(), "comparison.json")
    told = put(b"{}", "equivalence.json")
    answers = digits.artifacts.put_array(np.float32([[0.9, 0.1], [0.2, 0.8]]), "p.npy").digest
    ids = digits.artifacts.put_array(np.array([3, 5]), "i.npy").digest
    shape = (28, 28, 1)
    spec = ModelSpec(
        title="m:1", config=DRAWING_CLASSIFIER, class_names=("a", "b"), shape=shape, files={}
    )
    values: list[PortValue] = [
        DatasetValue(title="digits:1", manifest=manifest_of(version)),
        UntrainedValue(config=DRAWING_CLASSIFIER),
        ModelValue(title="m:1", spec=spec),
        TransformValue(component="scale", fitted={"mean": 3}),
        MetricsValue(kind="evaluation", headline=headline, file=file.digest),
        MetricsValue(kind="cross_validation", headline=headline, file=folds.digest),
        MetricsValue(kind="comparison", headline={}, file=sides.digest),
        MetricsValue(kind="equivalence", headline={"samples": 27}, file=told.digest),
        MetricsValue(kind="quality", headline={"copies": 4}, file=told.digest),
        FileValue(file=file),
    ]
    frame = frame_of_columns({"bill": [39.1, 41.5], "answer": ["gull", "tern"]})
    write_parquet(frame, digits.home / "rows.parquet")
    rows = digits.artifacts.put((digits.home / "rows.parquet").read_bytes(), "rows.parquet").digest
    values += [
        TableValue(parquet=rows, columns=describe(frame), count=2),
        PredictionsValue(
            class_names=("a", "b"), probabilities=answers, ids=ids, table=rows, count=2
        ),
    ]
    text = json.dumps([value.model_dump(mode="json") for value in values])
    (digits.home / "values.json").write_text(text)
    app = AppTest.from_function(_values, default_timeout=120).run()
    assert not app.exception
    assert "1,797 samples of 10 classes" in words(app)
    assert "75.0 %" in words(app)
    assert "**second** is better by more than chance." in words(app)
    shown = [f.value.to_dict("records") for f in app.dataframe if "answer" in f.value]
    assert [row["answer"] for row in shown[0]] == ["gull", "tern"]
    assert "2 rows, 2 columns." in words(app).replace("\\", "")
    assert any(list(f.value.columns) == ["bill", "answer"] for f in app.dataframe)
