"""A labelling session in numbers: how far, how quick, how alike; live while it is open."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from studio.core.label_numbers import PersonNumbers, SessionNumbers
from studio.core.label_session import LabelSession, SessionProgress
from studio.ui import session_charts
from studio.ui.feedback import show_numbers as show_metrics
from studio.ui.session import workspace
from studio.ui.session_agreement import show_agreement

NUMBERS_SECONDS = 5.0
PICTURES_SECONDS = 30.0
"""A chart is drawn anew as a whole, so less often."""
UNITS = {"boxes": "boxes", "drawings": "drawings"}


def show_numbers(session: LabelSession) -> None:
    """Show a session in numbers, refreshed while it is open."""
    live = session.closed is None

    @st.fragment(run_every=NUMBERS_SECONDS if live else None)
    def refresh_numbers() -> None:
        numbers = workspace().session_numbers(session.name, _zone())
        _show_head(numbers)
        _show_people(session, numbers)

    @st.fragment(run_every=PICTURES_SECONDS if live else None)
    def refresh_pictures() -> None:
        numbers = workspace().session_numbers(session.name, _zone())
        _show_classes(session, numbers)
        _show_pace(session, numbers)
        if session.config.answer != "drawings":
            st.subheader("Agreement")
            show_agreement(session, numbers.agreement)

    refresh_numbers()
    refresh_pictures()


def _zone() -> datetime.tzinfo:
    """Return the time zone of the person who looks."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return datetime.UTC


def _show_head(numbers: SessionNumbers) -> None:
    progress = numbers.progress
    share = progress.done / progress.total if progress.total else 0.0
    unit = "drawings" if progress.drawings else "samples"
    st.progress(
        min(1.0, share), text=f"{progress.done:,} of {progress.total:,} {unit} done ({share:.1%})"
    )
    show_metrics(
        {
            "Answers": (
                f"{progress.answers:,}",
                f"Answers that count, of {progress.wanted:,} that the session asks for.",
            ),
            "Labels an hour": (
                _whole(numbers.pace),
                "Now: of all people together, since work began within the last hour.",
            ),
            "On the whole": (
                _whole(numbers.per_hour),
                "Labels an hour of work, since the session began. When nobody did anything for five minutes, "
                "nobody was at work.",
            ),
            "Time left": (
                _time_left(numbers),
                "Until all answers are there, if people go on at the present pace.",
            ),
            "Disagreements": (f"{progress.disputed:,}", "Samples that wait for a reviewer."),
            "Unsure": (f"{progress.unsure:,}", "Samples that somebody was unsure about."),
        }
    )


def _whole(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def _time_left(numbers: SessionNumbers) -> str:
    if _complete(numbers.progress):
        return "done"
    if numbers.seconds_left is None:
        return "–"
    minutes = max(1, round(numbers.seconds_left / 60))
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes / 60:.1f} h" if minutes < 600 else f"{minutes / 60:,.0f} h"


def _complete(progress: SessionProgress) -> bool:
    return progress.total > 0 and progress.done >= progress.total


def _show_people(session: LabelSession, numbers: SessionNumbers) -> None:
    st.subheader("People")
    if not numbers.people:
        st.info(
            "Nobody has answered yet. Each person appears here with their first answer.",
            icon=":material/group:",
        )
        return
    people = sorted(numbers.people, key=lambda person: -person.answers)
    zone = _zone()
    hidden = _idle_columns(session)
    rows = [
        {column: value for column, value in _person_row(p, zone).items() if column not in hidden}
        for p in people
    ]
    percent = st.column_config.NumberColumn(format="%.1f %%")
    st.dataframe(
        rows,
        key=f"numbers_people_{session.id}",
        hide_index=True,
        column_config={
            "Answers": st.column_config.NumberColumn(format="localized"),
            "Labels an hour": st.column_config.NumberColumn(
                format="%.0f", help="Of their own time at work; pauses over five minutes left out."
            ),
            "Seconds an answer": st.column_config.NumberColumn(
                format="%.1f", help="Half of the answers were quicker (median)."
            ),
            "Hours at work": st.column_config.NumberColumn(format="%.2f"),
            "Gold right (%)": percent,
            "Alike with others (%)": percent,
            "Late": st.column_config.NumberColumn(
                help="Answers that came after somebody else had taken the place: kept, but not counted."
            ),
            "Last seen": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm"),
        },
    )


def _idle_columns(session: LabelSession) -> set[str]:
    """Return the columns that can say nothing in this session."""
    config = session.config
    hidden = set() if config.gold else {"Gold right (%)", "Gold answered"}
    if config.overlap == 1 and not config.gold:
        hidden.add("Alike with others (%)")
    if not config.suggestions:
        hidden.add("Suggestions taken")
    if config.answer == "drawings":
        hidden |= {
            "Alike with others (%)",
            "Suggestions taken",
            "Seconds an answer",
            "Unsure",
            "Skipped",
            "Taken back",
        }
    return hidden


def _person_row(person: PersonNumbers, zone: datetime.tzinfo) -> dict[str, Any]:
    gold = 100 * person.accuracy if person.accuracy is not None else None
    alike = 100 * person.agreement if person.agreement is not None else None
    seen = None
    if person.last_seen is not None:
        moment = datetime.datetime.fromtimestamp(person.last_seen, datetime.UTC)
        seen = moment.astimezone(zone).replace(tzinfo=None)
    return {
        "Person": person.name,
        "Answers": person.answers,
        "Labels an hour": person.per_hour,
        "Seconds an answer": person.seconds,
        "Gold right (%)": gold,
        "Gold answered": person.gold_asked,
        "Alike with others (%)": alike,
        "Unsure": person.unsure,
        "Suggestions taken": person.accepted,
        "Skipped": person.skipped,
        "Taken back": person.taken_back,
        "Late": person.late,
        "Hours at work": person.hours,
        "Last seen": seen,
    }


def _show_classes(session: LabelSession, numbers: SessionNumbers) -> None:
    st.subheader("Classes")
    unit = UNITS.get(session.config.answer, "samples")
    if not any(numbers.class_counts.values()):
        st.info(f"No {unit} have a class that counts yet.", icon=":material/label:")
        return
    st.plotly_chart(
        session_charts.counted_classes(numbers.class_counts, session.config.classes, unit),
        key=f"numbers_classes_{session.id}",
        config={"displayModeBar": False},
        alt=f"Bars: {unit} of each class that count so far.",
    )


def _show_pace(session: LabelSession, numbers: SessionNumbers) -> None:
    st.subheader("Pace")
    if not numbers.days:
        st.info("The pace shows once there are answers.", icon=":material/speed:")
        return
    if numbers.pace_day:
        st.caption("Answers in each ten minutes of the last 24 hours.")
        st.plotly_chart(
            session_charts.pace_of_the_day(numbers, _zone()),
            key=f"numbers_pace_{session.id}",
            config={"displayModeBar": False},
            alt="Stacked bars: answers in each ten minutes of the last 24 hours, a colour a person.",
        )
    else:
        st.caption("Nobody answered in the last 24 hours.")
    if len(numbers.days) > 1:
        st.caption("Answers a day.")
        st.plotly_chart(
            session_charts.days(numbers),
            key=f"numbers_days_{session.id}",
            config={"displayModeBar": False},
            alt="Bars: answers of each day.",
        )
