"""The Evaluate page without a browser: every view of it, what is clicked, and what is taken away."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from studio.core.evaluation import EvaluationRecord
from studio.core.run import Run
from studio.ui import evaluation_downloads as downloads
from studio.ui import report
from studio.workspace import Workspace
from tests.judged_runs import answers, judged_run
from tests.pages.conftest import OpenPage
from tests.pages.test_pages import press
from tests.workspace.asking import noise_dataset

NASTY = ("=1+1", "<script>alert(1)</script>", "cow")


@pytest.fixture
def judged(workspace: Workspace) -> Run:
    """An evaluation with all answers, about classes with names that somebody means ill with."""
    return judged_run(workspace, noise_dataset(workspace, labels=[0, 1, 2] * 40, class_names=NASTY))


def record(workspace: Workspace) -> EvaluationRecord:
    return workspace.evaluations()[0]


def sent(app: AppTest) -> list[dict[str, Any]]:
    """Return what each component on the page was told."""
    found = app.get("bidi_component")
    return [json.loads(one.proto.json or one.proto.mixed.json) for one in found]


def figures(app: AppTest) -> list[dict[str, Any]]:
    return [json.loads(one["figure"]) for one in sent(app) if "figure" in one]


def click(app: AppTest, key: str, **clicked: Any) -> AppTest:
    """Let somebody click a figure."""
    app.session_state[key] = {"clicked": clicked}
    return app.run()


def test_numbers_stand_with_their_intervals(open_page: OpenPage, judged: Run) -> None:
    app = open_page("evaluate", run="first")
    shown = {metric.label: (metric.value, metric.delta) for metric in app.metric}
    evaluation = record_of(judged)
    low, high = evaluation["intervals"]["accuracy"]
    assert shown["Accuracy"] == (
        f"{100 * evaluation['accuracy']:.1f} %",
        f"{100 * low:.1f} to {100 * high:.1f} %",
    )
    assert {"Top-2", "mAP", "Macro F1", "Calibration error", "Loss", "Speed"} <= set(shown)


def record_of(run: Run) -> dict[str, Any]:
    return dict(run.result)


@pytest.mark.parametrize(
    "view",
    ["confusion", "curves", "calibration", "confidence", "topk", "slices", "mistakes", "downloads"],
)
def test_every_view_opens(open_page: OpenPage, judged: Run, view: str) -> None:
    app = open_page("evaluate", run="first", view=view)
    assert not app.error
    assert view == "downloads" or sent(app)


def test_names_never_become_markup(open_page: OpenPage, judged: Run) -> None:
    bars = figures(open_page("evaluate", run="first"))[0]
    (matrix,) = figures(open_page("evaluate", run="first", view="confusion"))
    for names in (bars["data"][0]["y"], matrix["data"][0]["x"]):
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in names
        assert not any("<" in name for name in names)


def test_clicked_cell_leads_to_its_samples(
    open_page: OpenPage, judged: Run, workspace: Workspace
) -> None:
    app = open_page("evaluate", run="first", view="confusion")
    predictions = answers(workspace, workspace.dataset("pets"))
    rows = np.flatnonzero((predictions.labels == 0) & (predictions.predicted == 2))
    app = click(app, "confusion_first", curve=0, point=[0, 2], x="a", y="b", customdata=None)
    chosen = app.session_state["samples chosen in confusion"]
    assert (chosen.title, chosen.rows.tolist()) == ("True =1+1, said cow", rows.tolist())
    shown = next(one for one in sent(app) if one.get("ids") is not None)
    assert sorted(shown["ids"]) == predictions.ids[rows].tolist()


def test_missed_samples_of_a_threshold_are_those_below_it(
    open_page: OpenPage, judged: Run, workspace: Workspace
) -> None:
    app = open_page("evaluate", run="first", view="curves")
    app.selectbox(key="curve_class_first").set_value(1).run()
    (panel,) = (one for one in sent(app) if "true_positives" in one)
    predictions = answers(workspace, workspace.dataset("pets"))
    own, scores = predictions.labels == 1, predictions.probabilities[:, 1]
    assert panel["positives"] == np.count_nonzero(own)
    assert panel["true_positives"][400] == np.count_nonzero(own & (scores >= np.float32(0.4)))
    click(app, "threshold_first", what="missed", threshold=0.4)
    chosen = app.session_state["samples chosen in curves"]
    assert chosen.rows.tolist() == np.flatnonzero(own & (scores < np.float32(0.4))).tolist()


def test_older_evaluation_without_answers_offers_to_judge_again(
    open_page: OpenPage, workspace: Workspace
) -> None:
    version = noise_dataset(workspace, labels=[0, 1, 2] * 20)
    judged_run(workspace, version, keep_answers=False)
    assert figures(open_page("evaluate", run="first", view="confusion"))[0]
    app = open_page("evaluate", run="first", view="slices")
    assert "earlier version" in app.info[0].value
    app = press(app, "Judge it again on the same samples")
    (queued,) = workspace.runs(kind="evaluation")
    assert queued.pipeline.node("evaluate").params["split"] == "test"
    assert any("Judging" in one.text for one in app.get("progress"))


def test_a_model_is_judged_on_another_part(
    open_page: OpenPage, judged: Run, workspace: Workspace
) -> None:
    app = open_page("evaluate")
    next(box for box in app.selectbox if box.label == "Samples").set_value("train")
    press(app, "Judge")
    (queued,) = workspace.runs(kind="evaluation")
    assert queued.pipeline.node("model").params["reference"] == "run/first"
    assert queued.pipeline.node("evaluate").params["split"] == "train"


def test_files_hold_what_the_page_shows(judged: Run, workspace: Workspace) -> None:
    evaluation, found = workspace.evaluation("first"), record(workspace)
    classes = list(csv.DictReader(io.StringIO(downloads.classes_csv(evaluation).decode())))
    assert [row["Class"] for row in classes] == ["'=1+1", *NASTY[1:]]
    assert float(classes[2]["Recall"]) == evaluation.per_class[2].recall
    matrix = list(csv.reader(io.StringIO(downloads.confusion_csv(evaluation).decode())))
    assert [[int(n) for n in row[1:]] for row in matrix[1:]] == [
        list(r) for r in evaluation.confusion_matrix
    ]
    rows = list(csv.DictReader(io.StringIO(downloads.predictions_csv(found).decode())))
    predictions = answers(workspace, workspace.dataset("pets"))
    assert [int(row["sample"]) for row in rows] == predictions.ids.tolist()
    assert sum(row["true"] != row["predicted"] for row in rows) == np.count_nonzero(
        predictions.wrong
    )


def test_report_is_whole_and_fetches_nothing(judged: Run, workspace: Workspace) -> None:
    text = downloads.report_bytes(record(workspace), workspace.evaluation("first")).decode()
    assert report.POLICY in text
    assert NASTY[1] not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert text.count("<figure>") == 6
    for what in ('src="http', 'href="http', "@import"):
        assert what not in text.split("</head>")[1]
