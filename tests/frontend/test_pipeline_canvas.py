"""The canvas of the designer in a real browser, over the studio's own routes: draw, connect, save, undo, watch."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from studio.core.draft import Draft, NodeGroup, Note, PipelineParameter, SavedDraft
from studio.core.pipeline import Pipeline
from studio.core.sample_pipelines import sample_pipelines
from studio.workspace import Workspace
from tests.frontend.runs import Runs
from tests.frontend.sessions import Sessions

numbers = count(1)


def drawn() -> Draft:
    """Return a draft of five nodes; the evaluation is not wired yet."""
    pipeline = (
        Pipeline()
        .add("dataset", "dataset", name="fruit")
        .add("split", "split")
        .add("net", "drawing_classifier")
        .add("train", "train", epochs=3)
        .add("evaluate", "evaluate")
        .connect("dataset", "dataset", "split", "dataset")
        .connect("split", "dataset", "train", "dataset")
    )
    positions: dict[str, tuple[float, float]] = {
        "dataset": (0, 0),
        "split": (300, 0),
        "net": (300, 180),
        "train": (600, 0),
        "evaluate": (900, 0),
    }
    return Draft(pipeline=pipeline, positions=positions)


# Wires of which a point lies on a node between its ends, and the least height of a name, in pixels of the screen.
CROSSED = """stage => {
  const boxes = [...stage.querySelectorAll(".card")].map((card) => card.getBoundingClientRect());
  const paths = [...stage.querySelectorAll(".react-flow__edge-path")];
  return paths.filter((path) => Array.from({ length: 200 }, (_, step) => step + 1).some((step) => {
    const at = path.getPointAtLength((path.getTotalLength() * step) / 201).matrixTransform(path.getScreenCTM());
    return boxes.some(({ left, right, top, bottom }) =>
      at.x > left + 2 && at.x < right - 2 && at.y > top + 2 && at.y < bottom - 2);
  })).length;
}"""
LEAST_NAME = """stage => Math.min(...[...stage.querySelectorAll(".card-title")].map((title) =>
  parseFloat(getComputedStyle(title).fontSize) * title.getBoundingClientRect().width / title.offsetWidth))"""


class Sheet:
    """One draft on the canvas, and what the studio has of it."""

    def __init__(self, page: Page, workspace: Workspace, name: str) -> None:
        self.page, self.workspace, self.name = page, workspace, name
        self.stage = page.locator(".stage")

    def node(self, node: str) -> Locator:
        return self.page.locator(f'.react-flow__node[data-id="{node}"]')

    def port(self, node: str, port: str, side: str = "target") -> Locator:
        return self.node(node).locator(f'.handle.{side}[data-handleid="{port}"]')

    def tool(self, name: str) -> Locator:
        return self.page.get_by_role("toolbar").get_by_role(
            "button", name=name, exact=name == "Add"
        )

    def wire(self, source: Locator, target: Locator) -> None:
        """Hold a wire over a port, without letting go of it."""
        self.over(source)
        self.page.mouse.down()
        self.over(target)

    def over(self, place: Locator) -> None:
        box = place.bounding_box()
        assert box is not None
        self.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def saved(self) -> Draft:
        """Return what the studio has, once everything is saved."""
        expect(self.page.locator(".canvas .status")).to_have_text("saved")
        return self.workspace.draft(self.name).draft

    def nodes(self) -> list[str]:
        return [node.id for node in self.saved().pipeline.nodes]

    def links(self) -> set[tuple[str, str, str, str]]:
        return {
            (each.source, each.source_port, each.target, each.target_port)
            for each in self.saved().pipeline.links
        }


def props(saved: SavedDraft, **more: Any) -> dict[str, Any]:
    return {
        "name": saved.name,
        "head": saved.head,
        "body": saved.draft.model_dump(mode="json"),
        "problems": saved.draft.problems(),
        "datasets": [
            {
                "title": "fruit",
                "kind": "dataset",
                "component": "dataset",
                "params": {"name": "fruit"},
            }
        ],
        "can_undo": saved.can_undo,
        "can_redo": saved.can_redo,
        "undoes": saved.undoes,
        "redoes": saved.redoes,
        **more,
    }


@pytest.fixture
def sheet(show, sessions: Sessions) -> Callable[..., Sheet]:
    """Makes a draft and shows it on a canvas."""

    def open_sheet(
        draft: Draft | None = None, *, window: dict[str, Any] | None = None, **more
    ) -> Sheet:
        name = f"drawn-{next(numbers)}"
        saved = sessions.workspace.make_draft(name, draft or drawn(), author="ann")
        page = show("pipeline_canvas", props(saved, **more), height=1000, **(window or {}))
        sheet = Sheet(page, sessions.workspace, name)
        if saved.draft.pipeline.nodes:
            expect(page.locator(".react-flow__node").first).to_be_visible()
            sheet.tool("Fit into view").click()
        return sheet

    return open_sheet


def test_nodes_are_added_from_the_palette_by_drag_by_click_and_by_keys(sheet) -> None:
    made = sheet(Draft())
    page = made.page
    expect(page.get_by_text("Nothing is drawn yet.")).to_be_visible()
    page.get_by_role("button", name="fruit", exact=True).drag_to(
        made.stage, target_position={"x": 120, "y": 120}
    )
    expect(made.node("dataset")).to_be_visible()
    assert made.saved().pipeline.node("dataset").params == {"name": "fruit"}
    assert made.saved().titles == {"dataset": "fruit"}
    # What fits is wired to the selected node.
    page.get_by_label("Search the palette").fill("divides training")
    page.get_by_role("button", name="Split data").click()
    assert made.links() == {("dataset", "dataset", "split", "dataset")}
    page.get_by_label("Search the palette").fill("")
    made.stage.focus()
    made.press("/")
    page.keyboard.type("evaluate")
    expect(page.get_by_label("Search the palette")).to_have_value("evaluate")
    made.press("ArrowDown", "Enter")
    assert made.nodes() == ["dataset", "split", "evaluate"]
    assert ("split", "dataset", "evaluate", "dataset") in made.links()
    expect(made.node("evaluate").locator(".problem")).to_have_attribute(
        "title", 'Input "model" is not connected.'
    )


def test_wires_that_may_not_be_drawn_are_refused_with_the_reason_while_dragging(sheet) -> None:
    made = sheet()
    page = made.page
    bubble = page.locator(".bubble")
    made.wire(made.port("train", "model", "source"), made.port("evaluate", "dataset"))
    expect(bubble).to_have_text('This wire carries Model, but "dataset" takes Dataset.')
    made.over(made.port("evaluate", "model"))
    expect(bubble).to_have_count(0)
    page.mouse.up()
    assert ("train", "model", "evaluate", "model") in made.links()
    made.wire(made.port("dataset", "dataset", "source"), made.port("train", "dataset"))
    expect(bubble).to_have_text('"dataset" has its wire already. Remove that one first.')
    page.mouse.up()
    assert len(made.links()) == 3
    looped = (
        Pipeline()
        .add("one", "sample")
        .add("two", "sample")
        .connect("one", "dataset", "two", "dataset")
    )
    made = sheet(Draft(pipeline=looped, positions={"one": (0, 0), "two": (300, 60)}))
    made.wire(made.port("two", "dataset", "source"), made.port("one", "dataset"))
    expect(bubble).to_contain_text("would close a circle")
    page.mouse.up()
    assert len(made.links()) == 1


def test_everything_can_be_undone_also_after_a_reload(sheet, show) -> None:
    made = sheet()
    before = made.workspace.draft(made.name).draft
    made.node("split").click()
    made.press("Delete")
    expect(made.node("split")).to_have_count(0)
    assert made.links() == set()
    made.press("Control+z")
    expect(made.node("split")).to_be_visible()
    assert made.saved() == before
    made.press("Control+Shift+z")
    expect(made.node("split")).to_have_count(0)
    assert "split" not in made.nodes()
    made.tool("Clear").click()
    assert made.nodes() == []
    # The canvas is made anew; the studio still has every edit.
    show("pipeline_canvas", props(made.workspace.draft(made.name)))
    expect(made.tool("Undo: Cleared the canvas")).to_be_enabled()
    made.stage.focus()
    made.press("Control+z", "Control+z")
    expect(made.node("split")).to_be_visible()
    assert made.saved() == before


def test_settings_saved_by_the_page_are_taken_over_and_put_together_with_own_edits(
    sheet, tell
) -> None:
    made = sheet(window={"expected": ("409", "503")})
    tell("session_fault", route="drafts", status=503, times=1_000)
    made.node("split").click()
    made.press("ArrowDown", "ArrowDown")
    expect(made.page.locator(".canvas .status")).to_have_text("offline, 1 edit waiting")
    changed = made.workspace.edit_draft(
        made.name,
        lambda draft: draft.model_copy(
            update={"pipeline": draft.pipeline.set_params("train", epochs=9)}
        ),
        what="Changed a setting",
    )
    tell("session_fault", route="drafts", status=503, times=0)
    now = made.saved()
    assert changed.head == 2
    assert now.pipeline.node("train").params == {"epochs": 9}
    assert now.positions["split"] == (300, 20)
    made.press("Control+z", "Control+z")
    expect(made.tool("Undo")).to_be_disabled()
    assert made.saved() == drawn()


@pytest.mark.parametrize("width", [1280, 390])
def test_names_are_read_and_no_wire_crosses_a_node(show, sessions, width) -> None:
    name = f"drawn-{next(numbers)}"
    draft = sample_pipelines()["two-models"].draft
    saved = sessions.workspace.make_draft(name, draft, author="ann")
    page = show("pipeline_canvas", props(saved), width=width, height=1000)
    stage = page.locator(".stage")
    expect(stage.locator(".card").first).to_be_visible()
    assert stage.evaluate(LEAST_NAME) >= 11
    page.get_by_role("toolbar").get_by_role("button", name="Fit into view").click()
    expect(stage.locator(".card")).to_have_count(9)
    expect(stage.locator(".react-flow__edge-path")).to_have_count(11)
    assert stage.evaluate(CROSSED) == 0
    stage.focus()
    page.keyboard.press("l")
    expect(page.locator(".canvas .status")).to_have_text("saved")
    page.wait_for_timeout(300)
    assert sessions.workspace.draft(name).draft.positions != draft.positions
    assert stage.evaluate(CROSSED) == 0


def test_what_the_page_said_is_not_told_to_it_again(show, sessions) -> None:
    name = f"drawn-{next(numbers)}"
    saved = sessions.workspace.make_draft(name, drawn(), author="ann")
    later = sessions.workspace.edit_draft(
        name, lambda draft: draft.model_copy(update={"titles": {"train": "Learn"}}), what="Renamed"
    )
    page = show("pipeline_canvas", props(saved), changed=props(later), height=1000)
    expect(page.locator('.react-flow__node[data-id="train"]')).to_contain_text("Train")
    page.get_by_text("Change the props").click()
    expect(page.locator('.react-flow__node[data-id="train"]')).to_contain_text("Learn")
    page.wait_for_timeout(600)
    expect(page.get_by_text("Runs of the page:")).to_have_text("Runs of the page: 2")


def test_two_people_drawing_at_once_lose_nothing(sheet) -> None:
    made = sheet(window={"expected": ("409",)})
    page = made.page

    def meddle(draft: Draft) -> Draft:
        return draft.model_copy(update={"pipeline": draft.pipeline.remove("net")})

    made.workspace.edit_draft(made.name, meddle, what="Deleted a node", author="bob")
    made.node("evaluate").click()
    made.press("Delete")
    expect(page.get_by_text("Somebody else changed this draft.")).to_be_visible()
    page.get_by_role("button", name="Keep mine as a copy").click()
    expect(made.node("net")).to_have_count(0)
    expect(made.node("evaluate")).to_be_visible()
    expect(page.get_by_test_id("stCode")).to_contain_text(f'"draft": "{made.name}-copy"')
    copy = made.workspace.draft(f"{made.name}-copy").draft
    assert [node.id for node in copy.pipeline.nodes] == ["dataset", "split", "net", "train"]
    made.workspace.edit_draft(made.name, lambda draft: Draft(), what="Cleared", author="bob")
    made.node("split").click()
    made.press("Delete")
    page.get_by_role("button", name="Take theirs").click()
    expect(page.get_by_text("Nothing is drawn yet.")).to_be_visible()


def test_the_keyboard_alone_draws_a_pipeline(sheet) -> None:
    made = sheet()
    page = made.page
    made.stage.focus()
    made.press("Tab", "Tab", "Tab")
    expect(made.node("net")).to_be_focused()
    made.press("c")
    page.get_by_label("Search ports").fill("train")
    made.press("ArrowDown", "Enter")
    assert ("net", "model", "train", "model") in made.links()
    expect(made.node("net")).to_be_focused()
    made.press("Tab", "ArrowRight", "Shift+ArrowDown")
    assert made.saved().positions["train"] == (610, 50)
    made.press("F2")
    page.keyboard.type("Learn")
    made.press("Enter")
    assert made.saved().titles == {"train": "Learn"}
    made.press("Enter")
    expect(page.get_by_test_id("stCode")).to_contain_text('"what": "open", "node": "train"')
    made.press("Shift+Tab", "Space", "Control+d")
    assert made.nodes()[5:] == ["net_2", "train_2"]
    assert ("net_2", "model", "train_2", "model") in made.links()
    made.press("Control+a", "Delete")
    assert made.nodes() == []
    made.press("Control+z", "?")
    expect(page.get_by_role("dialog", name="Keys of the canvas")).to_be_visible()
    made.press("Escape")
    expect(made.stage).to_be_focused()
    made.press("l")
    across = [made.saved().positions[node][0] for node in ("dataset", "split", "train")]
    assert across == sorted(across)
    # Tab goes on behind the canvas after the last node.
    made.press("Tab", *["Tab"] * len(made.nodes()), "Tab")
    expect(page.locator(".react-flow__node:focus")).to_have_count(0)


def test_what_is_copied_in_one_draft_is_pasted_into_another(sheet) -> None:
    made = sheet()
    page = made.page
    made.node("split").click()
    made.node("train").click(modifiers=["Shift"])
    expect(page.locator(".react-flow__node.selected")).to_have_count(2)
    made.press("Control+c", "Control+v")
    assert made.nodes()[5:] == ["split_2", "train_2"]
    assert ("split_2", "dataset", "train_2", "dataset") in made.links()
    assert made.saved().pipeline.node("train_2").params == {"epochs": 3}
    made.press("Control+x")
    assert made.nodes() == ["dataset", "split", "net", "train", "evaluate"]
    other = sheet(Draft())
    other.stage.focus()
    other.press("Control+v")
    assert other.nodes() == ["split_2", "train_2"]
    assert other.links() == {("split_2", "dataset", "train_2", "dataset")}


def test_dragging_is_one_edit_and_a_box_selects(sheet) -> None:
    made = sheet()
    page = made.page
    made.over(made.node("net").locator(".card-title"))
    page.mouse.down()
    for step in range(1, 6):
        box = made.stage.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 60 + 10 * step, box["y"] + 480 - step, steps=2)
    page.mouse.up()
    assert made.saved().positions["net"] != (300, 180)
    assert made.workspace.draft(made.name).edits == 2
    box = made.stage.bounding_box()
    assert box is not None
    page.keyboard.down("Shift")
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 5, box["y"] + box["height"] - 5, steps=6)
    page.mouse.up()
    page.keyboard.up("Shift")
    expect(page.locator(".react-flow__node.selected")).to_have_count(5)
    expect(page.get_by_test_id("stCode")).to_contain_text('"dataset", "split"')
    made.press("ArrowRight")
    assert made.saved().positions["dataset"] == (10, 0)


def test_notes_and_groups_are_written_folded_and_taken_apart(sheet) -> None:
    draft = drawn().model_copy(
        update={
            "notes": (Note(id="note", text="<b>made up</b>", position=(0, 200)),),
            "groups": (NodeGroup(id="group", title="Prepare", nodes=("split", "net")),),
        }
    )
    made = sheet(draft)
    page = made.page
    expect(page.get_by_text("<b>made up</b>")).to_be_visible()
    page.get_by_role("button", name="Fold Prepare", exact=True).click()
    expect(made.node("split")).to_have_count(0)
    folded = made.node("group:group")
    expect(folded.locator(".port")).to_have_count(2)
    expect(page.locator(".react-flow__edge")).to_have_count(2)
    assert made.saved().groups[0].folded
    made.over(folded.locator(".group-title"))
    page.mouse.down()
    page.mouse.move(500, 900, steps=4)
    page.mouse.up()
    moved = made.saved().positions
    assert (moved["net"][0] - moved["split"][0], moved["net"][1] - moved["split"][1]) == (0, 180)
    assert moved["split"] != (300, 0)
    page.get_by_role("button", name="Unfold Prepare").click()
    expect(made.node("split")).to_be_visible()
    page.locator(".group-title").click()
    made.tool("Ungroup").click()
    assert made.saved().groups == ()
    page.get_by_text("<b>made up</b>").dblclick()
    page.get_by_label("Text of the note").fill("written anew")
    made.press("Escape")
    assert made.saved().notes[0].text == "written anew"
    made.press("Delete")
    assert made.saved().notes == ()


def test_a_run_shows_how_its_nodes_stand_and_cannot_be_changed(sheet, show, sessions) -> None:
    runs = Runs(sessions.workspace)
    runs.start("real-canvas")
    draft = sessions.workspace.draft_of_run("real-canvas")
    seen = {
        "dataset": {"state": "reused", "seconds": 0.0, "saved": 12.4},
        "split": {"state": "completed", "seconds": 0.3},
        "train": {
            "state": "running",
            "progress": {"done": 5, "total": 20, "unit": "steps", "message": "epoch 5 of 20"},
        },
        "evaluate": {"state": "waiting"},
    }

    def tell_of(node: str, **state: Any) -> None:
        place = [each.id for each in draft.pipeline.nodes].index(node)
        runs.see("real-canvas", "node", place, {"node": node, **state})

    for node, state in seen.items():
        tell_of(node, **state)
    page = show(
        "pipeline_canvas",
        {
            "name": "",
            "head": 0,
            "body": draft.model_dump(mode="json"),
            "run": "real-canvas",
            "readonly": True,
            "height": 500,
        },
    )
    words = page.locator(".state-words")
    expect(words).to_have_text(
        ["reused, saved 12 s", "completed in 0.3 s", "epoch 5 of 20", "waiting"]
    )
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "25")
    failure = {
        "what": "The model got too large.",
        "why": "It needs 9 GB.",
        "fix": "Take a smaller one.",
    }
    tell_of("train", state="failed", seconds=1.0, failure=failure)
    tell_of("evaluate", state="skipped")
    expect(words.nth(2)).to_have_text("The model got too large.")
    expect(words.nth(3)).to_have_text("skipped")
    page.locator('.react-flow__node[data-id="train"]').click()
    expect(page.get_by_test_id("stCode")).to_contain_text('"selected": ["train"]')
    page.keyboard.press("Delete")
    expect(page.locator(".react-flow__node")).to_have_count(4)
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)


def test_on_a_phone_the_palette_is_a_drawer_and_a_tap_adds(sheet) -> None:
    parameter = PipelineParameter(name="epochs", targets=(("train", "epochs"),), default=3)
    made = sheet(
        drawn().model_copy(update={"parameters": (parameter,)}),
        window={"width": 390, "touch": True},
    )
    page = made.page
    expect(made.node("train").get_by_text("Pipeline parameter: epochs")).to_have_count(1)
    expect(page.get_by_label("Palette")).to_have_count(0)
    made.tool("Add").tap()
    page.get_by_label("Search the palette").fill("balance")
    page.get_by_role("button", name="Balance classes").tap()
    expect(page.get_by_label("Palette")).to_have_count(0)
    assert made.nodes()[5:] == ["balance"]
    # By two taps a wire is drawn, or refused with the reason.
    made.port("train", "model", "source").tap(force=True)
    made.port("evaluate", "dataset").tap(force=True)
    expect(page.get_by_role("alert")).to_have_text(
        'This wire carries Model, but "dataset" takes Dataset.'
    )
    sticking_out = page.evaluate(
        """() => [...document.querySelectorAll("*")]
          .map(e => e.shadowRoot).filter(Boolean)
          .flatMap(root => [...root.querySelectorAll(".tools *, .notice, .surface")])
          .filter(e => e.getClientRects().length && e.getBoundingClientRect().right > innerWidth + 1)
          .map(e => e.className)"""
    )
    assert sticking_out == []
