"""The code that the Deploy page shows is run as it stands, against the real endpoint process."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from studio.processes import ensure_serve, stop_serve
from studio.ui.snippets import WAYS, call, snippet
from studio.workspace import Workspace
from tests.trained import register, register_texts

NAMES = ("apple", "fish", "the Eiffel Tower")
ODD = 'it\'s "50 %" $(off), \\ </script> – ünï\ncode'


@pytest.fixture
def served(
    workspace: Workspace, tmp_path: Path
) -> Iterator[tuple[str, dict[str, tuple[str, Any]]]]:
    """Where endpoints answer; name of each -> its key, and a real sample."""
    pictures = register(workspace, "drawings", class_names=NAMES, alias="champion")
    register_texts(workspace, "mood", tmp_path)
    keys = {
        "fruit": (workspace.deploy("drawings", "fruit")[1], workspace.example_instance(pictures)),
        "mood": (workspace.deploy("mood:1", "mood")[1], ODD),
    }
    host, port = ensure_serve(workspace.home)
    yield f"http://{host}:{port}", keys
    stop_serve(workspace.home)


def in_python(code: str) -> str:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(code, "snippet", "exec"), {})
    return said.getvalue()


def in_a_program(line: list[str]) -> str:
    done = subprocess.run(line, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_snippet_is_answered_alike(
    served: tuple[str, dict[str, tuple[str, Any]]],
) -> None:
    base, keys = served
    node = shutil.which("node")
    for name, (key, instance) in keys.items():
        names = NAMES if name == "fruit" else ("bad", "good")
        likeliest = ""
        for way in WAYS:
            asked = call(way, base, name, key, instance)
            curl = json.loads(
                in_a_program(["bash", "-c", snippet(asked, "curl") + " -sS --fail-with-body"])
            )
            python = in_python(snippet(asked, "python"))
            script = ["node", "--input-type=module", "-e", snippet(asked, "javascript")]
            javascript = in_a_program(script) if node else None
            if way in ("tfserving", "mlflow"):
                scores = curl["predictions"][0]
                assert json.loads(python) == scores
                assert javascript is None or len(javascript.split(",")) == len(names)
                likeliest = likeliest or names[scores.index(max(scores))]
                assert names[scores.index(max(scores))] == likeliest
            else:
                assert python.startswith(likeliest)
                assert javascript is None or javascript.strip() == likeliest


def test_strokes_travel_as_strokes() -> None:
    strokes = {"strokes": [[[0, 255], [0, 255]]]}
    assert call("tfserving", "", "a", "k", strokes).body == {"instances": [strokes]}
    (tensor,) = call("oip", "", "a", "k", strokes).body["inputs"]
    assert (tensor["name"], json.loads(tensor["data"][0])) == ("strokes", strokes["strokes"])
