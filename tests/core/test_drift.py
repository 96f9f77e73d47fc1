from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ks_2samp, kstwobign

from studio.core.drift import (
    FEATURES,
    Reference,
    binned,
    compare,
    compare_classes,
    grouped,
    known_tokens,
    ks,
    ks_p_value,
    picture_features,
    psi,
    stroke_features,
    text_features,
    verdict,
)
from studio.core.strokes import StrokeSettings, encode_strokes
from studio.core.text import TextSettings

counts = st.lists(st.integers(0, 500), min_size=3, max_size=12).filter(any)


def reference(**features: dict[int, int]) -> Reference:
    return Reference(
        dataset="pets:1", samples=1000, features=features, classes={"cat": 500, "dog": 500}
    )


def test_psi_is_the_formula_of_the_textbook() -> None:
    """Ten groups of a score card, expected and actual percent: the sum of (a - e) ln(a / e), group by group."""
    expected = [10, 10, 10, 10, 10, 10, 10, 10, 10, 10]
    actual = [8, 9, 11, 11, 10, 12, 11, 10, 9, 9]
    by_hand = sum((a - e) / 100 * np.log(a / e) for e, a in zip(expected, actual, strict=True))
    assert psi(expected, actual) == pytest.approx(by_hand, abs=1e-12)
    assert psi([0.5, 0.3, 0.2], [0.4, 0.3, 0.3]) == pytest.approx(
        -0.1 * np.log(0.8) + 0.1 * np.log(1.5)
    )


@given(counts, counts)
@settings(max_examples=60)
def test_psi_is_never_negative_and_symmetric(first: list[int], second: list[int]) -> None:
    size = min(len(first), len(second))
    first, second = first[:size], second[:size]
    if not any(first) or not any(second):
        return
    assert psi(first, second) >= 0
    assert psi(first, second) == pytest.approx(psi(second, first))
    assert psi(first, first) == 0


def test_the_distance_is_that_of_scipy_where_bins_are_values() -> None:
    noise = np.random.default_rng(0)
    trained, asked = noise.poisson(4, 3000), noise.poisson(4.4, 700)
    bins = range(20)
    before, after = ([int((part == b).sum()) for b in bins] for part in (trained, asked))
    exact = ks_2samp(trained, asked)
    assert ks(before, after) == pytest.approx(exact.statistic, abs=1e-12)
    assert ks_p_value(exact.statistic, 700, 3000) == pytest.approx(
        ks_2samp(trained, asked, method="asymp").pvalue, rel=0.1
    )


@given(st.floats(0.3, 2.5))
@settings(max_examples=20)
def test_the_chance_is_kolmogorovs(x: float) -> None:
    count = 10**8
    root = np.sqrt(count / 2)
    assert ks_p_value(float(x / root), count, count) == pytest.approx(kstwobign.sf(x), abs=1e-3)


def test_groups_hold_about_a_tenth_of_the_training_samples_each() -> None:
    before = np.array([100] * 40, np.int64)
    reference_groups, groups = grouped(before, before * 2)
    assert reference_groups == [400] * 10
    assert groups == [800] * 10
    one, other = grouped(np.array([0, 1000, 0]), np.array([5, 990, 5]))
    assert sum(one) == 1000
    assert sum(other) == 1000


def drawings(count: int, seed: int, ink: int = 40) -> np.ndarray:
    noise = np.random.default_rng(seed)
    made = np.zeros((count, 12, 12, 1), np.uint8)
    for one in made:
        one.reshape(-1)[noise.choice(144, noise.integers(ink // 2, ink), replace=False)] = 255
    return made


def test_what_looks_the_same_is_called_the_same_and_what_does_not_is_not() -> None:
    trained = picture_features(drawings(2000, 0))
    known = reference(**{name: binned(name, values) for name, values in trained.items()})

    def said(pictures: np.ndarray) -> dict[str, str]:
        found = picture_features(pictures)
        rows = [compare(known, name, binned(name, values)) for name, values in found.items()]
        return {row.name: row.words for row in rows if row is not None}

    assert set(said(drawings(500, 1)).values()) == {"like the training data"}
    inverted = said(255 - drawings(500, 2))
    assert inverted["ink"] == inverted["brightness"] == "different"
    assert said(drawings(500, 3, ink=50))["ink"] in ("somewhat different", "different")
    assert set(said(drawings(20, 4)).values()) == {"too few to tell"}


def test_what_a_difference_is_called() -> None:
    assert verdict(0.2, 0.0, 1000) == "somewhat"
    assert verdict(0.2, 0.2, 1000) == "like"


def test_means_and_shares_are_told_beside_the_verdict() -> None:
    row = compare(reference(words={5: 500, 7: 500}), "words", {5: 100, 9: 100})
    assert row is not None
    assert (row.reference_mean, row.mean) == (6, 7)
    assert row.bins[0] == ("5", 0.5, 0.5)
    assert row.bins[-1] == ("9", 0.0, 0.5)
    assert compare(reference(words={5: 500}), "ink", {}) is None


def test_texts_are_short_long_or_strange() -> None:
    settings = TextSettings()
    known = known_tokens(["a good film", "a bad film"], settings)
    found = text_features(["a good film", "quite unheard of", ""], settings, known)
    assert found["words"].tolist() == [3, 3, 0]
    assert found["unknown"].tolist() == [0, 1, 0]
    fingerprints = TextSettings(unit="projection")
    known = known_tokens(["a good film"], fingerprints)
    assert text_features(["a film", "no"], fingerprints, known)["unknown"].tolist() == [0, 1]
    assert "unknown" not in text_features(["a"], settings)


def test_drawings_have_points_and_strokes() -> None:
    encoded = encode_strokes(
        ["[[[0,10],[0,0]],[[10],[20]]]", "[[[0,10],[0,0]]]", ""], StrokeSettings(points=8)
    )
    found = stroke_features(encoded)
    assert found["points"].tolist() == [3, 2, 0]
    assert found["strokes"].tolist() == [2, 1, 0]


def test_classes_are_compared_by_their_names() -> None:
    row = compare_classes(reference(), {"cat": 260, "dog": 240})
    assert row.verdict == "like"
    assert compare_classes(reference(), {"cat": 500}).verdict == "different"
    assert compare_classes(reference(), {}).verdict == "too few"


def test_every_feature_of_a_picture_has_edges() -> None:
    found = picture_features(np.full((3, 4, 6, 3), 255, np.uint8))
    assert {name: values.tolist() for name, values in found.items()} == {
        name: [1.0] * 3 for name in found
    }
    for name, values in found.items():
        assert sum(binned(name, values).values()) == 3
        assert FEATURES[name].edges == tuple(sorted(FEATURES[name].edges))
