"""Label errors on the Quality page; the queue itself is in tests/frontend."""

from __future__ import annotations

import numpy as np

from studio.core.label_errors import VerdictInput
from studio.workspace import Workspace
from tests.doubted import doubted
from tests.pages.conftest import OpenPage
from tests.pages.test_pages import press


def test_a_search_is_started_and_watched(open_page: OpenPage, digits: Workspace) -> None:
    app = press(open_page("quality", dataset="digits"), "Look for label errors")
    run = digits.runs(kind="label_errors")[0]
    assert run.pipeline.params("label_errors").training.epochs == 40
    assert "Looking for label errors in digits" in str(app.get("progress")[0].proto.text)  # type: ignore[attr-defined]


def test_flags_are_counted_and_wrong_labels_corrected(
    open_page: OpenPage, digits: Workspace
) -> None:
    version = digits.dataset("digits")
    labels = np.asarray(digits.labels(version))
    run = doubted(digits, version, [(n, (int(labels[n]) + 1) % 10) for n in range(8)], likely=5)
    app = open_page("quality", dataset="digits")
    numbers = {metric.label: metric.value for metric in app.metric}
    assert numbers["Likely errors"] == "5"
    assert numbers["Flags that are right"] == "–"
    assert next(b for b in app.button if b.label == "Correct 0 labels").disabled
    name = str((int(labels[0]) + 1) % 10)
    ops = [
        VerdictInput(op_id="a", sample=0, verdict="wrong", class_name=name),
        VerdictInput(op_id="b", sample=1, verdict="right"),
    ]
    digits.judge_flags(run.name, "ann", ops)
    app.run()
    assert {metric.label: metric.value for metric in app.metric}["Flags that are right"] == "50%"
    press(app, "Correct 1 label")
    newest = digits.dataset("digits")
    assert newest.version == 2
    assert newest.class_names[int(digits.labels(newest)[0])] == name
    assert not app.exception
