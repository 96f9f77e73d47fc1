"""What goes wrong around the supervisor, and that it goes on."""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any

import pytest

from studio.core.errors import StudioError
from studio.processes import SERVE_ADDRESS, SERVE_STATE
from studio.serving import supervisor as module
from studio.serving.listening import listen
from studio.serving.supervisor import Supervisor


def test_what_cannot_be_written_or_started_is_tried_again(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOMEM, "no memory")

    monkeypatch.setattr(module, "UNWRITTEN_SECONDS", 0.0)
    monkeypatch.setattr(module, "spawn", full)
    (home / SERVE_ADDRESS).mkdir(parents=True)  # cannot be replaced by a file
    with listen("127.0.0.1", 0) as listening:
        supervisor = Supervisor(home, "127.0.0.1", listening)
        with pytest.raises(StudioError, match="cannot be started"):
            supervisor._tend()
        supervisor._answered = True
        supervisor._tend()
        supervisor._note()
        assert not (home / SERVE_STATE).exists()
        (home / SERVE_ADDRESS).rmdir()
        supervisor._note()
        port = json.loads((home / SERVE_ADDRESS).read_bytes())["port"]
        assert port == listening.getsockname()[1]
        assert json.loads((home / SERVE_STATE).read_bytes())["processes"]["alive"] == 0
