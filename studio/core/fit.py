"""Whether a model is for the samples of a dataset: texts for models of texts, pictures for models of pictures."""

from __future__ import annotations

from studio.core.configs import ModelConfig
from studio.core.dataset import DatasetManifest, DatasetVersion
from studio.core.errors import InvalidInput

_READS = {"images": "pictures", "text": "texts", "strokes": "strokes", "features": "features"}


def fits(config: ModelConfig, version: DatasetManifest) -> bool:
    """Return whether a model reads the kind of samples that a dataset version holds."""
    if version.task == "text" or config.input == "text":
        return version.task == config.input
    return config.input != "strokes" or bool(version.strokes)


def check_fits(config: ModelConfig, version: DatasetManifest) -> None:
    """Refuse samples of a kind that a model does not read.

    Raises:
        InvalidInput: Texts for a model of pictures, pictures for one of texts, or no strokes for one of strokes.
    """
    if fits(config, version):
        return
    title = version.title if isinstance(version, DatasetVersion) else "The dataset"
    held, read = "texts" if version.task == "text" else "pictures", _READS[config.input]
    raise InvalidInput(
        f"{title} holds {held}, and this model reads {read}.",
        "A model is made for one kind of samples.",
        f'Choose a model of {held}, such as "{"text-average" if held == "texts" else "drawing-classifier"}", '
        f"or samples that are {read}."
        if read != "strokes"
        else "Choose another model, or a dataset of drawings that were imported with their strokes.",
    )
