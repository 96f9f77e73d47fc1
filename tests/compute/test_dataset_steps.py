from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.compute.context import Data
from studio.core.control import RunControl
from studio.core.dataset import TEST, TRAIN, SplitConfig
from studio.core.errors import Cancelled, InvalidInput, NotFound
from studio.core.events import DatasetEvent
from tests.compute.made_data import Bench, Row, check, pictures, rows_of, texts

SEEDS = st.integers(0, 2**16)


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    # Hundreds of small files are written and synced: in memory, where the system has a folder for that.
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Bench(Path(folder))


def one(rows: dict[str, list[Row]]) -> dict[str, Row]:
    assert all(len(found) == 1 for found in rows.values())
    return {name: found[0] for name, found in rows.items()}


def counts(rows: dict[str, Row], part: int = TRAIN) -> Counter[str | None]:
    return Counter(row.class_name for row in rows.values() if row.part == part)


@settings(max_examples=12)
@given(SEEDS, st.floats(0.05, 1), st.booleans())
def test_a_sample_is_a_share_of_each_class_and_nothing_is_mixed_up(
    bench: Bench, seed: int, share: float, per_class: bool
) -> None:
    data = pictures(bench, seed)
    before = one(rows_of(bench, data))
    made = bench.made("sample", data, share=share, per_class=per_class, seed=seed)
    after = one(rows_of(bench, made))
    assert after.items() <= before.items()
    assert after == one(
        rows_of(bench, bench.made("sample", data, share=share, per_class=per_class, seed=seed))
    )
    if per_class:
        had = Counter(row.class_name for row in before.values())
        has = Counter(row.class_name for row in after.values())
        assert has == {name: max(1, round(number * share)) for name, number in had.items()}
    else:
        assert len(after) == max(1, round(len(before) * share))


@settings(max_examples=12)
@given(
    SEEDS, st.sets(st.sampled_from(["c0", "c1", "c2"]), min_size=1), st.booleans(), st.booleans()
)
def test_filtered_samples_keep_all_that_is_known_of_them(
    bench: Bench, seed: int, classes: set[str], keep: bool, unlabelled: bool
) -> None:
    data = pictures(bench, seed)
    stay = classes if keep else {"c0", "c1", "c2"} - classes
    settings = {"classes": sorted(classes), "keep": keep, "unlabelled": unlabelled}
    before = one(rows_of(bench, data))
    wanted = {}
    for name, row in before.items():
        marks = tuple(mark for mark in row.marks if mark[1] in stay)
        tags = [mark[1] for mark in marks if mark[0] == "tags"]
        alone = tags[0] if len(tags) == 1 and row.class_name is None else row.class_name
        if row.class_name in stay or (
            row.class_name is None and (marks if row.marks else unlabelled)
        ):
            wanted[name] = Row(row.content, alone, row.part, row.strokes, marks)
    if not stay or not wanted:
        with pytest.raises(InvalidInput, match="is left"):
            bench.made("filter_classes", data, **settings)
        return
    made = bench.made("filter_classes", data, **settings)
    assert set(made.manifest.class_names) == stay
    assert one(rows_of(bench, made)) == wanted


@settings(max_examples=12)
@given(
    SEEDS,
    st.dictionaries(st.sampled_from(["c0", "c1", "c2"]), st.sampled_from(["c0", "new", "c2"])),
)
def test_relabelled_classes_take_their_samples_along(
    bench: Bench, seed: int, names: dict[str, str]
) -> None:
    data = pictures(bench, seed)
    made = bench.made("relabel", data, classes=names)
    assert made.manifest.samples == data.manifest.samples
    assert made.manifest.base == data.manifest.base
    assert not set(made.manifest.renamed) & set(made.manifest.class_names)
    before, after = one(rows_of(bench, data)), one(rows_of(bench, made))
    assert before.keys() == after.keys()
    for name, row in before.items():
        now = {names.get(mark[1], mark[1]) for mark in row.marks if mark[0] == "tags"}
        assert {mark[1] for mark in after[name].marks if mark[0] == "tags"} == now
        wanted = names.get(row.class_name, row.class_name) if row.class_name else None
        assert after[name].class_name == (now.pop() if len(now) == 1 and wanted is None else wanted)
        assert (after[name].content, after[name].part) == (row.content, row.part)


