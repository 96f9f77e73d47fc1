"""What a picture becomes for a model of another program, and what its answers become."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pydantic import ValidationError

from studio.core.adapter import InputAdapter, coloured, resized
from studio.core.errors import InvalidInput
from studio.core.foreign import adapter_of, checked_classes, format_of

SIDES = st.integers(1, 40)


@settings(max_examples=30, deadline=None)
@given(SIDES, SIDES, SIDES, SIDES, st.integers(0, 2**32 - 1))
def test_a_picture_is_resized_as_pillow_does_it(
    height: int, width: int, new_height: int, new_width: int, seed: int
) -> None:
    picture = np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)
    as_float = Image.fromarray(picture.astype(np.float32))
    expected = as_float.resize((new_width, new_height), Image.Resampling.BILINEAR)
    found = resized(picture[None, :, :, None], new_height, new_width)[0, :, :, 0]
    np.testing.assert_allclose(found, np.asarray(expected), atol=1e-2)


def test_colours_fit_what_the_model_takes() -> None:
    grey = np.array([[[[100]]]], np.uint8)
    assert coloured(grey, 3).ravel().tolist() == [100, 100, 100]
    assert coloured(grey, 4).ravel().tolist() == [100, 100, 100, 255]
    red = np.array([[[[255, 0, 0]]]], np.uint8)
    assert coloured(red, 1).ravel().tolist() == pytest.approx([255 * 0.299])
    assert coloured(np.array([[[[1, 2, 3, 4]]]], np.uint8), 3).ravel().tolist() == [1, 2, 3]
    assert InputAdapter(scale=1, channels=3, reverse=True).inputs(red, 1, 1).ravel().tolist() == [
        0,
        0,
        255,
    ]


def test_imagenet_pixels_are_as_torchvision_makes_them() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (1, 4, 5, 3), np.uint8)
    adapter = adapter_of("imagenet", 3, layout="nchw")
    mean, std = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    expected = ((picture / 255 - mean) / std).transpose(0, 3, 1, 2)
    np.testing.assert_allclose(adapter.inputs(picture, 4, 5), expected, atol=1e-5)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.lists(st.floats(-1e4, 1e4), min_size=3, max_size=3), min_size=1, max_size=5),
    st.sampled_from(["logits", "probabilities"]),
)
def test_answers_become_probabilities(rows: list[list[float]], output: str) -> None:
    answers = np.array(rows)
    if output == "probabilities":
        answers = np.abs(answers)
    found = InputAdapter.model_validate({"output": output}).probabilities(answers)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=2e-3)
    assert (found >= 0).all()
    likeliest = np.take_along_axis(answers, found.argmax(axis=1)[:, None], axis=1)[:, 0]
    assert np.all(likeliest >= answers.max(axis=1) - 1e-3)


def test_one_number_stands_for_two_classes() -> None:
    for output, answer in (("probabilities", 0.75), ("logits", np.log(3))):
        adapter = InputAdapter.model_validate({"output": output})
        np.testing.assert_allclose(
            adapter.probabilities(np.array([[answer]])), [[0.25, 0.75]], atol=1e-6
        )


@pytest.mark.parametrize(
    "said",
    [{"std": (0.0,)}, {"mean": (1.0, 2.0)}, {"mean": (float("nan"),)}, {"scale": float("inf")}, {"channels": 9}],
)  # fmt: skip
def test_an_impossible_adapter_is_refused(said: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        InputAdapter.model_validate(said)


@pytest.mark.parametrize(
    ("name", "start"),
    [("a.exe", b"MZ"), ("a.keras", b"\x89HDF\r\n\x1a\n"), ("a.onnx", b"PK\x03\x04"), ("a.tflite", b""), ("a", b"")],
)  # fmt: skip
def test_a_file_that_is_not_what_it_says_is_refused(name: str, start: bytes) -> None:
    with pytest.raises(InvalidInput):
        format_of(name, start)


def test_class_names_fit_the_outputs() -> None:
    assert checked_classes(["a", "b"], 2) == ("a", "b")
    for names in (["a"], ["a", "a"], ["a", "b", "c"]):
        with pytest.raises(InvalidInput, match="do not fit"):
            checked_classes(names, 2)
