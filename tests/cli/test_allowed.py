"""`settings`: what only an administrator allows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studio.cli import main


def test_scripts_are_off_until_an_administrator_allows_them(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STUDIO_ALLOW_SCRIPTS", raising=False)

    def said(*words: str) -> object:
        assert main(["--workspace", str(home), "--json", "settings", *words]) == 0
        return json.loads(capsys.readouterr().out)

    assert said("show") == {"scripts": False}
    assert said("scripts", "on") == {"scripts": True}
    monkeypatch.setenv("STUDIO_ALLOW_SCRIPTS", "0")
    assert said("show") == {"scripts": False}
    monkeypatch.setenv("STUDIO_ALLOW_SCRIPTS", "1")
    assert said("scripts", "off") == {"scripts": True}
    monkeypatch.delenv("STUDIO_ALLOW_SCRIPTS")
    assert said("show") == {"scripts": False}
