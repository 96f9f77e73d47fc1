"""A training that cannot fit into memory is refused before TensorFlow dies of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.core.configs import DRAWING_CLASSIFIER, ModelConfig
from studio.core.errors import StudioError
from studio.core.layers import Conv2D
from studio.core.training import TrainingConfig
from studio.ml import available, memory
from studio.ml.arrays import load_training_data
from studio.ml.available import available_bytes
from studio.ml.backend import tf
from studio.ml.build import build
from studio.ml.memory import training_bytes
from studio.ml.train import train
from tests.ml.conftest import Arrays, Heard


def test_the_need_grows_with_the_batch_and_the_filters() -> None:
    model = build(DRAWING_CLASSIFIER, (28, 28, 1), 5)
    # Measured peak of a step with 4,096 samples: 800 MB.
    assert 0.7e9 < training_bytes(model, 4096) < 0.85e9
    wide = build(ModelConfig(layers=(Conv2D(filters=512, pool_size=16),)), (28, 28, 1), 2)
    assert training_bytes(wide, 65_536) > 200e9


def test_the_system_says_what_is_available() -> None:
    if not Path("/proc/meminfo").is_file():
        assert available_bytes() is None
        return
    found = available_bytes()
    assert found is not None
    assert 1e8 < found < 1e14


def test_the_control_group_counts_where_it_is_tighter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(available, "_CGROUP", tmp_path)
    (tmp_path / "memory.current").write_text("1000\n")
    (tmp_path / "memory.max").write_text("max\n")
    without = available_bytes()
    (tmp_path / "memory.max").write_text("5000\n")
    assert available_bytes() == 4000
    assert without != 4000
    monkeypatch.setattr(available, "_MEMINFO", tmp_path / "missing")
    (tmp_path / "memory.max").unlink()
    assert available_bytes() is None


def test_a_training_that_cannot_fit_is_refused_with_numbers(
    digits: Arrays, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if tf.config.list_physical_devices("GPU"):
        pytest.skip("NOT RUN: on a GPU TensorFlow itself reports that memory ran out")
    monkeypatch.setattr(memory, "available_bytes", lambda: 10_000_000)
    with pytest.raises(StudioError) as caught:
        train(
            DRAWING_CLASSIFIER,
            TrainingConfig(batch_size=65_536),
            load_training_data(digits.samples, digits.labels, digits.codes, digits.classes),
            checkpoints=tmp_path,
            emit=Heard(),
        )
    assert "batches of 1,079 samples" in caught.value.what
    assert "0.0 GB are free" in caught.value.why
    assert "smaller batch size" in caught.value.fix
