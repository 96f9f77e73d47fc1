from __future__ import annotations

import base64
import io
import json
import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from PIL import Image

from studio.core.layer import format_shape
from studio.ml.predict import Predictor
from studio.serving import create_app
from studio.serving.body import BODY_LIMIT_BYTES
from studio.workspace import Workspace
from tests.client import TestClient
from tests.compute.conftest import until
from tests.serving.conftest import Deployment
from tests.trained import model_files, register

PREDICT = "/v1/models/fruit:predict"


def pixels(count: int = 1, shape: tuple[int, ...] = (8, 8, 1)) -> Any:
    return np.random.default_rng(count).integers(0, 256, (count, *shape), np.uint8)


def asked_directly(samples: Any, seed: int = 0) -> Any:
    return Predictor(model_files((8, 8, 1), 3, seed)["model.tflite"]).predict(samples)


def encoded(samples: Any, file_format: str = "PNG") -> dict[str, str]:
    content = io.BytesIO()
    Image.fromarray(samples).save(content, file_format)
    return {"b64": base64.b64encode(content.getvalue()).decode()}


@pytest.mark.parametrize("shape", [(8, 8, 1), (8, 8), (64,)])
def test_pixels_are_answered_as_the_model_does(
    deployment: Deployment, shape: tuple[int, ...]
) -> None:
    samples = pixels(20)
    instances = samples.reshape(20, *shape).tolist()
    status, answer = deployment.ask({"instances": instances})
    assert status == 200
    assert list(answer) == ["predictions"]
    assert np.allclose(answer["predictions"], asked_directly(samples), atol=1e-6)
    status, answer = deployment.ask({"inputs": instances, "signature_name": "serving_default"})
    assert status == 200
    assert list(answer) == ["outputs"]
    assert np.allclose(answer["outputs"], asked_directly(samples), atol=1e-6)


def test_values_may_be_wrapped_in_the_inputs_name(deployment: Deployment) -> None:
    samples = pixels(2)
    expected = asked_directly(samples)
    rows = {"instances": [{"image": sample} for sample in samples.tolist()]}
    columns = {"inputs": {"image": samples.tolist()}}
    assert np.allclose(deployment.ask(rows)[1]["predictions"], expected, atol=1e-6)
    assert np.allclose(deployment.ask(columns)[1]["outputs"], expected, atol=1e-6)


def test_pictures_are_read_as_datasets_read_them(deployment: Deployment) -> None:
    sample = pixels()[0]
    exact = encoded(sample[:, :, 0])
    larger = encoded(np.kron(sample[:, :, 0], np.ones((5, 5), np.uint8)), "WEBP")
    colour = encoded(np.repeat(sample, 3, axis=2))
    status, answer = deployment.ask(
        {"instances": [exact, {"image": exact}, sample.tolist(), larger, colour]}
    )
    assert status == 200
    expected = asked_directly(sample[None])[0]
    for predicted in answer["predictions"][:3]:
        assert np.allclose(predicted, expected, atol=1e-6)
    assert len(answer["predictions"]) == 5


def test_colour_and_oblong_models_get_what_they_take(
    workspace: Workspace, deployment: Deployment
) -> None:
    shape = (6, 10, 3)
    register(workspace, "oblong", shape=shape, class_names=("one", "two"))
    _, key = workspace.deploy("oblong", "wide")
    sample = pixels(1, shape)
    response = deployment.client.post(
        "/v1/models/wide:predict",
        json={"instances": [encoded(sample[0]), sample[0].tolist()]},
        headers={"x-api-key": key, "authorization": ""},
    )
    expected = Predictor(model_files(shape, 2, 0)["model.tflite"]).predict(sample)[0]
    assert np.allclose(response.json()["predictions"], [expected, expected], atol=1e-6)


def test_the_answer_names_the_model(deployment: Deployment) -> None:
    response = deployment.client.post(PREDICT, json={"instances": pixels().tolist()})
    assert response.headers["studio-model"] == "drawings:1"


