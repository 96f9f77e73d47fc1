"""Deploy: the views of an endpoint, the files of a model with what the gate said, and where there is nothing yet."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from studio import processes
from studio.core.events import ArtifactEvent, EndEvent, Event, ResultEvent
from studio.core.model import ModelVersion
from studio.core.model_export import REPORT, ParityReport, ParityRow
from studio.store import models as rows
from studio.workspace import Workspace
from tests.pages.conftest import OpenPage
from tests.trained import register

REFUSED = "Its accuracy is 2.2 points lower than the model's; 1 is allowed."
ROWS = (
    ParityRow(format="onnx", bytes=443_000, samples=1000, max_difference=3.4e-7, agreement=1.0, accuracy=0.5,
              accuracy_drop=0.0, milliseconds=0.12),
    ParityRow(format="full_int8", bytes=121_000, samples=1000, max_difference=0.21, agreement=0.95, accuracy=0.478,
              accuracy_drop=0.022, refused=REFUSED),
)  # fmt: skip


@pytest.fixture
def fruit(workspace: Workspace) -> ModelVersion:
    """A registered model of drawings."""
    return register(workspace, "drawings", alias="champion")


@pytest.fixture
def answering(workspace: Workspace, fruit: ModelVersion, monkeypatch: pytest.MonkeyPatch) -> str:
    """An endpoint; that its process lives is told, so that no test here waits for one. Returns its key."""
    monkeypatch.setattr(processes, "ensure_serve", lambda home: ("127.0.0.1", 8599))
    return workspace.deploy("drawings@champion", "fruit")[1]


def words(app: AppTest) -> str:
    """Return all that a page says."""
    said = [*app.markdown, *app.caption, *app.info, *app.warning, *app.error, *app.code]
    return "\n".join(str(part.value) for part in said).replace("\\", "")


def exported(workspace: Workspace, version: ModelVersion) -> None:
    """Record a run that made two files, one of which the gate refused, as a worker does."""
    workspace.request_export(version.title, author="ann")
    run = workspace.claim_run("worker", 60.0)
    assert run is not None
    report = ParityReport(
        model=version.title, dataset=version.dataset, samples=1000, held_out=1000, accuracy=0.5, rows=ROWS,
        left_out={"teachable": "The layer *LayerNormalization* has no like there."},
    )  # fmt: skip
    files = {REPORT: report.model_dump_json().encode(), "model.onnx": b"onnx"}
    stored = [workspace.artifacts.put(content, name) for name, content in files.items()]
    events: list[Event] = [
        ArtifactEvent(seq=number, time=0, artifact=file) for number, file in enumerate(stored, 1)
    ]
    result = {"model": version.title, "of": version.files["keras"].digest}
    events += [
        ResultEvent(seq=3, time=0, result=result),
        EndEvent(seq=4, time=0, status="completed"),
    ]
    assert workspace.record_events(run, events)


def test_files_are_made_checked_refused_and_kept_nonetheless(
    workspace: Workspace, open_page: OpenPage, fruit: ModelVersion
) -> None:
    app = open_page("deploy", view="files", of="drawings:1")
    assert "Nothing was made of this model yet" in words(app)
    (make,) = [b for b in app.button if b.label == "Make and check all"]
    make.click().run()
    (run,) = workspace.runs(kind="model_export")
    assert not app.error
    assert "waiting for its turn" in str([p.proto.text for p in app.get("progress")])
    workspace.stop_run(run.name)

    exported(workspace, fruit)
    app = open_page("deploy", view="files", of="drawings:1")
    table = app.dataframe[0].value
    seen = zip(table["File"], table["Verdict"], table["Agrees"], strict=True)
    assert sorted(seen) == [("LiteRT, all in int8", "Refused", "95 %"), ("ONNX", "Passed", "100 %")]
    assert REFUSED in words(app)
    assert "Asked last: 1,000 samples of drawings:1, 1,000 of them held out" in words(app)
    assert "The layer *LayerNormalization* has no like there" in words(app)
    (keep,) = [b for b in app.button if b.label == "Keep it nonetheless"]
    keep.click().run()
    newest = workspace.runs(kind="model_export")[0]
    params = newest.pipeline.node("model_export").params
    assert (list(params["formats"]), params["accept"]) == (["full_int8"], True)


def test_a_model_whose_dataset_is_not_here_is_checked_on_another_one(
    workspace: Workspace, open_page: OpenPage, fruit: ModelVersion
) -> None:
    described = fruit.model_dump(mode="json", include={"class_names", "shape", "files", "facts"})
    with workspace._studio.tx() as connection:
        rows.add_version(
            connection, "stray", {**described, "dataset": "gone:1"}, run=None, author="ann", now=1.0
        )
    app = open_page("deploy", view="files", of="stray:1")
    assert app.selectbox(key="samples_stray:1").options == ["drawings:1"]
    (make,) = [b for b in app.button if b.label == "Make and check all"]
    make.click().run()
    assert not app.error
    (run,) = workspace.runs(kind="model_export")
    assert run.pipeline.node("dataset").params["name"] == "drawings"


@pytest.mark.parametrize("show", ["try", "call", "keys", "traffic", "watch", "settings"])
def test_each_view_of_an_endpoint_opens(open_page: OpenPage, answering: str, show: str) -> None:
    app = open_page("deploy", endpoint="fruit", show=show)
    assert not app.error, words(app)
    assert "drawings:1" in words(app)


def test_code_is_shown_for_every_way_and_language_with_a_key_that_is_fresh(
    open_page: OpenPage, answering: str
) -> None:
    app = open_page("deploy", endpoint="fruit", show="call")
    assert "YOUR_KEY" in words(app)
    app.session_state["fresh_key"] = ("fruit", answering)
    app.run()
    assert answering in app.code[0].value
    for way, path in (("oip", "/v2/models/fruit/infer"), ("azure", "/azure/fruit/score")):
        app.session_state["call way"] = way
        app.session_state["call language"] = "python"
        app.run()
        (code,) = [c.value for c in app.code if "import requests" in c.value]
        assert path in code
        assert answering in code


def test_what_a_process_said_of_a_version_it_refused_is_shown(
    workspace: Workspace, open_page: OpenPage, answering: str
) -> None:
    state = Path(workspace.home) / processes.SERVE_STATE
    state.write_text(
        '{"restarts": 2, "endpoints": {"fruit": {"serving": "drawings:1", "since": 1.0, "refused": [{"title": '
        '"drawings:2", "what": "drawings:2 cannot be tried.", "why": "It is *damaged*.", "fix": "Train again."}]}}}'
    )
    app = open_page("deploy", endpoint="fruit")
    assert "**drawings:1** answers since 1970" in words(app)
    assert "It is *damaged*" in words(app)
    assert "2 times" in words(app)


def test_retiring_asks_first(workspace: Workspace, open_page: OpenPage, answering: str) -> None:
    app = open_page("deploy", endpoint="fruit", show="settings")
    (button,) = [b for b in app.button if b.label == "Retire it now"]
    button.click().run()
    assert workspace.endpoints() == []


def test_an_address_with_a_wrong_name_says_so(open_page: OpenPage, answering: str) -> None:
    assert not open_page("deploy", endpoint="fruits").error
    assert not open_page("deploy", view="files", of="nothing:9").error
