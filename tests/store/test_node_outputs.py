from __future__ import annotations

import os
import time

import pytest

from studio.core.errors import StudioError
from studio.core.port_values import FileValue
from studio.core.run import RunArtifact
from studio.workspace import Workspace

KEY, OTHER = "a" * 64, "b" * 64


def keep(workspace: Workspace, key: str, file: RunArtifact) -> None:
    workspace.node_outputs.keep(
        key, {"file": FileValue(file=file)}, files={}, result={}, seconds=2.0, run="one", node="n"
    )


def test_outputs_are_found_as_long_as_their_files_are_there(workspace: Workspace) -> None:
    file = workspace.artifacts.put(b"words", "words.txt")
    assert workspace.node_outputs.find(KEY) is None
    keep(workspace, KEY, file)
    found = workspace.node_outputs.find(KEY)
    assert found is not None
    assert (found.seconds, found.run, found.needs) == (2.0, "one", (file.digest,))
    workspace.artifacts.path(file.digest).unlink()
    assert workspace.node_outputs.find(KEY) is None


def test_what_belongs_to_them_is_no_garbage(workspace: Workspace) -> None:
    joined = workspace.artifacts.join(
        [workspace.artifacts.put(text, "part").digest for text in (b"one", b"two")]
    )
    keep(workspace, KEY, RunArtifact(name="parts.json", digest=joined, size=1))
    workspace.artifacts.put(b"nobody's", "nobody's")
    assert workspace.collect_garbage(older_than=-1) == len(b"nobody's")
    assert workspace.node_outputs.find(KEY) is not None


def test_a_torn_file_counts_for_nothing(workspace: Workspace) -> None:
    keep(workspace, KEY, workspace.artifacts.put(b"words", "words.txt"))
    (path,) = (workspace.home / "nodes").glob("*/*")
    whole = path.read_bytes()
    for torn in (whole[:40], whole[:-1], b"", whole.replace(b"2.0", b"3.0"), b"\0" * len(whole)):
        path.write_bytes(torn)
        assert workspace.node_outputs.find(KEY) is None
    path.with_name(f"{OTHER}.json").write_bytes(whole)
    assert workspace.node_outputs.find(OTHER) is None
    path.unlink()
    path.mkdir()
    assert workspace.node_outputs.find(KEY) is None
    with pytest.raises(StudioError, match="could not be kept"):
        keep(workspace, KEY, workspace.artifacts.put(b"words", "words.txt"))


def test_what_nobody_used_for_long_and_what_is_too_much_is_forgotten(workspace: Workspace) -> None:
    file = workspace.artifacts.put(b"words", "words.txt")
    for key in (KEY, OTHER):
        keep(workspace, key, file)
    month_ago = time.time() - 31 * 24 * 3600
    os.utime(workspace.home / "nodes" / "aa" / f"{KEY}.json", (month_ago, month_ago))
    assert workspace.node_outputs.tidy() == 1
    assert workspace.node_outputs.find(KEY) is None
    assert workspace.node_outputs.find(OTHER) is not None
    assert workspace.node_outputs.tidy(most=0) == 1
