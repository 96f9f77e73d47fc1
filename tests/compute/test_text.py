"""Texts all the way: brought, learned from, judged, registered, asked, suggested with, saved and restored."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from studio.compute.folder import RunFolder
from studio.core.configs import ModelConfig
from studio.core.dataset import SplitConfig
from studio.core.errors import InvalidInput
from studio.core.label_session import LabelClass, SessionConfig
from studio.core.layers_sequence import Embedding, GlobalAveragePooling1D
from studio.core.model import ModelVersion
from studio.core.presets import PRESETS
from studio.core.ranking import PrelabelSource
from studio.core.sources import TextSource
from studio.core.standard import restore_pipeline, training_pipeline
from studio.core.text import TextSettings
from studio.core.tokens import encode
from studio.core.training import TrainingConfig
from studio.ml.predict import Predictor
from studio.serving import create_app
from studio.workspace import Workspace
from tests.client import TestClient
from tests.compute.test_ranking import take_in
from tests.compute.test_restore import uploaded
from tests.trained import register

TEXT = TextSettings(length=8, buckets=100)
MODEL = ModelConfig(
    input="text", text=TEXT, layers=(Embedding(buckets=100, features=4), GlobalAveragePooling1D())
)
TRAINING = TrainingConfig(epochs=30, batch_size=16, learning_rate=0.05, mixup=0.2)
SENTENCES = ("a good, warm film", "a dull and cold film")
NAMES = ("good", "bad")


def add_reviews(workspace: Workspace, folder: Path) -> None:
    """Add the dataset `reviews`: 60 texts of two classes, and one that is called wrongly."""
    rows = [f'"{SENTENCES[i % 2]} {i}",{NAMES[i % 2]}' for i in range(60)]
    file = folder / "reviews.csv"
    file.write_text("\n".join(["text,label", *rows, f'"{SENTENCES[0]}",bad']), encoding="utf-8")
    split = SplitConfig(test_share=0.3, seed=4)
    workspace.add_dataset("reviews", TextSource(path=str(file)), split=split)


@pytest.fixture(scope="module")
def reviews(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with the dataset `reviews` and the registered model `mood`, trained on it."""
    folder = tmp_path_factory.mktemp("reviews")
    workspace = Workspace.open(folder / "home")
    add_reviews(workspace, folder)
    workspace.submit(training_pipeline("reviews", MODEL, TRAINING), name="one")
    take_in(workspace, "one")
    workspace.register_model("one", "mood", alias="champion")
    return workspace


@pytest.fixture
def mood(reviews: Workspace) -> ModelVersion:
    return reviews.model("mood")


def test_a_model_learns_texts_and_its_mistakes_are_known(
    reviews: Workspace, mood: ModelVersion
) -> None:
    assert reviews.run("one").status == "completed"
    evaluation = reviews.evaluation("one")
    assert evaluation.accuracy >= 0.9
    assert evaluation.agreement == 1
    assert set(evaluation.model_size_bytes) == {"keras", "tflite", "int8", "server"}
    texts = reviews.samples(reviews.dataset("reviews"))
    for mistake in evaluation.mistakes:
        assert "film" in texts[mistake.sample]
    assert not RunFolder.of(reviews.home, "one").encoded.exists()
    assert (mood.shape, mood.input_shape, mood.text) == ((0, 0, 0), (8,), TEXT)


def test_its_files_answer_texts_alike(reviews: Workspace, mood: ModelVersion) -> None:
    files = [reviews.model_bytes(mood, name) for name in ("tflite", "int8")]
    plain, small = (Predictor(file, text=mood.text).predict(SENTENCES) for file in files)
    assert [mood.class_names[best] for best in plain.argmax(axis=1)] == list(NAMES)
    np.testing.assert_allclose(small, plain, atol=0.05)
    settings = json.loads(reviews.text_settings(mood) or b"")
    assert tuple(settings["class_names"]) == mood.class_names
    numbers = encode(SENTENCES, TextSettings.model_validate(settings["text"]))
    np.testing.assert_array_equal(Predictor(files[0]).predict(numbers), plain)


