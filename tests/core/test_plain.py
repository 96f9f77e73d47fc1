"""What a draft may not hold, since it could not be read again."""

from __future__ import annotations

from typing import Any

import pytest

from studio.core.draft import MOST_NODES, Draft, PipelineParameter, parse_draft
from studio.core.errors import InvalidInput, StudioError, TooLarge
from studio.core.pipeline import Node, Pipeline


def nested(times: int) -> Any:
    """Return a list in a list in a list."""
    value: Any = 1
    for _ in range(times):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), 2**63, 10**5000, "\ud800", nested(300), b"x", {1: 2}, {1, 2}, ..., 1j],
    ids=["nan", "inf", "large", "huge", "half", "deep", "bytes", "number", "set", "dots", "complex"],
)  # fmt: skip
def test_what_json_would_not_give_back_is_refused(value: Any) -> None:
    node = {"id": "a", "component": "sample", "params": {"share": value}}
    with pytest.raises(InvalidInput):
        parse_draft({"pipeline": {"nodes": [node]}}).check_drawn()
    parameter = PipelineParameter(name="share", targets=(("a", "share"),), default=0.5)
    draft = Draft(pipeline=Pipeline().add("a", "sample"), parameters=(parameter,))
    draft.check_drawn()
    with pytest.raises(InvalidInput):
        draft.bind({"share": value})


def test_settings_may_be_called_like_anything() -> None:
    params = {"self": 1, "node_id": 2, "component": 3}
    pipeline = Pipeline(nodes=(Node(id="a", component="sample", params=params),))
    with pytest.raises(StudioError, match="There is no setting"):
        pipeline.check()
    assert pipeline.set_params("a", node_id=4).node("a").params["node_id"] == 4


@pytest.mark.parametrize("version", ["²", "9" * 30, "9" * 5000, "-1", "", "newest", "1:2"])
def test_a_version_of_a_dataset_is_a_number(version: str) -> None:
    parameter = PipelineParameter(name="data", targets=(("a", "name"),), default="digits:3")
    draft = Draft(pipeline=Pipeline().add("a", "dataset", name="x"), parameters=(parameter,))
    assert draft.bind().node("a").params == {"name": "digits", "version": 3}
    with pytest.raises(InvalidInput, match="names no dataset"):
        draft.bind({"data": f"digits:{version}"})


def test_a_draft_has_an_end() -> None:
    nodes = tuple(Node(id=str(i), component="sample") for i in range(MOST_NODES + 1))
    with pytest.raises(TooLarge):
        Draft(pipeline=Pipeline(nodes=nodes)).check_drawn()
