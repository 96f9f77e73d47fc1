"""The page and the document of the endpoints, and that both say what is so."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Page, expect

from studio.core.configs import ModelConfig
from studio.core.model import EndpointState
from studio.serving import docs, labelstudio
from studio.serving.dialects import DIALECTS
from studio.serving.examples import examples
from studio.serving.exchange import Asked
from studio.serving.openapi import document
from studio.serving.routes import allowed, match
from studio.serving.taken import taken
from tests.client import TestClient
from tests.serving.versions import NAMES, PICTURES, STROKES, TEXTS, state, version

LOUD = "<b>loud</b>"
FRUIT = version().model_copy(update={"class_names": (*NAMES, LOUD)})
STATES = {"fruit": state(FRUIT), "words": state(version(TEXTS, (0, 0, 0)), "words")}


def application(states: Mapping[str, EndpointState] = STATES) -> FastAPI:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    docs.install(app, lambda: states)
    return app


def test_every_address_of_the_document_is_answered_as_it_says() -> None:
    for path, operations in document(STATES)["paths"].items():
        if path.startswith(("/labelstudio", "/pipelines")) or path == "/metrics":
            continue
        place = path.replace("{name}", "fruit").replace("{version}", "3")
        assert {method.upper() for method in operations} == set(allowed(place)), path
        for method, operation in operations.items():
            target = match(method.upper(), place)
            assert target is not None
            assert (target.action == "predict") == ("security" in operation), path


def test_every_dialect_and_label_studio_are_in_the_document() -> None:
    paths = document({})["paths"]
    tagged = {
        operation["tags"][0] for operations in paths.values() for operation in operations.values()
    }
    assert len(tagged) == len(DIALECTS) + 3
    app = FastAPI()
    labelstudio.install(app, None, None, None)  # type: ignore[arg-type]
    for path, operations in app.openapi()["paths"].items():
        assert set(paths[path]) == set(operations), path
    ids = [
        operation["operationId"]
        for operations in paths.values()
        for operation in operations.values()
    ]
    assert len(ids) == len(set(ids))


def test_links_of_the_document_lead_somewhere() -> None:
    found = document(STATES, endpoint="fruit")
    names = set(found["components"]["schemas"])
    linked = {
        part.partition('"')[0] for part in json.dumps(found).split("#/components/schemas/")[1:]
    }
    assert linked == names


@pytest.mark.parametrize(
    ("config", "shape"),
    [(PICTURES, (28, 28, 1)), (PICTURES, (20, 30, 3)), (TEXTS, (0, 0, 0)), (STROKES, (28, 28, 1))],
)
def test_examples_are_samples_of_the_model(
    config: ModelConfig, shape: tuple[int, int, int]
) -> None:
    model = version(config, shape)
    for dialect, body in examples(taken(model)).items():
        content = json.dumps(body).encode()
        asked = Asked({"content-type": "application/json"}, content)
        query = DIALECTS[dialect].read(asked, model)
        assert query.count == 1
        if config is PICTURES:
            assert query.samples.max() > 200, "the example is an empty picture"


def test_the_document_is_for_the_endpoint_that_is_named() -> None:
    client = TestClient(application())
    words = client.get("/openapi.json?endpoint=words").json()
    assert "Übung" in words["info"]["description"]
    post = words["paths"]["/v1/models/{name}:predict"]["post"]
    assert post["parameters"][0]["example"] == "words"
    example = post["requestBody"]["content"]["application/json"]["example"]
    assert isinstance(example["instances"][0], str)
    for query in ("", "?endpoint=nothing", "?endpoint="):
        assert client.get(f"/openapi.json{query}").json()["openapi"] == "3.1.0"
    assert TestClient(application({})).get("/openapi.json").status_code == 200


def test_the_page_loads_nothing_from_elsewhere() -> None:
    client = TestClient(application(), raise_server_exceptions=False)
    page = client.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-security-policy"].startswith(
        "default-src 'none'; script-src 'self';"
    )
    assert "//" not in page.text.replace("<!doctype html>", "")
    for name in ("swagger-ui-bundle.js", "swagger-ui.css", "docs.js", "docs.css"):
        assert f"docs/assets/{name}" in page.text
        assert client.get(f"/docs/assets/{name}").status_code == 200
    for name in ("swagger-ui.LICENSE.txt", "..%2fdocs.py", "nothing.js"):
        assert client.get(f"/docs/assets/{name}").status_code != 200


@contextmanager
def running(app: FastAPI) -> Iterator[str]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()  # from here on callers wait instead of being refused
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)


@pytest.mark.e2e
def test_the_page_is_read_and_tried_in_a_browser(page: Page) -> None:
    said: list[str] = []
    asked: list[str] = []
    page.on(
        "console",
        lambda message: said.append(message.text) if message.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    with running(application()) as url:
        page.set_viewport_size({"width": 390, "height": 800})
        page.emulate_media(color_scheme="dark")
        page.goto(f"{url}/docs?endpoint=fruit")
        expect(page.get_by_text("The examples are for the endpoint")).to_be_visible()
        expect(page.get_by_text(NAMES[1]).first).to_be_visible()
        expect(page.get_by_text(LOUD)).to_be_visible()
        operation = page.locator("#operations-TensorFlow_Serving-post_v1_models_name_predict")
        operation.get_by_role("button").first.click()
        expect(operation.locator("input[placeholder=name]")).to_have_value("fruit")
        expect(operation.locator("textarea").first).to_have_value(re.compile("b64"))
        page.wait_for_function("document.documentElement.scrollWidth <= 390")
        assert (
            page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgba(0, 0, 0, 0)"
        )
    assert not said
    assert {place.startswith((url, "data:")) for place in asked} == {True}
