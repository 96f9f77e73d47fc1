"""Samples: a page of them as rows, and their pictures side by side in one PNG."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query
from numpy.typing import NDArray
from PIL import Image
from starlette.responses import Response

from studio.api.assets import IMMUTABLE
from studio.api.opened import Opened
from studio.core.dataset import LabelStatus, SplitName
from studio.core.errors import InvalidInput, NotFound
from studio.core.sample import SampleFacts, SamplePage
from studio.core.samples import Images, Joined
from studio.workspace import Artifacts

COLUMNS = 16
IDS_LIMIT = 400
PAGE_LIMIT = 1000
SPRITE_PIXELS = 8_000_000
"""Cells of a sprite that would have more pixels are made smaller by a whole number."""
CACHED_SPRITES = 64

router = APIRouter()


@router.get("/samples")
def samples(
    workspace: Opened,
    dataset: str,
    version: int | None = None,
    class_name: str | None = None,
    split: SplitName | None = None,
    status: LabelStatus = "all",
    annotator: Annotated[str | None, Query(max_length=100)] = None,
    search: Annotated[str, Query(max_length=200)] = "",
    after: Annotated[int, Query(ge=-1, le=2**62)] = -1,
    limit: Annotated[int, Query(ge=1, le=PAGE_LIMIT)] = 200,
) -> SamplePage:
    """Return the samples that follow the one with id `after`."""
    return workspace.sample_page(
        workspace.dataset(dataset, version),
        class_name=class_name,
        split=split,
        status=status,
        annotator=annotator,
        search=search,
        after=after,
        limit=limit,
    )


@router.get("/sample")
def sample(
    workspace: Opened,
    dataset: str,
    id: Annotated[int, Query(ge=0, le=2**62)],
    version: int | None = None,
) -> SampleFacts:
    """Return everything known about one sample."""
    return workspace.sample_facts(workspace.dataset(dataset, version), id)


@router.get("/sprite")
def sprite(workspace: Opened, samples: str, ids: str) -> Response:
    """Send samples side by side: 16 cells a row, in the order asked for."""
    content = _sprite(workspace.artifacts, samples, parse_ids(ids))
    return Response(content, media_type="image/png", headers=IMMUTABLE)


def parse_ids(text: str) -> tuple[int, ...]:
    """Return the numbers of samples that an address names.

    Raises:
        InvalidInput: Something else than numbers, or more than 400.
    """
    parts = text.split(",")
    if len(parts) > IDS_LIMIT:
        raise InvalidInput(
            f"{len(parts)} samples were asked for at once.",
            f"One picture holds at most {IDS_LIMIT}.",
            "Ask for them in several requests.",
        )
    for part in parts:
        if not (part.isascii() and part.isdecimal() and len(part) <= 18):
            raise InvalidInput(
                f"{part[:40]!r} is no sample.",
                "Samples are numbers from 0, divided by commas.",
                "Ask for ids=0,1,2.",
            )
    return tuple(int(part) for part in parts)


@lru_cache(maxsize=CACHED_SPRITES)
def _sprite(artifacts: Artifacts, digest: str, ids: tuple[int, ...]) -> bytes:
    """Return the PNG. Only the asked rows of the memory-mapped file are read, whatever its size."""
    stored = _open_samples(artifacts, digest)
    if max(ids) >= len(stored):
        raise NotFound(
            f"There is no sample {max(ids)}.",
            f"There are samples 0 to {len(stored) - 1}.",
            "Reload the page.",
        )
    image = Image.fromarray(_sheet(stored, ids))
    content = io.BytesIO()
    image.save(content, "PNG", compress_level=1)
    return content.getvalue()


def _open_samples(artifacts: Artifacts, digest: str) -> Images:
    array = artifacts.open_samples(digest)
    if (
        not isinstance(array, np.ndarray | Joined)
        or array.ndim != 4
        or array.dtype != np.uint8
        or array.shape[3] not in (1, 3)
    ):
        raise InvalidInput(
            f"Artifact {digest[:12]} holds no pictures.",
            "Pictures are uint8 (samples, height, width, 1 or 3).",
            "Ask with the samples_digest of a dataset version.",
        )
    return array


def _sheet(stored: Images, ids: Sequence[int]) -> NDArray[np.uint8]:
    """Lay the cells out in rows, as uint8 (height, width) or (height, width, 3)."""
    _, height, width, channels = stored.shape
    shrink = max(1, math.ceil(math.sqrt(len(ids) * height * width / SPRITE_PIXELS)))
    cell_height, cell_width = -(-height // shrink), -(-width // shrink)
    columns = min(COLUMNS, len(ids))
    rows = -(-len(ids) // columns)
    sheet = np.zeros((rows * cell_height, columns * cell_width, channels), np.uint8)
    for place, sample in enumerate(ids):
        cell: NDArray[Any] = stored[sample]
        if shrink > 1:
            small = Image.fromarray(cell[:, :, 0] if channels == 1 else cell).reduce(shrink)
            cell = np.asarray(small).reshape(cell_height, cell_width, channels)
        top, left = place // columns * cell_height, place % columns * cell_width
        sheet[top : top + cell_height, left : left + cell_width] = cell
    return sheet[:, :, 0] if channels == 1 else sheet
