"""Importing libraries without what they look for and nobody here needs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Let modules seem not to be installed, unless they are imported already.

    Some libraries import others only to offer adapters to them, and that is a good part of a process's start.

    Args:
        names: Of modules, as in `sys.modules`.
    """
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            sys.modules.pop(name, None)
