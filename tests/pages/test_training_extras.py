"""The Train page's learning-rate finder and augmentation preview, without a browser."""

from __future__ import annotations

from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest

from studio.core.events import EndEvent, Event, ObservationEvent
from studio.core.finder import FinderParams
from studio.core.run import Failure, Run
from studio.core.training import TrainingConfig
from studio.ui.augmentation import SHOWN, SIDE, STRIP, WIDE_GAP, chosen_samples, strips
from studio.workspace import Workspace
from tests.pages.conftest import OpenPage
from tests.pages.test_pages import only_error, press
from tests.pages.test_training import labelled

RATES = np.geomspace(1e-6, 1, 100)
BODY = {
    "learning_rates": RATES.tolist(),
    "losses": (0.3 + 2 / (1 + (RATES / 1e-3) ** 2)).tolist(),
    "suggested": 0.0012,
    "fell_apart": True,
}


def said(app: AppTest) -> str:
    """Return all small lines of a page, as people read them."""
    return "\n".join(str(caption.value).replace("\\", "") for caption in app.caption)


def happens(workspace: Workspace, *events: Event) -> None:
    """Let a worker claim the waiting run and take in what its process says."""
    run = workspace.claim_run("worker", 60)
    assert run is not None
    assert workspace.record_events(run, events)


def observed(body: dict[str, Any]) -> ObservationEvent:
    return ObservationEvent(seq=1, time=0.0, kind="finder", step=0, body=body)


def started(open_page: OpenPage, workspace: Workspace) -> Run:
    app = open_page("train")
    labelled(app.number_input, "Batch size").set_value(64).run()
    press(app, "Find a learning rate")
    return workspace.runs(kind="finder")[0]


def test_a_rate_is_looked_for_with_the_settings_and_taken_over(
    open_page: OpenPage, digits: Workspace
) -> None:
    run = started(open_page, digits)
    params = run.pipeline.params("finder")
    assert isinstance(params, FinderParams)
    assert (params.training.batch_size, params.highest, params.steps) == (64, 1.0, 150)
    happens(digits, observed(BODY), EndEvent(seq=2, time=0.0, status="completed"))
    app = open_page("train")
    assert "around 0.0012, and training failed from about 1 on" in said(app)
    assert "Found on version 1 with adam and batches of 64." in said(app)
    chosen = labelled(app.number_input, "Learning rate to use")
    assert chosen.value == 0.0012
    press(app, "Use 0.0012")
    assert labelled(app.number_input, "Learning rate").value == 0.0012
    chosen = labelled(app.number_input, "Learning rate to use")
    chosen.set_value(0.002).run()
    press(app, "Use 0.002")
    press(app, "Start training")
    assert digits.runs()[0].pipeline.node("train").params["learning_rate"] == 0.002


def test_a_search_under_way_is_shown_and_cancelled(open_page: OpenPage, digits: Workspace) -> None:
    run = started(open_page, digits)
    app = open_page("train")
    assert not [button for button in app.button if button.label == "Find a learning rate"]
    press(app, "Cancel")
    assert digits.run(run.name).status == "cancelled"
    app = open_page("train")
    assert "was cancelled" in str(app.info[0].value)
    assert press(app, "Find a learning rate")


def test_a_search_that_failed_or_found_nothing_says_so(
    open_page: OpenPage, digits: Workspace
) -> None:
    started(open_page, digits)
    failure = Failure(what="It did not work.", why="Because.", fix="Do this.")
    happens(digits, EndEvent(seq=1, time=0.0, status="failed", failure=failure))
    assert "did not work" in only_error(open_page("train"))
    started(open_page, digits)
    nothing = {**BODY, "losses": [2.3] * 100, "suggested": None}
    happens(digits, observed(nothing), EndEvent(seq=2, time=0.0, status="completed"))
    app = open_page("train")
    assert "No rate stands out" in said(app)
    assert not [button for button in app.button if button.label.startswith("Use ")]


def test_a_range_that_does_not_rise_is_refused(open_page: OpenPage, digits: Workspace) -> None:
    app = open_page("train")
    labelled(app.number_input, "From").set_value(0.5)
    app = press(app, "Find a learning rate")
    assert "at least 10 times" in only_error(app)
    assert digits.runs(kind="finder") == []


def test_the_preview_appears_once_something_is_changed(
    open_page: OpenPage, digits: Workspace
) -> None:
    app = open_page("train")
    assert "see here what it does" in said(app)
    labelled(app.slider, "Shift").set_value(20).run()
    assert "as the model might see it" in said(app)
    press(app, "Show others")
    assert not app.exception


def test_strips_show_the_sample_and_what_becomes_of_it(digits: Workspace) -> None:
    version = digits.dataset("digits")
    rows = chosen_samples(version, 0)
    assert len(set(rows.tolist())) == SHOWN
    assert set(digits.split(version)[rows].tolist()) == {0}
    assert not np.array_equal(rows, chosen_samples(version, 1))
    originals = digits.pictures(version)[rows]
    shown = strips(originals, TrainingConfig(shift=0.3), 0)
    assert len(shown) == SHOWN
    assert shown[0].shape == (SIDE, STRIP, 4)
    assert np.array_equal(shown[0][::7, :SIDE:7, 0], originals[0, ..., 0])
    assert shown[0][:, SIDE : SIDE + WIDE_GAP].max() == 0
    first = shown[0][::7, SIDE + WIDE_GAP : 2 * SIDE + WIDE_GAP : 7, 0]
    assert not np.array_equal(first, originals[0, ..., 0])
