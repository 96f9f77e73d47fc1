"""Speed, precision, size and output of models: as a table, as a picture, and measured in turns on this machine."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from studio.core.evaluation import EvaluationRecord
from studio.core.model_spec import RUN_PREFIX
from studio.core.run import Run
from studio.core.speed import LARGEST_BATCH, SPEED_FORMATS, SPEED_MODELS_LIMIT, SpeedReport
from studio.processes import ensure_worker
from studio.ui.background import watch
from studio.ui.charts import blank_figure
from studio.ui.compare_curves import COLOURS
from studio.ui.components import figure
from studio.ui.feedback import attempt, empty, plain
from studio.ui.overview import when
from studio.ui.session import author, choose, once, page, used_up, workspace
from studio.workspace import Workspace

BATCHES = (1, 8, 32, 64, 256, 1024)
LISTED = 100
LABELLED = 12
"""Points of so many models carry their names; of more, the pointer tells."""


def show_models(key: str) -> None:
    """Show speed, mAP, size and output of all judged models, and what was measured of their speed."""
    records = workspace().evaluations()
    if not records:
        empty("No model was judged yet.", page("train"), "Train a model")
        return
    parts = list(dict.fromkeys(f"{r.split} of {r.dataset}" for r in records))
    part = choose("Judged on", parts, "judged", shown=lambda name: plain_part(name, records))
    newest: dict[str, EvaluationRecord] = {}
    for record in records:
        if f"{record.split} of {record.dataset}" == part:
            newest.setdefault(record.title, record)
    report = _show_measured(list(newest.values()), key)
    rows = [_row(record, report) for record in newest.values()]
    st.subheader("Models")
    st.dataframe(
        rows,
        hide_index=True,
        column_config={
            "Speed (ms)": st.column_config.NumberColumn(format="%.3f", help="Milliseconds a sample, one at a time, "
                                                        "as an endpoint answers; from the time of judging."),
            "Measured (ms)": st.column_config.NumberColumn(format="%.3f", help="From the measurement below: the "
                                                           "format and batch size chosen there."),
            "mAP": st.column_config.NumberColumn(format="%.4f"),
            "Size (kB)": st.column_config.NumberColumn(format="%.0f"),
            "Accuracy": st.column_config.NumberColumn(format="percent"),
            "Parameters": st.column_config.NumberColumn(format="localized"),
        },
    )  # fmt: skip
    if len(rows) > 1:
        figure(
            speed_and_precision(rows),
            key=f"{key}_scatter",
            alt="Milliseconds a sample against mean average precision, a point a model, larger for larger files.",
            table=[
                {n: row.get(n) for n in ("Model", "Speed (ms)", "mAP", "Size (kB)", "Output")}
                for row in rows
            ],
            clickable=False,
        )
        st.caption("Up and to the left is better. The larger the point, the larger the file.")


def plain_part(name: str, records: Sequence[EvaluationRecord]) -> str:
    """Return which samples, and how many models were judged on them."""
    models = {r.title for r in records if f"{r.split} of {r.dataset}" == name}
    return f"{name} ({len(models)} {'model' if len(models) == 1 else 'models'})"


def _row(record: EvaluationRecord, measured: Mapping[str, float]) -> dict[str, Any]:
    facts = record.headline
    sizes = facts.get("model_size_bytes") or {}
    size = sizes.get("tflite") or next(iter(sizes.values()), None)
    row = {
        "Model": record.title,
        "Speed (ms)": facts.get("milliseconds_per_sample"),
        "mAP": facts.get("mean_average_precision"),
        "Size (kB)": None if size is None else size / 1000,
        "Output": f"{_classes(workspace(), record.run)} classes",
        "Accuracy": facts.get("accuracy"),
        "Parameters": facts.get("parameters"),
        "Evaluation": record.run,
    }
    if measured:
        row["Measured (ms)"] = measured.get(record.model, measured.get(record.title))
    return row


@lru_cache(4096)
def _classes(owner: Workspace, run: str) -> int:
    """How many classes a judged model tells apart; an evaluation never changes."""
    return len(owner.evaluation(run).class_names)


def _show_measured(records: Sequence[EvaluationRecord], key: str) -> dict[str, float]:
    """Show what was measured in turns, and return model -> milliseconds a sample of what is chosen there."""
    st.subheader("Speed on this machine")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _show_form(records, key)
        done = [r for r in workspace().runs(kind="speed", limit=LISTED) if r.status == "completed"]
        name = ""
        if done:
            titles = {run.name: f"{run.name} · {when(run.ended)}" for run in done}
            name = choose("Measurement", list(titles), "measured", shown=titles.__getitem__)
    watch("speed")
    _show_failure()
    if not name:
        st.caption(
            "Nothing was measured yet. The table below has the times of judging, each taken at its own moment."
        )
        return {}
    report = workspace().speed_report(name)
    return _show_report(report, key)


def _show_form(records: Sequence[EvaluationRecord], key: str) -> None:
    with st.popover("Measure speed", icon=":material/speed:", key=once("measure")):
        references = {record.model: record.title for record in records}
        models = st.multiselect(
            "Models", list(references), default=list(references)[:5], format_func=references.__getitem__,
            max_selections=SPEED_MODELS_LIMIT, key=f"{key}_models",
        )  # fmt: skip
        batches = st.multiselect("Batch sizes", BATCHES, default=[1, 32, 256], key=f"{key}_batches",
                                 help=f"Samples asked about at once, up to {LARGEST_BATCH:,}.")  # fmt: skip
        formats = st.multiselect(
            "Formats", SPEED_FORMATS, key=f"{key}_formats", placeholder="all there are"
        )
        rounds = st.number_input("Rounds", 3, 100, 7, key=f"{key}_rounds",
                                 help="All of them are timed in turns, so often; the median counts.")  # fmt: skip
        st.caption(
            "Best while nothing else runs. Every file is timed in turns, so none has the quieter minutes."
        )
        if st.button("Measure", type="primary", icon=":material/timer:", key=f"{key}_measure",
                     disabled=not (models and batches)):  # fmt: skip
            with attempt():
                workspace().measure_speed(
                    models,
                    formats=formats,
                    batch_sizes=batches,
                    rounds=int(rounds),
                    author=author(),
                )
                ensure_worker(workspace().home)
                used_up("measure")
                st.rerun()


def _show_failure() -> None:
    newest: list[Run] = workspace().runs(kind="speed", limit=1)
    if newest and newest[0].failure is not None:
        with attempt():
            st.warning(
                plain(f"{newest[0].name}: {newest[0].failure.what} {newest[0].failure.why}"),
                icon=":material/warning:",
            )


def _show_report(report: SpeedReport, key: str) -> dict[str, float]:
    formats = list(dict.fromkeys(row.file_format for row in report.rows))
    batches = sorted({row.batch_size for row in report.rows})
    figure(
        throughput(report),
        key=f"{key}_throughput",
        alt="Samples a second over the batch size, a line for each file of each model.",
        table=_report_rows(report),
        clickable=False,
    )
    cores = "1 core" if report.cores == 1 else f"{report.cores} cores"
    st.caption(
        plain(
            f"Medians of {report.rounds} rounds in turns on {report.device or 'this machine'}. "
            f"Keras files used {cores}, "
            "the others one, as an endpoint gives them."
        )
    )
    with st.expander("All times"):
        st.dataframe(_report_rows(report), hide_index=True)
    for words in report.left_out:
        st.caption(plain(f"Left out: {words}"))
    with st.container(horizontal=True):
        file_format = st.segmented_control(
            "Format in the table below", formats, default="tflite" if "tflite" in formats else formats[0],
            required=True, key=f"{key}_format",
        )  # fmt: skip
        batch = st.segmented_control(
            "Batch size in the table below",
            batches,
            default=batches[0],
            required=True,
            key=f"{key}_batch",
        )
    return {
        row.model: row.milliseconds_per_sample
        for row in report.rows
        if row.file_format == file_format and row.batch_size == batch
    }


def _report_rows(report: SpeedReport) -> list[dict[str, Any]]:
    return [
        {
            "Model": row.model.removeprefix(RUN_PREFIX),
            "Format": row.file_format,
            "Batch size": row.batch_size,
            "ms a call": round(row.milliseconds, 4),
            "from": round(row.low, 4),
            "to": round(row.high, 4),
            "ms a sample": round(row.milliseconds_per_sample, 5),
            "Samples a second": round(row.samples_per_second),
            "Size (kB)": round(row.size_bytes / 1000, 1),
        }
        for row in report.rows
    ]


def throughput(report: SpeedReport) -> go.Figure:
    """Return lines: samples a second over the batch size, both on log scales, a line for each file."""
    made = blank_figure(380)
    files = list(dict.fromkeys((row.model, row.file_format) for row in report.rows))
    models = list(dict.fromkeys(model for model, _ in files))
    dashes = dict(zip(SPEED_FORMATS, ("dot", "solid", "dash", "dashdot"), strict=True))
    for model, file_format in files:
        rows = [r for r in report.rows if (r.model, r.file_format) == (model, file_format)]
        made.add_scatter(
            x=[row.batch_size for row in rows],
            y=[row.samples_per_second for row in rows],
            mode="lines+markers",
            name=html.escape(f"{model.removeprefix(RUN_PREFIX)} · {file_format}"),
            line={
                "color": COLOURS[models.index(model) % len(COLOURS)],
                "dash": dashes[file_format],
            },
            hovertemplate="%{x:,} at once: %{y:,.0f} samples a second<extra></extra>",
        )
    batches = sorted({row.batch_size for row in report.rows})
    made.update_xaxes(
        title="samples asked about at once",
        type="log",
        tickvals=batches,
        ticktext=[f"{n:,}" for n in batches],
    )
    made.update_yaxes(title="samples a second", type="log")
    return made


def speed_and_precision(rows: Sequence[Mapping[str, Any]]) -> go.Figure:
    """Return points: milliseconds a sample against mean average precision, larger for larger files."""
    made = blank_figure(360)
    known = [row for row in rows if row.get("mAP") is not None and _speed(row) is not None]
    largest = max((row["Size (kB)"] or 0 for row in known), default=0) or 1
    names = [html.escape(str(row["Model"])) for row in known]
    made.add_scatter(
        x=[_speed(row) for row in known],
        y=[row["mAP"] for row in known],
        mode="markers+text" if len(known) <= LABELLED else "markers",
        text=names,
        textposition="top center",
        cliponaxis=False,
        marker={
            "size": [10 + 26 * ((row["Size (kB)"] or 0) / largest) ** 0.5 for row in known],
            "color": COLOURS[0],
            "opacity": 0.75,
        },
        customdata=[[row["Size (kB)"] or 0, html.escape(row["Output"])] for row in known],
        hovertemplate="%{text}<br>%{x:.3f} ms a sample<br>mAP %{y:.4f}<br>%{customdata[0]:,.0f} kB, "
        "%{customdata[1]}<extra></extra>",
    )
    made.update_xaxes(title="milliseconds a sample", rangemode="tozero")
    made.update_yaxes(title="mean average precision")
    return made


def _speed(row: Mapping[str, Any]) -> float | None:
    """What was measured in turns where there is such, else the time of judging."""
    measured = row.get("Measured (ms)")
    return row.get("Speed (ms)") if measured is None else measured
