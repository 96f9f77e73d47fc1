"""Asks an HTTP server as fast as it answers, or at a given rate, and says how that went.

`python load.py REQUEST`: REQUEST is JSON: host, port, path, headers, body, connections, seconds, and rate (requests a
second, evenly spaced; 0: each connection asks again as soon as it was answered). A line of JSON comes out. Of its own,
standard library only, so that the client costs as little as a client can beside the server it measures.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from collections import Counter
from typing import Any


class Caller(asyncio.Protocol):
    """One connection that is kept: a request at a time, the answer read by its length."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self._buffer = bytearray()
        self._awaited = -1
        self._status = 0
        self._answered: asyncio.Future[int] | None = None
        self._transport: Any = None
        self.connected = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection."""
        self._transport, self.connected = transport, True

    def connection_lost(self, error: Exception | None) -> None:
        """Say that there will be no answer."""
        self.connected = False
        if self._answered is not None and not self._answered.done():
            self._answered.set_result(0)

    def ask(self) -> asyncio.Future[int]:
        """Send the request. The status of the answer follows; 0 when the connection ends before."""
        self._answered = asyncio.get_running_loop().create_future()
        if self.connected:
            self._transport.write(self._request)
        else:
            self._answered.set_result(0)
        return self._answered

    def data_received(self, data: bytes) -> None:
        """Read on in the answer."""
        self._buffer += data
        if self._awaited < 0:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self._buffer[:end]).lower()
            self._status = int(head[9:12])
            length = head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0]
            self._awaited = end + 4 + int(length)
        if len(self._buffer) >= self._awaited:
            self._buffer.clear()
            self._awaited = -1
            if self._answered is not None and not self._answered.done():
                self._answered.set_result(self._status)

    def close(self) -> None:
        """Hang up."""
        self._transport.close()


async def measure(asked: dict[str, Any]) -> dict[str, Any]:
    """Ask for some seconds. Returns rate, latencies in milliseconds, and how often each status came."""
    body = asked["body"].encode()
    head = [f"POST {asked['path']} HTTP/1.1", f"Host: {asked['host']}:{asked['port']}"]
    head += [f"{name}: {value}" for name, value in asked["headers"].items()]
    head += [f"Content-Length: {len(body)}", "", ""]
    request = "\r\n".join(head).encode() + body
    loop = asyncio.get_running_loop()

    async def connect() -> Caller:
        caller = Caller(request)
        await loop.create_connection(lambda: caller, asked["host"], asked["port"])
        return caller

    callers = [await connect() for _ in range(asked["connections"])]
    statuses: Counter[int] = Counter()
    latencies: list[float] = []
    began = time.perf_counter()
    until = began + asked["seconds"]

    async def again_and_again(caller: Caller) -> None:
        while (start := time.perf_counter()) < until:
            statuses[await caller.ask()] += 1
            latencies.append(time.perf_counter() - start)
            if not caller.connected:
                return

    async def at_rate(number: int, caller: Caller) -> None:
        """Ask at the times of this connection; one that is late asks at once, and its wait counts."""
        step = len(callers) / asked["rate"]
        due = began + step * number / len(callers)
        while due < until:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            statuses[await caller.ask()] += 1
            latencies.append(time.perf_counter() - due)
            due += step

    if asked.get("rate"):
        await asyncio.gather(*(at_rate(n, caller) for n, caller in enumerate(callers)))
    else:
        await asyncio.gather(*map(again_and_again, callers))
    seconds = time.perf_counter() - began
    for caller in callers:
        caller.close()
    latencies.sort()
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "requests": len(latencies),
        "rate": len(latencies) / seconds,
        "p50": 1000 * latencies[len(latencies) // 2],
        "p99": 1000 * latencies[min(len(latencies) - 1, int(len(latencies) * 0.99))],
        "statuses": dict(statuses),
        "client_cpu": (used.ru_utime + used.ru_stime) / seconds,
    }


if __name__ == "__main__":
    try:
        import uvloop

        run = uvloop.run
    except ImportError:
        run = asyncio.run
    print(json.dumps(run(measure(json.loads(sys.stdin.read())))))
