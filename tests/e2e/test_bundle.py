"""A model's web page in a real browser: from a web server, from disk, and inside the studio, which compares."""

from __future__ import annotations

import functools
import http.server
import io
import json
import math
import re
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Page, expect
from starlette.responses import HTMLResponse

from studio.api import create_api
from studio.core.adapter import InputAdapter
from studio.core.configs import ModelConfig
from studio.core.layers import Conv2D, Dense
from studio.core.layers_sequence import Conv1D, GlobalAveragePooling1D
from studio.core.model import ModelVersion
from studio.core.model_spec import ModelSpec
from studio.core.sources import QuickDrawSource
from studio.core.standard import training_pipeline
from studio.core.strokes import StrokeSettings, encode_strokes
from studio.core.training import TrainingConfig
from studio.exports.browser import single_page
from studio.ml.backend import keras, tf
from studio.ml.export import litert_bytes
from studio.ml.predict import Predictor
from studio.ui.components.bundles import manifest
from studio.workspace import Workspace
from tests.e2e.conftest import draw
from tests.trained import TEXT_CONFIG, model_files
from tests.workspace.conftest import carried_through

MODEL = ModelConfig(layers=(Conv2D(filters=16), Conv2D(filters=32), Dense(units=64)))
STROKES = ModelConfig(
    input="strokes",
    strokes=StrokeSettings(points=12),
    layers=(Conv1D(filters=4), GlobalAveragePooling1D()),
)
TRAINING = TrainingConfig(epochs=1, batch_size=64, learning_rate=0.002)
TOKEN = "2|8d9ac1b2|0123456789abcdef|1700000000"
HOLDER = """<!doctype html><link rel="icon" href="data:,"><div id="place"></div><script type="module">
document.cookie = "_streamlit_xsrf=%(token)s; path=/";
const { default: mount } = await import("/api/assets/%(file)s");
window.told = [];
mount({ name: "browser_replay", key: "x", data: { model: "drawings", version: 1 },
  parentElement: document.querySelector("#place").attachShadow({ mode: "open" }),
  setStateValue: (name, value) => window.told.push([name, value]), setTriggerValue: () => {} });
</script>"""


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Iterator[Workspace]:
    """A workspace with a model trained on Quick, Draw! drawings, whose pages were made."""
    folder = shared_data / "quickdraw"
    workspace = Workspace.open(tmp_path_factory.mktemp("bundle") / "home")
    names = tuple(sorted(path.stem for path in folder.glob("*.npy")))
    source = QuickDrawSource(categories=names, per_class=1000, folder=str(folder))
    workspace.add_dataset("drawings", source)
    workspace.submit(training_pipeline("drawings", MODEL, TRAINING), name="one")
    carried_through(workspace, "one")
    workspace.register_model("one", "drawings")
    run = workspace.request_export("drawings", formats=("browser", "page"))
    ended = carried_through(workspace, run.name)
    assert ended.failure is None, ended.failure
    yield workspace
    workspace.close()


@pytest.fixture
def version(trained: Workspace) -> ModelVersion:
    return trained.model("drawings")


