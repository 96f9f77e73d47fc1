"""Answers in labelling sessions: what somebody says about one sample, and how an answer crosses the wire."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from studio.core.errors import InvalidInput, unknown
from studio.core.names import check_class_name
from studio.core.sample import Box

COMMENT_LIMIT = 2000
MARKS_LIMIT = 2000
"""Boxes or spans of one answer."""

NUMBER_LIMIT = 2**62
"""Of what clients number: samples, drafts, revisions."""

AnswerAct = Literal["answer", "skip", "take_back"]
"""What an answer does: say something, say nothing for good, or take back what was said."""


class Span(BaseModel):
    """A stretch of a text; `start` and `end` count characters (Unicode code points), the end not included."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: int = Field(ge=0)
    end: int = Field(ge=1)
    class_name: str

    @model_validator(mode="after")
    def _ordered(self) -> Span:
        if self.end <= self.start:
            raise InvalidInput(
                f"A span from {self.start} to {self.end} is empty.",
                "A span ends behind its beginning.",
                "Mark at least one character.",
            )
        return self


class LabelValue(BaseModel):
    """What an answer says: classes of the whole sample, spans of its text, boxes in its picture.

    Args:
        classes: One class, or several where the session asks for several. None of them in the order given: sorted.
        spans, boxes: Marks, in reading order; empty where there are none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    classes: tuple[str, ...] = ()
    spans: tuple[Span, ...] = Field(default=(), max_length=MARKS_LIMIT)
    boxes: tuple[Box, ...] = Field(default=(), max_length=MARKS_LIMIT)

    @model_validator(mode="after")
    def _sorted(self) -> LabelValue:
        ordered = {
            "classes": tuple(sorted(set(self.classes))),
            "spans": tuple(sorted(set(self.spans), key=lambda s: (s.start, s.end, s.class_name))),
            "boxes": tuple(sorted(self.boxes, key=lambda b: (b.top, b.left, b.class_name))),
        }
        for name, value in ordered.items():
            object.__setattr__(self, name, value)
        return self

    @property
    def names(self) -> frozenset[str]:
        """All classes that the answer speaks of."""
        spans, boxes = (s.class_name for s in self.spans), (b.class_name for b in self.boxes)
        return frozenset([*self.classes, *spans, *boxes])

    def renamed(self, names: Mapping[str, str]) -> LabelValue:
        """Return the answer with other class names; those not in `names` stay."""
        if not self.names & names.keys():
            return self
        return LabelValue(
            classes=tuple(names.get(n, n) for n in self.classes),
            spans=tuple(
                s.model_copy(update={"class_name": names.get(s.class_name, s.class_name)})
                for s in self.spans
            ),
            boxes=tuple(
                b.model_copy(update={"class_name": names.get(b.class_name, b.class_name)})
                for b in self.boxes
            ),
        )

    def as_json(self) -> str:
        """Return the value as JSON without what is empty; equal values give equal texts."""
        return json.dumps(self.model_dump(mode="json", exclude_defaults=True), sort_keys=True)


class SessionAnswerInput(BaseModel):
    """What a labelling client sends about one sample.

    Args:
        op_id: The client's own id of this act; sending it twice changes nothing.
        item: Number of the sample.
        act: `answer` needs a value; `skip` gives the place back for good; `take_back` un-says the own answer or skip.
        revision: Of the session's classes when the answer was given; names of an older one are understood.
        unsure: The person is not sure; somebody should look at it.
        comment: For whoever reviews.
        seconds: How long the person looked at the sample; None when not known.
        accepted: The value is the suggestion, accepted as it was.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    op_id: str = Field(min_length=1, max_length=64)
    item: int = Field(ge=0, le=NUMBER_LIMIT)
    act: AnswerAct = "answer"
    value: LabelValue | None = None
    revision: int = Field(0, ge=0, le=NUMBER_LIMIT)
    unsure: bool = False
    comment: str = Field("", max_length=COMMENT_LIMIT)
    seconds: float | None = Field(None, ge=0, le=86_400)
    accepted: bool = False


