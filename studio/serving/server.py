"""A process that answers the endpoints: started by the supervisor, on the socket that it owns."""

from __future__ import annotations

import gc
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

import uvicorn

from studio.core.errors import StudioError
from studio.core.hosts import allowed_hosts
from studio.core.model import ModelVersion
from studio.serving.app import create_app
from studio.serving.deployments import Deployments, Report
from studio.serving.internal import INTERNAL_KEY
from studio.serving.link import Link, Message, as_error
from studio.serving.listening import in_address
from studio.serving.protocol import Protocol
from studio.serving.watch import Watch
from studio.workspace import Workspace

GOODBYE_SECONDS = 5
"""Requests that are being answered get this long when the process is asked to end."""
FIRST_SECONDS = 20.0
"""Connections are taken once every endpoint's model is ready or refused, at the latest after this."""
GARBAGE_AFTER = 50_000
"""Objects after which garbage is looked for. A picture in nested lists makes 800, and with Python's usual 700 and all
that is loaded behind it, looking took longer than reading the picture."""
SWITCH_SECONDS = 0.001
"""Threads that sum up or read the workspace give way to requests after this; Python's usual is five times that."""
IDLE_SECONDS = 75
"""Connections that are kept open and not used are closed after this."""
SIGN_SECONDS = 1.0
_log = logging.getLogger("uvicorn.error")


class Trials:
    """What the supervisor said of versions: it has them tried in a process of their own."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._verdicts: dict[str, StudioError | bool] = {}
        self._asked: set[str] = set()

    def __call__(self, key: str, version: ModelVersion) -> StudioError | bool:
        """Return True where a version works, why it does not, or False while that is being found out."""
        verdict = self._verdicts.get(key, False)
        if isinstance(verdict, StudioError):
            del self._verdicts[key]  # asked again, it is tried again
            self._asked.discard(key)
        elif verdict is False and key not in self._asked:
            self._asked.add(key)
            self._link.send(key=key, model=version.model, version=version.version)
        return verdict

    def learn(self, message: Message) -> None:
        """Take note of a verdict."""
        error = message["error"]
        self._verdicts[message["key"]] = True if error is None else as_error(error)


class Server(uvicorn.Server):
    """Tells the supervisor that it answers, and goes on telling it that it lives."""

    link: Link
    _next_sign = 0.0

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to take connections."""
        await super().startup(sockets)
        self.link.send(ready=True)

    async def on_tick(self, counter: int) -> bool:
        """Give a sign of life from the event loop: one that hangs gives none."""
        now = time.monotonic()
        if now >= self._next_sign:
            self._next_sign = now + SIGN_SECONDS
            self.link.send(alive=True)
        return await super().on_tick(counter)


def main(home: Path, number: int, link_number: int, socket_number: int, host: str) -> int:
    """Answer until SIGTERM or until the supervisor is gone: `python -m studio serve-process`.

    Args:
        number: Of this process among those that answer, from 0.
        link_number, socket_number: Of the link to the supervisor, and of the socket that connections come to.
        host: As the supervisor was told it.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    link = Link.of(link_number)
    listening = socket.socket(fileno=socket_number)
    first = next(link.messages())
    try:
        workspace = Workspace.open(home)
    except StudioError as error:
        link.send(failed=error.as_dict())
        return 1
    trials = Trials(link)
    for key in first["known"]:
        trials.learn({"key": key, "error": None})

    def changed(report: Report) -> None:
        link.send(endpoints=report)

    deployments = Deployments(workspace, tried=trials, former=first["former"], changed=changed)
    threading.Thread(target=_listen, args=(link, trials, deployments), daemon=True).start()
    watch = Watch(workspace, number, gauges=deployments.now)
    app = create_app(
        workspace,
        internal_key=(home / INTERNAL_KEY).read_text(),
        hosts=(*allowed_hosts(), in_address(host)),
        deployments=deployments,
        observer=watch,
    )
    config = uvicorn.Config(
        app,
        http=Protocol,
        log_level="info",
        access_log=False,
        lifespan="off",
        ws="none",
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=GOODBYE_SECONDS,
    )
    server = Server(config)
    server.link = link
    try:
        with _ending_in_peace(), suppress(KeyboardInterrupt):
            _wait_for_models(deployments, link)
            gc.collect()
            gc.freeze()
            sys.setswitchinterval(SWITCH_SECONDS)
            gc.set_threshold(GARBAGE_AFTER)
            server.run(sockets=[listening])
    finally:
        watch.close()
    return 0


def _wait_for_models(deployments: Deployments, link: Link) -> None:
    deployments.refresh()
    deployments.start()
    now = next_sign = time.monotonic()
    deadline = now + FIRST_SECONDS
    while any(live.pending for live in deployments.live.values()) and now < deadline:
        if now >= next_sign:
            next_sign = now + SIGN_SECONDS
            link.send(alive=True)
        time.sleep(0.02)
        now = time.monotonic()


def _listen(link: Link, trials: Trials, deployments: Deployments) -> None:
    for message in link.messages():
        trials.learn(message)
        deployments.wake()
    _log.warning("The supervising process is gone; this one ends.")
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(2 * GOODBYE_SECONDS)
    os._exit(1)


@contextmanager
def _ending_in_peace() -> Iterator[None]:
    """Let SIGTERM, once the server has said goodbye, end the process by way of its `finally`."""

    def leave(number: int, frame: FrameType | None) -> None:
        sys.exit(0)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
