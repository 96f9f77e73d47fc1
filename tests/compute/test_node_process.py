"""Nodes in processes of their own, which are killed."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from studio.compute import node_process
from studio.compute.context import Context
from studio.compute.control_file import ControlFile
from studio.compute.events import EventReader, EventWriter
from studio.compute.folder import RunFolder
from studio.compute.node_events import NodeEvents
from studio.compute.prepare import prepare
from studio.core.control import RunControl
from studio.core.errors import Cancelled, StudioError
from studio.core.events import LogEvent
from studio.core.run import MAX_ATTEMPTS
from studio.workspace import Workspace
from tests.compute.drawn import add_letters, branches, submit


def _kill_children(
    count: int, over: threading.Event, how: signal.Signals = signal.SIGKILL
) -> list[int]:
    """Kill so many processes of nodes, each once, until it is over. Returns which."""
    killed: list[int] = []
    mine = str(os.getpid()).encode()
    while len(killed) < count and not over.is_set():
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_bytes().split(b"\0")
                parent = (folder / "stat").read_bytes().rpartition(b")")[2].split()[1]
            except OSError:
                continue
            found = parent == mine and b"studio.compute.node_process" in command
            if found and int(folder.name) not in killed:
                os.kill(int(folder.name), how)
                killed.append(int(folder.name))
        time.sleep(0.01)
    return killed


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
@pytest.mark.parametrize("deaths", [1, MAX_ATTEMPTS])
def test_a_node_whose_process_is_killed_is_tried_again(workspace: Workspace, deaths: int) -> None:
    add_letters(workspace)
    submit(workspace, branches(), "one")
    folder = RunFolder.of(workspace.home, "one")
    spec = prepare(workspace, workspace.run("one"))
    folder.write_spec(spec)
    emit = EventWriter(folder.events, 0)
    context = Context(spec, folder, workspace.artifacts, emit, ControlFile(folder))
    over = threading.Event()
    killer = threading.Thread(target=_kill_children, args=(deaths, over))
    killer.start()
    try:
        node = spec.pipeline.node("data")
        if deaths == MAX_ATTEMPTS:
            with pytest.raises(StudioError, match=f"died {MAX_ATTEMPTS} times"):
                node_process.carry_out(context, node, {}, NodeEvents(emit, "data", ""))
        else:
            made = node_process.carry_out(context, node, {}, NodeEvents(emit, "data", ""))
            assert made["dataset"].title == "letters:1"
    finally:
        over.set()
        killer.join()
        emit.close()
    said = [e.text for e in EventReader(folder.events).read(0) if isinstance(e, LogEvent)]
    again = [text for text in said if text.startswith("Started again")]
    assert len(again) == min(deaths, MAX_ATTEMPTS - 1)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_a_cancelled_node_that_hears_nothing_is_killed(workspace: Workspace) -> None:
    add_letters(workspace)
    submit(workspace, branches(), "one")
    folder = RunFolder.of(workspace.home, "one")
    spec = prepare(workspace, workspace.run("one"))
    folder.write_spec(spec)
    folder.write_control(RunControl(cancel=True))
    emit = EventWriter(folder.events, 0)
    context = Context(spec, folder, workspace.artifacts, emit, ControlFile(folder))
    over = threading.Event()
    halted = threading.Thread(target=_kill_children, args=(1, over, signal.SIGSTOP))
    halted.start()
    try:
        node = spec.pipeline.node("data")
        with pytest.raises(Cancelled, match='Node "data" ended'):
            node_process.carry_out(context, node, {}, NodeEvents(emit, "data", ""))
    finally:
        over.set()
        halted.join()
        emit.close()
