"""Asking a model about many samples at once: what is asked, and what comes of it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from studio.core.errors import InvalidInput
from studio.core.sources import SourceSpec, parse_source

ScoredPart = Literal["all", "train", "validation", "test", "unlabelled"]
SCORED_REPORT = "scored.json"
SCORED_TABLE = "scored.csv"
"""Names of the artifacts of a run that scores."""


class ScoringParams(BaseModel):
    """What a model is asked about, and what is made of its answers.

    Args:
        source: A folder, an archive or a file to read, as an import would; None: the dataset of the node.
        part: Which samples of the dataset.
        into: Name of a dataset that the samples become a version of, each labelled as its likeliest class; None: none.
        above: Answers that are less sure than this leave a sample of `into` unlabelled.
        limit: Samples, the first ones; None: all.
        split: Digest of the split that the model's training made itself; "": the one stored with the dataset.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: SourceSpec | None = None
    part: ScoredPart = Field("all", title="Samples", description="The part that is asked about.")
    into: str | None = None
    above: float = Field(
        0.0, ge=0, le=1, title="Least confidence",
        description="Less sure answers leave their samples unlabelled in the new dataset.",
    )  # fmt: skip
    limit: int | None = Field(None, ge=1)
    author: str = "unnamed"
    split: str = ""


class ScoringReport(BaseModel):
    """What a run that scores has done.

    Args:
        model, source: Titles of both.
        count: Samples that were asked about; `unreadable` more could not be read.
        counts: Class -> samples whose likeliest class it is.
        mean_confidence: Of the likeliest classes, 0 to 1.
        accuracy: On those of the samples that are labelled; None without.
        seconds: It took, reading included; `samples_per_second` is their rate.
        into: `name:version` of the dataset that was made; "" for none.
    """

    model_config = ConfigDict(frozen=True)

    model: str
    source: str
    class_names: tuple[str, ...]
    count: int
    unreadable: int = 0
    counts: dict[str, int]
    mean_confidence: float
    accuracy: float | None = None
    seconds: float
    samples_per_second: float
    into: str = ""


PART_TITLES: dict[ScoredPart, str] = {
    "all": "All",
    "train": "Those that were trained on",
    "validation": "Validation",
    "test": "Those that were held out",
    "unlabelled": "Those without a class",
}
"""Part -> what people read."""
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif")
"""Endings of pictures; they are read from folders and archives, so one alone is uploaded."""
_KIND_OF: dict[str, str] = {
    ".csv": "text", ".tsv": "text", ".jsonl": "text",
    ".npy": "arrays", ".npz": "arrays",
    ".ndjson": "strokes",
}  # fmt: skip


def source_for(
    names: Iterable[str],
    shape: tuple[int, int, int],
    place: Mapping[str, str],
    kind: str | None = None,
) -> SourceSpec:
    """Return how files are read that a model is to be asked about, told from what they are called.

    Args:
        names: Of the files; of a folder or archive its own.
        shape: Of the pictures that the model takes; pictures become squares that are as large.
        place: "path", "upload" or "url" -> where they are.
        kind: Of the source. Default: told from the names.

    Raises:
        InvalidInput: They are of several kinds.

    Example:
        >>> source_for(["films.csv"], (0, 0, 0), {"path": "films.csv"}).kind
        'text'
    """
    if kind is not None:
        return parse_source({"kind": kind, **place, **_fitting(kind, shape)})
    ends = {os.path.splitext(name.lower().removesuffix(".gz"))[1] for name in names}
    kinds = sorted({_KIND_OF.get(end, "folder") for end in ends}) or ["folder"]
    if len(kinds) > 1:
        raise InvalidInput(
            "The files are of several kinds.",
            f"Among them are {', '.join(sorted(ends))}.",
            "Score one kind at a time: pictures, texts, arrays or strokes.",
        )
    return parse_source({"kind": kinds[0], **place, **_fitting(kinds[0], shape)})


def _fitting(kind: str, shape: tuple[int, int, int]) -> dict[str, Any]:
    """Return the settings with which pictures of a folder become what a model takes."""
    if kind != "folder":
        return {}
    height, width, channels = shape
    return {
        "colour": "rgb" if channels >= 3 else "grey",
        "size": min(512, max(8, height, width)),
    }
