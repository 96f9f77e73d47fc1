"""The pipelines that the guided pages and the command line write."""

from __future__ import annotations

from studio.core.catalog import SplitParams, plain
from studio.core.configs import ModelConfig
from studio.core.dataset import SplitConfig
from studio.core.finder import FinderParams
from studio.core.pipeline import Pipeline
from studio.core.quality import QualityParams
from studio.core.ranking import PrelabelParams, RankParams
from studio.core.search import SearchParams
from studio.core.sources import SourceSpec
from studio.core.training import TrainingConfig


def training_pipeline(
    dataset: str,
    model: ModelConfig,
    training: TrainingConfig,
    *,
    version: int | None = None,
    split: SplitParams | None = None,
) -> Pipeline:
    """Return dataset -> split -> train -> evaluate.

    Args:
        dataset: Name of the dataset.
        model: The stack of layers.
        training: Epochs, batch size and the rest.
        version: Dataset version; None pins the newest at submission.
        split: Another split than the stored one.

    Example:
        >>> from studio.core.configs import DRAWING_CLASSIFIER
        >>> training_pipeline("digits", DRAWING_CLASSIFIER, TrainingConfig()).order()
        ['dataset', 'split', 'train', 'evaluate']
    """
    return (
        Pipeline()
        .add("dataset", "dataset", name=dataset, version=version)
        .add("split", "split", **plain(split or SplitParams()))
        .add("train", "train", model=plain(model), **plain(training))
        .add("evaluate", "evaluate", top_k=training.top_k)
        .connect("dataset", "dataset", "split", "dataset")
        .connect("split", "dataset", "train", "dataset")
        .connect("train", "model", "evaluate", "model")
        .connect("split", "dataset", "evaluate", "dataset")
    )


def search_pipeline(
    dataset: str,
    params: SearchParams,
    *,
    version: int | None = None,
    split: SplitParams | None = None,
) -> Pipeline:
    """Return dataset -> split -> search -> evaluate: many trainings, of which the best is judged.

    Args:
        dataset: Name of the dataset.
        params: What is tried, and how.
        version: Dataset version; None pins the newest at submission.
        split: Another split than the stored one.
    """
    return (
        Pipeline()
        .add("dataset", "dataset", name=dataset, version=version)
        .add("split", "split", **plain(split or SplitParams()))
        .add("search", "search", **plain(params))
        .add("evaluate", "evaluate", top_k=params.training.top_k)
        .connect("dataset", "dataset", "split", "dataset")
        .connect("split", "dataset", "search", "dataset")
        .connect("search", "model", "evaluate", "model")
        .connect("split", "dataset", "evaluate", "dataset")
    )


def import_pipeline(
    name: str,
    source: SourceSpec,
    *,
    split: SplitConfig,
    author: str,
    message: str = "",
    append: bool = False,
) -> Pipeline:
    """Return the one-node pipeline that imports a source as a version of dataset `name`."""
    return Pipeline().add(
        "import",
        "import",
        name=name,
        source=plain(source),
        split=plain(split),
        author=author,
        message=message,
        append=append,
    )


def quality_pipeline(dataset: str, version: int, params: QualityParams) -> Pipeline:
    """Return dataset -> quality: looks for copies, near-duplicates, blank samples and leakage."""
    return (
        Pipeline()
        .add("dataset", "dataset", name=dataset, version=version)
        .add("quality", "quality", **plain(params))
        .connect("dataset", "dataset", "quality", "dataset")
    )


def export_pipeline(dataset: str, version: int, format_name: str) -> Pipeline:
    """Return dataset -> export: writes a version as a file of a format of EXPORT_FORMATS."""
    return (
        Pipeline()
        .add("dataset", "dataset", name=dataset, version=version)
        .add("export", "export", format=format_name)
        .connect("dataset", "dataset", "export", "dataset")
    )


def restore_pipeline(upload: str, model: str, alias: str | None = None) -> Pipeline:
    """Return the one-node pipeline that registers a saved model again."""
    return Pipeline().add("restore", "restore", upload=upload, model=model, alias=alias)


def ranking_pipeline(dataset: str, version: int, params: RankParams) -> Pipeline:
    """Return dataset -> rank: puts the queue of a labelling session in order."""
    return (
        Pipeline()
        .add("dataset", "dataset", name=dataset, version=version)
        .add("rank", "rank", **plain(params))
        .connect("dataset", "dataset", "rank", "dataset")
    )


def prelabel_pipeline(dataset: str, version: int, params: PrelabelParams) -> Pipeline:
    """Return dataset -> prelabel: has a model suggest answers in a labelling session."""
    return (
        Pipeline()
        .add("dataset", "dataset", name=dataset, version=version)
        .add("prelabel", "prelabel", **plain(params))
        .connect("dataset", "dataset", "prelabel", "dataset")
    )


def finder_pipeline(dataset: str, params: FinderParams, *, version: int | None = None) -> Pipeline:
    """Return dataset -> finder: looks for a learning rate.

    Args:
        dataset: Name of the dataset.
        params: Model, settings and the range that is tried.
        version: Dataset version; None pins the newest at submission.
    """
    return (
        Pipeline()
        .add("dataset", "dataset", name=dataset, version=version)
        .add("finder", "finder", **plain(params))
        .connect("dataset", "dataset", "finder", "dataset")
    )
