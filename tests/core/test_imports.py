"""Modules seem missing for a moment, and are there again."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from studio.core.imports import without


def test_what_is_hidden_seems_missing_and_can_be_imported_afterwards() -> None:
    with without("antigravity", "json"):
        import json  # imported already, so it stays

        with pytest.raises(ImportError):
            importlib.import_module("antigravity")
    assert json.dumps({}) == "{}"
    assert "antigravity" not in sys.modules
    assert importlib.util.find_spec("antigravity") is not None


def test_a_process_of_the_studio_starts_without_pandas() -> None:
    script = "import sys, studio.cli, studio.compute.executor; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
