"""What is said on the command line of a model of another program."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.core.foreign import ImportModelParams
from studio.workspace import Workspace
from tests.cli.conftest import Studio


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("gone.onnx", "--name", "a"), "no file"),
        (("net.onnx",), "no name"),
        (("net.onnx", "--name", "a", "--size", "large"), "no size"),
        (("net.onnx", "--name", "a", "--mean", "x,y"), "no numbers"),
        (("net.onnx", "--name", "a", "--dataset", "pets:x"), "no dataset version"),
        (("net.onnx", "--name", "a", "--dataset", "pets"), "pets"),
        (("net.onnx", "--name", "no name"), "no name"),
    ],
)
def test_what_cannot_be_imported_is_said_and_nothing_is_left(
    studio: Studio, workspace: Workspace, tmp_path: Path, words: tuple[str, ...], what: str
) -> None:
    (tmp_path / "net.onnx").write_bytes(b"\x08\x08")
    result = studio("models", "import", tmp_path / words[0], *words[1:])
    assert result.code != 0
    assert what in result.refusal["what"]
    assert not workspace.uploads_folder.exists() or not list(workspace.uploads_folder.iterdir())


def test_options_become_what_the_run_is_told(studio: Studio, tmp_path: Path) -> None:
    import argparse

    from studio.cli.foreign import _said

    said = argparse.Namespace(
        trial=False, name="net", alias="champion", classes="a, b", trust=False, size="32x24", scale="-1..1",
        blue_first=True, output="", mean="0.5,0.5,0.5", std="0.2",
    )  # fmt: skip
    params = ImportModelParams(upload="0", **_said(said))
    assert (params.class_names, params.height, params.width) == (("a", "b"), 32, 24)
    assert params.adapter is not None
    assert (params.adapter.offset, params.adapter.channels, params.adapter.reverse) == (-1, 3, True)
