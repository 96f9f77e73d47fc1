from __future__ import annotations

import gzip
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

ROOT = Path(__file__).parents[2]
FRONTEND = ROOT / "frontend"
ASSETS = ROOT / "studio" / "ui" / "components" / "assets"
PAGE = ROOT / "studio" / "exports" / "assets"


@pytest.fixture
def node() -> str:
    found = shutil.which("node")
    if found is None or not (FRONTEND / "node_modules").is_dir():
        pytest.skip("Node or frontend/node_modules is missing: the bundles are not rebuilt.")
    return found


def test_committed_bundles_are_what_the_sources_build(node, tmp_path):
    subprocess.run([node, "build.mjs", "--out", str(tmp_path)], cwd=FRONTEND, check=True)
    committed = {file.name: file.read_bytes() for file in ASSETS.iterdir()}
    built = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert committed == built, "run `make frontend` and commit the result"


def test_committed_page_of_exported_models_is_what_the_sources_build(node, tmp_path):
    subprocess.run([node, "page.mjs", "--out", str(tmp_path)], cwd=FRONTEND, check=True)
    for file in tmp_path.iterdir():
        committed, built = (PAGE / file.name).read_bytes(), file.read_bytes()
        if file.suffix == ".gz":  # another Node may pack the same in other words
            committed, built = gzip.decompress(committed), gzip.decompress(built)
        assert committed == built, "run `make frontend` and commit the result"


def test_sources_pass_the_strict_type_check(node):
    compiler = FRONTEND / "node_modules" / "typescript" / "bin" / "tsc"
    subprocess.run([node, str(compiler), "--noEmit"], cwd=FRONTEND, check=True)


GRID = {"version": 1, "samples_digest": "ab" * 32, "class_names": ["apple", "banana", "cat"]}
FIGURE = {"data": [{"type": "bar", "x": ["a class with a long name"], "y": [3]}], "layout": {}}
PROPS = {
    "browser_replay": {"model": "fish", "version": 1},
    "camera": {"class_name": "a class with a long name"},
    "drawing_pad": {"mode": "predict", "endpoint": "fish"},
    "sample_grid": {"mode": "label", "dataset": "narrow", "annotator": "ann", **GRID},
    "sample_selector": {"dataset": "texts_narrow", "task": "text", **GRID},
    "row_pad": {
        "endpoint": "fish",
        "columns": [
            {"name": "a column with a long name", "kind": "category", "categories": ["cat"]},
            {"name": "age", "kind": "number", "categories": []},
        ],
        "examples": [{"row": {"age": 3}, "label": ""}],
    },
    "text_pad": {"endpoint": "fish", "examples": [{"text": "a text", "label": ""}]},
    "live_chart": {"run": "narrow", "metrics": ["loss"]},
    "pipeline_canvas": {"name": "narrow", "head": 1, "body": {}},
    "uploader": {},
    "figure": {
        "fig": FIGURE,
        "alt": "A figure",
        "table": [{"A long name of a column": "a long word" * 9}],
    },
    "threshold_panel": {
        "roc": FIGURE,
        "precision_recall": FIGURE,
        "positives": 3,
        "negatives": 5,
        "subject": "a class with a long name",
        "true_positives": [3, 2, 0],
        "false_positives": [5, 1, 0],
    },
}


@pytest.mark.parametrize("component", PROPS)
def test_nothing_is_clipped_on_a_phone(component, show, tell):
    points = [["loss", step, 1 / step] for step in range(1, 40)]
    tell("run", run="narrow", status="running", rows=points)
    page = show(component, PROPS[component], width=390, height=844, touch=True)
    page.wait_for_timeout(700)
    sticking_out = page.evaluate(
        """() => [...document.querySelectorAll("*")]
          .map(e => e.shadowRoot).filter(Boolean)
          .flatMap(root => [...root.querySelectorAll(".studio *:not(.visually-hidden)")])
          .filter(e => e.getClientRects().length && !e.closest("svg, .modebar"))
          .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
          .map(e => e.className)"""
    )
    assert sticking_out == []


def test_leaving_the_page_stops_the_component_and_coming_back_starts_it(show, state, tell):
    tell("run", run="leave", status="running", rows=[["loss", 1, 0.5]])
    page = show("live_chart", {"run": "leave", "metrics": ["loss"]})
    expect(page.locator(".chart-title")).to_have_text("Loss")
    page.get_by_text("Leave the page").click()
    expect(page.locator(".studio")).to_have_count(0)
    page.wait_for_timeout(300)
    polls = state()["metric_polls"]["leave"]
    page.wait_for_timeout(1_200)
    assert state()["metric_polls"]["leave"] == polls
    page.get_by_text("Leave the page").click()
    expect(page.locator(".chart-title")).to_have_text("Loss")
