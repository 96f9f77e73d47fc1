"""Starlette's test client, without its wish for another HTTP library: what it does with httpx is the same."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", "Using `httpx`")
    from starlette.testclient import TestClient

__all__ = ["TestClient"]
