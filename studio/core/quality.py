"""What a look at the quality of a dataset finds: copies, near-duplicates, blank samples, leakage."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from studio.core.dataset import TEST, TRAIN, VALIDATION
from studio.core.errors import refuse

BLANK, TINY, COPY, NEAR, CONFLICT = 1, 2, 4, 8, 16
"""Bits of a sample's flags: one colour all over (or no text); hardly anything on it; the same as an earlier sample;
looks like an earlier sample; looks like a sample of another class."""

FLAG_TITLES = {
    BLANK: "Blank",
    TINY: "Nearly empty",
    COPY: "Copies",
    NEAR: "Near-duplicates",
    CONFLICT: "Class conflicts",
}


class QualityParams(BaseModel):
    """How closely a dataset is looked at."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    distance: int = Field(
        2,
        ge=0,
        le=4,
        title="Near-duplicate distance",
        description="Pictures are near-duplicates when their 64-bit perceptual hashes differ in at most so "
        "many bits. 0: only where the hashes are equal.",
    )
    map_samples: int = Field(
        4000,
        ge=100,
        le=20_000,
        title="Samples on the map",
        description="So many samples, chosen at random, are laid out on the map.",
    )
    seed: int = Field(0, ge=0, le=2**31 - 1, title="Seed", description="Same seed, same map.")


def parse_quality(value: object) -> QualityParams:
    """Return the settings described by a mapping such as ``{"distance": 1}``.

    Raises:
        InvalidInput: An unknown setting or an impossible value.
    """
    try:
        return QualityParams.model_validate(value)
    except ValidationError as error:
        refuse("settings of the quality check", error)


class QualityReport(BaseModel):
    """What was found. Counts are of kept samples.

    Args:
        dataset: `name:version` that was looked at.
        samples: Digest of its samples: the report holds for every version that has the same.
        distance: Bits in which hashes of near-duplicates differ at most.
        blank, tiny, copies, near_duplicates, conflicts: Samples with each flag.
        groups: Groups of two or more near-duplicates.
        largest_group: Samples of the largest one.
        mapped: Samples on the map.
    """

    model_config = ConfigDict(frozen=True)

    dataset: str
    samples: str
    count: int
    distance: int
    blank: int
    tiny: int
    copies: int
    near_duplicates: int
    conflicts: int
    groups: int
    largest_group: int
    mapped: int


class Leakage(BaseModel):
    """How much of what a model is judged on it has seen.

    Args:
        count: Samples held out (test and validation) that have a near-duplicate in the training part.
        held_out: Samples held out.
    """

    model_config = ConfigDict(frozen=True)

    count: int
    held_out: int

    @property
    def share(self) -> float:
        """Share of the held-out samples that leak; 0 where nothing is held out."""
        return self.count / self.held_out if self.held_out else 0.0


def leakage(groups: NDArray[np.integer[Any]], codes: NDArray[np.uint8]) -> Leakage:
    """Return how many held-out samples have a near-duplicate that is trained on.

    Args:
        groups: Integers (N,), equal for near-duplicates, 0 or more.
        codes: uint8 (N,), split codes; EXCLUDED ones take no part.

    Example:
        >>> leakage(np.array([0, 0, 1]), np.array([0, 2, 2], np.uint8)).share
        0.5
    """
    held_out = (codes == TEST) | (codes == VALIDATION)
    trained = np.zeros(int(groups.max(initial=-1)) + 1, bool)
    trained[groups[codes == TRAIN]] = True
    return Leakage(
        count=int(np.count_nonzero(trained[groups[held_out]])),
        held_out=int(np.count_nonzero(held_out)),
    )
