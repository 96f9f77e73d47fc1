import pytest

from studio.core.components_models import (
    COMPONENTS,
    DrawingClassifierParams,
    LayersParams,
    ScoreParams,
)
from studio.core.configs import DRAWING_CLASSIFIER
from studio.core.errors import InvalidInput, NotFound
from studio.core.pipeline import Pipeline
from studio.core.search import SearchParams
from studio.core.untrained import GIVEN, described_model, params_given

UNITS = {"field": "layers.2.units", "low": 4, "high": 64, "log": True}


def searching(space: dict[str, object], component: str = "table_classifier") -> Pipeline:
    pipeline = Pipeline().add("kind", component).add("tune", "search", space=[space])
    return pipeline.connect("kind", "model", "tune", "model")


def test_every_untrained_model_is_described_by_its_settings() -> None:
    for component in COMPONENTS:
        given = "Untrained" in component.outputs.values()
        if given or component.name == "score":
            assert (described_model(component.params()) is not None) == given
    assert described_model(DrawingClassifierParams()) == DRAWING_CLASSIFIER
    assert described_model(LayersParams()) == DRAWING_CLASSIFIER
    assert described_model(ScoreParams()) is None


def test_a_search_varies_the_layers_of_the_model_that_comes_by_wire() -> None:
    wired = searching(UNITS)
    assert not [problem for problem in wired.problems("tune") if "setting" in problem]
    params = params_given(wired, "tune")
    assert isinstance(params, SearchParams)
    assert (list(params.models), params.models[GIVEN].input) == ([GIVEN], "table")
    alone = wired.remove("kind")
    with pytest.raises(NotFound, match=r"layers\.2\.units"):
        alone.params("tune")
    assert params_given(wired, "kind") == wired.params("kind")


@pytest.mark.parametrize(
    ("space", "error"),
    [
        ({"field": "layers.0.filters", "values": [4, 8]}, NotFound),
        ({"field": "layers.0.units", "low": 0.5, "high": 2}, InvalidInput),
        ({"field": "layers.0.units", "values": [0]}, InvalidInput),
    ],
)
def test_what_the_model_by_wire_has_not_is_refused(
    space: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        params_given(searching(space), "tune")
