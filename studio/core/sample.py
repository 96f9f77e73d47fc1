"""One sample, as it is listed and as it is looked at."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from studio.core.dataset import SplitName, StateName


class SampleRow(BaseModel):
    """One sample as the browser lists it; `class_name` is the current answer, None when there is none.

    `text` is the beginning of a text; None for pictures. `name` is what the sample was called where it came from.
    """

    model_config = ConfigDict(frozen=True)

    id: int
    class_name: str | None
    split: SplitName
    annotated: bool = False
    state: StateName = "kept"
    text: str | None = None
    name: str | None = None


class SamplePage(BaseModel):
    """One page of samples; `next` is the id to continue after, None at the end."""

    model_config = ConfigDict(frozen=True)

    samples: list[SampleRow]
    next: int | None
    total: int
    samples_digest: str


class Box(BaseModel):
    """A rectangle in a picture; left, top, width and height are shares of the picture, 0 to 1."""

    model_config = ConfigDict(frozen=True)

    class_name: str
    left: float
    top: float
    width: float
    height: float


class SampleEvent(BaseModel):
    """Something that happened to a sample: an answer, or a version in which it changed.

    Args:
        time: Unix seconds.
        who: Annotator, or author of the version.
        what: A sentence.
        version: `name:version` where it was a version.
    """

    model_config = ConfigDict(frozen=True)

    time: float
    who: str
    what: str
    version: str | None = None


class SampleFacts(BaseModel):
    """Everything known about one sample of a version.

    Args:
        facts: Name -> value, for people: size, split, state, where it came from ...
        boxes: Rectangles drawn on it.
        history: What happened to it, newest first.
    """

    model_config = ConfigDict(frozen=True)

    sample: SampleRow
    text: str | None = None
    facts: dict[str, str] = {}
    boxes: list[Box] = []
    history: list[SampleEvent] = []
