"""A node of a pipeline run in a process of its own: `python -m studio.compute.node_process HOME RUN NODE`.

It lives no longer than the run's process, says its events over a pipe, and hears what people ask of the run from the
run's folder, as the run's process does.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from studio.compute.base import Paused, RunSpec
from studio.compute.context import Context
from studio.compute.control_file import ControlFile
from studio.compute.events import EventWriter
from studio.compute.folder import RunFolder
from studio.compute.node_events import NodeEvents
from studio.compute.values import keep, view
from studio.core.control import RunControl
from studio.core.dataset import DatasetManifest
from studio.core.errors import Cancelled, StudioError
from studio.core.events import DatasetEvent, Event, ModelEvent
from studio.core.pipeline import Node
from studio.core.port_values import PortValue, parse_value
from studio.core.run import MAX_ATTEMPTS
from studio.workspace import Artifacts

ROOT = Path(__file__).resolve().parents[2]
POLL_SECONDS = 0.5
GRACE_SECONDS = 1.0
"""So long after somebody cancelled it a process may still end by itself."""
_PIPE, _PARENT = "STUDIO_NODE_PIPE", "STUDIO_NODE_PARENT"
_PR_SET_PDEATHSIG = 1
_EVENT: TypeAdapter[Event] = TypeAdapter(Event)


def carry_out(
    context: Context, node: Node, inputs: Mapping[str, PortValue], emit: NodeEvents
) -> dict[str, PortValue]:
    """Carry a node out in a process of its own, and wait for its end. `context.stopped` is set where it ended early.

    Raises:
        StudioError: The node's, or its process died again and again. Paused, Cancelled: As the node itself.
    """
    for deaths in range(MAX_ATTEMPTS):
        if deaths:
            emit.log(f"Started again, for the {deaths}. time, after the node's process was gone.")
        said: list[Event] = []
        end = _attempt(context, node, inputs, emit, said)
        control = context.control()
        if end:
            break
        if control.pauses:
            raise Paused
        if control.ends or node.id in control.cancel_nodes:
            raise Cancelled(
                f'Node "{node.id}" ended.',
                "Somebody asked for it.",
                "Resume the run, or submit it again.",
            )
        emit.expect(said)
    return _outcome(context, node, end)


def _attempt(
    context: Context,
    node: Node,
    inputs: Mapping[str, PortValue],
    emit: NodeEvents,
    announced: list[Event],
) -> dict[str, Any]:
    """Carry the node out in one process. Returns its last word, empty where it died; fills in what it announced."""
    reader, writer = os.pipe()
    known = emit.announced_manifest()
    given = {
        "inputs": {port: value.model_dump(mode="json") for port, value in inputs.items()},
        "announced": None if known is None else known.model_dump(mode="json"),
    }
    home, run = context.folder.path.parent.parent, context.spec.run
    with open(reader, "rb", buffering=0) as lines:
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", "studio.compute.node_process", str(home), run, node.id],
                cwd=ROOT,
                env={**os.environ, _PIPE: str(writer), _PARENT: str(os.getpid())},
                stdin=subprocess.PIPE,
                pass_fds=(writer,),
            )
        finally:
            os.close(writer)
        assert process.stdin is not None
        try:
            with suppress(BrokenPipeError), process.stdin as told:
                told.write(json.dumps(given).encode())
            return _follow(context, lines.fileno(), emit, announced)
        finally:
            process.kill()
            process.wait()


def _follow(
    context: Context, pipe: int, emit: NodeEvents, announced: list[Event]
) -> dict[str, Any]:
    """Pass on what the process says until it ends, or has not though it was cancelled.

    Returns:
        Its last word, empty where it said none.
    """
    rest = b""
    end: dict[str, Any] = {}
    cancelled = float("inf")
    while time.monotonic() < cancelled + GRACE_SECONDS:
        control = context.control()
        if control.cancel:
            cancelled = min(cancelled, time.monotonic())
        if control.stop and not context.folder.stop.exists():
            context.folder.stop.touch()  # a signal reached this process only
        if not select.select([pipe], [], [], POLL_SECONDS)[0]:
            continue
        block = os.read(pipe, 1 << 16)
        if not block:
            return end
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            said = json.loads(line)
            if "ended" in said:
                end = said
            else:
                event = _EVENT.validate_python(said["event"])
                emit.take(event)
                if isinstance(event, DatasetEvent | ModelEvent):
                    announced.append(event)
    return {}


def _outcome(context: Context, node: Node, end: dict[str, Any]) -> dict[str, PortValue]:
    match end.get("ended"):
        case "done":
            context.stopped = end["stopped"]
            return {port: parse_value(value) for port, value in end["outputs"].items()}
        case "paused":
            raise Paused
        case "cancelled":
            raise Cancelled(*end["error"])
        case "failed":
            raise StudioError(*end["error"])
    raise StudioError(
        f'The process of node "{node.id}" died {MAX_ATTEMPTS} times.',
        "It ended without saying why. Most often the system killed it because memory ran out.",
        "Let fewer nodes work at once, or choose a smaller batch size or model.",
    )


class PipeEvents(EventWriter):
    """Says a node's events over the pipe to the run's process, which numbers them."""

    def __init__(self, pipe: int, announced: DatasetManifest | None) -> None:
        self._pipe = pipe
        self._announced_before = announced
        self._lock = threading.Lock()
        self._said_not_finite: set[str] = set()

    def announced_manifest(self) -> DatasetManifest | None:
        """Return the dataset that an earlier process announced for the node."""
        return self._announced_before

    def say(self, word: dict[str, Any]) -> None:
        """Write one line."""
        line = json.dumps(word).encode() + b"\n"
        with self._lock:
            while line:
                line = line[os.write(self._pipe, line) :]

    def _head(self) -> dict[str, Any]:
        return {"seq": 0, "time": 0.0}

    def _announce(self, event: DatasetEvent | ModelEvent) -> None:
        self._write(event)

    def _write(self, event: Event, *, durable: bool = False) -> None:
        self.say({"event": event.model_dump(mode="json")})


def main(home: Path, run: str, node_id: str) -> int:
    """Carry out one node, as the run's process said on the standard input."""
    _die_with(int(os.environ[_PARENT]))
    folder = RunFolder.of(home, run)
    given = json.loads(sys.stdin.buffer.read())
    announced = given["announced"]
    pipe = int(os.environ[_PIPE])
    emit = PipeEvents(pipe, announced and DatasetManifest.model_validate(announced))
    spec = RunSpec.model_validate_json(folder.spec.read_bytes())
    asked = ControlFile(folder)

    def control() -> RunControl:
        wishes = asked()
        gone = node_id in wishes.cancel_nodes
        return wishes.model_copy(update={"cancel": True}) if gone else wishes

    context = Context(spec, folder, Artifacts(Path(spec.artifacts)), emit, control)
    emit.say(_ended(context, spec.pipeline.node(node_id), given["inputs"]))
    return 0


