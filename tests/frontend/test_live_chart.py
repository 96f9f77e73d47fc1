from __future__ import annotations

import math

from playwright.sync_api import Page, expect

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
    for _ in range(100):
        if lengths(page) == wanted:
            return
        page.wait_for_timeout(50)
    assert lengths(page) == wanted


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

    tell("run", run="walk", status="succeeded", rows=rows(31, 41), log=["done"])
    expect(page.locator("code")).to_have_text('"succeeded"')
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
    page.wait_for_timeout(400)
    zoomed = page.evaluate(PLOTS)[0]["range"]
    assert zoomed[0] > 10
    assert zoomed[1] < 50

    tell("run", run="zoom", rows=rows(61, 81))
    wait_for_lengths(page, [[80, 8], [80]])
    assert page.evaluate(PLOTS)[0]["range"] == zoomed
    assert page.evaluate(PLOTS)[1]["range"][1] > 79


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
    tell("fault", route="metrics", status=503, times=2)
    expect(page.get_by_role("alert")).to_be_visible()
    tell("run", run="flaky", rows=rows(11, 21))
    wait_for_lengths(page, [[20, 2], [20]])
    expect(page.get_by_role("alert")).to_have_count(0)
