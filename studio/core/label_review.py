"""Reviews of labelling sessions: which samples a reviewer looks at, and what they decide."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from studio.core.errors import InvalidInput
from studio.core.label_answer import (
    COMMENT_LIMIT,
    NUMBER_LIMIT,
    LabelRecord,
    LabelValue,
    Suggestion,
)

ReviewQueue = Literal["disputed", "unsure", "answered", "settled", "returned"]
REVIEW_TITLES: dict[ReviewQueue, str] = {
    "disputed": "Disagreements",
    "unsure": "Somebody was unsure",
    "answered": "All answered",
    "settled": "Decided",
    "returned": "Sent back",
}
Decision = Literal["accept", "return", "reopen"]
"""Say what counts; send an answer back to whoever gave it; take the decision back."""


class ReviewInput(BaseModel):
    """What a reviewer sends about one sample.

    Args:
        op_id: The client's own id of this act; sending it twice changes nothing.
        item: Number of the sample.
        decision: `accept` needs a value; `return` needs the annotator whose answer goes back.
        revision: Of the session's classes when the review was made.
        comment: What whoever gets it back reads.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    op_id: str = Field(min_length=1, max_length=64)
    item: int = Field(ge=0, le=NUMBER_LIMIT)
    decision: Decision
    value: LabelValue | None = None
    annotator: str = ""
    revision: int = Field(0, ge=0, le=NUMBER_LIMIT)
    comment: str = Field("", max_length=COMMENT_LIMIT)

    @model_validator(mode="after")
    def _whole(self) -> ReviewInput:
        if self.decision == "accept" and self.value is None:
            raise InvalidInput(
                "The review accepts nothing.",
                "Accepting says what counts.",
                "Choose an answer, or give one.",
            )
        if self.decision == "return" and not self.annotator:
            raise InvalidInput(
                "The review sends nothing back.",
                "An answer goes back to the person who gave it.",
                "Choose whose answer goes back.",
            )
        return self


class ReviewItem(LabelRecord):
    """One sample as a reviewer sees it.

    Args:
        text: The whole text; None for pictures.
        name: What the sample was called where it came from.
        suggestion: What a model says.
        comment: Of the latest review.
    """

    text: str | None = None
    name: str | None = None
    suggestion: Suggestion | None = None
    comment: str = ""


class ReviewPage(BaseModel):
    """Samples to review; `next` continues after them, None at the end; `total` counts the whole queue."""

    model_config = ConfigDict(frozen=True)

    items: list[ReviewItem]
    next: int | None
    total: int
