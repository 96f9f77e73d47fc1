from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from studio.processes import worker_lock
from studio.ui.published import body
from studio.workspace import Workspace
from tests.pages.conftest import OpenPage
from tests.pages.test_designer import words
from tests.pages.test_pages import press
from tests.workspace.conftest import MakeDataset, make_dataset  # noqa: F401  a fixture
from tests.workspace.test_published import half


@pytest.fixture(autouse=True)
def _no_worker(workspace: Workspace, make_dataset: MakeDataset) -> object:  # noqa: F811
    make_dataset()
    lock = worker_lock(workspace.home)
    assert lock.acquire()
    yield
    lock.release()


def test_a_draft_is_published_and_submitted_with_another_value(
    open_page: OpenPage, workspace: Workspace
) -> None:
    workspace.make_draft("halves", half())
    app = open_page("designer", view="published")
    assert "Nothing is published yet" in words(app)
    press(app, "Publish")
    assert workspace.published()[0].title == "halves:0"
    slider = next(each for each in app.slider if "Share" in each.label)
    slider.set_value(25).run()
    press(app, "Submit")
    run = workspace.runs()[0]
    assert workspace.pipeline_run(run.name).values == {"share": 0.25, "data": "pets"}
    assert (app.query_params["view"], app.query_params["run"]) == ("runs", run.name)


def test_versions_keys_and_schedules_are_shown(open_page: OpenPage, workspace: Workspace) -> None:
    workspace.publish(half(), "halves", description="<b>bold</b> *words*")
    workspace.publish(half(), "halves")
    app = open_page("designer", view="published", pipeline="halves")
    assert r"\<b\>bold" in words(app)
    press(app, "Make default")
    assert workspace.published_version("halves").version == 0
    press(app, "Let the newest version be the default")
    assert workspace.published_version("halves").version == 1
    press(app, "Save")
    (schedule,) = workspace.schedules()
    assert (schedule.name, schedule.settings.cron) == ("halves-nightly", "0 3 * * *")
    assert r"Next\:" in words(app)
    press(app, "Pause")
    assert workspace.schedule("halves-nightly").settings.paused
    assert "It is paused" in words(app)
    _choose_trigger(app)
    press(app, "Save")
    assert [s.kind for s in workspace.schedules()] == ["clock", "version"]
    press(app, "Delete it")
    assert len(workspace.schedules()) == 1


def _choose_trigger(app: AppTest) -> None:
    app.radio(key="when halves").set_value("When a dataset gets a new version").run()


def test_programs_are_shown_what_to_send(workspace: Workspace) -> None:
    version = workspace.publish(half(), "halves")
    assert body(version) == {
        "ExperimentName": "halves",
        "ParameterAssignments": {"share": 0.5},
        "DataPathAssignments": {"data": "pets"},
    }
