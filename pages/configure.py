"""Configure: a model as a stack of layers, with shapes and parameters as one edits."""

from __future__ import annotations

import streamlit as st

from studio.core.configs import PRESETS, ModelConfig
from studio.ui.feedback import attempt, plain, say_next
from studio.ui.layers import edit_stack, load_draft, show_summary
from studio.ui.session import author, go, workspace

EXAMPLE = "28×28 drawings, 100 classes"


def choose_samples() -> tuple[tuple[int, int, int], int]:
    """Let a person say which samples the model is for. Returns their shape and number of classes."""
    latest = {d.name: d.latest for d in workspace().datasets() if d.latest.task == "images"}
    chosen = st.selectbox(
        "Samples the model is for",
        [*latest, EXAMPLE],
        key="configure_dataset",
        persist_state="session",
        help="Shapes and parameters below are computed for these.",
    )
    if chosen == EXAMPLE or chosen not in latest:
        return (28, 28, 1), 100
    return latest[chosen].shape, len(latest[chosen].class_names)


def load_chosen() -> None:
    """Put the configuration chosen in "Start from" on the page."""
    load_draft(workspace().model_config(st.session_state["configure_from"]))


def show_save(config: ModelConfig | None) -> None:
    """Show a form that keeps the model under a name, and the way to training."""
    with st.form("save_config", border=True):
        name = st.text_input("Save as", placeholder="my-model", max_chars=64)
        replace = st.checkbox("Replace a saved model of that name")
        if (
            st.form_submit_button("Save", icon=":material/save:", disabled=config is None)
            and config
        ):
            with attempt():
                workspace().save_model_config(
                    str(name).strip(), config, author=author(), replace=replace
                )
                say_next(f"Saved as {name}.")
                st.rerun()
    if st.button("Train this model", type="primary", icon=":material/model_training:",
                 disabled=config is None):  # fmt: skip
        go("train", model="draft")


st.title("Configure")
st.markdown(
    "A model is a stack of layers. Each looks at what the one above found. The default, three "
    "convolutional and two dense layers, recognises drawings well."
)
left, right = st.columns([3, 2], gap="large")
with left:
    shape, classes = choose_samples()
    known = workspace().model_configs()
    st.selectbox(
        "Start from",
        list(known),
        key="configure_from",
        on_change=load_chosen,
        format_func=lambda name: f"{name} (preset)" if name in PRESETS else name,
        persist_state="session",
    )
    edit_stack()
    st.caption(
        plain(f"Then the output layer: one unit for each of the {classes} classes, softmax.")
    )
with right:
    config = show_summary(shape, classes)
    show_save(config)
