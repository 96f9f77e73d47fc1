"""Strokes drawn as Google drew its bitmaps."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.quickdraw import SIDE
from studio.sources.raster import RADIUS, SCALE, rasterise, rasterise_all
from studio.sources.simplify import aligned, simplified
from tests.sources.conftest import ROOT

REAL = ROOT.parent / "shared" / "data" / "quickdraw"

APPLES = {
    1: (
        "[[[95, 79, 68, 31, 17, 9, 1, 0, 4, 54, 103, 130, 168, 190, 204, 219, 228, 222, 210, "
        "200, 194, 197, 203, 192, 189, 190, 209, 207, 197, 179, 107, 100], [62, 50, 49, 74, "
        "91, 113, 163, 220, 226, 249, 255, 255, 244, 231, 215, 187, 152, 151, 160, 160, 156, "
        "140, 137, 134, 115, 109, 88, 82, 71, 63, 62, 65]], [[100, 100, 104, 110, 115, 115, "
        "108, 107], [58, 17, 1, 0, 12, 22, 44, 64]]]"
    ),
    2: (
        "[[[121, 107, 45, 17, 1, 0, 4, 21, 58, 118, 173, 197, 209, 224, 244, 254, 254, 209, "
        "164, 124], [47, 57, 56, 75, 93, 114, 123, 140, 162, 187, 196, 187, 177, 164, 136, "
        "115, 101, 83, 71, 43]], [[123, 126], [43, 0]]]"
    ),
    4: (
        "[[[85, 76, 61, 45, 34, 10, 4, 0, 4, 30, 58, 87], [112, 101, 96, 96, 104, 134, 148, "
        "199, 209, 227, 240, 247]], [[89, 126, 162, 213, 236, 254, 254, 243, 236, 218, 189, "
        "143, 123, 107], [243, 242, 226, 208, 192, 172, 143, 111, 99, 83, 75, 72, 77, 93]], "
        "[[69, 68, 75, 77, 83, 87, 109, 118, 119, 113, 102, 75], [107, 91, 52, 15, 1, 1, 21, "
        "37, 58, 85, 103, 103]]]"
    ),
    10: (
        "[[[15, 6, 1, 0, 8, 26, 38, 57, 82, 102, 125, 139, 149, 151, 147, 124, 110, 62, 47, "
        "25, 11, 7], [255, 238, 213, 133, 100, 64, 52, 38, 36, 48, 68, 83, 103, 121, 141, "
        "181, 198, 235, 241, 240, 234, 228]], [[77, 77], [41, 2]], [[74, 69, 64, 55], [33, "
        "58, 67, 73]]]"
    ),
    36: (
        "[[[167, 163, 150, 111, 74, 51, 40, 15, 8, 0, 0, 3, 19, 82, 121, 126, 128], [67, 59, "
        "50, 33, 32, 29, 36, 71, 91, 126, 149, 159, 180, 208, 207, 201, 192]], [[168, 206, "
        "209, 221, 235, 255, 255, 251, 235, 220, 204, 148, 112, 107], [63, 56, 51, 50, 57, "
        "77, 153, 169, 191, 202, 208, 208, 202, 195]], [[166, 167, 170, 175, 190, 196, 200, "
        "193, 176], [0, 53, 26, 16, 5, 4, 9, 31, 56]]]"
    ),
}
"""Row of apple.npy -> its strokes as published. Made available by Google, Inc. under CC BY 4.0."""


def random_drawing(generator: np.random.Generator) -> list[tuple[list[float], list[float]]]:
    """A few wandering strokes, in whole numbers from 0 to 255 as the published ones are."""
    strokes = [
        np.cumsum(generator.normal(0, 25, (2, generator.integers(1, 25))), axis=1)
        for _ in range(generator.integers(1, 6))
    ]
    together = np.concatenate(strokes, axis=1)
    corner = together.min(axis=1, keepdims=True)
    scale = 255 / max(1e-9, np.ptp(together, axis=1).max())
    scaled = [np.rint((stroke - corner) * scale) for stroke in strokes]
    return [(stroke[0].tolist(), stroke[1].tolist()) for stroke in scaled]


def reference(strokes: list[tuple[list[float], list[float]]], fine: int = 16) -> np.ndarray:
    """The same by another way: how many of fine x fine points of a pixel lie within a line's radius of a stroke."""
    middle = np.array([max(max(axis) for axis in both) / 2 for both in zip(*strokes, strict=True)])
    spots = (np.arange(SIDE * fine) + 0.5) / fine
    left = np.ones((SIDE, SIDE))
    for xs, ys in strokes:
        x, y = (np.array([xs, ys], float) - middle[:, None]) * SCALE + SIDE / 2
        inside = np.zeros((SIDE * fine, SIDE * fine), bool)
        for at in range(max(1, len(x) - 1)):
            end = min(at + 1, len(x) - 1)
            step = np.array([x[end] - x[at], y[end] - y[at]])
            right, down = spots[None, :] - x[at], spots[:, None] - y[at]
            along = np.clip((right * step[0] + down * step[1]) / max(step @ step, 1e-12), 0, 1)
            inside |= np.hypot(right - along * step[0], down - along * step[1]) <= RADIUS
        left *= 1 - inside.reshape(SIDE, fine, SIDE, fine).mean(axis=(1, 3))
    return 255 * (1 - left)


def test_bitmaps_agree_with_an_independent_measurement() -> None:
    """Round caps here, polygons of 12 corners there: that is most of the difference."""
    generator = np.random.default_rng(0)
    drawings = [random_drawing(generator) for _ in range(8)]
    ours = np.array([rasterise(strokes) for strokes in drawings], float)
    exact = np.array([reference(strokes) for strokes in drawings])
    assert np.abs(ours - exact).mean() < 0.5
    assert np.abs(ours - exact).max() < 40
    assert np.corrcoef(ours.ravel(), exact.ravel())[0, 1] > 0.9998


