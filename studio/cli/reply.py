"""What a command answers: facts for programs, text for people, what/why/fix when it cannot."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from studio.core.errors import StudioError


class Usage(StudioError):
    """The words behind `python -m studio` were not understood."""


class Interrupted(StudioError):
    """Ctrl+C was pressed while waiting."""


class Failed(StudioError):
    """What was waited for did not go well."""


@dataclass(frozen=True)
class Reply:
    """A command's answer.

    Args:
        facts: What `--json` prints, one object.
        text: What people read otherwise.
        code: Exit status.
    """

    facts: dict[str, Any]
    text: str
    code: int = 0


def print_reply(reply: Reply, *, as_json: bool) -> None:
    """Print an answer on stdout."""
    print(json.dumps(reply.facts, ensure_ascii=False) if as_json else reply.text, flush=True)


def print_error(error: StudioError, *, as_json: bool) -> None:
    """Print what happened, why, and what to do, on stderr."""
    if as_json:
        text = json.dumps({"error": error.as_dict()}, ensure_ascii=False)
    else:
        text = f"{error.what}\nWhy: {error.why}\nFix: {error.fix}"
    print(text, file=sys.stderr, flush=True)


def table(head: Sequence[str], rows: Iterable[Sequence[object]], empty: str = "None yet.") -> str:
    """Return rows under their heads, in columns; numbers stand right.

    Example:
        >>> print(table(["name", "samples"], [["digits", 1797], ["cats", 9]]))
        name    samples
        digits    1,797
        cats          9
    """
    shown = [list(row) for row in rows]
    if not shown:
        return empty
    cells = [list(head), *([_cell(value) for value in row] for row in shown)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    right = [all(isinstance(row[i], int | float) for row in shown) for i in range(len(head))]
    return "\n".join(
        "  ".join(
            text.rjust(width) if to_right else text.ljust(width)
            for text, width, to_right in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in cells
    )


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.3f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def facts_table(facts: dict[str, object]) -> str:
    """Return names and values in two columns; a value of None is left out."""
    shown = {name: _cell(value) for name, value in facts.items() if value is not None}
    width = max(map(len, shown))
    return "\n".join(f"{name.ljust(width)}  {value}" for name, value in shown.items())


def moment(seconds: float | None) -> str:
    """Return Unix seconds as local date and time."""
    return "-" if seconds is None else time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


def duration(seconds: float | None) -> str:
    """Return seconds as people say them.

    Example:
        >>> duration(3671.5), duration(75), duration(4.25)
        ('1 h 1 min', '1 min 15 s', '4.2 s')
    """
    if seconds is None:
        return "-"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min {rest} s"


def size(count: int) -> str:
    """Return bytes as KB or MB of 1,000.

    Example:
        >>> size(512), size(442_368), size(1_350_000)
        ('512 B', '442 KB', '1.4 MB')
    """
    if count < 1000:
        return f"{count} B"
    return f"{count / 1000:.0f} KB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"
