"""A look at what flows through a wire: samples, rows, a model, numbers, answers, a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from studio.core.dataset import SPLIT_NAMES, DatasetManifest
from studio.core.layers import LAYER_TITLES
from studio.core.port_values import (
    DatasetValue,
    FileValue,
    MetricsValue,
    ModelValue,
    PortValue,
    PredictionsValue,
    TableValue,
    TransformValue,
    UntrainedValue,
)
from studio.core.run import RunArtifact
from studio.ui.feedback import plain
from studio.ui.preview_metrics import show_metrics, show_small
from studio.workspace import Workspace

SAMPLES = 24
ROWS = 100
SIDE = 72
"""Pictures are shown about so many pixels wide."""
TEXT_SHOWN = 300


def show_value(
    workspace: Workspace, value: PortValue, key: str, names: Mapping[str, str] | None = None
) -> None:
    """Show what flows through a wire.

    Args:
        workspace: Where its files are.
        value: What it is.
        key: Prefix of the widgets' keys.
        names: Input port of the node that made it -> what people call what came in there.

    Raises:
        StudioError: A file of it is not there any more.
    """
    match value:
        case DatasetValue():
            _show_dataset(workspace, value)
        case TableValue():
            _show_table(workspace, value)
        case UntrainedValue():
            _show_layers(value)
        case ModelValue():
            _show_model(value)
        case TransformValue():
            st.caption(
                plain(f"What {value.component.replace('_', ' ')} learned from the training rows:")
            )
            st.json(value.fitted, expanded=1)
        case MetricsValue():
            show_metrics(workspace, value, names)
        case PredictionsValue():
            _show_predictions(workspace, value)
        case FileValue():
            show_file(workspace, value.file, key)


def show_file(workspace: Workspace, file: RunArtifact, key: str) -> None:
    """Show a file that was made: as a picture where it is one, with a button that downloads it."""
    name = file.name.rsplit("/", 1)[-1]
    if name.endswith(".png"):
        st.image(workspace.artifacts.path(file.digest).read_bytes())
    st.download_button(
        f"{name} ({file.size / 1e6:,.1f} MB)" if file.size >= 1e5 else name,
        lambda: workspace.artifacts.path(file.digest).read_bytes(),
        name,
        on_click="ignore",
        icon=":material/download:",
        key=f"{key}_{file.digest[:8]}",
    )


def _show_dataset(workspace: Workspace, value: DatasetValue) -> None:
    manifest = value.manifest
    split = workspace.artifacts.open_array(value.codes or manifest.split)
    counts = np.bincount(split[split < len(SPLIT_NAMES)], minlength=len(SPLIT_NAMES)).tolist()
    parts = " · ".join(f"{n:,} {name}" for name, n in zip(SPLIT_NAMES, counts, strict=True) if n)
    classes = len(manifest.class_names)
    st.caption(plain(f"{manifest.kept:,} samples of {classes} classes: {parts}."))
    chosen = _spread(manifest, workspace)
    labels = workspace.labels(manifest)
    names = [manifest.class_names[n] if n >= 0 else "no class" for n in labels[chosen].tolist()]
    if manifest.task == "table":
        st.dataframe(workspace.table_rows(manifest, limit=ROWS), hide_index=True)
    elif manifest.task == "text":
        texts = workspace.samples(manifest)
        rows = [str(texts[int(row)])[:TEXT_SHOWN] for row in chosen]
        st.dataframe(
            [{"Class": name, "Text": text} for name, text in zip(names, rows, strict=True)],
            hide_index=True,
        )
    else:
        pictures = workspace.pictures(manifest)
        shown = [_enlarged(np.asarray(pictures[int(row)])) for row in chosen]
        if shown:
            st.image(cast(Any, shown), [plain(name) for name in names], width=SIDE)


def _spread(manifest: DatasetManifest, workspace: Workspace) -> NDArray[np.int64]:
    """Return numbers of some kept samples, evenly spread."""
    state = workspace.state(manifest)
    kept = np.arange(manifest.count) if state is None else np.flatnonzero(np.asarray(state) == 0)
    places = np.linspace(0, len(kept) - 1, min(SAMPLES, len(kept))).round().astype(np.int64)
    return np.asarray(kept[places], np.int64)


def _enlarged(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture, uint8 (H, W) or (H, W, 3), of which every pixel is as sharp on any screen."""
    times = max(1, 2 * SIDE // max(picture.shape[:2]))
    large = picture.repeat(times, axis=0).repeat(times, axis=1)
    return large[:, :, 0] if large.ndim == 3 and large.shape[2] == 1 else large


def _show_table(workspace: Workspace, value: TableValue) -> None:
    st.caption(plain(f"{value.count:,} rows, {len(value.columns)} columns."))
    st.dataframe(workspace.table_rows(value, limit=ROWS), hide_index=True)
    if value.count > ROWS:
        st.caption(f"The first {ROWS} rows are shown.")
    with st.expander("Columns"):
        st.dataframe(
            [
                {"Column": column.name, "Kind": column.kind, "Missing": column.missing}
                for column in value.columns
            ],
            hide_index=True,
        )


def _show_layers(value: UntrainedValue) -> None:
    config = value.config
    st.caption(f"Takes {_INPUTS.get(config.input, config.input)}; {len(config.layers) + 1} layers.")
    st.dataframe(
        [
            {"Layer": LAYER_TITLES.get(layer.kind, layer.kind), "Settings": _settings(layer)}
            for layer in config.layers
        ],
        hide_index=True,
    )


_INPUTS = {"images": "pictures", "strokes": "strokes", "text": "texts", "table": "rows of a table"}


def _settings(layer: Any) -> str:
    values = layer.model_dump(exclude={"kind"}, mode="json")
    return ", ".join(f"{name.replace('_', ' ')} {_short(v)}" for name, v in values.items())


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 40 else text[:37] + "..."


def _show_model(value: ModelValue) -> None:
    spec = value.spec
    files = ", ".join(f"{name} {size / 1e3:,.0f} kB" for name, size in spec.sizes.items())
    numbers = {"Classes": (f"{len(spec.class_names)}", ", ".join(spec.class_names[:50]))}
    if spec.config is not None:
        numbers["Layers"] = (f"{len(spec.config.layers) + 1}", "")
    show_small({name: (shown, note or None) for name, (shown, note) in numbers.items()})
    said = f"{spec.title}. " if spec.title else "Trained by this run. "
    st.caption(plain(f"{said}Files: {files}." if files else said))


def _show_predictions(workspace: Workspace, value: PredictionsValue) -> None:
    """Show the first answers, beside what is known of the samples."""
    rows = workspace.table_rows(
        TableValue(parquet=value.table, columns=(), count=value.count), limit=ROWS
    )
    st.caption(f"{value.count:,} samples were answered.")
    names = list(rows[0]) if rows else []
    first = [name for name in ("sample", "class", "answer", "confidence") if name in names]
    st.dataframe(
        rows,
        hide_index=True,
        column_order=[*first, *(name for name in names if name not in first)],
        column_config={
            "sample": "Sample",
            "class": "Known class",
            "answer": "Answer",
            "confidence": st.column_config.ProgressColumn(
                "Confidence", format="percent", min_value=0, max_value=1
            ),
        },
    )
