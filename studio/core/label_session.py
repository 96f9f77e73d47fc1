"""Labelling sessions: which samples, which classes, who, how often each, in which order; and what counts in the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from studio.core.dataset import TASK_NOUNS, Task
from studio.core.errors import Conflict, Forbidden, InvalidInput, refuse
from studio.core.names import check_class_name, check_name

AnswerKind = Literal["single", "multi", "boxes", "drawings"]
ANSWER_TITLES: dict[AnswerKind, str] = {
    "single": "One class each",
    "multi": "Several classes each",
    "boxes": "Boxes around things",
    "drawings": "Drawings made on request",
}
Strategy = Literal[
    "random", "balanced", "clusters", "least_confidence", "margin", "entropy", "diversity"
]
STRATEGY_TITLES: dict[Strategy, str] = {
    "random": "Random",
    "balanced": "Every class in turn",
    "clusters": "Similar together",
    "least_confidence": "Least sure first",
    "margin": "Close calls first",
    "entropy": "Most confused first",
    "diversity": "Most different first",
}
Wanted = Literal["unlabelled", "all"]
ItemState = Literal["open", "agreed", "disputed", "settled"]
"""Waits for answers; enough answers, all alike; enough answers that differ; decided by a reviewer."""

CLASSES_LIMIT = 500
OVERLAP_LIMIT = 20
PALETTE = (
    "#4c78a8", "#f58518", "#54a24b", "#e45756", "#72b7b2", "#b279a2", "#eeca3b", "#9d755d",
    "#ff9da6", "#3c8d93", "#8a6fd1", "#7a9a01",
)  # fmt: skip
CODES = (*(f"Digit{d}" for d in "1234567890"), *(f"Key{c}" for c in "QWERTASDFGZXCVBYHNIOJKLM"))
"""Keys of classes, by position on the keyboard (`event.code`): digits, then letters; U and P have other meanings."""


class LabelClass(BaseModel):
    """One class of a session.

    Args:
        name: As people read it.
        colour: #rrggbb.
        key: `event.code` of its key, such as "Digit1"; "" for none.
        description: When the class is right, and when not.
        examples: Numbers of samples that show it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    colour: str = Field("", pattern=r"^(#[0-9a-f]{6})?$")
    key: str = Field("", pattern=r"^([A-Za-z0-9]{1,20})?$")
    description: str = Field("", max_length=2000)
    examples: tuple[int, ...] = Field((), max_length=12)

    @field_validator("name")
    @classmethod
    def _checked(cls, value: str) -> str:
        return check_class_name(value)


class SessionConfig(BaseModel):
    """What a labelling session is about.

    Args:
        name: New among sessions.
        dataset: Name of the dataset. version: Of it; None pins the newest.
        classes: With missing colours and keys filled in.
        wanted: Only samples without a class, or all kept samples.
        limit: At most so many samples, taken at random; None: all.
        people, reviewers: Names; empty: anybody.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    dataset: str
    version: int | None = None
    answer: AnswerKind = Field("single", title="Answer", description="What people give.")
    spans: bool = Field(
        False, title="Mark spans", description="People may also mark stretches of a text."
    )
    classes: tuple[LabelClass, ...] = Field(max_length=CLASSES_LIMIT)
    instructions: str = Field("", max_length=20_000)
    wanted: Wanted = Field("unlabelled", title="Samples")
    limit: int | None = Field(None, ge=1, title="At most so many samples")
    strategy: Strategy = Field("random", title="Order")
    seed: int = Field(0, ge=0, le=2**31 - 1, title="Seed")
    overlap: int = Field(
        1, ge=1, le=OVERLAP_LIMIT, title="Answers a sample",
        description="So many people answer each sample.",
    )  # fmt: skip
    people: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    blind: bool = Field(
        True, title="Blind", description="People do not see what others have answered."
    )
    suggestions: bool = Field(
        True, title="Show suggestions", description="One key accepts what a model suggests."
    )
    gold: int = Field(
        0, ge=0, le=1000, title="Gold samples",
        description="So many samples whose class is known are mixed in for everybody, to see how right people are.",
    )  # fmt: skip
    seconds: int = Field(
        20, ge=3, le=600, title="Seconds a drawing", description="Time to draw what is asked for."
    )
    drawings: int = Field(
        20, ge=1, le=10_000, title="Drawings a class", description="The session asks for so many."
    )

    @field_validator("name")
    @classmethod
    def _session_name(cls, value: str) -> str:
        return check_name("session", value)

    @field_validator("people", "reviewers")
    @classmethod
    def _person_names(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(check_class_name(name) for name in value))

    @model_validator(mode="after")
    def _complete(self) -> SessionConfig:
        names = [c.name for c in self.classes]
        twice = next((n for n in names if names.count(n) > 1), None)
        if twice is not None:
            raise InvalidInput(
                f'The class "{twice}" is there twice.',
                "Class names are unique within a session.",
                "Remove one of the two.",
            )
        object.__setattr__(self, "classes", filled(self.classes))
        return self

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes' names, in order."""
        return tuple(c.name for c in self.classes)


