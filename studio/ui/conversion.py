"""Making an inference pipeline of a training: what becomes of each node and why, the proof, and the endpoint."""

from __future__ import annotations

import streamlit as st

from studio import processes
from studio.core.conversion import KIND_WORDS, ConversionPlan, Fate, InferenceKind, model_chains
from studio.core.draft import Draft
from studio.core.names import slug
from studio.core.pipeline_run import PipelineRun
from studio.core.run import Run
from studio.ui.endpoints import FRESH_KEY
from studio.ui.feedback import attempt, plain, say_next, show_error
from studio.ui.overview import COLORS, said_status, when
from studio.ui.session import author, go, workspace

SECONDS = 1.0
KINDS: dict[InferenceKind, str] = {"realtime": "Real-time", "batch": "Batch"}
HELP: dict[InferenceKind, str] = {
    "realtime": "An endpoint prepares each request as the training did, and asks the model.",
    "batch": "A run scores a whole dataset or table, and keeps the answers as a table.",
}
FATES: dict[Fate, tuple[str, str]] = {
    "kept": ("green", "Stays"),
    "replaced": ("blue", "Replaced"),
    "removed": ("gray", "Removed"),
    "added": ("violet", "Added"),
}
SHOWN = 5


def show_convert(run_name: str) -> None:
    """Show how a run that made a model becomes an inference pipeline, and what became of earlier tries.

    Of a run that cannot be converted nothing is shown.
    """
    found = workspace().pipeline_run(run_name)
    if not workspace().can_convert(found):
        return
    st.subheader("Convert", anchor="convert")
    st.markdown(
        "Make an inference pipeline of this run: it asks the model that was trained here, and does to new samples what "
        "the training did to its own. Before you get it, held-out samples are replayed through both."
    )
    with st.container(border=True, key=f"convert {run_name}"):
        _show_form(found)
    for run in workspace().conversions(run_name)[:SHOWN]:
        _show_try(run)


def _show_form(found: PipelineRun) -> None:
    name = found.run.name
    chains = model_chains(found.draft.pipeline)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.segmented_control(
            "Kind",
            list(KINDS),
            format_func=lambda key: KINDS[key],
            default="realtime",
            required=True,
            key=f"convert kind {name}",
        )
        node = ""
        if len(chains) > 1:
            node = str(st.selectbox("Model of", list(chains), key=f"convert node {name}"))
        alias = st.text_input(
            "Alias it follows",
            "champion",
            max_chars=64,
            width=180,
            key=f"convert alias {name}",
            help="When a better version gets this alias, the inference pipeline asks that one, without a change.",
        )
    st.caption(HELP[kind])
    with attempt():
        plan = workspace().plan_conversion(name, kind, alias=alias.strip(), node=node)
        if st.button(
            "Convert and compare",
            type="primary",
            icon=":material/swap_horiz:",
            key=f"convert now {name}",
        ):
            run = workspace().convert(name, kind, alias=alias.strip(), node=node, author=author())
            say_next(f"{run.name} replays held-out samples.")
            st.rerun()
        show_changes(plan)


def show_changes(plan: ConversionPlan, *, expanded: bool = True) -> None:
    """Show what becomes of every node, and why; folded away unless `expanded`."""
    title = "What becomes of each node, and why"
    with st.expander(title, icon=":material/rule:", expanded=expanded):
        for change in plan.changes:
            color, word = FATES[change.fate]
            became = change.becomes if change.becomes not in ("", change.node) else ""
            becomes = f" → {plain(_title(plan.draft, became))}" if became else ""
            with st.container(horizontal=True, vertical_alignment="top", gap="small"):
                st.badge(word, color=color)  # type: ignore[arg-type]
                st.markdown(
                    f"**{plain(change.title)}**{becomes}  \n{plain(change.why)}", width="stretch"
                )
        st.caption(plain(f"The model: {plan.model}"))


def _title(draft: Draft, node: str) -> str:
    there = any(one.id == node for one in draft.pipeline.nodes)
    return draft.title(node) if there else node


def _show_try(run: Run) -> None:
    """Show one conversion: how far it is, the difference that refused it, or the draft that came of it."""

    @st.fragment(run_every=None if run.is_terminal else SECONDS)
    def follow() -> None:
        now = workspace().run(run.name)
        if now.is_terminal != run.is_terminal:
            st.rerun()
        with st.container(border=True, key=f"conversion {run.name}"):
            _show_standing(now)
            if now.status == "completed":
                _show_made(now)
            elif now.failure is not None:
                show_error(now.failure)

    follow()


def _show_standing(run: Run) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(run.status, color=COLORS[run.status])
        st.markdown(plain(f"{run.name} · {when(run.created)}"), width="stretch")
        if not run.is_terminal and st.button(
            "Cancelling …" if run.control.cancel else "Cancel",
            icon=":material/close:",
            disabled=run.control.cancel,
            key=f"cancel conversion {run.name}",
        ):
            with attempt():
                workspace().cancel_run(run.name)
    if run.is_terminal:
        return
    progress = run.progress
    if progress is not None and progress.total and run.status == "running":
        share = min(1.0, progress.done / progress.total)
        text = f"{progress.message}: {progress.done:,} of {progress.total:,} {progress.unit}"
        st.progress(share, text=plain(text))
    else:
        st.caption(plain(said_status(run)))


def _show_made(run: Run) -> None:
    told = run.result.get("equivalence")
    if isinstance(told, dict):
        largest = float(told["largest"])
        st.markdown(
            f":material/check_circle: {int(told['samples']):,} held-out samples get the same answers from both; "
            + (
                f"two probabilities differ by {largest:.1e} at most."
                if largest
                else "no probability differs at all."
            )
        )
        if told["left_out"]:
            st.caption(
                f"{int(told['left_out']):,} others come from a second source and were left out."
            )
    made = workspace().converted(run.name)
    if made is None:
        st.caption("The draft that came of it was deleted or renamed.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            f"Open {plain(made.name)}",
            icon=":material/account_tree:",
            key=f"open converted {run.name}",
        ):
            go("designer", draft=made.name, view="canvas")
        if made.draft.kind == "realtime":
            show_deploy_pipeline(made.draft, made.name)


def show_deploy_pipeline(draft: Draft, title: str) -> None:
    """Show the button that lets a real-time inference pipeline answer under a name.

    Args:
        draft: The pipeline.
        title: What it is called.
    """
    with st.popover(
        "Deploy", icon=":material/rocket_launch:", type="primary", key=f"deploy pipeline {title}"
    ):
        _show_deploy_form(draft, title)


def _show_deploy_form(draft: Draft, title: str) -> None:
    name = st.text_input(
        "Name of the endpoint",
        slug(title),
        max_chars=64,
        key=f"deploy pipeline name {title}",
        help="Part of the address that programs ask.",
    )
    if st.button(
        f"Deploy the {KIND_WORDS['realtime']}",
        type="primary",
        icon=":material/rocket_launch:",
        key=f"deploy pipeline now {title}",
    ):
        with attempt(), st.spinner("Starting the endpoint …"):
            endpoint, key = workspace().deploy_pipeline(
                draft, name.strip(), title=title, author=author()
            )
            st.session_state[FRESH_KEY] = (endpoint.name, key)
            processes.ensure_serve(workspace().home)
            say_next(f"Endpoint {endpoint.name} answers.")
            go("deploy", endpoint=endpoint.name)
