"""The queue of labels that look wrong, in a real browser: keys, undo, faults, phones, texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from studio.core.dataset import DatasetManifest, SplitConfig, count_classes, split_codes
from studio.core.label_errors import VerdictCounts
from studio.workspace import Workspace
from tests.compute.conftest import until
from tests.doubted import doubted
from tests.frontend.sessions import CLASS_NAMES, Sessions, pictures

LABELS = np.arange(30, dtype=np.int32) % 3
DOUBTS = [(0, 1), (1, 2), (2, 0), (3, 1), (4, 0), (5, 1)]


def searched(workspace: Workspace, name: str, texts: Sequence[str] = ()) -> dict[str, object]:
    """Make a dataset whose first six labels are doubted; return the props of its queue."""
    artifacts = workspace.artifacts
    if texts:
        samples, shape = artifacts.put_texts(list(texts), "texts"), (0, 0, 0)
    else:
        samples = artifacts.put_array(pictures(len(LABELS)), "samples.npy").digest
        shape = (28, 28, 1)
    codes = split_codes(len(LABELS), SplitConfig())
    manifest = DatasetManifest(
        task="text" if texts else "images",
        samples=samples,
        labels=artifacts.put_array(LABELS, "labels.npy").digest,
        split=artifacts.put_array(codes, "split.npy").digest,
        class_names=CLASS_NAMES,
        shape=shape,
        count=len(LABELS),
        class_counts=count_classes(LABELS, 3),
        split_counts=tuple(np.bincount(codes, minlength=3).tolist()),
        split_config=SplitConfig(),
        source={"kind": "test"},
    )
    version = workspace.record_dataset(name, manifest, author="ann", message="")
    run = doubted(workspace, version, DOUBTS, likely=4)
    return {
        "run": run.name,
        "annotator": "ann",
        "samples_digest": None if texts else version.samples,
        "class_names": CLASS_NAMES,
        "likely": 4,
    }


@pytest.fixture
def queue(show) -> Callable[..., Page]:
    """Shows a queue and waits for its first flag."""

    def open_queue(props: dict[str, object], **shown) -> Page:
        page = show("flag_queue", props, **shown)
        page.get_by_role("heading", name="Sample 0").wait_for()
        return page

    return open_queue


def said(workspace: Workspace, run: object) -> list[tuple[str, str | None]]:
    flags = workspace.label_flags(str(run), view="all").flags
    return [(flag.verdict, flag.class_name) for flag in flags]


def test_one_key_a_flag_and_everything_can_be_taken_back(queue, sessions: Sessions) -> None:
    props = searched(sessions.workspace, "queue_keys")
    page = queue(props)
    main = page.get_by_role("group", name="Flag on display")
    expect(page.get_by_role("button", name="Wrong: it is banana")).to_be_visible()
    main.focus()
    page.keyboard.press("1")
    expect(page.get_by_role("heading", name="Sample 1")).to_be_visible()
    page.keyboard.press("2")
    expect(page.get_by_role("heading", name="Sample 2")).to_be_visible()
    page.keyboard.press("s")
    expect(page.get_by_role("heading", name="Sample 3")).to_be_visible()
    page.keyboard.press("3")
    expect(page.get_by_role("button", name="cat", exact=True)).to_be_visible()
    page.get_by_role("button", name="cat", exact=True).click()
    expect(page.get_by_text("doubtful", exact=False).first).to_be_visible()
    page.keyboard.press("4")
    expect(page.get_by_text("4 of 4 likely errors looked at")).to_be_visible()
    expect(page.get_by_text("3 of 4 judged labels are wrong: 75 %")).to_be_visible()
    wanted = [
        ("wrong", "banana"),
        ("right", None),
        ("skipped", None),
        ("wrong", "cat"),
        ("wrong", None),
    ]
    until(lambda: said(sessions.workspace, props["run"])[:5] == wanted)
    page.keyboard.press("Control+z")
    expect(page.get_by_role("heading", name="Sample 4")).to_be_visible()
    expect(page.get_by_text("2 of 3 judged labels are wrong: 67 %")).to_be_visible()
    until(lambda: said(sessions.workspace, props["run"])[4] == ("open", None))
    # The page hears of it when the person pauses.
    reported = page.get_by_test_id("stCode")
    expect(reported).to_contain_text('"waiting": 2')
    counts = VerdictCounts.model_validate_json(reported.inner_text())
    assert (counts.wrong, counts.right, counts.skipped) == (2, 1, 1)
    tiles = page.get_by_role("listbox", name="Flags").get_by_role("option")
    expect(tiles).to_have_count(6)
    tiles.first.click()
    expect(page.get_by_text("wrong, it is banana (ann)")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("right, it is banana (ann)")).to_be_visible()


def test_verdicts_wait_out_a_fault_and_arrive_once(queue, sessions: Sessions, tell) -> None:
    props = searched(sessions.workspace, "queue_fault")
    page = queue(props, expected=("503",))
    tell("session_fault", route="verdicts", status=-503, times=1_000)
    page.get_by_role("group", name="Flag on display").focus()
    page.keyboard.press("1")
    page.keyboard.press("1")
    expect(page.get_by_text("offline", exact=False)).to_be_visible()
    tell("session_fault", route="verdicts", status=-503, times=0)
    expect(page.get_by_text("saved", exact=True)).to_be_visible()
    counts = sessions.workspace.verdict_counts(str(props["run"]))
    assert (counts.wrong, counts.open) == (2, 2)


def test_a_phone_shows_all_of_it_and_texts_stay_texts(queue, sessions: Sessions) -> None:
    texts = [f"<b>text {number}</b> " + "long words " * 20 for number in range(len(LABELS))]
    props = searched(sessions.workspace, "queue_texts", texts)
    page = queue(props, width=390, height=844, touch=True)
    expect(page.get_by_text("<b>text 0</b>", exact=False).first).to_be_visible()
    page.get_by_role("button", name="Right: it is apple").tap()
    expect(page.get_by_role("heading", name="Sample 1")).to_be_visible()
    sticking_out = page.evaluate(
        """() => [...document.querySelectorAll("*")]
          .map(e => e.shadowRoot).filter(Boolean)
          .flatMap(root => [...root.querySelectorAll(".studio *:not(.visually-hidden)")])
          .filter(e => e.getClientRects().length)
          .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
          .map(e => e.className)"""
    )
    assert sticking_out == []
