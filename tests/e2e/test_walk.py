"""The whole walk in a real browser: datasets, label, configure, train, evaluate, deploy.

Endpoints share a port, so what deploys one is in this file: its tests run one after the other.
"""

from __future__ import annotations

import os
import random
import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from studio.core.sources import TextSource
from studio.workspace import Workspace
from tests.compute.conftest import until
from tests.e2e.conftest import (
    Studio,
    draw,
    enter,
    follow,
    more_runs,
    pick,
    press,
    settle,
    view,
    visit,
)

SCREENSHOTS = Path(__file__).parent / "screenshots"
ONE = [[(0.5, 0.15), (0.5, 0.5), (0.5, 0.85)]]
FISH = [
    [(0.15, 0.5), (0.3, 0.33), (0.5, 0.3), (0.68, 0.42), (0.85, 0.7), (0.85, 0.3), (0.68, 0.58),
     (0.5, 0.7), (0.3, 0.67), (0.15, 0.5)],
    [(0.28, 0.45), (0.3, 0.47)],
]  # fmt: skip

pytestmark = pytest.mark.e2e


def shoot(page: Page, name: str, height: int = 1000) -> None:
    """Keep a picture for the README when `make screenshots` asks for it."""
    if os.environ.get("STUDIO_SCREENSHOTS"):
        SCREENSHOTS.mkdir(exist_ok=True)
        usual = page.viewport_size
        page.set_viewport_size({"width": 1280, "height": height})
        page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")
        expect(page.get_by_test_id("stToast")).to_have_count(0)
        page.wait_for_timeout(1500)
        page.screenshot(path=SCREENSHOTS / f"{name}.png")
        page.set_viewport_size(usual)


def configure(page: Page, workspace: Workspace, name: str) -> None:
    """Change the default model, see shapes and parameters follow, and save it."""
    visit(page, "Configure")
    pick(page, "Samples the model is for", "28×28 drawings, 100 classes")
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("110,052")
    pool = page.get_by_role("spinbutton", name="Pooling size").first
    enter(pool, "16", "Enter")
    expect(page.get_by_text("does not fit a picture").first).to_be_visible()
    enter(pool, "2", "Enter")
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("110,052")
    enter(page.get_by_role("spinbutton", name="Units"), "96", "Enter")
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("88,388")
    shoot(page, "configure")
    enter(page.get_by_role("textbox", name="Save as"), name)
    save = page.get_by_role("button", name="Save", exact=True)
    press(page, save, lambda: name in workspace.model_configs())
    settle(page)


def train(
    page: Page, studio: Studio, *, dataset: str, model: str, run: str, epochs: int | None
) -> None:
    """Start a training, reload the page and restart the pages in the middle, and see it end."""
    visit(page, "Train")
    pick(page, "Samples to learn from", dataset)
    pick(page, "Model", model)
    if epochs is not None:
        enter(page.get_by_role("spinbutton", name="Epochs"), str(epochs))
    enter(page.get_by_role("textbox", name="Name of the run"), run)
    press(page, "Start training", page.get_by_role("heading", level=1, name="Runs"))
    page.reload()
    settle(page)
    expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=240_000)
    expect(page.get_by_role("link", name=re.compile("Evaluate: "))).to_be_visible(timeout=400_000)
    shoot(page, "runs")
    assert studio.workspace().run(run).status == "completed"


def evaluate_and_register(page: Page) -> None:
    """See the numbers of the run and register its model as champion."""
    follow(page, page.get_by_role("link", name=re.compile("Evaluate: ")), "Evaluate")
    expect(page.get_by_test_id("stMetric").filter(has_text="mAP")).to_be_visible()
    view(page, "Mistakes")
    view(page, "Confusion")
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    shoot(page, "evaluate", height=1500)
    register(page)


def register(page: Page) -> None:
    """Register the model that is looked at, which leads to its deployment."""
    settle(page)
    press(page, "Register model", page.get_by_role("heading", level=1, name="Deploy"))
    settle(page)


def deploy(page: Page) -> None:
    """Deploy the model, and see the key of its endpoint."""
    button = page.get_by_role("button", name="Deploy", exact=True)
    press(page, button, page.get_by_text("This is a key of the endpoint."))
    settle(page)


