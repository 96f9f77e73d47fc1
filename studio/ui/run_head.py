"""How the chosen run stands: its status in words, what it came to, why it failed and what to do then."""

from __future__ import annotations

import streamlit as st

from studio.core.run import Run
from studio.core.run_settings import RunSettings
from studio.ui.feedback import plain, show_error
from studio.ui.overview import COLORS, dataset_of, duration, group_table
from studio.ui.run_controls import clone
from studio.ui.run_queue import place_of
from studio.ui.session import page, workspace

SECONDS = 1.0


def show_head(run: Run) -> None:
    """Show how a run stands, refreshed each second; the page runs anew when that changes."""
    before = (run.status, run.control)

    @st.fragment(run_every=None if run.is_terminal else SECONDS)
    def refresh() -> None:
        now = workspace().run(run.name)
        if (now.status, now.control) != before:
            st.rerun()
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(now.status, color=COLORS[now.status])
            st.markdown(plain(_sentence(now)), width="stretch")

    refresh()
    facts = [f"on {dataset_of(run)}", f"by {run.author}"]
    if run.seconds is not None:
        facts.append(f"took {duration(run.seconds)}")
    if run.attempt > 1:
        often = "an interruption" if run.attempt == 2 else f"{run.attempt - 1} interruptions"
        facts.append(f"went on after {often}")
    if run.group:
        facts.append(f"one of the group {run.group}{_group_facts(run.group)}")
    st.caption(plain(" · ".join(facts)))
    if run.result.get("accuracy") is not None and run.is_terminal:
        st.page_link(
            page("evaluate"),
            label=f"Evaluate: {100 * float(str(run.result['accuracy'])):.1f} % right on the test split",
            icon=":material/query_stats:",
            query_params={"run": run.name},
        )
    show_designer_link(run.name)


def show_designer_link(name: str) -> None:
    """Lead to a run as the pipeline that it is."""
    st.page_link(
        page("designer"),
        label="Open in the designer",
        icon=":material/account_tree:",
        query_params={"view": "runs", "run": name},
    )


def _sentence(run: Run) -> str:
    match run.status:
        case "completed":
            return "Trained and judged."
        case "failed":
            return "It did not come to its end."
        case "running" if run.progress and not run.control.ends and not run.control.pause:
            return "Under way."  # how far it is stands above its curves
    text = place_of(run).rstrip(".")
    return f"{text[0].upper()}{text[1:]}."


def _group_facts(group: str) -> str:
    table = group_table(workspace().group_runs(group))
    return f": accuracy {table[0]['Mean']} {table[0]['Spread']}".rstrip() if table else ""


def show_failure(run: Run, settings: RunSettings) -> None:
    """Show why a run failed or ended before its time, and offer to train again with what usually helps."""
    fix = ""
    facts = run.result.get("training")
    if run.failure:
        show_error(run.failure)
        fix = run.failure.fix
    elif isinstance(facts, dict) and facts.get("diverged"):
        fix = "a lower learning rate"
        st.warning(
            "**The loss was no number any more, so training ended.**  \n"
            "The corrections grew instead of shrinking. The weights of the last good epoch were kept.",
            icon=":material/warning:",
        )
    training = settings.training
    changes: dict[str, dict[str, float]] = {}
    if "lower learning rate" in fix:
        rate = (run.control.learning_rate or training.learning_rate) / 10
        changes[f"Try a learning rate of {rate:g}"] = {"learning_rate": rate}
    if "smaller batch size" in fix and training.batch_size > 1:
        size = training.batch_size // 2
        changes[f"Try a batch size of {size:,}"] = {"batch_size": size}
    for label, values in changes.items():
        if st.button(label, icon=":material/replay:"):
            clone(run, settings, **values)
