from __future__ import annotations

import math

import pytest
from playwright.sync_api import Page, expect

from studio.workspace import Workspace
from tests.compute.conftest import until
from tests.frontend.runs import (
    ENGINE,
    STEPS_PER_EPOCH,
    Runs,
    histograms,
    learning,
    predictions,
)

PLOTS = """() => {
  const roots = [...document.querySelectorAll("*")].map(e => e.shadowRoot).filter(Boolean);
  const plots = roots.flatMap(root => [...root.querySelectorAll(".plot")]);
  return plots.filter(plot => plot.data).map(plot => ({
    names: plot.data.map(trace => trace.name),
    lengths: plot.data.map(trace => trace.x.length),
    last: plot.data.map(trace => trace.x.at(-1)),
    range: plot._fullLayout.xaxis.range,
  }));
}"""


def rows(first: int, last: int) -> list[list[float | str]]:
    found: list[list[float | str]] = []
    for step in range(first, last):
        found.append(["loss", step, math.exp(-step / 40)])
        found.append(["accuracy", step, 1 - math.exp(-step / 30)])
        if step % 10 == 0:
            found.append(["val_loss", step, math.exp(-step / 50)])
    return found


def chart(run: str):
    return {"run": run, "metrics": ["accuracy", "loss", "val_loss"]}


def lengths(page: Page) -> list[list[int]]:
    return [plot["lengths"] for plot in page.evaluate(PLOTS)]


def wait_for_lengths(page: Page, wanted: list[list[int]]) -> None:
    until(lambda: lengths(page) == wanted)


def test_run_is_followed_from_the_queue_to_its_end(show, state, tell):
    tell("run", run="walk", status="queued", log=["waiting for a worker"])
    page = show("live_chart", chart("walk"))
    expect(page.get_by_text("Waiting in the queue")).to_be_visible()
    expect(page.locator("code")).to_have_text('"queued"')
    page.get_by_text("Log", exact=True).click()
    expect(page.locator("pre", has_text="waiting for a worker")).to_be_visible()

    progress = {
        "done": 30,
        "total": 120,
        "unit": "steps",
        "message": "epoch 3 of 12",
        "seconds_left": 95,
    }
    tell("run", run="walk", status="running", rows=rows(1, 31), progress=progress)
    expect(page.get_by_text("30 of 120 steps · about 1 min 35 s left")).to_be_visible()
    wait_for_lengths(page, [[30, 3], [30]])
    plots = page.evaluate(PLOTS)
    assert [plot["names"] for plot in plots] == [["training", "validation"], ["training"]]
    expect(page.locator(".chart-title")).to_have_text(["Loss", "Accuracy"])

    tell("run", run="walk", status="completed", rows=rows(31, 41), log=["done"])
    expect(page.locator("code")).to_have_text('"completed"')
    wait_for_lengths(page, [[40, 4], [40]])
    expect(page.locator("pre", has_text="done")).to_be_visible()
    polls = state()["metric_polls"]["walk"]
    page.wait_for_timeout(1_500)
    assert state()["metric_polls"]["walk"] == polls, "a finished run is not polled"


def test_new_points_extend_the_traces_and_leave_the_zoom(show, tell):
    tell("run", run="zoom", status="running", rows=rows(1, 61))
    page = show("live_chart", chart("zoom"))
    wait_for_lengths(page, [[60, 6], [60]])
    box = page.locator(".plot .nsewdrag").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.3)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.7, steps=4)
    page.mouse.up()
    wait_for_plot(page, "layout.xaxis.range[0] > 10 && layout.xaxis.range[1] < 50")
    zoomed = page.evaluate(PLOTS)[0]["range"]

    tell("run", run="zoom", rows=rows(61, 81))
    wait_for_lengths(page, [[80, 8], [80]])
    assert page.evaluate(PLOTS)[0]["range"] == zoomed
    wait_for_plot(page, "layout.xaxis.range[1] > 79", plot=1)


def test_resumed_run_that_repeats_steps_is_drawn_anew(show, tell):
    tell("run", run="resume", status="running", rows=rows(1, 31))
    page = show("live_chart", chart("resume"))
    wait_for_lengths(page, [[30, 3], [30]])
    tell("run", run="resume", rows=rows(21, 26))
    wait_for_lengths(page, [[35, 3], [35]])


