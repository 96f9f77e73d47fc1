"""The canvas with 200 nodes and 300 wires in a real browser: how smoothly a node is dragged, how soon a run is seen."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from statistics import median

import pytest
from playwright.sync_api import Browser, Page, expect

from studio.core.draft import Draft
from studio.core.pipeline import Link, Node, Pipeline
from tests.benchmarks.test_labelling import Served
from tests.frontend.runs import Runs

NODES, LINKS, COLUMN = 200, 300, 10
DRAG_STEPS = 180
TICKS = 12
LEAST_FRAMES, MOST_MILLISECONDS = 30, 50
RUN = "real-canvas-bench"
# Frames in which the dragged node stood elsewhere than in the one before, and how long the drag took.
FRAMES = """node => {
  window.frames = [];
  let last = node.style.transform;
  const look = now => {
    const moved = node.style.transform !== last;
    last = node.style.transform;
    window.frames.push([now, moved]);
    if (!window.stopLooking) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""
# From the moment the answer of a poll is there until the changes it made are painted.
TICK = """stage => {
  window.ticks = [];
  window.drawn = 0;
  new MutationObserver(records => { window.drawn += records.length; })
    .observe(stage, { subtree: true, childList: true, attributes: true, characterData: true });
  const json = Response.prototype.json;
  Response.prototype.json = async function () {
    const body = await json.call(this);
    if (!this.url.includes("observations")) return body;
    const since = performance.now();
    const before = window.drawn;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => window.ticks.push({
        news: body.observations.length, milliseconds: performance.now() - since, drawn: window.drawn - before,
      });
      port2.postMessage(0);
    });
    return body;
  };
}"""


def large() -> Draft:
    """Return 200 joins of datasets in columns of ten, with 300 wires from column to column."""
    nodes = tuple(Node(id=f"n{place}", component="join_datasets") for place in range(NODES))
    first = [(place - COLUMN, place, "first") for place in range(COLUMN, NODES)]
    second = [(place - COLUMN - 1, place, "second") for place in range(COLUMN + 1, NODES)]
    links = tuple(
        Link(source=f"n{source}", source_port="dataset", target=f"n{target}", target_port=port)
        for source, target, port in [*first, *second][:LINKS]
    )
    positions = {
        f"n{place}": (300.0 * (place // COLUMN), 150.0 * (place % COLUMN)) for place in range(NODES)
    }
    return Draft(pipeline=Pipeline(nodes=nodes, links=links), positions=positions)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The harness over a workspace of its own."""
    served = Served(tmp_path_factory.mktemp("canvas") / "home")
    served.start()
    yield served
    served.kill()


@pytest.fixture
def runs(served: Served) -> Runs:
    """The run whose states are shown."""
    runs = Runs(served.sessions.workspace)
    runs.start(RUN)
    return runs


@pytest.fixture
def page(served: Served, runs: Runs, browser: Browser) -> Iterator[Page]:
    """The canvas with everything in view."""
    workspace = served.sessions.workspace
    saved = workspace.make_draft("large", large())
    props = {
        "name": "large",
        "head": saved.head,
        "body": saved.draft.model_dump(mode="json"),
        "run": RUN,
        "height": 700,
    }
    setup = {"key": 1, "component": "pipeline_canvas", "props": props, "changed": None}
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.goto(f"{served.url}/?wide=1")
    page.get_by_label("Setup").fill(json.dumps(setup))
    page.get_by_label("Setup").press("Enter")
    expect(page.locator(".react-flow__node").first).to_be_visible(timeout=30_000)
    page.get_by_role("toolbar").get_by_role("button", name="Fit into view").click()
    expect(page.locator(".react-flow__node")).to_have_count(NODES)
    yield page
    page.close()
    workspace.delete_draft("large")


def test_a_node_is_dragged_smoothly_and_a_tick_of_a_run_is_cheap(
    page: Page, runs: Runs, capsys: pytest.CaptureFixture[str]
) -> None:
    node = page.locator('.react-flow__node[data-id="n95"]')
    node.evaluate(FRAMES)
    box = node.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 3)
    page.mouse.down()
    page.mouse.move(box["x"] + 250, box["y"] + 120, steps=DRAG_STEPS)
    page.mouse.up()
    frames = page.evaluate("() => { window.stopLooking = true; return window.frames; }")
    moves = [now for now, moved in frames if moved]
    rate = (len(moves) - 1) / (moves[-1] - moves[0]) * 1000
    worst = max(after - before for before, after in itertools.pairwise(moves))

    page.locator(".stage").evaluate(TICK)
    page.wait_for_timeout(1500)
    for tick in range(TICKS):
        progress = {"done": tick + 1, "total": TICKS, "unit": "step", "message": ""}
        few = {n: {"node": f"n{n}", "state": "running", "progress": progress} for n in range(3)}
        done = {"state": "completed", "seconds": 1.5 + tick}
        everything = {n: {"node": f"n{n}", **done} for n in range(NODES - 1)}
        states = everything if tick % 2 else few
        runs.see_nodes(RUN, states)
        page.wait_for_timeout(1200)
    ticks = page.evaluate("() => window.ticks")
    busy = [each["milliseconds"] for each in ticks if each["news"]]
    idle = [each["milliseconds"] for each in ticks if not each["news"]]
    with capsys.disabled():
        print(
            f"\n{NODES} nodes, {LINKS} wires: dragged at {rate:.0f} frames/s, longest pause {worst:.0f} ms"
        )
        print("| poll with news of | ms until painted |\n|---|---|")
        for each in ticks:
            if each["news"]:
                print(f"| {each['news']} nodes | {each['milliseconds']:.0f} |")
        print(
            f"without news: {median(idle):.0f} ms, drawn {sum(e['drawn'] for e in ticks if not e['news'])}"
        )
    assert rate >= LEAST_FRAMES
    assert median(busy) <= MOST_MILLISECONDS
    assert not any(each["drawn"] for each in ticks if not each["news"])
