"""What endpoints were asked: sums over a few seconds, what they add up to, single requests that were written down."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from studio.core.endpoint import Role

BUCKET_SECONDS = 5
"""Sums are kept of so many seconds each; those older than FOLD_AFTER of FOLDED_SECONDS each."""
FOLDED_SECONDS = 300
FOLD_AFTER = 2 * 3600.0
FORGET_AFTER = 90 * 24 * 3600.0
_STEPS = (1.0, 1.25, 1.6, 2.0, 2.5, 3.2, 4.0, 5.0, 6.3, 8.0)
LATENCY_EDGES = tuple(round(step * 10.0**power, 9) for power in range(-4, 2) for step in _STEPS)
"""Seconds, rising by about a quarter each: a request of `s` seconds counts where `s` <= the edge for the first time."""
BATCH_EDGES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
CONFIDENCE_BINS = 20
ROWS_LIMIT = 50_000
"""Requests of an endpoint that are kept in its log; the oldest go."""
LOG_BYTES = 2 * 2**30
"""Samples in the log of an endpoint take so much room together; every ten minutes the oldest beyond that go."""
SAMPLE_LIMIT_BYTES = 256 * 1024
"""A sample that takes more is not kept."""
UNSURE = 0.6
"""Answers of a lower probability are worth a look."""
SampleKind = Literal["", "png", "text", "strokes", "row"]
"""How a kept sample is stored: not at all, as a picture file, UTF-8, or the JSON of `studio.core.strokes` or a row."""


class TrafficSums(BaseModel):
    """Sums of some requests that one version answered in one role; sums of two parts add up to those of the whole.

    Args:
        requests: All of them. samples: Those that the model was asked about. seconds: All requests took together.
        statuses: HTTP status -> requests. dialects: How they asked -> requests.
        latency: Place in LATENCY_EDGES -> requests. batches: Place in BATCH_EDGES -> samples.
        classes: Likeliest class -> samples. confidence: Place in CONFIDENCE_BINS -> samples.
        confidence_sum: Of the likeliest class's probability.
        compared, agreed: In the shadow: samples that both answered, and those that got the same class from both.
        features: Of what was sent: name -> place in the feature's edges -> samples (`studio.core.drift`).
    """

    model_config = ConfigDict(extra="ignore")

    requests: int = 0
    samples: int = 0
    seconds: float = 0.0
    statuses: Counter[int] = Field(default_factory=Counter)
    dialects: Counter[str] = Field(default_factory=Counter)
    latency: Counter[int] = Field(default_factory=Counter)
    batches: Counter[int] = Field(default_factory=Counter)
    classes: Counter[str] = Field(default_factory=Counter)
    confidence: Counter[int] = Field(default_factory=Counter)
    confidence_sum: float = 0.0
    compared: int = 0
    agreed: int = 0
    features: dict[str, Counter[int]] = Field(default_factory=dict)

    def add(self, other: TrafficSums) -> None:
        """Take in the sums of more requests."""
        self.requests += other.requests
        self.samples += other.samples
        self.seconds += other.seconds
        self.confidence_sum += other.confidence_sum
        self.compared += other.compared
        self.agreed += other.agreed
        for name in ("statuses", "dialects", "latency", "batches", "classes", "confidence"):
            getattr(self, name).update(getattr(other, name))
        for name, counts in other.features.items():
            self.features.setdefault(name, Counter()).update(counts)

    @property
    def errors(self) -> int:
        """Requests that were refused or failed."""
        return sum(count for status, count in self.statuses.items() if status >= 400)

    @property
    def failures(self) -> int:
        """Requests that failed for a reason of the server's (5xx)."""
        return sum(count for status, count in self.statuses.items() if status >= 500)

    @property
    def answered(self) -> int:
        """Samples that got an answer."""
        return sum(self.confidence.values())

    @property
    def mean_confidence(self) -> float | None:
        """Probability of the likeliest class, on average; None without an answer."""
        return self.confidence_sum / self.answered if self.answered else None

    @property
    def agreement(self) -> float | None:
        """Share of the samples that champion and shadow gave the same class; None where none were compared."""
        return self.agreed / self.compared if self.compared else None

    def milliseconds(self, share: float) -> float | None:
        """Return the time in which a share of the requests was answered; None without requests.

        Example:
            >>> sums = TrafficSums(latency={LATENCY_EDGES.index(0.002): 99, LATENCY_EDGES.index(0.1): 1})
            >>> 1.6 < sums.milliseconds(0.5) < 2, 80 < sums.milliseconds(0.999) < 100
            (True, True)
        """
        return quantile(self.latency, share)

    def confidence_bins(self) -> list[int]:
        """Return how many answers were how sure, from 0 to 1 in CONFIDENCE_BINS steps."""
        return [self.confidence.get(place, 0) for place in range(CONFIDENCE_BINS)]


def quantile(latency: Mapping[int, int], share: float) -> float | None:
    """Return the milliseconds in which a share of the requests was answered, between two edges by their logarithm."""
    total = sum(latency.values())
    if not total:
        return None
    wanted, below = share * total, 0
    for place in sorted(latency):
        count = latency[place]
        if below + count >= wanted:
            high = LATENCY_EDGES[min(place, len(LATENCY_EDGES) - 1)]
            low = LATENCY_EDGES[place - 1] if 0 < place < len(LATENCY_EDGES) else high / 1.25
            return 1000 * low * math.pow(high / low, min(1.0, (wanted - below) / count))
        below += count
    return None


class TrafficRow(BaseModel):
    """Sums of a stretch of time.

    Args:
        second: Unix second at which it begins.
        model: `name:version` that was asked; "" where the request got no further than the door.
    """

    second: int
    model: str
    role: Role
    sums: TrafficSums


