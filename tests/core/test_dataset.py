from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from studio.core.dataset import (
    TEST,
    TRAIN,
    VALIDATION,
    DatasetManifest,
    DatasetVersion,
    SplitConfig,
    check_pictures,
    check_trainable,
    count_classes,
    parse_split,
    split_codes,
)
from studio.core.errors import InvalidInput

SHARES = st.floats(0.01, 0.49)


def manifest(**changes: object) -> DatasetManifest:
    return DatasetManifest.model_validate(
        {
            "samples": "a" * 64,
            "labels": "b" * 64,
            "split": "c" * 64,
            "class_names": ("cat", "dog"),
            "shape": (8, 8, 1),
            "count": 10,
            "class_counts": (3, 4),
            "split_counts": (7, 0, 3),
            "split_config": SplitConfig(),
            "source": {"kind": "digits"},
            **changes,
        }
    )


@given(st.integers(0, 500), SHARES, SHARES, st.integers(0, 2**31 - 1))
def test_every_part_has_its_share(count: int, test: float, validation: float, seed: int) -> None:
    config = SplitConfig(test_share=test, validation_share=validation, seed=seed)
    codes = split_codes(count, config)
    assert codes.dtype == np.uint8
    assert (codes == TEST).sum() == round(count * test)
    assert (codes == VALIDATION).sum() == min(round(count * validation), count)
    np.testing.assert_array_equal(codes, split_codes(count, config))


@given(st.lists(st.integers(-1, 4), max_size=200), SHARES, SHARES, st.integers(0, 99))
def test_a_stratified_split_has_its_share_of_every_class(
    labels: list[int], test: float, validation: float, seed: int
) -> None:
    config = SplitConfig(test_share=test, validation_share=validation, seed=seed, stratified=True)
    array = np.array(labels, np.int32)
    codes = split_codes(len(labels), config, array)
    for label in set(labels):
        of_class = codes[array == label]
        assert (of_class == TEST).sum() == round(len(of_class) * test)


GROUPS = st.lists(st.tuples(st.integers(-3, 30), st.integers(-1, 3)), max_size=120)


def one_by_one(groups: list[int], labels: list[int], config: SplitConfig) -> NDArray[np.uint8]:
    """Where each group comes when they are put into the parts one after the other, in a random order."""
    generator = np.random.default_rng(config.seed)
    names = sorted(set(groups))
    classes = {name: labels[groups.index(name)] if config.stratified else 0 for name in names}
    parts: dict[int, int] = {}
    for label in sorted(set(classes.values())):
        members = [name for name in names if classes[name] == label]
        count = sum(groups.count(name) for name in members)
        room = {TEST: round(count * config.test_share)}
        room[VALIDATION] = round(count * config.validation_share)
        for place in generator.permutation(len(members)):
            name = members[place]
            size = groups.count(name)
            parts[name] = next((code for code in room if size <= room[code]), TRAIN)
            if parts[name] != TRAIN:
                room[parts[name]] -= size
    return np.array([parts[group] for group in groups], np.uint8)


@given(GROUPS, SHARES, SHARES, st.integers(0, 99), st.booleans(), st.sampled_from([1, 10**6]))
def test_groups_are_put_into_parts_one_after_the_other(
    samples: list[tuple[int, int]],
    test: float,
    validation: float,
    seed: int,
    stratified: bool,
    step: int,
) -> None:
    config = SplitConfig(
        test_share=test, validation_share=validation, seed=seed, stratified=stratified
    )
    groups = [group * step for group, _ in samples]
    labels = [label for _, label in samples]
    codes = split_codes(
        len(samples), config, np.array(labels, np.int32), np.array(groups, np.int64)
    )
    np.testing.assert_array_equal(codes, one_by_one(groups, labels, config))


def test_a_split_of_samples_stays_what_it_is() -> None:
    """Versions name their split by its settings: the same settings give the same codes for ever."""
    labels = np.arange(40, dtype=np.int32) % 3 - 1
    plain = SplitConfig(test_share=0.25, validation_share=0.1, seed=7)
    codes = split_codes(40, plain, labels)
    assert "".join(map(str, codes.tolist())) == "2000200002202010000220100001202020000010"
    codes = split_codes(40, plain.model_copy(update={"stratified": True}), labels)
    assert "".join(map(str, codes.tolist())) == "0020000012000200002001222000200120002000"


def test_the_default_is_seventy_thirty() -> None:
    codes = split_codes(1000, SplitConfig())
    assert np.bincount(codes, minlength=3).tolist() == [700, 0, 300]
    assert (codes[:300] == TRAIN).sum() not in (0, 300)  # at random, not in order


def test_seeds_differ() -> None:
    first, second = (split_codes(100, SplitConfig(seed=seed)) for seed in (1, 2))
    assert (first != second).any()


GROUPED = st.lists(st.tuples(st.integers(0, 30), st.integers(-1, 2)), max_size=120)


