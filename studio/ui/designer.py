"""The canvas view of the designer: the draft, the canvas, the panel beside it, the run under way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from studio.core.conversion import ConversionPlan, NodeChange
from studio.core.draft import Draft, SavedDraft
from studio.core.node_state import NodeState
from studio.core.run import Run
from studio.ui.components import CanvasAsk, Owned, pipeline_canvas
from studio.ui.conversion import show_changes, show_deploy_pipeline
from studio.ui.designer_drafts import choose_draft, show_acts, show_start
from studio.ui.designer_parameters import show_parameters
from studio.ui.feedback import attempt, plain
from studio.ui.node_panel import show_panel
from studio.ui.pipeline_run_head import show_strip
from studio.ui.pipeline_run_submit import show_submit
from studio.ui.session import author, workspace

HEIGHT = 620
LOOKED_AT = 20


def show_canvas() -> None:
    """Show the chosen draft on the canvas, or what to begin with."""
    drafts = workspace().drafts()
    if not drafts:
        show_start()
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="designer_bar"):
        saved = choose_draft(drafts)
        show_acts(saved)
        if (
            saved.draft.kind == "realtime"
        ):  # its samples come with requests: there is nothing to run
            show_deploy_pipeline(saved.draft, saved.name)
        else:
            show_submit(saved.name)
    run = _last_run(saved)
    states = workspace().node_states(run.name) if run else {}
    if run is not None:
        show_strip(run)
    problems = workspace().draft_problems(saved.draft)
    left, right = st.columns([7, 3], gap="small")
    with left:
        wanted = st.session_state.pop("designer_select", ())
        state = pipeline_canvas(
            saved.name,
            saved.head,
            saved.draft,
            datasets=dataset_rows(),
            models=model_rows(),
            problems=problems,
            run=run.name if run else None,
            run_over=run is not None and run.is_terminal,
            selected=wanted,
            can_undo=saved.can_undo,
            can_redo=saved.can_redo,
            undoes=saved.undoes,
            redoes=saved.redoes,
            author=author(),
            height=HEIGHT,
            key="designer canvas",
        )
        _follow(state.asked)
    with right:
        _show_beside(saved, state.selected, problems, run, states)


def _last_run(saved: SavedDraft) -> Run | None:
    """Return the newest run of a draft that has a node of it; one that proves a conversion has none."""
    drawn = {(node.id, node.component) for node in saved.draft.pipeline.nodes}
    for run in workspace().runs_of_draft(saved.name, limit=LOOKED_AT):
        if any((node.id, node.component) in drawn for node in run.pipeline.nodes):
            return run
    return None


def _follow(asked: CanvasAsk | None) -> None:
    """Do what somebody asked for on the canvas, once: open the copy that was kept."""
    if asked is None or asked.number <= st.session_state.get("canvas_asked", 0):
        return
    st.session_state["canvas_asked"] = asked.number
    if asked.what == "draft":
        st.query_params["draft"] = asked.draft
        st.rerun()


def _show_beside(
    saved: SavedDraft,
    selected: Sequence[str],
    problems: Mapping[str, Sequence[str]],
    run: Run | None,
    states: Mapping[str, NodeState],
) -> None:
    there = [node for node in selected if any(n.id == node for n in saved.draft.pipeline.nodes)]

    @st.fragment
    def beside() -> None:
        with attempt(), st.container(border=True, key="node_panel"):
            if len(there) == 1:
                show_panel(
                    saved.draft,
                    there[0],
                    name=saved.name,
                    problems=problems.get(there[0], ()),
                    run=run if run and there[0] in states else None,
                    states=states,
                )
            elif there:
                st.markdown(f"**{len(there)} nodes are selected.** Select one to see its settings.")
            else:
                _show_overview(saved, problems)

    beside()


def _show_overview(saved: SavedDraft, problems: Mapping[str, Sequence[str]]) -> None:
    """Show what there is to know about the draft as a whole."""
    nodes = len(saved.draft.pipeline.nodes)
    if not nodes:
        st.markdown(
            "**The canvas is empty.**  \nTake a dataset from the palette, then what is to be done with it, and connect "
            "an output to an input of the same colour."
        )
        return
    if problems:
        wrong = "One node cannot" if len(problems) == 1 else f"{len(problems)} nodes cannot"
        st.warning(f"**{wrong} run yet.**", icon=":material/warning:")
        for node, said in problems.items():
            title = saved.draft.title(node)
            if st.button(
                f"{plain(title)}: {plain(said[0])}", type="tertiary", key=f"problem {node}"
            ):
                st.session_state["designer_select"] = (node,)
                st.rerun()
    else:
        st.markdown(f":material/check_circle: {nodes} nodes, ready to run.")
    st.caption("Select a node to see its settings and what came out of it last.")
    show_parameters(saved)
    if saved.draft.origin is not None:
        _show_origin(saved.draft, saved.draft.origin)


def _show_origin(draft: Draft, origin: Mapping[str, Any]) -> None:
    """Show what an inference pipeline was converted from."""
    changes = tuple(NodeChange.model_validate(change) for change in origin.get("changes", ()))
    run = str(origin.get("run", ""))
    st.markdown(plain(f"Converted from run {run}."))
    if changes:
        show_changes(
            ConversionPlan(
                draft=draft,
                changes=changes,
                run=run,
                model=str(origin.get("model", "")),
                kind=draft.kind,
            ),
            expanded=False,
        )


def dataset_rows() -> list[Owned]:
    """Return the datasets of the workspace as the palette shows them."""
    return [
        {
            "title": dataset.name,
            "kind": "dataset",
            "component": "table" if dataset.latest.task == "table" else "dataset",
            "params": {"name": dataset.name},
        }
        for dataset in workspace().datasets()
    ]


def model_rows() -> list[Owned]:
    """Return the registered models as the palette shows them: by alias where there is one, else the newest version."""
    rows: list[Owned] = []
    for model in workspace().models():
        aliases = sorted({alias for version in model.versions for alias in version.aliases})
        reference = f"{model.name}@{aliases[0]}" if aliases else model.versions[0].title
        rows.append(
            {
                "title": reference,
                "kind": "model",
                "component": "model",
                "params": {"reference": reference},
            }
        )
    return rows


def readonly_canvas(run: Run, draft: Draft, key: str, height: int = HEIGHT) -> Sequence[str]:
    """Show the pipeline of a run with the states of its nodes. Returns the selected nodes."""
    state = pipeline_canvas(
        run.name,
        0,
        draft,
        run=run.name,
        run_over=run.is_terminal,
        readonly=True,
        height=height,
        key=key,
    )
    return state.selected
