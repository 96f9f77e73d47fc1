from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.dataset import (
    TEST,
    TRAIN,
    VALIDATION,
    DatasetManifest,
    DatasetVersion,
    SplitConfig,
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


def test_the_default_is_seventy_thirty() -> None:
    codes = split_codes(1000, SplitConfig())
    assert np.bincount(codes, minlength=3).tolist() == [700, 0, 300]
    assert (codes[:300] == TRAIN).sum() not in (0, 300)  # at random, not in order


def test_seeds_differ() -> None:
    first, second = (split_codes(100, SplitConfig(seed=seed)) for seed in (1, 2))
    assert (first != second).any()


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
