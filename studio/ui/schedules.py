"""Schedules and triggers of a published pipeline: when it is submitted by itself, and how that went."""

from __future__ import annotations

from typing import Any

import streamlit as st

from studio.core.names import slug
from studio.core.published import PublishedVersion, Schedule, ScheduleSettings
from studio.processes import ensure_worker
from studio.ui.feedback import attempt, plain, say_next
from studio.ui.overview import when
from studio.ui.session import author, page, workspace

CLOCK, VERSION = "By the clock", "When a dataset gets a new version"
EVERY = {
    "Every night": "0 3 * * *",
    "Every Monday": "0 3 * * 1",
    "Every hour": "0 * * * *",
    "On the first of the month": "0 3 1 * *",
    "At times of my own": "",
}
SHOWN_RUNS = 20


def show_schedules(name: str, versions: list[PublishedVersion]) -> None:
    """Show when a published pipeline is submitted by itself, and let a person change that."""
    found = [each for each in workspace().schedules() if each.settings.pipeline == name]
    for schedule in found:
        _show_one(schedule)
    if not found:
        st.caption("It is submitted only when somebody asks for it.")
    with st.expander("Submit it by itself", icon=":material/schedule:", expanded=not found):
        _show_new(name, versions)


def _show_one(schedule: Schedule) -> None:
    settings, key = schedule.settings, schedule.name
    with st.container(border=True, key=f"schedule {key}"):
        times = workspace().next_times(key)
        usual = {cron: words for words, cron in EVERY.items() if cron}
        begins = usual.get(settings.cron, settings.cron) or f"a new version of {settings.dataset}"
        sign = ":material/pause_circle:" if settings.paused else ":material/schedule:"
        following = "It is paused." if settings.paused else _following(times)
        version = "default version" if settings.version is None else f"version {settings.version}"
        st.markdown(
            f"{sign} **{plain(key)}** · {plain(begins)} · {version}  \n{plain(following)}"
            + (f"  \n{plain(_values(settings))}" if _values(settings) else "")
        )
        if schedule.last_error:
            st.error(
                f"**The last time nothing was submitted.**  \n{plain(schedule.last_error)}",
                icon=":material/error:",
            )
        if schedule.last_run:
            st.page_link(
                page("designer"),
                label=f"Last run: {plain(schedule.last_run)}, {when(schedule.last_time)}",
                icon=":material/play_circle:",
                query_params={"view": "runs", "run": schedule.last_run},
            )
        with st.container(horizontal=True):
            word = "Go on" if settings.paused else "Pause"
            if st.button(word, key=f"pause {key}"):
                with attempt():
                    workspace().pause_schedule(key, not settings.paused)
                    st.rerun()
            with st.popover("Delete", icon=":material/delete:", key=f"unschedule {key}"):
                st.markdown("Its runs stay.")
                if st.button("Delete it", type="primary", key=f"really unschedule {key}"):
                    workspace().delete_schedule(key)
                    st.rerun()
        history = workspace().schedule_history(key, SHOWN_RUNS)
        if history:
            with st.expander(f"What it did ({len(history)})"):
                rows = [
                    {
                        "Time": when(firing.due),
                        "New version": firing.dataset,
                        "Run": firing.run,
                        "Outcome": firing.error or "submitted",
                    }
                    for firing in history
                ]
                st.dataframe(rows, hide_index=True)


def _following(times: list[float]) -> str:
    return "Next: " + ", ".join(map(when, times)) + "." if times else "It waits for a new version."


def _values(settings: ScheduleSettings) -> str:
    return ", ".join(f"{n} = {v}" for n, v in {**settings.parameters, **settings.datasets}.items())


def _show_new(name: str, versions: list[PublishedVersion]) -> None:
    from studio.ui.published import show_parameter

    default = next((version for version in versions if version.default), None)
    if default is None:
        st.warning("All versions are disabled: none can be submitted.", icon=":material/block:")
        return
    kind = st.radio("When", [CLOCK, VERSION], horizontal=True, key=f"when {name}")
    cron = dataset = given = ""
    if kind == CLOCK:
        every = st.selectbox("How often", list(EVERY), key=f"every {name}")
        cron = EVERY[every] or st.text_input(
            "Minute, hour, day of the month, month, day of the week", "0 3 * * 1-5", max_chars=100,
            key=f"cron {name}", help="By the clock of the machine. */15 is every quarter of an hour.",
        )  # fmt: skip
    else:
        known = [found.name for found in workspace().datasets()]
        if not known:
            st.caption("There is no dataset yet.")
            return
        read = [p.default for p in default.draft.parameters if p.name in default.dataset_parameters]
        first = next((known.index(each) for each in read if each in known), 0)
        dataset = str(st.selectbox("Dataset", known, index=first, key=f"trigger {name}"))
        takes = ["", *default.dataset_parameters]
        given = str(
            st.selectbox(
                "Give the new version to", takes, index=int(len(takes) > 1), key=f"given {name}",
                format_func=lambda word: word or "nothing: run it as it is",
            )
        )  # fmt: skip
    values: dict[str, Any] = {}
    others = [p for p in default.draft.parameters if p.name != given]
    if others and st.checkbox("With other settings than usual", key=f"others {name}"):
        values = {p.name: show_parameter(default, p, "schedule") for p in others}
    title = st.text_input(
        "What is it called?", slug(f"{name}-{dataset or 'nightly'}"), max_chars=64
    )
    if st.button("Save", type="primary", icon=":material/save:", key=f"schedule {name} now"):
        with attempt():
            settings = ScheduleSettings(
                pipeline=name,
                cron=str(cron),
                dataset=dataset,
                dataset_parameter=given,
                parameters=values,
            )
            workspace().set_schedule(str(title).strip(), settings, author=author())
            ensure_worker(workspace().home)
            say_next(f"{title} is set.")
            st.rerun()
