"""The four parts of the page that Streamlit has no widget for.

``drawing_pad``, ``sample_grid``, ``live_chart`` and ``uploader`` run in the browser and speak to
``/api`` themselves: a label, a stroke, a point of a curve or a megabyte never costs a rerun. Python
says what to show and hears only of what changes the page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypedDict

from studio.core.errors import InvalidInput
from studio.ui.components.bundles import renderer

__all__ = ["LabelProgress", "Upload", "drawing_pad", "live_chart", "sample_grid", "uploader"]


class LabelProgress(TypedDict):
    """How far the labelling of a dataset is, in samples."""

    labelled: int
    total: int
    annotated: int


class Upload(TypedDict):
    """A finished upload, ready to be imported."""

    upload: str
    files: int
    bytes: int
    label: str


def _unchanged() -> None:
    """Do nothing: Streamlit wants a callback for every state that has a default."""


def drawing_pad(
    *,
    mode: Literal["collect", "predict"],
    key: str,
    height: int = 320,
    size: int = 28,
    collection: str | None = None,
    class_name: str | None = None,
    counts: Mapping[str, int] | None = None,
    endpoint: str | None = None,
    notify: bool = False,
    on_change: Callable[[], None] | None = None,
) -> int | None:
    """Show a sheet to draw on, to collect samples or to try a deployed model.

    Drawings are centred and scaled as Quick, Draw! does, and leave the browser as a grey PNG, white
    on black, together with their strokes. A drawing that could not be sent is kept and sent later.

    Args:
        mode: ``"collect"`` adds drawings to a collection, ``"predict"`` asks an endpoint.
        key: Streamlit key; keeps the sheet when other props change.
        height: Side of the square sheet in CSS pixels; less where the page is narrower.
        size: Side of the PNG in pixels.
        collection: Where drawings go. Needed by ``"collect"``.
        class_name: The class drawn for. May change at any time; earlier drawings keep theirs.
        counts: Drawings a class so far, as the page knows them. Default: counted from zero.
        endpoint: Name of the endpoint asked. Needed by ``"predict"``.
        notify: Whether every saved drawing reruns the page. Default False.
        on_change: Called before a rerun that a saved drawing caused.

    Returns:
        The number of drawings in the collection after the last one saved; None before the first, or
        without ``notify``.

    Raises:
        InvalidInput: ``mode`` and its companion argument do not fit.
    """
    companion = {"collect": collection, "predict": endpoint}
    if not companion.get(mode):
        raise InvalidInput(
            f"drawing_pad(mode={mode!r}) lacks its companion argument.",
            'Mode "collect" needs a collection, mode "predict" an endpoint.',
            "Pass collection=... or endpoint=... .",
        )
    result = renderer("drawing_pad")(
        key=key,
        data={
            "mode": mode,
            "height": height,
            "size": size,
            "collection": collection,
            "class_name": class_name,
            "counts": dict(counts) if counts is not None else None,
            "endpoint": endpoint,
            "notify": notify,
        },
        default={"added": None},
        on_added_change=on_change or _unchanged,
    )
    added: int | None = result.get("added")
    return added


def sample_grid(
    *,
    mode: Literal["browse", "label"],
    key: str,
    dataset: str,
    version: int | None,
    samples_digest: str,
    class_names: Sequence[str],
    class_name: str | None = None,
    split: Literal["train", "validation", "test"] | None = None,
    status: Literal["all", "labelled", "unlabelled", "annotated"] = "all",
    annotator: str = "",
    ids: Sequence[int] | None = None,
    captions: Sequence[Sequence[str]] | None = None,
    height: int = 560,
    notify: bool = False,
    on_change: Callable[[], None] | None = None,
) -> LabelProgress | None:
    """Show samples as a grid of tiles, to look through them or to label them.

    Labels are painted at once, sent in the background, and kept in the browser until the studio
    has confirmed them. Labelling never reruns the page.

    Args:
        mode: ``"browse"`` scrolls through any number of samples, ``"label"`` shows a page of tiles
            and a key for each class.
        key: Streamlit key.
        dataset: Name of the dataset.
        version: Number of its version; None for the newest.
        samples_digest: SHA-256 of the samples artifact, from which tiles are cut.
        class_names: The classes, in the order of their keys.
        class_name: Show only samples of this class.
        split: Show only this part.
        status: Show only samples with or without an answer. Samples labelled while they are shown
            stay until the page of tiles is left.
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
    if captions is not None and (ids is None or len(captions) != len(ids)):
        raise InvalidInput(
            f"sample_grid() was given {len(captions)} captions for {len(ids or ())} ids.",
            "Every caption belongs to one id.",
            "Pass as many captions as ids.",
        )
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
            "class_names": list(class_names),
            "class_name": class_name,
            "split": split,
            "status": status,
            "annotator": annotator,
            "ids": [int(sample) for sample in ids] if ids is not None else None,
            "captions": [list(lines) for lines in captions] if captions is not None else None,
            "height": height,
            "notify": notify,
        },
        default={"progress": None},
        on_progress_change=on_change or _unchanged,
    )
    progress: LabelProgress | None = result.get("progress")
    return progress


def live_chart(
    *,
    run: str,
    metrics: Sequence[str],
    key: str,
    height: int = 280,
    on_change: Callable[[], None] | None = None,
) -> str | None:
    """Show the curves of a run while it trains, with its progress and its log.

    The chart polls for itself and extends its traces in place, so zoom survives. It stops when the
    run is over; then the page reruns once with the final status.

    Args:
        run: Name of the run.
        metrics: Names expected, such as ``("loss", "val_loss", "accuracy")``; they set the order.
            Metrics that turn up unannounced get a chart too.
        key: Streamlit key.
        height: Height of one chart in CSS pixels.
        on_change: Called before a rerun that a new status caused.

    Returns:
        The status of this run as the chart last saw it, such as ``"running"``; None at first.
    """
    result = renderer("live_chart")(
        key=key,
        data={"run": run, "metrics": list(metrics), "height": height},
        default={"status": None},
        on_status_change=on_change or _unchanged,
    )
    seen: dict[str, Any] | None = result.get("status")
    if not seen or seen["run"] != run:
        return None
    status: str = seen["status"]
    return status


def uploader(
    *,
    key: str,
    kind: Literal["images", "npy", "model"] = "images",
    on_change: Callable[[], None] | None = None,
) -> Upload | None:
    """Show a place to drop files of any size, which stream to the studio's disk.

    Args:
        key: Streamlit key; a new one starts afresh after an import.
        kind: ``"images"`` takes a zip or a folder of pictures, ``"npy"`` takes ``.npy`` files,
            ``"model"`` the zip of a saved model.
        on_change: Called before a rerun that a finished or removed upload caused.

    Returns:
        The finished upload: its id, the number of files, their bytes, and the name of the zip or the
        folder. None while there is none.
    """
    result = renderer("uploader")(
        key=key,
        data={"kind": kind},
        default={"upload": None},
        on_upload_change=on_change or _unchanged,
    )
    upload: Upload | None = result.get("upload")
    return upload
