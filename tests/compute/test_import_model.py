"""A model of another program is read by a process with limits, and then is one like any other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from studio.compute.foreign_reader import read_foreign
from studio.core.catalog import EvaluateParams
from studio.core.errors import Cancelled, StudioError
from studio.core.events import EndEvent, Event, ModelEvent, QueueEvent, ResultEvent
from studio.core.foreign import TRUST_VARIABLE, ForeignRequest, ImportModelParams
from studio.core.label_session import LabelClass, SessionConfig
from studio.core.model import ModelVersion
from studio.core.ranking import PrelabelSource
from studio.core.run import Failure
from studio.core.standard import evaluation_pipeline, import_model_pipeline
from studio.serving import create_app
from studio.workspace import Workspace
from tests.client import TestClient
from tests.compute.conftest import carry_out, of


def graph(nodes: list[Any], weights: dict[str, Any], given: int = 10) -> bytes:
    made = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 1, 8, 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", given])],
        [numpy_helper.from_array(value, name) for name, value in weights.items()],
    )
    opsets = [helper.make_opsetid("", 13)]
    model = helper.make_model(made, opset_imports=opsets, ir_version=8)
    return bytes(model.SerializeToString())


def digits_model(workspace: Workspace) -> tuple[bytes, Any]:
    """Return an ONNX model of digits that takes 0 to 1, and its scores for all digits."""
    version = workspace.dataset("digits")
    samples = np.asarray(workspace.samples(version))
    labels = workspace.artifacts.open_array(version.labels)
    inputs = samples.reshape(len(samples), -1) / 255
    inputs = np.concatenate([inputs, np.ones((len(inputs), 1))], axis=1)
    weights = np.linalg.lstsq(inputs, np.eye(10)[labels] * 8, rcond=None)[0].astype(np.float32)
    nodes = [
        helper.make_node("Flatten", ["x"], ["f"]),
        helper.make_node("Gemm", ["f", "w", "b"], ["y"]),
    ]
    return graph(nodes, {"w": weights[:-1], "b": weights[-1]}), inputs @ weights


def bomb() -> bytes:
    """Return an ONNX model of a few bytes whose answer takes 400 GB."""
    size = numpy_helper.from_array(np.array([10**6, 10**5], np.int64), "size")
    return graph(
        [
            helper.make_node("Constant", [], ["s"], value=size),
            helper.make_node("ConstantOfShape", ["s"], ["c"]),
            helper.make_node("ReduceSum", ["c"], ["t"]),
            helper.make_node("Flatten", ["x"], ["f"]),
            helper.make_node("Add", ["f", "t"], ["y"]),
        ],
        {},
        64,
    )


def uploaded(workspace: Workspace, content: bytes, name: str) -> str:
    upload = workspace.create_upload()
    workspace.upload_file(upload, name).write_bytes(content)
    return upload


def imported(
    workspace: Workspace,
    content: bytes,
    file: str = "model.onnx",
    dataset: str | None = None,
    **said: Any,
) -> list[Event]:
    params = ImportModelParams.model_validate(
        {"upload": uploaded(workspace, content, file), "model": "strange", **said}
    )
    name = workspace.free_run_name("import")
    workspace.submit(import_model_pipeline(params, dataset), name=name)
    run = workspace.claim_run("test", 60)
    assert run is not None
    events = carry_out(workspace, name)
    assert workspace.record_events(run, events)
    return events


def refusal(events: list[Event]) -> Failure:
    end = events[-1]
    assert isinstance(end, EndEvent)
    assert end.failure is not None
    assert not of(events, ModelEvent)
    assert "did not foresee" not in end.failure.what, end.failure
    return end.failure


def test_it_is_evaluated_deployed_and_suggests_labels_like_ones_own(digits: Workspace) -> None:
    content, scores = digits_model(digits)
    events = imported(digits, content, dataset="digits", alias="champion")
    result = {
        key: value for event in of(events, ResultEvent) for key, value in event.result.items()
    }
    assert result["tried"]["accuracy"] > 0.8
    version = digits.model("strange", alias="champion")
    assert version.class_names == digits.dataset("digits").class_names
    assert (version.dataset, version.shape, list(version.files)) == ("", (8, 8, 1), ["onnx"])
    expected = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    _judged(digits, version, expected)
    _served(digits, version, expected)
    _suggested(digits, expected)
    _scored(digits, expected)


def _scored(workspace: Workspace, expected: Any) -> None:
    run = workspace.request_scoring("strange", dataset="digits", into="said")
    claimed = workspace.claim_run("test", 60)
    assert claimed is not None
    assert workspace.record_events(claimed, carry_out(workspace, run.name))
    made = workspace.labels(workspace.dataset("said"))
    np.testing.assert_array_equal(np.asarray(made), expected.argmax(axis=1))


def _judged(workspace: Workspace, version: ModelVersion, expected: Any) -> None:
    dataset = workspace.dataset("digits")
    pipeline = evaluation_pipeline(version.title, "digits", params=EvaluateParams(split="test"))
    workspace.submit(pipeline, name="judged")
    run = workspace.claim_run("test", 60)
    assert run is not None
    events = carry_out(workspace, "judged")
    assert workspace.record_events(run, events)
    assert workspace.run("judged").status == "completed", workspace.run("judged").failure
    labels = workspace.artifacts.open_array(dataset.labels)
    test = np.asarray(workspace.split(dataset)) == 2
    right = expected[test].argmax(axis=1) == labels[test]
    assert workspace.evaluation("judged").accuracy == pytest.approx(right.mean())


def _served(workspace: Workspace, version: ModelVersion, expected: Any) -> None:
    key = workspace.deploy("strange@champion", "strange")[1]
    pictures = np.asarray(workspace.samples(workspace.dataset("digits")))[:3]
    with TestClient(create_app(workspace), base_url="http://127.0.0.1") as client:
        answer = client.post(
            "/v1/models/strange:predict",
            json={"instances": pictures.tolist()},
            headers={"Authorization": f"Bearer {key}"},
        )
    assert answer.status_code == 200, answer.text
    np.testing.assert_allclose(answer.json()["predictions"], expected[:3], atol=1e-5)


def _suggested(workspace: Workspace, expected: Any) -> None:
    names = workspace.dataset("digits").class_names
    classes = tuple(LabelClass(name=name) for name in names)
    workspace.create_session(
        SessionConfig(name="sort", dataset="digits", classes=classes, wanted="all")
    )
    run = workspace.prelabel_session("sort", PrelabelSource(model="strange@champion"))
    claimed = workspace.claim_run("test", 60)
    assert claimed is not None
    events = carry_out(workspace, run.name)
    assert workspace.record_events(claimed, events)
    assert workspace.run(run.name).status == "completed", workspace.run(run.name).failure
    (event,) = of(events, QueueEvent)
    assert event.prelabels is not None
    assert event.prelabels.count == len(expected)
    scores = workspace.artifacts.open_array(event.prelabels.scores)
    np.testing.assert_allclose(scores, expected.max(axis=1), atol=1e-5)


def test_names_must_be_known_before_anything_is_registered(digits: Workspace) -> None:
    content, _ = digits_model(digits)
    assert "no names" in refusal(imported(digits, content)).what
    with pytest.raises(StudioError, match="no / name"):
        digits.submit(
            import_model_pipeline(ImportModelParams(upload="a", model="no / name")), name="x"
        )


@pytest.mark.parametrize("file", ["model.pt2", "model.zip"])
def test_what_may_hold_code_is_read_only_where_it_is_trusted(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    content = b"PK\x03\x04" + bytes(60)
    monkeypatch.delenv(TRUST_VARIABLE, raising=False)
    assert TRUST_VARIABLE in refusal(imported(workspace, content, file, trusted=True)).fix
    monkeypatch.setenv(TRUST_VARIABLE, "1")
    assert "say that you trust" in refusal(imported(workspace, content, file)).what


def test_a_model_that_fills_the_memory_is_ended(workspace: Workspace) -> None:
    failure = refusal(imported(workspace, bomb(), class_names=tuple(map(str, range(64)))))
    assert "cannot be read" in failure.what or "memory" in failure.what + failure.why
    assert not list((workspace.home / "runs").glob("*/foreign-*")), "nothing of it is left"


def test_reading_ends_when_somebody_asks(tmp_path: Path) -> None:
    tmp_path = tmp_path / "place"
    tmp_path.mkdir()
    file = tmp_path / "model.onnx"
    file.write_bytes(bomb())
    request = ForeignRequest(file="given.onnx", format="onnx")
    with pytest.raises(Cancelled), read_foreign(file, request, tmp_path, lambda: True):
        pass
    assert list(tmp_path.iterdir()) == [file]
