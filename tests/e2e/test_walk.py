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
from tests.e2e.conftest import Studio, draw, follow, pick, settle, visit

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


def configure(page: Page, name: str) -> None:
    """Change the default model, see shapes and parameters follow, and save it."""
    visit(page, "Configure")
    pick(page, "Samples the model is for", "28×28 drawings, 100 classes")
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("110,052")
    pool = page.get_by_role("spinbutton", name="Pooling size").first
    pool.fill("16")
    pool.press("Enter")
    expect(page.get_by_text("does not fit a picture").first).to_be_visible()
    pool.fill("2")
    pool.press("Enter")
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("110,052")
    units = page.get_by_role("spinbutton", name="Units")
    units.fill("96")
    units.press("Enter")
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("88,388")
    shoot(page, "configure")
    page.get_by_role("textbox", name="Save as").fill(name)
    page.get_by_role("button", name="Save", exact=True).click()
    settle(page)


def train(
    page: Page, studio: Studio, *, dataset: str, model: str, run: str, epochs: int | None
) -> None:
    """Start a training, reload the page and restart the pages in the middle, and see it end."""
    visit(page, "Train")
    pick(page, "Samples to learn from", dataset)
    pick(page, "Model", model)
    if epochs is not None:
        field = page.get_by_role("spinbutton", name="Epochs")
        field.fill(str(epochs))
        field.press("Tab")
    name = page.get_by_role("textbox", name="Name of the run")
    name.fill(run)
    name.press("Tab")
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_role("heading", level=1, name="Runs")).to_be_visible()
    page.reload()
    settle(page)
    expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=90_000)
    expect(page.get_by_role("link", name=re.compile("Evaluate: "))).to_be_visible(timeout=180_000)
    shoot(page, "runs")
    assert studio.workspace().run(run).status == "completed"


def evaluate_and_register(page: Page) -> None:
    """See the numbers of the run and register its model as champion."""
    follow(page, page.get_by_role("link", name=re.compile("Evaluate: ")), "Evaluate")
    expect(page.get_by_test_id("stMetric").filter(has_text="mAP")).to_be_visible()
    page.get_by_role("radio", name="Mistakes").click()
    settle(page)
    page.get_by_role("radio", name="Confusion").click()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    shoot(page, "evaluate", height=1500)
    page.get_by_role("button", name="Register model").click()
    expect(page.get_by_role("heading", level=1, name="Deploy")).to_be_visible()
    settle(page)


def deploy_and_try(page: Page, strokes: list[list[tuple[float, float]]]) -> tuple[str, list[str]]:
    """Deploy, draw on the pad, and read the answer. Returns the curl line and the classes named."""
    page.get_by_role("button", name="Deploy", exact=True).click()
    expect(page.get_by_text("This is a key of the endpoint.")).to_be_visible(timeout=60_000)
    settle(page)
    pad = page.locator("canvas.paper")
    draw(page, pad, strokes)
    bars = page.locator("ol.bars li")
    expect(bars.first).to_be_visible()
    shoot(page, "deploy")
    page.wait_for_timeout(600)
    answers = [bar.inner_text() for bar in bars.all()]
    return show_curl(page), answers


def show_curl(page: Page) -> str:
    """Show how programs ask, and return the line for a terminal."""
    page.get_by_role("radio", name="Call it", exact=True).click()
    settle(page)
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
    wrong = httpx.post(url[0], json=body, headers={"Authorization": "Bearer wrong"})
    assert wrong.status_code == 401
    answer = httpx.post(url[0], json=body, headers={"Authorization": f"Bearer {key[1]}"})
    assert answer.status_code == 200, answer.text
    probabilities: list[float] = answer.json()["predictions"][0]
    return probabilities


