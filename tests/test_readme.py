"""The README tells the truth: its commands parse, its Python runs, its pictures and targets exist."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from studio.cli.parser import build_parser

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)
COMMANDS = [
    line.split("#")[0].strip()
    for language, block in BLOCKS
    if language == "sh"
    for line in block.splitlines()
    if line.startswith("python -m studio")
]


def test_readme_shows_the_commands_of_the_walk() -> None:
    verbs = {" ".join(command.split()[3:5]) for command in COMMANDS}
    assert {"datasets add", "train --dataset", "models register", "endpoints deploy"} <= verbs


@pytest.mark.parametrize("command", COMMANDS)
def test_readme_command_is_one_the_studio_knows(command: str) -> None:
    assert build_parser().parse_args(shlex.split(command)[3:])


def test_readme_python_runs(tmp_path: Path) -> None:
    code = next(block for language, block in BLOCKS if language == "python")
    script = tmp_path / "readme.py"
    script.write_text(
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{code}\nassert run.status == 'queued'\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "my-workspace" / "studio.db").is_file()


@pytest.mark.parametrize("picture", re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README))
def test_readme_picture_exists(picture: str) -> None:
    assert (ROOT / picture).is_file()


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\bmake ([a-z]+)", README))))
def test_readme_make_target_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("setting", sorted(set(re.findall(r"`(STUDIO_[A-Z_]+)`", README))))
def test_readme_setting_is_read_somewhere(setting: str) -> None:
    assert any(setting in file.read_text() for file in (ROOT / "studio").rglob("*.py"))
