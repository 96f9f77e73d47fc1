"""Answering a workspace's endpoints: `python -m studio serve`."""

from __future__ import annotations

import logging
from pathlib import Path

from studio.core.errors import Conflict, InvalidInput
from studio.processes import HOST, SERVE_ADDRESS, SERVE_PORT, serve_address, serve_lock
from studio.serving.internal import make_internal_key
from studio.serving.listening import check_open, listen
from studio.serving.supervisor import Supervisor

MOST_PROCESSES = 64


def main(
    home: Path, host: str = HOST, port: int = SERVE_PORT, processes: int = 1, tries: int = 1
) -> int:
    """Answer a workspace's endpoints until SIGTERM or Ctrl+C.

    Args:
        home: The workspace.
        host: Address to listen on. Default 127.0.0.1: callers on this machine only.
        port: 0 takes a free one; which, is written to `<home>/serve.json`.
        processes: That answer, each with the models of its own. Default 1.
        tries: So many ports are tried, one after the other, where the first ones are taken. Default 1.

    Returns:
        0.

    Raises:
        Forbidden: Other machines could call, and no host names are allowed.
        Conflict: The workspace is served already, or the port is taken.
        InvalidInput: An impossible host, port or number of processes.
    """
    check_open(host)
    if not 1 <= processes <= MOST_PROCESSES:
        raise InvalidInput(
            f"{processes} processes cannot answer.",
            f"There are 1 to {MOST_PROCESSES} of them.",
            "One for each core is the most that helps.",
        )
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    home = home.expanduser().resolve()
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
        with listen(host, port, tries) as listening:
            make_internal_key(home)
            Supervisor(home, host, listening, processes).run()
        # It ended as it was asked to. After anything else the file stays, and the worker starts it again.
        (home / SERVE_ADDRESS).unlink(missing_ok=True)
    finally:
        lock.release()
    return 0