def test_status_and_metadata_are_tensorflow_servings(deployment: Deployment) -> None:
    for path in ("/v1/models/fruit", "/v1/models/fruit/versions/1"):
        assert deployment.client.get(path).json() == {
            "model_version_status": [
                {
                    "version": "1",
                    "state": "AVAILABLE",
                    "status": {"error_code": "OK", "error_message": ""},
                }
            ]
        }
    found = deployment.client.get("/v1/models/fruit/metadata").json()
    assert found["model_spec"] == {"name": "fruit", "signature_name": "", "version": "1"}
    signature = found["metadata"]["signature_def"]["signature_def"]["serving_default"]
    dimensions = signature["inputs"]["image"]["tensor_shape"]["dim"]
    assert [dimension["size"] for dimension in dimensions] == ["-1", "8", "8", "1"]
    assert signature["inputs"]["image"]["dtype"] == "DT_UINT8"
    assert found["metadata"]["class_names"] == ["apple", "fish", "the Eiffel Tower"]


def test_health_and_openapi_need_no_key(deployment: Deployment) -> None:
    client = TestClient(deployment.client.app)
    assert client.get("/health").json() == {"status": "ok"}
    described = client.get("/openapi.json").json()
    assert "/v1/models/{name}:predict" in described["paths"]
    assert client.get("/docs").status_code == 200
    assert client.get("/redoc").status_code == 404


def test_a_moved_alias_is_followed_and_versions_stay_reachable(deployment: Deployment) -> None:
    sample = pixels()
    body = {"instances": sample.tolist()}
    register(deployment.workspace, "drawings", seed=1)
    assert np.allclose(deployment.ask(body)[1]["predictions"], asked_directly(sample), atol=1e-6)
    deployment.workspace.set_alias("drawings", "champion", 2)
    second = asked_directly(sample, seed=1)
    assert not np.allclose(second, asked_directly(sample), atol=1e-3)
    assert np.allclose(deployment.ask(body)[1]["predictions"], second, atol=1e-6)
    status = deployment.client.get("/v1/models/fruit").json()
    assert status["model_version_status"][0]["version"] == "2"
    first = deployment.ask(body, "/v1/models/fruit/versions/1:predict")[1]
    assert np.allclose(first["predictions"], asked_directly(sample), atol=1e-6)


def test_changes_arrive_by_themselves(workspace: Workspace) -> None:
    register(workspace, "drawings", alias="champion")
    register(workspace, "drawings", seed=1)
    workspace.deploy("drawings@champion", "fruit")
    client = TestClient(create_app(workspace, hosts=["testserver"]))

    def served() -> str:
        found = client.get("/v1/models/fruit").json()
        return str(found["model_version_status"][0]["version"])

    assert served() == "1"
    workspace.set_alias("drawings", "champion", 2)
    until(lambda: served() == "2")
    workspace.retire_endpoint("fruit")
    until(lambda: client.get("/v1/models/fruit").status_code == 404)


def test_a_retired_endpoint_answers_no_more(deployment: Deployment) -> None:
    deployment.workspace.retire_endpoint("fruit")
    status, answer = deployment.ask({"instances": pixels().tolist()})
    assert status == 404
    assert "fruit" in answer["error"]


def test_a_renewed_key_replaces_the_old_one(deployment: Deployment) -> None:
    body = {"instances": pixels().tolist()}
    assert deployment.ask(body)[0] == 200
    key = deployment.workspace.renew_key("fruit")
    assert deployment.ask(body)[0] == 401
    renewed = deployment.client.post(PREDICT, json=body, headers={"authorization": f"bearer {key}"})
    assert renewed.status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer wrong"},
        {"authorization": "Bearer "},
        {"authorization": "Basic {key}"},
        {"authorization": "{key}"},
        {"x-api-key": "wrong"},
        {"x-api-key": ""},
        {"authorization": "Bearer inside"},
        {"x-api-key": "ünknown".encode()},
    ],
)
def test_without_the_key_nothing_is_answered(deployment: Deployment, headers: Any) -> None:
    client = TestClient(deployment.client.app)
    sent = {
        name: value.format(key=deployment.key) if isinstance(value, str) else value
        for name, value in headers.items()
    }
    response = client.post(PREDICT, json={"instances": pixels().tolist()}, headers=sent)
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert list(response.json()) == ["error"]
    assert deployment.key not in response.text


@pytest.mark.parametrize(
    ("address", "status"),
    [("127.0.0.1", 200), ("::1", 200), ("::ffff:127.0.0.1", 200), ("10.0.0.7", 401)],
)
def test_the_internal_key_opens_from_this_machine_only(
    deployment: Deployment, address: str, status: int
) -> None:
    client = TestClient(deployment.client.app, client=(address, 50000))
    response = client.post(
        PREDICT, json={"instances": pixels().tolist()}, headers={"authorization": "Bearer inside"}
    )
    assert response.status_code == status


