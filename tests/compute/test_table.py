"""Tables all the way: learned from, judged, registered, asked, scored, saved and restored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.core.configs import ModelConfig
from studio.core.dataset import TRAIN
from studio.core.draft import Draft
from studio.core.errors import InvalidInput
from studio.core.layers import Dense
from studio.core.model import ModelVersion
from studio.core.pipeline import Pipeline
from studio.core.port_values import PredictionsValue
from studio.core.presets import PRESETS
from studio.core.sources import TableSource
from studio.core.standard import training_pipeline
from studio.core.training import TrainingConfig
from studio.ml.predict import Predictor
from studio.serving import create_app
from studio.tables import read_parquet, records_of
from studio.workspace import Workspace
from tests.client import TestClient
from tests.compute import drawn
from tests.compute.conftest import carry_out
from tests.compute.test_ranking import take_in
from tests.tabled import KINDS, TARGET, add_birds, birds

MODEL = ModelConfig(input="table", layers=(Dense(units=8),))
TRAINING = TrainingConfig(epochs=30, batch_size=32, learning_rate=0.03)
BIRD: dict[str, Any] = {"bill_mm": 39.0, "weight_g": 3500, "island": "north", "ringed": True}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with the table `birds` and the registered model `kinds`, trained on it."""
    workspace = Workspace.open(tmp_path_factory.mktemp("birds") / "home")
    add_birds(workspace)
    workspace.submit(training_pipeline("birds", MODEL, TRAINING), name="one")
    take_in(workspace, "one")
    workspace.register_model("one", "kinds", alias="champion")
    return workspace


@pytest.fixture
def kinds(tables: Workspace) -> ModelVersion:
    return tables.model("kinds")


def test_a_model_learns_rows_and_knows_its_columns(tables: Workspace, kinds: ModelVersion) -> None:
    assert tables.run("one").status == "completed"
    evaluation = tables.evaluation("one")
    assert evaluation.accuracy >= 0.9
    assert evaluation.agreement == 1
    table = kinds.table
    assert table is not None
    assert [c.name for c in table.columns] == ["bill_mm", "weight_g", "island", "ringed"]
    version = tables.dataset("birds")
    learned = np.asarray(tables.split(version)) == TRAIN
    weights = np.array(birds()["weight_g"])[learned]
    assert table.means[1] == pytest.approx(weights.mean(), rel=1e-6)
    assert table.deviations[1] == pytest.approx(weights.std(), rel=1e-6)


def test_its_file_answers_rows_one_or_many(tables: Workspace, kinds: ModelVersion) -> None:
    predictor = Predictor(tables.model_bytes(kinds, "tflite"), table=kinds.table)
    gap: dict[str, Any] = {**BIRD, "bill_mm": None}
    rows = [BIRD, gap, {"weight_g": 4800}, {**BIRD, "island": "unknown"}] * 20
    many = predictor.predict(rows)
    assert kinds.class_names[int(many[0].argmax())] == "narrow"
    assert kinds.class_names[int(many[2].argmax())] == "broad"
    alone = np.concatenate([predictor.predict([row]) for row in rows[:4]])
    np.testing.assert_allclose(many[:4], alone, atol=1e-6)
    assert predictor.batches[0] == 64
    with pytest.raises(InvalidInput, match="does not fit into the column"):
        predictor.predict([{**BIRD, "weight_g": "heavy"}])


def test_a_model_must_fit_the_rows(tables: Workspace, kinds: ModelVersion) -> None:
    with pytest.raises(InvalidInput, match="holds rows of a table, and this model reads pictures"):
        tables.submit(
            training_pipeline("birds", PRESETS["drawing-classifier"], TRAINING), name="no"
        )
    assert kinds.class_names == KINDS


