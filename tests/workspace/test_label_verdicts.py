"""Flags of a search for label errors: judged by people, and corrected as a version."""

from __future__ import annotations

import numpy as np
import pytest

from studio.core.errors import Conflict, InvalidInput, NotFound
from studio.core.label_errors import VerdictInput, VerdictKind
from studio.workspace import Workspace
from tests.doubted import doubted
from tests.workspace.conftest import MakeDataset

CLASSES = ("cat", "dog", "owl")
LABELS = [0, 1, 2] * 10
DOUBTS = [(3, 1), (4, 2), (6, 2), (8, 0)]
"""Samples labelled cat, dog, cat and owl."""


@pytest.fixture
def search(workspace: Workspace, make_dataset: MakeDataset) -> str:
    """Name of a search among thirty pets that doubts four labels, three of them likely wrong."""
    return doubted(workspace, make_dataset("pets", LABELS, CLASSES), DOUBTS, likely=3).name


def word(
    op_id: str, sample: int, verdict: VerdictKind, class_name: str | None = None
) -> VerdictInput:
    return VerdictInput(op_id=op_id, sample=sample, verdict=verdict, class_name=class_name)


def test_flags_come_in_their_order_and_in_pages(workspace: Workspace, search: str) -> None:
    page = workspace.label_flags(search, limit=3)
    assert [(f.sample, f.given, f.suggested, f.likely) for f in page.flags] == [
        (3, "cat", "dog", True),
        (4, "dog", "owl", True),
        (6, "cat", "owl", True),
    ]
    assert page.more
    assert page.flags[0].suggested_probability > 0.9
    rest = workspace.label_flags(search, after=page.flags[-1].place)
    assert [(f.sample, f.likely) for f in rest.flags] == [(8, False)]
    assert not rest.more
    assert (rest.counts.open, rest.counts.precision) == (3, None)


def test_verdicts_count_once_and_can_be_taken_back(workspace: Workspace, search: str) -> None:
    acknowledged, counts = workspace.judge_flags(
        search,
        "ann",
        [word("a", 3, "wrong", "dog"), word("b", 4, "right"), word("c", 6, "skipped")],
    )
    assert acknowledged == ["a", "b", "c"]
    assert (counts.wrong, counts.right, counts.skipped, counts.open, counts.waiting) == (
        1,
        1,
        1,
        0,
        1,
    )
    assert counts.precision == 0.5
    assert counts.low is not None
    assert counts.high is not None
    assert counts.low < 0.5 < counts.high
    _, again = workspace.judge_flags(search, "ann", [word("a", 3, "right")])
    assert again == counts  # the op_id is known: nothing changes
    _, later = workspace.judge_flags(search, "bob", [word("d", 3, "open")])
    assert (later.wrong, later.open, later.waiting) == (0, 1, 0)
    views = {view: workspace.label_flags(search, view=view) for view in ("open", "skipped", "all")}  # type: ignore[arg-type]
    assert [f.sample for f in views["open"].flags] == [3, 8]
    assert [f.sample for f in views["skipped"].flags] == [6]
    assert [f.verdict for f in views["all"].flags] == ["open", "right", "skipped", "open"]


def test_wrong_labels_are_corrected_in_a_version_and_written_to_who_said_so(
    workspace: Workspace, search: str
) -> None:
    workspace.judge_flags(search, "ann", [word("a", 3, "wrong", "dog"), word("b", 4, "right")])
    workspace.judge_flags(
        search, "bob", [word("c", 6, "wrong", None), word("d", 8, "wrong", "dog")]
    )
    made = workspace.apply_verdicts(search, author="ann")
    labels = np.asarray(workspace.labels(made))
    assert labels[[3, 4, 8]].tolist() == [1, 1, 1]
    assert made.states == (29, 1, 0)
    assert made.message.startswith("2 labels corrected, 1 sample set aside")
    facts = workspace.sample_facts(made, 8)
    assert any(event.who == "bob" for event in facts.history)
    counts = workspace.verdict_counts(search)
    assert (counts.wrong, counts.waiting) == (3, 0)
    with pytest.raises(Conflict, match="waits"):
        workspace.apply_verdicts(search)
    assert workspace.label_errors(made) is not None
    assert [f.sample for f in workspace.label_flags(search).flags] == []

    # Going back brings the wrong labels back, and they can be corrected again.
    workspace.revert("pets", 1)
    assert workspace.verdict_counts(search).waiting == 3
    again = workspace.apply_verdicts(search)
    assert np.array_equal(workspace.labels(again), labels)


def test_labels_changed_elsewhere_are_not_doubted_any_more(
    workspace: Workspace, search: str
) -> None:
    workspace.relabel("pets", [3], "owl")
    workspace.set_state("pets", [4], "removed")
    page = workspace.label_flags(search)
    assert [f.sample for f in page.flags] == [6, 8]
    assert page.counts.open == 1
    workspace.rename_class("pets", "cat", "kitten")
    assert [f.sample for f in workspace.label_flags(search).flags] == [6, 8]


def test_a_verdict_outlives_its_search_as_long_as_the_label_stays(
    workspace: Workspace, search: str
) -> None:
    workspace.judge_flags(search, "ann", [word("a", 3, "right"), word("b", 4, "right")])
    version = workspace.relabel("pets", [4], "cat")
    second = doubted(workspace, version, [(3, 2), (4, 1)], likely=2).name
    assert [f.sample for f in workspace.label_flags(second).flags] == [4]
    newest = workspace.label_errors(version)
    assert newest is not None
    assert newest.run.name == second


def test_what_is_no_verdict_is_refused(
    workspace: Workspace, search: str, make_dataset: MakeDataset
) -> None:
    with pytest.raises(NotFound, match="no flag"):
        workspace.judge_flags(search, "ann", [word("a", 5, "right")])
    with pytest.raises(NotFound, match="class"):
        workspace.judge_flags(search, "ann", [word("a", 3, "wrong", "cow")])
    with pytest.raises(InvalidInput, match="already"):
        workspace.judge_flags(search, "ann", [word("a", 3, "wrong", "cat")])
    waiting = workspace.find_label_errors("pets")
    with pytest.raises(Conflict, match="no flags"):
        workspace.label_flags(waiting.name)
    make_dataset("pets", LABELS, CLASSES, seed=1)  # other samples under the same name
    with pytest.raises(Conflict, match="imported anew"):
        workspace.label_flags(search)
    assert workspace.label_errors(workspace.dataset("pets")) is None
