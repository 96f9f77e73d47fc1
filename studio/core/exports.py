"""Formats in which a dataset version leaves the studio."""

from __future__ import annotations

from dataclasses import dataclass

from studio.core.dataset import TASK_NOUNS, Task
from studio.core.errors import InvalidInput, unknown


@dataclass(frozen=True)
class ExportFormat:
    """One format.

    Args:
        title: What people read.
        suffix: Of the file that comes out.
        tasks: What it can hold.
        description: One sentence.
    """

    title: str
    suffix: str
    tasks: tuple[Task, ...]
    description: str


EXPORT_FORMATS: dict[str, ExportFormat] = {
    "folder": ExportFormat(
        "Folder tree", ".zip", ("images", "text"), "PNG or text files in train/cats/1.png, zipped."
    ),
    "npz": ExportFormat(
        "NumPy",
        ".npz",
        ("images",),
        "x_train, y_train, x_test, y_test as Keras' data sets have them.",
    ),
    "tfrecord": ExportFormat(
        "TFRecord", ".zip", ("images", "text"), "A .tfrecord of tf.train.Example for each part."
    ),
    "csv": ExportFormat(
        "CSV",
        ".csv",
        ("images", "text", "table"),
        "A row a sample: text or name, or all columns of a table, label, split.",
    ),
    "jsonl": ExportFormat(
        "JSON Lines",
        ".jsonl",
        ("images", "text", "table"),
        "An object a line: text or name, or all columns of a table, label, split; all classes and spans where there "
        "are any.",
    ),
    "parquet": ExportFormat(
        "Parquet", ".parquet", ("table",), "All columns of a table with their types, and the split."
    ),
    "coco": ExportFormat("COCO", ".zip", ("images",), "Pictures with boxes in one JSON a part."),
    "yolo": ExportFormat("YOLO", ".zip", ("images",), "Pictures with a text file of boxes each."),
    "labelstudio": ExportFormat(
        "Label Studio",
        ".zip",
        ("images", "text"),
        "Tasks with annotations as JSON, with the pictures.",
    ),
}


def check_export(format_name: str, task: Task, title: str) -> ExportFormat:
    """Return the format, if it can hold what the version `title` holds.

    Raises:
        NotFound: No such format. InvalidInput: It is for something else.
    """
    if format_name not in EXPORT_FORMATS:
        raise unknown("export format", format_name, EXPORT_FORMATS)
    found = EXPORT_FORMATS[format_name]
    if task not in found.tasks:
        possible = ", ".join(name for name, f in EXPORT_FORMATS.items() if task in f.tasks)
        raise InvalidInput(
            f"{title} cannot be exported as {found.title}.",
            f"The version holds {TASK_NOUNS[task]}, and {found.title} holds "
            f"{' and '.join(TASK_NOUNS[t] for t in found.tasks)}.",
            f"Choose one of: {possible}.",
        )
    return found
