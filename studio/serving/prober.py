"""The process in which versions are tried before they take an endpoint over: it may crash and hang in their place."""

from __future__ import annotations

import os
import queue
import signal
import threading
from pathlib import Path

from studio.core.errors import StudioError
from studio.serving.link import TRY_SECONDS, Link, Message
from studio.serving.loading import load, try_out, unexpected
from studio.workspace import Workspace

NICE = 10


def main(home: Path, number: int) -> int:
    """Try versions until the supervisor is gone: `python -m studio serve-prober`.

    Args:
        number: Of the link to the supervisor.
    """
    os.nice(NICE)
    link = Link.of(number)
    workspace = Workspace.open(home)
    wanted: queue.SimpleQueue[Message] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(link, wanted), daemon=True).start()
    link.send(ready=True)
    while True:
        message = wanted.get()
        # The system ends this process, whatever the model does with it, should nobody else.
        signal.alarm(TRY_SECONDS + 10)
        link.send(
            key=message["key"], error=verdict(workspace, message["model"], message["version"])
        )
        signal.alarm(0)


def verdict(workspace: Workspace, model: str, version: int) -> dict[str, str] | None:
    """Return why a version cannot serve; None when it can."""
    try:
        found = workspace.model(model, version=version)
        try_out(load(workspace, found), found)
    except StudioError as error:
        return error.as_dict()
    except Exception as error:  # noqa: BLE001 - the door of the process: whatever a file does is its verdict
        return unexpected(f"{model}:{version}", error).as_dict()
    return None


def _listen(link: Link, wanted: queue.SimpleQueue[Message]) -> None:
    for message in link.messages():
        wanted.put(message)
    os._exit(0)
