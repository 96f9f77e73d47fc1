"""A run's folder: the files by which a run's process and whoever watches it speak to each other."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from studio.compute.base import RunSpec
from studio.core.control import RunControl
from studio.core.names import check_name
from studio.processes import Lock


@dataclass(frozen=True)
class RunFolder:
    """`<home>/runs/<name>/`: spec.json, control.json, events.jsonl, child.lock, child.log, stop, checkpoints/."""

    path: Path

    @classmethod
    def of(cls, home: Path, run: str) -> RunFolder:
        """Return the folder of a run.

        Raises:
            InvalidInput: The name cannot name a run.
        """
        return cls(home / "runs" / check_name("run", run))

    @property
    def spec(self) -> Path:
        """What the process is told."""
        return self.path / "spec.json"

    @property
    def events(self) -> Path:
        """What the process says."""
        return self.path / "events.jsonl"

    @property
    def log(self) -> Path:
        """What the process and its libraries print."""
        return self.path / "child.log"

    @property
    def stop(self) -> Path:
        """There when the process shall end."""
        return self.path / "stop"

    @property
    def control(self) -> Path:
        """What people ask of the run."""
        return self.path / "control.json"

    @property
    def checkpoints(self) -> Path:
        """From where a killed training goes on; removed at the end."""
        return self.path / "checkpoints"

    @property
    def drawings(self) -> Path:
        """Copies of drawing collections that the run reads; removed at the end."""
        return self.path / "drawings"

    @property
    def encoded(self) -> Path:
        """Samples as its models take them; removed at the end."""
        return self.path / "encoded"

    @property
    def session(self) -> Path:
        """What a ranking or suggestions read of a labelling session; removed at the end."""
        return self.path / "session"

    def lock(self) -> Lock:
        """Return the lock that the process holds while it lives."""
        return Lock(self.path / "child.lock")

    def write_spec(self, spec: RunSpec) -> None:
        """Write what the process is told; it is there whole or not at all."""
        write_whole(self.spec, spec.model_dump_json(indent=1).encode())

    def write_control(self, control: RunControl) -> None:
        """Write what people ask of the run; it is there whole or not at all."""
        write_whole(self.control, control.model_dump_json().encode())


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all, whenever the power goes; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.new")
    with open(aside, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
