"""The request log of an endpoint: what was written down, what may be labelled, and how it is deleted."""

from __future__ import annotations

import base64

import streamlit as st

from studio.core.model import Endpoint
from studio.core.traffic import UNSURE, LoggedRequest
from studio.ui.feedback import attempt, say_next
from studio.ui.overview import when
from studio.ui.session import author, go, workspace

PAGE = 25
SHOWN_TEXT = 200


def show_log(endpoint: Endpoint) -> None:
    """Show requests that were written down, and what can be done with them."""
    settings = endpoint.settings
    counts = workspace().request_counts(endpoint.name)
    logged = counts.get("logged", 0)
    if settings.log_share:
        kept = "and what was sent is kept" if settings.keep_samples else "without what was sent"
        st.caption(f"{settings.log_share:g} % of the requests are written down, {kept}.")
    elif logged:
        st.caption("No requests are written down any more; these are left from before.")
    else:
        st.info(
            "Single requests are not written down. Under *Settings* you choose how many are, and whether drawings, "
            "pictures and texts are kept: those that the model was unsure about can then be labelled and trained on.",
            icon=":material/visibility_off:",
        )
        return
    st.caption(
        ":material/privacy_tip: What people send can be personal. It stays on this machine, at most 50,000 of the "
        "newest requests; tell those who send it, and delete it when it is not needed any more."
    )
    if not logged:
        st.markdown("Nothing was written down yet.")
        return
    _show_acts(endpoint, counts)
    _show_rows(endpoint)


def _show_acts(endpoint: Endpoint, counts: dict[str, int]) -> None:
    unsure = counts.get("unsure", 0)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            f"Label {unsure:,} unsure {'one' if unsure == 1 else 'ones'}",
            type="primary", icon=":material/label:", disabled=not unsure, key="watch_label",
            help=f"A labelling session over the kept samples of which the model was less than {UNSURE:.0%} sure, "
            "with its answers as suggestions. Each is taken once.",
        ):  # fmt: skip
            with attempt():
                session = workspace().label_requests(endpoint.name, author=author())
                say_next(f"{session.total:,} samples wait in the session {session.name}.")
                go("label", session=session.name)
        with st.popover("Delete what was kept", icon=":material/delete:", key="watch_delete"):
            st.markdown(
                f"All {counts['logged']:,} requests that were written down go, samples included. Numbers and labelled "
                "datasets stay."
            )
            if st.button("Delete them", key="watch_delete_now"):
                with attempt():
                    gone = workspace().clear_requests(endpoint.name)
                    for only in (False, True):  # the log begins at its newest page again
                        st.session_state.pop(_place(endpoint, only), None)
                    say_next(f"{gone:,} requests are deleted.")
                    st.rerun()


def _show_rows(endpoint: Endpoint) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        only = st.toggle(f"Only answers below {UNSURE:.0%}", key="watch_unsure")
        st.button("Look again", icon=":material/refresh:", key="watch_again", type="tertiary")
    before: list[int] = st.session_state.setdefault(_place(endpoint, only), [])
    rows = workspace().requests_logged(
        endpoint.name,
        below=UNSURE if only else None,
        limit=PAGE + 1,
        before_id=before[-1] if before else None,
    )
    st.dataframe(
        [_row(one) for one in rows[:PAGE]],
        hide_index=True,
        key="watch_rows",
        column_config={
            "Sent": st.column_config.ImageColumn(width="small"),
            "Sure": st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1),
        },
    )
    with st.container(horizontal=True):
        if before and st.button("Newer", icon=":material/arrow_back:", key="watch_newer"):
            before.pop()
            st.rerun()
        if len(rows) > PAGE and st.button(
            "Older", icon=":material/arrow_forward:", key="watch_older"
        ):
            before.append(rows[PAGE - 1].id)
            st.rerun()


def _place(endpoint: Endpoint, only: bool) -> str:
    """Return where in the session it is kept which page of the log is shown."""
    return f"watch log {endpoint.name} {only}"


def _row(request: LoggedRequest) -> dict[str, object]:
    picture = workspace().request_picture(request)
    shown = {
        "Sent": None
        if picture is None
        else f"data:image/png;base64,{base64.b64encode(picture).decode()}",
        "Text": request.sample.decode("utf-8", "replace")[:SHOWN_TEXT]
        if request.kind in ("text", "row") and request.sample
        else None,
        "Answer": request.class_name or f"error {request.status}",
        "Sure": request.confidence,
        "ms": round(request.milliseconds, 2),
        "When": when(request.time),
        "Model": _asked(request),
        "Labelled": when(request.taken),
    }
    return {
        name: value
        for name, value in shown.items()
        if name != ("Sent" if request.kind in ("text", "row") else "Text")
    }


def _asked(request: LoggedRequest) -> str:
    """Return which version was asked, and that it was the challenger where it was."""
    return f"{request.model} (challenger)" if request.role == "challenger" else request.model
