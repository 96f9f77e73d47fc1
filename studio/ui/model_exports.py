"""Files of a model for other programs: what each is for, how exactly it answers like the model, downloads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from studio.core.model import ModelVersion
from studio.core.model_export import (
    FLOAT_AGREEMENT,
    INPUTS,
    INT8_DROP,
    MODEL_EXPORTS,
    Exported,
    ModelExportParams,
    ParityRow,
)
from studio.ui import browser_replay
from studio.ui.background import LISTED, show_end, watch
from studio.ui.feedback import attempt, empty, plain, say_next
from studio.ui.forms import fields
from studio.ui.scoring import suits
from studio.ui.session import author, choose, page, workspace

GATE = (
    "Every file answers the same samples as the model itself, first of all those that it was not trained on. A file "
    f"that calculates with fractions must agree about {100 * FLOAT_AGREEMENT:g} % of them, one with whole numbers may "
    f"lose {100 * INT8_DROP:g} % accuracy; what misses that is not given out unless you say so."
)


def show_files() -> None:
    """Show the files of a model that is chosen here."""
    models = workspace().models()
    titles = [version.title for model in models for version in model.versions]
    if not titles:
        empty("No model is registered yet.", page("evaluate"), "Evaluate and register one")
        return
    version = workspace().resolve_model(choose("Model", titles, "of"))
    st.caption(GATE)
    dataset = choose_samples(version)
    show_making(version, dataset)
    found = workspace().exported(version)
    show_table(found)
    if not found.rows:
        st.info(
            "Nothing was made of this model yet but the files that its training kept. Making and checking all of "
            "them takes a minute or a few.",
            icon=":material/info:",
        )
    if any(row.format == "page" for row in found.rows):
        st.subheader("In this browser")
        browser_replay.show(version)
    show_downloads(version, found, dataset)


def choose_samples(version: ModelVersion) -> str | None:
    """Return the dataset whose samples are asked about, chosen here where the model's own is missing; None: none is."""
    if workspace().known_version(version.dataset) is not None:
        return version.dataset
    spec = workspace().model_spec(version.title)
    latest = [dataset.latest for dataset in workspace().datasets()]
    suitable = [found.title for found in latest if suits(spec, found)]
    said = plain(version.dataset) if version.dataset else "What it was trained on"
    if not suitable:
        st.info(
            f"{said} is not in this studio, so there are no samples to check files with. The files that came with the "
            "model are below.",
            icon=":material/info:",
        )
        return None
    return st.selectbox(
        "Samples to check with", suitable, key=f"samples_{version.title}",
        help=f"{version.dataset or 'The dataset that the model was trained on'} is not in this studio. Choose one with "
        "the same kind of samples and the same classes.",
    )  # fmt: skip


def fitting(version: ModelVersion) -> list[str]:
    """Return the forms that a run can make of a model, in their order."""
    held = INPUTS.get(version.config.input, "image")
    return [name for name, form in MODEL_EXPORTS.items() if form.made and held in form.inputs]


def show_making(version: ModelVersion, dataset: str | None) -> None:
    """Show the button that makes and checks all files, how far that is, and why it ended early."""
    with st.expander("What is made", icon=":material/tune:"):
        formats = st.multiselect(
            "Files", fitting(version), format_func=lambda name: MODEL_EXPORTS[name].title,
            placeholder="all that this model can become", key=f"make_{version.title}",
        )  # fmt: skip
        values = fields(
            ModelExportParams, {}, f"make {version.title}", only=("samples", "accept"), columns=2
        )
    if watch("model_export"):
        return
    if st.button(
        "Make and check all" if not formats else f"Make and check {len(formats)}",
        type="primary", icon=":material/published_with_changes:", disabled=dataset is None,
        key=f"export_{version.title}",
    ):  # fmt: skip
        _start(version, dataset, tuple(formats), **values)
    newest = next(
        (
            run
            for run in workspace().runs(kind="model_export", limit=LISTED)
            if run.is_terminal
            and version.title in (node.params.get("reference") for node in run.pipeline.nodes)
        ),
        None,
    )
    if newest and newest.status != "completed":
        show_end(newest, lambda run: None)


def _start(
    version: ModelVersion, dataset: str | None, formats: tuple[str, ...], **how: Any
) -> None:
    name, _, number = (dataset or "").partition(":")
    with attempt():
        workspace().request_export(
            version.title,
            formats=formats,
            dataset=name or None,
            version=int(number) if number else None,
            author=author(),
            **how,
        )
        say_next(f"The files of {version.title} are being made.")
        st.rerun()


