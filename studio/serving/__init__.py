"""Deployed models over HTTP, in a process of their own. LiteRT and NumPy, no TensorFlow, no Streamlit.

An endpoint answers the TensorFlow Serving dialect with the endpoint's key. What it serves is read from the
workspace again and again, so aliases are followed while it runs; nothing is written during a prediction.
"""

from __future__ import annotations

from studio.serving.app import create_app
from studio.serving.server import main

__all__ = ["create_app", "main"]