@settings(max_examples=12)
@given(SEEDS, SEEDS, st.booleans(), st.booleans())
def test_joined_datasets_hold_the_samples_of_both(
    bench: Bench, first: int, second: int, states: bool, own_split: bool
) -> None:
    one_data = pictures(bench, first, states=states)
    other = pictures(bench, second, 7, 4, own_split=own_split, prefix="t", class_prefix="d")
    other = bench.made("relabel", other, classes={"d0": "c2"})
    made: Data = bench.step("join_datasets", {"first": one_data, "second": other})["dataset"]
    check(bench, made)
    assert made.manifest.class_names == ("c0", "c1", "c2", "d1", "d2", "d3")
    assert rows_of(bench, made) == rows_of(bench, one_data) | rows_of(bench, other)


@settings(max_examples=12)
@given(SEEDS, st.sampled_from(["fewest", "most", "count"]), st.integers(1, 12))
def test_balanced_classes_have_equally_many_training_samples_and_no_other_part_changes(
    bench: Bench, seed: int, method: str, count: int
) -> None:
    data = pictures(bench, seed, 40)
    before = one(rows_of(bench, data))
    had = counts(before)
    unlabelled = had.pop(None, 0)
    wanted = {"fewest": min(had.values()), "most": max(had.values()), "count": count}[method]
    made = bench.made("balance", data, method=method, count=count, seed=seed)
    after = rows_of(bench, made)
    assert all(row == before[name] for name, rows in after.items() for row in rows)
    has = Counter(row.class_name for rows in after.values() for row in rows if row.part == TRAIN)
    assert has.pop(None, 0) == unlabelled
    assert has == dict.fromkeys(had, wanted)
    others = {name: [row] for name, row in before.items() if row.part != TRAIN}
    assert {n: rows for n, rows in after.items() if rows[0].part != TRAIN} == others
    most = [
        len(rows)
        for name, rows in after.items()
        if before[name].part == TRAIN and before[name].class_name
    ]
    assert method != "fewest" or max(most) == 1
    again = bench.made("balance", data, method=method, count=count, seed=seed)
    assert again.manifest.digest == made.manifest.digest


def test_of_copies_the_held_out_one_stays(bench: Bench) -> None:
    data = pictures(bench, 3, states=False, own_split=False)
    codes = np.zeros(data.manifest.count, np.uint8)
    codes[-1] = TEST
    data = Data(data.title, data.manifest, codes)
    made = bench.made("remove_duplicates", data)
    names = rows_of(bench, made)
    assert "s0" not in names
    assert "s19" in names
    assert made.manifest.count == data.manifest.count - 1
    assert made.title == "s:1, without duplicates"
    near = bench.made("remove_duplicates", data, near=True)
    assert set(rows_of(bench, near)) <= set(names)
    assert "s19" in rows_of(bench, near)
    same = bench.made("remove_duplicates", texts(bench, ["a", "b", "a", "c"]))
    assert [row.content for rows in rows_of(bench, same).values() for row in rows] == [
        "b",
        "a",
        "c",
    ]


@settings(max_examples=8)
@given(SEEDS, st.integers(1, 3), st.booleans())
def test_copies_stand_behind_all_samples_and_are_training_samples(
    bench: Bench, seed: int, copies: int, mirror: bool
) -> None:
    data = pictures(bench, seed, shape=(6, 5, 3))
    before = one(rows_of(bench, data))
    changes = {"copies": copies, "mirror": mirror, "noise": 0.1, "seed": seed}
    made = bench.made("augment", data, **changes)
    after = rows_of(bench, made)
    for name, row in before.items():
        assert after[name][0] == row
        copied = row.part == TRAIN and (row.class_name or row.marks)
        assert len(after[name]) == (1 + copies if copied else 1)
        for copy in after[name][1:]:
            assert (copy.class_name, copy.part, copy.strokes) == (row.class_name, TRAIN, "")
            assert copy.content != row.content
            assert [m for m in copy.marks if m[0] == "tags"] == [
                m for m in row.marks if m[0] == "tags"
            ]
    assert bench.made("augment", data, **changes).manifest.digest == made.manifest.digest