def test_without_an_internal_key_none_opens(deployment: Deployment) -> None:
    app = create_app(deployment.workspace, hosts=["testserver"])
    client = TestClient(app, client=("127.0.0.1", 50000))
    for key in ("", "None", "inside"):
        sent = {"authorization": f"Bearer {key}"}
        response = client.post(PREDICT, json={"instances": pixels().tolist()}, headers=sent)
        assert response.status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/models/fruits", 404),
        ("GET", "/v1/models/drawings", 404),
        ("POST", "/v1/models/nothing:predict", 404),
        ("GET", "/v1/models/fruit/versions/9", 404),
        ("GET", "/v1/models/fruit/versions/first", 404),
        ("GET", f"/v1/models/fruit/versions/{10**30}", 404),
        ("POST", "/v1/models/fruit/versions/9:predict", 404),
        ("GET", "/v1/models/fruit/versions/9/metadata", 404),
        ("GET", "/v1/models/%00", 404),
        ("GET", PREDICT, 405),
        ("DELETE", "/v1/models/fruit", 405),
        ("POST", "/v1/models/fruit:classify", 404),
        ("GET", "/", 404),
    ],
)
def test_unknown_addresses_answer_in_one_shape(
    deployment: Deployment, method: str, path: str, status: int
) -> None:
    response = deployment.client.request(method, path)
    assert response.status_code == status, response.text
    assert list(response.json()) == ["error"]


def test_a_near_name_is_suggested(deployment: Deployment) -> None:
    assert "fruit" in deployment.client.get("/v1/models/friut").json()["error"]


SAMPLE = [[0] * 8] * 8


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"instances"',
        b"\xff\xfe\x00",
        b'{"instances": [[NaN]]}',
        b'{"instances": [[Infinity]]}',
        b'{"instances": [[1e999]]}',
        b'{"instances": [[' + b"9" * 5000 + b"]]}",
        b"[" * 1_000_000,
        b'{"a":' * 100_000,
        b'{"instances": ' + b"[" * 65 + b"]" * 65 + b"}",
        b'{"instances": "' + b'\\"' * 100_000,
    ],
)
def test_malformed_json_is_refused(deployment: Deployment, content: bytes) -> None:
    response = deployment.client.post(PREDICT, content=content)
    assert response.status_code == 400, response.text
    assert list(response.json()) == ["error"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "neither"),
        ({"instance": [SAMPLE]}, "neither"),
        ({"instances": [SAMPLE], "inputs": [SAMPLE]}, "both"),
        ({"instances": [SAMPLE], "signature_name": "other"}, "signature"),
        ({"instances": []}, "empty"),
        ({"instances": None}, "null"),
        ({"instances": {"image": [SAMPLE]}}, "object"),
        ({"instances": "x"}, "text"),
        ({"instances": SAMPLE[0]}, "a number"),
        ({"instances": SAMPLE}, "8 "),
        ({"instances": [[]]}, "0"),
        ({"instances": [[[0] * 8] * 7]}, "7"),
        ({"instances": [[0] * 63]}, "63"),
        ({"instances": [[[[0, 0, 0]] * 8] * 8]}, "3"),
        ({"instances": [[[0] * 8] * 7 + [[0] * 7]]}, "ragged"),
        ({"instances": [[[0] * 8] * 7 + [0]]}, "ragged"),
        ({"instances": [[0] * 63 + [256]]}, "256"),
        ({"instances": [[0] * 63 + [-1]]}, "-1"),
        ({"instances": [[0] * 63 + [0.5]]}, "0.5"),
        ({"instances": [[0] * 63 + [10**400]]}, "digits"),
        ({"instances": [[0] * 63 + [10**9]]}, "1e+09"),
        ({"instances": [[0] * 63 + ["7"]]}, "'7'"),
        ({"instances": [[0] * 63 + [None]]}, "null"),
        ({"instances": [[0] * 63 + [True]]}, "true"),
        ({"instances": [[0] * 63 + [{}]]}, "object"),
        ({"instances": [{}]}, "object"),
        ({"instances": [{"b64": 5}]}, "a number"),
        ({"instances": [{"b64": ""}]}, "empty"),
        ({"instances": [{"b64": "%%%"}]}, "base64"),
        ({"instances": [{"b64": "ä"}]}, "base64"),
        ({"instances": [{"b64": base64.b64encode(b"<!doctype html>").decode()}]}, "web page"),
        (
            {"instances": [{"b64": base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()}]},
            "PNG|picture|dam",
        ),
        ({"instances": [{"b64": "", "image": []}]}, "object"),
        ({"instances": [[0] * 64] * 257}, "257"),
        ({"inputs": {"picture": [SAMPLE]}}, "object"),
    ],
)
def test_what_is_no_sample_is_refused(deployment: Deployment, body: Any, words: str) -> None:
    before = deployment.workspace.endpoints()
    status, answer = deployment.ask(body)
    assert status == 400 or "signature_name" in body
    assert list(answer) == ["error"]
    assert any(word in answer["error"] for word in words.split("|")), answer
    assert deployment.workspace.endpoints() == before


