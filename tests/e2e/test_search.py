"""A search for good settings in a real browser, from the Train page and back to it."""

from __future__ import annotations

import os
import re

import pytest
from playwright.sync_api import Page, expect

from studio.core.sources import DigitsSource
from studio.core.trials import best_trial, trials_of
from tests.e2e.conftest import Studio, enter, follow, press, settle
from tests.e2e.test_walk import shoot

pytestmark = pytest.mark.e2e


@pytest.mark.long
def test_a_search_is_followed_and_its_best_is_trained(strict_page: Page, studio: Studio) -> None:
    page, workspace = strict_page, studio.workspace()
    workspace.add_dataset("digits", DigitsSource())
    page.goto(f"{studio.url}/train?dataset=digits")
    settle(page)
    shoot(page, "train")
    follow(page, page.get_by_role("link", name="Search for good settings"), "Search")
    trials = page.get_by_role("spinbutton", name="Trials")
    enter(trials, "12" if os.environ.get("STUDIO_SCREENSHOTS") else "3")
    press(page, "Start the search", workspace.runs)
    ended = page.get_by_role("link", name=re.compile("Evaluate and register: "))
    expect(page.get_by_role("heading", name="What was tried")).to_be_visible(timeout=240_000)
    expect(ended).to_be_visible(timeout=300_000)
    shoot(page, "search", height=1500)
    run = workspace.run("digits-search")
    assert run.status == "completed"
    assert float(str(run.result["accuracy"])) > 0.9

    follow(page, page.get_by_role("button", name="Use the best"), "Train")
    said = page.get_by_text(re.compile(r"Filled in from trial \d of search digits-search\."))
    expect(said).to_be_visible()
    press(page, "Start training", page.get_by_role("heading", level=1, name="Runs"))
    asked = workspace.run("digits").pipeline.node("train").params
    found = trials_of(workspace.observations(run.name, kinds=("trial",))[1])
    best = best_trial(found, lower_is_better=False)
    assert best is not None
    assert {field: asked[field] for field in best.params} == best.params
