"""What a labelling session found out, as arrays that go into a dataset version."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.core.dataset import UNLABELLED, DatasetManifest, DatasetVersion
from studio.core.errors import Conflict
from studio.core.label_answer import LabelValue
from studio.core.label_session import LabelSession
from studio.store import session_settled
from studio.store.artifacts import Artifacts
from studio.store.database import Database
from studio.workspace.marks import Marks, open_marks, replaced, with_marks

Labels = NDArray[np.int32]


@dataclass(frozen=True)
class Settled:
    """What counts for each sample for which anything does; classes by their place in the session.

    Args:
        items: int64 (n,), ascending.
        classes: int32 (m, 2): sample, class. boxes, spans: As in `DatasetManifest`.
    """

    items: NDArray[np.int64]
    classes: Marks
    boxes: Marks
    spans: Marks


def settled(db: Database, session: LabelSession) -> Settled:
    """Read what counts in a session, some thousand samples at a time."""
    codes = {name: code for code, name in enumerate(session.config.class_names)}
    items, classes, boxes, spans = array("q"), array("i"), array("d"), array("q")
    seen: dict[str, list[int]] = {}
    for item, text in session_settled.values(db, session.id):
        items.append(item)
        found = seen.get(text)
        if found is None:
            value = LabelValue.model_validate_json(text)
            found = [codes[name] for name in value.classes]
            if value.boxes or value.spans:
                for box in value.boxes:
                    place = (box.left, box.top, box.width, box.height)
                    boxes.extend((item, codes[box.class_name], *place))
                for span in value.spans:
                    spans.extend((item, codes[span.class_name], span.start, span.end))
            else:
                seen[text] = found  # many people say the same of many samples
        for code in found:
            classes.extend((item, code))
    return Settled(
        items=np.array(items, np.int64),
        classes=np.array(classes, np.int32).reshape(-1, 2),
        boxes=np.array(boxes, np.float64).reshape(-1, 6),
        spans=np.array(spans, np.int64).reshape(-1, 4),
    )


def published(
    artifacts: Artifacts,
    session: LabelSession,
    found: Settled,
    manifest: DatasetManifest,
    labels: Labels,
) -> tuple[DatasetManifest, Labels]:
    """Return a version's manifest and labels with what a session found out inside.

    Classes that the dataset lacks come behind those it has; one that was renamed in it since is called as there.
    """
    names = list(manifest.class_names)
    used = np.unique(np.concatenate([m[:, 1] for m in (found.classes, found.boxes, found.spans)]))
    table = np.zeros(len(session.config.class_names), np.int32)
    for code in used.astype(int).tolist():
        name = session.config.class_names[code]
        if name not in names:
            name = manifest.renamed.get(name, name)
        if name not in names:
            names.append(name)
        table[code] = names.index(name)
    manifest = manifest.model_copy(
        update={
            "class_names": tuple(names),
            "renamed": {old: new for old, new in manifest.renamed.items() if old not in names},
        }
    )
    items = found.items[found.items < manifest.count]
    kinds = session.config

    def mine(marks: Marks) -> Marks:
        coded = marks[marks[:, 0] < manifest.count].copy()
        coded[:, 1] = table[coded[:, 1].astype(np.int64)]
        return coded

    if kinds.answer == "boxes":
        before = open_marks(artifacts, manifest, "boxes")
        boxes = replaced(before, items, mine(found.boxes), manifest.count)
        return with_marks(artifacts, manifest, "boxes", boxes), labels
    classes = mine(found.classes)
    if kinds.answer == "single":
        labels[classes[:, 0]] = classes[:, 1]
    else:
        manifest = _tagged(artifacts, manifest, items, classes)
        labels[items] = UNLABELLED
        samples, first, counts = np.unique(classes[:, 0], return_index=True, return_counts=True)
        alone = counts == 1
        labels[samples[alone]] = classes[first[alone], 1]
    if kinds.spans:
        spans = replaced(
            open_marks(artifacts, manifest, "spans"), items, mine(found.spans), manifest.count
        )
        manifest = with_marks(artifacts, manifest, "spans", spans)
    return manifest, labels


def _tagged(
    artifacts: Artifacts, manifest: DatasetManifest, items: NDArray[np.int64], classes: Marks
) -> DatasetManifest:
    ordered = classes[np.lexsort((classes[:, 1], classes[:, 0]))]
    tags = replaced(open_marks(artifacts, manifest, "tags"), items, ordered, manifest.count)
    return with_marks(artifacts, manifest, "tags", tags)


def check_base(session: LabelSession, version: DatasetVersion) -> None:
    """Refuse to publish into a version in which samples have other numbers.

    Raises:
        Conflict: The samples were imported anew since.
    """
    if version.base != session.base:
        raise Conflict(
            f"What {session.name} found out does not fit to {version.title}.",
            f"The session is about the samples of version {session.dataset_version}, and other samples were imported "
            "in their place since: their numbers mean something else now.",
            f"Go back to a version with the samples of version {session.dataset_version} first, or export the "
            "answers as a file.",
        )
