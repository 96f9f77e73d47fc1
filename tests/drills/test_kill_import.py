"""An import killed again and again, at random, is absent until it is complete, and leaves nothing else behind."""

from __future__ import annotations

import io
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.core.sources import FolderSource
from studio.store.references import references
from studio.workspace import Workspace

pytestmark = pytest.mark.drill

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("STUDIO_DRILL_KILLS", "8"))
PICTURES = 2_400
GIVE_UP_SECONDS = 240.0
IMPORT = """
import sys
from studio.core.sources import FolderSource
from studio.store import staging
from studio.workspace import Workspace
staging.SYNC_SECONDS = 0.0
workspace = Workspace.open(sys.argv[1])
print("begins", flush=True)
workspace.add_dataset("pets", FolderSource(path=sys.argv[2], size=128, colour="rgb"), author="ann")
print("complete", flush=True)
"""
HALF = """
import os, signal
from studio.store.staging import Staging
saved = Staging._save
def dying(staging):
    saved(staging)
    if staging.journal.cursor is not None:
        os.kill(os.getpid(), signal.SIGKILL)
Staging._save = dying
"""


def write_pictures(folder: Path) -> Path:
    noise = np.random.default_rng(0)
    for number in range(PICTURES):
        path = folder / ("cat", "dog", "cow")[number % 3] / f"{number:05}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        content = io.BytesIO()
        pixels = noise.integers(0, 256, (24, 24), np.uint8)
        Image.fromarray(pixels).save(content, "PNG", compress_level=1)
        path.write_bytes(content.getvalue() if number % 50 else b"broken")
    return folder


def start(home: Path, pictures: Path, code: str = IMPORT) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", code, str(home), str(pictures)]
    return subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def stored(workspace: Workspace) -> set[str]:
    """Return the digests of all files in the artifact store."""
    return {path.name for path in workspace.artifacts.root.glob("[0-9a-f][0-9a-f]/*")}


def test_an_import_killed_again_and_again_leaves_no_orphan(
    workspace: Workspace, home: Path, tmp_path: Path
) -> None:
    pictures = write_pictures(tmp_path / "pictures")
    alone = Workspace.open(tmp_path / "alone")
    wanted = alone.add_dataset("pets", FolderSource(path=str(pictures), size=128, colour="rgb"))

    moment = random.Random(7)
    deadline = time.monotonic() + GIVE_UP_SECONDS
    kills, longest = 0, 0.6
    while kills < KILLS:
        assert time.monotonic() < deadline
        child = start(home, pictures)
        assert child.stdout is not None
        assert child.stdout.readline() == "begins\n"
        time.sleep(moment.uniform(0.0, longest))
        os.kill(child.pid, signal.SIGKILL)
        died = child.wait() == -signal.SIGKILL
        complete = child.stdout.read() == "complete\n"
        child.stdout.close()
        kills += died and not complete
        if workspace.datasets():
            # It was faster than the kill: what it made is whole. Forget it, and kill sooner.
            assert workspace.dataset("pets").digest == wanted.digest
            with workspace._studio.tx() as connection:
                connection.execute("DELETE FROM dataset_versions")
                connection.execute("DELETE FROM datasets")
            longest *= 0.8

    last = start(home, pictures)
    assert last.communicate(timeout=300)[0] == "begins\ncomplete\n"
    version = workspace.dataset("pets")
    assert version.version == 1
    assert version.digest == wanted.digest
    assert version.source["skipped"] == wanted.source["skipped"]
    assert version.source["skipped"]["count"] == PICTURES // 50
    np.testing.assert_array_equal(workspace.samples(version), alone.samples(wanted))

    refers = references(workspace._studio)
    needed = refers | {part for digest in refers for part in workspace.artifacts.references(digest)}
    assert stored(workspace) == needed & stored(workspace)
    assert list(workspace.artifacts.drafts.iterdir()) == []
    assert workspace.collect_garbage(older_than=0) == 0
    alone.close()


def test_a_half_import_that_nobody_goes_on_with_is_removed_in_the_end(
    workspace: Workspace, home: Path, tmp_path: Path
) -> None:
    pictures = write_pictures(tmp_path / "pictures")
    child = start(home, pictures, HALF + IMPORT)
    assert child.communicate(timeout=300)[0] == "begins\n"
    assert child.returncode == -signal.SIGKILL
    half = next(workspace.artifacts.drafts.iterdir())
    workspace.collect_garbage(older_than=0)
    assert half.is_dir()
    long_ago = time.time() - 8 * 24 * 3600
    os.utime(half, (long_ago, long_ago))
    workspace.collect_garbage()
    assert not half.exists()
    assert workspace.datasets() == []