@pytest.mark.parametrize("row", APPLES)
def test_bitmaps_agree_with_those_that_google_published(row: int) -> None:
    path = REAL / "apple.npy"
    if not path.exists():
        pytest.skip("needs the real drawings in ../shared/data/quickdraw")
    published = np.load(path, mmap_mode="r")[row].reshape(SIDE, SIDE).astype(int)
    ours = rasterise(json.loads(APPLES[row])).astype(int)
    assert np.abs(ours - published).mean() < 0.15
    assert np.abs(ours - published).max() <= 8


def test_drawings_lie_where_the_published_ones_lie() -> None:
    generator = np.random.default_rng(1)
    ours = np.array([rasterise(random_drawing(generator)) for _ in range(200)])
    assert (extents(ours) == 26).mean() > 0.98
    for path in sorted(REAL.glob("*.npy")):
        real = np.load(path, mmap_mode="r")[:500].reshape(-1, SIDE, SIDE)
        assert (extents(real) == 26).mean() > 0.98
        assert real.max() == ours.max() == 255


def extents(bitmaps: np.ndarray) -> np.ndarray:
    """Rows or columns that each drawing's longer side spans; all of them lie within 1 to 26."""
    rows, columns = (bitmaps > 0).any(axis=2), (bitmaps > 0).any(axis=1)
    assert not rows[:, [0, -1]].any()
    assert not columns[:, [0, -1]].any()
    spans = [SIDE - used.argmax(axis=1) - used[:, ::-1].argmax(axis=1) for used in (rows, columns)]
    return np.maximum(*spans)


def test_many_at_once_are_what_each_is_alone() -> None:
    generator = np.random.default_rng(2)
    drawings = [random_drawing(generator) for _ in range(40)]
    strokes = [stroke for drawing in drawings for stroke in drawing]
    points = np.concatenate([np.array(stroke) for stroke in strokes], axis=1)
    together = rasterise_all(points, [len(xs) for xs, _ in strokes], [len(d) for d in drawings])
    np.testing.assert_array_equal(together, [rasterise(drawing) for drawing in drawings])


def test_strokes_are_laid_over_each_other() -> None:
    once = rasterise([([0, 255], [0, 90])]).astype(float)
    twice = rasterise([([0, 255], [0, 90])] * 2).astype(float)
    np.testing.assert_allclose(twice, 255 - (255 - once) ** 2 / 255, atol=1.5)
    line = rasterise([([0, 255, 0], [0, 90, 0])])  # one stroke that goes back covers nothing twice
    np.testing.assert_array_equal(line, once)


def test_one_point_is_a_dot_in_the_middle() -> None:
    dot = rasterise([([0], [0])])
    assert dot[13:15, 13:15].min() > 100
    assert dot[12:16, 12:16].sum() == dot.sum()
    np.testing.assert_array_equal(dot, rasterise([([0, 0], [0, 0])]))


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 255), st.integers(0, 255)), min_size=1, max_size=6),
        min_size=1,
        max_size=4,
    )
)
def test_turned_drawing_is_the_turned_bitmap(drawing: list[list[tuple[int, int]]]) -> None:
    """Left and right, top and bottom are alike; measured exactly one way and on lines the other."""
    strokes = [([x for x, _ in stroke], [y for _, y in stroke]) for stroke in drawing]
    bitmap = rasterise(strokes).astype(float)
    flipped = rasterise([(ys, xs) for xs, ys in strokes]).astype(float)
    assert bitmap.max() > 100
    assert np.abs(bitmap - flipped.T).max() <= 30
    assert np.abs(bitmap - flipped.T).mean() < 0.8


def test_coordinates_beyond_the_square_are_cut_off() -> None:
    assert rasterise([([-500, 900], [-700, 3000])]).shape == (SIDE, SIDE)


def test_thousands_are_drawn_in_a_second() -> None:
    generator = np.random.default_rng(3)
    strokes = [stroke for _ in range(64) for stroke in random_drawing(generator)[:3]]
    points = np.concatenate([np.array(stroke) for stroke in strokes], axis=1)
    lengths = [len(xs) for xs, _ in strokes]
    seconds = []
    for _ in range(20):
        begun = time.process_time()
        rasterise_all(points, lengths, [1] * len(lengths))
        seconds.append(time.process_time() - begun)
    assert 64 / min(seconds) > 1000  # 9,000 a second on a quiet machine


def test_simplified_strokes_stay_within_two_units() -> None:
    generator = np.random.default_rng(4)
    stroke = np.cumsum(generator.normal(0, 3, (2, 100)), axis=1)
    fewer = simplified(stroke)
    assert fewer.shape[1] < 70
    steps = np.linspace(0, 1, 100)
    dense = np.concatenate(
        [
            fewer[:, [at]] + (fewer[:, [at + 1]] - fewer[:, [at]]) * steps
            for at in range(fewer.shape[1] - 1)
        ],
        axis=1,
    )
    away = np.hypot(*(stroke[:, :, None] - dense[:, None, :])).min(axis=1)
    assert away.max() < 2.1


def test_raw_drawings_are_scaled_and_simplified_ones_stay() -> None:
    raw = np.array([[100.0, 200, 150], [50, 50, 80]])
    np.testing.assert_allclose(aligned(raw, True), [[0, 255, 127.5], [0, 0, 76.5]])
    near = np.array([[1.0, 254], [2, 100]])
    np.testing.assert_array_equal(aligned(near, False), near)
    np.testing.assert_array_equal(aligned(near + 50, False), near - [[1], [2]])
