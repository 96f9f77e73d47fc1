"""The grid of samples: to look through them, to label them, or to select some."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypedDict

from studio.core.dataset import LabelStatus, SplitName, Task
from studio.core.errors import InvalidInput
from studio.ui.components.bundles import renderer, unchanged


class LabelProgress(TypedDict):
    """How far the labelling of a dataset is, in samples."""

    labelled: int
    total: int
    annotated: int


def sample_grid(
    *,
    mode: Literal["browse", "label"],
    key: str,
    dataset: str,
    version: int | None,
    samples_digest: str,
    class_names: Sequence[str],
    task: Task = "images",
    class_name: str | None = None,
    split: SplitName | None = None,
    status: LabelStatus = "all",
    annotator_filter: str | None = None,
    search: str = "",
    annotator: str = "",
    ids: Sequence[int] | None = None,
    captions: Sequence[Sequence[str]] | None = None,
    height: int = 560,
    notify: bool = False,
    on_change: Callable[[], None] | None = None,
) -> LabelProgress | None:
    """Show samples as a grid of tiles, to look through them or to label them.

    Labels are painted at once, sent in the background, and kept in the browser until the studio
    has confirmed them. Labelling never reruns the page. A sample opens in a large view with every
    fact about it, its boxes and its history.

    Args:
        mode: ``"browse"`` scrolls through any number of samples, ``"label"`` shows a page of tiles
            and a key for each class.
        key: Streamlit key.
        dataset: Name of the dataset.
        version: Number of its version; None for the newest.
        samples_digest: SHA-256 of the samples artifact, from which tiles are cut.
        class_names: The classes, in the order of their keys.
        task: ``"images"`` shows pictures, ``"text"`` cards with the beginning of each text.
        class_name: Show only samples of this class.
        split: Show only this part.
        status: Show only samples with or without an answer, or in a state. Samples labelled while
            they are shown stay until the page of tiles is left.
        annotator_filter: Show only samples that this person answered.
        search: Show only samples with these letters in their text, name or class.
        annotator: Who answers. Needed by ``"label"``.
        ids: Show exactly these samples, in this order: a gallery. Default: all that match.
        captions: For each of ``ids`` its lines of text, such as ``("true: apple", "said: fish 93 %")``.
        height: Height of the scrolling area in CSS pixels.
        notify: Whether the page reruns with the new progress when a labeller pauses. Default False:
            only when the last sample is labelled.
        on_change: Called before such a rerun.

    Returns:
        The progress last reported; None before the first report.

    Raises:
        InvalidInput: ``captions`` and ``ids`` differ in length, or nobody labels.
    """
    if mode == "label" and not annotator:
        raise InvalidInput(
            'sample_grid(mode="label") was given no annotator.',
            "Every answer is stored with the name of whoever gave it.",
            "Pass annotator=... .",
        )
    result = renderer("sample_grid")(
        key=key,
        data={
            "mode": mode,
            "dataset": dataset,
            "version": version,
            "samples_digest": samples_digest,
            "task": task,
            "class_name": class_name,
            "split": split,
            "status": status,
            "annotator_filter": annotator_filter,
            "search": search,
            "height": height,
            "class_names": list(class_names),
            "annotator": annotator,
            **_gallery(ids, captions),
            "notify": notify,
        },
        default={"progress": None},
        on_progress_change=on_change or unchanged,
    )
    progress: LabelProgress | None = result.get("progress")
    return progress


def sample_selector(
    *,
    key: str,
    dataset: str,
    version: int | None,
    samples_digest: str,
    class_names: Sequence[str],
    task: Task = "images",
    class_name: str | None = None,
    split: SplitName | None = None,
    status: LabelStatus = "all",
    annotator_filter: str | None = None,
    search: str = "",
    ids: Sequence[int] | None = None,
    captions: Sequence[Sequence[str]] | None = None,
    height: int = 560,
    on_change: Callable[[], None] | None = None,
) -> list[int]:
    """Show samples as `sample_grid` does to browse, and let a person select some of them.

    A click selects; dragging, Shift and Ctrl+A select many. The page reruns when the person pauses,
    so what acts on the selection belongs below, best in the same fragment. Other samples, a new
    version included, begin with an empty selection.

    Args:
        key, dataset, version, samples_digest, class_names, task: As in `sample_grid`.
        class_name, split, status, annotator_filter, search, ids, captions, height: As in
            `sample_grid`.
        on_change: Called before a rerun that a new selection caused.

    Returns:
        The selected samples, ascending, at most 10,000.

    Raises:
        InvalidInput: ``captions`` and ``ids`` differ in length.
    """
    of = f"{dataset}:{version}"
    result = renderer("sample_grid")(
        key=key,
        data={
            "mode": "select",
            "of": of,
            "dataset": dataset,
            "version": version,
            "samples_digest": samples_digest,
            "task": task,
            "class_name": class_name,
            "split": split,
            "status": status,
            "annotator_filter": annotator_filter,
            "search": search,
            "height": height,
            "class_names": list(class_names),
            "annotator": "",
            **_gallery(ids, captions),
            "notify": False,
        },
        default={"selected": None},
        on_selected_change=on_change or unchanged,
    )
    found: dict[str, Any] | None = result.get("selected")
    if not found or found["of"] != of:
        return []
    selected: list[int] = found["ids"]
    return selected


def _gallery(ids: Sequence[int] | None, captions: Sequence[Sequence[str]] | None) -> dict[str, Any]:
    if captions is not None and (ids is None or len(captions) != len(ids)):
        raise InvalidInput(
            f"sample_grid() was given {len(captions)} captions for {len(ids or ())} ids.",
            "Every caption belongs to one id.",
            "Pass as many captions as ids.",
        )
    return {
        "ids": [int(sample) for sample in ids] if ids is not None else None,
        "captions": [list(lines) for lines in captions] if captions is not None else None,
    }
