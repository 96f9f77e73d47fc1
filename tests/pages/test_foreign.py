"""The form that brings in a model of another program: tried on samples, then imported."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from studio.ui import foreign
from studio.workspace import Workspace
from tests.compute.conftest import carry_out
from tests.compute.test_import_model import digits_model
from tests.pages.conftest import OpenPage


@pytest.fixture
def opened(digits: Workspace, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The form, with a file uploaded: what the browser's part of the page says cannot be said here."""
    content, _ = digits_model(digits)
    upload = digits.create_upload()
    digits.upload_file(upload, "net.onnx").write_bytes(content)
    found = {"upload": upload, "files": 1, "bytes": len(content), "label": "net.onnx"}
    monkeypatch.setattr(foreign, "uploader", lambda **how: found)
    return open_page("models", bring="foreign")


def carried_out(workspace: Workspace) -> dict[str, Any]:
    """Carry out the run that waits, as a worker would, and return its result."""
    run = workspace.claim_run("test", 60)
    assert run is not None
    assert workspace.record_events(run, carry_out(workspace, run.name))
    ended = workspace.run(run.name)
    assert ended.status == "completed", ended.failure
    return ended.result


def test_a_model_is_tried_then_imported(opened: AppTest, digits: Workspace) -> None:
    assert opened.text_input(key="foreign_name_net.onnx").value == "net"
    opened.button(key="foreign_try").click().run()
    assert not opened.exception
    assert any("Trying" in box.value for box in opened.info)
    assert carried_out(digits)["tried"]["count"] == 256
    opened.run()
    assert digits.models() == []
    assert any("Nothing is registered yet" in text.value for text in opened.markdown)
    (metric,) = [m for m in opened.metric if m.label.startswith("Right about")]
    assert float(metric.value.rstrip("%")) > 80
    opened.button(key="foreign_import").click().run()
    assert carried_out(digits)["version"] == 1
    opened.run()
    assert not opened.exception
    version = digits.model("net")
    assert version.class_names == digits.dataset("digits").class_names
    assert version.adapter is not None


def test_names_can_be_typed_and_an_impossible_name_is_refused(opened: AppTest) -> None:
    names = next(r for r in opened.radio if r.label == "Names of its classes")
    names.set_value(foreign.TYPED).run()
    opened.text_area(key="foreign_typed").set_value("a\nb\n").run()
    opened.text_input(key="foreign_name_net.onnx").set_value("no name!").run()
    opened.button(key="foreign_import").click().run()
    assert not opened.exception
    assert opened.error
