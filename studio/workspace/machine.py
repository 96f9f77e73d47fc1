"""Verbs of the machine: what models are trained on, and whether it runs Python scripts that people write."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from studio.core.machine import Machine
from studio.core.precision import choose_precision
from studio.store import settings as setting_rows
from studio.workspace.runs import Runs

_CPUINFO = Path("/proc/cpuinfo")
_MEMINFO = Path("/proc/meminfo")
_SCRIPTS = "python_scripts"
ALLOW_SCRIPTS = "STUDIO_ALLOW_SCRIPTS"
"""Environment variable that allows scripts, "1", or forbids them, "0", whatever the workspace says."""
LOOKED_AT = 5
"""Among so many of the newest trainings one that said what it computed on is looked for."""


class Machines(Runs):
    """What there is to train on. Only a run's process loads TensorFlow, so only a training knows of a GPU."""

    def machine(self) -> Machine:
        """Return what a training with precision `auto` computes on, and in which numbers."""
        text = _CPUINFO.read_text() if _CPUINFO.is_file() else ""
        precision, reason = choose_precision("auto", _flags(text), None)
        found = {"device": _line(text, "model name"), "precision": precision, "reason": reason}
        engine = self._newest_engine()
        if engine is not None:
            found = {name: engine[name] for name in ("kind", *found)} | {"seen": True}
        affinity = getattr(os, "sched_getaffinity", None)
        cores = len(affinity(0)) if affinity else os.cpu_count() or 1
        return Machine.model_validate({"cores": cores, "memory_bytes": _free_bytes(), **found})

    def scripts_allowed(self) -> bool:
        """Return whether pipelines may run Python scripts: as the environment says, else as an administrator said."""
        said = os.environ.get(ALLOW_SCRIPTS, "")
        return said == "1" if said else setting_rows.find(self._studio, _SCRIPTS) == "on"

    def allow_scripts(self, allowed: bool) -> None:
        """Let pipelines run Python scripts that people write, or no longer. Only the command line offers it."""
        setting_rows.put(self._studio, _SCRIPTS, "on" if allowed else "off")

    def _newest_engine(self) -> dict[str, Any] | None:
        for run in self.runs(kind="training", limit=LOOKED_AT):
            training = next((n.params for n in run.pipeline.nodes if n.component == "train"), {})
            if training.get("precision", "auto") != "auto":
                continue
            _, seen = self.observations(run.name, kinds=("engine",))
            if seen:
                return seen[-1].body
        return None


def _line(text: str, name: str) -> str:
    match = re.search(rf"^{name}\s*:\s*(.*)$", text, re.MULTILINE)
    return match[1].strip() if match else ""


def _flags(text: str) -> frozenset[str]:
    return frozenset(_line(text, "(?:flags|Features)").split())


def _free_bytes() -> int | None:
    text = _MEMINFO.read_text() if _MEMINFO.is_file() else ""
    match = re.search(r"MemAvailable:\s+(\d+) kB", text)
    return int(match[1]) * 1024 if match else None
