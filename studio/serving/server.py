"""The endpoint process: one a workspace, started by the studio or by hand."""

from __future__ import annotations

import errno
import ipaddress
import json
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

import uvicorn

from studio.core.errors import Conflict, Forbidden, InvalidInput, StudioError
from studio.core.hosts import HOSTS_VARIABLE, allowed_hosts, extra_hosts, is_loopback
from studio.processes import HOST, SERVE_PORT, serve_address, serve_lock
from studio.serving.app import create_app
from studio.serving.keys import make_internal_key
from studio.workspace import Workspace

ADDRESS = "serve.json"
BACKLOG = 2048
GOODBYE_SECONDS = 5
"""Requests that are being answered get this long when the process is asked to end."""
_log = logging.getLogger("uvicorn.error")


def main(home: Path, host: str = HOST, port: int = SERVE_PORT) -> int:
    """Answer a workspace's endpoints until SIGTERM or Ctrl+C.

    Args:
        home: The workspace.
        host: Address to listen on. Default 127.0.0.1: callers on this machine only.
        port: 0 takes a free one; which, is written to `<home>/serve.json`.

    Returns:
        0.

    Raises:
        Forbidden: Other machines could call, and no host names are allowed.
        Conflict: The workspace is served already, or the port is taken.
        InvalidInput: An impossible host or port.
    """
    _check_open(host)
    workspace = Workspace.open(home)
    home = workspace.home
    lock = serve_lock(home)
    if not lock.acquire():
        found = serve_address(home)
        raise Conflict(
            "The endpoints of this workspace are answered already.",
            f"Process {lock.pid} does it"
            + (f", on http://{found[0]}:{found[1]}." if found else "."),
            "Use that one, or stop it first.",
        )
    try:
        with _listen(host, port) as listening:
            _serve(workspace, host, listening)
    finally:
        (home / ADDRESS).unlink(missing_ok=True)
        lock.release()
    return 0


def _serve(workspace: Workspace, host: str, listening: socket.socket) -> None:
    number = listening.getsockname()[1]
    app = create_app(
        workspace,
        internal_key=make_internal_key(workspace.home),
        hosts=(*allowed_hosts(), _in_address(host)),
    )
    config = uvicorn.Config(
        app,
        log_level="info",
        access_log=False,
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=GOODBYE_SECONDS,
    )
    server = uvicorn.Server(config)
    _write_address(workspace.home, host, number)
    _log.info("Endpoints answer on http://%s:%s", _in_address(host), number)
    with _ending_in_peace(), suppress(KeyboardInterrupt):
        server.run(sockets=[listening])


def _check_open(host: str) -> None:
    """Refuse to be reachable for other machines unless somebody said under which names."""
    if is_loopback(host) or extra_hosts():
        return
    raise Forbidden(
        f"The endpoints shall listen on {host}.",
        "Other machines could reach them there, and no host name is allowed for that.",
        f"Set {HOSTS_VARIABLE} to the names by which this machine is called, or listen on {HOST}.",
    )


@contextmanager
def _listen(host: str, port: int) -> Iterator[socket.socket]:
    """Open the socket that connections come to."""
    if not 0 <= port <= 65535:
        raise InvalidInput(
            f"{port} is no port.", "Ports are numbers from 0 to 65535.", f"Try {SERVE_PORT}."
        )
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except (socket.gaierror, UnicodeError) as error:
        raise InvalidInput(
            f"{host!r} is no address of this machine.", f"{error}.", f"Try {HOST}."
        ) from error
    # asyncio sends small answers at once only on sockets that say they are TCP.
    family, kind, protocol, _, address = found[0]
    with socket.socket(family, kind, protocol) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(address)
            listening.listen(BACKLOG)
        except OSError as error:
            raise _explain(error, host, port) from error
        yield listening


def _explain(error: OSError, host: str, port: int) -> StudioError:
    if error.errno == errno.EADDRINUSE:
        return Conflict(
            f"Port {port} of {host} is taken.",
            "Another program listens there.",
            f"Choose another port, for example --port {port + 1 if port < 65535 else SERVE_PORT}.",
        )
    reason = os.strerror(error.errno) if error.errno else str(error)
    return InvalidInput(
        f"Nothing can listen on port {port} of {host}.",
        f"The system says: {reason}.",
        f"Choose another, for example {HOST} and port {SERVE_PORT}.",
    )


def _write_address(home: Path, host: str, port: int) -> None:
    """Say where this process answers; the file appears whole."""
    fact = {"pid": os.getpid(), "host": _reachable(host), "port": port, "started": time.time()}
    draft = home / f"{ADDRESS}.{os.getpid()}"
    draft.write_text(json.dumps(fact))
    os.replace(draft, home / ADDRESS)


def _reachable(host: str) -> str:
    """Return by which address this machine reaches what listens on `host`."""
    with suppress(ValueError):
        address = ipaddress.ip_address(host)
        if address.is_unspecified:
            return HOST if address.version == 4 else "::1"
    return host


def _in_address(host: str) -> str:
    """Return a host as it stands in an http address."""
    return f"[{host}]" if ":" in host else host.lower()


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
