"""The augmentation preview on the Train page: samples of one's own beside what training would make of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from studio.core.augmentation import augmented
from studio.core.configs import ModelConfig
from studio.core.dataset import TRAIN, DatasetVersion
from studio.core.training import TrainingConfig, parse_training
from studio.ui.feedback import attempt, plain
from studio.ui.session import workspace

SHOWN = 6
VARIANTS = 4
LOOKED_THROUGH = 20_000
"""The samples that are shown are among the first so many."""
SIDE = 56
"""Pictures are shown in about so many pixels."""
GAP, WIDE_GAP = 4, 14
"""Pixels between two changed pictures, and between the original and those."""
STRIP = (VARIANTS + 1) * SIDE + WIDE_GAP + (VARIANTS - 1) * GAP
"""Pixels of a strip: it fits a phone."""


def show_preview(version: DatasetVersion, config: ModelConfig, values: dict[str, Any]) -> None:
    """Show some samples and how the settings change them.

    Args:
        version: The samples.
        config: The model; only pictures are changed.
        values: Settings of the form, unchecked.
    """
    if version.task != "images" or config.input != "images":
        return
    with attempt():
        training = parse_training(values)
        if not training.augments:
            st.caption("Set one of these, and see here what it does to your samples.")
            return
        _preview(version, training)


@st.fragment
def _preview(version: DatasetVersion, training: TrainingConfig) -> None:
    key = f"preview_{version.dataset}"
    round_ = st.session_state.get(key, 0)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Left: the sample. Right of it: as the model might see it.", width="content")
        if st.button("Show others", icon=":material/casino:", type="tertiary", key=f"{key}_more"):
            st.session_state[key] = round_ = round_ + 1
    rows = chosen_samples(version, round_)
    if not len(rows):
        st.caption("The training split has no samples with a class yet.")
        return
    originals = workspace().pictures(version)[rows]
    labels = workspace().labels(version)[rows]
    with st.container(horizontal=True):
        for strip, label in zip(strips(originals, training, round_), labels, strict=True):
            st.image(strip, caption=plain(version.class_names[label]), width=STRIP)


def chosen_samples(version: DatasetVersion, round_: int) -> NDArray[np.int64]:
    """Return up to SHOWN numbers of training samples with a class, others in every round."""
    labels = np.asarray(workspace().labels(version)[:LOOKED_THROUGH])
    codes = np.asarray(workspace().split(version)[:LOOKED_THROUGH])
    possible = np.flatnonzero((codes == TRAIN) & (labels >= 0))
    count = min(SHOWN, len(possible))
    chosen = np.random.default_rng(round_).choice(possible, count, replace=False)
    return np.sort(chosen)


def strips(
    originals: NDArray[np.uint8], training: TrainingConfig, seed: int
) -> list[NDArray[np.uint8]]:
    """Return one picture a sample: the sample, and beside it VARIANTS times what training would make of it.

    Args:
        originals: uint8 (n, height, width, channels).
        training: What is changed, and how much.
        seed: Of the chance.

    Returns:
        uint8 (height, width, 4) each, small ones enlarged, see-through between the pictures.
    """
    count = len(originals)
    changed = augmented(np.tile(originals, (VARIANTS, 1, 1, 1)), training, seed)
    variants = changed.reshape(VARIANTS, count, *originals.shape[1:])
    return [_side_by_side([originals[row], *variants[:, row]]) for row in range(count)]


def _side_by_side(pictures: list[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    height = pictures[0].shape[0]
    scale, wider = max(1, SIDE // height), max(1, height // SIDE)
    parts: list[NDArray[np.uint8]] = []
    for number, picture in enumerate(pictures):
        shown = _with_alpha(picture).repeat(scale, axis=0).repeat(scale, axis=1)
        if number:
            gap = wider * (WIDE_GAP if number == 1 else GAP)
            parts.append(np.zeros((shown.shape[0], gap, 4), np.uint8))
        parts.append(shown)
    return np.concatenate(parts, axis=1)


def _with_alpha(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if picture.shape[-1] == 4:
        return picture
    colour = picture[..., :1].repeat(3, axis=-1) if picture.shape[-1] < 3 else picture
    opaque = np.full((*picture.shape[:2], 1), 255, np.uint8)
    return np.concatenate([colour, opaque], axis=-1)
