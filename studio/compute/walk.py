"""Walking a pipeline run: nodes in their order, branches side by side, and nothing done twice.

What a node gave is kept under a key made of its component, its settings and the content of its inputs. A node whose
key is known is not carried out: its outputs, files and facts are taken from then.
"""

from __future__ import annotations

import queue
import sys
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from studio.compute import node_process
from studio.compute.base import Paused
from studio.compute.context import Context
from studio.compute.node_events import NodeEvents
from studio.compute.node_room import NodeRoom
from studio.compute.steps import STEPS
from studio.compute.values import Data, TrainedModel, keep, view
from studio.core.control import RunControl
from studio.core.errors import Cancelled, StudioError
from studio.core.node_outputs import (
    MODEL_MAKERS,
    KeptOutputs,
    Pinned,
    file_prefix,
    node_key,
)
from studio.core.node_state import NodeState, NodeStatus
from studio.core.pipeline import Node, component_of
from studio.core.port_values import DatasetValue, ModelValue, PortValue
from studio.core.run import Failure, Progress
from studio.workspace import NodeOutputs

TICK_SECONDS = 0.2
TEXT_LIMIT = 2000


class NotKept(Exception):
    """A node would have to be carried out, and that was not wanted."""


@dataclass
class Work:
    """A node at work, and how it ended."""

    node: Node
    inputs: dict[str, PortValue]
    key: str
    began: float = field(default_factory=time.monotonic)
    views: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, PortValue] = field(default_factory=dict)
    error: BaseException | None = None
    stopped: bool = False


