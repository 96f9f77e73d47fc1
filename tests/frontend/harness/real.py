"""The studio's own routes over a real workspace, with faults on demand in front of them.

Labelling sessions and curves are too intricate to be played by a stand-in: who gets what, what counts, and what is
left out of a long history is decided by the workspace. Everything else is answered by the harness's own api.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections import Counter, defaultdict
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.api import create_api
from studio.workspace import Workspace
from tests.frontend.harness.api import fail

HARNESS_DIGEST = "ab" * 32
REAL_RUN = "real-"
"""Runs and groups of runs whose names begin so are those of the workspace."""

faults: dict[str, list[int]] = defaultdict(list)
"""Route -> statuses of its next calls: a negative one is answered once the call is done, so that its reply is lost."""
delays: dict[str, float] = defaultdict(float)
calls: Counter[str] = Counter()


class RealOr:
    """Sends calls of labelling sessions, and of their pictures, to the studio's routes; others to `others`."""

    def __init__(self, others: ASGIApp) -> None:
        self.others = others
        home = os.environ["STUDIO_HARNESS_HOME"]
        self.names: set[str] = set()
        """Sessions that were asked for: drawings of that collection, and their removals, are real ones."""
        self.drawn: set[str] = set()
        self.real = create_api(lambda: Workspace.open(home))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope.get("path", "")[len(scope.get("root_path", "")) :]
        kind = self.kind(path, scope.get("query_string", b"").decode())
        if path.startswith("/drawings") and scope["type"] == "http":
            body = await whole(receive)
            receive = replayed(body)
            kind = "drawings" if self.is_of_session(path, body) else None
        if scope["type"] != "http" or kind is None:
            await self.others(scope, receive, send)
            return
        calls[kind] += 1
        await asyncio.sleep(delays[kind])
        status = faults[kind].pop(0) if faults[kind] else 0
        if status > 0:
            await fail(status)(scope, receive, send)
        elif status < 0:
            await self.real(scope, receive, drop)
            await fail(-status)(scope, receive, send)
        else:
            await self.real(scope, receive, send)

    def is_of_session(self, path: str, body: bytes) -> bool:
        """Return whether a drawing that is added or removed belongs to a session."""
        if not body:
            return path.rpartition("/")[2] in self.drawn
        drawing = json.loads(body)
        if drawing["collection"] not in self.names:
            return False
        self.drawn.add(drawing["op_id"])
        return True

    def kind(self, path: str, query: str) -> str | None:
        """Return what a call of the real routes is called by `tell("session_fault")`; None: it is not one."""
        parts = path.strip("/").split("/")
        if parts[0] == "sessions":
            self.names.add(unquote(parts[1]))
            return parts[2] if len(parts) > 2 else "session"
        if parts[0] == "drafts":
            return parts[2] if len(parts) > 2 else "drafts"
        if parts[0] == "label-errors":
            return parts[-1]
        if REAL_RUN in path + query and parts[0] in ("metrics", "runs", "groups"):
            return parts[-1]
        real_picture = parts[0] == "sprite" and f"samples={HARNESS_DIGEST}" not in query
        return "sprite" if real_picture else None


async def whole(receive: Receive) -> bytes:
    """Return the body of a request."""
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


def replayed(body: bytes) -> Receive:
    """Return a `receive` that hands a body out once."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def drop(message: Message) -> None:
    """Lose what was to be sent."""


def set_fault(body: dict[str, Any]) -> None:
    """Make the next calls of a route fail, and every call of it wait."""
    faults[body["route"]] = [body["status"]] * body["times"]
    delays[body["route"]] = body.get("delay", 0.0)
