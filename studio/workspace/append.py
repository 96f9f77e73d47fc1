"""One manifest out of two: the samples of one behind those of another."""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray

from studio.core.dataset import UNLABELLED, DatasetManifest, DatasetVersion
from studio.core.samples import Words
from studio.store.artifacts import Artifacts
from studio.workspace.manifest import check_fit, recount


def append(artifacts: Artifacts, version: DatasetVersion, more: DatasetManifest) -> DatasetManifest:
    """Return what `version` holds with `more` behind it. The samples themselves are shared, not copied.

    Rows keep their numbers; new classes come behind those there are. A sample keeps the part it has; the samples
    that are new bring theirs.

    Raises:
        InvalidInput: The two hold different kinds of samples.
    """
    check_fit(version, more)
    class_names = tuple(dict.fromkeys([*version.class_names, *more.class_names]))
    codes = np.array(
        [class_names.index(name) for name in more.class_names] + [UNLABELLED], np.int32
    )
    labels = np.concatenate(
        [artifacts.open_array(version.labels), codes[artifacts.open_array(more.labels)]]
    )
    split = np.concatenate([artifacts.open_array(version.split), artifacts.open_array(more.split)])
    state = None
    if version.state or more.state:
        state = np.concatenate([_state(artifacts, version), _state(artifacts, more)])
    boxes = np.concatenate([_boxes(artifacts, version), _boxes(artifacts, more)])
    if more.boxes:
        boxes[version.box_count :, 0] += version.count
        boxes[version.box_count :, 1] = codes[boxes[version.box_count :, 1].astype(int)]
    manifest = DatasetManifest(
        task=version.task,
        samples=artifacts.join([version.samples, more.samples]),
        base=version.base,
        labels=artifacts.put_array(labels, "labels.npy").digest,
        split=artifacts.put_array(split, "split.npy").digest,
        state="" if state is None else artifacts.put_array(state, "state.npy").digest,
        names=_names(artifacts, version, more),
        boxes=artifacts.put_array(boxes, "boxes.npy").digest if len(boxes) else "",
        box_count=len(boxes),
        class_names=class_names,
        shape=version.shape,
        count=version.count + more.count,
        class_counts=(),
        split_counts=(0, 0, 0),
        split_config=version.split_config,
        source={"kind": "appended", "parts": [*_sources(version), more.source]},
        attribution="; ".join(dict.fromkeys(filter(None, [version.attribution, more.attribution]))),
        renamed={old: new for old, new in version.renamed.items() if old not in class_names},
        annotation_mark=version.annotation_mark,
    )
    return recount(manifest, labels, split, state)


def _sources(version: DatasetVersion) -> list[object]:
    if version.source.get("kind") == "appended":
        return list(version.source["parts"])
    return [version.source]


def _state(artifacts: Artifacts, manifest: DatasetManifest) -> NDArray[np.uint8]:
    if manifest.state:
        return artifacts.open_array(manifest.state)
    return np.zeros(manifest.count, np.uint8)


def _boxes(artifacts: Artifacts, manifest: DatasetManifest) -> NDArray[np.float64]:
    return artifacts.open_array(manifest.boxes) if manifest.boxes else np.empty((0, 6))


def _names(artifacts: Artifacts, version: DatasetManifest, more: DatasetManifest) -> str:
    """Return the digest of all names; empty where neither has any."""
    if not (version.names or more.names):
        return ""
    digests = []
    for manifest in (version, more):
        names = (
            cast(Words, artifacts.open_samples(manifest.names))
            if manifest.names
            else [""] * manifest.count
        )
        digests.append(manifest.names or artifacts.put_texts(names, "names"))
    return artifacts.join(digests)
