"""From a number to an act in a real browser: look at mistakes, mend labels, train again, see what that changed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from studio.core.sources import DigitsSource
from studio.core.training import TrainingConfig
from tests.doubted import doubted
from tests.e2e.conftest import (
    Studio,
    press,
    running_studio,
    settle,
    view,
    visit,
    without_worker,
)
from tests.e2e.test_walk import shoot
from tests.judged_runs import judged_run

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """One studio for both tests here: each has a dataset of its own."""
    with running_studio(tmp_path_factory.mktemp("review") / "studio", {}) as running:
        yield running


def test_mistakes_are_mended_and_a_model_is_trained_again(
    strict_page: Page, studio: Studio
) -> None:
    page, workspace = strict_page, studio.workspace()
    version = workspace.add_dataset("digits", DigitsSource(), author="ann")
    with without_worker(studio.home):
        judged_run(workspace, version, training=TrainingConfig(epochs=6, batch_size=32))

    # A number, its samples, one of them closely.
    page.goto(f"{studio.url}/evaluate?run=first&view=mistakes")
    settle(page)
    expect(page.get_by_test_id("stMetric").filter(has_text="Calibration error")).to_be_visible()
    tiles = page.get_by_role("listbox").get_by_role("option")
    expect(tiles.first).to_be_visible()
    press(page, tiles.nth(0), page.get_by_text("1 sample", exact=True))
    settle(page)
    tiles.nth(1).click(modifiers=["Control"])
    expect(page.get_by_text("2 samples", exact=True)).to_be_visible()
    settle(page)
    shoot(page, "mistakes", height=1300)

    # Another class for both, and back; then set aside.
    wanted = page.get_by_role("combobox", name="Their right class")
    press(page, "Relabel", wanted)
    wanted.fill("scribble")
    wanted.press("Enter")
    settle(page)
    undo = page.get_by_role("button", name="Undo")
    press(page, "Give this class", undo)
    assert "scribble" in workspace.dataset("digits").class_names
    settle(page)
    press(page, undo, lambda: workspace.dataset("digits").class_names == version.class_names)
    expect(undo).to_have_count(0)
    settle(page)
    newest = workspace.dataset("digits")
    assert newest.class_names == version.class_names
    assert np.array_equal(workspace.labels(newest), workspace.labels(version))
    press(page, tiles.nth(0), page.get_by_text("1 sample", exact=True))
    settle(page)
    press(page, "Quarantine", undo)
    assert workspace.dataset("digits").states == (version.count - 1, 1, 0)

    # Trained again on what is left, by one button; what changed stands below.
    settle(page)
    sure = page.get_by_role("button", name="Train", exact=True)
    press(page, "Train again", sure)
    press(page, sure, lambda: "first-again" in {run.name for run in workspace.runs()})
    expect(page.get_by_text("first-again, trained again, against first")).to_be_visible(
        timeout=300_000
    )
    expect(page.get_by_text(re.compile("first-again wins, and it is not noise"))).to_be_visible()
    before, after = workspace.evaluation("first"), workspace.evaluation("first-again")
    assert after.accuracy > before.accuracy

    visit(page, "Compare")
    settle(page)
    expect(page.get_by_text("2 runs.")).to_be_visible()
    view(page, "Two models")
    expect(
        page.get_by_text(re.compile("first-again wins, and it is not noise")).first
    ).to_be_visible()
    shoot(page, "compare")


def test_doubtful_labels_are_judged_and_corrected(strict_page: Page, studio: Studio) -> None:
    page, workspace = strict_page, studio.workspace()
    version = workspace.add_dataset("doubted", DigitsSource(), author="ann")
    labels = np.asarray(workspace.labels(version))
    doubts = [(sample, int(labels[sample] + 1) % 10) for sample in range(40, 52)]
    with without_worker(studio.home):
        doubted(workspace, version, doubts, likely=5)
    page.goto(f"{studio.url}/quality?dataset=doubted&tab=Label+errors")
    settle(page)
    expect(page.get_by_role("heading", name="Sample 40")).to_be_visible()
    shoot(page, "label-errors", height=1250)
    flag = page.get_by_role("group", name="Flag on display")
    flag.focus()
    for key, following in (("1", 41), ("2", 42), ("1", 43)):
        expect(flag).to_be_focused()
        page.keyboard.press(key)
        expect(page.get_by_role("heading", name=f"Sample {following}")).to_be_visible()
    correct = page.get_by_role("button", name="Correct 2 labels")
    expect(correct).to_be_visible()
    settle(page)
    press(page, correct, lambda: workspace.dataset("doubted").version == 2)
    newest = workspace.dataset("doubted")
    assert newest.version == 2
    changed = np.flatnonzero(np.asarray(workspace.labels(newest)) != labels)
    assert changed.tolist() == [40, 42]
