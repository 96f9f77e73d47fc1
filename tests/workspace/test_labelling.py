from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.annotation import AnnotationInput
from studio.core.dataset import SPLIT_NAMES, UNLABELLED, DatasetVersion
from studio.core.errors import Conflict, InvalidInput, NotFound
from studio.workspace import Workspace, labelling
from tests.workspace.conftest import MakeDataset

Answer = tuple[int, str | None]


def ops(*answers: Answer) -> list[AnnotationInput]:
    return [
        AnnotationInput(op_id=uuid4().hex, sample=sample, class_name=class_name)
        for sample, class_name in answers
    ]


def current(workspace: Workspace, version: DatasetVersion) -> dict[int, str | None]:
    page = workspace.sample_page(version, limit=1000)
    return {row.id: row.class_name for row in page.samples}


def test_answers_count_at_once(workspace: Workspace, make_dataset: MakeDataset) -> None:
    version = make_dataset(labels=(0, 1, -1, -1))
    acknowledged, progress = workspace.annotate("pets", "ann", (given_ops := ops((2, "dog"))))
    assert acknowledged == [op.op_id for op in given_ops]
    assert (progress.labelled, progress.total, progress.annotated) == (3, 4, 1)
    assert current(workspace, version) == {0: "cat", 1: "dog", 2: "dog", 3: None}
    assert workspace.labels(version).tolist() == [0, 1, -1, -1]  # the version itself never changes


def test_the_latest_answer_counts_and_may_take_one_back(
    workspace: Workspace, make_dataset: MakeDataset
) -> None:
    version = make_dataset(labels=(0, 1, -1))
    workspace.annotate("pets", "ann", ops((0, "dog"), (0, "cat"), (1, None), (2, "cat")))
    assert current(workspace, version) == {0: "cat", 1: None, 2: "cat"}
    progress = workspace.label_progress(version)
    assert (progress.labelled, progress.annotated) == (2, 3)


def test_sending_an_answer_again_changes_nothing(
    workspace: Workspace, make_dataset: MakeDataset
) -> None:
    version = make_dataset(labels=(-1, -1))
    first, second = ops((0, "cat"))[0], ops((0, "dog"))[0]
    workspace.annotate("pets", "ann", [first])
    workspace.annotate("pets", "ann", [second])
    acknowledged, progress = workspace.annotate("pets", "ann", [first, first])
    assert acknowledged == [first.op_id, first.op_id]
    assert current(workspace, version)[0] == "dog"
    assert progress.annotated == 1
    assert workspace._studio.query("SELECT COUNT(*) AS n FROM annotations") == [{"n": 2}]


def test_answers_keep_annotator_and_time(workspace: Workspace, make_dataset: MakeDataset) -> None:
    make_dataset()
    workspace.annotate("pets", " Zoë ", ops((0, "dog")))
    row = workspace._studio.first("SELECT annotator, time FROM annotations")
    assert row is not None
    assert row["annotator"] == "Zoë"
    assert abs(row["time"] - workspace._now()) < 60


@pytest.mark.parametrize(
    ("answers", "error", "word"),
    [
        ([(10, "cat")], InvalidInput, "sample 10"),
        ([(0, "cow")], NotFound, "cow"),
        ([(0, "cat"), (1, "cow")], NotFound, "cow"),
        ([(0, "cat")] * 1001, InvalidInput, "1001"),
    ],
    ids=["no such sample", "no such class", "one of two wrong", "too many"],
)
def test_impossible_answers_are_refused_whole(
    workspace: Workspace,
    make_dataset: MakeDataset,
    answers: list[Answer],
    error: type[Exception],
    word: str,
) -> None:
    make_dataset()
    with pytest.raises(error, match=word):
        workspace.annotate("pets", "ann", ops(*answers))
    assert workspace._studio.query("SELECT * FROM annotations") == []


def test_who_answers_needs_a_name(workspace: Workspace, make_dataset: MakeDataset) -> None:
    make_dataset()
    with pytest.raises(InvalidInput):
        workspace.annotate("pets", "\n", ops((0, "cat")))