def deploy_and_try(
    page: Page, strokes: list[list[tuple[float, float]]], *, bars: int, first: str
) -> str:
    """Deploy, draw on the pad, and read the answer: so many bars, the first of a class. Returns the curl line."""
    deploy(page)
    draw(page, page.locator("canvas.paper"), strokes)
    rows = page.locator("ol.bars li")
    expect(rows).to_have_count(bars)
    expect(rows.first).to_contain_text(first)
    shoot(page, "deploy")
    return show_curl(page)


def show_curl(page: Page) -> str:
    """Show how programs ask, and return the line for a terminal."""
    view(page, "Call it")
    shoot(page, "deploy-call")
    return page.get_by_test_id("stCode").filter(has_text="curl").inner_text()


def call(curl: str) -> list[float]:
    """Ask the endpoint what the curl line on the page asks."""
    url = re.search(r"http://\S+:predict", curl)
    key = re.search(r"Bearer (\S+)\"", curl)
    picture = re.search(r'"b64": "([^"]+)"', curl)
    assert url
    assert key
    assert picture
    body = {"instances": [{"b64": picture[1]}]}
    wrong = httpx.post(url[0], json=body, headers={"Authorization": "Bearer wrong"}, timeout=60)
    assert wrong.status_code == 401
    answer = httpx.post(
        url[0], json=body, headers={"Authorization": f"Bearer {key[1]}"}, timeout=60
    )
    assert answer.status_code == 200, answer.text
    probabilities: list[float] = answer.json()["predictions"][0]
    return probabilities


def test_walk_on_digits(strict_page: Page, studio: Studio) -> None:
    page, workspace = strict_page, studio.workspace()
    page.goto(studio.url)
    settle(page)
    expect(
        page.get_by_role("heading", level=1, name=re.compile("Teach a computer"))
    ).to_be_visible()
    shoot(page, "home")
    numbers = page.get_by_test_id("stMetricValue")
    press(page, "Start with digits", numbers)
    expect(numbers.first).to_have_text("1,797")

    # Digits of which a fifth has no class, to label by hand.
    name = page.get_by_role("textbox", name="Name of the dataset").first
    press(page, page.get_by_text("Add a dataset"), name)
    enter(name, "to-label")
    slider = page.get_by_role("slider", name="Leave without a class").first
    for percent in (5, 10, 15, 20):
        slider.press("ArrowRight")
        expect(slider).to_have_value(str(percent))
    settle(page)
    press(page, "Add digits", lambda: "to-label" in {one.name for one in workspace.datasets()})
    expect(numbers.nth(1)).to_have_text("1,438")

    visit(page, "Label")
    pick(page, "Dataset", "to-label")
    grid = page.get_by_role("listbox", name="Samples to label")
    grid.focus()
    expect(grid).to_be_focused()
    for key, labelled in (("Digit1", "439"), ("Digit2", "440"), ("Digit3", "441")):
        page.keyboard.press(key)
        expect(page.get_by_text(f"1,{labelled} of 1,797 labelled")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.get_by_text("1,440 of 1,797 labelled")).to_be_visible()
    first = workspace.dataset("to-label")
    expect(page.locator(".status")).to_have_text("saved")
    until(lambda: workspace.label_progress(first).labelled == 1440)
    freeze = "Freeze into a new version"
    press(page, freeze, lambda: workspace.dataset("to-label").version > first.version)
    frozen = workspace.dataset("to-label")
    assert (frozen.version, frozen.labelled) == (2, 1440)

    configure(page, workspace, "digit-model")
    train(page, studio, dataset="to-label", model="digit-model", run="first", epochs=None)
    assert studio.workspace().evaluation("first").accuracy > 0.9
    evaluate_and_register(page)
    probabilities = call(deploy_and_try(page, ONE, bars=5, first=""))
    assert len(probabilities) == 10
    assert sum(probabilities) == pytest.approx(1, abs=1e-4)

    visit(page, "Models")
    with page.expect_download() as download:
        page.get_by_role("button", name="TFLite (.tflite)").click()
    assert Path(download.value.path()).read_bytes()[4:8] == b"TFL3"
    with page.expect_download() as download:
        page.get_by_role("button", name="Everything (.zip)").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose ").first.click()
    saved = studio.home.parent / "saved.zip"
    download.value.save_as(saved)
    chooser.value.set_files(saved)
    name = page.get_by_role("textbox", name="Name of the model")
    expect(name).to_have_value("saved")
    enter(name, "again")
    press(page, "Restore model", more_runs(workspace))
    expect(page.get_by_text("again:1 is restored")).to_be_visible(timeout=180_000)
    restored = workspace.model("again")
    assert restored.facts["accuracy"] == workspace.evaluation("first").accuracy
    home = page.get_by_test_id("stSidebarNav").get_by_role("link", name="Home")
    press(page, home, page.get_by_text("Last trainings"))