def verdict(row: ParityRow) -> str:
    """Return in two or three words whether a file may leave.

    Example:
        >>> verdict(ParityRow(format="onnx", bytes=1, samples=1000))
        'Passed'
    """
    if row.refused:
        return "Kept nonetheless" if row.accepted else "Refused"
    return "Passed" if row.samples else "Not tried yet"


def table_rows(rows: Sequence[ParityRow]) -> list[dict[str, str]]:
    """Return one row a form and place where it was tried, as text.

    Example:
        >>> row = ParityRow(format="onnx", bytes=443_000, samples=1000, agreement=1.0, max_difference=3e-7)
        >>> table_rows([row])[0]["Agrees"], table_rows([row])[0]["kB"], table_rows([row])[0]["ms"]
        ('100 %', '443', '')
    """
    return [
        {
            "File": MODEL_EXPORTS[row.format].title,
            "Verdict": verdict(row),
            "kB": f"{row.bytes / 1000:,.0f}",
            "Agrees": _percent(row.agreement),
            "Largest difference": _difference(row.max_difference),
            "Accuracy": _percent(row.accuracy),
            "Accuracy lost": _percent(row.accuracy_drop),
            "ms": "" if row.milliseconds is None else f"{row.milliseconds:.2f}",
            "Samples": f"{row.samples:,}" if row.samples else "",
            "Where": row.where if row.samples else "",
            "Note": row.note,
        }
        for row in rows
    ]


def _difference(value: float | None) -> str:
    return "" if value is None else f"{value:.1e}" if 0 < value < 0.001 else f"{value:.3g}"


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.4g} %"


NUMBERS = {
    "kB": "Size of the file",
    "Agrees": "Share of the samples about whose likeliest class the file and the model agree",
    "Largest difference": "Of any probability, between the file and the model",
    "Accuracy": "Of the file, on those of the samples that have a class",
    "Accuracy lost": "Below 0: the file is right more often than the model",
    "ms": "Milliseconds for one sample, one at a time: the median",
    "Samples": "So many were answered by both",
}


def show_table(found: Exported) -> None:
    """Show how every file answers beside the model, as a table, and what was not made and why."""
    if found.rows:
        st.subheader("How exactly they answer")
        tried = {row.format for row in found.rows if row.samples}
        rows = table_rows([row for row in found.rows if row.samples or row.format not in tried])
        noted = any(row["Note"] and row["Samples"] for row in rows)
        st.dataframe(
            rows,
            column_order=[name for name in rows[0] if name != "Note" or noted],
            hide_index=True,
            height="content",
            column_config={
                "File": st.column_config.TextColumn(pinned=True),
                **{
                    name: st.column_config.TextColumn(help=text, alignment="right")
                    for name, text in NUMBERS.items()
                },
            },
        )
        st.caption(f"Asked last: {plain(found.replayed)}.")
    if found.left_out:
        with st.expander(
            f"Not possible with this model: {len(found.left_out)}", icon=":material/info:"
        ):
            for name, why in found.left_out.items():
                st.markdown(f"**{MODEL_EXPORTS[name].title}**: {plain(why)}")


def show_downloads(version: ModelVersion, found: Exported, dataset: str | None) -> None:
    """Show each file with what it is for, its size and a button; for a refused one why, and a way to keep it."""
    st.subheader("Download")
    refused = found.refused
    offered = set(workspace().model_formats(version))
    for name, form in MODEL_EXPORTS.items():
        if name not in offered and name not in refused:
            continue
        with st.container(
            horizontal=True,
            vertical_alignment="center",
            horizontal_alignment="distribute",
            border=True,
            key=f"form_{name}",
        ):
            file = found.files.get(name) or version.files.get(name)
            size = f" · {file.size / 1000:,.0f} kB" if file and name in offered else ""
            if name in offered:
                st.markdown(f"**{form.title}**{size}  \n{form.description}")
                _download(version, name)
            else:
                st.markdown(
                    f":material/block: **{form.title}** is refused.  \n{plain(refused[name])}"
                )
                if st.button(
                    "Keep it nonetheless", key=f"keep_{version.title}_{name}", width="content",
                    disabled=dataset is None,
                    help="Makes the file again and gives it out, although it answers otherwise than the model.",
                ):  # fmt: skip
                    _start(version, dataset, (name,), accept=True)


def _download(version: ModelVersion, name: str) -> None:
    form = MODEL_EXPORTS[name]

    def content() -> bytes:
        return workspace().model_bytes(version, name)

    st.download_button(
        "Download",
        content,
        file_name=f"{version.model}-{version.version}{form.suffix}",
        mime="application/octet-stream",
        icon=":material/download:",
        help=form.title,
        on_click="ignore",
        key=f"file_{version.title}_{name}",
        width="content",
    )
