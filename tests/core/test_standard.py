from __future__ import annotations

from studio.core.catalog import (
    ExportParams,
    ImportParams,
    RestoreParams,
    SplitParams,
    TrainParams,
)
from studio.core.dataset import SplitConfig
from studio.core.presets import PRESETS
from studio.core.quality import QualityParams
from studio.core.run import kind_of
from studio.core.sources import QuickDrawSource
from studio.core.standard import (
    export_pipeline,
    import_pipeline,
    quality_pipeline,
    restore_pipeline,
    training_pipeline,
)
from studio.core.training import TrainingConfig

MODEL = PRESETS["dense-baseline"]


def test_a_training_carries_every_setting() -> None:
    training = TrainingConfig(epochs=3, learning_rate=0.5, top_k=2, steps_per_epoch=5)
    split = SplitParams(stored=False, test_share=0.2, seed=7)
    pipeline = training_pipeline("pets", MODEL, training, version=4, split=split)
    pipeline.check()
    train = pipeline.params("train")
    assert isinstance(train, TrainParams)
    assert train == TrainParams(model=MODEL, **training.model_dump())
    assert pipeline.params("split") == split
    assert pipeline.node("dataset").params == {"name": "pets", "version": 4}
    assert pipeline.node("evaluate").params == {"top_k": 2}


def test_a_training_uses_the_stored_split_unless_told() -> None:
    params = training_pipeline("pets", MODEL, TrainingConfig()).params("split")
    assert isinstance(params, SplitParams)
    assert params.stored


def test_training_and_judging_see_the_same_split() -> None:
    pipeline = training_pipeline("pets", MODEL, TrainingConfig())
    assert pipeline.inputs("train")["dataset"] == pipeline.inputs("evaluate")["dataset"]


def test_an_import_carries_every_setting() -> None:
    source = QuickDrawSource(categories=("apple", "fish"), per_class=7, seed=2)
    pipeline = import_pipeline(
        "fruit", source, split=SplitConfig(seed=3), author="ann", message="why"
    )
    pipeline.check()
    assert pipeline.params("import") == ImportParams(
        name="fruit", source=source, split=SplitConfig(seed=3), author="ann", message="why"
    )


def test_an_import_may_add_to_what_is_there() -> None:
    source = QuickDrawSource(categories=("apple",))
    pipeline = import_pipeline("fruit", source, split=SplitConfig(), author="ann", append=True)
    params = pipeline.params("import")
    assert isinstance(params, ImportParams)
    assert params.append


def test_a_check_carries_every_setting() -> None:
    params = QualityParams(distance=4, map_samples=500, seed=3)
    pipeline = quality_pipeline("pets", 2, params)
    pipeline.check()
    assert pipeline.params("quality") == params
    assert pipeline.node("dataset").params == {"name": "pets", "version": 2}
    assert kind_of(pipeline) == "quality"


def test_an_export_carries_every_setting() -> None:
    pipeline = export_pipeline("pets", 2, "coco")
    pipeline.check()
    assert pipeline.params("export") == ExportParams(format="coco")
    assert pipeline.node("dataset").params == {"name": "pets", "version": 2}
    assert kind_of(pipeline) == "export"


def test_a_restore_carries_every_setting() -> None:
    pipeline = restore_pipeline("0" * 32, "pets", "champion")
    pipeline.check()
    assert pipeline.params("restore") == RestoreParams(
        upload="0" * 32, model="pets", alias="champion"
    )