class SessionAnswer(SessionAnswerInput):
    """A stored answer, in today's class names. Rows never change; the latest one of a person is the person's answer.

    Args:
        id: Grows with time.
        annotator: Who.
        counted: Whether it was among the answers the overlap asks for when it came (a late one is kept, not counted).
        source: "" for a person's act, else what made it: "split by ann", "import answers.csv".
        time: Unix seconds.
    """

    id: int
    annotator: str
    counted: bool
    source: str = ""
    time: float


class Suggestion(BaseModel):
    """What a model, a file or a backend says before a person does; `score` is its confidence, 0 to 1."""

    model_config = ConfigDict(frozen=True)

    value: LabelValue
    score: float
    source: str


ItemStanding = Literal["fresh", "held", "done", "skipped", "returned", "late"]
"""How an item stands with one person: never given out, given out, answered, skipped, sent back by a reviewer, answered
after somebody else had taken the place."""


class LabelItem(BaseModel):
    """One sample as it is given out to one person.

    Args:
        item: Number of the sample.
        text: The whole text; None for pictures.
        name: What the sample was called where it came from.
        standing: How it stands with this person.
        value, unsure, comment: The person's own latest answer, or the draft where `draft` is set.
        draft_seq: Number of the draft that is stored, 0 for none.
        returned: What the reviewer wrote who sent it back.
        suggestion: What is suggested; None when nothing is, or the session hides it.
        group: Number of the cluster it lies in; None without clusters.
    """

    model_config = ConfigDict(frozen=True)

    item: int
    text: str | None = None
    name: str | None = None
    standing: ItemStanding = "held"
    value: LabelValue | None = None
    unsure: bool = False
    comment: str = ""
    draft: bool = False
    draft_seq: int = 0
    returned: str | None = None
    suggestion: Suggestion | None = None
    group: int | None = None


class Given(BaseModel):
    """What `next_items` gives out.

    Args:
        items: In the order they are to be answered.
        left: Items that this person could still get after these, at most; 0 when there is nothing more for now.
        waiting: Others hold what is left, or the order is still being made: asking again later may give more.
    """

    model_config = ConfigDict(frozen=True)

    items: list[LabelItem]
    left: int
    waiting: bool = False


class DraftInput(BaseModel):
    """An answer that is not given yet. `seq` grows with each draft of a person; an older one changes nothing.

    `value` None throws the draft away.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    item: int = Field(ge=0, le=NUMBER_LIMIT)
    seq: int = Field(ge=1, le=NUMBER_LIMIT)
    value: LabelValue | None
    unsure: bool = False
    comment: str = Field("", max_length=COMMENT_LIMIT)


class LabelRecord(BaseModel):
    """One sample of a session with all that was said of it: the row of every export and every count.

    Args:
        item: Number of the sample.
        state: open, agreed, disputed or settled.
        value: What counts: the agreed or decided value; None while there is none.
        decided_by: The reviewer who settled it; "" when the answers agreed.
        gold: The known right value of a gold item; None for others.
        answers: The latest answer of each person who gave one, oldest first, skips included.
    """

    model_config = ConfigDict(frozen=True)

    item: int
    state: str
    value: LabelValue | None
    decided_by: str = ""
    gold: LabelValue | None = None
    answers: tuple[SessionAnswer, ...] = ()


def latest(answers: Sequence[SessionAnswer]) -> dict[str, SessionAnswer]:
    """Return annotator -> that person's latest act, people in the order of it; who took it back is left out."""
    found: dict[str, SessionAnswer] = {}
    for answer in sorted(answers, key=lambda a: a.id):
        found.pop(answer.annotator, None)
        if answer.act != "take_back":
            found[answer.annotator] = answer
    return found


def checked_names(value: LabelValue, known: Sequence[str]) -> LabelValue:
    """Return the value if it speaks of known classes only.

    Raises:
        NotFound: Another class. InvalidInput: A class name that is not possible.
    """
    for name in sorted(value.names):
        if check_class_name(name) not in known:
            raise unknown("class", name, known)
    return value
