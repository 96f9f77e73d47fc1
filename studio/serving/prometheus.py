"""All numbers of the serving processes in the text format of Prometheus.

Each process saves what it counted to a file of its own in the workspace every few seconds; whichever is asked adds the
others' to its own. A process that starts again goes on counting where the former one of its number was, so that no
counter ever falls.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from studio.core.endpoint import Role
from studio.core.traffic import BATCH_EDGES, CONFIDENCE_BINS, LATENCY_EDGES, TrafficSums
from studio.serving.exchange import Exchange

FOLDER = "serve-metrics"
FRESH_SECONDS = 10.0
"""A process that has saved nothing for longer is gone: what it counted stays, what went on in it does not."""
_MANTISSAS = ("1", "2.5", "5")
SHOWN_EDGES = [
    place
    for place, edge in enumerate(LATENCY_EDGES)
    if f"{edge:e}".partition("e")[0].rstrip("0").rstrip(".") in _MANTISSAS
]


@dataclass(frozen=True, slots=True)
class Now:
    """What is going on in a process.

    Args:
        waiting: Endpoint -> requests in line. models: Loaded.
        swaps: Changes of the version that an endpoint serves, so far.
        refused: Endpoint -> versions that should serve and cannot.
    """

    waiting: dict[str, int] = field(default_factory=dict)
    models: int = 0
    swaps: int = 0
    refused: dict[str, int] = field(default_factory=dict)


Gauges = Callable[[], Now]
Request = tuple[str, str, str, str, int]
"""Endpoint, model, role, dialect, status."""
Sums = tuple[str, str, str]
"""Endpoint, model, role."""


@dataclass(slots=True)
class Counted:
    """What a process counted since it first began, its former lives included."""

    requests: Counter[Request] = field(default_factory=Counter)
    sums: dict[Sums, TrafficSums] = field(default_factory=dict)
    dropped: int = 0
    now: Now = field(default_factory=Now)

    def add(self, other: Counted) -> None:
        """Take in what another process counted."""
        self.requests.update(other.requests)
        for labels, sums in other.sums.items():
            self.sums.setdefault(labels, TrafficSums()).add(sums)
        self.dropped += other.dropped
        self.now = Now(
            waiting=dict(Counter(self.now.waiting) + Counter(other.now.waiting)),
            models=self.now.models + other.now.models,
            swaps=max(self.now.swaps, other.now.swaps),  # each process switches for itself
            refused={
                name: max(self.now.refused.get(name, 0), other.now.refused.get(name, 0))
                for name in {*self.now.refused, *other.now.refused}
            },
        )

    def only(self, endpoint: str) -> Counted:
        """Return what is about one endpoint, and about the processes."""
        now = self.now
        return Counted(
            Counter({labels: n for labels, n in self.requests.items() if labels[0] == endpoint}),
            {labels: sums for labels, sums in self.sums.items() if labels[0] == endpoint},
            self.dropped,
            Now(
                {name: count for name, count in now.waiting.items() if name == endpoint},
                now.models,
                now.swaps,
                {name: count for name, count in now.refused.items() if name == endpoint},
            ),
        )

    def as_json(self) -> str:
        """Return it as it is saved."""
        return json.dumps(
            {
                "time": time.time(),
                "requests": [[*labels, count] for labels, count in self.requests.items()],
                "sums": [
                    [*labels, sums.model_dump(mode="json", exclude_defaults=True)]
                    for labels, sums in self.sums.items()
                ],
                "dropped": self.dropped,
                "now": asdict(self.now),
            }
        )

    @classmethod
    def of(cls, saved: dict[str, Any]) -> Counted:
        """Return what was saved; what went on in a process that is gone is forgotten, what it counted is not."""
        now = Now(**saved["now"])
        if saved["time"] < time.time() - FRESH_SECONDS:
            now = Now(swaps=now.swaps)
        return cls(
            Counter({tuple(labels): count for *labels, count in saved["requests"]}),
            {
                (endpoint, model, role): TrafficSums.model_validate(sums)
                for endpoint, model, role, sums in saved["sums"]
            },
            saved["dropped"],
            now,
        )


class Meters(Collector):
    """What this process counts, and how all processes' counts are told.

    Args:
        home: The workspace.
        process: Number of this process.
        gauges: Returns what is going on in it.
    """

    def __init__(self, home: Path, process: int, gauges: Gauges | None = None) -> None:
        self._folder, self._process, self._gauges = home / FOLDER, process, gauges
        self._before = self._read(self._path) or Counted()
        self._before.now = Now(swaps=self._before.now.swaps)
        self._own = Counted()
        self._shown = Counted()
        self._lock = threading.Lock()
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)

    def add(
        self,
        endpoint: str,
        model: str,
        role: Role,
        exchanges: Sequence[Exchange],
        sums: TrafficSums,
    ) -> None:
        """Count some requests to one version, which add up to `sums`."""
        kept = sums.model_copy(update={"features": {}, "classes": Counter()})
        with self._lock:
            self._own.requests.update(
                (endpoint, model, role, one.dialect, one.status) for one in exchanges
            )
            self._own.sums.setdefault((endpoint, model, role), TrafficSums()).add(kept)

    def save(self, dropped: int) -> None:
        """Let the other processes know what was counted here.

        Raises:
            OSError: The disk is full, or the workspace is gone.
        """
        self._folder.mkdir(exist_ok=True)
        draft = self._path.with_suffix(f".{os.getpid()}")
        draft.write_text(self._total(dropped).as_json(), encoding="utf-8")
        draft.replace(self._path)

    def text(self, dropped: int, endpoint: str | None = None) -> bytes:
        """Return everything that all processes counted; of one endpoint only, where it is named."""
        with self._lock:
            self._shown = self._total(dropped)
            for path in sorted(self._folder.glob("*.json")):
                other = self._read(path) if path != self._path else None
                if other is not None:
                    self._shown.add(other)
            if endpoint is not None:
                self._shown = self._shown.only(endpoint)
            return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """Yield the families of numbers."""
        shown = self._shown
        requests = CounterMetricFamily(
            "studio_requests",
            "Requests that were answered, by endpoint, model, role, dialect and HTTP status.",
            labels=("endpoint", "model", "role", "dialect", "status"),
        )
        for (*labels, status), count in sorted(shown.requests.items()):
            requests.add_metric([*map(str, labels), str(status)], count)
        yield requests
        yield self._histogram(
            "studio_request_seconds",
            "Seconds from the first byte of a request to the last of its answer.",
            [(LATENCY_EDGES[place], place) for place in SHOWN_EDGES],
            lambda sums: (sums.latency, sums.seconds),
        )
        yield self._histogram(
            "studio_batch_size",
            "Samples that a model was asked about at once.",
            [(float(edge), place) for place, edge in enumerate(BATCH_EDGES)],
            lambda sums: (sums.batches, None),
        )
        yield self._histogram(
            "studio_confidence",
            "Probability of the likeliest class.",
            [((place + 1) / CONFIDENCE_BINS, place) for place in range(CONFIDENCE_BINS)],
            lambda sums: (sums.confidence, sums.confidence_sum),
        )
        compared = CounterMetricFamily(
            "studio_shadow_samples",
            "Samples that champion and challenger both answered, by whether they agreed.",
            labels=("endpoint", "model", "agreed"),
        )
        for (endpoint, model, _), sums in sorted(shown.sums.items()):
            if sums.compared:
                compared.add_metric([endpoint, model, "yes"], sums.agreed)
                compared.add_metric([endpoint, model, "no"], sums.compared - sums.agreed)
        yield compared
        yield from self._going_on(shown)

    def _going_on(self, shown: Counted) -> Iterator[Metric]:
        waiting = GaugeMetricFamily(
            "studio_waiting_requests", "Requests in line for a model.", labels=("endpoint",)
        )
        for endpoint, count in sorted(shown.now.waiting.items()):
            waiting.add_metric([endpoint], count)
        yield waiting
        refused = GaugeMetricFamily(
            "studio_refused_versions",
            "Versions that an endpoint should serve and cannot.",
            labels=("endpoint",),
        )
        for endpoint, count in sorted(shown.now.refused.items()):
            refused.add_metric([endpoint], count)
        yield refused
        yield GaugeMetricFamily("studio_loaded_models", "Models loaded.", shown.now.models)
        yield CounterMetricFamily(
            "studio_swaps", "Changes of the version that an endpoint serves.", shown.now.swaps
        )
        yield CounterMetricFamily(
            "studio_dropped_notes", "Requests that were answered and not counted.", shown.dropped
        )

    def _histogram(
        self,
        name: str,
        text: str,
        edges: Sequence[tuple[float, int]],
        counts: Callable[[TrafficSums], tuple[Counter[int], float | None]],
    ) -> Metric:
        """Return a histogram of all endpoints; `edges` are (upper end, last place below it)."""
        family = HistogramMetricFamily(name, text, labels=("endpoint", "model", "role"))
        for labels, sums in sorted(self._shown.sums.items()):
            found, total = counts(sums)
            if not found:
                continue
            whole = sum(found.values())
            buckets = [
                (f"{edge:g}", float(sum(n for p, n in found.items() if p <= place)))
                for edge, place in edges
            ]
            family.add_metric(labels, [*buckets, ("+Inf", float(whole))], total)
        return family

    def _total(self, dropped: int) -> Counted:
        """Return what this process counted, its former lives included."""
        total = Counted(dropped=dropped)
        total.add(self._before)
        total.add(self._own)
        now = self._gauges() if self._gauges is not None else Now()
        total.now = Now(now.waiting, now.models, now.swaps + self._before.now.swaps, now.refused)
        return total

    @property
    def _path(self) -> Path:
        return self._folder / f"{self._process}.json"

    @staticmethod
    def _read(path: Path) -> Counted | None:
        """Return what a process saved; None where nothing is there, or not a whole file."""
        try:
            return Counted.of(json.loads(path.read_bytes()))
        except (OSError, ValueError, KeyError, TypeError):
            return None