def test_an_endpoint_is_asked_with_strings(reviews: Workspace, mood: ModelVersion) -> None:
    _, key = reviews.deploy("mood@champion", "mood")
    app = create_app(reviews, hosts=("testserver",))
    client = TestClient(app, headers={"authorization": f"Bearer {key}"})
    with client:
        path = "/v1/models/mood:predict"
        for body, answer in (
            ({"instances": list(SENTENCES)}, "predictions"),
            ({"instances": [{"text": text} for text in SENTENCES]}, "predictions"),
            ({"inputs": {"text": list(SENTENCES)}}, "outputs"),
        ):
            response = client.post(path, json=body)
            assert response.status_code == 200, response.text
            best = np.argmax(response.json()[answer], axis=1)
            assert [mood.class_names[place] for place in best] == list(NAMES)
        for wrong in ([1], "text", [], [{"b64": "aGk="}], ["x"] * 257):
            refused = client.post(path, json={"instances": wrong})
            assert refused.status_code == 400, wrong
        signature = client.get("/v1/models/mood/metadata").json()["metadata"]["signature_def"]
        taken = signature["signature_def"]["serving_default"]["inputs"]
        assert taken["text"]["dtype"] == "DT_STRING"
        page = (
            '<View><Text name="t" value="$t"/><Choices name="c" toName="t"><Choice value="Good"/>'
            '<Choice value="Bad"/></Choices></View>'
        )
        tasks = [{"id": 1, "data": {"t": SENTENCES[1]}}, {"id": 2, "data": {"t": None}}]
        said = client.post(
            "/labelstudio/mood/predict", json={"tasks": tasks, "label_config": page}
        ).json()
        assert said["results"][0]["result"][0]["value"]["choices"] == ["Bad"]
        assert said["results"][1]["result"] == []
        assert said["errors"][0]["what"] == "The text of tasks[1] is missing."


def test_it_suggests_answers_about_texts_and_not_about_pictures(
    reviews: Workspace, mood: ModelVersion
) -> None:
    classes = tuple(LabelClass(name=name) for name in NAMES)
    config = SessionConfig(name="s", dataset="reviews", classes=classes, wanted="all")
    reviews.create_session(config)
    run = reviews.prelabel_session("s", PrelabelSource(model="mood"))
    take_in(reviews, run.name)
    found = reviews.session("s").prelabels
    assert found is not None
    assert found.count == 61
    values = reviews.artifacts.open_samples(found.values)
    assert json.loads(str(values[0]))["classes"] == ["good"]
    register(reviews, "drawings")
    with pytest.raises(InvalidInput, match="cannot answer what s asks"):
        reviews.prelabel_session("s", PrelabelSource(model="drawings"))


def test_a_saved_model_of_texts_is_restored(
    reviews: Workspace, mood: ModelVersion, workspace: Workspace
) -> None:
    upload = uploaded(workspace, reviews.model_bytes(mood, "zip"))
    workspace.submit(restore_pipeline(upload, "back"), name="r")
    take_in(workspace, "r")
    back = workspace.model("back")
    assert (back.text, back.class_names) == (mood.text, mood.class_names)
    assert set(back.files) == set(mood.files) == {"keras", "tflite", "int8", "server"}
    asked, expected = (
        Predictor(ws.model_bytes(v, "tflite"), text=v.text).predict(SENTENCES)
        for ws, v in ((workspace, back), (reviews, mood))
    )
    np.testing.assert_allclose(asked, expected, atol=1e-6)
    assert workspace.example_text(back) == "Some text"


def test_a_model_must_fit_the_samples(workspace: Workspace, tmp_path: Path) -> None:
    add_reviews(workspace, tmp_path)
    with pytest.raises(InvalidInput, match="holds texts, and this model reads pictures"):
        workspace.submit(
            training_pipeline("reviews", PRESETS["drawing-classifier"], TRAINING), name="no"
        )