def test_unknown_datasets_are_not_found(workspace: Workspace, make_dataset: MakeDataset) -> None:
    version = make_dataset()
    tries: list[Callable[[], object]] = [
        lambda: workspace.annotate("pest", "ann", []),
        lambda: workspace.add_class("pest", "cow"),
        lambda: workspace.freeze("pest"),
        lambda: workspace.class_names(version.model_copy(update={"dataset": "pest"})),
    ]
    for attempt in tries:
        with pytest.raises(NotFound, match="pest") as caught:
            attempt()
        assert "pets" in caught.value.fix


def test_added_classes_follow_the_versions_own(
    workspace: Workspace, make_dataset: MakeDataset
) -> None:
    version = make_dataset(labels=(0, 1, -1))
    assert workspace.add_class("pets", " cow ") == ["cat", "dog", "cow"]
    assert workspace.add_class("pets", "dog") == ["cat", "dog", "cow"]
    assert workspace.add_class("pets", "ant") == ["cat", "dog", "cow", "ant"]
    workspace.annotate("pets", "ann", ops((2, "ant")))
    assert current(workspace, version)[2] == "ant"
    frozen = workspace.freeze("pets")
    assert frozen.class_names == ("cat", "dog", "cow", "ant")
    assert frozen.class_counts == (1, 1, 0, 1)
    assert workspace.class_names(frozen) == ["cat", "dog", "cow", "ant"]
    with pytest.raises(InvalidInput):
        workspace.add_class("pets", "")


def test_freezing_makes_a_version_of_the_answers(
    workspace: Workspace, make_dataset: MakeDataset
) -> None:
    version = make_dataset(labels=(0, 1, -1, -1))
    workspace.annotate("pets", "ann", ops((0, None), (2, "dog")))
    frozen = workspace.freeze("pets", author="ann")
    assert (frozen.version, frozen.author, frozen.message) == (
        2,
        "ann",
        "2 samples labelled by hand",
    )
    assert workspace.labels(frozen).tolist() == [-1, 1, 1, -1]
    assert frozen.class_counts == (0, 2)
    assert (frozen.samples, frozen.split) == (version.samples, version.split)
    assert workspace.labels(workspace.dataset("pets", 1)).tolist() == [0, 1, -1, -1]
    progress = workspace.label_progress(frozen)
    assert (progress.labelled, progress.annotated) == (2, 0)


def test_freezing_nothing_is_refused(workspace: Workspace, make_dataset: MakeDataset) -> None:
    make_dataset()
    with pytest.raises(Conflict, match="Nothing to freeze"):
        workspace.freeze("pets")
    workspace.annotate("pets", "ann", ops((4, "cat")))
    workspace.freeze("pets", message="first round")
    with pytest.raises(Conflict, match="pets:2"):
        workspace.freeze("pets")
    assert workspace.dataset("pets").message == "first round"


def test_answers_about_samples_imported_anew_start_afresh(
    workspace: Workspace, make_dataset: MakeDataset
) -> None:
    make_dataset(labels=(-1, -1))
    workspace.annotate("pets", "ann", ops((0, "dog")))
    other = make_dataset(labels=(-1, -1), seed=1)
    assert current(workspace, other) == {0: None, 1: None}


def test_importing_the_same_samples_with_other_classes_keeps_their_page_readable(
    workspace: Workspace, make_dataset: MakeDataset
) -> None:
    make_dataset(labels=(-1, -1, -1))
    workspace.annotate("pets", "ann", ops((0, "dog"), (1, "cat")))
    renamed = make_dataset(labels=(-1, 1, 1), class_names=("hound", "cat"))
    assert current(workspace, renamed) == {0: None, 1: "cat", 2: "cat"}
    assert workspace.label_progress(renamed).annotated == 1


def test_a_second_process_sees_the_answers_of_the_first(
    workspace: Workspace, make_dataset: MakeDataset
) -> None:
    version = make_dataset(labels=(-1, -1))
    other = Workspace.open(workspace.home)
    assert current(other, version) == {0: None, 1: None}
    workspace.annotate("pets", "ann", ops((1, "dog")))
    assert current(other, version) == {0: None, 1: "dog"}
    workspace.add_class("pets", "cow")
    workspace.annotate("pets", "ann", ops((0, "cow")))
    assert current(other, version) == {0: "cow", 1: "dog"}
    other.close()


