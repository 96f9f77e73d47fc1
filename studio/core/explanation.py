"""What a model looks at in some samples, and what it knows that is like them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from studio.core.errors import refuse

EXPLAINED_LIMIT = 64
"""So many samples are explained in one run."""
COMPARED_LIMIT = 20_000
"""Among so many samples of the training part at most the nearest ones are looked up, chosen at random."""
NO_CLASS = -1

Method = Literal["gradient", "hiding", "words"]
METHOD_TITLES: dict[Method, str] = {
    "gradient": "SmoothGrad: how much each pixel speaks for the class, as the mean of gradient x input over "
    "noisy copies of the picture.",
    "hiding": "Hiding: how much less likely the class is with that part of the picture hidden.",
    "words": "Leaving out: how much less likely the class is without that word.",
}


class ExplainParams(BaseModel):
    """Which samples of the dataset are explained.

    The evidence for the class that the model finds most likely is always shown.

    Args:
        samples: Numbers of samples.
        others: For each sample a second class (an output of the model) whose evidence is shown, -1 for none; empty:
            none for all. The true class of a mistake is a good choice.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    samples: tuple[int, ...] = Field(min_length=1, max_length=EXPLAINED_LIMIT)
    others: tuple[int, ...] = Field((), max_length=EXPLAINED_LIMIT)
    neighbours: int = Field(
        8,
        ge=0,
        le=50,
        title="Neighbours",
        description="How many training samples that the model takes for most alike are looked up.",
    )


def parse_explain(value: object) -> ExplainParams:
    """Return what is explained, described by a mapping.

    Raises:
        InvalidInput: An unknown setting or an impossible value.
    """
    try:
        return ExplainParams.model_validate(value)
    except ValidationError as error:
        refuse("settings of the explanation", error)


class Word(NamedTuple):
    """A word of a text: from where to where, and how much it speaks for each of the two classes."""

    start: int
    end: int
    weights: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Explanation:
    """What was found out about one sample.

    Args:
        sample: Its number.
        classes: Outputs whose evidence is shown: the most likely one and, where one was asked for, another.
        probabilities: float32 (classes of the model,), as its exported file says.
        method: How the evidence was found.
        seen: uint8 (height, width, channels), the picture as the model's first layer with weights sees it; None for
            texts.
        evidence: float32 (len(classes), height, width), above 0 speaks for the class, below against it; the largest
            of all is 1 or -1. None for texts.
        regions: float32 like `evidence`, 0 to 1: where Grad-CAM sees the class; None where the model keeps no places.
        words: Of a text, in order.
        neighbours: int64 (k,), training samples the model takes for most alike, nearest first.
        similarities: float32 (k,), cosine of the angle between what the model makes of both; 1 is the same.
        compared: Among so many training samples.
    """

    sample: int
    classes: tuple[int, ...]
    probabilities: NDArray[np.float32]
    method: Method
    seen: NDArray[np.uint8] | None
    evidence: NDArray[np.float32] | None
    regions: NDArray[np.float32] | None
    words: tuple[Word, ...]
    neighbours: NDArray[np.int64]
    similarities: NDArray[np.float32]
    compared: int


def main_file(files: Mapping[str, str]) -> str:
    """Return the digest of the file that says which model it is: our own first, then what other programs made.

    Args:
        files: Format -> digest.
    """
    return files.get("keras") or files.get("tflite") or files[min(files)]


def explanation_key(model: str, samples: str, training: str, neighbours: int) -> str:
    """Return the same word for explanations that come out the same.

    Args:
        model: Digest of the model's file.
        samples: Digest of the samples that are explained.
        training: Digest of the dataset version that neighbours are taken from.
        neighbours: How many.
    """
    said = json.dumps([model, samples, training, neighbours])
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def scaled(values: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return values divided by their largest absolute one; all 0 stays 0.

    Example:
        >>> scaled(np.array([1.0, -4.0])).tolist()
        [0.25, -1.0]
    """
    largest = float(np.abs(values).max(initial=0.0))
    if not largest or not np.isfinite(largest):
        return np.zeros(values.shape, np.float32)
    return np.asarray(values / largest, np.float32)


def most_alike(
    asked: NDArray[np.float32], known: NDArray[np.floating], count: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return for each row of `asked` the rows of `known` in the most similar direction, and the cosines.

    Args:
        asked: (n, d). known: (m, d); rows of zeros are like nothing.
        count: So many, or m where there are fewer.

    Returns:
        int64 and float32 (n, min(count, m)), most alike first; of equal ones the first.

    Example:
        >>> most_alike(np.float32([[1, 0]]), np.float32([[0, 2], [3, 0], [1, 1]]), 2)[0].tolist()
        [[1, 2]]
    """
    count = min(count, len(known))
    found = np.empty((len(asked), count), np.int64)
    cosines = np.empty((len(asked), count), np.float32)
    if not count:
        return found, cosines
    target = _unit(np.asarray(known, np.float32))
    for row, direction in enumerate(_unit(np.asarray(asked, np.float32))):
        likeness = target @ direction
        best = np.argsort(-likeness, kind="stable")[:count]
        found[row], cosines[row] = best, likeness[best]
    return found, np.clip(cosines, -1, 1)


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    made = np.zeros_like(rows)
    np.divide(rows, lengths, out=made, where=lengths > 0)
    return made