@pytest.mark.long
def test_walk_on_drawings(strict_page: Page, studio: Studio, shared_data: Path) -> None:
    page, workspace = strict_page, studio.workspace()
    page.goto(studio.url)
    settle(page)
    categories = page.get_by_role("combobox", name="Categories")
    press(page, "Choose doodles", categories)
    settle(page)
    for category in ("apple", "bicycle", "bowtie", "eye", "fish"):
        categories.fill(category)
        page.get_by_role("option", name=category, exact=True).click()
        settle(page)
    page.keyboard.press("Escape")
    enter(page.get_by_role("textbox", name="Name of the dataset").last, "doodles")
    enter(page.get_by_role("spinbutton", name="Drawings per class"), "2000")
    press(page, "Import drawings", more_runs(workspace))
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("10,000", timeout=180_000)
    shoot(page, "datasets")
    train(page, studio, dataset="doodles", model="drawing-classifier", run="doodles", epochs=3)
    assert workspace.evaluation("doodles").accuracy > 0.85
    evaluate_and_register(page)
    deploy_and_try(page, FISH, bars=5, first="fish")


def test_own_drawings_become_a_dataset(strict_page: Page, studio: Studio) -> None:
    page, workspace = strict_page, studio.workspace()
    page.goto(studio.url)
    settle(page)
    field = page.get_by_role("textbox", name="Class")
    press(page, "Start drawing", field)
    settle(page)
    for class_name, strokes in (("line", ONE), ("fish", FISH)):
        enter(field, class_name, "Enter")
        expect(page.get_by_text(f"{class_name}: 0 drawings")).to_be_visible()
        for count in ("1 drawing", "2 drawings"):
            draw(page, page.locator("canvas").first, strokes)
            page.get_by_role("button", name="Add", exact=False).filter(has_text="Enter").click()
            expect(page.get_by_text(f"{class_name}: {count}", exact=True)).to_be_visible()
            settle(page)
    expect(page.get_by_text("4 drawings")).to_be_visible()
    settle(page)
    press(page, "Make a dataset of the drawings", workspace.datasets)
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("4")
    version = workspace.dataset("my-drawings")
    assert (version.class_names, version.class_counts) == (("line", "fish"), (2, 2))
    assert version.shape == (28, 28, 1)


def test_texts_are_trained_on_judged_and_answered(
    strict_page: Page, studio: Studio, shared_data: Path, tmp_path: Path
) -> None:
    page, workspace = strict_page, studio.workspace()
    lines = (shared_data / "text" / "movie_reviews.csv").read_text(encoding="utf-8").splitlines()
    file = tmp_path / "reviews.csv"
    chosen = random.Random(0).sample(lines[1:], 2_000)
    file.write_text("\n".join([lines[0], *chosen]), encoding="utf-8")
    workspace.add_dataset("reviews", TextSource(path=str(file)))
    page.goto(f"{studio.url}/train?dataset=reviews")
    settle(page)
    pick(page, "Model", "text-device")
    enter(page.get_by_role("spinbutton", name="Epochs"), "6")
    press(page, "Start training", page.get_by_role("heading", level=1, name="Runs"))
    ended = page.get_by_role("link", name=re.compile("Evaluate: "))
    expect(ended).to_be_visible(timeout=400_000)
    assert workspace.evaluation("reviews").accuracy > 0.52
    follow(page, ended, "Evaluate")
    view(page, "Mistakes")
    expect(page.get_by_role("option").first).to_contain_text(re.compile(r"\w{3}"))
    register(page)
    deploy(page)
    page.get_by_role("textbox", name="Text", exact=True).press_sequentially("a wonderful film")
    expect(page.locator("ol.bars li")).to_have_count(2)

    curl = show_curl(page)
    url, key = re.search(r"http://\S+:predict", curl), re.search(r"Bearer (\S+)\"", curl)
    assert url
    assert key
    answer = httpx.post(
        url[0],
        json={"instances": ["a wonderful film", "a dull mess"]},
        headers={"Authorization": f"Bearer {key[1]}"},
        timeout=60,
    )
    assert answer.status_code == 200, answer.text
    good, bad = answer.json()["predictions"]
    positive = workspace.model("reviews").class_names.index("positive")
    assert good[positive] > bad[positive]
