"""Keeping count: what was asked and answered is summed up beside the requests, written down, and told to Prometheus.

The event loop only appends to a list. A thread makes sums of it each second and writes them every other second, so that
a slow or full disk costs numbers and never an answer: what cannot be kept is counted as dropped.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from studio.core.drift import Known
from studio.core.endpoint import EndpointSettings, Role
from studio.core.errors import StudioError
from studio.core.model import ModelVersion
from studio.core.traffic import BUCKET_SECONDS, LoggedRequest, TrafficSums
from studio.serving.exchange import Exchange
from studio.serving.prometheus import Gauges, Meters
from studio.serving.sums import summed
from studio.serving.taking_down import taken_down
from studio.workspace import Workspace

WAITING_LIMIT = 50_000
"""Requests that may wait to be summed up; further ones are dropped and counted."""
WAITING_BYTES = 64 * 2**20
"""Beyond so much, requests are noted without what was sent."""
TURN_SECONDS = 0.25
"""Short turns: while the thread sums up, requests wait for it."""
WRITE_SECONDS = 2.0
FOLD_SECONDS = 600.0
ROWS_A_TURN = 500
"""Requests that are written down in one turn at most."""
UNWRITTEN_SUMS, UNWRITTEN_ROWS, UNWRITTEN_BYTES = 2_000, 2_000, 64 * 2**20
"""So much is kept in memory while it cannot be written; bytes are those of kept samples."""
COMPLAIN_SECONDS = 60.0
VERSIONS_KEPT = 64
Place = tuple[int, int, int, str, Role]
_log = logging.getLogger("studio.serving")


@dataclass(slots=True)
class _Books:
    """What is noted and not written yet.

    Args:
        open: Sums of seconds that may still grow, or could not be written. changed: Those that must be written.
    """

    open: dict[Place, TrafficSums] = field(default_factory=dict)
    changed: set[Place] = field(default_factory=set)
    rows: list[LoggedRequest] = field(default_factory=list)


class Watch:
    """Notes what happens to requests.

    Args:
        workspace: Where it is written down.
        process: Number of this process among those that answer, from 0.
        gauges: Returns what is going on in this process just now.
        seconds: Between two turns of the thread; 0: there is no thread, `flush` does it all.
    """

    def __init__(
        self,
        workspace: Workspace,
        process: int = 0,
        *,
        gauges: Gauges | None = None,
        seconds: float = TURN_SECONDS,
    ) -> None:
        self.workspace, self.process = workspace, process
        self._noted: deque[tuple[Exchange, int]] = deque()
        self._bytes_in = self._bytes_out = (
            0  # the first is the event loop's, the second the thread's
        )
        self._refused = self._lost = 0  # likewise
        self._books = _Books()
        self._settings: dict[int, EndpointSettings] = {}
        self._versions: dict[str, tuple[ModelVersion | None, Known | None]] = {}
        self._meters = Meters(workspace.home, process, gauges)
        self._random = random.Random()  # noqa: S311 - which requests are logged is no secret
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._written = self._folded = self._complained = float("-inf")
        self._seconds = seconds
        self._thread: threading.Thread | None = None
        if seconds:
            self._thread = threading.Thread(target=self._follow, name="watch", daemon=True)
            self._thread.start()

    def note(self, exchange: Exchange) -> None:
        """Take note of an exchange; never waits."""
        noted = self._noted
        if len(noted) >= WAITING_LIMIT:
            self._refused += 1
            return
        samples, size = exchange.samples, 0
        if samples is not None:
            size = samples.nbytes if isinstance(samples, np.ndarray) else sum(map(len, samples))
            if self._bytes_in - self._bytes_out + size > WAITING_BYTES:
                exchange, size = replace(exchange, samples=None), 0
            self._bytes_in += size
        noted.append((exchange, size))

    def metrics(self, endpoint: str | None = None) -> bytes:
        """Return the numbers of all endpoints, or of one, in the text format of Prometheus.

        Those of the other processes are included. They are at most a second old, and those of others a few.
        """
        return self._meters.text(self._refused + self._lost, endpoint)

    def flush(self) -> None:
        """Sum up and write down everything now."""
        with self._lock:
            self._settings = self._read_settings()
            self._sum_up()
            self._write()

    def close(self) -> None:
        """Write down what was noted and not yet written, and end the thread."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=5.0)
        try:
            self.flush()
        except Exception as error:  # noqa: BLE001 - the process ends anyway
            self._complain(error)

    def _follow(self) -> None:
        while not self._stop.wait(self._seconds):
            try:
                with self._lock:
                    self._turn()
            except Exception as error:  # noqa: BLE001 - the door of the thread: answering goes on without it
                self._complain(error)
        self.workspace.close()

    def _turn(self) -> None:
        now = time.monotonic()
        if now >= self._written + WRITE_SECONDS:
            self._settings = self._read_settings()
        self._sum_up()
        if now >= self._written + WRITE_SECONDS:
            self._written = now
            self._write()
        if self.process == 0 and now >= self._folded + FOLD_SECONDS:
            self._folded = now
            while self.workspace.fold_traffic():
                pass

    def _read_settings(self) -> dict[int, EndpointSettings]:
        return {endpoint.id: endpoint.settings for endpoint in self.workspace.endpoints()}

    def _sum_up(self) -> None:
        """Add what was noted to the sums, and choose what is written down by itself."""
        groups: dict[Place, list[Exchange]] = {}
        names: dict[int, str] = {}
        for _ in range(len(self._noted)):
            exchange, size = self._noted.popleft()
            self._bytes_out += size
            second = int(exchange.time) // BUCKET_SECONDS * BUCKET_SECONDS
            place = (exchange.endpoint, second, self.process, exchange.model, exchange.role)
            groups.setdefault(place, []).append(exchange)
            names[exchange.endpoint] = exchange.name
        for place, exchanges in groups.items():
            try:
                self._add(place, names[place[0]], exchanges)
            except Exception as error:  # noqa: BLE001 - what one version was asked does not hold up the others
                self._lost += len(exchanges)
                self._complain(error)

    def _add(self, place: Place, name: str, exchanges: Sequence[Exchange]) -> None:
        version, known = self._version(place[3])
        sums = summed(exchanges, version, known)
        if place[0]:  # of an endpoint
            if place not in self._books.open:
                self._books.open[place] = self.workspace.traffic_at(place)
            self._books.open[place].add(sums)
            self._books.changed.add(place)
        self._meters.add(name, place[3], place[4], exchanges, sums)
        self._choose(exchanges, version)

    def _choose(self, exchanges: Sequence[Exchange], version: ModelVersion | None) -> None:
        """Keep some requests by themselves, as their endpoint's settings say.

        Those in the shadow never, nor those that got no further than the door: whoever has no key could fill the log.
        """
        first = exchanges[0]
        settings = self._settings.get(first.endpoint)
        if settings is None or not (settings.log_share and first.model) or first.role == "shadow":
            return
        share = settings.log_share / 100
        chosen = [one for one in exchanges if self._random.random() < share]
        rows = self._books.rows
        size = sum(len(row.sample or b"") for row in rows)
        for exchange in chosen[:ROWS_A_TURN]:
            if len(rows) >= UNWRITTEN_ROWS or size > UNWRITTEN_BYTES:
                return
            more = taken_down(exchange, version, keep=settings.keep_samples)
            size += sum(len(row.sample or b"") for row in more)
            rows += more

    def _version(self, title: str) -> tuple[ModelVersion | None, Known | None]:
        """Return a version that was asked, and the tokens it knows where it reads texts."""
        if not title:
            return None, None
        found = self._versions.get(title)
        if found is None:
            try:
                version = self.workspace.resolve_model(title)
                reference = self.workspace.drift_reference(version) if version.text else None
                found = version, reference[1] if reference else None
            except StudioError:
                found = None, None
            while len(self._versions) >= VERSIONS_KEPT:
                self._versions.pop(next(iter(self._versions)))
            self._versions[title] = found
        return found

    def _write(self) -> None:
        """Write down sums and requests; what cannot be written waits a while, and is dropped in the end."""
        books = self._books
        try:
            if books.changed or books.rows:
                self.workspace.record_traffic(
                    {place: books.open[place] for place in books.changed}, books.rows
                )
                books.changed.clear()
                books.rows = []
            self._meters.save(self._refused + self._lost)
        except (StudioError, OSError) as error:
            self._complain(error)
        over = int(time.time()) - 2 * BUCKET_SECONDS
        for place in [p for p in books.open if p[1] < over and p not in books.changed]:
            del books.open[place]
        for place in sorted(books.changed, key=lambda p: p[1])[: -UNWRITTEN_SUMS or None]:
            if len(books.changed) > UNWRITTEN_SUMS:
                self._lost += books.open.pop(place).requests
                books.changed.discard(place)

    def _complain(self, error: Exception) -> None:
        now = time.monotonic()
        if now >= self._complained + COMPLAIN_SECONDS:
            self._complained = now
            _log.warning("What endpoints are asked is not written down: %s", error)
