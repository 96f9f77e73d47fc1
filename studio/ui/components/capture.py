"""Parts that bring samples in: a sheet to draw on, a camera, and a place to drop files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, TypedDict

from studio.core.errors import InvalidInput
from studio.core.table import ColumnKind
from studio.ui.components.bundles import renderer, unchanged

UploadKind = Literal[
    "images",
    "npy",
    "arrays",
    "idx",
    "text",
    "table",
    "strokes",
    "annotated",
    "model",
    "foreign",
    "answers",
]
"""What an upload may hold."""


class Upload(TypedDict):
    """A finished upload, ready to be imported."""

    upload: str
    files: int
    bytes: int
    label: str


class TrySample(TypedDict):
    """A sample to try a deployed model on: its number, and what it is called; "" where nobody said."""

    id: int
    label: str


class TryText(TypedDict):
    """A text to try a deployed model on, and what it is called; "" where nobody said."""

    text: str
    label: str


class TryColumn(TypedDict):
    """A column of a row: its name, what it holds, and its values where it is a category."""

    name: str
    kind: ColumnKind
    categories: list[str]


class TryRow(TypedDict):
    """A row to try a deployed model on, and what it is called; "" where nobody said."""

    row: dict[str, object]
    label: str


class CameraShots(TypedDict):
    """An upload with pictures from the camera, one folder a class; `counts` by class name."""

    upload: str
    counts: dict[str, int]
    total: int


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
    sends: Literal["image", "strokes"] = "image",
    samples_digest: str | None = None,
    samples: Sequence[TrySample] = (),
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
            "sends": sends,
            "tries": {"digest": samples_digest, "samples": list(samples)}
            if samples_digest
            else None,
            "notify": notify,
        },
        default={"added": None},
        on_added_change=on_change or unchanged,
    )
    added: int | None = result.get("added")
    return added


def text_pad(*, key: str, endpoint: str, examples: Sequence[TryText] = ()) -> None:
    """Show a field to type a text into, and what a deployed model says to it.

    Args:
        key: Streamlit key; keeps the text when other props change.
        endpoint: Name of the endpoint asked.
        examples: Texts that a button fills in, one after the other; none: there is no such button.
    """
    renderer("text_pad")(key=key, data={"endpoint": endpoint, "examples": list(examples)})


def row_pad(
    *, key: str, endpoint: str, columns: Sequence[TryColumn], examples: Sequence[TryRow] = ()
) -> None:
    """Show a field for each column of a row, and what a deployed model says to it.

    Args:
        key: Streamlit key; keeps the values when other props change.
        endpoint: Name of the endpoint asked.
        columns: Of a row; their values are offered.
        examples: Rows that a button fills in, one after the other; none: there is no such button.
    """
    renderer("row_pad")(
        key=key, data={"endpoint": endpoint, "columns": list(columns), "examples": list(examples)}
    )


def camera(
    *,
    key: str,
    class_name: str | None,
    size: int = 224,
    upload: str | None = None,
    on_change: Callable[[], None] | None = None,
) -> CameraShots | None:
    """Show the live picture of the camera, to take samples of one class after the other.

    Each picture is the middle square of what the camera sees, not mirrored, stored as JPEG in an
    upload under ``<class name>/<time>-<number>.jpg``; slashes in a class name become dashes.
    Pictures that could not be sent are sent again while the page is open.

    Args:
        key: Streamlit key; a new one starts afresh after an import.
        class_name: The class that is photographed. May change at any time; earlier pictures keep
            theirs. None: nothing can be taken yet.
        size: Side of the square pictures in pixels.
        upload: Id of an upload to continue. Default: the first picture makes a new one.
        on_change: Called before a rerun that a pause after new pictures caused.

    Returns:
        The upload and its saved pictures a class; None before the first one is saved.

    Raises:
        InvalidInput: The size is not between 16 and 1024.
    """
    if not 16 <= size <= 1024:
        raise InvalidInput(
            f"camera(size={size}) is no side of a picture.",
            "Pictures have between 16 and 1024 pixels a side.",
            "Pass size=224 or another side in between.",
        )
    result = renderer("camera")(
        key=key,
        data={"class_name": class_name, "size": size, "upload": upload},
        default={"shots": None},
        on_shots_change=on_change or unchanged,
    )
    shots: CameraShots | None = result.get("shots")
    return shots


def uploader(
    *,
    key: str,
    kind: UploadKind = "images",
    on_change: Callable[[], None] | None = None,
) -> Upload | None:
    """Show a place to drop files of any size, which stream to the studio's disk.

    Args:
        key: Streamlit key; a new one starts afresh after an import.
        kind: ``"images"`` takes a zip or a folder of pictures, ``"annotated"`` the same together with
            their annotation files (.json, .txt, .yaml, .xml), ``"npy"`` takes ``.npy`` files,
            ``"arrays"`` ``.npy`` and ``.npz``, ``"idx"`` the files of MNIST and its family, ``"text"``
            tables of texts (.csv, .tsv, .jsonl), ``"table"`` tables (.csv, .tsv, .parquet), ``"strokes"``
            drawings (.ndjson, .ndjson.gz), ``"model"`` the zip of a saved model, ``"foreign"`` a model of
            another program, and ``"answers"`` one file of answers (.json, .jsonl, .csv, .zip).
        on_change: Called before a rerun that a finished or removed upload caused.

    Returns:
        The finished upload: its id, the number of files, their bytes, and the name of the zip or the
        folder. None while there is none.
    """
    result = renderer("uploader")(
        key=key,
        data={"kind": kind},
        default={"upload": None},
        on_upload_change=on_change or unchanged,
    )
    found: Upload | None = result.get("upload")
    return found
