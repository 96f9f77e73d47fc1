"""The learning-rate finder on the Train page: try rates on the samples, see the curve, take one over into the form."""

from __future__ import annotations

from typing import Any

import streamlit as st

from studio.core.configs import ModelConfig
from studio.core.dataset import DatasetVersion
from studio.core.finder import FinderParams, parse_finder
from studio.core.run import Run
from studio.core.standard import finder_pipeline
from studio.ui.background import describe_progress
from studio.ui.charts import loss_by_rate
from studio.ui.feedback import attempt, plain, show_error
from studio.ui.forms import fields, log_step
from studio.ui.session import author, workspace
from studio.ui.training import use

LISTED = 20
"""Among so many of the newest searches the one for these samples and this model is looked for."""
RANGE = ("lowest", "highest", "steps")
LESS_CAREFUL = {"sgd": 10.0}
"""Optimizers that bear higher learning rates than the others, and up to which they are tried."""


def show_finder(version: DatasetVersion, config: ModelConfig, values: dict[str, Any]) -> None:
    """Show the button that starts a search, how far it is, and what it found.

    Args:
        version: The samples.
        config: The model.
        values: Settings of the form, unchecked.
    """
    st.caption(
        "Not sure how high? A few batches are trained while the learning rate rises, which shows where the loss falls "
        "fastest and where training fails. It takes seconds, and no model is kept."
    )
    run = newest(version, config)
    if run is None or run.is_terminal:
        with attempt():
            _show_start(version, config, values)
    if run is None:
        return
    if run.is_terminal:
        _show_end(version, run)
    else:
        _follow(run.name)


def newest(version: DatasetVersion, config: ModelConfig) -> Run | None:
    """Return the newest search for a learning rate of this model on this dataset, None where there was none."""
    for run in workspace().runs(kind="finder", limit=LISTED):
        params = _params(run)
        if params is not None and params.model == config and _dataset(run) == version.dataset:
            return run
    return None


def _params(run: Run) -> FinderParams | None:
    found = (run.pipeline.params(node.id) for node in run.pipeline.nodes)
    return next((params for params in found if isinstance(params, FinderParams)), None)


def _dataset(run: Run) -> str:
    return str(run.pipeline.nodes[0].params.get("name", ""))


def _show_start(version: DatasetVersion, config: ModelConfig, values: dict[str, Any]) -> None:
    optimizer = values["optimizer"]
    start = {"highest": LESS_CAREFUL.get(optimizer, FinderParams.model_fields["highest"].default)}
    key = f"finder_{version.dataset}_{optimizer}"
    wanted = fields(FinderParams, start, key, only=RANGE, columns=3, persist=True)
    if not st.button("Find a learning rate", icon=":material/search:", key="find_rate"):
        return
    params = parse_finder({"model": config, "training": values, **wanted})
    workspace().submit(
        finder_pipeline(version.dataset, params, version=version.version),
        name=workspace().free_run_name(f"{version.dataset}-rate"),
        author=author(),
    )
    st.rerun()


@st.fragment(run_every=0.5)
def _follow(name: str) -> None:
    """Show how far a search is, with its curve so far; the page runs anew when it has ended."""
    run = workspace().run(name)
    if run.is_terminal:
        st.rerun()
    share, text = describe_progress(run)
    with st.container(border=True):
        st.progress(share, text=plain(run.waits_for or text))
        body = _body(name)
        if body is not None:
            figure = loss_by_rate(body["learning_rates"], body["losses"], None)
            st.plotly_chart(figure, key=f"live_{name}", config={"displayModeBar": False})
        if st.button("Cancel", key=f"cancel_{name}", disabled=run.control.ends):
            with attempt():
                workspace().cancel_run(name)


def _show_end(version: DatasetVersion, run: Run) -> None:
    """Show what a search found, and take the rate that a person chooses over into the form."""
    if run.failure is not None:
        show_error(run.failure)
        return
    body, params = _body(run.name), _params(run)
    if run.status != "completed" or body is None or params is None:
        st.info("The search was cancelled.", icon=":material/cancel:")
        return
    chosen = _clicked(run.name) or body["suggested"]
    st.plotly_chart(
        loss_by_rate(body["learning_rates"], body["losses"], chosen),
        key=f"curve_{run.name}",
        on_select="rerun",
        selection_mode="points",
        config={"displayModeBar": False},
    )
    st.caption(plain(_said(body, params, run.pipeline.nodes[0].params.get("version"))))
    left, right = st.columns(2, vertical_alignment="bottom")
    rate = left.number_input(
        "Learning rate to use",
        params.lowest,
        params.highest,
        chosen,
        step=log_step(chosen or params.lowest),
        format="%g",
        placeholder="click a dot, or type one",
        help="The suggested one, unless you click another dot of the curve or type one.",
        key=f"chosen_{run.name}_{chosen}",
    )
    if rate is not None:
        right.button(
            f"Use {rate:g}",
            icon=":material/check:",
            key=f"use_{run.name}",
            on_click=use,
            args=(version.dataset,),
            kwargs={"learning_rate": rate},
        )


def _said(body: dict[str, Any], params: FinderParams, number: object) -> str:
    """Return in words what was found, and with what."""
    training = params.training
    how = f"Found on version {number} with {training.optimizer} and batches of {training.batch_size:,}."
    if body["suggested"] is None:
        return f"No rate stands out: the loss did not fall clearly at any of them. Try a wider range. {how}"
    failed = (
        f", and training failed from about {body['learning_rates'][-1]:.1g} on" * body["fell_apart"]
    )
    return f"The loss fell fastest around {body['suggested']:g}{failed}. {how}"


def _clicked(name: str) -> float | None:
    """Return the learning rate of the dot that was clicked, None while none is."""
    event: Any = st.session_state.get(f"curve_{name}")
    points = event["selection"]["points"] if event else []
    return float(f"{points[0]['x']:.2g}") if points else None


def _body(name: str) -> dict[str, Any] | None:
    _, seen = workspace().observations(name, kinds=("finder",))
    return seen[-1].body if seen else None