def _ended(context: Context, node: Node, given: dict[str, Any]) -> dict[str, Any]:
    """Carry the node out. Returns the last word about it."""
    from studio.compute.steps import STEPS

    try:
        inputs = {p: view(parse_value(value), context.artifacts) for p, value in given.items()}
        made = STEPS[node.component](context, node, inputs)
        outputs = {p: keep(one, context.artifacts) for p, one in made.items() if one is not None}
    except Paused:
        return {"ended": "paused"}
    except StudioError as error:
        kind = "cancelled" if isinstance(error, Cancelled) else "failed"
        return {"ended": kind, "error": [error.what, error.why, error.fix]}
    except Exception as error:  # noqa: BLE001 - the door of a node's process: its failure is shown on the canvas
        traceback.print_exc(file=sys.stderr)
        return {"ended": "failed", "error": list(unforeseen(node, error, context.folder.log))}
    return {
        "ended": "done",
        "stopped": context.stopped,
        "outputs": {port: value.model_dump(mode="json") for port, value in outputs.items()},
    }


def unforeseen(node: Node, error: Exception, log: Path) -> tuple[str, str, str]:
    """Return what, why and fix of an error that is a mistake of the studio itself, or of a full disk."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f'Node "{node.id}" could not write what it made.',
            f"The system says: {error.strerror}.",
            "Make room on the disk of the workspace, then resume the run.",
        )
    return (
        f'Node "{node.id}" ended with an error that the studio did not foresee.',
        f"{type(error).__name__}: {error}",
        f"Look at the end of {log}, and report it if it makes no sense.",
    )


def _die_with(parent: int) -> None:
    """Have the kernel end this process when the one that started it is gone."""
    with_libc = ctypes.CDLL(None)
    if hasattr(with_libc, "prctl"):
        with_libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