class Walk:
    """One pipeline run, from its first node to its last.

    Args:
        context: Of the run.
        kept: Outputs of earlier runs.
        only_kept: Whether everything is known already, so that nothing may be carried out here.
    """

    def __init__(self, context: Context, kept: NodeOutputs, *, only_kept: bool = False) -> None:
        self._context = context
        self._kept = kept
        self._only_kept = only_kept
        self._pipeline = context.spec.pipeline
        self._order = self._pipeline.order()
        self._places = {node.id: at for at, node in enumerate(self._pipeline.nodes)}
        self._states = {node_id: NodeState(node=node_id) for node_id in self._places}
        self._views: dict[str, dict[str, Any]] = {}
        self._working: dict[str, Work] = {}
        self._stopped: set[str] = set()
        self._finished: queue.SimpleQueue[Work] = queue.SimpleQueue()
        self._room = NodeRoom(context.spec)
        self._pinned = Pinned(
            datasets=context.spec.datasets,
            models=context.spec.models,
            weights=context.spec.weights,
        )
        self._broken = False

    def run(self) -> None:
        """Carry all nodes out.

        Raises:
            StudioError: A node's failure; what does not depend on it was carried out all the same.
            Cancelled, Paused: Somebody asked for it. NotKept: A node would have to be carried out.
        """
        for state in self._states.values():
            self._say(state)
        with (
            ThreadPoolExecutor(self._room.light, "node") as light,
            ThreadPoolExecutor(1, "tensorflow") as heavy,
            ThreadPoolExecutor(self._room.processes, "process") as processes,
        ):
            self._threads = {"light": light, "heavy": heavy, "process": processes}
            try:
                self._go()
            except BaseException:
                self._broken = True  # what is at work ends soon, and the threads are waited for
                raise
        self._conclude()

    def _go(self) -> None:
        while True:
            before = [state.state for state in self._states.values()]
            self._look_at_waiting()
            if before != [state.state for state in self._states.values()]:
                self._say_progress()
            if not self._working:
                return
            try:
                self._take(self._finished.get(timeout=TICK_SECONDS))
            except queue.Empty:
                continue

    def _look_at_waiting(self) -> None:
        """Start, reuse or skip each node whose turn it is."""
        control = self._context.control()
        for node_id in self._order:
            if self._states[node_id].state != "waiting" or node_id in self._working:
                continue
            sources = {source for source, _ in self._pipeline.inputs(node_id).values()}
            if any(self._states[s].ended and not self._states[s].done for s in sources):
                self._end(node_id, "skipped")
            elif not all(self._states[s].done for s in sources):
                continue
            elif node_id in control.cancel_nodes:
                self._end(node_id, "cancelled")
            elif control.cancel:
                self._end(node_id, "skipped")
            elif control.stop and not self._judges_stopped(node_id):
                self._end(node_id, "skipped")
                self._context.stopped = True
            elif not control.pause or control.stop:
                self._turn(node_id)

    def _judges_stopped(self, node_id: str) -> bool:
        """Return whether a node judges a model whose training was stopped: that is still done."""
        model = self._pipeline.inputs(node_id).get("model")
        judges = self._pipeline.node(node_id).component == "evaluate"
        return judges and model is not None and model[0] in self._stopped

    def _turn(self, node_id: str) -> None:
        node = self._pipeline.node(node_id)
        inputs: dict[str, PortValue] = {}
        for port, (source, out) in self._pipeline.inputs(node_id).items():
            given = self._states[source].outputs
            if out not in given:
                self._fail(node_id, _nothing_came(source, out))
                return
            inputs[port] = given[out]
        key = ""
        if component_of(node).cached:
            key = node_key(self._pipeline, node_id, inputs, self._pinned)
            found = self._kept.find(key)
            if found is not None:
                self._reuse(node, inputs, found)
                return
        if self._only_kept:
            raise NotKept
        place = self._room.place(node, inputs)
        if place is None:
            return
        work = self._working[node_id] = Work(node, inputs, key)
        self._end(node_id, "running")
        self._threads[place].submit(self._work, work, place)

    def _reuse(self, node: Node, inputs: dict[str, PortValue], found: KeptOutputs) -> None:
        self._events(node).again(found.files, found.result)
        mine = found.run == self._context.spec.run  # an earlier process of this run came so far
        self._done(
            node,
            inputs,
            NodeState(
                node=node.id,
                state="completed" if mine else "reused",
                seconds=found.seconds if mine else 0.0,
                saved=0.0 if mine else found.seconds,
                outputs=found.outputs,
                from_run="" if mine else found.run,
            ),
        )

    def _work(self, work: Work, place: str) -> None:
        """Carry a node out; called in a thread. It never raises: what happened is put in the queue."""
        node, emit = work.node, self._events(work.node)
        context = replace(
            self._context, emit=emit, control=self._control_of(node.id), stopped=False
        )
        try:
            if place == "process":
                made: dict[str, Any] = dict(
                    node_process.carry_out(context, node, work.inputs, emit)
                )
            else:
                made = STEPS[node.component](context, node, self._given(node.id, work.inputs))
            declared = component_of(node).outputs
            given = {p: one for p, one in made.items() if p in declared and one is not None}
            work.outputs = {p: keep(one, context.artifacts) for p, one in given.items()}
            held = {p: one for p, one in given.items() if isinstance(one, Data | TrainedModel)}
            work.views = {} if place == "process" else held
            work.stopped = context.stopped
            if work.key and not work.stopped:
                self._kept.keep(
                    work.key,
                    work.outputs,
                    files=emit.files,
                    result=emit.facts,
                    seconds=time.monotonic() - work.began,
                    run=context.spec.run,
                    node=node.id,
                )
        except (Paused, StudioError) as error:
            work.error = error
        except Exception as error:  # noqa: BLE001 - the door of a node: its failure is shown on the canvas
            traceback.print_exc(file=sys.stderr)
            work.error = StudioError(*node_process.unforeseen(node, error, context.folder.log))
        self._finished.put(work)

    def _given(self, node_id: str, inputs: dict[str, PortValue]) -> dict[str, Any]:
        """Return what a step takes: what is in memory already, else made from what was kept."""
        given = {}
        for port, (source, out) in self._pipeline.inputs(node_id).items():
            known = self._views.get(source, {})
            found = known.get(out)
            if found is None:
                found = view(inputs[port], self._context.artifacts)
                if isinstance(found, TrainedModel):
                    self._views.setdefault(source, {})[out] = found  # read once
            given[port] = found
        return given

    def _take(self, work: Work) -> None:
        """Take in how a node ended."""
        del self._working[work.node.id]
        self._room.leave(work.node.id)
        seconds = time.monotonic() - work.began
        match work.error:
            case None:
                self._views[work.node.id] = work.views
                if work.stopped:
                    self._stopped.add(work.node.id)
                    self._context.stopped = True
                state = NodeState(node=work.node.id, state="completed", seconds=seconds)
                self._done(
                    work.node, work.inputs, state.model_copy(update={"outputs": work.outputs})
                )
            case Paused():
                self._end(work.node.id, "waiting")
            case Cancelled():
                self._end(work.node.id, "cancelled", seconds=seconds)
                self._context.stopped = True
                self._events(work.node).log(work.error.what)
            case StudioError():
                self._fail(work.node.id, work.error, seconds)
        self._forget_views()

    def _done(self, node: Node, inputs: dict[str, PortValue], state: NodeState) -> None:
        self._set(state)
        if node.component in MODEL_MAKERS and not file_prefix(self._pipeline, node.id):
            self._say_model(inputs, state)
        if not self._only_kept:
            self._context.folder.checkpoints.mkdir(exist_ok=True)
            (self._context.folder.checkpoints / f"{self._places[node.id]}.done").touch()

    def _say_model(self, inputs: dict[str, PortValue], state: NodeState) -> None:
        """Say which model the run made: it can be judged, registered and deployed as that of a training."""
        data = inputs.get("dataset")
        title = data.title if isinstance(data, DatasetValue) else ""
        for made in state.outputs.values():
            if isinstance(made, ModelValue):
                spec = made.spec.model_copy(update={"dataset": made.spec.dataset or title})
                self._context.emit.result({"model_spec": spec.model_dump(mode="json")})

    def _forget_views(self) -> None:
        """Let go of what is in memory and no node needs any more."""
        for node_id in list(self._views):
            after = {link.target for link in self._pipeline.links if link.source == node_id}
            if all(self._states[target].ended for target in after):
                del self._views[node_id]

    def _events(self, node: Node) -> NodeEvents:
        def tell(progress: Progress) -> None:
            self._set(self._states[node.id].model_copy(update={"progress": progress}))

        return NodeEvents(self._context.emit, node.id, file_prefix(self._pipeline, node.id), tell)

    def _control_of(self, node_id: str) -> Callable[[], RunControl]:
        def control() -> RunControl:
            asked = self._context.control()
            if self._broken or node_id in asked.cancel_nodes:
                return asked.model_copy(update={"cancel": True})
            return asked

        return control

    def _fail(self, node_id: str, error: StudioError, seconds: float | None = None) -> None:
        failure = Failure(
            what=error.what[:TEXT_LIMIT], why=error.why[:TEXT_LIMIT], fix=error.fix[:TEXT_LIMIT]
        )
        self._set(NodeState(node=node_id, state="failed", seconds=seconds, failure=failure))
        self._events(self._pipeline.node(node_id)).log(f"{error.what} {error.why} {error.fix}")

    def _end(self, node_id: str, state: NodeStatus, seconds: float | None = None) -> None:
        self._set(NodeState(node=node_id, state=state, seconds=seconds))

    def _set(self, state: NodeState) -> None:
        self._states[state.node] = state
        self._say(state)

    def _say(self, state: NodeState) -> None:
        body = state.model_dump(mode="json")
        self._context.emit.observation("node", self._places[state.node], body)

    def _say_progress(self) -> None:
        done = sum(state.ended for state in self._states.values())
        at_work = ", ".join(work.node.id for work in self._working.values())
        self._context.emit.progress(
            Progress(done=done, total=len(self._states), unit="nodes", message=at_work)
        )

    def _conclude(self) -> None:
        states, control = list(self._states.values()), self._context.control()
        open_ones = [state for state in states if not state.ended]
        if not open_ones:
            reused = [state for state in states if state.state == "reused"]
            saved = round(sum(state.saved for state in reused), 3)
            self._context.emit.result(
                {"nodes": len(states), "reused": len(reused), "saved_seconds": saved}
            )
            self._say_progress()
        elif not control.cancel:
            raise Paused
        if control.cancel and any(not state.done for state in states):
            raise Cancelled(
                "The run was cancelled.",
                "Somebody asked for it.",
                "Resume it, or submit the pipeline again: what was done is reused.",
            )
        for state in states:
            if state.failure is not None:
                raise StudioError(state.failure.what, state.failure.why, state.failure.fix)
        self._context.stopped |= any(state.state == "cancelled" for state in states)


def _nothing_came(source: str, port: str) -> StudioError:
    return StudioError(
        f'Node "{source}" gave nothing at its output "{port}".',
        "The node behind it cannot work without that.",
        "Look at the log of the node before, and change its settings.",
    )
