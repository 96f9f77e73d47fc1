"""Watching an endpoint: how much it is asked, how quickly and how surely it answers; whether that is what it knows."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from studio import processes
from studio.core.drift import DRIFT_WORDS, DriftReport, DriftRow
from studio.core.errors import StudioError
from studio.core.model import Endpoint
from studio.core.traffic import TrafficSummary
from studio.ui import watch_charts
from studio.ui.components import figure
from studio.ui.feedback import attempt, plain, show_error, show_numbers
from studio.ui.session import choose_view, workspace
from studio.ui.watch_log import show_log

PERIODS = {"15": "15 minutes", "60": "1 hour", "1440": "1 day", "10080": "1 week"}
"""Minutes -> what people read."""
LIVE_SECONDS = {"15": 2.0, "60": 4.0}
"""How often the numbers of a period are read again; of longer ones every ten seconds."""
SLOW_SECONDS = 10.0
POINTS = 180
ROLES = {"champion": "answers", "challenger": "answers a share", "shadow": "in the shadow"}


def show_watch(endpoint: Endpoint) -> None:
    """Show what an endpoint was asked, drawn anew every few seconds; its log; what may be labelled."""
    period = choose_view("Period", PERIODS, "period")
    _every(LIVE_SECONDS.get(period, SLOW_SECONDS), lambda: _show_numbers(endpoint, int(period)))
    _show_address()
    st.subheader("Compared with the training data")
    _every(SLOW_SECONDS, lambda: _show_drift(endpoint, int(period)))
    st.subheader("Requests one by one")
    show_log(endpoint)


def _show_address() -> None:
    """Say where other programs read the same numbers."""
    found = processes.serve_address(workspace().home)
    if found is not None:
        st.caption(
            f"Prometheus reads the numbers of all endpoints at `http://{found[0]}:{found[1]}/metrics`: on this machine "
            "without a key, from elsewhere with one that may read numbers."
        )


def _every(seconds: float, show: Callable[[], None]) -> None:
    """Show something, and again every few seconds without the rest of the page."""

    @st.fragment(run_every=seconds)
    def refresh() -> None:
        try:
            show()
        except StudioError as error:
            show_error(error)

    refresh()


def _show_numbers(endpoint: Endpoint, minutes: int) -> None:
    since = time.time() - 60 * minutes
    found = workspace().traffic_summary(endpoint.name, since)
    if not found.requests:
        _show_nothing(endpoint, minutes)
        return
    show_numbers(_numbers(found))
    series = workspace().traffic_series(endpoint.name, since, POINTS)
    left, right = st.columns(2)
    with left:
        st.markdown("**Requests**")
        figure(
            watch_charts.requests(series), key="watch_requests", clickable=False,
            alt=f"Requests and errors a second of {endpoint.name}",
        )  # fmt: skip
        st.markdown("**Classes that were answered**")
        figure(
            watch_charts.classes(found.sums.classes, _trained(endpoint)), key="watch_classes",
            clickable=False, alt=f"Share of each class among the answers of {endpoint.name}",
        )  # fmt: skip
    with right:
        st.markdown("**Time to answer**")
        figure(
            watch_charts.latency(series), key="watch_latency", clickable=False,
            alt=f"Milliseconds in which {endpoint.name} answered half, 95 % and 99 % of the requests",
        )  # fmt: skip
        st.markdown("**How sure the answers were**")
        figure(
            watch_charts.confidence(found.sums.confidence_bins()), key="watch_confidence",
            clickable=False, alt=f"How many answers of {endpoint.name} were how sure",
        )  # fmt: skip
    st.dataframe(_rows(found), hide_index=True, key="watch_roles")
    errors = {status: count for status, count in found.sums.statuses.items() if status >= 400}
    if errors:
        said = ", ".join(f"{count:,} × {status}" for status, count in sorted(errors.items()))
        st.caption(
            f"Errors by their number: {said}. 400 to 415: the request was not understood; 401 and 403: the key; 429: "
            "too many from one key; 503: more than could wait, or no model ready."
        )


def _numbers(found: TrafficSummary) -> dict[str, tuple[str, str | None]]:
    share = found.errors / max(1, found.requests)
    return {
        "Requests": (f"{found.requests:,}", "In this period; those in the shadow are not counted."),
        "A second, now": (f"{found.recent:.1f}", "Over the last ten seconds."),
        "Half within": (
            _milliseconds(found.p50),
            "Half of the requests were answered in this time.",
        ),
        "99 % within": (_milliseconds(found.p99), "Only one in a hundred took longer."),
        "Errors": (f"{share:.1%}", f"{found.errors:,} were refused or failed."),
        "Confidence": (
            "–" if found.confidence is None else f"{found.confidence:.0%}",
            "How sure the model was of its likeliest class, on average.",
        ),
    }


def _milliseconds(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.1f} ms" if value < 100 else f"{value:,.0f} ms"


def _rows(found: TrafficSummary) -> list[dict[str, object]]:
    """Return one row for each version and role."""
    return [
        {
            "Model": one.model,
            "Role": ROLES[one.role],
            "Requests": one.requests,
            "Errors": one.errors,
            "Half within (ms)": one.p50 and round(one.p50, 2),
            "99 % within (ms)": one.p99 and round(one.p99, 2),
            "Confidence": one.confidence and f"{one.confidence:.1%}",
            "Agrees with the champion": "" if one.agreement is None else f"{one.agreement:.1%}",
        }
        for one in found.roles
    ]


def _show_nothing(endpoint: Endpoint, minutes: int) -> None:
    with st.container(border=True):
        st.markdown(
            f"**Nobody asked {plain(endpoint.name)} in the last {PERIODS[str(minutes)]}.** Draw or type something in "
            "*Try it*, or send the example of *Call it* from a terminal: the numbers are here within three seconds."
        )


def _trained(endpoint: Endpoint) -> dict[str, float]:
    """Return the share of each class among the training samples; empty where they are not here."""
    version = workspace().endpoint_model(endpoint)
    dataset = workspace().known_version(version.dataset)
    total = 0 if dataset is None else sum(dataset.class_counts)
    if dataset is None or not total:
        return {}
    shares = [count / total for count in dataset.class_counts]
    return dict(zip(dataset.class_names, shares, strict=True))


def _show_drift(endpoint: Endpoint, minutes: int) -> None:
    report = workspace().endpoint_drift(endpoint.name, time.time() - 60 * minutes)
    if not report.rows:
        st.info(report.why, icon=":material/help:")
        return
    st.caption(_verdict(report))
    st.dataframe(
        [_drift_row(row) for row in report.rows],
        hide_index=True,
        key="watch_drift",
        column_config={
            "PSI": st.column_config.TextColumn(
                help="Population stability index: below 0.1 alike, above 0.25 different.",
            ),
            "KS": st.column_config.TextColumn(
                help="Largest distance of the two cumulated shares (Kolmogorov-Smirnov), 0 to 1.",
            ),
        },
    )
    with st.expander("See both side by side", icon=":material/stacked_bar_chart:"):
        titles = {row.title: row for row in report.rows}
        chosen = st.selectbox("What", list(titles), key="watch_drift_feature")
        row = titles[str(chosen)]
        with attempt():
            figure(
                watch_charts.drift(row), key="watch_drift_chart", clickable=False,
                alt=f"{row.title}: what was asked against the training data",
            )  # fmt: skip


def _verdict(report: DriftReport) -> str:
    known = [row for row in report.rows if row.verdict != "too few"]
    model, dataset = plain(report.model), plain(report.dataset)
    against = f"What was asked in this period against {dataset}, on which {model} was trained"
    if not known:
        return f"{against}: {DRIFT_WORDS['too few']} yet; it takes 100 samples."
    strange = [row.title.lower() for row in known if row.verdict != "like"]
    if not strange:
        return f"{against}: alike."
    return (
        f"{against}: {', '.join(strange)} differ. Look at the requests below: if they are right to be sent, label some "
        "and train again with them."
    )


def _drift_row(row: DriftRow) -> dict[str, object]:
    return {
        "What": row.title,
        "Says": row.words,
        "Asked, on average": _average(row.mean, row),
        "Trained, on average": _average(row.reference_mean, row),
        "PSI": f"{row.psi:.3f}" if row.samples else "",
        "KS": f"{row.ks:.3f}" if row.samples and row.ks is not None else "",
        "Samples": row.samples,
    }


def _average(value: float | None, row: DriftRow) -> str:
    if value is None:
        return ""
    return (
        f"{value:.1f}" if row.name in ("words", "letters", "points", "strokes") else f"{value:.1%}"
    )