def test_copies_that_are_not_changed_are_the_same_and_boxes_follow_a_turn(bench: Bench) -> None:
    data = pictures(bench, 5, shape=(5, 5, 1))
    still = bench.made("augment", data, rotation=0, shift=0, zoom=0)
    for found in rows_of(bench, still).values():
        assert all(
            (row.content, row.class_name) == (found[0].content, found[0].class_name)
            for row in found
        )
        assert all(row.marks == found[0].marks for row in found)
    from studio.compute.copies import turned_boxes
    from studio.core.augmentation import Draws

    quarter = np.array([np.pi / 2], np.float32)
    draws = Draws(
        quarter, np.ones(1, np.float32), np.zeros((1, 2), np.float32), np.ones((1, 2), np.float32)
    )
    corner = np.array([[0, 0, 0, 0, 0.4, 0.2]])
    picture = np.zeros((1, 5, 5, 1), np.float32)
    picture[0, 0, 0:2] = 1
    from studio.core.augmentation import changed

    y, x = np.nonzero(changed(picture, draws)[0, :, :, 0] > 0.5)
    left, top, width, height = turned_boxes(corner, draws, (5, 5, 1))[0, 2:]
    assert (left * 5, top * 5) == pytest.approx((x.min(), y.min()), abs=1e-4)
    assert (width * 5, height * 5) == pytest.approx((np.ptp(x) + 1, np.ptp(y) + 1), abs=1e-4)


@settings(max_examples=6)
@given(SEEDS, st.sampled_from(["pad", "stretch", "crop"]))
def test_prepared_pictures_keep_what_is_known_of_them(bench: Bench, seed: int, fit: str) -> None:
    data = pictures(bench, seed)
    before = rows_of(bench, data)
    for component, params, shape in (
        ("resize", {"height": 8, "width": 8, "fit": fit}, (8, 8, 1)),
        ("normalise", {"method": "centre"}, (4, 5, 1)),
        ("normalise", {"method": "invert"}, (4, 5, 1)),
    ):
        made = bench.made(component, data, **params)
        assert made.manifest.shape == shape
        after = rows_of(bench, made)
        for name, (row,) in before.items():
            (now,) = after[name]
            assert (now.class_name, now.part) == (row.class_name, row.part)
            assert [m for m in now.marks if m[0] == "tags"] == [
                m for m in row.marks if m[0] == "tags"
            ]
    back = bench.made("normalise", made, method="invert")
    assert rows_of(bench, back) == before


def test_texts_are_cleaned_sampled_and_joined(bench: Bench) -> None:
    data = texts(bench, ["Good  FILM", "Bad", "so so", "Wow!!!!", "", "Ünö"])
    made = bench.made("preprocess_text", data, punctuation=True)
    assert [row.content for (row,) in rows_of(bench, made).values()] == [
        "good film",
        "bad",
        "so so",
        "wow",
        "",
        "ünö",
    ]
    assert made.manifest.span_count == 0
    assert made.manifest.split == data.manifest.split
    joined = bench.step("join_datasets", {"first": made, "second": data})["dataset"]
    check(bench, joined)
    assert joined.manifest.source["by"] == ["preprocess_text", "join_datasets"]
    assert joined.manifest.source["of"] == {"kind": "test"}
    assert joined.manifest.source["from"] == ["texts:1"]
    half = bench.made("sample", joined, share=0.5)
    assert half.manifest.count == 6
    assert half.title == "texts:1, cleaned, with texts:1, sampled"


def test_impossible_wishes_are_refused_in_plain_words(bench: Bench) -> None:
    data, words = pictures(bench, 1), texts(bench, ["a", "b"])
    with pytest.raises(InvalidInput, match=r"cannot be done to texts:1"):
        bench.made("resize", words)
    with pytest.raises(InvalidInput, match=r"cannot be done to texts:1"):
        bench.made("augment", words)
    with pytest.raises(InvalidInput, match=r"cannot be done to s:1"):
        bench.made("preprocess_text", data)
    with pytest.raises(InvalidInput, match="cannot be joined"):
        bench.step("join_datasets", {"first": data, "second": words})
    with pytest.raises(InvalidInput, match="cannot be joined"):
        bench.step("join_datasets", {"first": data, "second": bench.made("resize", data)})
    with pytest.raises(NotFound, match='"c9"'):
        bench.made("filter_classes", data, classes=["c9"])
    with pytest.raises(NotFound, match='"c9"'):
        bench.made("relabel", data, classes={"c9": "x"})
    with pytest.raises(InvalidInput, match="cannot name a class"):
        bench.made("relabel", data, classes={"c0": " "})
    with pytest.raises(InvalidInput, match="cannot name a dataset"):
        bench.made("save_dataset", data, name="a b")
    with pytest.raises(Cancelled):
        bench.step("resize", {"dataset": data}, control=RunControl(cancel=True))
    unlabelled = Data("u:1", data.manifest, np.full(data.manifest.count, TEST, np.uint8))
    with pytest.raises(InvalidInput, match="No training sample"):
        bench.made("balance", unlabelled)
    with pytest.raises(InvalidInput, match="nothing to copy"):
        bench.made("augment", unlabelled)


