"""Deployed models over HTTP, in processes of their own. LiteRT and NumPy, no TensorFlow, no Streamlit.

A supervisor owns the address and the lock; it starts the processes that answer, and one in which versions are tried
before they take over. What is served is read from the workspace again and again, so aliases are followed while it
runs; nothing is written during a prediction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from studio.serving.app import create_app
    from studio.serving.serve import main

__all__ = ["create_app", "main"]


def __getattr__(name: str) -> Any:
    """Import what is asked for only then: the supervisor stays small without what answers."""
    if name == "create_app":
        from studio.serving.app import create_app

        return create_app
    if name == "main":
        from studio.serving.serve import main

        return main
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
