"""Verbs of drawings made on the studio's own pad."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import InvalidInput, unknown
from studio.core.names import check_class_name, check_name
from studio.core.quickdraw import SIDE
from studio.store import drawings as rows
from studio.workspace.datasets import Datasets

Strokes = Sequence[Sequence[Sequence[float]]]
STROKES_LIMIT_BYTES = 1_000_000


class Drawings(Datasets):
    """Collections that people draw class by class, and turn into datasets."""

    def add_drawing(
        self,
        collection: str,
        class_name: str,
        pixels: NDArray[np.uint8],
        strokes: str,
        *,
        op_id: str,
        author: str = "unnamed",
    ) -> dict[str, int]:
        """Keep one drawing. Sending an `op_id` twice changes nothing.

        Args:
            pixels: uint8 (28, 28), white on black.
            strokes: JSON ``[[xs, ys, ts], ...]`` in 0-255 and milliseconds.

        Returns:
            class name -> number of drawings in the collection.

        Raises:
            InvalidInput: A name is not possible, the picture is empty or of another size.
        """
        check_name("collection", collection)
        if pixels.shape != (SIDE, SIDE) or pixels.dtype != np.uint8:
            raise InvalidInput(
                f"The drawing is {pixels.dtype} {pixels.shape}.",
                f"Drawings are stored as {SIDE}x{SIDE} grey pixels.",
                "Send a 28x28 PNG.",
            )
        if not pixels.any():
            raise InvalidInput(
                "The drawing is empty.", "Not one pixel was drawn.", "Draw something first."
            )
        if len(strokes) > STROKES_LIMIT_BYTES:
            raise InvalidInput(
                f"The drawing's strokes take {len(strokes):,} bytes.",
                f"At most {STROKES_LIMIT_BYTES:,} are kept.",
                "Draw it with fewer strokes.",
            )
        rows.append(
            self._studio,
            op_id=op_id,
            collection=collection,
            class_name=check_class_name(class_name),
            pixels=pixels.tobytes(),
            strokes=strokes,
            author=check_class_name(author),
            now=self._now(),
        )
        return rows.counts(self._studio, collection)

    def remove_drawing(self, op_id: str) -> dict[str, int]:
        """Take a drawing back. Returns what its collection has left.

        Raises:
            NotFound: No such drawing.
        """
        collection = rows.remove(self._studio, op_id, self._now())
        if collection is None:
            raise unknown("drawing", op_id, [])
        return rows.counts(self._studio, collection)

    def drawing_counts(self, collection: str) -> dict[str, int]:
        """Return class name -> number of drawings; empty for a collection without any."""
        return rows.counts(self._studio, collection)

    def drawing_collections(self) -> list[str]:
        """Return the names of all collections that hold drawings, newest first."""
        return rows.collections(self._studio)

    def _open_drawings(
        self, collection: str
    ) -> tuple[tuple[str, ...], Iterable[tuple[bytes, int, str]], int]:
        counts = rows.counts(self._studio, collection)
        if not counts:
            raise unknown("drawing collection", collection, self.drawing_collections())
        index = {class_name: code for code, class_name in enumerate(counts)}
        drawings = (
            (pixels, index[class_name], strokes)
            for pixels, class_name, strokes in rows.iterate(self._studio, collection)
            if class_name in index
        )
        return tuple(counts), drawings, sum(counts.values())
