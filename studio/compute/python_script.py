"""Python scripts of people: what the component `python_script` does when its node's turn comes."""

from __future__ import annotations

import json
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from studio.compute import script_child
from studio.compute.base import Paused
from studio.compute.context import Context
from studio.compute.frames import Codes, keep_table, open_table
from studio.compute.watched import printed, run_watched
from studio.core.components_models import PythonScriptParams
from studio.core.dataset import EXCLUDED, SPLIT_NAMES
from studio.core.errors import Cancelled, Forbidden, InvalidInput, StudioError
from studio.core.pipeline import Node
from studio.tables import Frame, append_columns, read_table, select, values_of, write_parquet

SECONDS = script_child.SECONDS + 30.0
"""The process ends itself before; this is for one that does not."""
LOG_BYTES, LOG_LINES = 20_000, 200
SPLIT = "split"
"""Column that says in which part a row is, where rows are divided."""


def run_script(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Run a person's function over tables, in a process with limits, and keep the table that it returns.

    Rows that are divided come with the column `split`, and are divided as the result's column of that name says.

    Raises:
        Forbidden: Scripts are not allowed here.
        StudioError: The script fails, takes too long or too much memory, or returns no table.
        Cancelled, Paused: Somebody asked for it; the script is ended.
    """
    if not context.spec.scripts:
        raise Forbidden(
            "Python scripts are not allowed here.",
            "A script can do whatever the studio's own processes can; only an administrator may allow that.",
            "Allow them by `python -m studio settings scripts on`, or leave the node out.",
        )
    params: PythonScriptParams = context.params(node)
    folder = Path(tempfile.mkdtemp(prefix="script-", dir=context.folder.path))
    try:
        divided = False
        for port in script_child.TABLES:
            if inputs.get(port) is None:
                continue
            frame, codes = open_table(context.artifacts, inputs[port])
            if port == script_child.TABLES[0] and codes is not None:
                frame, divided = _with_split(frame, codes), True
            write_parquet(frame, folder / f"{port}.parquet")
        (folder / script_child.CODE).write_text(params.code, "utf-8")
        status = _run(context, folder)
        _tell(context, folder)
        made = _found(folder, status)
        frame, codes = _without_split(context, made) if divided else (made, None)
        return {"table": keep_table(context.artifacts, frame, codes)}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(context: Context, folder: Path) -> int:
    """Start the process, wait for its end, and return its status."""
    return run_watched(
        [
            sys.executable,
            "-s",
            "-P",
            script_child.__file__,
            str(context.folder.path.resolve().parents[1]),
        ],
        folder,
        at=folder,
        variables={"OPENBLAS_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"},
        seconds=SECONDS,
        heed=lambda: _heed(context),
    )


def _heed(context: Context) -> None:
    control = context.control()
    if control.pauses:
        raise Paused
    if control.ends:
        raise Cancelled(
            "The script was ended before it was done.",
            "Somebody asked to stop.",
            "Submit the pipeline again.",
        )


def _tell(context: Context, folder: Path) -> None:
    """Pass on what the script printed."""
    said = printed(folder, LOG_BYTES).decode("utf-8", "replace")
    for line in said.splitlines()[:LOG_LINES]:
        if line.strip():
            context.emit.log(line[:1000])


def _found(folder: Path, status: int) -> Frame:
    """Return the table that a script left, believing it no more than a file that somebody brought.

    Raises:
        InvalidInput: The script failed. StudioError: Its process was ended.
    """
    failure, result = folder / script_child.FAILURE, folder / script_child.RESULT
    if failure.is_file() and not failure.is_symlink() and failure.stat().st_size < LOG_BYTES:
        raise _failed(failure)
    if status == 0 and result.is_file() and not result.is_symlink():
        return read_table(result, script_child.RESULT)
    if status in (-signal.SIGALRM, -signal.SIGXCPU, -signal.SIGKILL):
        how = f"It took longer than {script_child.SECONDS} seconds, or more memory than there is."
    else:
        how = f"Signal {-status} ended it." if status < 0 else f"It ended with status {status}."
    raise StudioError(
        "The script was ended before it gave a table.",
        how,
        "Let it do less, or give it fewer rows; what it printed is in the log.",
    )


def _failed(failure: Path) -> StudioError:
    try:
        said = json.loads(failure.read_text("utf-8"))
        line, why = said["line"], f"{said['said']}."
        shown = f" It says: {said['shown']}" if said["shown"] else ""
    except (ValueError, KeyError, TypeError, RecursionError):
        line, why, shown = None, "It wrote down what makes no sense.", ""
    if line is None:
        return InvalidInput(
            "The script failed.", why, "Define run(first, second=None) that returns a data frame."
        )
    return InvalidInput(f"The script failed in line {line}.", why, f"Correct line {line}.{shown}")


def _with_split(frame: Frame, codes: Codes) -> Frame:
    """Return rows with a column that says in which part each is."""
    names = np.array([*SPLIT_NAMES, None], object)
    return append_columns(frame, {SPLIT: names[np.minimum(codes, len(SPLIT_NAMES))]})


def _without_split(context: Context, frame: Frame) -> tuple[Frame, Codes | None]:
    """Return rows without that column, and the split that it says; None where it is gone."""
    if SPLIT not in frame.column_names:
        context.emit.log(
            f'The rows are not divided any more: the script gave no column "{SPLIT}". Divide them with Split rows.'
        )
        return frame, None
    places = {name: code for code, name in enumerate(SPLIT_NAMES)}
    parts = values_of(frame, [SPLIT])[SPLIT]
    codes = np.array([places.get(part, EXCLUDED) for part in parts], np.uint8)
    return select(frame, (SPLIT,), keep=False), codes
