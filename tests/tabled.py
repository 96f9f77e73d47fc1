"""A made-up table of penguin-like birds for tests of models of tables, recorded as an import does."""

from __future__ import annotations

from typing import Any

import numpy as np

from studio.core.dataset import DatasetVersion, SplitConfig
from studio.tables import frame_of_columns
from studio.workspace import Workspace, table_manifest

KINDS = ("broad", "narrow", "tall")
ISLANDS = ("north", "south")
TARGET = "kind"


def birds(count: int = 240, seed: int = 0) -> dict[str, list[Any]]:
    """Return columns of `count` birds: numbers with gaps, an island, yes or no, a note, and the kind."""
    rng = np.random.default_rng(seed)
    kinds = rng.integers(0, 3, count)
    bill = np.array([48.0, 39.0, 44.0])[kinds] + rng.normal(0, 1.5, count)
    weight = np.array([4800.0, 3500.0, 4100.0])[kinds] + rng.normal(0, 250, count)
    gaps = rng.random(count) < 0.1
    island = np.where(kinds == 2, 1, rng.integers(0, 2, count))
    return {
        "bill_mm": [None if gap else float(v) for gap, v in zip(gaps, bill, strict=True)],
        "weight_g": weight.tolist(),
        "island": [ISLANDS[i] for i in island],
        "ringed": (rng.random(count) < 0.5).tolist(),
        "note": [f"seen at {i} o'clock" for i in range(count)],
        TARGET: [KINDS[k] for k in kinds],
    }


def add_birds(
    workspace: Workspace, name: str = "birds", count: int = 240, seed: int = 0
) -> DatasetVersion:
    """Add the birds as a table whose target is their kind."""
    frame = frame_of_columns(birds(count, seed))
    manifest = table_manifest(
        workspace.artifacts,
        frame,
        SplitConfig(validation_share=0.1, seed=3),
        target=TARGET,
        source={"kind": "made up"},
    )
    return workspace.record_dataset(name, manifest, author="ann", message="")