def test_an_endpoint_is_asked_with_rows(tables: Workspace, kinds: ModelVersion) -> None:
    _, key = tables.deploy("kinds@champion", "kinds")
    app = create_app(tables, hosts=("testserver",))
    client = TestClient(app, headers={"authorization": f"Bearer {key}"})
    narrow, broad = BIRD, {**BIRD, "bill_mm": 48.5, "weight_g": 4900}
    columns = {name: [narrow[name], broad[name]] for name in narrow}
    rows = [narrow, broad]
    split = {"columns": list(narrow), "data": [list(row.values()) for row in rows]}
    with client:
        path = "/v1/models/kinds:predict"
        for body, answer in (
            ({"instances": rows}, "predictions"),
            ({"instances": [{"row": row} for row in rows]}, "predictions"),
            ({"instances": split["data"]}, "predictions"),
            ({"inputs": columns}, "outputs"),
        ):
            _assert_kinds(client.post(path, json=body), answer)
        for wrong in ([1], "row", [], [{"bill_mm": [1]}], [{"weight_g": "heavy"}], [{"age": 3}]):
            assert client.post(path, json={"instances": wrong}).status_code == 400, wrong
        for field, value in (
            ("dataframe_records", rows),
            ("dataframe_split", split),
            ("inputs", columns),
        ):
            _assert_kinds(
                client.post("/mlflow/kinds/invocations", json={field: value}), "predictions"
            )
        lines = "bill_mm,weight_g,island,ringed\n39,3500,north,true\n48.5,4900,,\n"
        csv = {"content-type": "text/csv"}
        _assert_kinds(
            client.post("/mlflow/kinds/invocations", content=lines, headers=csv), "predictions"
        )
        tensors = [
            {"name": name, "shape": [2], "datatype": kind, "data": columns[name]}
            for name, kind in (
                ("bill_mm", "FP64"),
                ("weight_g", "INT64"),
                ("island", "BYTES"),
                ("ringed", "BOOL"),
            )
        ]
        said = client.post("/v2/models/kinds/infer", json={"inputs": tensors}).json()
        assert said["outputs"][1]["data"] == ["narrow", "broad"]
        text = {
            "name": "row",
            "shape": [2],
            "datatype": "BYTES",
            "data": [json.dumps(r) for r in rows],
        }
        said = client.post("/v2/models/kinds/infer", json={"inputs": [text]}).json()
        assert said["outputs"][1]["data"] == ["narrow", "broad"]
        asked = {"Inputs": {"WebServiceInput0": rows}, "GlobalParameters": {}}
        said = client.post("/azure/kinds/score", json=asked).json()["Results"]["WebServiceOutput0"]
        assert [row["Scored Labels"] for row in said] == ["narrow", "broad"]
        assert said[0]["island"] == "north"
        described = client.get("/v2/models/kinds").json()["inputs"]
        assert [tensor["name"] for tensor in described] == list(BIRD)
        page = {"schema": '<View><Image name="i" value="$i"/><Choices name="c" toName="i"/></View>'}
        assert client.post("/labelstudio/kinds/setup", json=page).status_code == 400
        paths = client.get("/openapi.json?endpoint=kinds").json()["paths"]
        for path, address in (
            ("/v1/models/{name}:predict", "/v1/models/kinds:predict"),
            ("/v2/models/{name}/infer", "/v2/models/kinds/infer"),
            ("/mlflow/{name}/invocations", "/mlflow/kinds/invocations"),
            ("/azure/{name}/score", "/azure/kinds/score"),
        ):
            example = paths[path]["post"]["requestBody"]["content"]["application/json"]["example"]
            assert client.post(address, json=example).status_code == 200, path


def _assert_kinds(response: Any, answer: str) -> None:
    assert response.status_code == 200, response.text
    assert np.argmax(response.json()[answer], axis=1).tolist() == [
        KINDS.index("narrow"),
        KINDS.index("broad"),
    ]


