"""Answers are read block by block and say what a table in memory says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.core import metrics
from studio.core.predictions import Predictions


def test_facts_of_each_sample_follow_from_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "BLOCK_VALUES", 50)
    table = np.random.default_rng(0).dirichlet(np.ones(9), 100).astype(np.float32)
    table[3] = table[3, 0]
    np.save(tmp_path / "table.npy", table)
    labels = (np.arange(100) % 9).astype(np.int32)
    found = Predictions(
        dataset="d:1",
        base="",
        class_names=tuple("abcdefghi"),
        ids=np.arange(100),
        labels=labels,
        probabilities=np.load(tmp_path / "table.npy", mmap_mode="r"),
    )
    assert (found.count, found.predicted.dtype, found.loss.dtype) == (100, np.int64, np.float64)
    np.testing.assert_array_equal(found.predicted, table.argmax(axis=1))
    np.testing.assert_array_equal(found.confidence, table.max(axis=1))
    np.testing.assert_array_equal(found.wrong, table.argmax(axis=1) != labels)
    np.testing.assert_allclose(found.loss, -np.log(table[np.arange(100), labels].astype(float)))
    assert found.predicted[3] == 0
    assert found.predicted is found.predicted
