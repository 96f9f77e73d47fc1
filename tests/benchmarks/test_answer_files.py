"""Answers about a million samples leave and come in each format, and become a version."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from studio.core.answer_formats import possible_formats
from tests.benchmarks.children import ROOT

COUNT = int(os.environ.get("STUDIO_BENCH_ANSWERS", "1000000"))
MB = 1e6


def work(name: str, *arguments: object) -> dict[str, Any]:
    """Carry out a work in a new process, and return what it measured."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.answer_files", name, *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, timeout=3600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def show(what: str, found: dict[str, Any]) -> None:
    """Print a row of the table."""
    print(
        f"{what:28} {found['seconds']:7.1f} s  {COUNT / found['seconds']:9,.0f}/s  "
        f"memory +{found['growth'] / MB:5.0f} MB (last third {found['drift'] / MB:+5.0f} MB)  "
        f"{found['bytes'] / MB:7.1f} MB"
    )


@pytest.mark.parametrize("kind", ["single", "boxes"])
def test_files_of_a_million_answers(tmp_path: Path, kind: str) -> None:
    """Memory stays flat: where a format must be joined (COCO) or listed (YOLO's archive), below 1 KB a sample."""
    print(f"\n{COUNT:,} samples, {kind}")
    show("import jsonl", work("prepare", tmp_path, kind, COUNT))
    for format_name in possible_formats(kind):  # type: ignore[arg-type]
        for act in ("export", "read"):
            found = work(act, tmp_path, format_name)
            show(f"{act} {format_name}", found)
            joined = act == "read" and format_name in ("coco", "yolo")
            assert found["growth"] <= 64e6 + (1000 * COUNT if joined else 64e6)
            assert found["seconds"] <= 600 * COUNT / 1e6 + 10
    found = work("publish", tmp_path)
    show("publish", found)
    assert found["seconds"] <= 30 * COUNT / 1e6 + 5
