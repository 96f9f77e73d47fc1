"""Pictures: resized, evened out, copied with changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from studio.core.augmentation import Draws, changed
from studio.core.preparing import normalised, resized
from studio.exports.assets.pipeline_python.data import TRAIN, Data
from studio.exports.assets.pipeline_python.settings import Settings


def resize(
    dataset: Data, height: int = 28, width: int = 28, fit: str = "pad", grey: bool = False
) -> Data:
    """Give all pictures another size."""
    params: Any = Settings(height=height, width=width, fit=fit, grey=grey)
    return replace(dataset, samples=resized(np.asarray(dataset.samples), params))


def normalise(dataset: Data, method: str = "stretch") -> Data:
    """Even out the brightness of every picture."""
    params: Any = Settings(method=method)
    return replace(dataset, samples=normalised(np.asarray(dataset.samples), params))


def augment(
    dataset: Data,
    copies: int = 1,
    rotation: float = 10.0,
    shift: float = 0.08,
    zoom: float = 0.1,
    mirror: bool = False,
    noise: float = 0.0,
    seed: int = 0,
) -> Data:
    """Add turned, moved and zoomed copies of the training pictures."""
    rows = np.flatnonzero((dataset.codes == TRAIN) & (dataset.labels >= 0))
    origins = np.tile(rows, copies)
    pictures = np.asarray(dataset.samples)[origins]
    height, width = pictures.shape[1:3]
    rng = np.random.default_rng((seed, 0))
    most, reach, count = np.radians(rotation), shift * np.array((width, height)), len(origins)
    sides = np.ones((count, 2), np.float32)
    angles = rng.uniform(-most, most, count).astype(np.float32)
    zooms = rng.uniform(1 - zoom, 1 + zoom, count).astype(np.float32)
    shifts = rng.uniform(-reach, reach, (count, 2)).astype(np.float32)
    if mirror:
        sides[rng.random(count) < 0.5, 0] = -1
    made = changed(pictures.astype(np.float32), Draws(angles, zooms, shifts, sides))
    if noise:
        grain = np.random.default_rng((seed, 1)).standard_normal(made.shape, np.float32)
        made = made + np.float32(255 * noise) * grain
    whole = np.concatenate([np.arange(len(dataset.labels)), origins])
    found = np.clip(np.rint(made), 0, 255).astype(np.uint8)
    return replace(
        dataset,
        samples=np.concatenate([np.asarray(dataset.samples), found]),
        labels=dataset.labels[whole],
        codes=dataset.codes[whole],
    )
