"""Programs that were written for other servers, unmodified, against a real server of the endpoints."""

from __future__ import annotations

import base64
import io
import json
import socket
import threading
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import requests
import uvicorn
from hypothesis import HealthCheck, Phase, given, settings
from PIL import Image

from studio.ml.predict import Predictor
from studio.serving import create_app
from studio.workspace import Workspace
from tests.trained import model_files, register, register_texts

SHAPE = (8, 8, 1)
NAMES = ("apple", "fish", "the Eiffel Tower")
PIXELS = np.random.default_rng(0).integers(0, 256, (5, *SHAPE), np.uint8)


@dataclass(frozen=True)
class Served:
    """Two endpoints, `fruit` of pictures and `words` of texts, on a real port, and their keys."""

    port: int
    key: str
    words_key: str
    expected: Any

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("clients")
    workspace = Workspace.open(folder / "home")
    register(workspace, "drawings", shape=SHAPE, class_names=NAMES, alias="champion")
    register_texts(workspace, "reviews", folder, alias="champion")
    _, key = workspace.deploy("drawings@champion", "fruit")
    _, words_key = workspace.deploy("reviews@champion", "words")
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()  # from here on callers wait instead of being refused
        config = uvicorn.Config(
            create_app(workspace), log_level="warning", lifespan="off", access_log=False
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            expected = Predictor(model_files(SHAPE, 3, 0)["model.tflite"]).predict(PIXELS)
            yield Served(listening.getsockname()[1], key, words_key, expected)
        finally:
            server.should_exit = True
            thread.join(10)
    workspace.close()


def png(sample: Any) -> bytes:
    content = io.BytesIO()
    Image.fromarray(sample[..., 0]).save(content, "PNG")
    return content.getvalue()


def test_tensorflow_servings_examples(served: Served) -> None:
    """As `resnet_client.py` of TensorFlow Serving and its REST tutorial ask."""
    url = f"{served.url}/v1/models/fruit:predict"
    jpeg = base64.b64encode(png(PIXELS[0])).decode("utf-8")
    predict_request = f'{{"instances" : [{{"b64": "{jpeg}"}}]}}'
    response = requests.post(url, data=predict_request, headers=served.headers, timeout=60)
    response.raise_for_status()
    assert np.allclose(response.json()["predictions"][0], served.expected[0], atol=1e-6)

    data = json.dumps({"signature_name": "serving_default", "instances": PIXELS[0:3].tolist()})
    headers = {"content-type": "application/json", **served.headers}
    json_response = requests.post(url, data=data, headers=headers, timeout=60)
    predictions = json.loads(json_response.text)["predictions"]
    assert np.allclose(predictions, served.expected[0:3], atol=1e-6)
    status = requests.get(f"{served.url}/v1/models/fruit", timeout=60).json()
    assert status["model_version_status"][0]["state"] == "AVAILABLE"


def test_tritons_client(served: Served) -> None:
    import tritonclient.http as httpclient
    from tritonclient.utils import InferenceServerException

    with httpclient.InferenceServerClient(f"127.0.0.1:{served.port}") as client:
        assert client.is_server_live()
        assert client.is_server_ready()
        assert client.is_model_ready("fruit", "1")
        assert client.is_model_ready("fruit")
        assert not client.is_model_ready("pear")
        assert "binary_tensor_data" in client.get_server_metadata()["extensions"]
        found = client.get_model_metadata("fruit")
        assert found["inputs"] == [{"name": "image", "datatype": "UINT8", "shape": [-1, *SHAPE]}]

        image = httpclient.InferInput("image", list(PIXELS.shape), "UINT8")
        for binary in (True, False):
            image.set_data_from_numpy(PIXELS, binary_data=binary)
            outputs = [
                httpclient.InferRequestedOutput(name, binary_data=binary)
                for name in ("probabilities", "class", "confidence")
            ]
            result = client.infer(
                "fruit", [image], outputs=outputs, request_id="7", headers=served.headers
            )
            check(result, served.expected, words=bytes if binary else str)
            assert result.get_response()["id"] == "7"
        image.set_data_from_numpy(PIXELS)
        everything = client.infer(
            "fruit", [image], headers=served.headers, request_compression_algorithm="gzip"
        )
        check(everything, served.expected, words=bytes)

        floats = httpclient.InferInput("x", [5, 64], "FP32")
        floats.set_data_from_numpy(PIXELS.reshape(5, 64).astype(np.float32))
        best = [httpclient.InferRequestedOutput("probabilities", class_count=1)]
        top = client.infer("fruit", [floats], outputs=best, headers=served.headers).as_numpy(
            "probabilities"
        )
        places = [int(line[0].decode().split(":")[1]) for line in top]
        assert places == served.expected.argmax(axis=1).tolist()

        files = httpclient.InferInput("image", [5], "BYTES")
        files.set_data_from_numpy(np.array([png(sample) for sample in PIXELS], np.object_))
        check(client.infer("fruit", [files], headers=served.headers), served.expected, words=bytes)
        texts = httpclient.InferInput("text", [2], "BYTES")
        texts.set_data_from_numpy(np.array(["a good film", "ein schöner Film"], np.object_))
        key = {"Authorization": f"Bearer {served.words_key}"}
        assert client.infer("words", [texts], headers=key).as_numpy("probabilities").shape == (2, 2)

        for name, headers in (("pear", served.headers), ("fruit", {}), ("words", served.headers)):
            with pytest.raises(InferenceServerException) as refused:
                client.infer(name, [image], headers=headers)
            assert refused.value.status() in ("404", "401")


def check(result: Any, expected: Any, words: type) -> None:
    assert np.allclose(result.as_numpy("probabilities"), expected, atol=1e-6)
    assert np.allclose(result.as_numpy("confidence"), expected.max(axis=1), atol=1e-6)
    names = [
        name.decode() if words is bytes else str(name) for name in result.as_numpy("class").tolist()
    ]
    assert names == [NAMES[place] for place in expected.argmax(axis=1)]


def test_mlflows_client(served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of MLflow about itself
        import pandas as pd
        from mlflow.pyfunc.scoring_server.client import ScoringServerClient

    logins = tmp_path / "netrc"
    logins.write_text(f"machine 127.0.0.1 login studio password {served.key}\n")
    monkeypatch.setenv("NETRC", str(logins))
    tables = (
        PIXELS,
        pd.DataFrame(PIXELS.reshape(5, -1)),
        pd.DataFrame({"image": [base64.b64encode(png(sample)).decode() for sample in PIXELS]}),
    )
    # The key says which endpoint is asked, or its address does.
    for client in (
        ScoringServerClient("127.0.0.1", served.port),
        ScoringServerClient("127.0.0.1", f"{served.port}/mlflow/fruit"),
    ):
        client.wait_server_ready(timeout=60)
        assert client.get_version()[0].isdigit()
        for table in tables:
            answers = client.invoke(table).get_predictions("ndarray")
            assert np.allclose(answers, served.expected, atol=1e-6)
    # Without a file of logins, the key stands before the host.
    monkeypatch.setenv("NETRC", str(tmp_path / "none"))
    words = ScoringServerClient(f"studio:{served.words_key}@127.0.0.1", served.port)
    assert words.invoke(pd.DataFrame({"text": ["a good film", "bad"]})).get_predictions().shape == (
        2,
        2,
    )
    with pytest.raises(Exception, match="401"):
        ScoringServerClient("127.0.0.1", f"{served.port}/mlflow/fruit").invoke(PIXELS)
    csv = "text\na good film\n"
    for kind, status in (("text/csv", 200), ("text/plain", 415)):
        sent = {"content-type": kind, "x-api-key": served.words_key}
        answer = requests.post(f"{served.url}/invocations", data=csv, headers=sent, timeout=60)
        assert answer.status_code == status, answer.text


def test_azures_sample_code(served: Served) -> None:
    """As the Consume tab of a real-time endpoint has it."""
    import urllib.error
    import urllib.request

    data = {
        "Inputs": {
            "WebServiceInput0": [{"image": base64.b64encode(png(PIXELS[0])).decode(), "id": 3}]
        },
        "GlobalParameters": {},
    }
    body = str.encode(json.dumps(data))

    def ask(key: str) -> Any:
        headers = {"Content-Type": "application/json", "Authorization": "Bearer " + key}
        req = urllib.request.Request(f"{served.url}/score", body, headers)
        return json.loads(urllib.request.urlopen(req, timeout=60).read())

    (row,) = ask(served.key)["Results"]["WebServiceOutput0"]
    assert row["id"] == 3
    assert row["Scored Labels"] == NAMES[int(served.expected[0].argmax())]
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask("wrong")
    assert refused.value.code in (400, 401)
    assert set(json.loads(refused.value.read())["error"]) == {"code", "message", "details"}


def test_the_documents_examples_are_answered(served: Served) -> None:
    for name, key in (("fruit", served.key), ("words", served.words_key)):
        document = requests.get(f"{served.url}/openapi.json", {"endpoint": name}, timeout=60).json()
        for path, operations in document["paths"].items():
            if "post" not in operations or path.startswith(("/labelstudio", "/pipelines")):
                continue
            example = operations["post"]["requestBody"]["content"]["application/json"]["example"]
            place = path.replace("{name}", name).replace("{version}", "1")
            answer = requests.post(
                served.url + place, json=example, headers={"x-api-key": key}, timeout=10
            )
            assert answer.status_code == 200, (path, answer.text)


def test_no_request_of_the_documents_forms_makes_the_server_fail(served: Served) -> None:
    """Schemathesis sends what the OpenAPI document allows, and what it does not."""
    import schemathesis
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks

    schema = schemathesis.openapi.from_url(f"{served.url}/openapi.json?endpoint=fruit")
    wanted = [
        not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_schema_conformance,
    ]
    statuses: Counter[int] = Counter()

    def ask(case: Any) -> None:
        named = case.path_parameters or {}
        if "name" in named and statuses.total() % 4:
            named["name"] = "fruit"
        login = {} if "/labelstudio" in case.path else served.headers
        answer = case.call(headers=login, auth=None if login else ("studio", served.key))
        statuses[answer.status_code] += 1
        case.validate_response(answer, checks=wanted)

    for found in schema.get_all_operations():
        operation = found.ok()
        if "/versions/" in operation.path:  # the same code as without
            continue
        posts = operation.method.upper() == "POST"
        bounded = settings(
            max_examples=4 if posts else 1,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        for mode in GenerationMode if posts else [GenerationMode.POSITIVE]:
            bounded(given(case=operation.as_strategy(generation_mode=mode))(ask))()
    assert statuses.total() > 80
    assert {200, 400, 404} <= set(statuses)
