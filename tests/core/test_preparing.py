from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from studio.core.components_data import NormaliseParams, PreprocessTextParams, ResizeParams
from studio.core.errors import InvalidInput, NotFound
from studio.core.preparing import (
    PREPARATIONS,
    background,
    keeps_strokes,
    normalised,
    prepared,
    prepared_shape,
    resized,
    resized_boxes,
)

Pictures = NDArray[np.uint8]
SIDES = st.integers(1, 40)
PICTURES = st.tuples(st.integers(1, 4), SIDES, SIDES, st.sampled_from([1, 3])).flatmap(
    lambda shape: arrays(np.uint8, shape)
)
RESIZE = st.builds(
    ResizeParams,
    height=SIDES,
    width=SIDES,
    fit=st.sampled_from(["stretch", "pad", "crop"]),
    grey=st.booleans(),
)
NORMALISE = st.builds(
    NormaliseParams, method=st.sampled_from(["stretch", "invert", "invert_dark", "centre"])
)
CLEAN = st.builds(
    PreprocessTextParams,
    lower=st.booleans(),
    accents=st.booleans(),
    addresses=st.booleans(),
    digits=st.booleans(),
    punctuation=st.booleans(),
    repeated=st.booleans(),
    stop_words=st.lists(st.text(max_size=4), max_size=3).map(tuple),
)


def column(*values: int) -> Pictures:
    return np.array(values, np.uint8).reshape(1, -1, 1, 1)


@settings(max_examples=60)
@given(PICTURES, RESIZE, NORMALISE)
def test_a_picture_alone_and_among_others_come_out_alike(
    pictures: Pictures, resize: ResizeParams, normalise: NormaliseParams
) -> None:
    for component, params in (("resize", resize), ("normalise", normalise)):
        whole = prepared(component, params, pictures)
        alone = [
            prepared(component, params.model_dump(), pictures[i : i + 1])
            for i in range(len(pictures))
        ]
        assert whole.dtype == np.uint8
        assert np.array_equal(whole, np.concatenate(alone))
        assert whole.shape[1:] == prepared_shape(component, params, pictures.shape[1:])


@settings(max_examples=60)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=4), CLEAN)
def test_a_text_alone_and_among_others_come_out_alike(
    texts: list[str], params: PreprocessTextParams
) -> None:
    whole = prepared("preprocess_text", params, texts)
    assert whole == [prepared("preprocess_text", params, [text])[0] for text in texts]
    assert all(text == " ".join(text.split()) for text in whole)


@settings(max_examples=40)
@given(PICTURES, RESIZE)
def test_resizing_makes_nothing_brighter_or_darker_than_it_was(
    pictures: Pictures, params: ResizeParams
) -> None:
    made = resized(pictures, params)
    assert made.min() >= pictures.min()
    assert made.max() <= pictures.max()
    same = resized(
        pictures, ResizeParams(height=pictures.shape[1], width=pictures.shape[2], fit=params.fit)
    )
    assert np.array_equal(same, pictures)


def test_smaller_pictures_are_averages_and_proportions_are_kept() -> None:
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (3, 56, 56, 1)).astype(np.uint8)
    small = resized(pictures, ResizeParams(height=7, width=7))
    assert abs(small.mean() - pictures.mean()) < 2
    wide = np.full((1, 10, 20, 3), 200, np.uint8)
    wide[:, 3:7, 5:15] = 10
    padded = resized(wide, ResizeParams(height=20, width=20))
    assert (padded[0, :5] == 200).all()
    assert (padded[0, 15:] == 200).all()
    assert np.array_equal(padded[:, 5:15], wide)
    cropped = resized(wide, ResizeParams(height=10, width=10, fit="crop"))
    assert np.array_equal(cropped, wide[:, :, 5:15])
    assert resized(wide, ResizeParams(height=5, width=5, grey=True)).shape == (1, 5, 5, 1)


def test_boxes_go_with_their_pictures() -> None:
    box = np.array([[0, 1, 0.25, 0.3, 0.5, 0.4]])
    shape = (10, 20, 3)
    square = ResizeParams(height=20, width=20)
    assert np.allclose(resized_boxes(box, shape, square), [[0, 1, 0.25, 0.4, 0.5, 0.2]])
    cut = square.model_copy(update={"fit": "crop"})
    assert np.allclose(resized_boxes(box, shape, cut), [[0, 1, 0, 0.3, 1, 0.4]])
    gone = np.array([[0, 1, 0, 0, 0.2, 1]])
    assert not len(resized_boxes(gone, shape, cut))
    assert resized_boxes(box, shape, square.model_copy(update={"fit": "stretch"})) == pytest.approx(
        box
    )
    assert keeps_strokes(shape, square)
    assert not keeps_strokes(shape, cut)
    assert keeps_strokes((10, 10, 1), cut)


def test_brightness_is_evened_out() -> None:
    def done(method: Any, *values: int) -> list[int]:
        found: list[int] = (
            normalised(column(*values), NormaliseParams(method=method)).ravel().tolist()
        )
        return found

    assert done("stretch", 50, 100, 150) == [0, 128, 255]
    assert done("stretch", 7, 7) == [7, 7]
    assert done("invert", 0, 55) == [255, 200]
    assert done("invert_dark", 255, 255, 0) == [0, 0, 255]
    assert done("invert_dark", 0, 0, 255) == [0, 0, 255]
    assert done("centre", 200, 0, 0, 0, 0) == [0, 0, 200, 0, 0]
    assert background(column(9, 9, 200)).tolist() == [[9]]


def test_what_is_drawn_comes_into_the_middle_and_stays_there() -> None:
    picture = np.full((1, 9, 11, 3), 255, np.uint8)
    picture[0, 0:3, 8:11] = 0
    centre = NormaliseParams(method="centre")
    made = normalised(picture, centre)
    assert (made[0, 3:6, 4:7] == 0).all()
    assert (made == 0).sum() == (picture == 0).sum()
    assert np.array_equal(normalised(made, centre), made)


@pytest.mark.parametrize(
    ("settings", "text", "wanted"),
    [
        ({}, "  SOOOO  Good!!!! ", "soo good!!"),
        ({}, "Mail a.b@c.de, see https://x.y/z now", "mail see now"),
        ({}, "1000000 times", "1000000 times"),
        ({"accents": True}, "Café Ünö", "cafe uno"),
        ({"digits": True}, "room 12 ३ b4", "room b"),
        ({"punctuation": True}, "Don't stop -- now_ok!", "dont stop now ok"),
        ({"punctuation": True}, "हिन्दी, ok", "हिन्दी ok"),
        ({"stop_words": ("The", "of")}, "The end of the theory", "end theory"),
        ({"lower": False, "repeated": False, "addresses": False}, "AAAA www.x.y", "AAAA www.x.y"),
    ],
)
def test_texts_are_cleaned(settings: dict[str, Any], text: str, wanted: str) -> None:
    assert prepared("preprocess_text", settings, [text]) == [wanted]


def test_other_samples_and_unknown_components_are_refused() -> None:
    with pytest.raises(InvalidInput, match="takes pictures"):
        prepared("resize", {}, ["a"])
    with pytest.raises(InvalidInput, match="takes texts"):
        prepared("preprocess_text", {}, np.zeros((1, 2, 2, 1), np.uint8))
    with pytest.raises(InvalidInput, match="height"):
        prepared("resize", {"height": 0}, np.zeros((1, 2, 2, 1), np.uint8))
    with pytest.raises(NotFound):
        prepared("augment", {}, [])
    assert set(PREPARATIONS) == {"resize", "normalise", "preprocess_text"}