@given(GROUPED, SHARES, SHARES, st.booleans(), st.integers(0, 99))
def test_what_belongs_together_stays_together(
    samples: list[tuple[int, int]], test: float, validation: float, stratified: bool, seed: int
) -> None:
    config = SplitConfig(
        test_share=test, validation_share=validation, stratified=stratified, seed=seed
    )
    groups = np.array([group for group, _ in samples], np.int64)
    labels = np.array([label for _, label in samples], np.int32)
    codes = split_codes(len(samples), config, labels, groups)
    assert codes.dtype == np.uint8
    assert codes.shape == groups.shape
    for group in np.unique(groups):
        assert len(np.unique(codes[groups == group])) == 1
    np.testing.assert_array_equal(codes, split_codes(len(samples), config, labels, groups))
    if not stratified:
        assert (codes == TEST).sum() <= round(len(samples) * test)
        assert (codes == VALIDATION).sum() <= round(len(samples) * validation)


@given(st.integers(1, 200), SHARES, st.booleans())
def test_groups_of_one_are_divided_as_samples_are(
    count: int, test: float, stratified: bool
) -> None:
    config = SplitConfig(test_share=test, stratified=stratified)
    labels = (np.arange(count) % 3).astype(np.int32)
    alone = np.arange(count)
    np.testing.assert_array_equal(
        split_codes(count, config, labels, alone), split_codes(count, config, labels)
    )


def test_small_groups_meet_the_shares_nearly() -> None:
    groups = np.random.default_rng(0).integers(0, 400, 1000)
    codes = split_codes(1000, SplitConfig(test_share=0.2, validation_share=0.1), groups=groups)
    assert 190 <= (codes == TEST).sum() <= 200
    assert 90 <= (codes == VALIDATION).sum() <= 100


def test_a_group_too_large_for_a_part_is_trained_on() -> None:
    groups = np.array([0] * 60 + list(range(1, 41)))
    codes = split_codes(100, SplitConfig(test_share=0.3), groups=groups)
    assert set(codes[:60].tolist()) == {TRAIN}
    assert (codes == TEST).sum() == 30


@pytest.mark.parametrize(
    "values",
    [
        {"test_share": 0},
        {"test_share": 1},
        {"test_share": -0.1},
        {"test_share": "a lot"},
        {"test_share": float("nan")},
        {"validation_share": 1},
        {"test_share": 0.6, "validation_share": 0.4},
        {"seed": -1},
        {"seed": 2**31},
        {"tests_share": 0.3},
    ],
)
def test_impossible_splits_are_refused(values: dict[str, object]) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_split(values)
    assert caught.value.fix


def test_a_split_is_read_from_a_mapping() -> None:
    assert parse_split({"test_share": 0.2, "seed": 3}) == SplitConfig(test_share=0.2, seed=3)


def test_unlabelled_samples_are_not_counted() -> None:
    assert count_classes(np.array([0, -1, 2, 2, -1], np.int32), 4) == (1, 0, 2, 0)
    assert count_classes(np.array([-1], np.int32), 2) == (0, 0)


def test_the_digest_is_of_the_content_only() -> None:
    first = manifest()
    assert first.digest == manifest(source={"kind": "folder"}, annotation_mark=9).digest
    others = [
        manifest(samples="d" * 64),
        manifest(labels="d" * 64),
        manifest(split="d" * 64),
        manifest(class_names=("dog", "cat")),
    ]
    assert len({first.digest, *(other.digest for other in others)}) == 5


def test_state_names_and_boxes_are_content() -> None:
    changed = [manifest(**{name: "d" * 64}) for name in ("state", "names", "boxes")]
    assert len({manifest().digest, *(other.digest for other in changed)}) == 4


def test_versions_of_the_first_release_keep_their_digest() -> None:
    """They know neither states nor names, and their rows are those of their own samples."""
    old = manifest()
    assert old.base == old.samples
    assert old.digest == "5fdc7a0d605974ccb2301d275b8a37904274da458b1c86bdf7ea0ff08cb7cf46"
    assert (old.task, old.states, old.kept) == ("images", (10, 0, 0), 10)
    assert DatasetManifest.model_validate_json(old.model_dump_json()) == old
    assert manifest(base="e" * 64).base == "e" * 64


def test_only_kept_samples_take_part() -> None:
    some = manifest(state="d" * 64, state_counts=(6, 3, 1))
    assert (some.states, some.kept) == ((6, 3, 1), 6)


def test_texts_are_no_pictures() -> None:
    check_pictures(manifest())
    with pytest.raises(InvalidInput, match="The dataset holds texts"):
        check_pictures(manifest(task="text"))
    version = DatasetVersion(
        **manifest(task="text").model_dump(),
        **{"id": 1, "dataset": "news", "version": 2, "author": "", "message": "", "created": 0.0},
    )
    with pytest.raises(InvalidInput, match="news:2 holds texts"):
        check_pictures(version)


def test_a_version_has_a_title() -> None:
    version = DatasetVersion(
        **manifest().model_dump(),
        id=1,
        dataset="pets",
        version=3,
        author="ann",
        message="",
        created=0.0,
    )
    assert (version.title, version.labelled) == ("pets:3", 7)


@pytest.mark.parametrize(
    ("counts", "words"), [((0, 0), "no labelled samples"), ((5, 0), 'only one class.*"cat"')]
)
def test_fewer_than_two_classes_cannot_be_trained_on(counts: tuple[int, int], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        check_trainable(["cat", "dog"], counts, "pets:1")
    check_trainable(["cat", "dog"], (1, 1), "pets:1")