CHANGEABLE = (
    "instructions", "strategy", "overlap", "people", "reviewers", "blind", "suggestions", "seconds", "drawings", "seed",
)  # fmt: skip
"""Settings of a session that may change after it began; classes change by verbs of their own."""


def filled(classes: Sequence[LabelClass]) -> tuple[LabelClass, ...]:
    """Return the classes with colours and free keys where they have none; a key taken twice stays with the first.

    Example:
        >>> [c.key for c in filled([LabelClass(name="cat"), LabelClass(name="7"), LabelClass(name="dog")])]
        ['Digit1', 'Digit7', 'Digit2']
    """
    taken: set[str] = set()
    keys: list[str] = []
    for wish in [c.key or (f"Digit{c.name}" if c.name in "0123456789" else "") for c in classes]:
        keys.append("" if wish in taken else wish)
        taken.add(wish)
    free = (code for code in CODES if code not in taken)
    return tuple(
        c.model_copy(
            update={"key": key or next(free, ""), "colour": c.colour or PALETTE[i % len(PALETTE)]}
        )
        for i, (c, key) in enumerate(zip(classes, keys, strict=True))
    )


def parse_session(value: object) -> SessionConfig:
    """Return the session described by a mapping.

    Raises:
        InvalidInput: An unknown setting or an impossible value.
    """
    try:
        return SessionConfig.model_validate(value)
    except ValidationError as error:
        refuse("settings of the session", error)


class ClassChange(BaseModel):
    """Classes that were given other names: `names` maps former -> later, for answers of a revision below `revision`."""

    model_config = ConfigDict(frozen=True)

    revision: int
    names: dict[str, str]
    author: str
    time: float
    what: str


class Prelabels(BaseModel):
    """Suggestions of a session, as artifacts.

    Args:
        items: Digest of int64 (n,), ascending numbers of samples.
        values: Digest of `Texts`, the JSON of each one's `LabelValue`.
        scores: Digest of float32 (n,), 0 to 1.
        source: What made them, such as "model digits:3". revision: Of the session's classes whose names they use.
    """

    model_config = ConfigDict(frozen=True)

    items: str
    values: str
    scores: str
    count: int
    source: str
    revision: int = 0


class LearningPoint(BaseModel):
    """Held-out accuracy of the session's small model after so many answers."""

    model_config = ConfigDict(frozen=True)

    answers: int
    accuracy: float


class LabelSession(BaseModel):
    """A labelling session as it stands.

    Args:
        config: Settings, classes included, of today.
        version_id: Of the pinned dataset version. task, shape, samples, base: Of that version.
        revision: Grows with each change of the classes.
        changes: Those changes, oldest first.
        total: Samples to label (gold ones not counted).
        queue: Digest of int64 (n,), the order of the samples not yet given out; "" before the first order is made.
        groups: Digest of int32 (n,), the cluster of each of them; "" without.
        queued: Seconds when that order was made. queue_source: How. queue_answers: Number of answers it was made from.
        prelabels: What is suggested.
        curve: Learning curve of the session's model.
        answers: Acts so far, of any kind.
        closed: When it was closed; None while open.
    """

    model_config = ConfigDict(frozen=True)

    id: int
    config: SessionConfig
    version_id: int
    dataset_version: int
    task: Task
    shape: tuple[int, int, int]
    samples: str
    base: str
    revision: int = 0
    changes: tuple[ClassChange, ...] = ()
    total: int
    queue: str = ""
    groups: str = ""
    queued: float | None = None
    queue_source: str = ""
    queue_answers: int = 0
    prelabels: Prelabels | None = None
    curve: tuple[LearningPoint, ...] = ()
    answers: int = 0
    author: str
    created: float
    closed: float | None = None

    @property
    def name(self) -> str:
        """The session's name."""
        return self.config.name

    def names_since(self, revision: int) -> dict[str, str]:
        """Return former -> today's class name for what was said under a revision of the classes."""
        names: dict[str, str] = {}
        for change in self.changes:
            if change.revision <= revision:
                continue
            names = {old: change.names.get(new, new) for old, new in names.items()}
            names = {**change.names, **names}
        return names