def test_a_table_is_scored(tables: Workspace, kinds: ModelVersion) -> None:
    run = tables.request_scoring("kinds", dataset="birds", into="scored-birds")
    take_in(tables, run.name)
    report = tables.scoring_report(run.name)
    assert report.count == 240
    assert report.accuracy == pytest.approx(1, abs=0.1)
    assert "island north" in " ".join(row["text"] for row in tables.scored_rows(run.name))
    made = tables.dataset("scored-birds")
    assert (made.task, made.target, made.count) == ("table", TARGET, 240)
    run = tables.request_scoring("kinds", dataset="birds", part="test", into="held-out")
    take_in(tables, run.name)
    assert tables.dataset("held-out").count == tables.dataset("birds").split_counts[2]


def test_every_form_that_fits_answers_as_the_model_does(
    tables: Workspace, kinds: ModelVersion
) -> None:
    run = tables.request_export("kinds", samples=100)
    take_in(tables, run.name)
    found = tables.exported(kinds)
    rows = {row.format: row for row in found.rows}
    made = {"keras", "savedmodel", "tflite", "float16", "int8", "onnx", "mlflow"}
    assert found.left_out == {}
    assert set(rows) == made
    assert all(row.agreement is not None and row.agreement >= 0.98 for row in rows.values())


def test_an_evaluation_of_rows_is_sliced_by_their_columns(tables: Workspace) -> None:
    facts = tables.slice_facts("one")
    assert facts["column:island"] == "Column island"
    assert "column:kind" not in facts
    assert {one.name for one in tables.slices("one", "column:island")} == {"north", "south"}
    bands = tables.slices("one", "column:bill_mm")
    assert bands[-1].name == "missing"
    assert sum(len(one.rows) for one in bands) == tables.evaluation("one").test_count


def test_a_file_of_rows_is_scored(tables: Workspace, kinds: ModelVersion, tmp_path: Path) -> None:
    file = tmp_path / "new.csv"
    file.write_text("weight_g,bill_mm,island,ringed,other\n3500,39,north,yes,x\n4900,48.5,,,y\n")
    run = tables.request_scoring("kinds", source=TableSource(path=str(file)))
    take_in(tables, run.name)
    assert [row["class"] for row in tables.scored_rows(run.name)] == ["narrow", "broad"]
    file.write_text("weight_g\n3500\n")
    run = tables.request_scoring("kinds", source=TableSource(path=str(file)), name="short")
    claimed = tables.claim_run("worker", 60.0)
    assert claimed is not None
    assert tables.record_events(claimed, carry_out(tables, "short"))
    failure = tables.run("short").failure
    assert failure is not None
    assert 'no column "bill_mm"' in failure.what


def test_a_drawn_pipeline_trains_on_rows_and_scores_them(tables: Workspace) -> None:
    pipeline = (
        Pipeline()
        .add("rows", "table", name="birds")
        .add("fill", "clean_missing", method="median")
        .add("target", "choose_target", target=TARGET)
        .add("layers", "table_classifier", units=(8,), dropout=0.0)
        .add("train", "train", epochs=20, batch_size=32, learning_rate=0.03)
        .add("judge", "evaluate")
        .add("score", "score", split="test")
        .connect("rows", "table", "fill", "table")
        .connect("fill", "table", "target", "table")
        .connect("target", "dataset", "train", "dataset")
        .connect("layers", "model", "train", "model")
        .connect("target", "dataset", "judge", "dataset")
        .connect("train", "model", "judge", "model")
        .connect("target", "dataset", "score", "dataset")
        .connect("train", "model", "score", "model")
    )
    drawn.submit(tables, Draft(pipeline=pipeline), "drawn")
    drawn.carry_out(tables, "drawn")
    assert tables.run("drawn").failure is None
    answers = drawn.node(tables, "drawn", "score").outputs["predictions"]
    assert isinstance(answers, PredictionsValue)
    assert answers.count == tables.dataset("birds").split_counts[2]
    rows = records_of(read_parquet(tables.artifacts.path(answers.table)))
    right = [row[TARGET] == row["answer"] for row in rows]
    assert sum(right) / len(right) == pytest.approx(tables.evaluation("drawn").accuracy)
    assert sum(right) / len(right) > 0.8
    version = tables.register_model("drawn", "drawn")
    assert version.table is not None
    assert not any(column.missing for column in version.table.columns)
