"""Endpoints: deploying a model, what each serves, its fresh key, retiring it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from studio import processes
from studio.core.errors import StudioError
from studio.core.model import Endpoint, ModelVersion
from studio.core.names import slug
from studio.ui.feedback import attempt, plain, say_next, show_error
from studio.ui.overview import when
from studio.ui.session import go, workspace

FRESH_KEY = "fresh_key"
"""In the session: (name of the endpoint, the key of it that was made last)."""
PLACEHOLDER = "YOUR_KEY"


def references() -> list[str]:
    """Return what can be deployed: aliases first, then versions, newest first."""
    models = workspace().models()
    aliased = [f"{m.name}@{a}" for m in models for v in m.versions for a in v.aliases]
    return aliased + [v.title for m in models for v in m.versions]


def show_deploy(references: list[str], wanted: str | None) -> None:
    """Show a form that lets a model answer.

    Args:
        references: `model@alias` and `model:version`, the likeliest first.
        wanted: Name of the model that was just registered, if any.
    """
    index = next((i for i, r in enumerate(references) if wanted and r.startswith(f"{wanted}@")), 0)
    with st.form("deploy"):
        left, right = st.columns(2)
        reference = left.selectbox(
            "Model", references, index=index,
            help="model@champion follows the champion: when another version becomes it, the endpoint changes over "
            "without a pause. model:1 stays at version 1.",
        )  # fmt: skip
        name = right.text_input(
            "Name of the endpoint", slug(str(reference).split("@")[0]), max_chars=64,
            help="Part of the address that programs ask.",
        )  # fmt: skip
        if st.form_submit_button("Deploy", type="primary", icon=":material/rocket_launch:"):
            with attempt(), st.spinner("Starting the endpoint …"):
                endpoint, key = workspace().deploy(str(reference), str(name).strip())
                st.session_state[FRESH_KEY] = (endpoint.name, key)
                processes.ensure_serve(workspace().home)
                say_next(f"Endpoint {endpoint.name} answers.")
                go("deploy", endpoint=endpoint.name)


def address() -> str | None:
    """Return where the endpoints answer, None (and the reason on the page) when they do not."""
    try:
        host, port = processes.ensure_serve(workspace().home)
    except StudioError as error:
        show_error(error)
        return None
    return f"http://{host}:{port}"


def fresh_key(endpoint: Endpoint) -> str | None:
    """Return the key of an endpoint that was made last, while it is shown; None when there is none."""
    fresh = st.session_state.get(FRESH_KEY)
    return str(fresh[1]) if fresh and fresh[0] == endpoint.name else None


def show_fresh_key(endpoint: Endpoint) -> None:
    """Show the key that was just made, until somebody says that it is kept."""
    key = fresh_key(endpoint)
    if key is None:
        return
    with st.container(border=True, key=f"fresh key {endpoint.name}"):
        st.markdown(
            ":material/key: **This is a key of the endpoint.** Copy it now: it is shown this once and stored hashed."
        )
        st.code(key, language=None, wrap_lines=True)
        if st.button("I have kept it", icon=":material/check:", key=f"kept {endpoint.name}"):
            st.session_state.pop(FRESH_KEY, None)
            st.rerun()


def show_state(endpoint: Endpoint, version: ModelVersion) -> None:
    """Show which version answers since when, and why another one does not; followed while the page is open."""

    @st.fragment(run_every=3.0)
    def follow() -> None:
        state = processes.serve_state(workspace().home)
        found = state.get("endpoints", {}).get(endpoint.name, {})
        st.markdown(" · ".join(filter(None, _standing(endpoint, version, found))))
        for refused in found.get("refused", ()):
            goes_on = (
                f" {plain(found['serving'])} goes on answering." if found.get("serving") else ""
            )
            st.warning(
                f"**{plain(refused['title'])} does not take over.**  \n"
                f"{plain(refused['what'])} {plain(refused['why'])}  \n{plain(refused['fix'])}{goes_on}",
                icon=":material/block:",
            )
        restarts = state.get("restarts")
        if restarts:
            times = "once" if restarts == 1 else f"{restarts:,} times"
            st.caption(f"The process that answers ended {times} unasked, and was started again.")

    follow()


def _standing(endpoint: Endpoint, version: ModelVersion, found: dict[str, Any]) -> list[str]:
    """Return what an endpoint serves, in pieces of a sentence."""
    serving, since, settings = found.get("serving"), found.get("since"), endpoint.settings
    words = []
    if serving:
        words.append(f"**{plain(serving)}** answers" + (f" since {when(since)}" if since else ""))
    if serving != version.title and not found.get("refused"):
        words.append(f"**{plain(version.title)}** is being tried, and then answers")
    words.append(f"follows {plain(endpoint.target)}" if endpoint.alias else "stays at that version")
    words.append(f"trained on {plain(version.dataset)}" if version.dataset else "")
    if settings.traffic == "canary":
        words.append(f"{settings.share:g} % go to {plain(settings.challenger or '')}")
    if settings.traffic == "shadow":
        words.append(f"{plain(settings.challenger or '')} is compared with it")
    return words


def show_retire(endpoint: Endpoint) -> None:
    """Show the button that ends an endpoint, and asks first."""
    st.subheader("Retire it")
    with st.popover("Retire this endpoint", icon=":material/stop_circle:"):
        st.markdown(
            "Programs that ask it get no answers any more, and its keys open nothing. The model stays."
        )
        if st.button("Retire it now", type="primary", key=f"retire_{endpoint.name}"):
            with attempt():
                workspace().retire_endpoint(endpoint.name)
                say_next(f"Endpoint {endpoint.name} answers no more.")
                st.rerun()


def endpoint_rows(endpoints: list[Endpoint]) -> list[dict[str, Any]]:
    """Return one row an endpoint."""
    known = processes.serve_state(workspace().home).get("endpoints", {})
    return [
        {
            "Endpoint": endpoint.name,
            "Follows": endpoint.target,
            "Answers with": known.get(endpoint.name, {}).get("serving") or "",
            "Key ends in": endpoint.key_hint,
            "Since": when(endpoint.created),
        }
        for endpoint in endpoints
    ]
