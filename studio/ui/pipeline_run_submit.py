"""Submitting a draft: its name, what is asked for, several values at once, and what need not be done again."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import streamlit as st

from studio.core.draft import Draft, PipelineParameter, SavedDraft
from studio.core.errors import InvalidInput, StudioError
from studio.core.pipeline import component_of
from studio.ui.feedback import attempt, plain, say_next
from studio.ui.node_panel_fields import Field, show_field
from studio.ui.overview import duration
from studio.ui.pipeline_run_head import LEAST
from studio.ui.session import author, workspace

SUBMITTING = "draft being submitted"


def show_submit(name: str) -> None:
    """Show the button that opens the dialog, and the dialog until somebody closes it.

    A rerun in between, which an edit or the end of a node asks for, must not close it.

    Args:
        name: Of the draft.
    """
    st.button(
        "Submit",
        type="primary",
        icon=":material/play_arrow:",
        key="designer_submit",
        on_click=_open,
        args=(name,),
    )
    if st.session_state.get(SUBMITTING) == name:
        submit_dialog(name)


def _open(name: str) -> None:
    st.session_state[SUBMITTING] = name


def _close() -> None:
    st.session_state.pop(SUBMITTING, None)


@st.dialog("Submit", on_dismiss=_close)
def submit_dialog(name: str) -> None:
    """Ask for what a run of a draft needs, and submit it."""
    with attempt():
        saved = workspace().draft(name)
        problems = workspace().draft_problems(saved.draft)
        if not saved.draft.pipeline.nodes:
            st.info("The canvas is empty: there is nothing to run.", icon=":material/info:")
            return
        if problems:
            st.warning("**Some nodes cannot run yet.**", icon=":material/warning:")
            for node, said in problems.items():
                st.markdown(f"**{plain(saved.draft.title(node))}**: {plain(' '.join(said))}")
            return
        _show_form(saved)


def _show_form(saved: SavedDraft) -> None:
    draft = saved.draft
    run_name = st.text_input(
        "Name of the run", workspace().free_run_name(saved.name), max_chars=64, key="submit_name"
    )
    values: dict[str, Any] = {}
    grid: dict[str, list[Any]] = {}
    if draft.parameters:
        st.markdown("**Pipeline parameters**")
        place = st.container()
        tried = st.multiselect(
            "Try several values of",
            [parameter.name for parameter in draft.parameters],
            placeholder="none: a single run",
            help="A run for each combination. What they have in common is done once.",
            key="submit_tried",
        )
        with place:
            for parameter in draft.parameters:
                if parameter.name in tried:
                    grid[parameter.name] = _show_several(parameter)
                else:
                    values[parameter.name] = _show_value(draft, parameter)
    count = math.prod(len(found) for found in grid.values())
    if grid:
        st.caption(
            f"{count} runs, which form the group {plain(str(run_name))}."
            if count > 1
            else "Write several values, divided by commas."
        )
    else:
        _say_reuse(draft, values)
    label = f"Submit {count} runs" if count > 1 else "Submit the run"
    if st.button(label, type="primary", icon=":material/play_arrow:", key="submit_now"):
        _submit(saved, str(run_name).strip(), values, grid)


def _submit(
    saved: SavedDraft, name: str, values: dict[str, Any], grid: Mapping[str, list[Any]]
) -> None:
    with attempt():
        if grid:
            runs = workspace().submit_sweep(
                saved.draft, grid, name=name, values=values, author=author(), draft_name=saved.name
            )
            say_next(f"{len(runs)} runs are submitted.")
            st.query_params["view"] = "runs"
            st.query_params.pop("run", None)
        else:
            workspace().submit_pipeline(
                saved.draft, name=name, values=values, author=author(), draft_name=saved.name
            )
            say_next(f"{name} is submitted.")
        st.session_state.pop("submit_tried", None)
        _close()
        st.rerun()


def _field(draft: Draft, parameter: PipelineParameter) -> Field:
    """Return the setting that a parameter sets first, as the panel shows it."""
    node, param = parameter.targets[0]
    component = component_of(draft.pipeline.node(node))
    return Field(
        component=component.name,
        name=param,
        declared=component.params.model_fields[param],
        value=parameter.default,
        key=f"submit {parameter.name}",
        settings=dict(draft.pipeline.node(node).params),
    )


def _show_value(draft: Draft, parameter: PipelineParameter) -> Any:
    """Show the widget of a parameter: that of the setting it sets. Returns its value."""
    st.markdown(f"**{plain(parameter.name)}** {plain(parameter.description)}".strip())
    return show_field(workspace(), _field(draft, parameter))


def _show_several(parameter: PipelineParameter) -> list[Any]:
    """Show a line for several values of a parameter.

    Raises:
        InvalidInput: One of them is none, or there are none.
    """
    text = st.text_input(
        f"Values of {parameter.name}, divided by commas",
        str(parameter.default),
        help=parameter.description or None,
        key=f"several {parameter.name}",
    )
    parts = [part.strip() for part in str(text).split(",") if part.strip()]
    if not parts:
        raise InvalidInput(
            f"There is no value of {parameter.name}.",
            "A run is made for each value.",
            "Write, for instance: 0.1, 0.01.",
        )
    return [_parsed(part, parameter) for part in parts]


def _parsed(text: str, parameter: PipelineParameter) -> Any:
    """Return a value that was typed, of the type the parameter's usual value has."""
    default = parameter.default
    try:
        if isinstance(default, bool):
            return {"true": True, "yes": True, "false": False, "no": False}[text.lower()]
        if isinstance(default, int):
            return int(text) if text.lstrip("-").isdecimal() else float(text)
        return float(text) if isinstance(default, float) else text
    except (KeyError, ValueError):
        raise InvalidInput(
            f'"{text}" is no value of {parameter.name}.',
            f"Its usual value is {default}.",
            "Write values of that kind, divided by commas.",
        ) from None


def _say_reuse(draft: Draft, values: Mapping[str, Any]) -> None:
    """Say which nodes earlier runs have done, and what that spares."""
    try:
        spared = workspace().reusable_nodes(draft, values)
    except StudioError:
        return  # said when it is submitted
    if not spared:
        return
    seconds = sum(spared.values())
    count, total = len(spared), len(draft.pipeline.nodes)
    which = "All nodes have" if count == total else f"{count} of {total} nodes have"
    text = f"{which} been done before and will be reused"
    if seconds >= LEAST:
        text += f": about {duration(seconds) if seconds >= 10 else f'{seconds:.1f} s'} saved"
    st.caption(f":material/bolt: {text}.")
