"""Bringing in a model that another program made: its file, what it wants and means, a trial, and the import."""

from __future__ import annotations

from typing import Any, Literal

import streamlit as st

from studio.core.dataset import DatasetVersion
from studio.core.foreign import (
    FOREIGN_FORMATS,
    MAY_HOLD_CODE,
    SCALINGS,
    SUFFIXES,
    TITLES,
    TRUST_VARIABLE,
    ImportModelParams,
    trusts_models,
)
from studio.core.names import check_name, slug
from studio.core.run import Run
from studio.core.standard import import_model_pipeline
from studio.ui.components import Upload, uploader
from studio.ui.feedback import attempt, plain, say_next, show_error
from studio.ui.session import author, go, once, used_up, workspace

UPLOAD, TRIAL, ADDRESS = "foreign upload", "foreign trial", "importing"
TYPED, FROM_FILE = "I type them", "The file says them"
FROM_DATASET = "The same as in {}"
TELL = "Tell it from the file"
ANSWERS = {
    "": "Tell it from its answers",
    "probabilities": "Probabilities, which add up to 1",
    "logits": "Raw scores (logits)",
}
POLL_SECONDS = 1.0


def show_import() -> None:
    """Show how a model of another program is brought in, and how the import that the address names goes on."""
    st.markdown(
        "A model made elsewhere becomes one like your own: it is evaluated, deployed and suggests labels. Its file "
        "is read by a process with limits, and nothing in it is run."
    )
    _show_importing()
    found = uploader(kind="foreign", key=once(UPLOAD))
    if found is None:
        listed = [TITLES[kind] for kind in FOREIGN_FORMATS if kind not in MAY_HOLD_CODE]
        st.caption(plain(f"Takes: {', '.join(listed)}." + _trusted_text()))
        return
    params, dataset, name = _form(found)
    with st.container(horizontal=True):
        tried = st.button(
            "Try it",
            icon=":material/science:",
            key="foreign_try",
            disabled=dataset is None,
            help="Asks it about some samples of the dataset; nothing is registered yet.",
        )
        imported = st.button(
            "Import model", icon=":material/move_to_inbox:", type="primary", key="foreign_import"
        )
    if tried:
        with attempt():
            run = _submit({**params, "model": ""}, dataset, f"try-{name or 'model'}")
            st.session_state[TRIAL] = run.name
    if imported:
        with attempt():
            check_name("model", name)
            run = _submit({**params, "model": name}, dataset, f"import-{name}")
            used_up(UPLOAD)
            st.session_state.pop(TRIAL, None)
            go("models", **{ADDRESS: run.name})
    _show_trial()


def _trusted_text() -> str:
    titles = " and ".join(TITLES[kind] for kind in MAY_HOLD_CODE)
    if trusts_models():
        return f" Also {titles}, which may hold code: only from makers you trust."
    return f" {titles} may hold code; they are read only where {TRUST_VARIABLE}=1 is set."


def _form(found: Upload) -> tuple[dict[str, Any], DatasetVersion | None, str]:
    """Show what is asked about a file. Returns the settings, the dataset it is tried on, and the model's name."""
    label = found["label"]
    kind = next((k for ending, k in SUFFIXES.items() if label.lower().endswith(ending)), None)
    stem = label.rsplit(".", 1)[0]
    name = st.text_input(
        "Name of the model", slug(stem) or "imported", max_chars=64, key=f"foreign_name_{label}"
    )
    dataset = _dataset()
    names = _class_names(dataset)
    left, right = st.columns(2)
    scaling = left.selectbox(
        "How it wants pixels",
        ["", *SCALINGS],
        format_func=lambda key: TELL if not key else _sentence(SCALINGS[key]),
        key="foreign_scaling",
        help="As its maker prepared the pictures for training. If it answers nonsense, try another.",
    )
    output = right.selectbox(
        "What its numbers are", list(ANSWERS), format_func=ANSWERS.__getitem__, key="foreign_output"
    )
    with st.expander("Size and colours"):
        st.caption(
            "Needed only where the file leaves them open, or the model was made with OpenCV."
        )
        first, second = st.columns(2)
        height = first.number_input("Height in pixels (0: as the file says)", 0, 4096, 0)
        width = second.number_input("Width in pixels (0: as the file says)", 0, 4096, 0)
        reverse = st.checkbox("It wants blue first, then green and red", key="foreign_reverse")
    trusted = False
    if kind in MAY_HOLD_CODE:
        st.warning(
            plain(f"A {TITLES[kind]} can hold code of its maker, which runs while it is read."),
            icon=":material/gpp_maybe:",
        )
        trusted = st.checkbox("I trust where this file comes from", key="foreign_trusted")
    params = {
        "upload": found["upload"],
        "class_names": names,
        "scaling": scaling,
        "output": output,
        "height": int(height),
        "width": int(width),
        "reverse": reverse,
        "trusted": trusted,
    }
    return params, dataset, str(name).strip()


