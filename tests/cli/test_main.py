from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.core.dataset import SplitConfig
from studio.core.sources import DigitsSource
from studio.core.standard import import_pipeline
from studio.workspace import Workspace
from tests.cli.conftest import Studio

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("tensorflow", "keras", "ai_edge_litert", "streamlit", "fastapi", "plotly")


def start(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "studio", *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_command_works_in_a_process_of_its_own(home: Path) -> None:
    process = start("datasets", "list", "--json", "--workspace", str(home))
    out, err = process.communicate(timeout=300)
    assert (process.returncode, json.loads(out), err) == (0, {"datasets": []}, "")


def test_no_command_waits_for_heavy_libraries(home: Path) -> None:
    script = f"""
import contextlib, io, sys
from studio.cli import main
with contextlib.redirect_stdout(io.StringIO()):
    assert main(["datasets", "add", "digits", "--name", "digits", "--json"]) == 0
    assert main(["train", "--dataset", "digits", "--epochs", "0"]) == 1
    assert main(["endpoints", "list"]) == 0
print(*sorted(set({HEAVY!r}) & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("dataset",),
        ("datasets",),
        ("datasets", "add"),
        ("datasets", "add", "digit", "--name", "a"),
        ("datasets", "add", "digits"),
        ("datasets", "add", "digits", "--name", "a", "--sede", "1"),
        ("datasets", "add", "digits", "--name", "a", "--se", "1"),
        ("datasets", "add", "digits", "--name", "a", "--seed", "one"),
        ("train", "--epochs", "5"),
        ("train", "--dataset", "digits", "--epochs", "5.5"),
        ("export", "model"),
        ("runs", "show"),
        ("serve", "--port", "many"),
    ],
)
def test_what_is_not_understood_ends_with_2(studio: Studio, words: tuple[str, ...]) -> None:
    result = studio(*words)
    assert result.code == 2
    assert "--help" in result.refusal["fix"]
    result = studio(*words, "--json")
    assert (result.code, result.out) == (2, "")
    assert set(json.loads(result.err)["error"]) == {"what", "why", "fix"}


def test_help_is_there_for_everything(studio: Studio, capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["datasets"], ["datasets", "add", "quickdraw"], ["train"], ["models"]):
        with pytest.raises(SystemExit) as ended:
            studio(*words, "--help")
        assert ended.value.code == 0
        assert "--workspace DIR" in capsys.readouterr().out


def test_common_options_stand_before_or_behind_the_verb(studio: Studio, tmp_path: Path) -> None:
    there = tmp_path / "there"
    for words in (
        ("--workspace", there, "--json", "configs", "list"),
        ("configs", "--json", "--workspace", there, "list"),
        ("configs", "list", "--workspace", there, "--json"),
        ("--json", "configs", "list", "--workspace", there),
    ):
        assert studio(*words).json["configs"][0]["name"] == "drawing-classifier"
        assert (there / "studio.db").exists()
        (there / "studio.db").unlink()


def test_the_workspace_is_the_environments_unless_named(studio: Studio, home: Path) -> None:
    assert studio("configs", "list").code == 0
    assert (home / "studio.db").exists()


def test_refusals_end_with_1_as_text_and_as_json(studio: Studio) -> None:
    result = studio("runs", "show", "first")
    assert (result.code, result.refusal["what"]) == (1, 'There is no run called "first".')
    result = studio("runs", "show", "first", "--json")
    assert (result.code, result.out) == (1, "")
    assert json.loads(result.err)["error"]["what"] == 'There is no run called "first".'


def test_a_place_that_cannot_be_a_workspace_is_refused(studio: Studio, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("not a folder")
    result = studio("datasets", "list", "--workspace", file)
    assert result.code == 1
    assert str(file) in result.refusal["what"]
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "studio.db").write_bytes(b"not a database " * 100)
    result = studio("datasets", "list", "--workspace", foreign)
    assert (result.code, "is no database" in result.refusal["what"]) == (1, True)


def test_a_fault_of_the_studio_shows_no_traceback_and_keeps_it(
    studio: Studio, workspace: Workspace, home: Path
) -> None:
    workspace.add_dataset("digits", DigitsSource())
    with workspace._studio.tx() as connection:
        connection.execute("UPDATE dataset_versions SET manifest = '{}'")
    result = studio("datasets", "list")
    assert result.code == 1
    assert "ValidationError" in result.err
    assert "This is a fault in the studio" in result.err
    assert "Traceback" not in result.err
    assert "Traceback" in (home / "logs" / "errors.log").read_text()


def test_output_that_nobody_reads_is_no_error(workspace: Workspace) -> None:
    workspace.add_dataset("digits", DigitsSource())
    process = start("datasets", "show", "digits", "--json")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait(300) == 1


def test_ctrl_c_cancels_an_import_and_keeps_nothing(home: Path, tmp_path: Path, dump) -> None:
    pictures = tmp_path / "pictures"
    noise = np.random.default_rng(0)
    for number in range(1500):
        folder = pictures / f"class-{number % 2}"
        folder.mkdir(parents=True, exist_ok=True)
        pixels = noise.integers(0, 256, (200, 200), np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png")
    Workspace.open(home).close()
    before = dump()
    process = start("datasets", "add", "folder", str(pictures), "--name", "pictures")
    assert process.stderr is not None
    first = process.stderr.readline()
    assert first
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=300)
    assert (process.returncode, out) == (130, "")
    assert "The import was cancelled." in err
    assert "Traceback" not in err
    assert dump() == before
    assert [path for path in (home / "artifacts").rglob("*") if path.is_file()] == []


def test_ctrl_c_stops_waiting_and_not_the_run(home: Path, no_worker: None) -> None:
    workspace = Workspace.open(home)
    source = import_pipeline("digits", DigitsSource(), split=SplitConfig(), author="ann")
    workspace.submit(source, name="first")
    process = start("runs", "show", "first", "--wait")
    assert process.stderr is not None
    assert process.stderr.readline() == "first: queued\n"
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=300)
    assert (process.returncode, out) == (130, "")
    assert "The run itself goes on." in err
    assert "Traceback" not in err
    assert workspace.run("first").status == "queued"
    workspace.close()