def test_walk_on_digits(strict_page: Page, studio: Studio) -> None:
    page = strict_page
    page.goto(studio.url)
    settle(page)
    expect(
        page.get_by_role("heading", level=1, name=re.compile("Teach a computer"))
    ).to_be_visible()
    shoot(page, "home")
    page.get_by_role("button", name="Start with digits").click()
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("1,797")

    # Digits of which a fifth has no class, to label by hand.
    page.get_by_text("Add a dataset").click()
    page.get_by_role("textbox", name="Name of the dataset").first.fill("to-label")
    slider = page.get_by_role("slider", name="Leave without a class").first
    for _ in range(4):
        slider.press("ArrowRight")
    page.get_by_role("button", name="Add digits").click()
    expect(page.get_by_test_id("stMetricValue").nth(1)).to_have_text("1,438")

    visit(page, "Label")
    pick(page, "Dataset", "to-label")
    grid = page.get_by_role("listbox", name="Samples to label")
    expect(grid).to_be_visible()
    grid.focus()
    for key in ("Digit1", "Digit2", "Digit3"):
        page.keyboard.press(key)
    expect(page.get_by_text("1,441 of 1,797 labelled")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.get_by_text("1,440 of 1,797 labelled")).to_be_visible()
    page.wait_for_timeout(500)
    page.get_by_role("button", name="Freeze into a new version").click()
    settle(page)
    frozen = studio.workspace().dataset("to-label")
    assert (frozen.version, frozen.labelled) == (2, 1440)

    configure(page, "digit-model")
    train(page, studio, dataset="to-label", model="digit-model", run="first", epochs=None)
    assert studio.workspace().evaluation("first").accuracy > 0.9
    evaluate_and_register(page)
    curl, answers = deploy_and_try(page, ONE)
    assert len(answers) == 5
    probabilities = call(curl)
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
    expect(page.get_by_role("textbox", name="Name of the model")).to_have_value("saved")
    page.get_by_role("textbox", name="Name of the model").fill("again")
    page.get_by_role("textbox", name="Name of the model").press("Tab")
    settle(page)
    page.get_by_role("button", name="Restore model").click()
    expect(page.get_by_text("again:1 is restored")).to_be_visible(timeout=60_000)
    restored = studio.workspace().model("again")
    assert restored.facts["accuracy"] == studio.workspace().evaluation("first").accuracy
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Home").click()
    expect(page.get_by_text("Last trainings")).to_be_visible()


def test_walk_on_drawings(strict_page: Page, studio: Studio, shared_data: Path) -> None:
    page = strict_page
    page.goto(studio.url)
    settle(page)
    page.get_by_role("button", name="Choose doodles").click()
    categories = page.get_by_role("combobox", name="Categories")
    for category in ("apple", "bicycle", "bowtie", "eye", "fish"):
        categories.fill(category)
        page.get_by_role("option", name=category, exact=True).click()
        settle(page)
    page.keyboard.press("Escape")
    page.get_by_role("textbox", name="Name of the dataset").last.fill("doodles")
    per_class = page.get_by_role("spinbutton", name="Drawings per class")
    per_class.fill("2000")
    per_class.press("Tab")
    settle(page)
    page.get_by_role("button", name="Import drawings").click()
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("10,000", timeout=60_000)
    shoot(page, "datasets")
    train(page, studio, dataset="doodles", model="drawing-classifier", run="doodles", epochs=3)
    assert studio.workspace().evaluation("doodles").accuracy > 0.85
    evaluate_and_register(page)
    _, answers = deploy_and_try(page, FISH)
    assert "fish" in answers[0], answers


def test_own_drawings_become_a_dataset(strict_page: Page, studio: Studio) -> None:
    page = strict_page
    page.goto(studio.url)
    settle(page)
    page.get_by_role("button", name="Start drawing").click()
    settle(page)
    for class_name, strokes in (("line", ONE), ("fish", FISH)):
        field = page.get_by_role("textbox", name="Class")
        field.fill(class_name)
        field.press("Enter")
        settle(page)
        for _ in range(2):
            draw(page, page.locator("canvas").first, strokes)
            page.get_by_role("button", name="Add", exact=False).filter(has_text="Enter").click()
            page.wait_for_timeout(400)
    expect(page.get_by_text("4 drawings")).to_be_visible()
    page.get_by_role("button", name="Make a dataset of the drawings").click()
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("4")
    version = studio.workspace().dataset("my-drawings")
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
    epochs = page.get_by_role("spinbutton", name="Epochs")
    epochs.fill("6")
    epochs.press("Tab")
    settle(page)
    page.get_by_role("button", name="Start training").click()
    ended = page.get_by_role("link", name=re.compile("Evaluate: "))
    expect(ended).to_be_visible(timeout=180_000)
    assert workspace.evaluation("reviews").accuracy > 0.52
    follow(page, ended, "Evaluate")
    page.get_by_role("radio", name="Mistakes").click()
    expect(page.get_by_role("option").first).to_contain_text(re.compile(r"\w{3}"))
    page.get_by_role("button", name="Register model").click()
    expect(page.get_by_role("heading", level=1, name="Deploy")).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Deploy", exact=True).click()
    expect(page.get_by_text("This is a key of the endpoint.")).to_be_visible(timeout=60_000)
    settle(page)
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
    )
    assert answer.status_code == 200, answer.text
    good, bad = answer.json()["predictions"]
    positive = workspace.model("reviews").class_names.index("positive")
    assert good[positive] > bad[positive]
