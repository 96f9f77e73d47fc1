"""Whether a model is for the samples of a dataset: texts for models of texts, rows for models of tables, and so on."""

from __future__ import annotations

from studio.core.configs import ModelConfig
from studio.core.dataset import TASK_NOUNS, DatasetManifest, DatasetVersion, Task
from studio.core.errors import InvalidInput
from studio.core.table import model_columns

_READS = {
    "images": "pictures",
    "text": "texts",
    "strokes": "strokes",
    "table": "rows of a table",
    "features": "features",
}
_STARTERS: dict[Task, str] = {
    "images": "drawing-classifier",
    "text": "text-average",
    "table": "table-classifier",
}


def fits(config: ModelConfig, version: DatasetManifest) -> bool:
    """Return whether a model reads the kind of samples that a dataset version holds, and finds its columns there."""
    if version.task != task_of(config):
        return False
    if version.task == "table":
        return not _missing(config, version)
    return config.input != "strokes" or bool(version.strokes)


def task_of(config: ModelConfig) -> Task:
    """Return the kind of dataset that a model is for."""
    if config.input == "text":
        return "text"
    return "table" if config.input == "table" else "images"


def check_fits(config: ModelConfig, version: DatasetManifest) -> None:
    """Refuse samples of a kind that a model does not read.

    Raises:
        InvalidInput: Texts for a model of pictures, pictures for one of texts, no strokes for one of strokes, or a
            table without a column that the model reads.
    """
    if fits(config, version):
        return
    title = version.title if isinstance(version, DatasetVersion) else "The dataset"
    if version.task == task_of(config) == "table":
        missing = _missing(config, version)
        raise InvalidInput(
            f'{title} has no column "{missing[0]}" that this model could look at.',
            f"The model reads {len(config.table.columns)} columns, and {len(missing)} of them are missing.",
            "Choose a table with the columns that the model was trained on.",
        )
    held, read = TASK_NOUNS[version.task], _READS[config.input]
    raise InvalidInput(
        f"{title} holds {held}, and this model reads {read}.",
        "A model is made for one kind of samples.",
        f'Choose a model of {held}, such as "{_STARTERS[version.task]}", or samples that are {read}.'
        if read != "strokes"
        else "Choose another model, or a dataset of drawings that were imported with their strokes.",
    )


def with_columns(config: ModelConfig, version: DatasetManifest) -> ModelConfig:
    """Return a model of tables that knows which columns it looks at: those of a dataset, where nobody said others.

    All but the target, texts, and categories of which no value is known; other models stay as they are.
    """
    if config.input != "table" or config.table.columns or version.task != "table":
        return config
    columns = model_columns(version.table, version.target)
    kept = tuple(c for c in columns if c.kind != "category" or c.categories)
    return config.model_copy(update={"table": config.table.model_copy(update={"columns": kept})})


def _missing(config: ModelConfig, version: DatasetManifest) -> list[str]:
    """Return the names of columns that a model of tables reads and a table lacks, or holds as its class."""
    there = {column.name for column in version.table} - {version.target}
    return [column.name for column in config.table.columns if column.name not in there]
