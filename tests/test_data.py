"""The embedded starter set is what data/README.md says it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

DATA = Path(__file__).resolve().parent.parent / "data"


def test_digits_equal_scikit_learn() -> None:
    original = load_digits()
    with np.load(DATA / "digits.npz", allow_pickle=False) as starter:
        assert sorted(starter.files) == ["images", "labels"]
        images, labels = starter["images"], starter["labels"]
    assert images.dtype == labels.dtype == np.uint8
    np.testing.assert_array_equal(images, np.rint(original.images * 255 / 16))
    np.testing.assert_array_equal(np.rint(images / 255 * 16), original.images)  # nothing was lost
    np.testing.assert_array_equal(labels, original.target)


def test_digits_are_credited() -> None:
    text = (DATA / "README.md").read_text(encoding="utf-8")
    for word in ("Alpaydin", "Kaynak", "CC BY 4.0", "archive.ics.uci.edu/dataset/80"):
        assert word in text


def test_seabirds_are_what_is_said_of_them() -> None:
    lines = (DATA / "seabirds.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].split(",")[:3] == ["species", "island", "bill_length_mm"]
    assert len(lines) == 601
    assert {line.split(",")[0] for line in lines[1:]} == {"auk", "gull", "tern"}
    assert "600 made-up birds" in (DATA / "README.md").read_text(encoding="utf-8")