def test_answers_of_many_versions_stay_right_beyond_the_cache(
    workspace: Workspace, make_dataset: MakeDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labelling, "CACHED_VERSIONS", 2)
    versions = [make_dataset(f"pets-{i}", labels=(-1,), seed=i) for i in range(5)]
    for i, version in enumerate(versions):
        workspace.annotate(version.dataset, "ann", ops((0, ("cat", "dog")[i % 2])))
    for i, version in enumerate(versions):
        assert current(workspace, version) == {0: ("cat", "dog")[i % 2]}
    assert len(workspace._answers_cache) == 2


def test_many_threads_label_at_once(workspace: Workspace, make_dataset: MakeDataset) -> None:
    version = make_dataset(labels=[-1] * 200)

    def label(sample: int) -> None:
        workspace.annotate("pets", "ann", ops((sample, ("cat", "dog")[sample % 2])))
        workspace.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(label, range(200)))
    assert current(workspace, version) == {i: ("cat", "dog")[i % 2] for i in range(200)}
    assert workspace.label_progress(version).annotated == 200


# --- pages ---

LABELS = [0, 1, -1, 2, -1, 0, 0, 1, -1, 2, 2, 1, -1, -1, 0, 1, 2, 0, -1, 1]
CLASSES = ("cat", "dog", "cow")
ANSWERS = st.lists(
    st.tuples(st.integers(0, len(LABELS) - 1), st.sampled_from([*CLASSES, None])), max_size=8
)


def test_pages_equal_a_search_through_everything(
    workspace: Workspace, make_dataset: MakeDataset
) -> None:
    version = make_dataset(labels=LABELS, class_names=CLASSES)
    codes = workspace.split(version)
    names: dict[int, str | None] = {
        i: None if label == UNLABELLED else CLASSES[label] for i, label in enumerate(LABELS)
    }
    annotated: set[int] = set()

    @settings(max_examples=150)
    @given(
        answers=ANSWERS,
        class_name=st.sampled_from([None, *CLASSES]),
        split=st.sampled_from([None, *SPLIT_NAMES]),
        status=st.sampled_from(["all", "labelled", "unlabelled", "annotated"]),
        after=st.integers(-2, len(LABELS) + 1),
        limit=st.integers(-1, len(LABELS) + 1),
    )
    def check(answers, class_name, split, status, after, limit) -> None:
        workspace.annotate("pets", "ann", ops(*answers))
        names.update(answers)
        annotated.update(sample for sample, _ in answers)

        expected = [
            i
            for i, name in names.items()
            if (class_name is None or name == class_name)
            and (split is None or SPLIT_NAMES[codes[i]] == split)
            and {
                "all": True,
                "labelled": name is not None,
                "unlabelled": name is None,
                "annotated": i in annotated,
            }[status]
        ]
        later = [i for i in expected if i > after]
        found, cursor = [], after
        while True:
            page = workspace.sample_page(
                version,
                class_name=class_name,
                split=split,
                status=status,
                after=cursor,
                limit=limit,
            )
            assert page.total == len(expected)
            assert len(page.samples) <= max(limit, 1)
            found += page.samples
            if page.next is None:
                break
            assert page.next == page.samples[-1].id
            cursor = page.next
        assert [row.id for row in found] == later
        for row in found:
            assert row.class_name == names[row.id]
            assert row.split == SPLIT_NAMES[codes[row.id]]
            assert row.annotated == (row.id in annotated)

    check()


def test_a_page_has_a_thousand_samples_at_most(
    workspace: Workspace, make_dataset: MakeDataset
) -> None:
    version = make_dataset(labels=np.arange(1500) % 2)
    page = workspace.sample_page(version, limit=10**6)
    assert len(page.samples) == 1000
    assert page.next == 999
    assert page.samples_digest == version.samples


def test_pages_of_an_unknown_class_are_not_found(
    workspace: Workspace, make_dataset: MakeDataset
) -> None:
    with pytest.raises(NotFound, match="dgo") as caught:
        workspace.sample_page(make_dataset(), class_name="dgo")
    assert "dog" in caught.value.fix
