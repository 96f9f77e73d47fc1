"""Real-time inference pipelines in an endpoint: every dialect, hot swaps, refusals; and many random ones, proven."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.cli import main
from studio.core.components_inference import WebInputParams
from studio.core.components_tables import CleanMissingParams, EncodeParams, ScaleParams
from studio.core.configs import ModelConfig
from studio.core.draft import Draft
from studio.core.errors import InvalidInput
from studio.core.inference import Inference, InferenceStep, inference_of
from studio.core.layers import Dense
from studio.core.model import prepared_version
from studio.core.pipeline import Pipeline
from studio.core.port_values import PredictionsValue
from studio.core.preparing import prepared
from studio.core.sources import DigitsSource, StrokesSource
from studio.core.table import Column, TableSettings, encode_rows
from studio.core.table_input import TableInput
from studio.ml.predict import Predictor
from studio.serving import create_app
from studio.serving.loading import ask
from studio.store import models as model_rows
from studio.tables import apply, fit, frame_of_records, values_of
from studio.workspace import Workspace, preparation
from tests.client import TestClient
from tests.compute.conftest import until
from tests.compute.test_strokes import line
from tests.trained import model_files, register
from tests.workspace.conftest import carried_through

Steps = list[tuple[str, dict[str, Any]]]
COLUMNS = (
    Column(name="age", kind="number"),
    Column(name="colour", kind="category", categories=("red", "blue")),
)
PLAIN = [{"age": 1 + i % 9, "colour": ("red", "blue", None)[i % 3]} for i in range(30)]


def pictures(*steps: tuple[str, dict[str, Any]]) -> Draft:
    """Return web input of 12 x 12 pictures, some steps, a model, web output."""
    return drawn("web_input", {"shape": [12, 12, 1]}, list(steps))


def drawn(source: str, params: dict[str, Any], steps: Steps) -> Draft:
    pipeline = (
        Pipeline().add("in", source, **params).add("model", "model", reference="drawings@champion")
    )
    at, port = "in", "table" if source == "web_input_table" else "dataset"
    for number, (component, given_) in enumerate(steps):
        node = f"s{number}"
        if component == "apply_transform":
            pipeline = pipeline.add(f"f{number}", "fitted", **given_).add(node, component)
            pipeline = pipeline.connect(f"f{number}", "transform", node, "transform")
        else:
            pipeline = pipeline.add(node, component, **given_)
        pipeline = pipeline.connect(
            at, port, node, "first" if component in ("sql", "python_script") else port
        )
        at = node
    if port == "table":
        pipeline = pipeline.add("rows", "rows").connect(at, "table", "rows", "table")
        at = "rows"
    pipeline = pipeline.add("ask", "score", split="all").add("out", "web_output")
    pipeline = pipeline.connect(at, "dataset", "ask", "dataset").connect(
        "model", "model", "ask", "model"
    )
    pipeline = pipeline.connect("ask", "predictions", "out", "predictions")
    return Draft(pipeline=pipeline, kind="realtime")


@pytest.fixture
def client(workspace: Workspace) -> Iterator[TestClient]:
    app = create_app(workspace, internal_key="inside", hosts=("testserver",), fresh_seconds=0.0)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def deployed(workspace: Workspace, draft: Draft) -> dict[str, str]:
    _, key = workspace.deploy_pipeline(draft, "fruit", title="school")
    return {"authorization": f"Bearer {key}"}


def asked(client: TestClient, headers: dict[str, str], path: str, body: object) -> Any:
    response = client.post(path, json=body, headers=headers)
    assert response.status_code == 200, response.text
    return response.json()


def test_pictures_are_prepared_before_the_model_is_asked(
    workspace: Workspace, client: TestClient
) -> None:
    register(workspace, "drawings", alias="champion")
    steps: Steps = [("normalise", {"method": "stretch"}), ("resize", {"height": 8, "width": 8})]
    headers = deployed(workspace, pictures(*steps))
    sent = np.random.default_rng(1).integers(40, 200, (3, 12, 12, 1), np.uint8)
    ready = sent
    for component, params in steps:
        ready = prepared(component, params, ready)
    told = asked(client, headers, "/v1/models/fruit:predict", {"instances": sent.tolist()})
    model = workspace.model("drawings")
    wanted = Predictor(workspace.artifacts.read(model.files["tflite"].digest)).predict(ready)
    np.testing.assert_allclose(told["predictions"], wanted, atol=1e-6)
    tensor = {
        "name": "image",
        "shape": [3, 12, 12, 1],
        "datatype": "UINT8",
        "data": sent.ravel().tolist(),
    }
    told = asked(client, headers, "/v2/models/fruit/infer", {"inputs": [tensor]})
    probabilities = next(o for o in told["outputs"] if o["name"] == "probabilities")
    np.testing.assert_allclose(np.reshape(probabilities["data"], (3, 3)), wanted, atol=1e-6)
    metadata = client.get("/v2/models/fruit", headers=headers).json()
    assert metadata["inputs"][0]["shape"] == [-1, 12, 12, 1]
    small = client.post(
        "/v1/models/fruit:predict", json={"instances": sent[:, :8, :8].tolist()}, headers=headers
    )
    assert small.status_code == 400


def test_the_endpoint_follows_the_alias_and_refuses_what_does_not_fit(
    workspace: Workspace, client: TestClient
) -> None:
    register(workspace, "drawings", alias="champion")
    headers = deployed(workspace, pictures(("resize", {"height": 8, "width": 8})))
    body = {"instances": np.zeros((1, 12, 12, 1), np.uint8).tolist()}
    path = "/v1/models/fruit:predict"
    assert client.post(path, json=body, headers=headers).headers["studio-model"] == "drawings:1"
    register(workspace, "drawings", alias="champion", seed=7)
    assert client.post(path, json=body, headers=headers).headers["studio-model"] == "drawings:2"
    register(workspace, "drawings", alias="champion", shape=(9, 9, 1))
    assert client.post(path, json=body, headers=headers).headers["studio-model"] == "drawings:2"


def test_versions_and_steps_change_while_callers_ask(workspace: Workspace) -> None:
    """Every request is answered, by the pipeline of before or of after; what was begun is finished at the end."""
    for seed in (1, 2):
        register(workspace, "drawings", alias="champion", seed=seed)
    steps: list[Steps] = [
        [("resize", {"height": 8, "width": 8})],
        [("normalise", {"method": "stretch"}), ("resize", {"height": 8, "width": 8})],
    ]
    headers = deployed(workspace, pictures(*steps[0]))
    sent = np.random.default_rng(1).integers(100, 130, (2, 12, 12, 1), np.uint8)
    wanted = {}
    for number in (1, 2):
        model = workspace.model("drawings", version=number)
        predictor = Predictor(workspace.artifacts.read(model.files["tflite"].digest))
        for place, way in enumerate(steps):
            ready = sent
            for component, params in way:
                ready = prepared(component, params, ready)
            wanted[number, place] = predictor.predict(ready)
    app = create_app(workspace, hosts=("testserver",), fresh_seconds=0.05)
    over, seen = threading.Event(), [Counter[tuple[int, int]]() for _ in range(4)]

    def ask(counted: Counter[tuple[int, int]]) -> None:
        while not over.is_set():
            told = asked(client, headers, "/v1/models/fruit:predict", {"instances": sent.tolist()})
            (like,) = [
                key for key, answer in wanted.items()
                if np.allclose(told["predictions"], answer, atol=1e-6)
            ]  # fmt: skip
            counted[like] += 1

    def answered_by(now: tuple[int, int]) -> Callable[[], bool]:
        before = [counted[now] for counted in seen]
        return lambda: (
            all(counted[now] > had for counted, had in zip(seen, before, strict=True))
            or any(caller.done() for caller in callers)
        )

    with TestClient(app) as client, ThreadPoolExecutor(4) as pool:
        callers = [pool.submit(ask, counted) for counted in seen]
        try:
            until(answered_by((2, 0)))
            for number, place in ((2, 1), (1, 1), (1, 0), (2, 0)):
                workspace.set_alias("drawings", "champion", number)
                draft = pictures(*steps[place])
                workspace.set_endpoint_pipeline("fruit", inference_of(draft, title="school"))
                until(answered_by((number, place)))
        finally:
            over.set()
        for caller in callers:
            caller.result()
    assert sum(seen, Counter[tuple[int, int]]()).total() >= 20


def test_rows_are_prepared_as_the_training_did(workspace: Workspace, client: TestClient) -> None:
    frame = frame_of_records(PLAIN, COLUMNS)
    steps: Steps = []
    for params in (CleanMissingParams(), EncodeParams(), ScaleParams()):
        learned = fit(params, frame)
        steps.append(
            ("apply_transform", {"learned_by": learned.component, "fitted": learned.fitted})
        )
        frame = apply(learned, frame)
    steps.insert(0, ("sql", {"query": "SELECT *, age * 2 AS double FROM first"}))
    config = ModelConfig(
        input="table",
        layers=(Dense(units=4),),
        table=TableInput(
            columns=tuple(Column(name=n, kind="number") for n in ("age", "colour=red", "double")),
            means=(0, 0, 5), deviations=(1, 1, 2),
        ),
    )  # fmt: skip
    register_rows(workspace, config)
    columns = [column.model_dump(mode="json") for column in COLUMNS]
    task = {"task": "table", "shape": [0, 0, 0], "columns": columns}
    headers = deployed(workspace, drawn("web_input_table", task, steps))
    sent = PLAIN[:5]
    ready = frame_of_records([{**row, "double": float(row["age"]) * 2} for row in sent],
                             (*COLUMNS, Column(name="double", kind="number")))  # fmt: skip
    for _, given_ in steps[1:]:
        ready = apply(_transform(given_), ready)
    model = workspace.model("drawings")
    predictor = Predictor(
        workspace.artifacts.read(model.files["tflite"].digest), table=config.table
    )
    wanted = predictor.predict(
        encode_rows(values_of(ready, [c.name for c in config.table.columns]), config.table)
    )
    told = asked(client, headers, "/v1/models/fruit:predict", {"instances": sent})
    np.testing.assert_allclose(told["predictions"], wanted, atol=1e-6)
    told = asked(client, headers, "/mlflow/fruit/invocations", {"dataframe_records": sent})
    np.testing.assert_allclose(told["predictions"], wanted, atol=1e-6)
    body = {"Inputs": {"WebServiceInput0": sent}, "GlobalParameters": {}}
    told = asked(client, headers, "/azure/fruit/score", body)
    assert len(told["Results"]["WebServiceOutput0"]) == len(sent)
    gone = client.post(
        "/v1/models/fruit:predict", json={"instances": [{"age": "old"}]}, headers=headers
    )
    assert gone.status_code == 400
    assert "age" in gone.text


def _transform(given_: dict[str, Any]) -> Any:
    from studio.core.port_values import TransformValue

    return TransformValue(component=given_["learned_by"], fitted=given_["fitted"])


def register_rows(workspace: Workspace, config: ModelConfig) -> None:
    files = model_files((0, 0, 0), 2, 0, config)
    kept = {
        name.removeprefix("model."): workspace.artifacts.put(content, name).model_dump()
        for name, content in files.items()
    }
    body = {
        "dataset": "pets:1",
        "class_names": ["cat", "dog"],
        "shape": [0, 0, 0],
        "files": kept,
        "facts": {"config": config.model_dump(mode="json")},
    }
    with workspace._studio.tx() as connection:
        model_rows.add_version(connection, "drawings", body, run=None, author="ann", now=1.0)
    workspace.set_alias("drawings", "champion", 1)


def test_what_an_endpoint_cannot_carry_out_is_refused(workspace: Workspace) -> None:
    with pytest.raises(InvalidInput, match="process of its own"):
        inference_of(drawn("web_input_table", {"task": "table"}, [("python_script", {})]))
    with pytest.raises(InvalidInput, match="0 web-service outputs"):
        inference_of(Draft(pipeline=Pipeline().add("data", "dataset", name="pets")))


def test_a_draft_is_deployed_from_the_command_line(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    register(workspace, "drawings", alias="champion")
    workspace.make_draft("school", pictures(("resize", {"height": 8, "width": 8})))
    assert main(["pipeline", "deploy", "school", "--name", "fruit"]) == 0
    assert "Key: studio_" in capsys.readouterr().out
    assert workspace.endpoint("fruit").pipeline.title == "school"


def test_a_pipeline_without_steps_leaves_the_version_as_it_is(workspace: Workspace) -> None:
    version = register(workspace, "drawings", alias="champion")
    assert prepared_version(version, inference_of(pictures())) is version


RANDOM = st.lists(
    st.sampled_from([
        ("sample", {"share": 0.5}), ("resize", {"height": 6, "width": 7}), ("normalise", {"method": "centre"}),
        ("normalise", {"method": "invert_dark"}), ("augment", {"copies": 1}), ("balance", {}),
        ("remove_duplicates", {}), ("relabel", {"classes": {"0": "nought"}}), ("split", {"stored": False}),
    ]),
    max_size=5, unique_by=lambda step: step[0],
)  # fmt: skip


@given(RANDOM, st.sampled_from(["realtime", "batch"]))
@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_any_conversion_of_pictures_answers_as_before(
    workspace: Workspace, steps: Steps, kind: str
) -> None:
    if not workspace.models():
        workspace.add_dataset("digits", DigitsSource())
        names = (
            "nought" if any(s[0] == "relabel" for s in steps) else "0",
            *map(str, range(1, 10)),
        )
        register(workspace, "drawings", shape=(8, 8, 1), class_names=names, alias="champion")
    pipeline = Pipeline().add("data", "dataset", name="digits").add("few", "sample", share=0.05)
    pipeline = pipeline.connect("data", "dataset", "few", "dataset")
    at = "few"
    for number, (component, params) in enumerate([*steps, ("resize", {"height": 8, "width": 8})]):
        pipeline = pipeline.add(f"s{number}", component, **params)
        pipeline = pipeline.connect(at, "dataset", f"s{number}", "dataset")
        at = f"s{number}"
    pipeline = pipeline.add("model", "model", reference="drawings@champion").add(
        "ask", "score", split="all"
    )
    pipeline = pipeline.connect(at, "dataset", "ask", "dataset").connect(
        "model", "model", "ask", "model"
    )
    name = workspace.free_run_name("random")
    workspace.submit_pipeline(Draft(pipeline=pipeline), name=name)
    assert carried_through(workspace, name).status == "completed"
    tried = carried_through(workspace, workspace.convert(name, kind).name)  # type: ignore[arg-type]
    assert tried.status == "completed", tried.failure
    assert tried.result["equivalence"]["samples"] >= 1


ALONE = "SELECT *, age * 2 AS double FROM first"
BY_OTHERS = (
    "SELECT *, age - avg(age) OVER () AS double FROM first",
    "SELECT *, row_number() OVER (ORDER BY age) AS double FROM first",
    "SELECT *, age / (SELECT max(age) FROM first) AS double FROM first",
)
TABLE_STEPS = st.lists(
    st.sampled_from([
        ("clean_missing", {}), ("clean_missing", {"method": "median", "columns": ["age"]}), ("encode", {}),
        ("scale", {"columns": ["age"]}), ("select_columns", {"columns": ["spare"], "keep": False}),
        ("split_table", {"target": "pet", "stratified": True}),
    ]),
    max_size=4, unique_by=lambda step: step[0],
)  # fmt: skip


@given(
    TABLE_STEPS,
    st.sampled_from([ALONE, ALONE, *BY_OTHERS]),
    st.sampled_from(["realtime", "batch"]),
    st.data(),
)
@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)  # fmt: skip
def test_any_conversion_of_rows_answers_as_before_or_is_refused(
    workspace: Workspace, steps: Steps, query: str, kind: str, data: st.DataObject
) -> None:
    """Refused is a query whose answer about a row depends on the rows around it: a request brings others."""
    if not workspace.models():
        columns = tuple(Column(name=name, kind="number") for name in ("age", "double"))
        table = TableInput(columns=columns, means=(0, 0), deviations=(1, 1))
        register_rows(workspace, ModelConfig(input="table", layers=(Dense(units=4),), table=table))
    rows = [f"{i * 7 % 23},{('red', 'blue', '')[i % 3]},{i},{'cd'[i % 2]}" for i in range(60)]
    pipeline = Pipeline().add("typed", "enter_data", csv="\n".join(["age,colour,spare,pet", *rows]))
    place = data.draw(st.integers(0, len(steps)))
    wanted = [*steps[:place], ("sql", {"query": query}), *steps[place:]]
    at = "typed"
    for component, params in [*wanted, ("choose_target", {"target": "pet"})]:
        pipeline = pipeline.add(component, component, **params)
        port = "first" if component == "sql" else "table"
        pipeline = pipeline.connect(at, "table", component, port)
        at = component
    pipeline = pipeline.add("model", "model", reference="drawings@champion").add("ask", "score")
    pipeline = pipeline.connect(at, "dataset", "ask", "dataset")
    pipeline = pipeline.connect("model", "model", "ask", "model")
    name = workspace.free_run_name("rows")
    workspace.submit_pipeline(Draft(pipeline=pipeline), name=name)
    done = carried_through(workspace, name)
    assert done.status == "completed", done.failure
    tried = carried_through(workspace, workspace.convert(name, kind).name)  # type: ignore[arg-type]
    if query == ALONE:
        assert tried.status == "completed", tried.failure
    else:
        assert tried.status == "failed"
        assert tried.failure is not None
        # Numbers that follow an order also bring the rows into it, which a request of several rows shows first.
        why = ("differently", "in another order") if "ORDER BY" in query else ("differently",)
        assert any(words in tried.failure.what for words in why)


STROKES = {
    "input": "strokes",
    "strokes": {"points": 12},
    "layers": [{"kind": "conv1d", "filters": 4}, {"kind": "global_average_pooling1d"}],
}


def test_a_model_of_strokes_answers_requests_as_it_scores_a_dataset(
    workspace: Workspace, client: TestClient, tmp_path: Path
) -> None:
    """What the training did to the pictures beside the strokes changes nothing about them."""
    for word in ("hook", "ramp"):
        lines = "\n".join(line(word, number) for number in range(20))
        (tmp_path / f"{word}.ndjson").write_text(lines, encoding="utf-8")
    workspace.add_dataset("lines", StrokesSource(path=str(tmp_path)))
    pipeline = (
        Pipeline()
        .add("data", "dataset", name="lines")
        .add("small", "resize", height=14, width=14)
        .add("train", "train", model=STROKES, epochs=1)
        .connect("data", "dataset", "small", "dataset")
        .connect("small", "dataset", "train", "dataset")
    )
    workspace.submit_pipeline(Draft(pipeline=pipeline), name="pen")
    assert carried_through(workspace, "pen").status == "completed"
    for kind in ("realtime", "batch"):
        tried = carried_through(workspace, workspace.convert("pen", kind).name)  # type: ignore[arg-type]
        assert tried.status == "completed", tried.failure
        assert tried.result["equivalence"]["largest"] <= 1e-5
    workspace.submit_pipeline(workspace.draft("pen-batch").draft, name="many")
    assert carried_through(workspace, "many").status == "completed"
    scored = workspace.node_states("many")["score"].outputs["predictions"]
    assert isinstance(scored, PredictionsValue)
    kept = workspace.artifacts.open_samples(workspace.dataset("lines").strokes)
    body = {"instances": [{"strokes": json.loads(strokes)} for strokes in kept]}
    headers = deployed(workspace, workspace.draft("pen-realtime").draft)
    told = asked(client, headers, "/v1/models/fruit:predict", body)
    probabilities = workspace.artifacts.open_array(scored.probabilities)
    np.testing.assert_allclose(told["predictions"], probabilities, atol=1e-6)


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("SELECT age * 2 AS twice FROM first", True),
        ("SELECT age FROM first ORDER BY age", False),
        ("SELECT *, 1 AS one FROM first ORDER BY age DESC", False),
    ],
)
def test_a_query_in_an_endpoint_may_not_change_the_order_of_rows(query: str, kept: bool) -> None:
    columns = (Column(name="age", kind="number"),)
    step = InferenceStep(node="q", component="sql", params={"query": query})
    recipe = Inference(
        input=WebInputParams(task="table", columns=columns), steps=(step,), reference="m@champion"
    )
    name = "twice" if kept else "age"
    settings = TableSettings(columns=(Column(name=name, kind="number"),))
    prepare = preparation(recipe, settings, ask)
    rows = [{"age": 3.0}, {"age": 1.0}, {"age": 2.0}]
    if kept:
        assert np.ravel(prepare(rows)).tolist() == [6.0, 2.0, 4.0]
    else:
        with pytest.raises(InvalidInput, match="another order"):
            prepare(rows)
