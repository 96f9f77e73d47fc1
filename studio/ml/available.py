"""How much memory this machine has left. Works without TensorFlow: a worker asks before it starts a training."""

from __future__ import annotations

import re
from pathlib import Path

_MEMINFO = Path("/proc/meminfo")
_CGROUP = Path("/sys/fs/cgroup")


def available_bytes() -> int | None:
    """Return the memory that processes may still take, None where the system does not say."""
    found: list[int] = []
    if _MEMINFO.is_file():
        match = re.search(r"MemAvailable:\s+(\d+) kB", _MEMINFO.read_text())
        found += [int(match[1]) * 1024] if match else []
    limit, used = _CGROUP / "memory.max", _CGROUP / "memory.current"
    if limit.is_file() and used.is_file() and limit.read_text().strip().isdigit():
        found.append(max(0, int(limit.read_text()) - int(used.read_text())))
    return min(found, default=None)
