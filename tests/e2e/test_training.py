"""One training in a real browser: started, paused, resumed, extended, changed, stopped and cloned."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, TimeoutError, expect

from studio.core.control import RunControl
from studio.core.run import Run
from studio.core.sources import DigitsSource
from tests.e2e.conftest import Studio, enter, follow, press, settle

pytestmark = pytest.mark.e2e


def status(page: Page, wanted: str) -> None:
    """Wait until the page says how the run stands."""
    badge = page.get_by_test_id("stMain").get_by_role("paragraph").get_by_text(wanted, exact=True)
    expect(badge.first).to_be_visible(timeout=180_000)


def change(
    page: Page, opens: str, label: str, value: str, button: str, done: Callable[[], object]
) -> None:
    """Open a popover, type a number, press its button, until that is done: a rerun in between closes the popover."""
    field = page.get_by_role("spinbutton", name=label)
    for _ in range(4):
        settle(page)
        with contextlib.suppress(TimeoutError):
            if not field.is_visible():
                page.get_by_role("button", name=opens).click(timeout=15_000)
            field.fill(value, timeout=15_000)
            field.press("Tab", timeout=15_000)
            settle(page)
            page.get_by_role("button", name=button).click(timeout=15_000)
        settle(page)
        if done():
            return
    pytest.fail(f"{button}: pressed in vain")


def wait_for(studio: Studio, name: str, after: int) -> Run:
    """Wait until a run has done more steps than `after`."""
    workspace = studio.workspace()
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        run = workspace.run(name)
        if run.progress is not None and run.progress.done > after:
            return run
        assert not run.is_terminal, run.failure
        time.sleep(0.1)
    pytest.fail("The training does not come any further.")


def test_training_is_steered_to_its_end_and_cloned(strict_page: Page, studio: Studio) -> None:
    page, workspace = strict_page, studio.workspace()
    workspace.add_dataset("digits", DigitsSource())
    page.goto(f"{studio.url}/train?dataset=digits")
    settle(page)
    enter(page.get_by_role("spinbutton", name="Epochs"), "9000")
    enter(page.get_by_role("textbox", name="Name of the run"), "steered")
    runs = page.get_by_role("heading", level=1, name="Runs")
    press(page, "Start training", runs)

    def asked() -> RunControl:
        return workspace.run("steered").control

    status(page, "running")
    first = wait_for(studio, "steered", 0)
    expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=180_000)

    press(page, page.get_by_role("button", name="Pause", exact=True), lambda: asked().pause)
    status(page, "paused")
    expect(page.get_by_text("nothing is lost")).to_be_visible()
    rested = workspace.run("steered").progress
    assert first.progress is not None
    assert rested is not None
    assert rested.done >= first.progress.done

    change(
        page, "Train longer", "Epochs more", "100", "Add these epochs",
        lambda: asked().epochs == 9100,
    )  # fmt: skip
    change(
        page, "Learning rate", "Learning rate", "0.0005", "Change the learning rate",
        lambda: asked().learning_rate == 0.0005,
    )  # fmt: skip
    assert (asked().epochs, asked().learning_rate) == (9100, 0.0005)
    resume = page.get_by_role("button", name="Resume", exact=True)
    press(page, resume, lambda: workspace.run("steered").status != "paused")
    status(page, "running")
    wait_for(studio, "steered", rested.done)

    press(page, "Stop and keep the best epoch", lambda: asked().stop)
    expect(page.get_by_role("link", name=re.compile("Evaluate: "))).to_be_visible(timeout=180_000)
    assert workspace.run("steered").status == "stopped"
    assert workspace.evaluation("steered").accuracy > 0.5
    _, curves = workspace.curves("steered")
    steps = [step for step, _ in curves["loss"]]
    assert steps == sorted(set(steps))
    rates = [value for _, value in curves["learning_rate"]]
    assert rates[0] == pytest.approx(0.001)
    assert rates[-1] == pytest.approx(0.0005)

    follow(page, page.get_by_role("button", name="Train again with changes"), "Train")
    expect(page.get_by_text("Filled in from run steered.")).to_be_visible()
    expect(page.get_by_role("spinbutton", name="Epochs")).to_have_value("9000")
    enter(page.get_by_role("spinbutton", name="Epochs"), "8000")  # more than it has time for
    press(page, "Start training", runs)
    sure = page.get_by_role("button", name="Cancel and keep nothing")
    press(page, page.get_by_role("button", name="Cancel", exact=True), sure)
    press(page, sure, lambda: workspace.run("digits").control.cancel)
    status(page, "cancelled")
    assert workspace.run("digits").pipeline.node("train").params["epochs"] == 8000
