"""A checkpoint is whole or not there, whatever happens while it is written or after."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from studio.ml.checkpoints import Checkpoint, latest_checkpoint, save_checkpoint
from tests.conftest import ROOT


def checkpoint(step: int) -> Checkpoint:
    arrays = {"model_0": np.full((3, 4), step, np.float32), "model_1": np.array(step)}
    return Checkpoint(step, {"kept_epoch": step, "kept_facts": {"loss": 0.5}}, arrays)


def test_what_is_saved_is_read_back(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "new" / "folder", checkpoint(7))
    found = latest_checkpoint(tmp_path / "new" / "folder")
    assert found is not None
    assert (found.step, found.facts) == (7, checkpoint(7).facts)
    assert found.arrays.keys() == checkpoint(7).arrays.keys()
    np.testing.assert_array_equal(found.arrays["model_0"], checkpoint(7).arrays["model_0"])


def test_the_newest_two_are_kept(tmp_path: Path) -> None:
    for step in (9, 10, 11):
        save_checkpoint(tmp_path, checkpoint(step))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "step-000000000010",
        "step-000000000011",
    ]


def test_no_folder_no_checkpoint(tmp_path: Path) -> None:
    assert latest_checkpoint(tmp_path / "missing") is None


def test_what_a_killed_process_left_is_swept_away(tmp_path: Path) -> None:
    (tmp_path / ".writing-1").mkdir()
    (tmp_path / ".writing-1" / "arrays.npz").write_bytes(b"half")
    save_checkpoint(tmp_path, checkpoint(1))
    assert [path.name for path in tmp_path.iterdir()] == ["step-000000000001"]


@pytest.mark.parametrize("name", ["arrays.npz", "facts.json", "manifest.json"])
@pytest.mark.parametrize("damage", ["flipped", "truncated", "empty", "missing"])
def test_a_damaged_checkpoint_is_passed_over(tmp_path: Path, name: str, damage: str) -> None:
    save_checkpoint(tmp_path, checkpoint(1))
    path = save_checkpoint(tmp_path, checkpoint(2)) / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x10
    match damage:
        case "flipped":
            path.write_bytes(content)
        case "truncated":
            path.write_bytes(content[: len(content) // 2])
        case "empty":
            path.write_bytes(b"")
        case "missing":
            path.unlink()
    found = latest_checkpoint(tmp_path)
    assert found is not None
    assert found.step == 1
    save_checkpoint(tmp_path, checkpoint(2))
    repaired = latest_checkpoint(tmp_path)
    assert repaired is not None
    assert repaired.step == 2


WRITER = """
import sys
from pathlib import Path
import numpy as np
from studio.ml.checkpoints import Checkpoint, save_checkpoint
folder, step = Path(sys.argv[1]), int(sys.argv[2])
while True:
    step += 1
    arrays = {"model_0": np.full(50_000, step, np.float32)}
    save_checkpoint(folder, Checkpoint(step, {}, arrays))
    print(step, flush=True)
"""


@pytest.mark.drill
def test_a_kill_at_any_moment_leaves_a_whole_checkpoint(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    step = 0
    for _ in range(12):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), str(step)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        ) as writer:
            assert writer.stdout is not None
            saved = int(writer.stdout.readline())
            time.sleep(generator.uniform(0, 0.05))
            writer.send_signal(signal.SIGKILL)
            saved = max([saved, *(int(line) for line in writer.stdout if line.endswith("\n"))])
        found = latest_checkpoint(tmp_path)
        assert found is not None
        assert found.step >= saved > step
        np.testing.assert_array_equal(found.arrays["model_0"], np.full(50_000, found.step))
        step = found.step
