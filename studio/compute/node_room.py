"""Where a node of a pipeline run is carried out: beside others, one at a time, or in a process of its own."""

from __future__ import annotations

from typing import Literal

from studio.compute.base import RunSpec
from studio.core.errors import StudioError
from studio.core.pipeline import Node
from studio.core.port_values import DatasetValue, PortValue, TableValue, UntrainedValue
from studio.core.queue import TENSORFLOW_BYTES, estimated_bytes
from studio.core.run_settings import trained_by
from studio.core.untrained import params_given
from studio.ml.available import available_bytes

Place = Literal["light", "heavy", "process"]
TENSORFLOW = frozenset({
    "train", "search", "finder", "cross_validate", "evaluate", "calibrate", "explain", "label_errors", "model_export",
    "import_model", "restore", "rank", "prelabel", "speed", "equivalence", "score", "scoring",
})  # fmt: skip
"""Components that load TensorFlow or keep every core busy: the run's process carries out one of them at a time."""
LONG = frozenset({"train", "search", "finder", "cross_validate", "label_errors"})
"""Those that compute for so long that a process of their own is worth its start."""
LIGHT_NODES = 4
MANY_ROWS = 1_000_000
"""A step on a table of so many rows takes seconds in which it hears nothing: it gets a process that can be killed."""


class NodeRoom:
    """Which nodes are at work where, and how much memory they take.

    Args:
        spec: What the run's process was told.
    """

    def __init__(self, spec: RunSpec) -> None:
        self._spec = spec
        self._at: dict[str, Place] = {}
        self._bytes: dict[str, int] = {}
        self.light = LIGHT_NODES
        self.processes = max(1, spec.parallel_nodes - 1)

    def place(self, node: Node, inputs: dict[str, PortValue]) -> Place | None:
        """Return where a node shall be carried out now, and note that it is; None when it has to wait."""
        found = self._free(node, inputs)
        if found is not None:
            self._at[node.id] = found
            if found != "light":
                self._bytes[node.id] = self._estimate(node, inputs)
        return found

    def leave(self, node_id: str) -> None:
        """Note that a node has ended."""
        del self._at[node_id]
        self._bytes.pop(node_id, None)

    def _free(self, node: Node, inputs: dict[str, PortValue]) -> Place | None:
        places = list(self._at.values())
        if node.component not in TENSORFLOW and self._rows(node, inputs) >= MANY_ROWS:
            return "process" if places.count("process") < self.processes else None
        if node.component not in TENSORFLOW:
            return "light" if places.count("light") < self.light else None
        if "heavy" not in places:
            return "heavy"
        more = places.count("process") + 1 < self._spec.parallel_nodes
        return "process" if node.component in LONG and more and self._fits(node, inputs) else None

    def _rows(self, node: Node, inputs: dict[str, PortValue]) -> int:
        """Return how many rows the tables have that a node takes or opens."""
        own = self._spec.datasets.get(node.id) if node.component == "table" else None
        taken = sum(each.count for each in inputs.values() if isinstance(each, TableValue))
        return taken + (own.count if own is not None else 0)

    def _fits(self, node: Node, inputs: dict[str, PortValue]) -> bool:
        needed = self._estimate(node, inputs)
        free = available_bytes()
        if free is not None and free < needed:
            return False
        limit = self._spec.memory_bytes
        return limit is None or sum(self._bytes.values()) + needed <= limit

    def _estimate(self, node: Node, inputs: dict[str, PortValue]) -> int:
        """Return about how many bytes a node takes; what a process takes anyway where nobody can say."""
        data, untrained = inputs.get("dataset"), inputs.get("model")
        found = [TENSORFLOW_BYTES]
        if not isinstance(data, DatasetValue):
            return TENSORFLOW_BYTES
        shape, classes = data.manifest.shape, len(data.manifest.class_names)
        for model, training in trained_by(params_given(self._spec.pipeline, node.id), largest=True):
            if isinstance(untrained, UntrainedValue) and node.component != "search":
                model = untrained.config
            try:
                size = estimated_bytes(
                    model, training, shape, classes, samples=data.manifest.labelled
                )
            except StudioError:
                continue  # it does not fit the samples, and says so itself
            found.append(size)
        return max(found)