class RoleSummary(BaseModel):
    """What one version answered in one role."""

    model_config = ConfigDict(frozen=True)

    model: str
    role: Role
    requests: int
    errors: int
    samples: int
    p50: float | None
    p95: float | None
    p99: float | None
    confidence: float | None
    agreement: float | None
    compared: int


class TrafficSummary(BaseModel):
    """What an endpoint was asked since a moment.

    Args:
        endpoint: Its name. since, until: Unix seconds.
        sums: Of all requests of callers; those in the shadow are in `roles` only.
        rate: Requests a second over the whole time. recent: Over the last ten seconds.
        p50, p95, p99: Milliseconds.
        roles: Version by version, and in which role; the busiest first.
    """

    model_config = ConfigDict(frozen=True)

    endpoint: str
    since: float
    until: float
    sums: TrafficSums
    rate: float
    recent: float
    p50: float | None
    p95: float | None
    p99: float | None
    roles: tuple[RoleSummary, ...]

    @property
    def requests(self) -> int:
        """Requests of callers."""
        return self.sums.requests

    @property
    def errors(self) -> int:
        """Requests that were refused or failed."""
        return self.sums.errors

    @property
    def confidence(self) -> float | None:
        """Probability of the likeliest class, on average."""
        return self.sums.mean_confidence

    def role(self, role: Role) -> RoleSummary | None:
        """Return the busiest version in a role; None where none was asked."""
        return next((one for one in self.roles if one.role == role), None)


class TrafficSeries(BaseModel):
    """What an endpoint was asked, over time; one value for each point.

    Args:
        width: Seconds of a point. times: Unix seconds at which each begins.
        requests, errors: A second. p50, p95, p99: Milliseconds. confidence: 0 to 1; None where nothing was asked.
    """

    model_config = ConfigDict(frozen=True)

    width: int
    times: tuple[int, ...]
    requests: tuple[float, ...]
    errors: tuple[float, ...]
    p50: tuple[float | None, ...]
    p95: tuple[float | None, ...]
    p99: tuple[float | None, ...]
    confidence: tuple[float | None, ...]


class LoggedRequest(BaseModel):
    """One sample of a request that was written down.

    Args:
        class_name: The likeliest class; "" without an answer. confidence: Its probability.
        sample: What was sent, as `kind` says; None where it is not kept.
        taken: When it went into a labelling session; None: it did not.
    """

    model_config = ConfigDict(frozen=True)

    id: int = 0
    endpoint: int
    time: float
    model: str
    role: Role
    dialect: str
    status: int
    milliseconds: float
    class_name: str = ""
    confidence: float | None = None
    kind: SampleKind = ""
    sample: bytes | None = None
    taken: float | None = None


def summary(
    endpoint: str, rows: Iterable[TrafficRow], since: float, until: float
) -> TrafficSummary:
    """Return what sums of an endpoint add up to.

    Example:
        >>> rows = [TrafficRow(second=0, model="a:1", role="champion", sums=TrafficSums(requests=5))]
        >>> summary("fruit", rows, 0, 10).rate
        0.5
    """
    whole, recent = TrafficSums(), 0
    fresh = math.ceil(until / BUCKET_SECONDS - 2) * BUCKET_SECONDS
    parts: dict[tuple[str, Role], TrafficSums] = {}
    for row in rows:
        parts.setdefault((row.model, row.role), TrafficSums()).add(row.sums)
        if row.role != "shadow" and row.second >= fresh:
            recent += row.sums.requests
    for (_, role), sums in parts.items():
        if role != "shadow":
            whole.add(sums)
    roles = [
        RoleSummary(
            model=model,
            role=role,
            requests=sums.requests,
            errors=sums.errors,
            samples=sums.samples,
            p50=sums.milliseconds(0.5),
            p95=sums.milliseconds(0.95),
            p99=sums.milliseconds(0.99),
            confidence=sums.mean_confidence,
            agreement=sums.agreement,
            compared=sums.compared,
        )
        for (model, role), sums in parts.items()
        if model
    ]
    return TrafficSummary(
        endpoint=endpoint,
        since=since,
        until=until,
        sums=whole,
        rate=whole.requests / max(until - since, 1e-9),
        recent=recent / max(until - fresh, 1.0),
        p50=whole.milliseconds(0.5),
        p95=whole.milliseconds(0.95),
        p99=whole.milliseconds(0.99),
        roles=tuple(sorted(roles, key=lambda one: -one.requests)),
    )


def series(rows: Sequence[TrafficRow], since: float, until: float, points: int) -> TrafficSeries:
    """Return sums of an endpoint over time, those in the shadow left out; a point is a whole number of buckets wide.

    Args:
        points: So many at most.
    """
    buckets = max(1, math.ceil((until - since) / BUCKET_SECONDS / max(points, 1)))
    width = buckets * BUCKET_SECONDS
    first = int(since // width) * width
    count = max(1, min(points + 1, int((until - first) // width) + 1))
    found = [TrafficSums() for _ in range(count)]
    for row in rows:
        place = (row.second - first) // width
        if row.role != "shadow" and 0 <= place < count:
            found[place].add(row.sums)
    return TrafficSeries(
        width=width,
        times=tuple(first + width * place for place in range(count)),
        requests=tuple(sums.requests / width for sums in found),
        errors=tuple(sums.errors / width for sums in found),
        p50=tuple(sums.milliseconds(0.5) for sums in found),
        p95=tuple(sums.milliseconds(0.95) for sums in found),
        p99=tuple(sums.milliseconds(0.99) for sums in found),
        confidence=tuple(sums.mean_confidence for sums in found),
    )