@pytest.fixture
def watched(page: Page) -> Iterator[list[str]]:
    """Notes every address that is asked for; fails on anything in the console."""
    faults: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: faults.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: faults.append(f"page error: {error}"))
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    yield asked
    assert faults == []


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def served(trained: Workspace, version: ModelVersion, tmp_path: Path) -> Iterator[str]:
    """The address of the folder on Python's own web server."""
    content = trained.model_bytes(version, "browser")
    zipfile.ZipFile(io.BytesIO(content)).extractall(tmp_path)
    handler = functools.partial(Quiet, directory=str(tmp_path / "drawings-1"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def circle(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    turns = [2 * math.pi * part / 16 for part in range(17)]
    return [(x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns]


BICYCLE = [
    circle(0.25, 0.62, 0.17),
    circle(0.75, 0.62, 0.17),
    [(0.25, 0.62), (0.4, 0.38), (0.65, 0.38), (0.5, 0.62), (0.25, 0.62)],
    [(0.5, 0.62), (0.4, 0.38)],
    [(0.75, 0.62), (0.62, 0.3), (0.7, 0.28)],
    [(0.36, 0.33), (0.44, 0.33)],
]


def ask_everything(page: Page, *, dark: bool = False) -> None:
    """Draw a bicycle, give it a picture of that, show it something by the camera."""
    expect(page.locator("html[data-ready]")).to_be_attached(timeout=120_000)
    draw(page, page.locator("canvas.paper"), BICYCLE)
    best = page.locator(".bars li").first
    expect(best).to_contain_text("bicycle")
    expect(page.locator("footer")).to_contain_text("Trained on drawings:1")
    drawn = page.locator("canvas.paper").screenshot()
    page.get_by_role("button", name="Picture").click()
    page.get_by_label("Picture file").set_input_files(
        {"name": "drawn.png", "mimeType": "image/png", "buffer": drawn}
    )
    page.get_by_label("Ink on paper").set_checked(not dark)
    expect(best).to_contain_text("bicycle")
    page.get_by_role("button", name="Camera").click()
    expect(page.get_by_text("No answer yet")).to_be_visible()
    page.get_by_role("button", name="Start the camera").click()
    expect(page.locator(".timing")).to_contain_text("Answered in")
    page.get_by_role("button", name="Stop the camera").click()


def test_page_from_disk_knows_a_bicycle_and_asks_nobody(trained, version, page, watched, tmp_path):
    file = tmp_path / "model.html"
    file.write_bytes(trained.model_bytes(version, "page"))
    assert file.stat().st_size < 6_000_000 + version.files["tflite"].size

    page.goto(file.as_uri())
    ask_everything(page)

    assert [url for url in watched if not url.startswith(("blob:", "data:"))] == [file.as_uri()]


def test_folder_on_a_web_server_knows_a_bicycle_and_asks_nobody_else(served, page, watched):
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    page.goto(served)
    ask_everything(page, dark=True)

    own = [url for url in watched if not url.startswith(("blob:", "data:"))]
    files = {url.removeprefix(served) for url in own}
    assert files == {"", "page.css", "page.js", "model.json", "litert.wasm.gz", "model.tflite"}
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_folder_opened_from_disk_says_what_to_do(trained, version, page, tmp_path):
    content = trained.model_bytes(version, "browser")
    zipfile.ZipFile(io.BytesIO(content)).extractall(tmp_path)

    page.goto((tmp_path / "drawings-1" / "index.html").as_uri())

    expect(page.get_by_role("alert")).to_contain_text("Put its folder on a web server")


@pytest.fixture
def studio_address(trained: Workspace) -> Iterator[str]:
    """The studio's routes, and a page that mounts the component as Streamlit does."""
    app = FastAPI()
    app.mount("/api", create_api(trained))
    holder = HOLDER % {"token": TOKEN, "file": manifest()["browser_replay"]}
    app.get("/")(lambda: HTMLResponse(holder))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    _until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/"
    server.should_exit = True
    thread.join(10)


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def test_replay_in_this_browser_joins_the_table(trained, version, studio_address, page, watched):
    page.goto(studio_address)
    page.get_by_role("button", name="Replay in this browser").click()

    said = page.get_by_role("status")
    expect(said).to_contain_text("named the model's class for 100%", timeout=120_000)
    told = page.evaluate("window.told")
    assert [name for name, _ in told] == ["replayed"]
    assert all(url.startswith((studio_address, "about:", "data:")) for url in watched)
    rows = {(row.format, row.where == "Python"): row for row in trained.exported(version).rows}
    for name in ("page", "browser"):
        row = rows[name, False]
        assert re.fullmatch(r"(Chrome|Chromium) \d+", row.where)
        assert (row.samples >= 1000, row.agreement, row.refused) == (True, 1.0, "")
        assert row.max_difference < 1e-5
        assert row.accuracy > 0.7
    answers = json.dumps({"browser": "Chrome 1", "probabilities": "AAAA"})
    refused = page.request.post(
        f"{studio_address}api/replay/drawings/1",
        data=answers,
        headers={"x-xsrftoken": TOKEN, "content-type": "application/json"},
    )
    assert refused.status == 400


TEXTS = ["", "a good film", "It’s BAD! 日本語 😀", "lone \u0301 marks and co-op_3"]
DRAWINGS = ["[[[0,255],[0,0]],[[255],[90]]]", "[[[3,9,200],[1,80,40]]]", "[[[7],[7]]]"]
NOT_PICTURES = {
    "text": (TEXT_CONFIG, TEXTS, TEXTS),
    "strokes": (STROKES, [json.loads(text) for text in DRAWINGS], DRAWINGS),
}


@pytest.mark.parametrize("kind", NOT_PICTURES)
def test_texts_and_strokes_are_answered_as_python_does(kind, page, watched, tmp_path):
    config, sent, kept = NOT_PICTURES[kind]
    tflite = model_files((28, 28, 1), 3, 1, config)["model.tflite"]
    spec = ModelSpec(
        title="m:1", config=config, class_names=("<b>a", "b", "c"), shape=(0, 0, 0), files={}
    )
    file = tmp_path / "model.html"
    file.write_bytes(single_page(spec, tflite))
    page.goto(file.as_uri())

    answers = page.evaluate(
        "async (asked) => { const found = []; for (const one of asked)"
        " found.push([...await window.studioModel(one)]); return found; }",
        sent,
    )

    predictor = Predictor(tflite, text=config.text if kind == "text" else None)
    wanted = predictor.predict(kept if kind == "text" else encode_strokes(kept, config.strokes))
    np.testing.assert_allclose(answers, wanted, atol=1e-5)
    if kind == "text":
        page.get_by_label("Text").fill("a good film")
    else:
        draw(page, page.locator("canvas.paper"), BICYCLE)
    expect(page.locator(".timing")).to_contain_text("Answered in")
    expect(page.locator(".classes")).to_have_text("Tells apart: <b>a, b, c")


def test_model_of_another_program_is_answered_as_python_does(page, watched, tmp_path):
    keras.utils.set_random_seed(3)
    inputs = keras.Input((8, 9, 3))
    x = keras.layers.Conv2D(4, 3, activation="relu")(inputs)
    logits = keras.layers.Dense(3)(keras.layers.GlobalAveragePooling2D()(x))
    taken = tf.TensorSpec((1, 8, 9, 3), tf.float32, name="x")
    tflite = litert_bytes(keras.Model(inputs, logits), taken)
    adapter = InputAdapter(
        channels=3, mean=(0.4, 0.5, 0.6), std=(0.2, 0.3, 0.1), reverse=True, output="logits"
    )
    spec = ModelSpec(
        title="m:1", config=None, class_names=("a", "b", "c"), shape=(8, 9, 3), files={}, adapter=adapter
    )  # fmt: skip
    file = tmp_path / "model.html"
    file.write_bytes(single_page(spec, tflite))
    pictures = np.random.default_rng(0).integers(0, 256, (5, 8, 9, 3), np.uint8)
    page.goto(file.as_uri())

    answers = page.evaluate(
        "async (asked) => { const found = []; for (const one of asked)"
        " found.push([...await window.studioModel(Uint8Array.from(one))]); return found; }",
        pictures.reshape(5, -1).tolist(),
    )

    wanted = Predictor(tflite, adapter=adapter, shape=(8, 9, 3)).predict(pictures)
    np.testing.assert_allclose(answers, wanted, atol=1e-5)