def _dataset() -> DatasetVersion | None:
    """Let a person choose on what the model is tried."""
    names = [d.name for d in workspace().datasets() if d.latest.task == "images"]
    if not names:
        return None
    chosen = st.selectbox(
        "Dataset to try it on",
        ["", *names],
        index=1,
        format_func=lambda name: name or "none",
        key="foreign_dataset",
    )
    return workspace().dataset(chosen) if chosen else None


def _class_names(dataset: DatasetVersion | None) -> tuple[str, ...]:
    """Let a person say what the model's outputs mean. Empty: as the file says."""
    same = FROM_DATASET.format(dataset.dataset) if dataset is not None else None
    ways = [*([same] if same else []), TYPED, FROM_FILE]
    way = st.radio("Names of its classes", ways, key=f"foreign_names_{same}", horizontal=True)
    if way == same and dataset is not None:
        shown = ", ".join(dataset.class_names[:12]) + (
            " …" if len(dataset.class_names) > 12 else ""
        )
        st.caption(plain(f"In this order: {shown}"))
        return dataset.class_names
    if way == FROM_FILE:
        return ()
    text = st.text_area(
        "One name a line, in the order of its outputs",
        key="foreign_typed",
        placeholder="apple\nfish\nthe Eiffel Tower",
        max_chars=500_000,
    )
    return tuple(line.strip() for line in str(text).splitlines() if line.strip())


def _submit(params: dict[str, Any], dataset: DatasetVersion | None, name: str) -> Run:
    ready = ImportModelParams.model_validate(params)
    chosen = (None, None) if dataset is None else (dataset.dataset, dataset.version)
    return workspace().submit(
        import_model_pipeline(ready, *chosen),
        name=workspace().free_run_name(name),
        author=author(),
    )


def _show_trial() -> None:
    """Show how the trial goes on, and what it said in the end."""
    name = st.session_state.get(TRIAL)
    if not name:
        return
    run = workspace().run(name)
    if not run.is_terminal:
        _watch(run.name, "Trying")
    elif run.failure:
        show_error(run.failure)
    elif run.status == "completed":
        _show_result(run.result)


def _show_result(result: dict[str, Any]) -> None:
    adapter = result["adapter"]
    with st.container(border=True):
        st.markdown(f"**It takes {plain(str(result['takes']))}.** Nothing is registered yet.")
        for note in result["notes"]:
            st.markdown(f"- {plain(str(note))}")
        st.caption(
            plain(
                f"A pixel becomes pixel x {adapter['scale']:.6g} + {adapter['offset']:g}; "
                f"its numbers are {adapter['output']}."
            )
        )
        tried = result.get("tried")
        if not tried or not tried["count"]:
            st.info("No sample of the dataset has one of its classes.", icon=":material/info:")
            return
        classes = len(result["class_names"])
        st.metric(
            f"Right about {tried['count']} samples of {plain(tried['dataset'])}",
            f"{tried['accuracy']:.1%}",
            help=f"Guessing among {classes} classes would be right about {1 / classes:.1%}.",
        )
        st.dataframe(
            [
                {
                    "Sample": shown["sample"],
                    "Is": shown["true"],
                    "It says": shown["said"],
                    "Sure": shown["confidence"],
                }
                for shown in tried["samples"]
            ],
            hide_index=True,
            column_config={"Sure": st.column_config.NumberColumn(format="percent")},
        )


def _show_importing() -> None:
    """Show how the import that the address names goes on, until it ends."""
    name = st.query_params.get(ADDRESS)
    if not name:
        return
    run = workspace().run(name)
    if not run.is_terminal:
        _watch(run.name, "Importing")
    elif run.status == "completed":
        say_next(f"{run.result['model']}:{run.result['version']} is imported.")
        go("models", model=str(run.result["model"]))
    elif run.failure:
        show_error(run.failure)


def _watch(name: str, doing: Literal["Trying", "Importing"]) -> None:
    """Show how far a run is, with a button that cancels it, and start the page anew when it ends."""

    @st.fragment(run_every=POLL_SECONDS)
    def watch() -> None:
        now = workspace().run(name)
        text = now.progress.message if now.progress else "waiting for its turn"
        st.info(f"{doing}: {plain(text)} …", icon=":material/hourglass_top:")
        if st.button("Cancel", icon=":material/close:", key=f"foreign_cancel_{name}"):
            with attempt():
                workspace().cancel_run(name)
        if now.is_terminal:
            st.rerun()

    watch()


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
