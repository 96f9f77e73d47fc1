"""The pipelines that the guided pages and the command line write."""

from __future__ import annotations

from studio.core.calibration import CalibrateParams
from studio.core.catalog import EvaluateParams, SplitParams, plain
from studio.core.configs import ModelConfig
from studio.core.dataset import SplitConfig
from studio.core.explanation import ExplainParams
from studio.core.finder import FinderParams
from studio.core.foreign import ImportModelParams
from studio.core.label_errors import LabelErrorParams
from studio.core.model_export import ModelExportParams
from studio.core.pipeline import Pipeline
from studio.core.quality import QualityParams
from studio.core.ranking import PrelabelParams, RankParams
from studio.core.scoring import ScoringParams
from studio.core.search import SearchParams
from studio.core.sources import SourceSpec
from studio.core.speed import SpeedParams
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


def evaluation_pipeline(
    model: str, dataset: str, version: int | None = None, *, params: EvaluateParams
) -> Pipeline:
    """Return model + dataset -> evaluate: judges a model that is there already.

    Args:
        model: Reference to it.
        dataset: Name of the dataset.
        version: Dataset version; None pins the newest at submission.
        params: On which part.
    """
    return (
        Pipeline()
        .add("model", "model", reference=model)
        .add("dataset", "dataset", name=dataset, version=version)
        .add("evaluate", "evaluate", **plain(params))
        .connect("model", "model", "evaluate", "model")
        .connect("dataset", "dataset", "evaluate", "dataset")
    )


def calibration_pipeline(
    model: str, dataset: str, version: int | None, params: CalibrateParams
) -> Pipeline:
    """Return model + dataset -> calibrate -> evaluate: a model that is as sure as it is right, judged on the test part.

    Args:
        model: Reference to it.
        dataset: Name of the dataset.
        version: Dataset version; None pins the newest at submission.
        params: On which part it is calibrated.
    """
    return (
        Pipeline()
        .add("model", "model", reference=model)
        .add("dataset", "dataset", name=dataset, version=version)
        .add("calibrate", "calibrate", **plain(params))
        .add("evaluate", "evaluate")
        .connect("model", "model", "calibrate", "model")
        .connect("dataset", "dataset", "calibrate", "dataset")
        .connect("calibrate", "model", "evaluate", "model")
        .connect("dataset", "dataset", "evaluate", "dataset")
    )


def explain_pipeline(
    model: str, dataset: tuple[str, int], training: tuple[str, int], params: ExplainParams
) -> Pipeline:
    """Return model + dataset + training samples -> explain: what the model looks at in some samples.

    Args:
        model: Reference to it.
        dataset: Name and version of the dataset whose samples are explained.
        training: Name and version of the one whose training part is looked through for samples alike.
        params: Which samples.
    """
    pipeline = (
        Pipeline()
        .add("model", "model", reference=model)
        .add("explain", "explain", **plain(params))
        .connect("model", "model", "explain", "model")
    )
    for port, (name, version) in (("dataset", dataset), ("training", training)):
        pipeline = pipeline.add(port, "dataset", name=name, version=version).connect(
            port, "dataset", "explain", port
        )
    return pipeline


def label_errors_pipeline(
    dataset: str, params: LabelErrorParams, *, version: int | None = None
) -> Pipeline:
    """Return dataset -> label_errors: looks for labels that are wrong."""
    return (
        Pipeline()
        .add("dataset", "dataset", name=dataset, version=version)
        .add("label_errors", "label_errors", **plain(params))
        .connect("dataset", "dataset", "label_errors", "dataset")
    )


def speed_pipeline(params: SpeedParams) -> Pipeline:
    """Return the one-node pipeline that times models in turns."""
    return Pipeline().add("speed", "speed", **plain(params))


def import_model_pipeline(
    params: ImportModelParams, dataset: str | None = None, version: int | None = None
) -> Pipeline:
    """Return the one-node pipeline that registers a model of another program.

    Args:
        params: The file, and what its inputs and outputs mean.
        dataset: Name of a dataset on some of whose samples it is tried; None for none.
        version: Its version; None pins the newest at submission.
    """
    pipeline = Pipeline().add("import_model", "import_model", **plain(params))
    if dataset is None:
        return pipeline
    return pipeline.add("dataset", "dataset", name=dataset, version=version).connect(
        "dataset", "dataset", "import_model", "dataset"
    )


def model_export_pipeline(
    model: str, dataset: str, version: int | None, params: ModelExportParams
) -> Pipeline:
    """Return model + dataset -> model_export: makes a model's files for other programs and tries each.

    Args:
        model: Reference to it.
        dataset: Name of the dataset whose samples are replayed.
        version: Its version; None pins the newest at submission.
        params: Which files.
    """
    return (
        Pipeline()
        .add("model", "model", reference=model)
        .add("dataset", "dataset", name=dataset, version=version)
        .add("model_export", "model_export", **plain(params))
        .connect("model", "model", "model_export", "model")
        .connect("dataset", "dataset", "model_export", "dataset")
    )


def scoring_pipeline(
    model: str, params: ScoringParams, dataset: str | None = None, version: int | None = None
) -> Pipeline:
    """Return model (+ dataset) -> scoring: asks a model about many samples.

    Args:
        model: Reference to it.
        params: Which samples, and what is made of the answers.
        dataset: Name of the dataset they are of; None: they come from `params.source`.
        version: Its version; None pins the newest at submission.
    """
    pipeline = (
        Pipeline()
        .add("model", "model", reference=model)
        .add("scoring", "scoring", **plain(params))
        .connect("model", "model", "scoring", "model")
    )
    if dataset is None:
        return pipeline
    return pipeline.add("dataset", "dataset", name=dataset, version=version).connect(
        "dataset", "dataset", "scoring", "dataset"
    )
