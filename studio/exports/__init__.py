"""Dataset versions become files of other people's formats: folders, arrays, records, tables, annotations.

Every exporter walks through the samples some at a time and writes one file, so that memory stays flat whatever the
size of the version. This room knows the standard library, NumPy, Pillow, the checksum of TFRecord and `studio.core`;
it reads what it is given and writes nowhere but at the target.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from studio.core.dataset import SPLIT_NAMES
from studio.core.errors import InvalidInput, StudioError
from studio.core.exports import check_export
from studio.exports import coco, folder, labelstudio, npz, tables, tfrecord, yolo
from studio.exports.base import Content, Paced, Progress

__all__ = ["Content", "Progress", "write_export"]

WRITERS: dict[str, Callable[[Content, Path, Paced], None]] = {
    "folder": folder.write_folder,
    "npz": npz.write_npz,
    "tfrecord": tfrecord.write_tfrecord,
    "csv": tables.write_csv,
    "jsonl": tables.write_jsonl,
    "parquet": tables.write_parquet,
    "coco": coco.write_coco,
    "yolo": yolo.write_yolo,
    "labelstudio": labelstudio.write_labelstudio,
}


def write_export(
    content: Content, format_name: str, target: Path, progress: Progress
) -> dict[str, Any]:
    """Write a version's kept samples as one file of another format.

    Equal versions give equal bytes. Where the work fails or is cancelled, nothing is left at the target.

    Args:
        content: The version.
        format_name: One of EXPORT_FORMATS.
        target: The file, which is overwritten.
        progress: Told how many samples are done; may raise Cancelled.

    Returns:
        JSON-able facts: format, samples, bytes, and splits, the samples of each part.

    Raises:
        NotFound: There is no such format.
        InvalidInput: It cannot hold what the version holds, or no sample is kept.
        StudioError: The file cannot be written.
        Cancelled: `progress` said so.
    """
    check_export(format_name, content.manifest.task, content.title)
    counts = content.part_counts()
    if not sum(counts):
        raise InvalidInput(
            f"{content.title} has nothing to export.",
            f"Of its {content.manifest.count:,} samples every one is quarantined or removed.",
            "Choose another version, or take samples out of quarantine.",
        )
    with ExitStack() as undo:
        undo.callback(target.unlink, missing_ok=True)
        try:
            WRITERS[format_name](content, target, Paced(progress, sum(counts)))
        except OSError as error:
            raise StudioError(
                f"{content.title} could not be exported.",
                f"The system says: {error.strerror or error}.",
                "Check the free space and the rights of the folder that exports are written to.",
            ) from error
        undo.pop_all()
    return {
        "format": format_name,
        "samples": sum(counts),
        "bytes": target.stat().st_size,
        "splits": dict(zip(SPLIT_NAMES, counts, strict=True)),
    }
