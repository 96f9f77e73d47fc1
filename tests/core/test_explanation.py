from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from studio.core.explanation import explanation_key, main_file, most_alike, scaled
from studio.core.text import TextSettings
from studio.core.tokens import word_places, words_of


@settings(max_examples=30)
@given(st.integers(0, 1000), st.integers(0, 6), st.integers(1, 12), st.integers(1, 5))
def test_the_most_alike_have_the_smallest_angles(
    seed: int, count: int, known: int, width: int
) -> None:
    generator = np.random.default_rng(seed)
    asked = generator.normal(size=(3, width)).astype(np.float32)
    target = generator.normal(size=(known, width)).astype(np.float32)
    places, cosines = most_alike(asked, target, count)
    assert places.shape == cosines.shape == (3, min(count, known))
    for row in range(3):
        norms = np.linalg.norm(target, axis=1) * np.linalg.norm(asked[row])
        expected = target @ asked[row] / norms
        np.testing.assert_allclose(cosines[row], np.sort(expected)[::-1][:count], atol=1e-5)
        np.testing.assert_allclose(cosines[row], expected[places[row]], atol=1e-5)


def _rows(values: list[list[int]]) -> NDArray[np.float32]:
    return np.array(values, np.float32)


def test_samples_without_any_feature_are_like_nothing() -> None:
    places, cosines = most_alike(_rows([[0, 1]]), _rows([[0, 0], [0, -1], [0, 3]]), 3)
    assert places.tolist() == [[2, 0, 1]]
    assert cosines.tolist() == [[1.0, 0.0, -1.0]]


def test_maps_are_scaled_to_their_largest_value_and_nonsense_to_nothing() -> None:
    assert np.abs(scaled(np.array([[0.5, -2.0]]))).max() == 1
    assert scaled(np.array([np.nan, 1.0])).tolist() == [0, 0]
    assert scaled(np.zeros(2)).tolist() == [0, 0]


def test_another_question_has_another_key() -> None:
    asked = [("m", "s", "t", 8), ("n", "s", "t", 8), ("m", "s", "u", 8), ("m", "s", "t", 7)]
    assert len({explanation_key(*one) for one in asked}) == len(asked)
    assert main_file({"tflite": "b", "keras": "a"}) == "a"
    assert main_file({"onnx": "c"}) == "c"


@settings(max_examples=30)
@given(st.text(alphabet="aB’ '.!é中☀", max_size=40))
def test_words_are_found_where_they_stand(text: str) -> None:
    reading = TextSettings()
    places = word_places(text, reading)
    found = [text[start:end].lower().replace("’", "'") for start, end in places]
    assert found == words_of(text, reading)
