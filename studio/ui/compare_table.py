"""Runs side by side: one row a run, with the settings in which they differ first and in colour."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import pandas as pd  # type: ignore[import-untyped]
import streamlit as st

from studio.core.run_facts import (
    EPOCHS,
    SEED,
    SETTING,
    Epoch,
    Fact,
    RunRow,
    differing,
    lower_is_better,
    over_seeds,
)
from studio.ui.compare_filter import fact_title
from studio.ui.feedback import plain
from studio.ui.overview import when

COLOURED_CELLS = 20_000
"""Larger tables are shown without colours, which a browser would take long to paint."""
COLOURS = ("59,130,181", "217,130,43", "90,160,90", "160,110,190", "200,85,61", "120,130,140")
MEASURES = (
    "accuracy", "top_k", "macro_f1", "mean_average_precision", "loss", "expected_calibration_error",
    "milliseconds_per_sample", "bytes.tflite", "parameters",
)  # fmt: skip
SHARES = ("accuracy", "top_k", "macro_f1")


def measures(rows: Sequence[RunRow], epoch: Epoch) -> list[str]:
    """Return which numbers a table of runs shows: results, and curves at one of their epochs."""
    there = {name for row in rows for name in row.facts}
    curves = sorted(name for name in there if name.startswith(f"{epoch}."))
    return [*(name for name in MEASURES if name in there), *curves]


def choose_epoch(key: str) -> Epoch:
    """Let a person choose at which epoch curves are read."""
    words = {"best": "Best epoch", "last": "Last epoch", "chosen": "Chosen epoch"}
    chosen = st.segmented_control(
        "Curves at", EPOCHS, default="best", required=True, key=key, format_func=words.__getitem__,
        help="The best value a curve ever had, its last one, or the one of the epoch whose weights were kept.",
        persist_state="session",
    )  # fmt: skip
    return chosen


def show_table(rows: Sequence[RunRow], key: str) -> list[str]:
    """Show runs as a table, and return the names of those that are selected."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        epoch = choose_epoch(f"{key}_epoch")
        everything = st.toggle(
            "All settings", key=f"{key}_all", help="Also those that are the same in all runs.",
            persist_state="session",
        )  # fmt: skip
    changing = differing(rows)
    settings = (
        [*changing, *(n for n in _settings(rows) if n not in changing)] if everything else changing
    )
    numbers = measures(rows, epoch)
    frame = _frame(rows, [*settings, *numbers])
    shown: Any = frame
    if len(rows) > 1 and changing and frame.size <= COLOURED_CELLS:
        titles = [_unique(fact) for fact in changing]
        shown = frame.style.apply(_coloured, subset=titles).apply(
            _best_of(numbers), subset=[_unique(n) for n in numbers]
        )
    event = st.dataframe(
        shown,
        hide_index=True,
        key=f"{key}_{rows_digest(rows)}",
        on_select="rerun",
        selection_mode="multi-row",
        column_config=_columns(rows, [*settings, *numbers]),
        height=min(620, 37 + 35 * max(1, len(rows))),
    )
    places = event.get("selection", {}).get("rows", [])
    return [rows[place].name for place in places if place < len(rows)]


def show_seeds(rows: Sequence[RunRow], key: str) -> None:
    """Show runs that differ in their seed only as one row: mean and spread of each number."""
    epoch = choose_epoch(f"{key}_epoch")
    numbers = measures(rows, epoch)
    groups = over_seeds(rows, numbers)
    by_name = {row.name: row for row in rows}
    first = [by_name[group.runs[0]] for group in groups]
    changing = [name for name in differing(first) if name != SEED]
    shown = [
        {
            "Runs": group.title,
            "Seeds": len(group.runs),
            **{fact_title(fact): _cell(row.facts.get(fact)) for fact in changing},
            **{fact_title(n): _mean(n, group.mean.get(n), group.spread.get(n)) for n in numbers},
        }
        for group, row in zip(groups, first, strict=True)
    ]
    st.dataframe(shown, hide_index=True, height=min(620, 37 + 35 * max(1, len(shown))))
    st.caption(
        "Runs with the same settings but for their seed are one row: mean ± standard deviation among them. "
        "A difference smaller than the spread may be chance; train with several seeds to know."
    )


