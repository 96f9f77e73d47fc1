"""HTTP as uvicorn speaks it, with bounds for what somebody without a key may hold open and send."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES = 65_536
"""Of an address and headers; whoever sends more is told so and let go."""
HEAD_SECONDS = 30.0
"""So long they may take to come, counted from the connection or from the first byte of a later request."""
LINGER_SECONDS = 2.0
"""So long what a refused client still sends is read and dropped: closed at once, it would be reset unread."""
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)


class Protocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._in_head = True
        self._only_begun = False
        self._head_bytes = 0
        self._refused = False
        self._late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin."""
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came, unless it is a head without an end."""
        if self._refused:
            return
        self._only_begun = False
        super().data_received(data)
        if self._in_head:
            # What a head began in may hold the end of another request's body.
            self._head_bytes += 0 if self._only_begun else len(data)
            if self._head_bytes > HEAD_BYTES:
                self._refuse()
            elif self._late is None:
                self._wait_for_head()
        elif self.cycle.more_body or self.cycle.response_complete:
            self._wait_for_rest()

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self._in_head = self._only_begun = True
        self._head_bytes = 0

    def on_headers_complete(self) -> None:
        """Have the head of a request."""
        super().on_headers_complete()
        self._in_head = False
        self._stop_waiting()

    def _refuse(self) -> None:
        """Say that the head is too large, and let go once the client has had the time to read it."""
        self._stop_waiting()
        self._refused = True
        self.transport.write(_TOO_LARGE)
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._late = self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def _wait_for_head(self) -> None:
        self._late = self.loop.call_later(HEAD_SECONDS, self.timeout_keep_alive_handler)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _wait_for_rest(self) -> None:
        """Let go of who sends no more of a body that is not all there, answered or not."""
        if self.timeout_keep_alive_task is None and not self.transport.is_closing():
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )
