"""What people and programs are told about labelling sessions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from studio.cli.reply import Reply, duration, facts_table, moment, table
from studio.core.agreement_facts import Agreement
from studio.core.label_answer import LabelItem, LabelValue
from studio.core.label_numbers import SessionNumbers
from studio.core.label_review import ReviewItem
from studio.core.label_session import (
    ANSWER_TITLES,
    STRATEGY_TITLES,
    LabelSession,
    SessionConfig,
    SessionProgress,
)

if TYPE_CHECKING:
    from studio.workspace import Workspace

TEXT_SHOWN = 60


def session_facts(session: LabelSession, progress: SessionProgress) -> dict[str, Any]:
    """Return what programs are told about a session."""
    described = session.model_dump(mode="json", exclude={"id", "version_id", "config"})
    return {
        **session.config.model_dump(mode="json"),
        **described,
        "progress": progress.model_dump(),
    }


def session_reply(workspace: Workspace, session: LabelSession) -> Reply:
    """Return what is told about a session."""
    config, progress = session.config, workspace.session_progress(session.name)
    prelabels = session.prelabels
    about = facts_table(
        {
            "session": session.name,
            "dataset": f"{config.dataset}:{session.dataset_version}",
            "answer": ANSWER_TITLES[config.answer] + (", and spans" if config.spans else ""),
            "order": STRATEGY_TITLES[config.strategy],
            "ordered": session.queue_source or None,
            "suggestions": f"{prelabels.count:,} by {prelabels.source}" if prelabels else None,
            "answers a sample": config.overlap,
            "people": ", ".join(config.people) or "anybody",
            "reviewers": ", ".join(config.reviewers) or "anybody",
            **progress_facts(progress),
            "gold samples": config.gold or None,
            "created": f"{moment(session.created)} by {session.author}",
            "closed": None if session.closed is None else moment(session.closed),
        }
    )
    classes = table(
        ["class", "key", "colour", "description"],
        [[c.name, c.key, c.colour, c.description] for c in config.classes],
    )
    return Reply(session_facts(session, progress), f"{about}\n\n{classes}")


def progress_facts(progress: SessionProgress) -> dict[str, object]:
    """Return how far a session is, for people."""
    unit = "drawings" if progress.drawings else "samples"
    return {
        "done": f"{progress.done:,} of {progress.total:,} {unit}",
        "answers": f"{progress.answers:,} of {progress.wanted:,}",
        "disagreements": progress.disputed or None,
        "unsure": progress.unsure or None,
    }


def shown_value(value: LabelValue | None) -> str:
    """Return an answer in a few words.

    Example:
        >>> shown_value(LabelValue(classes=("cat", "dog"))), shown_value(LabelValue()), shown_value(None)
        ('cat, dog', 'nothing', '-')
    """
    if value is None:
        return "-"
    words = list(value.classes)
    words += [f"{s.class_name} {s.start}-{s.end}" for s in value.spans]
    words += [f"{b.class_name} at {b.left:.2f},{b.top:.2f}" for b in value.boxes]
    return ", ".join(words) or "nothing"


def _called(item: LabelItem | ReviewItem) -> str:
    text = item.text if item.text is not None else item.name or ""
    line = " ".join(text.split())
    return line if len(line) <= TEXT_SHOWN else f"{line[: TEXT_SHOWN - 1]}…"


def items_table(items: Sequence[LabelItem], empty: str) -> str:
    """Return samples that a person has, a line each."""
    return table(
        ["sample", "what", "standing", "answer", "suggestion"],
        [
            [
                str(item.item),
                _called(item),
                "draft" if item.draft else item.standing,
                shown_value(item.value),
                "-"
                if item.suggestion is None
                else f"{shown_value(item.suggestion.value)} ({item.suggestion.score:.0%})",
            ]
            for item in items
        ],
        empty=empty,
    )


def review_table(items: Sequence[ReviewItem]) -> str:
    """Return samples to review with everybody's answer, a line each."""
    return table(
        ["sample", "what", "state", "counts", "answers"],
        [
            [
                str(item.item),
                _called(item),
                item.state,
                shown_value(item.value),
                "; ".join(
                    f"{a.annotator}: {shown_value(a.value) if a.act == 'answer' else a.act}"
                    + (" (unsure)" if a.unsure else "")
                    for a in item.answers
                ),
            ]
            for item in items
        ],
        empty="Nothing to review here.",
    )


def numbers_reply(config: SessionConfig, numbers: SessionNumbers) -> Reply:
    """Return a session in numbers."""
    about = facts_table(
        {
            "session": numbers.name,
            **progress_facts(numbers.progress),
            "answers in the last hour": numbers.last_hour,
            "answers an hour now": _whole(numbers.pace),
            "answers an hour on the whole": _whole(numbers.per_hour),
            "time left": None
            if numbers.seconds_left is None
            else duration(max(60.0, numbers.seconds_left)),
        }
    )
    people = table(
        ["person", "answers", "an hour", "seconds each", "gold right", "alike", "unsure", "skipped", "last seen"],
        [
            [
                p.name,
                p.answers,
                _whole(p.per_hour),
                None if p.seconds is None else f"{p.seconds:.1f}",
                None if p.accuracy is None else f"{p.gold_right} of {p.gold_asked}",
                _percent(p.agreement),
                p.unsure,
                p.skipped,
                moment(p.last_seen),
            ]
            for p in numbers.people
        ],
        empty="Nobody has answered yet.",
    )  # fmt: skip
    classes = table(["class", "counts"], numbers.class_counts.items())
    parts = [about, people, classes]
    if numbers.agreement.items:
        parts.append(_agreement_text(config, numbers.agreement))
    return Reply(numbers.model_dump(mode="json"), "\n\n".join(parts))


def _agreement_text(config: SessionConfig, found: Agreement) -> str:
    boxes = config.answer == "boxes"
    about = facts_table(
        {
            "answered by several": f"{found.items:,} samples, {found.answers:,} answers",
            "same boxes (F1)": _percent(found.f1) if boxes else None,
            "overlap of boxes": _percent(found.iou) if boxes else None,
            "alike": _percent(found.percent),
            "Cohen's kappa": found.cohen,
            "Fleiss' kappa": found.fleiss,
            "Krippendorff's alpha": found.alpha,
            "Krippendorff's alpha of sets": found.masi,
        }
    )
    pairs = table(
        ["pair", "samples", "alike", "Cohen's kappa"],
        [
            [f"{p.one}, {p.other}", p.items, _percent(p.percent), _coefficient(p.cohen)]
            for p in found.pairs
        ],
    )
    classes = table(
        ["class", "answers", "another too", "Cohen", "Fleiss", "Krippendorff"],
        [
            [
                c.class_name,
                c.answers,
                _percent(c.also),
                _coefficient(c.cohen),
                _coefficient(c.fleiss),
                _coefficient(c.alpha),
            ]
            for c in found.classes
        ],
    )
    return "\n\n".join((f"Agreement (1: always alike, 0: as by chance)\n{about}", pairs, classes))


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _percent(share: float | None) -> str | None:
    return None if share is None else f"{share:.1%}"


def _coefficient(value: float | None) -> str | None:
    return None if value is None else f"{value:.3f}"