def _mean(fact: str, mean: float | None, spread: float | None) -> str:
    if mean is None:
        return ""
    scale, unit = (100, " %") if fact in SHARES else (1, "")
    said = f"{scale * mean:.4g}"
    return f"{said}{unit}" if spread is None else f"{said} ± {scale * spread:.2g}{unit}"


def _settings(rows: Sequence[RunRow]) -> list[str]:
    return list(dict.fromkeys(n for row in rows for n in row.facts if n.startswith(SETTING)))


def _frame(rows: Sequence[RunRow], facts: Sequence[str]) -> Any:
    table: dict[str, list[Any]] = {
        "Run": [row.name for row in rows],
        "Status": [row.status for row in rows],
    }
    for fact in facts:
        values = [row.facts.get(fact) for row in rows]
        mixed = len({isinstance(v, str) for v in values if v is not None}) > 1
        table[_unique(fact)] = [_cell(v) for v in values] if mixed else values
    table |= {
        "Tags": [list(row.tags) for row in rows],
        "Dataset": [row.facts.get("set.dataset") for row in rows],
        "Group": [row.group for row in rows],
        "Note": [row.note for row in rows],
        "Submitted": [when(row.created) for row in rows],
        "Seconds": [row.seconds for row in rows],
        "By": [row.author for row in rows],
    }
    return pd.DataFrame(table)


def _unique(fact: str) -> str:
    """A column's name: what people call the fact, a mark where a setting would be taken for a result."""
    return f"{fact_title(fact)}\u2009" if fact.startswith(SETTING) else fact_title(fact)


def _columns(rows: Sequence[RunRow], facts: Sequence[str]) -> dict[str, Any]:
    texts = {n for row in rows for n, v in row.facts.items() if isinstance(v, str | bool)}
    config: dict[str, Any] = {
        "Run": st.column_config.TextColumn(pinned=True, width="medium"),
        "Tags": st.column_config.ListColumn(),
        "Seconds": st.column_config.NumberColumn(format="%.0f"),
    }
    for fact in facts:
        if fact == "set.layers":
            config[_unique(fact)] = st.column_config.TextColumn(width="small")
        elif fact in texts:
            continue
        elif fact.startswith(SETTING):
            config[_unique(fact)] = st.column_config.NumberColumn(format="%g")
        elif fact in SHARES:
            config[_unique(fact)] = st.column_config.NumberColumn(format="percent")
        elif fact.startswith("bytes.") or fact == "parameters":
            config[_unique(fact)] = st.column_config.NumberColumn(format="localized")
        else:
            config[_unique(fact)] = st.column_config.NumberColumn(format="%.4f")
    return config


def _coloured(column: Any) -> list[str]:
    """A colour a value, so that the eye finds which runs have the same setting."""
    values = list(dict.fromkeys(column.astype(str)))
    if len(values) > len(COLOURS):
        places = {value: i / (len(values) - 1) for i, value in enumerate(sorted(values))}
        return [
            f"background-color: rgba({COLOURS[0]},{0.08 + 0.4 * places[str(v)]:.2f})"
            for v in column
        ]
    return [f"background-color: rgba({COLOURS[values.index(str(v))]},0.25)" for v in column]


def _best_of(numbers: Sequence[str]) -> Any:
    by_title = {_unique(n): n for n in numbers}

    def bold(column: Any) -> list[str]:
        values = pd.to_numeric(column, errors="coerce")
        best = values.min() if lower_is_better(by_title[str(column.name)]) else values.max()
        return ["font-weight: bold" if value == best else "" for value in values]

    return bold


def _cell(value: Fact) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def rows_digest(rows: Sequence[RunRow]) -> int:
    """Return a key of rows: others are another table, and what was selected before does not count any more."""
    return zlib.crc32("\n".join(row.name for row in rows).encode())


def said_total(total: int, shown: int) -> str:
    """Return how many runs there are and how many of them are seen."""
    runs = "run" if total == 1 else "runs"
    return plain(
        f"{total:,} {runs}." if shown == total else f"The first {shown:,} of {total:,} {runs}."
    )
