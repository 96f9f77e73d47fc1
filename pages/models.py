"""Models: what was registered, how good each version is, where it comes from, its aliases, card and files."""

from __future__ import annotations

import streamlit as st

from studio.ui import models as shown
from studio.ui.feedback import empty, plain
from studio.ui.foreign import show_import
from studio.ui.lineage import show_lineage
from studio.ui.model_aliases import show_aliases
from studio.ui.model_card import show_card
from studio.ui.model_versions import show_evaluations, show_texts, show_versions
from studio.ui.session import choose, choose_view, page, workspace

VIEWS = {
    "version": "Version",
    "aliases": "Aliases and gates",
    "lineage": "Lineage",
    "card": "Model card",
}
BROUGHT = {"saved": "Saved by a studio", "foreign": "Made by another program"}

st.title("Models")
shown.show_restoring()
models = {model.name: model for model in workspace().models()}
if not models:
    empty("No model is registered yet.", page("evaluate"), "Evaluate and register one")
else:
    model = models[choose("Model", list(models), "model")]
    show_versions(model)
    numbers = [str(version.version) for version in model.versions]
    number = int(choose("Version", numbers, "version"))
    version = next(v for v in model.versions if v.version == number)
    names = ", ".join(version.class_names[:12]) + (" …" if len(version.class_names) > 12 else "")
    st.caption(plain(f"{version.title} tells apart: {names}"))
    match choose_view("Show", VIEWS, "view"):
        case "aliases":
            show_aliases(model, number)
        case "lineage":
            show_lineage(version.title)
        case "card":
            show_card(version)
        case _:
            show_evaluations(version)
            st.subheader("Download")
            shown.show_files(version)
            st.page_link(
                page("deploy"), label="More files, each checked to answer as the model does",
                icon=":material/arrow_forward:", query_params={"view": "files", "of": version.title},
            )  # fmt: skip
            st.subheader("Written beside it")
            show_texts(version)
st.subheader("Bring in a model")
importing = "foreign" if "importing" in st.query_params else None
if choose_view("Where it comes from", BROUGHT, "bring", importing) == "foreign":
    show_import()
else:
    shown.show_restore()