def test_unreachable_and_unknown_runs_say_so(show, tell):
    page = show("live_chart", chart("nobody"), expected=("404",))
    expect(page.get_by_role("alert")).to_contain_text("There is no run called 'nobody'.")
    tell("run", run="flaky", status="running", rows=rows(1, 11))
    page = show("live_chart", chart("flaky"), expected=("503",))
    wait_for_lengths(page, [[10, 1], [10]])
    tell("fault", route="metrics", status=503, times=1_000)
    expect(page.get_by_role("alert")).to_be_visible()
    tell("fault", route="metrics", status=503, times=0)
    tell("run", run="flaky", rows=rows(11, 21))
    wait_for_lengths(page, [[20, 2], [20]])
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.fixture(scope="module")
def runs(harness_home):
    """Makes runs in the workspace that the harness serves, and says for them what they would have said."""
    workspace = Workspace.open(harness_home)
    yield Runs(workspace)
    workspace.close()


def real(run: str):
    return {"run": run, "metrics": ["loss", "val_loss", "accuracy"]}


@pytest.fixture
def forgetful(windows):
    """Lets the browser forget how curves were to look: the tests share it."""
    yield
    windows[False].page.evaluate("localStorage.removeItem('studio.chart')")


def wait_for_plot(page: Page, condition: str, plot: int = 0) -> None:
    """Wait until something is true of a plot: `data` are its traces, `layout` what it looks like."""
    page.wait_for_function(
        """([condition, place]) => {
          const roots = [...document.querySelectorAll("*")].map(e => e.shadowRoot).filter(Boolean);
          const plots = roots.flatMap(root => [...root.querySelectorAll(".plot")]).filter(p => p.data);
          const plot = plots[place];
          return plot && new Function("data", "layout", `return ${condition}`)(plot.data, plot._fullLayout);
        }""",
        arg=[condition, plot],
    )


