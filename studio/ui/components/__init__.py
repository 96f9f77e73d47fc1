"""The twelve parts of the page that Streamlit has no widget for.

``browser_replay``, ``labeller``, ``drawing_pad``, ``sample_grid``, ``live_chart``, ``figure``, ``flag_queue``,
``text_pad``, ``row_pad``, ``uploader``, ``camera`` and ``pipeline_canvas`` run in the browser and, but for
``figure``, speak to ``/api`` themselves: a label, a stroke, a point of a curve, a picture or a megabyte never costs a
rerun. Python says what to show and hears only of what changes the page.
"""

from __future__ import annotations

from studio.ui.components.canvas import (
    CanvasAsk,
    CanvasState,
    CatalogRow,
    Owned,
    catalog_rows,
    pipeline_canvas,
)
from studio.ui.components.capture import (
    CameraShots,
    TryColumn,
    TryRow,
    TrySample,
    TryText,
    Upload,
    camera,
    drawing_pad,
    row_pad,
    text_pad,
    uploader,
)
from studio.ui.components.chart import group_chart, live_chart
from studio.ui.components.figure import FigureClick, ThresholdChoice, figure, threshold_panel
from studio.ui.components.flags import flag_queue
from studio.ui.components.grid import LabelProgress, sample_grid, sample_selector
from studio.ui.components.labeller import labeller
from studio.ui.components.replay import browser_replay

__all__ = [
    "CameraShots",
    "CanvasAsk",
    "CanvasState",
    "CatalogRow",
    "FigureClick",
    "LabelProgress",
    "Owned",
    "ThresholdChoice",
    "TryColumn",
    "TryRow",
    "TrySample",
    "TryText",
    "Upload",
    "browser_replay",
    "camera",
    "catalog_rows",
    "drawing_pad",
    "figure",
    "flag_queue",
    "group_chart",
    "labeller",
    "live_chart",
    "pipeline_canvas",
    "row_pad",
    "sample_grid",
    "sample_selector",
    "text_pad",
    "threshold_panel",
    "uploader",
]
