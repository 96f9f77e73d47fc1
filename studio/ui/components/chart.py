"""The curves of a run or of a group of runs, drawn while they train."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from studio.ui.components.bundles import renderer, unchanged


def live_chart(
    *,
    run: str,
    metrics: Sequence[str],
    key: str,
    height: int = 280,
    on_change: Callable[[], None] | None = None,
) -> str | None:
    """Show the curves of a run while it trains, what they mean, its predictions, histograms, progress and log.

    The chart polls for itself and extends its traces in place, so zoom survives. It stops when the
    run is over; then the page reruns once with the final status. Smoothing, log scale and whether curves
    run over steps or epochs are set in it and kept in the browser.

    Args:
        run: Name of the run.
        metrics: Names expected, such as ``("loss", "val_loss", "accuracy")``; they set the order.
            Metrics that turn up unannounced get a chart too.
        key: Streamlit key.
        height: Height of one chart in CSS pixels.
        on_change: Called before a rerun that a new status caused.

    Returns:
        The status of this run as the chart last saw it, such as ``"running"``; None at first.
    """
    result = renderer("live_chart")(
        key=key,
        data={"run": run, "metrics": list(metrics), "height": height},
        default={"status": None},
        on_status_change=on_change or unchanged,
    )
    seen: dict[str, Any] | None = result.get("status")
    if not seen or seen["run"] != run:
        return None
    status: str = seen["status"]
    return status


def group_chart(*, group: str, metrics: Sequence[str], key: str, height: int = 280) -> None:
    """Show the curves of several runs together: each thin, their mean, and how far they lie apart.

    Args:
        group: Name of a group of runs, such as one training repeated with several seeds.
        metrics: Names expected; they set the order.
        key: Streamlit key.
        height: Height of one chart in CSS pixels.
    """
    renderer("live_chart")(
        key=key,
        data={"group": group, "metrics": list(metrics), "height": height},
        default={"status": None},
        on_status_change=unchanged,
    )
