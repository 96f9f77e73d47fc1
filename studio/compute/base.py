"""What a run's process is told, and what every engine that executes runs can do."""

from __future__ import annotations

from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from studio.core.control import RunControl
from studio.core.dataset import DatasetVersion
from studio.core.events import Event
from studio.core.model_spec import ModelSpec
from studio.core.pipeline import Pipeline

RunState = Literal["unknown", "running", "ended", "lost"]
"""unknown: never submitted; ended: its last event is there; lost: its process is gone without one."""


class Paused(Exception):
    """A step saved all it has because the run shall pause: the way out of a pipeline that goes on later."""


class RunSpec(BaseModel):
    """Everything a run's process is told.

    Args:
        run: Name of the run.
        pipeline: Checked, with dataset versions pinned.
        datasets: dataset node id -> the pinned version; import node id -> the version it adds to.
        artifacts: Folder of the artifact store.
        data, cache, uploads: Folders in which sources look.
        models: reference -> the model that it is, as pinned.
        weights: train node id -> digest of the Keras model whose weights are its start.
        drawings: Collections copied into the run's folder: name -> (class names, number of drawings).
        scripts: Whether an administrator allows Python scripts of people.
        attempt: How often the run's process was started, this time included; pauses do not count.
        after_seq: Events are numbered on from here at least.
        reuse: Whether its nodes have states of their own, and outputs of earlier runs are used again.
        parallel_nodes: So many nodes that compute for long may be at work at once.
        memory_bytes: So much memory they may take together, by estimate; None: what the machine has free.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    run: str
    pipeline: Pipeline
    datasets: dict[str, DatasetVersion] = {}
    artifacts: str
    data: str
    cache: str
    uploads: str
    models: dict[str, ModelSpec] = {}
    weights: dict[str, str] = {}
    drawings: dict[str, tuple[tuple[str, ...], int]] = {}
    scripts: bool = False
    attempt: int = 1
    after_seq: int = 0
    reuse: bool = False
    parallel_nodes: int = 1
    memory_bytes: int | None = None


class Compute(Protocol):
    """Where runs are executed. Every verb may be repeated, and works on runs that an earlier worker submitted."""

    def submit(self, run: str, spec: RunSpec) -> None:
        """Start the run's process; nothing when it lives or has ended."""

    def events(self, run: str, after_seq: int) -> list[Event]:
        """Return the next events after number `after_seq`, in order; empty when there are none yet.

        Raises:
            StudioError: What is there cannot be read as events.
        """

    def status(self, run: str) -> RunState:
        """Return how the run's process is. Once it is not "running", all its events can be read."""

    def control(self, run: str, control: RunControl) -> None:
        """Tell the run's process, now or when it starts, what people ask of it; the newest word counts."""

    def checkpoint(self, run: str) -> str:
        """Return a word for how far the run can be taken up: another one whenever it has come further."""

    def stop(self, run: str) -> None:
        """Ask the run's process to end soon, keeping what it has."""
