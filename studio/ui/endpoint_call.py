"""How programs ask an endpoint: code to copy, in the way and the language that a program speaks."""

from __future__ import annotations

import streamlit as st

from studio.core.model import Endpoint, ModelVersion
from studio.ui.endpoints import PLACEHOLDER, fresh_key
from studio.ui.feedback import plain
from studio.ui.session import page, workspace
from studio.ui.snippets import LANGUAGES, WAY_HELP, WAYS, Language, Way, call, snippet

SHOWN_TEXT = 300
SHOWN_CLASSES = 20
WHAT = {
    "images": "The sample is a picture file in base64; strokes and plain pixels are taken, too.",
    "strokes": "The sample is a drawing as strokes, for each the x and the y of its points, 0 to 255.",
    "text": "The sample is a text.",
    "table": "The sample is a row: the name of each column and its value, null where it is missing.",
}


def show_call(endpoint: Endpoint, base: str, version: ModelVersion) -> None:
    """Show the code that asks an endpoint about a real sample."""
    row = st.container(horizontal=True)
    way: Way | None = row.segmented_control(
        "How programs ask", list(WAYS), format_func=lambda way: WAYS[way], default="tfserving", required=True,
        key="call way", persist_state="session", width="content",
    )  # fmt: skip
    language: Language | None = row.segmented_control(
        "Language", list(LANGUAGES), format_func=lambda name: LANGUAGES[name], default="curl", required=True,
        key="call language", persist_state="session", width="content",
    )  # fmt: skip
    way, language = way or "tfserving", language or "curl"
    instance = workspace().example_instance(version, small=True)
    if isinstance(instance, str):
        instance = instance[:SHOWN_TEXT]
    key = fresh_key(endpoint) or PLACEHOLDER
    st.caption(f"{WAY_HELP[way]} {WHAT.get(version.config.input, WHAT['images'])}")
    code = snippet(call(way, base, endpoint.name, key, instance), language)
    st.code(code, language="bash" if language == "curl" else language, wrap_lines=True)
    names = version.class_names
    st.caption(
        "Its classes, in the order of the probabilities: "
        + plain(", ".join(names[:SHOWN_CLASSES]))
        + (f" … {len(names)} in all" if len(names) > SHOWN_CLASSES else "")
    )
    if key == PLACEHOLDER:
        st.caption(
            f"Put a key of this endpoint in place of {PLACEHOLDER}. A lost key is replaced in Keys."
        )
    if language == "javascript":
        st.caption(
            "A web page may ask from another address only when Settings allows that address."
        )
    with st.expander("From Label Studio", icon=":material/label:"):
        st.markdown("As the model of a project: Settings, Model, Connect Model.")
        st.code(f"{base}/labelstudio/{endpoint.name}", language=None, wrap_lines=True)
        st.caption(
            "It predicts choices that are called like the model's classes; choose basic authentication there, "
            "with any user name and the endpoint's key as the password."
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.link_button(
            "All its addresses", f"{base}/docs?endpoint={endpoint.name}", icon=":material/api:", width="content",
            help="Every address that programs may ask, with a form to try each.",
        )  # fmt: skip
        st.page_link(
            page("deploy"), label="Take the model along as a file instead", icon=":material/download:",
            query_params={"view": "files", "of": version.title},
        )  # fmt: skip
        st.download_button(
            "Take the endpoint along as a container", lambda: workspace().endpoint_container(endpoint.name),
            file_name=f"{endpoint.name}.docker.zip", mime="application/zip", icon=":material/deployed_code:",
            on_click="ignore", key=f"container {endpoint.name}", width="content",
            help="Dockerfile, compose file, model and settings: docker compose up starts it on another machine, where "
            "it answers in the same ways. It gets a key of its own, which stands in its README.md.",
        )  # fmt: skip
