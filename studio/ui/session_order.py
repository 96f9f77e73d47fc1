"""In which order a session's samples come, what is suggested beforehand, and whether more labels are worth it."""

from __future__ import annotations

import streamlit as st

from studio.core.errors import InvalidInput
from studio.core.label_session import STRATEGY_TITLES, LabelSession
from studio.core.learning_curve import worth
from studio.core.ranking import PrelabelSource
from studio.ui.background import LISTED, show_end, subject, watch
from studio.ui.charts import learning_curve
from studio.ui.feedback import attempt, plain, say_next
from studio.ui.overview import when
from studio.ui.session import author, workspace
from studio.ui.session_fields import strategy_field


def show_order(session: LabelSession) -> None:
    """Show the order and how it came about, the suggestions, and the learning curve."""
    busy = watch("ranking", session.name) | watch("prelabel", session.name)
    left, right = st.columns(2)
    with left, st.container(border=True):
        _show_strategy(session, busy)
    with right, st.container(border=True):
        _show_suggestions(session, busy)
    if not busy:
        _show_failures(session)
    _show_curve(session)


def _show_strategy(session: LabelSession, busy: bool) -> None:
    st.markdown("**Order**")
    wanted = strategy_field(session.config.strategy, f"order_{session.id}")
    if session.queue_source:
        made = f" ({when(session.queued)})" if session.queued else ""
        st.caption(plain(f"Now: {session.queue_source}{made}"))
    with st.container(horizontal=True):
        changed = wanted != session.config.strategy
        if st.button("Use this order", type="primary", disabled=not changed):
            with attempt():
                workspace().change_session(session.name, strategy=wanted)
                say_next(f"{STRATEGY_TITLES[wanted]}, from the next samples on.")
                st.rerun()
        if st.button(
            "Put in order now",
            icon=":material/sort:",
            disabled=busy or changed or session.config.strategy == "random",
            help="A quick model learns from the answers so far. It happens by itself, too, as answers come.",
        ):
            with attempt():
                workspace().rank_session(session.name, author=author())
                st.rerun()


def _show_suggestions(session: LabelSession, busy: bool) -> None:
    st.markdown("**Suggestions**")
    found = session.prelabels
    if found is None:
        st.caption("None yet. One key accepts a suggestion; another key overrules it.")
    else:
        st.caption(plain(f"{found.count:,} samples have one, from {found.source}."))
    if not session.config.suggestions:
        st.caption("They are hidden: see Settings.")
    text = session.task == "text"
    models = [m.name for m in workspace().models() if (m.versions[0].text is not None) == text]
    ways = [*(["model"] if models else []), "backend"]
    way = st.segmented_control(
        "From",
        ways,
        default=ways[0],
        required=True,
        format_func={"model": "A model of mine", "backend": "A Label Studio backend"}.__getitem__,
        key=f"prelabel_way_{session.id}",
        label_visibility="collapsed",
    )
    if way == "model":
        name = st.selectbox("Model", models, key=f"prelabel_model_{session.id}")
        source = PrelabelSource(kind="model", model=str(name))
    else:
        url = st.text_input(
            "Address of the backend",
            placeholder="http://127.0.0.1:9090",
            key=f"prelabel_url_{session.id}",
            help="An ML backend of Label Studio. Samples are sent there; addresses of your own network must be "
            "named in STUDIO_URL_HOSTS.",
        )
        source = PrelabelSource(kind="backend", url=url.strip())
    st.caption("Suggestions from a file are imported under Files.")
    if st.button("Make suggestions", icon=":material/auto_awesome:", disabled=busy):
        with attempt():
            if way == "backend" and not source.url:
                raise InvalidInput(
                    "No address is given.",
                    "A backend is asked over the network.",
                    "Write its address, such as http://127.0.0.1:9090.",
                )
            workspace().prelabel_session(session.name, source, author=author())
            st.rerun()


def _show_failures(session: LabelSession) -> None:
    """Show why the newest run for this session failed, if it did."""
    for kind in ("ranking", "prelabel"):
        runs = workspace().runs(kind=kind, limit=LISTED)
        newest = next(
            (run for run in runs if run.is_terminal and subject(run) == session.name), None
        )
        if newest is not None and newest.status == "failed":
            show_end(newest, lambda run: None)


def _show_curve(session: LabelSession) -> None:
    if len(session.curve) < 2:
        st.caption(
            "Once there are some dozens of answers, a curve shows here how accuracy grows with them, and what the next "
            "labels are worth."
        )
        return
    gain = worth(session.curve)
    st.markdown("**Is it worth going on?**")
    if gain is not None:
        st.markdown(
            f"The next 50 labels are worth about **{gain:+.1f} %** accuracy"
            + (": time to stop." if gain < 0.1 else ".")
        )
    st.plotly_chart(
        learning_curve(session.curve), key=f"curve_{session.id}", config={"displayModeBar": False}
    )
    st.caption(
        "Estimated on answers that a quick model has not learned from; a trained model does better."
    )
