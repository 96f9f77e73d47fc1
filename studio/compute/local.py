"""Runs as processes of this machine: `python -m studio execute RUN`."""

from __future__ import annotations

import hashlib
from pathlib import Path

from studio import processes
from studio.compute.base import RunSpec, RunState
from studio.compute.control_file import ControlFile
from studio.compute.events import EventReader, last_is_end
from studio.compute.folder import RunFolder
from studio.core.control import RunControl
from studio.core.events import Event
from studio.core.node_outputs import Pinned, reusable
from studio.workspace import Artifacts, NodeOutputs


class LocalCompute:
    """One process a run, in a session of its own: it outlives the worker, the UI and the terminal.

    Nothing about a run is kept here but how far its file was read, so a new worker takes up where a killed one
    was.

    Args:
        home: The workspace.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._readers: dict[str, EventReader] = {}

    def submit(self, run: str, spec: RunSpec) -> None:
        """Start the run's process; nothing when it lives or has ended.

        A pipeline run of which everything is known from earlier ones needs no process: it is ended here and now.
        """
        folder = RunFolder.of(self._home, run)
        lock = folder.lock()
        if not lock.acquire():
            return
        try:
            if not last_is_end(folder.events):
                folder.write_spec(spec)
                if spec.reuse and self._is_known(folder, spec):
                    return
                processes.start(self._home, "execute", run, log=folder.log, lock=lock)
        finally:
            lock.release()

    def _is_known(self, folder: RunFolder, spec: RunSpec) -> bool:
        """Carry out a pipeline run whose outputs are all kept. Returns False when they are not."""
        artifacts = Artifacts(Path(spec.artifacts))
        kept = NodeOutputs(artifacts.root.parent / "nodes", artifacts)
        pinned = Pinned(datasets=spec.datasets, models=spec.models, weights=spec.weights)
        if len(reusable(spec.pipeline, pinned, kept.find)) < len(spec.pipeline.nodes):
            return False
        from studio.compute.executor import execute
        from studio.compute.walk import NotKept

        try:
            execute(folder, ControlFile(folder), only_kept=True)
        except NotKept:
            return False  # forgotten just now
        return True

    def events(self, run: str, after_seq: int) -> list[Event]:
        """Return the next events after number `after_seq`, in order; empty when there are none yet."""
        if run not in self._readers:
            self._readers[run] = EventReader(RunFolder.of(self._home, run).events)
        return self._readers[run].read(after_seq)

    def status(self, run: str) -> RunState:
        """Return how the run's process is. Once it is not "running", all its events can be read."""
        folder = RunFolder.of(self._home, run)
        if folder.lock().held:
            return "running"
        if last_is_end(folder.events):
            return "ended"
        return "lost" if folder.spec.exists() else "unknown"

    def control(self, run: str, control: RunControl) -> None:
        """Tell the run's process, now or when it starts, what people ask of it; the newest word counts."""
        RunFolder.of(self._home, run).write_control(control)

    def checkpoint(self, run: str) -> str:
        """Return a word for what is saved by now, "" for nothing; what is being written aside does not count."""
        folder = RunFolder.of(self._home, run).checkpoints
        found = [
            f"{path.relative_to(folder)}:{path.stat().st_size if path.is_file() else ''}"
            for path in folder.rglob("*")
            if not any(part.startswith(".") for part in path.relative_to(folder).parts)
        ]
        return hashlib.sha256(" ".join(sorted(found)).encode()).hexdigest()[:16] if found else ""

    def stop(self, run: str) -> None:
        """Ask the run's process to end soon, keeping what it has."""
        folder = RunFolder.of(self._home, run)
        folder.path.mkdir(parents=True, exist_ok=True)
        folder.stop.touch()
