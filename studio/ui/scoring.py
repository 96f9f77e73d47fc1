"""Scoring many samples at once: the form, how far it is, and what came of it."""

from __future__ import annotations

import base64
from typing import Any, Literal, cast

import plotly.graph_objects as go
import streamlit as st

from studio.core.dataset import DatasetVersion
from studio.core.fit import fits
from studio.core.model_spec import ModelSpec
from studio.core.names import slug
from studio.core.run import Run
from studio.core.scoring import PART_TITLES, ScoringReport, source_for
from studio.ui.background import LISTED, show_end, watch
from studio.ui.charts import BLUE, blank_figure
from studio.ui.charts_review import short
from studio.ui.endpoints import references as deployable
from studio.ui.feedback import attempt, empty, plain, show_numbers
from studio.ui.overview import duration, when
from studio.ui.places import choose_place
from studio.ui.session import author, choose, page, used_up, workspace

DATASET, FILES = "A dataset", "Files"
WAITING = "scoring that was asked for"
SHOWN_ROWS = 20
SHOWN_CLASSES = 30
Accepted = Literal["images", "text", "table", "strokes"]
HINTS: dict[Accepted, str] = {
    "images": "https://example.org/pictures.zip",
    "text": "https://example.org/texts.csv",
    "table": "https://example.org/table.csv",
    "strokes": "https://example.org/drawings.ndjson",
}


def show_scoring() -> None:
    """Show how a model is asked about many samples, what is going on, and what came of it."""
    references = deployable()
    if not references:
        empty("No model is registered yet.", page("evaluate"), "Evaluate and register one")
        return
    st.markdown(
        "Ask a model about every sample of a dataset, or of files that no dataset holds. You get a table with the "
        "likeliest class of each sample and how likely each class is, and a dataset with these labels if you like."
    )
    _show_form(references)
    active = watch("scoring")
    _show_waiting(active)
    _show_results()


def _show_form(references: list[str]) -> None:
    with st.container(border=True):
        left, right = st.columns(2)
        reference = str(left.selectbox("Model", references, key="score_model"))
        spec = workspace().model_spec(reference)
        where = right.segmented_control(
            "What is scored", [DATASET, FILES], default=DATASET, required=True, key="score_what"
        )
        asked = _dataset(spec) if where == DATASET else _files(spec)
        into, above = _new_dataset(spec)
        if st.button(
            "Score",
            type="primary",
            icon=":material/table_view:",
            key="score_start",
            disabled=asked is None,
        ):
            with attempt():
                assert asked is not None
                run = workspace().request_scoring(
                    reference, **asked, into=into, above=above, author=author()
                )
                st.session_state[WAITING] = run.name
                used_up("score upload")
                st.rerun()


def _dataset(spec: ModelSpec) -> dict[str, Any] | None:
    """Let a person choose a dataset whose samples the model can be asked about, and which of them."""
    found = [dataset.latest for dataset in workspace().datasets() if suits(spec, dataset.latest)]
    if not found:
        st.info("There is no dataset with samples for this model.", icon=":material/info:")
        return None
    own = spec.dataset.partition(":")[0]
    names = sorted((version.dataset for version in found), key=lambda name: name != own)
    left, right = st.columns(2)
    name = left.selectbox("Dataset", names, key=f"score_dataset_{own}")
    part = right.selectbox(
        "Samples", list(PART_TITLES), format_func=PART_TITLES.__getitem__, key="score_part"
    )
    return {"dataset": str(name), "part": part}


def suits(spec: ModelSpec, version: DatasetVersion) -> bool:
    """Return whether a model can be asked about the samples of a version."""
    if spec.config is None:
        return version.task == "images"
    return fits(spec.config, version)


def _files(spec: ModelSpec) -> dict[str, Any] | None:
    """Let a person say where files are, and read them as the model needs it."""
    kind: Accepted = "images"
    if spec.config is not None and spec.config.input in ("text", "table", "strokes"):
        kind = cast(Accepted, spec.config.input)
    st.caption(
        {
            "images": "A folder or a zip of pictures.",
            "text": "A `.csv`, `.tsv` or `.jsonl` file with a text in each row.",
            "table": "A `.csv`, `.tsv` or `.parquet` file with the columns that the model was trained on.",
            "strokes": "Quick, Draw! drawings, `.ndjson`.",
        }[kind]
    )
    place, _ = choose_place(kind, "score", HINTS[kind])
    if place is None:
        return None
    asked: dict[str, Any] | None = None
    with attempt():
        source = source_for((), spec.shape, place, kind="folder" if kind == "images" else kind)
        asked = {"source": source}
    return asked


def _new_dataset(spec: ModelSpec) -> tuple[str | None, float]:
    """Let a person have the answers as a dataset. Returns its name, None for none, and the least confidence."""
    if not st.toggle("Also make a dataset of the answers", key="score_into"):
        return None, 0.0
    left, right = st.columns(2)
    named = slug(spec.title.partition(":")[0])
    name = left.text_input("Name of the dataset", f"{named[:55]}-scored", max_chars=64)
    percent = right.slider(
        "Label what it is at least so sure of",
        0,
        100,
        0,
        format="%d %%",
        help="Other samples come without a class, to be labelled by hand.",
        key="score_above",
    )
    return str(name).strip(), percent / 100


