from __future__ import annotations

import pytest

from studio.core.configs import DRAWING_CLASSIFIER, ModelConfig
from studio.core.errors import InvalidInput
from studio.core.layers import Dense
from studio.core.queue import TENSORFLOW_BYTES, QueueLimits, estimated_bytes, parse_limits
from studio.core.training import TrainingConfig


def estimate(batch_size: int = 256, units: int = 16, samples: int = 0) -> int:
    model = ModelConfig(layers=(Dense(units=units),))
    training = TrainingConfig(batch_size=batch_size)
    return estimated_bytes(model, training, (28, 28, 1), 10, samples=samples)


def test_a_training_takes_more_with_larger_batches_models_and_datasets() -> None:
    assert TENSORFLOW_BYTES < estimate() < TENSORFLOW_BYTES * 1.1
    assert estimate() < estimate(batch_size=512) < estimate(batch_size=4096)
    assert estimate(units=10_000) > estimate() + 16 * 784 * 9_000
    assert estimate(samples=1_000_000) - estimate() == 784_000_000
    small = ModelConfig(layers=(Dense(units=2), DRAWING_CLASSIFIER.layers[0]))
    with pytest.raises(InvalidInput, match="Layer 2"):
        estimated_bytes(small, TrainingConfig(), (28, 28, 1), 10)


def test_limits_are_checked() -> None:
    assert parse_limits({}) == QueueLimits(parallel_runs=1, memory_gb=None)
    assert parse_limits({"parallel_runs": "2", "memory_gb": "1.5"}).memory_gb == 1.5
    for wrong in ({"parallel_runs": 0}, {"memory_gb": 0}, {"memory_gb": "nan"}, {"cores": 2}):
        with pytest.raises(InvalidInput, match="limits of the queue"):
            parse_limits(wrong)
