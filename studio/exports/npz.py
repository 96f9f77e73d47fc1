"""NumPy's `.npz`: x_train, y_train, ids_train and so on for each part that has samples, and class_names."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from studio.core.dataset import SPLIT_NAMES
from studio.core.samples import Images
from studio.exports.archive import zipped
from studio.exports.base import Content, Paced


def write_npz(content: Content, target: Path, tick: Paced) -> None:
    """Write the arrays one behind the other, as `numpy.savez` would, without ever holding one.

    x_<part> is uint8 (n, H, W, C); y_<part> int32 (n,), -1 for no class; ids_<part> int64 (n,), the samples' numbers
    in the version; class_names are strings; attribution is there where somebody is to be credited.
    `numpy.load(path)` reads them without pickle.
    """
    samples = cast(Images, content.samples)
    with zipped(target) as archive:
        for part, count in enumerate(content.part_counts()):
            if not count:
                continue
            name = SPLIT_NAMES[part]
            with archive.member(f"x_{name}.npy") as member:
                member.write(_header(np.uint8, (count, *content.manifest.shape)))
                for rows in content.rows(part):
                    member.write(np.ascontiguousarray(samples[rows]).data.cast("B"))
                    tick(len(rows))
            with archive.member(f"y_{name}.npy") as member:
                member.write(_header(np.int32, (count,)))
                for rows in content.rows(part):
                    member.write(content.labels[rows].astype("<i4").tobytes())
                    tick()
            with archive.member(f"ids_{name}.npy") as member:
                member.write(_header(np.int64, (count,)))
                for rows in content.rows(part):
                    member.write(rows.astype("<i8").tobytes())
                    tick()
        archive.write("class_names.npy", _npy(np.array(content.manifest.class_names, np.str_)))
        if content.manifest.attribution:
            archive.write("attribution.npy", _npy(np.array(content.manifest.attribution)))


def _header(dtype: Any, shape: tuple[int, ...]) -> bytes:
    head = io.BytesIO()
    descr = npy_format.dtype_to_descr(np.dtype(dtype).newbyteorder("<"))
    npy_format.write_array_header_1_0(
        head, {"descr": descr, "fortran_order": False, "shape": shape}
    )
    return head.getvalue()


def _npy(array: NDArray[Any]) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()
