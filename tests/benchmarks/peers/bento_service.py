"""BentoML: `MODEL=... python -m bentoml serve bento_service:Classifier`; batches when `BATCH` is more than 1."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import bentoml
import numpy as np
from model import Model

BATCH = int(os.environ.get("BATCH", "1"))


@bentoml.service(workers=1, traffic={"timeout": 30}, metrics={"enabled": False})
class Classifier:
    """Takes `{"instances": [pixels]}`, gives probabilities."""

    def __init__(self) -> None:
        self.model = Model(os.environ["MODEL"])

    @bentoml.api(
        batchable=BATCH > 1, max_batch_size=max(BATCH, 2), max_latency_ms=1000, route="/predict"
    )
    def predict(self, instances: np.ndarray) -> np.ndarray:
        """Ask about a batch."""
        return self.model.predict(instances)