def test_wrong_shapes_are_told_the_right_one(deployment: Deployment) -> None:
    _, answer = deployment.ask({"instances": [[[0] * 28] * 28]})
    assert "28" in answer["error"]
    assert format_shape((8, 8, 1)) in answer["error"]


def test_many_short_texts_beside_a_long_one_cost_little(deployment: Deployment) -> None:
    """NumPy would reserve the longest text's size for each of them."""
    texts = ["x" * 4_000_000, *["y"] * 500_000]
    assert deployment.ask({"instances": [texts]})[0] == 400


def test_large_bodies_are_refused_however_they_come(deployment: Deployment) -> None:
    whole = b" " * (BODY_LIMIT_BYTES + 1)
    parts = (b" " * 1024**2 for _ in range(9))
    for content in (whole, parts):
        response = deployment.client.post(PREDICT, content=content)
        assert response.status_code == 413
        assert list(response.json()) == ["error"]
    exact = json.dumps({"instances": pixels().tolist()}).encode().ljust(BODY_LIMIT_BYTES)
    assert deployment.client.post(PREDICT, content=exact).status_code == 200


def test_foreign_host_names_are_refused(deployment: Deployment) -> None:
    response = deployment.client.get("/health", headers={"host": "evil.example"})
    assert response.status_code == 403
    assert list(response.json()) == ["error"]


def test_a_damaged_model_is_told_and_other_endpoints_go_on(deployment: Deployment) -> None:
    workspace = deployment.workspace
    register(workspace, "other", seed=1)
    workspace.deploy("other", "broken")
    path = workspace.model_file(workspace.model("other"), "tflite")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    response = deployment.client.get("/v1/models/broken")
    assert response.status_code == 503
    assert response.headers["retry-after"] == "1"
    assert "damaged" in response.json()["error"]
    assert deployment.client.get("/v1/models/fruit").status_code == 200


def test_unexpected_failures_are_logged_and_told_plainly(
    deployment: Deployment, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("secret detail")

    assert deployment.ask({"instances": pixels().tolist()})[0] == 200
    monkeypatch.setattr(Predictor, "predict", fails)
    with caplog.at_level(logging.ERROR, "studio.serving"):
        status, answer = deployment.ask({"instances": pixels().tolist()})
        path = "/azure/fruit/score"
        azure = deployment.ask({"Inputs": {"WebServiceInput0": [{"image": [0] * 64}]}}, path)[1]
    assert status == 500
    assert azure["error"]["code"] == 500
    assert "secret" not in answer["error"]
    assert "secret detail" in caplog.text


def test_many_callers_at_once_get_their_own_answers(deployment: Deployment) -> None:
    samples = pixels(24)
    expected = asked_directly(samples)

    def ask(number: int) -> Any:
        return deployment.ask({"instances": [samples[number].tolist()]})[1]["predictions"][0]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(24)))
    assert np.allclose(answers, expected, atol=1e-6)


def test_predictions_write_nothing(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    writes: list[str] = []
    database = deployment.workspace._studio
    monkeypatch.setattr(database, "tx", lambda: writes.append("tx"))
    assert deployment.ask({"instances": pixels().tolist()})[0] == 200
    assert writes == []


def test_endpoints_load_no_tensorflow() -> None:
    script = "import sys, studio.serving; print(*{'tensorflow', 'keras', 'streamlit'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
