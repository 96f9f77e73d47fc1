from __future__ import annotations

import pytest

from studio.core.configs import ModelConfig
from studio.core.errors import InvalidInput
from studio.core.events import ArtifactEvent, EndEvent, LogEvent, ObservationEvent, ResultEvent
from studio.core.finder import FinderParams
from studio.core.layers import Conv2D
from studio.core.run import kind_of
from studio.core.standard import finder_pipeline
from studio.core.training import TrainingConfig
from studio.workspace import Workspace
from tests.compute.conftest import MODEL, carry_out, of

PARAMS = FinderParams(
    model=MODEL, training=TrainingConfig(batch_size=64), lowest=1e-4, highest=1, steps=30
)


def test_a_finder_keeps_a_curve_and_no_model(digits: Workspace) -> None:
    pipeline = finder_pipeline("digits", PARAMS)
    assert kind_of(pipeline) == "finder"
    assert pipeline.params("finder") == PARAMS
    run = digits.submit(pipeline, name="one")
    assert digits.estimated_memory(run) > 600e6
    events = carry_out(digits, "one")
    assert isinstance(events[-1], EndEvent)
    assert events[-1].status == "completed"
    assert not of(events, ArtifactEvent)
    body = of(events, ObservationEvent)[-1].body
    assert len(body["losses"]) == len(body["learning_rates"])
    assert of(events, ResultEvent)[-1].result == {"finder": {"suggested": body["suggested"]}}


def test_a_finder_that_is_cancelled_says_how_far_it_came(digits: Workspace) -> None:
    digits.submit(finder_pipeline("digits", PARAMS), name="one")
    folder = digits.run_folder("one")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "stop").touch()
    events = carry_out(digits, "one")
    assert isinstance(events[-1], EndEvent)
    assert events[-1].status == "stopped"
    assert "ended after 0 of 30 steps" in of(events, LogEvent)[-1].text


def test_a_model_that_does_not_fit_is_refused_at_submission(digits: Workspace) -> None:
    deep = ModelConfig(layers=(Conv2D(filters=4, pool_size=8), Conv2D(filters=4, pool_size=8)))
    params = PARAMS.model_copy(update={"model": deep})
    with pytest.raises(InvalidInput, match="does not fit"):
        digits.submit(finder_pipeline("digits", params), name="one")
