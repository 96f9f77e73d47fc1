"""Verbs of what endpoints were asked: numbers, the request log, drift."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

from studio.core.dataset import TRAIN, DatasetVersion
from studio.core.drift import (
    DriftReport,
    Known,
    Reference,
    binned,
    compare,
    compare_classes,
    known_tokens,
    picture_features,
    stroke_features,
    text_features,
)
from studio.core.errors import StudioError
from studio.core.fit import task_of
from studio.core.model import ModelVersion
from studio.core.samples import Words
from studio.core.strokes import encode_strokes
from studio.core.traffic import (
    FOLD_AFTER,
    FORGET_AFTER,
    LOG_BYTES,
    UNSURE,
    LoggedRequest,
    TrafficSeries,
    TrafficSummary,
    TrafficSums,
    series,
    summary,
)
from studio.store import endpoint_traffic as rows
from studio.store.database import DatabaseError
from studio.workspace.endpoint_keys import EndpointKeys

LOOKED_AT = 4000
"""Training samples whose features are the reference, taken at random."""
READ_TEXTS = 20_000
"""Training texts whose tokens count as known."""
HELD_OUT = 200
"""The reference is made of samples held out from training, where there are so many: only they have unknown words."""


class TrafficRecords(EndpointKeys):
    """What endpoints were asked, as the serving process wrote it down."""

    def record_traffic(
        self, sums: Mapping[rows.Place, TrafficSums], requests: Sequence[LoggedRequest] = ()
    ) -> None:
        """Write down sums, in place of those of the same seconds, process, model and role; and single requests.

        Raises:
            StudioError: The disk is full, or the database cannot be written for another reason.
        """
        try:
            rows.write(self._metrics, sums, requests)
        except (DatabaseError, OSError) as error:
            raise StudioError(
                "What endpoints were asked could not be written down.",
                f"{error}.",
                "Make room on the disk; the endpoints go on answering.",
            ) from error

    def traffic_at(self, place: rows.Place) -> TrafficSums:
        """Return the sums of one place; empty ones where there are none."""
        return rows.sums_at(self._metrics, place)

    def fold_traffic(self) -> int:
        """Add up sums that are hours old, and forget those that are months old. Returns how many were added up.

        Requests to endpoints that were retired meanwhile are deleted, and the oldest whose samples take too much room.
        """
        now = self._now()
        rows.keep_only(self._metrics, [endpoint.id for endpoint in self.endpoints()])
        rows.trim(self._metrics, LOG_BYTES)
        return rows.fold(self._metrics, now - FOLD_AFTER, now - FORGET_AFTER)

    def traffic_summary(self, endpoint: str, since: float) -> TrafficSummary:
        """Return what an endpoint was asked since a moment, in Unix seconds.

        Raises:
            NotFound: No such endpoint.
        """
        found = rows.since(self._metrics, self.endpoint(endpoint).id, since)
        return summary(endpoint, found, since, self._now())

    def traffic_series(self, endpoint: str, since: float, points: int = 240) -> TrafficSeries:
        """Return what an endpoint was asked over time.

        Args:
            since: Unix seconds. points: So many at most.

        Raises:
            NotFound: No such endpoint.
        """
        found = rows.since(self._metrics, self.endpoint(endpoint).id, since)
        return series(found, since, self._now(), points)

    def requests_logged(
        self,
        endpoint: str,
        *,
        below: float | None = None,
        limit: int = 50,
        before_id: int | None = None,
    ) -> list[LoggedRequest]:
        """Return requests that were written down, newest first.

        Args:
            below: Only answers of a lower probability.
            before_id: Only older ones, for the next page.

        Raises:
            NotFound: No such endpoint.
        """
        number = self.endpoint(endpoint).id
        return rows.requests(self._metrics, number, below=below, before_id=before_id, limit=limit)

    def request_counts(self, endpoint: str, below: float = UNSURE) -> dict[str, int]:
        """Return how many requests are logged ("logged"), have a sample ("kept"), and may be labelled ("unsure").

        Raises:
            NotFound: No such endpoint.
        """
        return rows.count_requests(self._metrics, self.endpoint(endpoint).id, below)

    def clear_requests(self, endpoint: str) -> int:
        """Delete what was written down of single requests, samples included; the numbers stay. Returns how many.

        Raises:
            NotFound: No such endpoint.
        """
        gone = rows.clear(self._metrics, self.endpoint(endpoint).id)
        self._metrics.checkpoint()  # what was deleted is not in the write-ahead log either
        return gone

    def retire_endpoint(self, name: str) -> None:
        """Let an endpoint answer no more; what was written down of single requests is deleted.

        Raises:
            NotFound: No such endpoint.
        """
        self.clear_requests(name)
        super().retire_endpoint(name)

    def endpoint_drift(self, endpoint: str, since: float) -> DriftReport:
        """Return how what an endpoint was asked since a moment compares with what its model was trained on.

        Raises:
            NotFound: No such endpoint, or its alias points at nothing.
        """
        served = self.endpoint(endpoint)
        version = self.endpoint_model(served)
        known = self.drift_reference(version)
        if known is None:
            return DriftReport(
                model=version.title,
                dataset=version.dataset,
                why="Its training data are not in this workspace, so there is nothing to compare with.",
            )
        reference = known[0]
        whole = TrafficSums()
        for row in rows.since(self._metrics, served.id, since):
            if row.model == version.title:
                whole.add(row.sums)
        found = [
            compare(reference, name, whole.features.get(name, {})) for name in reference.features
        ]
        made = [row for row in found if row is not None]
        if sum(reference.classes.values()):
            made.append(compare_classes(reference, whole.classes))
        return DriftReport(model=version.title, dataset=version.dataset, rows=tuple(made))

    def drift_reference(self, version: ModelVersion) -> tuple[Reference, Known] | None:
        """Return how the training samples of a model are distributed, and the tokens they have; made once and kept.

        None where its dataset is not here, or holds another kind of samples than the model takes.
        """
        key = f"{version.title} {version.facts.get('dataset_digest', version.created)}"
        kept = rows.reference(self._metrics, key)
        if kept is None:
            made = self._make_reference(version)
            if made is None:
                return None
            kept = made[0], made[1].tobytes()
            rows.put_reference(self._metrics, key, *kept, self._now())
        return kept[0], np.frombuffer(kept[1], np.int32)

    def _make_reference(self, version: ModelVersion) -> tuple[Reference, Known] | None:
        dataset = self.known_version(version.dataset)
        made_for = "images" if version.adapter is not None else task_of(version.config)
        if dataset is None or dataset.task != made_for or made_for == "table":
            return None
        chosen, known = self._looked_at(dataset), np.empty(0, np.int32)
        if version.text is not None:
            texts = cast(Words, self.samples(dataset))
            trained = _some(np.flatnonzero(np.asarray(self.split(dataset)) == TRAIN), READ_TEXTS)
            known = known_tokens(texts[trained], version.text)
            features = text_features(texts[chosen], version.text, known)
        elif version.adapter is None and version.config.input == "strokes":
            if not dataset.strokes:
                return None
            strokes = cast(Words, self.artifacts.open_samples(dataset.strokes))
            features = stroke_features(encode_strokes(strokes[chosen], version.config.strokes))
        else:
            features = picture_features(np.asarray(self.pictures(dataset)[chosen]))
        reference = Reference(
            dataset=dataset.title,
            samples=len(chosen),
            features={name: binned(name, values) for name, values in features.items()},
            classes=dict(zip(dataset.class_names, dataset.class_counts, strict=True)),
        )
        return reference, known

    def _looked_at(self, dataset: DatasetVersion) -> NDArray[np.int64]:
        """Return int64 (n,), the samples that the reference is made of."""
        kept = self._kept(dataset)
        held_out = kept & (np.asarray(self.split(dataset)) != TRAIN)
        return _some(np.flatnonzero(held_out if held_out.sum() >= HELD_OUT else kept), LOOKED_AT)


def _some(samples: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return at most so many of some samples, always the same ones, ascending."""
    if len(samples) <= count:
        return samples
    return np.sort(np.random.default_rng(0).choice(samples, count, replace=False))
