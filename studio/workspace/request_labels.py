"""The verb that makes a labelling session of what an endpoint was unsure about: the flywheel."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from studio.core.dataset import UNLABELLED, DatasetManifest, SplitConfig, split_codes
from studio.core.errors import Conflict
from studio.core.label_answer import LabelValue
from studio.core.label_session import CLASSES_LIMIT, LabelClass, LabelSession, SessionConfig
from studio.core.model import ModelVersion
from studio.core.traffic import UNSURE, LoggedRequest
from studio.sources.pictures import Unreadable, decode, encode
from studio.sources.raster import rasterise
from studio.store import endpoint_traffic as rows
from studio.workspace.manifest import split_counts
from studio.workspace.queues import Queues
from studio.workspace.traffic import TrafficRecords

TAKEN_AT_ONCE = 500
"""Requests of one session; what is left is taken the next time."""
Sample = NDArray[np.uint8] | str
Found = tuple[LoggedRequest, Sample, str]
"""A request, its sample as a dataset holds it, and the strokes it was drawn with, "" for none."""


class RequestLabels(Queues, TrafficRecords):
    """What people are asked about, of what an endpoint was asked."""

    def label_requests(
        self, endpoint: str, *, below: float = UNSURE, author: str = "unnamed"
    ) -> LabelSession:
        """Have people label kept samples that an endpoint was unsure about.

        They are put behind those of the dataset `ENDPOINT-requests`, without a class, and a labelling session asks
        about them; what the model answered is suggested. Each is taken once.

        Args:
            below: Only answers of a lower probability.

        Raises:
            NotFound: No such endpoint. Conflict: No such sample is kept, or it is being done by somebody else.
            InvalidInput: The dataset of that name holds other samples.
        """
        served = self.endpoint(endpoint)
        version = self.endpoint_model(served)
        logged = rows.requests(
            self._metrics, served.id, below=below, limit=TAKEN_AT_ONCE, waiting=True
        )
        found = list(_distinct(_readable(logged, version)))
        if not found:
            raise Conflict(
                f"{endpoint} has no sample that waits for a label.",
                f"None is kept whose answer was less than {below:.0%} sure and that no session has yet.",
                "Have it keep what is sent (Settings of the endpoint), or choose a higher limit.",
            )
        dataset = f"{endpoint[:55]}-requests"
        manifest = self._request_manifest(
            [one[1] for one in found], [one[2] for one in found], version
        )
        number = self.append_manifest(
            dataset,
            manifest.model_copy(update={"source": {"kind": "requests", "endpoint": endpoint}}),
            author=author,
            message=f"{len(found):,} requests to {endpoint} that {version.title} was unsure about",
            origin=f"requests of {served.id} up to {logged[0].id}",
        )
        made = self.dataset(dataset, number)
        first = made.count - len(found)
        names = list(version.class_names[:CLASSES_LIMIT])
        session = self.create_session(
            SessionConfig(
                name=self._free_session(dataset),
                dataset=dataset,
                version=number,
                classes=tuple(LabelClass(name=name) for name in names),
                wanted="all",
                instructions=f"Sent to the endpoint {endpoint}; its model was less than {below:.0%} sure.",
            ),
            samples=list(range(first, made.count)),
            author=author,
        )
        said = [
            (first + place, LabelValue(classes=(request.class_name,)), request.confidence or 0.0)
            for place, (request, *_) in enumerate(found)
            if request.class_name in names
        ]
        session = self.suggest(session.name, said, f"model {version.title}")
        rows.take(self._metrics, [one.id for one in logged], self._now())
        return session

    @staticmethod
    def request_picture(request: LoggedRequest) -> bytes | None:
        """Return the PNG of what was sent, strokes drawn; None for texts, and where nothing is kept."""
        if request.kind == "strokes" and request.sample:
            return encode(rasterise(json.loads(request.sample))[..., None])
        return request.sample if request.kind == "png" else None

    def _free_session(self, stem: str) -> str:
        taken = {session.name for session in self.sessions()}
        return next(n for i in range(1, 10**6) if (n := f"{stem[:57]}-{i}") not in taken)

    def _request_manifest(
        self, samples: Sequence[Sample], strokes: Sequence[str], version: ModelVersion
    ) -> DatasetManifest:
        """Store samples without classes."""
        texts = [sample for sample in samples if isinstance(sample, str)]
        labels = np.full(len(samples), UNLABELLED, np.int32)
        split = SplitConfig()
        codes = split_codes(len(samples), split)
        put = self.artifacts
        return DatasetManifest(
            task="text" if texts else "images",
            samples=put.put_texts(texts, "texts")
            if texts
            else put.put_array(
                np.stack([sample for sample in samples if not isinstance(sample, str)]),
                "samples.npy",
            ).digest,
            labels=put.put_array(labels, "labels.npy").digest,
            split=put.put_array(codes, "split.npy").digest,
            strokes=put.put_texts(list(strokes), "strokes") if any(strokes) else "",
            class_names=version.class_names,
            shape=(0, 0, 0) if texts else version.shape,
            count=len(samples),
            class_counts=(0,) * len(version.class_names),
            split_counts=split_counts(codes),
            split_config=split,
            source={"kind": "requests"},
        )


def _readable(logged: Sequence[LoggedRequest], version: ModelVersion) -> Iterator[Found]:
    """Yield the requests whose sample fits the model that is served now, oldest first."""
    for request in reversed(logged):
        content = request.sample or b""
        if request.kind == "text" and version.text is not None:
            yield request, content.decode("utf-8", "replace"), ""
        elif request.kind == "strokes" and version.shape == (28, 28, 1):
            strokes = content.decode()
            yield request, rasterise(json.loads(strokes))[..., None], strokes
        elif request.kind == "png" and version.text is None:
            picture = _picture(content, version.shape)
            if picture is not None:
                yield request, picture, ""


def _picture(content: bytes, shape: tuple[int, int, int]) -> NDArray[np.uint8] | None:
    """Return a kept picture, fitted where the model takes another size; None where it cannot be read."""
    height, width, channels = shape
    side = max(height, width)
    try:
        square = decode(content, size=side, colour="grey" if channels == 1 else "rgb", invert=False)
    except Unreadable:
        return None
    top, left = (side - height) // 2, (side - width) // 2
    return square[top : top + height, left : left + width]


def _distinct(found: Iterator[Found]) -> Iterator[Found]:
    """Yield each sample once."""
    seen: set[bytes] = set()
    for request, sample, strokes in found:
        content = sample.encode() if isinstance(sample, str) else sample.tobytes()
        if content not in seen:
            seen.add(content)
            yield request, sample, strokes
