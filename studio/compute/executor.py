"""A run's process: walks the pipeline of its spec and says in events how it goes.

It knows its folder and the artifacts, not the database. Killed at any moment it is started again and comes to
the same end: steps repeat, a training goes on from its checkpoint, announcements are made once.
"""

from __future__ import annotations

import os
import shutil
import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from studio.compute.base import Paused, RunSpec
from studio.compute.context import Context
from studio.compute.control_file import ControlFile
from studio.compute.events import EventWriter
from studio.compute.folder import RunFolder
from studio.compute.node_events import NodeEvents
from studio.compute.steps import STEPS
from studio.compute.walk import TEXT_LIMIT, NotKept, Walk
from studio.core.control import RunControl
from studio.core.errors import Cancelled, Conflict, NotFound, StudioError
from studio.core.node_outputs import file_prefix
from studio.core.run import Failure, Progress
from studio.workspace import Artifacts, NodeOutputs

NICENESS = 5
"""The pages and the endpoints come first."""


def main(home: Path, run_name: str) -> int:
    """Carry out a run whose spec the worker wrote: `python -m studio execute RUN`.

    Returns:
        The exit status: 0 when the run reached an end, whatever it is; its events say which.

    Raises:
        NotFound: The run has no spec. Conflict: A process carries it out already.
    """
    folder = RunFolder.of(home, run_name)
    if not folder.spec.exists():
        raise NotFound(
            f'Run "{run_name}" has nothing to carry out.',
            f"There is no {folder.spec}: the worker writes it when the run's turn comes.",
            "Start the worker: python -m studio worker.",
        )
    lock = folder.lock()
    if not lock.acquire():
        raise Conflict(
            f'Run "{run_name}" is being carried out already.',
            f"Process {lock.pid or 'of another kind'} holds its lock.",
            "Wait for it, or stop the run.",
        )
    try:
        os.nice(NICENESS)
        control = ControlFile(folder)
        control.listen()
        execute(folder, control)
    finally:
        lock.release()
    return 0


def execute(
    folder: RunFolder, control: Callable[[], RunControl], *, only_kept: bool = False
) -> None:
    """Walk the pipeline of a run's folder and end with an `end` event, or with a `pause` event to go on later.

    A run that has ended stays as it is.

    Args:
        folder: The run's folder, its lock held.
        control: Returns what people ask of the run by now.
        only_kept: Whether everything that the run gives is known already: then no step is taken.

    Raises:
        NotKept: With `only_kept`, when something is not known after all: the run goes on as any other.
    """
    spec = RunSpec.model_validate_json(folder.spec.read_bytes())
    emit = EventWriter(folder.events, spec.after_seq)
    try:
        if not emit.ended:
            if emit.paused:
                emit.log("Going on after a pause.")
            elif spec.attempt > 1:
                emit.log(
                    f"Started again, for the {spec.attempt}. time, after its process was gone."
                )
            context = Context(spec, folder, Artifacts(Path(spec.artifacts)), emit, control)
            _carry_out(context, only_kept)
        if not emit.ended:
            return  # it pauses
        shutil.rmtree(folder.checkpoints, ignore_errors=True)
        shutil.rmtree(folder.drawings, ignore_errors=True)
        shutil.rmtree(folder.encoded, ignore_errors=True)
        shutil.rmtree(folder.session, ignore_errors=True)
    finally:
        emit.close()


def _carry_out(context: Context, only_kept: bool) -> None:
    ready = Progress(done=0, total=0, unit="steps", message="getting ready")
    try:
        context.emit.progress(ready)
        if context.spec.reuse:
            kept = NodeOutputs(context.artifacts.root.parent / "nodes", context.artifacts)
            Walk(context, kept, only_kept=only_kept).run()
        else:
            _walk(context)
    except NotKept:
        raise
    except Paused:
        context.emit.log("Paused: what is done so far is saved.")
        context.emit.pause()
    except Cancelled as error:
        context.emit.log(error.what)
        context.emit.end("cancelled" if context.control().cancel else "stopped")
    except StudioError as error:
        _fail(context.emit, error.what, error.why, error.fix)
    except Exception as error:  # noqa: BLE001 - the door of a run: its failure is shown on its page
        traceback.print_exc(file=sys.stderr)
        _fail(
            context.emit,
            "The run ended with an error that the studio did not foresee.",
            f"{type(error).__name__}: {error}",
            f"Look at the end of {context.folder.log}, and report it if it makes no sense.",
        )
    else:
        context.emit.end("stopped" if context.stopped else "completed")


def _walk(context: Context) -> None:
    """Carry out a pipeline of a guided page: one node after the other, as one piece of work."""
    pipeline = context.spec.pipeline
    outputs: dict[str, dict[str, Any]] = {}
    for node_id in pipeline.order():
        if context.control().cancel:
            raise Cancelled("The run was cancelled.", "Somebody asked for it.", "Submit it again.")
        node = pipeline.node(node_id)
        inputs = {
            port: outputs[source][source_port]
            for port, (source, source_port) in pipeline.inputs(node_id).items()
        }
        emit = NodeEvents(context.emit, node_id, file_prefix(pipeline, node_id))
        step = replace(context, emit=emit)
        outputs[node_id] = STEPS[node.component](step, node, inputs)
        context.stopped |= step.stopped


def _fail(emit: EventWriter, what: str, why: str, fix: str) -> None:
    emit.end(
        "failed",
        Failure(what=what[:TEXT_LIMIT], why=why[:TEXT_LIMIT], fix=fix[:TEXT_LIMIT]),
    )
