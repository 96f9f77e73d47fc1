"""Tables on their way through a pipeline: opened from what a wire carries, and kept for the next wire."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from studio.core.dataset import TRAIN
from studio.core.port_values import TableValue
from studio.tables import Frame, describe, read_parquet
from studio.workspace import Artifacts, put_frame

Codes = NDArray[np.uint8]


def open_table(artifacts: Artifacts, value: TableValue) -> tuple[Frame, Codes | None]:
    """Return the rows, and the split of the rows, uint8 (rows,); None where they are not divided."""
    frame = read_parquet(artifacts.path(value.parquet))
    return frame, np.asarray(artifacts.open_array(value.codes)) if value.codes else None


def keep_table(
    artifacts: Artifacts, frame: Frame, codes: Codes | None = None, title: str = ""
) -> TableValue:
    """Keep rows as Parquet, and their split.

    Args:
        codes: uint8 (rows,), codes of SPLIT_NAMES; None: they are not divided.
        title: What the table is called.
    """
    split = "" if codes is None else artifacts.put_array(codes.astype(np.uint8), "split.npy").digest
    return TableValue(
        title=title,
        parquet=put_frame(artifacts, frame).digest,
        columns=describe(frame),
        count=frame.num_rows,
        codes=split,
    )


def training_rows(codes: Codes | None) -> NDArray[np.bool_] | None:
    """Return bool (rows,), which rows are learned from; None: all."""
    return None if codes is None else np.asarray(codes == TRAIN)
