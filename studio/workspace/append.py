"""One manifest out of two: the samples of one behind those of another."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from studio.core.dataset import UNLABELLED, DatasetManifest, DatasetVersion
from studio.store.artifacts import Artifacts
from studio.workspace.manifest import check_fit, recount
from studio.workspace.marks import MarkKind, open_marks, put_marks
from studio.workspace.table_manifest import join_rows, table_columns


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
    boxes, tags, spans = (
        _marks(artifacts, kind, version, more, codes) for kind in ("boxes", "tags", "spans")
    )
    manifest = DatasetManifest(
        task=version.task,
        samples=_joined(artifacts, version, more),
        base=version.base,
        labels=artifacts.put_array(labels, "labels.npy").digest,
        split=artifacts.put_array(split, "split.npy").digest,
        state="" if state is None else artifacts.put_array(state, "state.npy").digest,
        names=_texts(artifacts, "names", version, more),
        strokes=_texts(artifacts, "strokes", version, more),
        boxes=boxes[0],
        box_count=boxes[1],
        tags=tags[0],
        tag_count=tags[1],
        spans=spans[0],
        span_count=spans[1],
        class_names=class_names,
        shape=version.shape,
        target=version.target,
        count=version.count + more.count,
        class_counts=(),
        split_counts=(0, 0, 0),
        split_config=version.split_config,
        source={"kind": "appended", "parts": [*_sources(version), more.source]},
        attribution="; ".join(dict.fromkeys(filter(None, [version.attribution, more.attribution]))),
        renamed={old: new for old, new in version.renamed.items() if old not in class_names},
        annotation_mark=version.annotation_mark,
    )
    if version.task == "table":
        manifest = manifest.model_copy(update={"table": table_columns(artifacts, manifest.samples)})
    return recount(manifest, labels, split, state)


def _joined(artifacts: Artifacts, version: DatasetManifest, more: DatasetManifest) -> str:
    """Return the digest of the samples of both; rows are written anew, all else is shared."""
    if version.task == "table":
        return join_rows(artifacts, version.samples, more.samples)
    return artifacts.join([version.samples, more.samples])


def _sources(version: DatasetVersion) -> list[object]:
    if version.source.get("kind") == "appended":
        return list(version.source["parts"])
    return [version.source]


def _state(artifacts: Artifacts, manifest: DatasetManifest) -> NDArray[np.uint8]:
    if manifest.state:
        return artifacts.open_array(manifest.state)
    return np.zeros(manifest.count, np.uint8)


def _marks(
    artifacts: Artifacts,
    kind: MarkKind,
    version: DatasetManifest,
    more: DatasetManifest,
    codes: NDArray[np.int32],
) -> tuple[str, int]:
    """Return the digest, and the number, of the marks of both; empty where neither has any.

    Args:
        codes: int32 (classes + 1,), the number in the whole of each class of `more`.
    """
    theirs = open_marks(artifacts, more, kind)
    if not len(theirs):
        return getattr(version, kind), len(open_marks(artifacts, version, kind))
    added = np.array(theirs)
    added[:, 0] += version.count
    added[:, 1] = codes[added[:, 1].astype(int)]
    return put_marks(artifacts, kind, np.concatenate([open_marks(artifacts, version, kind), added]))


def _texts(
    artifacts: Artifacts,
    field: Literal["names", "strokes"],
    version: DatasetVersion,
    more: DatasetManifest,
) -> str:
    """Return the digest of all names, or of the strokes of all drawings; empty where neither has any."""
    digests = [getattr(manifest, field) for manifest in (version, more)]
    if not any(digests):
        return ""
    filled = [
        digest or artifacts.put_texts([""] * manifest.count, field)
        for digest, manifest in zip(digests, (version, more), strict=True)
    ]
    return artifacts.join(filled)
