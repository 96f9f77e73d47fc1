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
from studio.core.table import Column

UNLABELLED = -1
"""The label of a sample that has no class yet."""

SPLIT_NAMES = ("train", "validation", "test")
"""Names of the split codes 0, 1 and 2."""
TRAIN, VALIDATION, TEST = range(3)

EXCLUDED = 255
"""In place of a split code: the sample takes no part, because it is quarantined or removed."""

STATE_NAMES = ("kept", "quarantined", "removed")
"""Names of the state codes 0, 1 and 2: a quarantined sample waits for a decision, a removed one is gone."""
KEPT, QUARANTINED, REMOVED = range(3)

SplitName = Literal["train", "validation", "test"]
StateName = Literal["kept", "quarantined", "removed"]
LabelStatus = Literal["all", "labelled", "unlabelled", "annotated", "quarantined", "removed"]
Task = Literal["images", "text", "table"]
TASK_NOUNS: dict[Task, str] = {"images": "pictures", "text": "texts", "table": "rows of a table"}
"""Task -> what its samples are called."""


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
    together: bool = Field(
        False,
        title="Near-duplicates together",
        description="Pictures that look alike always come into the same part, so that no model is "
        "tested on what it has seen.",
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


def _codes(
    sizes: NDArray[np.int64], config: SplitConfig, generator: np.random.Generator
) -> NDArray[np.uint8]:
    """Return a split code for each group; sizes: int64 (groups,), the samples of each.

    In a random order, each group comes into the test part where it still fits in, else into the validation part
    where it fits in there, else it is trained on.
    """
    count = int(sizes.sum())
    codes = np.full(len(sizes), TRAIN, np.uint8)
    left = generator.permutation(len(sizes))
    for code, share in ((TEST, config.test_share), (VALIDATION, config.validation_share)):
        chosen = _that_fit(sizes[left], round(count * share))
        codes[left[chosen]] = code
        left = left[~chosen]
    return codes


def _that_fit(sizes: NDArray[np.int64], room: int) -> NDArray[np.bool_]:
    """Return which groups are taken when each, in order, is taken if it fits into the room that is left.

    All at the beginning that fit in together are taken at once, then those that do not fit alone are left out, and
    so on: the largest group gets smaller each time, so there are only a few rounds.
    """
    chosen = np.zeros(len(sizes), bool)
    places = np.flatnonzero(sizes <= room)
    while len(places):
        ends = np.cumsum(sizes[places])
        fitting = int(np.searchsorted(ends, room, side="right"))
        chosen[places[:fitting]] = True
        room -= int(ends[fitting - 1]) if fitting else 0
        places = places[fitting:]
        places = places[sizes[places] <= room]
    return chosen


def split_codes(
    count: int,
    config: SplitConfig,
    labels: NDArray[np.int32] | None = None,
    groups: NDArray[np.integer[Any]] | None = None,
) -> NDArray[np.uint8]:
    """Divide samples at random, reproducibly.

    Args:
        count: Number of samples.
        config: Shares, seed, and whether every class is divided alike.
        labels: int32 (count,), -1 for none. Needed when stratified.
        groups: Integers (count,): samples with the same number always come into the same part, even where
            the shares then are met only nearly, and where a group has samples of several classes. A group
            larger than what a part may hold is trained on. Default: every sample by itself.

    Returns:
        uint8 (count,): 0 train, 1 validation, 2 test.

    Example:
        >>> np.bincount(split_codes(10, SplitConfig(seed=1))).tolist()
        [7, 0, 3]
    """
    generator = np.random.default_rng(config.seed)
    group = None if groups is None else _numbered(groups)
    sizes = np.ones(count, np.int64) if group is None else np.bincount(group)
    if not config.stratified or labels is None:
        codes = _codes(sizes, config, generator)
        return codes if group is None else codes[group]
    if group is None:
        classes = np.asarray(labels)
    else:
        first = np.full(len(sizes), count)
        np.minimum.at(first, group, np.arange(count))
        classes = labels[first]  # a group counts as the class of its first sample
    codes = np.zeros(len(sizes), np.uint8)
    order = np.argsort(classes, kind="stable")
    ends = np.flatnonzero(np.diff(classes[order])) + 1
    for chosen in np.split(order, ends):
        codes[chosen] = _codes(sizes[chosen], config, generator)
    return codes if group is None else codes[group]


def _numbered(groups: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    """Number groups anew, 0, 1, 2 ... in the order of their numbers before."""
    lowest, highest = int(groups.min(initial=0)), int(groups.max(initial=0))
    if lowest < 0 or highest > 8 * len(groups):
        return np.asarray(np.unique(groups, return_inverse=True)[1], np.int64)
    present = np.zeros(highest + 1, bool)  # much faster than sorting
    present[groups] = True
    return np.asarray((np.cumsum(present) - 1)[groups], np.int64)


def count_classes(labels: NDArray[np.int32], classes: int) -> tuple[int, ...]:
    """Count the samples of each class, the unlabelled ones left out."""
    return tuple(np.bincount(labels[labels >= 0], minlength=classes).tolist())


def class_places(known: Sequence[str], found: Sequence[str]) -> NDArray[np.int32]:
    """Return the place among known classes of each class found, int32 (n + 1,), -1 for one that is not among them.

    Classes are the same when they are called the same. The last one is -1: a label of -1, for none, stays what it is.

    Example:
        >>> class_places(["cat", "dog"], ["dog", "cow"]).tolist()
        [1, -1, -1]
    """
    places = {name: number for number, name in enumerate(known)}
    return np.array([*(places.get(name, UNLABELLED) for name in found), UNLABELLED], np.int32)


class DatasetManifest(BaseModel):
    """A dataset version's content before it has a name and a number: artifacts and facts about them.

    Args:
        task: What one sample is: a picture, a text, or a row of a table.
        samples: Digest of the samples: for pictures uint8 (N, H, W, C), for texts a `Texts`; or of a list of
            such artifacts, one behind the other, so that versions share what they have in common. For rows a Parquet
            file with all columns.
        base: Digest of the first of these artifacts. Rows keep their numbers as long as it stays the same.
        labels, split: Digests of int32 (N,), -1 for no class, and uint8 (N,).
        state: Digest of uint8 (N,), codes of STATE_NAMES; empty: all samples are kept.
        names: Digest of a `Texts` with the name each sample came under; empty: they have none.
        strokes: Digest of a `Texts` with the strokes each picture was drawn with, as `studio.core.strokes` keeps them,
            empty for a picture that was not drawn; empty: there are none.
        boxes: Digest of float64 (M, 6): sample, class, left, top, width, height, the last four as shares of
            the picture; sorted by sample; empty: there are none.
        tags: Digest of int32 (T, 2): sample, class; sorted by both: the classes of samples that may have several.
            Where there is exactly one it is the label too, where there are more the label is -1; empty: there are none.
        spans: Digest of int64 (S, 4): sample, class, start, end (characters of the text, the end not included);
            sorted; empty: there are none.
        shape: (height, width, channels) of a picture; (0, 0, 0) for texts and rows.
        table: The columns of rows, in order; empty for pictures and texts.
        target: The column that is the class of a row; "" for none.
        count: All samples N, whatever their state.
        class_counts, split_counts: Of the kept samples.
        state_counts: Kept, quarantined and removed samples; None: all are kept.
        renamed: Former class name -> name now, for answers that arrive late.
        annotation_mark: Annotations up to this id are inside the labels.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    task: Task = "images"
    samples: str
    base: str = ""
    labels: str
    split: str
    state: str = ""
    names: str = ""
    strokes: str = ""
    boxes: str = ""
    tags: str = ""
    spans: str = ""
    class_names: tuple[str, ...]
    shape: tuple[int, int, int]
    table: tuple[Column, ...] = ()
    target: str = ""
    count: int
    class_counts: tuple[int, ...]
    split_counts: tuple[int, int, int]
    state_counts: tuple[int, int, int] | None = None
    box_count: int = 0
    tag_count: int = 0
    span_count: int = 0
    split_config: SplitConfig
    source: dict[str, Any]
    attribution: str = ""
    renamed: dict[str, str] = Field(default_factory=dict)
    annotation_mark: int = 0

    @model_validator(mode="before")
    @classmethod
    def _base_of_old_versions(cls, values: Any) -> Any:
        if isinstance(values, dict) and not values.get("base"):
            return {**values, "base": values.get("samples", "")}
        return values

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of what the version holds: samples, labels, split, class names, state, names, all marks."""
        content: list[Any] = [self.samples, self.labels, self.split, list(self.class_names)]
        more = {"state": self.state, "names": self.names, "boxes": self.boxes}
        # Versions from before there were tags, spans and strokes keep their digest.
        later = (
            ("tags", self.tags),
            ("spans", self.spans),
            ("strokes", self.strokes),
            ("target", self.target),
        )
        more |= {name: kept for name, kept in later if kept}
        if any(more.values()):
            content.append(more)
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    @property
    def shown_as(self) -> Literal["images", "text"]:
        """How samples are shown, searched and labelled: rows as the sentences that `Artifacts.open_samples` gives."""
        return "images" if self.task == "images" else "text"

    @property
    def labelled(self) -> int:
        """Number of kept samples that have a class."""
        return sum(self.class_counts)

    @property
    def states(self) -> tuple[int, int, int]:
        """Kept, quarantined and removed samples."""
        return self.state_counts or (self.count, 0, 0)

    @property
    def kept(self) -> int:
        """Samples that take part: neither quarantined nor removed."""
        return self.states[KEPT]


class DatasetVersion(DatasetManifest):
    """One immutable version of a dataset.

    Args:
        dataset: The dataset's name.
        version: 1, 2, 3 ... within the dataset.
        author, message: Who made it, and why.
        created: Unix seconds.
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


def origin(title: str) -> str:
    """Return what a dataset was made of: the title without what a pipeline did to it.

    Example:
        >>> origin("digits:3, sampled, 8x8")
        'digits:3'
    """
    return title.partition(", ")[0]


def check_pictures(version: DatasetManifest) -> None:
    """Refuse texts and rows where pictures are needed.

    Raises:
        InvalidInput: The version holds something else.
    """
    if version.task == "images":
        return
    title = version.title if isinstance(version, DatasetVersion) else "The dataset"
    raise InvalidInput(
        f"{title} holds {TASK_NOUNS[version.task]}.",
        "Only pictures can be taken here.",
        "Choose a dataset of pictures.",
    )


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