def test_a_saved_dataset_is_announced_with_the_split_that_counts(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    data = pictures(bench, 2)
    made = bench.made("save_dataset", data, name="kept")
    (event,) = [event for event in bench.said() if isinstance(event, DatasetEvent)]
    assert (event.name, event.manifest) == ("kept", made.manifest)
    assert made.title == "kept"
    assert rows_of(bench, made) == rows_of(bench, data)


def test_everything_can_be_done_to_nothing_but_kept_samples(bench: Bench) -> None:
    data = pictures(bench, 8)
    chain: list[tuple[str, dict[str, Any]]] = [
        ("filter_classes", {"classes": ["c0", "c1"], "unlabelled": True}),
        ("relabel", {"classes": {"c0": "x"}}),
        ("remove_duplicates", {}),
        ("resize", {"height": 6, "width": 6}),
        ("normalise", {"method": "stretch"}),
        ("augment", {}),
        ("balance", {"method": "most"}),
        ("sample", {"share": 0.7}),
    ]
    for component, params in chain:
        data = bench.made(component, data, **params)
    assert data.manifest.class_names == ("x", "c1")
    assert data.manifest.source["by"] == [component for component, _ in chain]


def test_rows_of_tables_are_sampled_filtered_joined_and_balanced_like_pictures(
    bench: Bench,
) -> None:
    from studio.tables import frame_of_columns, records_of
    from studio.workspace import table_manifest
    from studio.workspace.table_manifest import open_rows

    def table(first: int) -> Data:
        columns = {
            "id": list(range(first, first + 30)),
            "kind": ["a", "b", "c"] * 9 + ["a", "a", None],
            "size": [0.5] * 30,
        }
        manifest = table_manifest(
            bench.artifacts, frame_of_columns(columns), SplitConfig(), target="kind"
        )
        return Data("rows:1", manifest)

    def rows(data: Data) -> list[tuple[int, str | None, int]]:
        frame, codes = open_rows(bench.artifacts, data.manifest)
        found = zip(records_of(frame), codes.tolist(), strict=True)
        return [(row["id"], row["kind"], code) for row, code in found]

    data = table(0)
    before = rows(data)
    half = bench.made("sample", data, share=0.5)
    assert set(rows(half)) < set(before)
    two = bench.made("filter_classes", half, classes=["b"], keep=False)
    assert rows(two) == [row for row in rows(half) if row[1] in ("a", "c")]
    assert two.manifest.class_names == ("a", "c")
    merged = bench.made("relabel", two, classes={"a": "new"})
    names = {"a": "new", "c": "c"}
    assert rows(merged) == [(i, names[str(kind)], code) for i, kind, code in rows(two)]
    joined: Data = bench.step("join_datasets", {"first": merged, "second": table(100)})["dataset"]
    check(bench, joined)
    assert joined.manifest.class_names == ("new", "c", "a", "b")
    assert sorted(row[0] for row in rows(joined)) == sorted(row[0] for row in rows(merged)) + list(
        range(100, 130)
    )
    even = bench.made("balance", joined, method="count", count=5)
    trained = Counter(kind for _, kind, code in rows(even) if code == TRAIN)
    trained.pop(None, None)
    assert set(trained.values()) == {5}
    assert [row for row in rows(even) if row[2] == TEST] == [
        row for row in rows(joined) if row[2] == TEST
    ]
    doubled: Data = bench.step("join_datasets", {"first": data, "second": data})["dataset"]
    single = bench.made("remove_duplicates", doubled)
    assert sorted(row[0] for row in rows(single)) == list(range(30))
    with pytest.raises(InvalidInput, match="rows of a table"):
        bench.made("resize", data)
    other = bench.made("sample", data)
    other = Data("more:1", other.manifest.model_copy(update={"target": ""}))
    with pytest.raises(InvalidInput, match='"kind" is one that differs'):
        bench.step("join_datasets", {"first": data, "second": other})
