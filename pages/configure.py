"""Configure: a model as a stack of layers, with shapes and parameters as one edits."""

from __future__ import annotations

import streamlit as st

from studio.core.configs import ModelConfig
from studio.core.presets import PRESET_GROUPS
from studio.ui.feedback import attempt, plain, say_next
from studio.ui.layers import Kind, choose_kind, edit_input, edit_stack, load_draft, show_summary
from studio.ui.layers_samples import choose_samples
from studio.ui.session import author, go, workspace


def choose_start(kind: Kind) -> None:
    """Let a person begin with a preset or a saved model that looks at the same."""
    known = workspace().model_configs()
    groups = {name: f"{group}: {name}" for group, names in PRESET_GROUPS.items() for name in names}
    key = f"configure_from_{kind}"
    st.selectbox(
        "Start from",
        [name for name, config in known.items() if config.input == kind],
        key=key,
        on_change=lambda: load_draft(workspace().model_config(st.session_state[key])),
        format_func=lambda name: groups.get(name, f"Saved: {name}"),
        persist_state="session",
    )


def show_save(config: ModelConfig | None) -> None:
    """Show a form that keeps the model under a name, and the way to training."""
    with st.form("save_config", border=True):
        name = st.text_input("Save as", placeholder="my-model", max_chars=64)
        replace = st.checkbox("Replace a saved model of that name")
        pressed = st.form_submit_button("Save", icon=":material/save:", disabled=config is None)
        if pressed and config:
            with attempt():
                workspace().save_model_config(name.strip(), config, author=author(), replace=replace)  # fmt: skip
                say_next(f"Saved as {name}.")
                st.rerun()
    icon = ":material/model_training:"
    if st.button("Train this model", type="primary", icon=icon, disabled=config is None):
        go("train", model="draft")


st.title("Configure")
st.markdown("A model is a stack of layers. Each looks at what the one above found.")
left, right = st.columns([3, 2], gap="large")
with left:
    kind = choose_kind()
    shape, classes, table = choose_samples(kind)
    choose_start(kind)
    edit_input()
    edit_stack(shape)
    st.caption(plain(f"Then the output: one unit for each of the {classes} classes, softmax."))
with right:
    show_save(show_summary(shape, classes, table))
