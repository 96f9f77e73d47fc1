"""How soon the pages of results are there, in a real browser: a stored evaluation, and ten thousand runs.

A page counts as open when nothing on it is left to do. The first visit of a browser, which fetches Plotly, is not
counted, and said.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from studio.core.dataset import DatasetManifest, SplitConfig, split_codes
from tests.benchmarks.test_compare import RUNS, add_runs
from tests.e2e.conftest import IDLE, Studio, environment, studio  # noqa: F401  fixtures
from tests.judged_runs import judged_run

ROUNDS = 7
CLASSES, COUNT = 345, 60_000
PAGE_SECONDS = 1.0


@pytest.fixture
def judged(studio: Studio) -> Studio:  # noqa: F811
    """A studio with ten thousand runs and an evaluation of 345 classes."""
    workspace = studio.workspace()
    generator = np.random.default_rng(0)
    labels = (np.arange(COUNT) % CLASSES).astype(np.int32)
    codes = split_codes(COUNT, SplitConfig())
    put = workspace.artifacts.put_array
    samples = generator.integers(0, 256, (COUNT, 28, 28, 1), np.uint8)
    manifest = DatasetManifest(
        samples=put(samples, "samples.npy").digest,
        labels=put(labels, "labels.npy").digest,
        split=put(codes, "split.npy").digest,
        class_names=tuple(f"class {number}" for number in range(CLASSES)),
        shape=(28, 28, 1),
        count=COUNT,
        class_counts=tuple(np.bincount(labels, minlength=CLASSES).tolist()),
        split_counts=(int((codes == 0).sum()), 0, int((codes == 2).sum())),
        split_config=SplitConfig(),
        source={"kind": "random"},
    )
    version = workspace.record_dataset("many", manifest, author="bench", message="")
    judged_run(workspace, version, name="judged")
    add_runs(workspace)
    return studio


def seconds(page: Page, act: Callable[[], object], seen: str) -> float:
    """Return how long it takes from an act until a text is there and nothing is left to do."""
    began = time.perf_counter()
    act()
    page.get_by_text(seen, exact=False).first.wait_for()
    page.wait_for_selector(IDLE)
    page.wait_for_function("!document.querySelector('[data-stale=true], [data-testid=stSkeleton]')")
    return time.perf_counter() - began


def test_pages_of_results_open_at_once(page: Page, judged: Studio) -> None:
    page.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)

    def menu(title: str) -> Callable[[], object]:
        link = page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True)
        return link.click

    page.goto(judged.url)
    page.wait_for_selector(IDLE)
    first = seconds(page, menu("Evaluate"), "Recall")
    compare = seconds(page, menu("Compare"), f"{RUNS + 1:,} runs")
    opened, listed, found = [], [], []
    for number in range(ROUNDS):
        opened.append(seconds(page, menu("Evaluate"), "Recall"))
        listed.append(seconds(page, menu("Compare"), f"{RUNS + 1:,} runs"))
        words = page.get_by_role("textbox", name="Search", exact=True)
        words.fill(f"digits-77{number}")
        found.append(seconds(page, lambda: page.keyboard.press("Enter"), "11 runs"))
        words.fill("")
        seconds(page, lambda: page.keyboard.press("Enter"), f"{RUNS + 1:,} runs")
    print(
        f"\nEvaluate, {CLASSES} classes, {round(COUNT * 0.3):,} samples: first {first:.2f} s,"
        f" then {median(opened):.2f} s"
        f"\nCompare, {RUNS:,} runs: first (facts taken in) {compare:.2f} s, then {median(listed):.2f} s,"
        f" a filter {median(found):.2f} s"
    )
    assert median(opened) <= PAGE_SECONDS
