"""One training in a real browser: started, paused, resumed, extended, changed, stopped and cloned."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Locator, Page, expect

from studio.core.run import Run
from studio.core.sources import DigitsSource
from tests.e2e.conftest import Studio, follow, settle

pytestmark = pytest.mark.e2e


def status(page: Page, wanted: str) -> None:
    """Wait until the page says how the run stands."""
    badge = page.get_by_test_id("stMain").get_by_role("paragraph").get_by_text(wanted, exact=True)
    expect(badge.first).to_be_visible(timeout=60_000)


def fill(field: Locator, value: str) -> None:
    """Type a number and leave its field."""
    field.fill(value)
    field.press("Tab")
    settle(field.page)


def change(page: Page, opens: str, label: str, value: str, button: str) -> None:
    """Open a popover, type a number, press its button."""
    field = page.get_by_role("spinbutton", name=label)
    for _ in range(3):  # a rerun that comes in between closes the popover
        page.get_by_role("button", name=opens).click()
        page.wait_for_timeout(500)
        if field.is_visible():
            break
    fill(field, value)
    page.get_by_role("button", name=button).click()
    settle(page)


def wait_for(studio: Studio, name: str, after: int) -> Run:
    """Wait until a run has done more steps than `after`."""
    workspace = studio.workspace()
    deadline = time.monotonic() + 60
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
    fill(page.get_by_role("spinbutton", name="Epochs"), "9000")
    fill(page.get_by_role("textbox", name="Name of the run"), "steered")
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_role("heading", level=1, name="Runs")).to_be_visible()
    status(page, "running")
    first = wait_for(studio, "steered", 0)
    expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=60_000)

    page.get_by_role("button", name="Pause", exact=True).click()
    status(page, "paused")
    expect(page.get_by_text("nothing is lost")).to_be_visible()
    rested = workspace.run("steered").progress
    assert first.progress is not None
    assert rested is not None
    assert rested.done >= first.progress.done

    change(page, "Train longer", "Epochs more", "100", "Add these epochs")
    change(page, "Learning rate", "Learning rate", "0.0005", "Change the learning rate")
    for _ in range(50):
        asked = workspace.run("steered").control
        if asked.learning_rate:
            break
        page.wait_for_timeout(200)
    assert (asked.epochs, asked.learning_rate) == (9100, 0.0005)
    page.get_by_role("button", name="Resume", exact=True).click()
    status(page, "running")
    wait_for(studio, "steered", rested.done)

    page.get_by_role("button", name="Stop and keep the best epoch").click()
    expect(page.get_by_role("link", name=re.compile("Evaluate: "))).to_be_visible(timeout=60_000)
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
    fill(page.get_by_role("spinbutton", name="Epochs"), "2")
    page.get_by_role("button", name="Start training").click()
    page.get_by_role("button", name="Cancel", exact=True).click()
    page.get_by_role("button", name="Cancel and keep nothing").click()
    status(page, "cancelled")
    assert workspace.run("digits").pipeline.node("train").params["epochs"] == 2