class SessionProgress(BaseModel):
    """How far a session is.

    Args:
        total: Samples to label. done: agreed or settled. disputed: waiting for a reviewer. started: with an answer.
        answers: Counted answers; wanted: total times overlap. unsure: items somebody was unsure about.
        mine: Samples that the asking person has answered. drawings: of a drawing session.
    """

    model_config = ConfigDict(frozen=True)

    total: int
    done: int
    disputed: int
    started: int
    answers: int
    wanted: int
    unsure: int = 0
    mine: int = 0
    drawings: int = 0


def check_member(session: LabelSession, person: str, role: Literal["label", "review"]) -> str:
    """Return the person's checked name if they may do this in the session.

    Raises:
        Forbidden: They are not among its people. Conflict: The session is closed.
    """
    name = check_class_name(person)
    members = session.config.people if role == "label" else session.config.reviewers
    if members and name not in members:
        raise Forbidden(
            f'"{name}" is not among the {"people" if role == "label" else "reviewers"} of {session.name}.',
            f"They are: {', '.join(members)}.",
            "Check the name in the sidebar, or let whoever made the session add you.",
        )
    if session.closed is not None:
        raise Conflict(
            f"The session {session.name} is closed.",
            "Nothing is answered or reviewed in it any more.",
            "Reopen it on the Label page.",
        )
    return name


def check_config(config: SessionConfig, task: Task, class_counts: Mapping[str, int]) -> None:
    """Refuse a session that cannot be answered.

    Args:
        config: The session.
        task: Of its dataset.
        class_counts: Class -> labelled samples of the dataset, from which gold ones are taken.

    Raises:
        InvalidInput: No classes, boxes or drawings of texts, spans of pictures, gold samples without labelled ones.
    """
    known = sum(class_counts.get(name, 0) for name in config.class_names)
    faults = [
        (
            not config.classes,
            "The session has no classes.",
            "People choose one of them.",
            "Add at least one class.",
        ),
        (
            config.answer in ("boxes", "drawings") and task != "images",
            f"{TASK_NOUNS[task].capitalize()} have no boxes or drawings.",
            "Both are about pictures.",
            "Ask for classes, with spans.",
        ),
        (
            config.spans and task != "text",
            f"{TASK_NOUNS[task].capitalize()} have no spans.",
            "Spans are stretches of a text.",
            "Ask for boxes." if task == "images" else "Ask for classes.",
        ),
        (
            config.gold > 0 and config.answer in ("boxes", "drawings"),
            "Gold samples need classes.",
            "Whether somebody is right is judged by the class of a sample.",
            "Set gold samples to 0.",
        ),
        (
            config.gold > known,
            f"There are no {config.gold} gold samples.",
            f"Gold samples are labelled samples of the session's classes, and there are {known}.",
            "Ask for fewer, or label some samples first.",
        ),
    ]
    for wrong, what, why, fix in faults:
        if wrong:
            raise InvalidInput(what, why, fix)


def changed_config(config: SessionConfig, changes: Mapping[str, Any]) -> SessionConfig:
    """Return the settings with some changed.

    Raises:
        InvalidInput: A setting that may not change once people have begun, or an impossible value.
    """
    fixed = [name for name in changes if name not in CHANGEABLE]
    if fixed:
        raise InvalidInput(
            f'"{fixed[0]}" of a session cannot change.',
            f"What may change is: {', '.join(CHANGEABLE)}; classes have verbs of their own.",
            "Make a new session.",
        )
    return parse_session({**config.model_dump(), **changes})
