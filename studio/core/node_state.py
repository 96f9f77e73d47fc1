"""How the nodes of a pipeline run are: what the observations of kind "node" say, one a node, the newest of each."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from studio.core.port_values import PortValue
from studio.core.run import Failure, Progress

NodeStatus = Literal["waiting", "running", "reused", "completed", "failed", "cancelled", "skipped"]
"""waiting: its turn has not come. reused: an earlier run did just that. skipped: what it needs is missing."""
ENDED_NODES: frozenset[NodeStatus] = frozenset(
    {"reused", "completed", "failed", "cancelled", "skipped"}
)
DONE_NODES: frozenset[NodeStatus] = frozenset({"reused", "completed"})


class NodeState(BaseModel):
    """How one node of a run is.

    Args:
        node: Its id.
        state: What happens to it.
        seconds: So long it worked, None before its end; 0 where its outputs were reused.
        saved: Seconds that reusing saved.
        progress: How far it is while it runs, where it says so.
        outputs: Output port -> what came out, once it is done.
        failure: Why it failed.
        from_run: Name of the run whose outputs were reused; "" for none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    node: str
    state: NodeStatus = "waiting"
    seconds: float | None = None
    saved: float = 0.0
    progress: Progress | None = None
    outputs: dict[str, PortValue] = {}
    failure: Failure | None = None
    from_run: str = ""

    @property
    def done(self) -> bool:
        """Whether its outputs are there."""
        return self.state in DONE_NODES

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it in this run."""
        return self.state in ENDED_NODES
