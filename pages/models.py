"""Models: what was registered, its versions and aliases, its files, and how to bring one back."""

from __future__ import annotations

import streamlit as st

from studio.ui import models as shown
from studio.ui.feedback import empty, plain
from studio.ui.session import choose, page, workspace

st.title("Models")
shown.show_restoring()
models = {model.name: model for model in workspace().models()}
if not models:
    empty("No model is registered yet.", page("evaluate"), "Evaluate and register one")
else:
    model = models[choose("Model", list(models), "model")]
    st.dataframe(
        shown.version_rows(model),
        hide_index=True,
        column_config={
            "Accuracy": st.column_config.NumberColumn(format="percent"),
            "mAP": st.column_config.NumberColumn(format="%.4f"),
        },
    )
    numbers = [version.version for version in model.versions]
    number = st.selectbox("Version", numbers, key=f"version_of_{model.name}")
    version = next(v for v in model.versions if v.version == number)
    names = ", ".join(version.class_names[:12]) + (" …" if len(version.class_names) > 12 else "")
    st.caption(plain(f"{version.title} tells apart: {names}"))
    st.subheader("Download")
    shown.show_files(version)
    st.subheader("Aliases")
    st.markdown(
        "An alias is a name that moves: endpoints that follow **champion** serve the version it points at."
    )
    shown.show_aliases(model)
st.subheader("Restore a saved model")
shown.show_restore()