def _show_waiting(active: bool) -> None:
    """Show how the scoring that was asked for here has ended, if it has."""
    asked = st.session_state.get(WAITING)
    if asked is None or active:
        return
    run = workspace().run(asked)
    if not run.is_terminal:
        return
    if run.status == "completed":
        del st.session_state[WAITING]
        st.query_params["scored"] = run.name
    else:
        show_end(run, lambda run: None)


def _show_results() -> None:
    runs = [
        run for run in workspace().runs(kind="scoring", limit=LISTED) if run.status == "completed"
    ]
    if not runs:
        return
    st.subheader("Results")
    titles = {run.name: _title(run) for run in runs}
    name = choose("Scoring", list(titles), "scored", shown=titles.__getitem__)
    with attempt():
        run = next(run for run in runs if run.name == name)
        _show_result(run, workspace().scoring_report(name))


def _title(run: Run) -> str:
    report = run.result.get("report")
    if not isinstance(report, dict):
        return run.name
    about = f"{report['model']} about {report['source']}: {report['count']:,} samples"
    return f"{about}, {when(run.ended)}"


def _show_result(run: Run, report: ScoringReport) -> None:
    numbers: dict[str, tuple[str, str | None]] = {
        "Samples": (f"{report.count:,}", None),
        "Mean confidence": (
            f"{report.mean_confidence:.1%}",
            "How likely the likeliest class is, on average.",
        ),
    }
    if report.accuracy is not None:
        numbers["Accuracy"] = (
            f"{report.accuracy:.1%}",
            "Among the samples that have a class. Where the model was trained on them, it says little.",
        )
    numbers["Took"] = (
        duration(report.seconds) if report.seconds >= 10 else f"{report.seconds:.1f} s",
        f"{report.samples_per_second:,.0f} samples a second.",
    )
    if report.unreadable:
        numbers["Unreadable"] = (f"{report.unreadable:,}", "Files that could not be read.")
    show_numbers(numbers)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.link_button(
            "Download the table (CSV)",
            f"api/exports/{run.name}",
            icon=":material/download:",
            width="content",
        )
        if report.into:
            _link_dataset(report.into)
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.plotly_chart(_counts(report), key="score_counts")
    with right:
        _show_rows(run)


def _link_dataset(title: str) -> None:
    """Lead to the dataset that was made, and to labelling where the model was not sure enough."""
    version = workspace().known_version(title)
    if version is None:
        st.caption(f"The dataset {plain(title)} that was made of it is not here any more.")
        return
    name = version.dataset
    st.page_link(
        page("datasets"),
        label=f"Open {plain(title)}",
        icon=":material/database:",
        query_params={"dataset": name},
    )
    unsure = version.kept - version.labelled
    if unsure:
        st.page_link(
            page("label"),
            label=f"Label the {unsure:,} it is unsure about",
            icon=":material/label:",
            query_params={"dataset": name},
        )


def _counts(report: ScoringReport) -> go.Figure:
    """Return bars: how many samples have each class as their likeliest one, the most frequent first."""
    counts = sorted(report.counts.items(), key=lambda item: -item[1])[:SHOWN_CLASSES]
    figure = blank_figure(max(160, 26 * len(counts) + 50))
    figure.add_bar(
        y=[short(name) for name, _ in counts],
        x=[count for _, count in counts],
        orientation="h",
        marker_color=BLUE,
        text=[f"{count:,}" for _, count in counts],
        hovertemplate="%{y}: %{x:,} samples<extra></extra>",
    )
    figure.update_yaxes(autorange="reversed", type="category")
    figure.update_xaxes(title="samples, by their likeliest class", rangemode="tozero")
    return figure


def _show_rows(run: Run) -> None:
    """Show the first rows of the table, with their pictures while these are there."""
    rows = workspace().scored_rows(run.name, SHOWN_ROWS)
    pictures = workspace().scored_pictures(run.name, [int(row["sample"]) for row in rows])
    titles = {"sample": "Sample", "name": "Name", "text": "Text", "label": "Label"}
    shown = [
        {
            **({"Picture": _address(picture)} if pictures else {}),
            **{title: row[column] for column, title in titles.items() if column in row},
            "Class": row["class"],
            "Sure": 100 * float(row["confidence"]),
        }
        for row, picture in zip(rows, pictures or [b""] * len(rows), strict=True)
    ]
    st.dataframe(
        shown,
        hide_index=True,
        row_height=44 if pictures else None,
        column_config={
            "Picture": st.column_config.ImageColumn(width="small"),
            "Sure": st.column_config.NumberColumn(format="%.1f %%"),
        },
    )
    st.caption(f"The first {len(rows):,} of the table.")


def _address(picture: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}"
