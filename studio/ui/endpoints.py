"""Endpoints: deploying, the key that is shown once, how to call it, a pad to try it."""

from __future__ import annotations

import base64
import json
import shlex
from typing import Any

import streamlit as st

from studio import processes
from studio.core.errors import StudioError
from studio.core.model import Endpoint, ModelVersion
from studio.core.names import slug
from studio.ui.components import drawing_pad, text_pad
from studio.ui.feedback import attempt, plain, say_next, show_error
from studio.ui.overview import when
from studio.ui.session import go, workspace

SHOWN_TEXT = 300


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
            help="model@champion follows the champion; model:1 stays at version 1.",
        )  # fmt: skip
        name = right.text_input(
            "Name of the endpoint", slug(str(reference).split("@")[0]), max_chars=64
        )
        if st.form_submit_button("Deploy", type="primary", icon=":material/rocket_launch:"):
            with attempt(), st.spinner("Starting the endpoint …"):
                endpoint, key = workspace().deploy(str(reference), str(name).strip())
                st.session_state["fresh_key"] = (endpoint.name, key)
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


def show_key(endpoint: Endpoint) -> str:
    """Show the key if it is fresh. Returns it, or words that stand for it."""
    fresh = st.session_state.get("fresh_key")
    if fresh and fresh[0] == endpoint.name:
        st.success(
            "This is the endpoint's key. Copy it now: it is shown this once and stored hashed.",
            icon=":material/key:",
        )
        st.code(fresh[1], language=None)
        return str(fresh[1])
    row = st.container(horizontal=True, vertical_alignment="center")
    said = f"The key ends in {endpoint.key_hint}; it was shown when it was made."
    row.caption(plain(said), width="content")
    if row.button("New key", icon=":material/autorenew:", help="The old key stops working."):
        with attempt():
            st.session_state["fresh_key"] = (endpoint.name, workspace().renew_key(endpoint.name))
            st.rerun()
    return "YOUR_KEY"


def show_call(endpoint: Endpoint, base: str, key: str, version: ModelVersion) -> None:
    """Show the line that asks the endpoint from a terminal."""
    url = f"{base}/v1/models/{endpoint.name}:predict"
    if version.text is None:
        picture = base64.b64encode(workspace().example_png(version)).decode()
        instance = json.dumps({"b64": picture})
        st.markdown("From a terminal; `b64` is any picture file in base64:")
    else:
        instance = json.dumps(workspace().example_text(version)[:SHOWN_TEXT])
        st.markdown("From a terminal; an instance is any text:")
    body = shlex.quote(f'{{"instances": [{instance}]}}')
    st.code(
        f"curl -X POST {url} \\\n"
        f'  -H "Authorization: Bearer {key}" -H "Content-Type: application/json" \\\n'
        f"  -d {body}",
        language="bash",
        wrap_lines=True,
        height=260 if version.text is None else "content",
    )
    st.caption(
        "The answer holds one probability a class, in this order: "
        + plain(", ".join(version.class_names[:20]))
        + (" …" if len(version.class_names) > 20 else "")
    )
    st.markdown("From Label Studio, as the model of a project (Settings, Model, Connect Model):")
    st.code(f"{base}/labelstudio/{endpoint.name}", language=None, wrap_lines=True)
    st.caption(
        "It predicts choices that are called like the model's classes; choose basic authentication there, "
        "with any user name and the endpoint's key as the password."
    )


def show_try(endpoint: Endpoint, version: ModelVersion) -> None:
    """Show a pad whose drawing or text the endpoint answers."""
    if version.text is not None:
        text_pad(
            key=f"try_{endpoint.name}",
            endpoint=endpoint.name,
            example=workspace().example_text(version),
        )
        return
    drawing_pad(
        mode="predict",
        key=f"try_{endpoint.name}",
        endpoint=endpoint.name,
        size=version.shape[0],
    )


def endpoint_rows(endpoints: list[Endpoint]) -> list[dict[str, Any]]:
    """Return one row an endpoint."""
    return [
        {
            "Endpoint": endpoint.name,
            "Serves": endpoint.target,
            "Key ends in": endpoint.key_hint,
            "Since": when(endpoint.created),
        }
        for endpoint in endpoints
    ]
