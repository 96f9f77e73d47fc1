"""Datasets: named lines of immutable, hashed versions of samples, class names and a split."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from studio.core.errors import InvalidInput, refuse

UNLABELLED = -1
"""The label of a sample that has no class yet."""

SPLIT_NAMES = ("train", "validation", "test")
"""Names of the split codes 0, 1 and 2."""
TRAIN, VALIDATION, TEST = range(3)

SplitName = Literal["train", "validation", "test"]
LabelStatus = Literal["all", "labelled", "unlabelled", "annotated"]


class SplitConfig(BaseModel):
    """How samples are divided at random into train, validation and test."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    test_share: float = Field(
        0.3,
        gt=0,
        lt=1,
        title="Test share",
        description="Share of the samples held out to judge the model. 0.3 is the 70/30 split.",
        json_schema_extra={"unit": "share", "step": 0.05},
    )
    validation_share: float = Field(
        0.0,
        ge=0,
        lt=1,
        title="Validation share",
        description="Share of the samples watched while training, to choose the best epoch. 0: none.",
        json_schema_extra={"unit": "share", "step": 0.05},
    )
    seed: int = Field(0, ge=0, le=2**31 - 1, title="Seed", description="Same seed, same split.")
    stratified: bool = Field(
        False, title="Stratified", description="Every class is divided in the same proportion."
    )

    @model_validator(mode="after")
    def _leave_something_to_train_on(self) -> SplitConfig:
        if self.test_share + self.validation_share >= 1:
            raise InvalidInput(
                f"A test share of {self.test_share:g} and a validation share of "
                f"{self.validation_share:g} leave nothing to train on.",
                "Together they must stay below 1.",
                "Choose smaller shares, such as 0.3 and 0.1.",
            )
        return self


def parse_split(value: object) -> SplitConfig:
    """Return the split described by a mapping such as ``{"test_share": 0.2}``.

    Raises:
        InvalidInput: An unknown setting, an impossible value, or nothing left to train on.
    """
    try:
        return SplitConfig.model_validate(value)
    except ValidationError as error:
        refuse("split settings", error)


def _codes(count: int, config: SplitConfig, generator: np.random.Generator) -> NDArray[np.uint8]:
    test = round(count * config.test_share)
    validation = round(count * config.validation_share)
    codes = np.full(count, TRAIN, np.uint8)
    order = generator.permutation(count)
    codes[order[:test]] = TEST
    codes[order[test : test + validation]] = VALIDATION
    return codes


def split_codes(
    count: int, config: SplitConfig, labels: NDArray[np.int32] | None = None
) -> NDArray[np.uint8]:
    """Divide samples at random, reproducibly.

    Args:
        count: Number of samples.
        config: Shares, seed, and whether every class is divided alike.
        labels: int32 (count,), -1 for none. Needed when stratified.

    Returns:
        uint8 (count,): 0 train, 1 validation, 2 test.

    Example:
        >>> np.bincount(split_codes(10, SplitConfig(seed=1))).tolist()
        [7, 0, 3]
    """
    generator = np.random.default_rng(config.seed)
    if not config.stratified or labels is None:
        return _codes(count, config, generator)
    codes = np.zeros(count, np.uint8)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        codes[members] = _codes(len(members), config, generator)
    return codes


def count_classes(labels: NDArray[np.int32], classes: int) -> tuple[int, ...]:
    """Count the samples of each class, the unlabelled ones left out."""
    return tuple(np.bincount(labels[labels >= 0], minlength=classes).tolist())


class DatasetManifest(BaseModel):
    """A dataset version's content before it has a name and a number: artifacts and facts about them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    samples: str
    labels: str
    split: str
    class_names: tuple[str, ...]
    shape: tuple[int, int, int]
    count: int
    class_counts: tuple[int, ...]
    split_counts: tuple[int, int, int]
    split_config: SplitConfig
    source: dict[str, Any]
    attribution: str = ""
    annotation_mark: int = 0

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of what the version holds: samples, labels, split and class names."""
        content = [self.samples, self.labels, self.split, list(self.class_names)]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    @property
    def labelled(self) -> int:
        """Number of samples that have a class."""
        return sum(self.class_counts)


class DatasetVersion(DatasetManifest):
    """One immutable version of a dataset.

    Args:
        dataset: The dataset's name.
        version: 1, 2, 3 ... within the dataset.
        samples, labels, split: Digests of the artifacts: uint8 (N, H, W, C), int32 (N,), uint8 (N,).
        shape: (height, width, channels) of one sample.
        annotation_mark: Annotations up to this id are inside the labels.
    """

    id: int
    dataset: str
    version: int
    author: str
    message: str
    created: float

    @property
    def title(self) -> str:
        """`name:version`, the way people point at a version."""
        return f"{self.dataset}:{self.version}"


class Dataset(BaseModel):
    """A named line of versions, with its newest one."""

    model_config = ConfigDict(frozen=True)

    name: str
    created: float
    versions: int
    latest: DatasetVersion


class SampleRow(BaseModel):
    """One sample as the browser lists it; `class_name` is the current answer, None when there is none."""

    model_config = ConfigDict(frozen=True)

    id: int
    class_name: str | None
    split: SplitName
    annotated: bool = False


class SamplePage(BaseModel):
    """One page of samples; `next` is the id to continue after, None at the end."""

    model_config = ConfigDict(frozen=True)

    samples: list[SampleRow]
    next: int | None
    total: int
    samples_digest: str


def check_trainable(class_names: Sequence[str], class_counts: Sequence[int], name: str) -> None:
    """Refuse to train on fewer than two classes that have samples.

    Raises:
        InvalidInput: Fewer than two classes have labelled samples.
    """
    present = [c for c, n in zip(class_names, class_counts, strict=True) if n]
    if len(present) >= 2:
        return
    found = f'only one class with samples ("{present[0]}")' if present else "no labelled samples"
    raise InvalidInput(
        f'Dataset "{name}" has {found}.',
        "A classifier learns to tell classes apart, so it needs samples of at least two.",
        "Add a second class, or label more samples on the Label page.",
    )
