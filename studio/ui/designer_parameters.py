"""The pipeline parameters of a draft: what they are called, what they set, and their usual values."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from studio.core.draft import Draft, PipelineParameter, SavedDraft
from studio.core.draft_parameters import changed_parameter, with_parameter, without_parameter
from studio.core.pipeline import component_of
from studio.ui.feedback import attempt, plain
from studio.ui.node_panel_fields import title_of
from studio.ui.session import author, workspace

SHOWN = 40


def show_parameters(saved: SavedDraft) -> None:
    """Show what is asked for when a draft is submitted; a form changes each."""
    draft = saved.draft
    st.markdown(
        "**Pipeline parameters**",
        help="Settings that are asked for whenever the pipeline is submitted, by hand, by the clock or by a program. "
        "Select a node to choose which of its settings are.",
    )
    if not draft.parameters:
        st.caption("None: the pipeline always runs as it is drawn.")
    for parameter in draft.parameters:
        with st.expander(plain(f"{parameter.name}: {_words(parameter.default)}")):
            _show_one(saved, parameter)


def _show_one(saved: SavedDraft, parameter: PipelineParameter) -> None:
    draft, key = saved.draft, f"parameter {saved.name} {parameter.name}"
    st.caption(plain("Sets " + "; ".join(_setting(saved, *t) for t in parameter.targets) + "."))
    name = st.text_input("Name", parameter.name, max_chars=64, key=f"{key} name")
    text = st.text_input(
        "What people read beside it", parameter.description, max_chars=200, key=f"{key} text"
    )
    others = [
        target
        for node in draft.pipeline.nodes
        for param in component_of(node).params.model_fields
        if param == parameter.targets[0][1]
        and (target := (node.id, param)) not in parameter.targets
        and not any(target in other.targets for other in draft.parameters)
    ]
    more = st.multiselect(
        "Sets as well", others, format_func=lambda target: _setting(saved, *target), key=f"{key} more"
    ) if others else []  # fmt: skip
    with st.container(horizontal=True):
        if st.button("Save", icon=":material/save:", key=f"{key} save"):
            with attempt():
                workspace().edit_draft(
                    saved.name,
                    lambda now: _joined(
                        changed_parameter(
                            now, parameter.name, new_name=str(name).strip(), description=str(text)
                        ),
                        str(name).strip(),
                        more,
                    ),
                    what=f"Pipeline parameter {name}",
                    author=author(),
                )
                st.rerun()
        if st.button("Do not ask for it", icon=":material/close:", key=f"{key} remove"):
            with attempt():
                workspace().edit_draft(
                    saved.name,
                    lambda now: _without(now, parameter),
                    what=f"{parameter.name} is asked for no more",
                    author=author(),
                )
                st.rerun()


def _joined(draft: Draft, name: str, targets: Sequence[tuple[str, str]]) -> Draft:
    """Return the draft in which a parameter sets more settings."""
    for node, param in targets:
        draft = with_parameter(draft, node, param, name)
    return draft


def _without(draft: Draft, parameter: PipelineParameter) -> Draft:
    """Return the draft without a parameter."""
    for node, param in parameter.targets:
        draft = without_parameter(draft, node, param)
    return draft


def _setting(saved: SavedDraft, node: str, param: str) -> str:
    """Return what people call a setting of a node."""
    declared = component_of(saved.draft.pipeline.node(node)).params.model_fields
    title = title_of(param, declared[param]) if param in declared else param
    return f"{title.lower()} of {saved.draft.title(node)}"


def _words(value: object) -> str:
    text = "nothing" if value in (None, "") else str(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
