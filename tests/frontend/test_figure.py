from __future__ import annotations

import json
from typing import Any

import plotly.graph_objects as go
from playwright.sync_api import Page, expect

from tests.compute.conftest import until

NAMES = ["apple", "&lt;b&gt;bad&lt;/b&gt;", "cat"]


def props(figure: go.Figure, **more: Any) -> dict[str, Any]:
    return {"fig": json.loads(figure.to_json()), "alt": "What is taken for what", **more}


def matrix() -> go.Figure:
    figure = go.Figure()
    figure.add_heatmap(
        z=[[5, 1, 0], [0, 7, 2], [3, 0, 9]],
        x=NAMES,
        y=NAMES,
        customdata=[[[0, 0], [0, 1], [0, 2]], [[1, 0], [1, 1], [1, 2]], [[2, 0], [2, 1], [2, 2]]],
        hovertemplate="true %{y}<br>predicted %{x}<br>%{z} samples<extra></extra>",
        meta={"scale": True, "label": "%{z}"},
    )
    figure.update_xaxes(title="predicted")
    figure.update_yaxes(title="true", autorange="reversed")
    return figure


def clicked(page: Page) -> Any:
    return json.loads(page.locator("code").inner_text())


def runs(page: Page) -> int:
    return int(page.get_by_text("Runs of the page").inner_text().split()[-1])


def drawn(page: Page) -> None:
    page.locator(".plot .main-svg").first.wait_for()


def test_cell_is_walked_to_with_arrow_keys_and_entered_once(show):
    page = show("figure", props(matrix()))
    drawn(page)
    before = runs(page)
    page.locator(".plot").focus()
    expect(page.get_by_text("Arrow keys walk, Enter opens")).to_be_visible()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):  # the first key begins the walk
        page.keyboard.press(key)
    said = page.locator("p[aria-live]")
    expect(said).to_have_text("true <b>bad</b>, predicted <b>bad</b>, 7 samples")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    expect(said).to_have_text("true apple, predicted cat, 0 samples")
    page.keyboard.press("Enter")
    expect(page.locator("code")).to_contain_text("curve")
    assert clicked(page) == {
        "curve": 0, "point": [0, 2], "x": "cat", "y": "apple", "customdata": [0, 2],
    }  # fmt: skip
    expect(page.get_by_text(f"Runs of the page: {before + 1}", exact=True)).to_be_visible()
    # Walking on costs no rerun.
    page.keyboard.press("ArrowLeft")
    expect(said).to_have_text("true apple, predicted <b>bad</b>, 1 samples")
    assert runs(page) == before + 1


def test_bars_that_lie_are_walked_down_and_clicked_with_the_mouse(show):
    figure = go.Figure()
    figure.add_bar(
        y=NAMES, x=[0.9, 0.2, 0.5], orientation="h", hovertemplate="%{y} %{x}<extra></extra>"
    )
    figure.update_yaxes(autorange="reversed")
    page = show("figure", props(figure, height=240))
    drawn(page)
    page.locator(".plot").focus()
    said = page.locator("p[aria-live]")
    for key, words in (("Home", "apple 0.9"), ("ArrowDown", "0.2"), ("ArrowDown", "cat 0.5")):
        page.keyboard.press(key)
        expect(said).to_contain_text(words)
    area = page.locator(".plot .nsewdrag").first.bounding_box()
    assert area

    def told() -> bool:  # a click counts where the figure has noticed the mouse before
        page.mouse.move(area["x"] + 40, area["y"] + area["height"] / 6 + 2)
        page.mouse.click(area["x"] + 40, area["y"] + area["height"] / 6)
        page.wait_for_timeout(300)
        return "curve" in page.locator("code").inner_text()

    until(told)
    assert clicked(page)["point"] == 0
    assert clicked(page)["y"] == "apple"


def test_table_and_picture_hold_the_same_data(show):
    page = show("figure", props(matrix()))
    drawn(page)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as PNG").click()
    assert saved.value.suggested_filename == "what_is_taken_for_what.png"
    assert saved.value.path().read_bytes().startswith(b"\x89PNG")
    page.get_by_role("button", name="Table").click()
    cells = page.locator("tbody tr").nth(5).locator("td")
    expect(cells).to_have_text(["cat", "<b>bad</b>", "2"])
    expect(page.locator("thead th")).to_have_text(["predicted", "true", "value"])
    expect(page.locator(".plot")).to_be_hidden()


def test_cells_get_their_numbers_when_somebody_zooms_in(show):
    size = 120
    figure = go.Figure()
    figure.add_heatmap(z=[[7] * size] * size, meta={"scale": True, "label": "%{z}"})
    page = show("figure", props(figure))
    drawn(page)
    numbers = page.locator(".plot .heatmap-label")
    expect(numbers).to_have_count(0)
    area = page.locator(".plot .nsewdrag").first.bounding_box()
    assert area
    x, y = area["x"] + area["width"] / 2, area["y"] + area["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 45, y + 30, steps=4)
    page.mouse.up()
    expect(numbers.first).to_have_text("7")


CURVE = {
    "data": [
        {"type": "scatter", "x": [0, 0.5, 1], "y": [0, 0.9, 1], "customdata": [1.0, 0.5, 0.0]}
    ],
    "layout": {"showlegend": False},
}
COUNTS = {
    "positives": 4,
    "negatives": 6,
    "true_positives": [4, 4, 3, 1, 0],
    "false_positives": [6, 3, 1, 0, 0],
}


def test_numbers_follow_the_threshold_without_a_rerun(show):
    panel = {
        "roc": CURVE,
        "precision_recall": CURVE,
        "subject": "cat",
        "selectable": True,
        **COUNTS,
    }
    page = show("threshold_panel", panel)
    drawn(page)
    before = runs(page)
    expect(page.locator(".outcome dd")).to_have_text(["75.0 %", "75.0 %", "75.0 %", "16.7 %"])
    page.get_by_label("Threshold").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".threshold-value")).to_have_text("0.250")
    expect(page.locator(".outcome dd")).to_have_text(["57.1 %", "100.0 %", "72.7 %", "50.0 %"])
    page.keyboard.press("End")
    expect(page.locator(".outcome dd").first).to_have_text("100.0 %")
    expect(page.get_by_role("button", name="Found")).to_be_disabled()
    page.get_by_role("button", name="Best F1").click()
    expect(page.locator(".threshold-value")).to_have_text("0.500")
    mark = "plots => plots.map(plot => [plot.data.at(-1).x[0], plot.data.at(-1).y[0]])"
    page.wait_for_function("window.Plotly")
    until(lambda: page.locator(".plot").evaluate_all(mark) == [[1 / 6, 0.75], [0.75, 0.75]])
    assert runs(page) == before
    page.get_by_role("button", name="False alarms: 1").click()
    expect(page.locator("code")).to_contain_text("alarms")
    assert clicked(page) == {"what": "alarms", "threshold": 0.5}
