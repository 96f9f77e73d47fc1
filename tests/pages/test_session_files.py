"""Files and versions of a session, without a browser."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from studio.core.label_answer import LabelValue, SessionAnswerInput
from studio.core.label_session import LabelSession, parse_session
from studio.core.sources import DigitsSource
from studio.ui import jobs
from studio.workspace import Workspace
from tests.pages.conftest import OpenPage
from tests.pages.test_pages import only_error, press


@pytest.fixture
def session(workspace: Workspace) -> LabelSession:
    """A session about digits with two answers."""
    workspace.add_dataset("digits", DigitsSource(unlabelled_share=0.1))
    classes = [{"name": str(digit)} for digit in range(10)]
    config = parse_session({"name": "first", "dataset": "digits", "classes": classes})
    made = workspace.create_session(config, author="ann")
    ops = [
        SessionAnswerInput(op_id=str(n), item=given.item, value=LabelValue(classes=(str(n),)))
        for n, given in enumerate(workspace.next_items("first", "ann", 2).items)
    ]
    workspace.answer_session("first", "ann", ops)
    return made


def opened(open_page: OpenPage) -> AppTest:
    return open_page("label", session="first", view="files")


def test_answers_are_exported_to_download(
    open_page: OpenPage, workspace: Workspace, session: LabelSession
) -> None:
    app = press(opened(open_page), "Export")
    assert not app.error
    (file,) = (workspace.home / "answers").glob("*/*")
    assert file.name == "first-answers-labelstudio.json"
    assert len(json.loads(file.read_text())) == 2
    assert any("2 samples · 2 answers" in text.value for text in app.markdown)
    links = [e for e in app.get("link_button") if "answers" in e.proto.url]
    assert [e.proto.url for e in links] == [f"api/answers/{file.parent.name}"]
    assert any('<Choice value="7"' in code.value for code in app.code)
    app = press(app, "Close")
    assert not any("2 samples · 2 answers" in text.value for text in app.markdown)


def test_a_session_becomes_a_version(
    open_page: OpenPage, workspace: Workspace, session: LabelSession
) -> None:
    before = workspace.dataset("digits")
    app = press(opened(open_page), "Make the version")
    assert not app.error
    made = workspace.dataset("digits")
    assert (made.version, made.labelled) == (2, before.labelled + 2)
    assert made.message == "2 samples labelled in session first"
    assert "holds everything that counts" in only_error(
        press(opened(open_page), "Make the version")
    )


def test_work_beside_the_page_is_shown_and_can_be_cancelled(
    open_page: OpenPage, workspace: Workspace, session: LabelSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(jobs, "AT_ONCE_SECONDS", 0.0)
    go_on = threading.Event()
    export = Workspace.export_answers

    def slowly(
        self: Workspace, name: str, format_name: str, output: Path, *, progress: jobs.Report
    ) -> object:
        progress(1, 2, "samples", "exporting")
        assert go_on.wait(30)
        return export(self, name, format_name, output, progress=progress)  # type: ignore[arg-type]

    monkeypatch.setattr(Workspace, "export_answers", slowly)
    app = press(opened(open_page), "Export")
    app = press(app, "Cancel")
    go_on.set()
    (job,) = jobs._jobs(workspace_of_pages()).values()
    assert job.future.exception(30) is not None
    app.run()
    assert any("was cancelled" in info.value for info in app.info)
    assert list((workspace.home / "answers").glob("*/*")) == []


def workspace_of_pages() -> Workspace:
    from studio.ui.session import workspace

    return workspace()