def drag(page: Page, first: float, last: float) -> None:
    """Zoom into the first plot, from one share of its width to another."""
    box = page.locator(".plot .nsewdrag").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * first, box["y"] + box["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * last, box["y"] + box["height"] * 0.8, steps=4)
    page.mouse.up()


def test_curves_of_a_run_are_put_into_words_and_follow_what_is_recorded(show, runs):
    runs.start("real-words", points=learning(1, 321))
    runs.progress("real-words", 320, 400)
    runs.see("real-words", "engine", 0, ENGINE)
    page = show("live_chart", real("real-words"))
    expect(page.locator(".verdict-kind")).to_have_text("overfitting")
    expect(page.locator(".verdict")).to_contain_text("The validation loss is")
    expect(page.locator(".engine")).to_have_text(
        "Computes in bfloat16 on 2 cores (Some Processor 9000), "
        "because this processor multiplies bfloat16 numbers (amx_bf16)."
    )
    expect(page.locator(".charts:visible .chart-title")).to_have_text(["Loss", "Accuracy"])
    machine = page.locator("summary", has_text="Machine")
    expect(machine).to_contain_text("samples a second · 1.1 GB · learning rate")
    machine.click()
    expect(page.locator(".chart-title:visible")).to_have_text(
        ["Loss", "Accuracy", "Learning rate", "Samples a second", "Memory"]
    )
    wait_for_plot(page, "data[0].x.at(-1) === 320", plot=4)
    runs.points("real-words", learning(321, 323))
    wait_for_plot(page, "data[0].x.at(-1) === 322", plot=4)
    runs.end("real-words")
    expect(page.locator(".verdict")).to_contain_text("learned the training samples by heart")
    expect(page.locator("code")).to_have_text('"completed"')


def test_zoom_into_a_long_history_shows_every_point_and_survives_new_ones(show, runs):
    points = [("loss", step, math.exp(-step / 4000)) for step in range(1, 10_001)]
    runs.start("real-zoom", points=points)
    page = show("live_chart", real("real-zoom"))
    wait_for_plot(page, "data[0].x.length > 1000 && data[0].x.length <= 2000")
    inside = """(() => {
      const [from, to] = layout.xaxis.range;
      return data[0].x.filter(x => x >= from && x <= to).length / (to - from);
    })()"""
    wait_for_plot(page, f"{inside} < 0.3")
    drag(page, 0.5, 0.6)
    wait_for_plot(page, f"{inside} > 0.9")
    wait_for_plot(page, "data[0].x.every((x, at) => at === 0 || x > data[0].x[at - 1])")
    kept = page.evaluate(PLOTS)[0]["range"]
    runs.points("real-zoom", [("loss", 10_001, 0.05)])
    wait_for_plot(page, "data[0].x.at(-1) === 10001")
    assert page.evaluate(PLOTS)[0]["range"] == kept
    page.locator(".plot .nsewdrag").first.dblclick()
    wait_for_plot(page, f"{inside} < 0.3 && layout.xaxis.range[1] > 10000")


def test_smoothing_scale_and_axis_are_kept_in_the_browser(show, runs, forgetful):
    runs.start("real-look", points=learning(1, 101))
    page = show("live_chart", real("real-look"))
    wait_for_plot(page, "data.length === 3 && data[0].x.length === 100")
    page.get_by_label("Smoothing").fill("0.9")
    wait_for_plot(
        page, "data.length === 4 && data[1].name === 'smoothed' && data[1].x.length === 100"
    )
    drag(page, 0.2, 0.6)
    wait_for_plot(page, "layout.xaxis.range[0] > 10 && layout.xaxis.range[1] < 80")
    before = page.evaluate(PLOTS)[0]["range"]
    page.get_by_role("button", name="Epochs").click()
    wait_for_plot(page, f"data[0].x.at(-1) === {100 / STEPS_PER_EPOCH}")
    following = [pytest.approx(end / STEPS_PER_EPOCH) for end in before]
    until(lambda: page.evaluate(PLOTS)[0]["range"] == following)  # the zoom follows the axis
    page.get_by_label("Log scale").check()
    wait_for_plot(page, "layout.yaxis.type === 'log'")
    wait_for_plot(page, "layout.yaxis.type === 'linear'", plot=1)
    runs.points("real-look", learning(101, 103))
    wait_for_plot(page, "data[1].x.length === 102 && data[1].y[101] !== data[0].y[101]")
    page = show("live_chart", real("real-look"))
    wait_for_plot(page, "data.length === 4 && layout.yaxis.type === 'log'")
    wait_for_plot(page, f"data[0].x.at(-1) === {102 / STEPS_PER_EPOCH}")


def test_predictions_follow_the_epochs_until_somebody_goes_back(show, runs):
    runs.start("real-guess", points=learning(1, 61))
    for epoch in (1, 2):
        runs.see("real-guess", "predictions", epoch * STEPS_PER_EPOCH, predictions(epoch))
    page = show("live_chart", real("real-guess"))
    expect(page.locator("summary", has_text="Predictions")).to_contain_text("of 6 right")
    expect(page.locator(".subject")).to_have_count(6)
    expect(page.locator(".subject .cell")).to_have_count(6)
    expect(page.locator(".subject").first).to_contain_text("apple")
    shown = page.locator(".timeline:visible output")
    expect(shown).to_have_text("Epoch 2")
    runs.see("real-guess", "predictions", 60, predictions(9))
    expect(shown).to_have_text("Epoch 9")
    expect(page.locator(".subject[data-right=true]")).to_have_count(6)
    page.get_by_label("Epoch of the predictions").press("Home")
    expect(shown).to_have_text("Epoch 1")
    expect(page.locator(".subject[data-right=true]")).to_have_count(0)
    runs.see("real-guess", "predictions", 80, predictions(10))
    page.wait_for_timeout(1_500)
    expect(shown).to_have_text("Epoch 1")


def test_histograms_are_asked_for_and_shown_layer_by_layer(show, runs):
    runs.start("real-layers", points=learning(1, 41))
    page = show("live_chart", real("real-layers"))
    page.locator("summary", has_text="Weights and gradients").click()
    page.get_by_role("button", name="Record histograms").click()
    expect(page.get_by_role("button", name="Stop recording")).to_be_visible()
    until(lambda: runs.workspace.run("real-layers").control.histograms is True)
    for epoch in (1, 2):
        runs.see("real-layers", "histograms", epoch * STEPS_PER_EPOCH, histograms(epoch))
    expect(page.locator(".layer figcaption")).to_have_text(["conv2d", "conv2d_1", "dense"])
    expect(page.locator(".layer svg")).to_have_count(5)
    expect(page.locator(".layer .ghost")).to_have_count(5)
    page.get_by_label("Epoch of the histograms").press("Home")
    expect(page.locator(".timeline:visible output")).to_have_text("Epoch 1")


def test_runs_of_a_group_are_drawn_together(show, runs):
    for number in (1, 2, 3):
        runs.start(f"real-{number}", group="real-seeds", points=learning(1, 61, seed=number))
    runs.end("real-1")
    page = show("group_chart", {"group": "real-seeds", "metrics": ["loss"]})
    expect(page.locator(".members li")).to_have_count(3)
    expect(page.locator(".members li").first).to_have_text("real-1completed")
    wait_for_plot(page, "data.filter(trace => trace.showlegend !== false).length === 2")
    wait_for_plot(page, "data.filter(trace => trace.opacity < 1).length === 6")
    runs.points("real-2", learning(61, 63, seed=2))
    wait_for_plot(page, "data[1].x.at(-1) === 62")
