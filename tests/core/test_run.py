from __future__ import annotations

import itertools

import pytest

from studio.core.calibration import CalibrateParams
from studio.core.catalog import EvaluateParams
from studio.core.configs import DRAWING_CLASSIFIER, ModelConfig
from studio.core.dataset import SplitConfig
from studio.core.errors import Conflict
from studio.core.explanation import ExplainParams
from studio.core.finder import FinderParams
from studio.core.foreign import ImportModelParams
from studio.core.label_errors import LabelErrorParams
from studio.core.model_export import ModelExportParams
from studio.core.pipeline import Pipeline
from studio.core.quality import QualityParams
from studio.core.ranking import PrelabelParams, PrelabelSource, RankParams
from studio.core.run import RUN_KINDS, TERMINAL, TRANSITIONS, Run, RunStatus, kind_of, transition
from studio.core.scoring import ScoringParams
from studio.core.search import SearchParams
from studio.core.sources import DigitsSource
from studio.core.speed import SpeedParams
from studio.core.standard import (
    calibration_pipeline,
    evaluation_pipeline,
    explain_pipeline,
    export_pipeline,
    finder_pipeline,
    import_model_pipeline,
    import_pipeline,
    label_errors_pipeline,
    model_export_pipeline,
    prelabel_pipeline,
    quality_pipeline,
    ranking_pipeline,
    restore_pipeline,
    scoring_pipeline,
    search_pipeline,
    speed_pipeline,
    training_pipeline,
)
from studio.core.training import TrainingConfig


def run(**changes: object) -> Run:
    values = {"id": 1, "name": "a", "kind": "import", "pipeline": Pipeline(), "inputs": {}}
    return Run.model_validate({**values, "status": "queued", "created": 1.0, **changes})


def test_only_declared_transitions_are_possible() -> None:
    for current, wanted in itertools.product(TRANSITIONS, repeat=2):
        if wanted in TRANSITIONS[current]:
            assert transition(current, wanted) == wanted
        else:
            with pytest.raises(Conflict, match=f"is {current} cannot become {wanted}") as caught:
                transition(current, wanted)
            assert caught.value.fix


def test_ends_are_final() -> None:
    assert {"completed", "stopped", "cancelled", "failed"} == TERMINAL
    reached: set[RunStatus] = {"queued"}
    for _ in TRANSITIONS:
        reached |= {target for status in reached for target in TRANSITIONS[status]}
    assert reached == set(TRANSITIONS)


def test_a_run_knows_whether_and_how_long_it_ran() -> None:
    assert not run().is_terminal
    assert run(status="failed").is_terminal
    assert run().seconds is None
    assert run(started=2.0).seconds is None
    assert run(started=2.0, ended=5.5).seconds == 3.5
    assert run(ended=5.5).seconds is None
    assert run(started=9.0, ended=5.5).seconds == 0.0, "the clock was set back"


def test_kinds_follow_from_components() -> None:
    pipelines = {
        "training": training_pipeline("pets", DRAWING_CLASSIFIER, TrainingConfig()),
        "search": search_pipeline(
            "pets", SearchParams(models={"a": DRAWING_CLASSIFIER, "b": ModelConfig(layers=())})
        ),
        "finder": finder_pipeline("pets", FinderParams()),
        "import": import_pipeline("d", DigitsSource(), split=SplitConfig(), author="ann"),
        "restore": restore_pipeline("0" * 32, "pets"),
        "quality": quality_pipeline("pets", 1, QualityParams()),
        "export": export_pipeline("pets", 1, "coco"),
        "ranking": ranking_pipeline("pets", 1, RankParams(session="one", strategy="margin")),
        "prelabel": prelabel_pipeline(
            "pets", 1, PrelabelParams(session="one", source=PrelabelSource(model="pets"))
        ),
        "evaluation": evaluation_pipeline("pets:1", "pets", params=EvaluateParams()),
        "calibration": calibration_pipeline("pets:1", "pets", 1, CalibrateParams()),
        "explain": explain_pipeline(
            "pets:1", ("pets", 1), ("pets", 1), ExplainParams(samples=(3,))
        ),
        "label_errors": label_errors_pipeline("pets", LabelErrorParams()),
        "speed": speed_pipeline(SpeedParams(models=("pets:1",))),
        "import_model": import_model_pipeline(ImportModelParams(upload="0" * 32, model="pets")),
        "model_export": model_export_pipeline("pets:1", "pets", 1, ModelExportParams()),
        "scoring": scoring_pipeline("pets:1", ScoringParams(), "pets", 1),
    }
    assert {kind: kind_of(pipeline) for kind, pipeline in pipelines.items()} == {
        kind: kind for kind in RUN_KINDS if kind != "pipeline"
    }
