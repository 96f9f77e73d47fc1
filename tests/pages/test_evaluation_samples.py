"""From a number to samples, and what is done about them, without a browser; explanations as a run would leave them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from studio.core.events import ArtifactEvent, EndEvent, Event, ResultEvent
from studio.core.explanation import explanation_key
from studio.core.predictions import Predictions
from studio.ui.evaluation_acts import relabelled, take_back
from studio.ui.evaluation_samples import mark_of, ordered
from studio.workspace import Workspace
from tests.judged_runs import judged_run
from tests.pages.conftest import OpenPage
from tests.pages.test_pages import press
from tests.workspace.asking import noise_dataset

NAMES = ("cat", "<b>dog</b>", "cow")


@pytest.fixture
def judged(workspace: Workspace) -> Predictions:
    """The answers of an evaluation of noise."""
    judged_run(workspace, noise_dataset(workspace, labels=[0, 1, 2] * 40, class_names=NAMES))
    return workspace.predictions("first")


def grids(app: AppTest) -> list[dict[str, Any]]:
    """Return what each grid of samples was told."""
    found = [
        json.loads(one.proto.json or one.proto.mixed.json) for one in app.get("bidi_component")
    ]
    return [one for one in found if "samples_digest" in one]


def worst(predictions: Predictions) -> list[int]:
    """Return the numbers of the mistakes, highest loss first."""
    rows = ordered(predictions, np.flatnonzero(predictions.wrong), "loss")
    found: list[int] = predictions.ids[rows].tolist()
    return found


def choose(workspace: Workspace, app: AppTest, *samples: int) -> AppTest:
    """Let somebody choose samples of the grid."""
    predictions = workspace.predictions("first")
    rows = np.searchsorted(predictions.ids, grids(app)[0]["ids"])
    key = f"mistakes_samples_grid_first_{mark_of(rows)}"
    app.session_state[key] = {"selected": {"of": grids(app)[0]["of"], "ids": sorted(samples)}}
    return app.run()


def opened(open_page: OpenPage) -> AppTest:
    return open_page("evaluate", run="first", view="mistakes")


def press_undo(app: AppTest) -> AppTest:
    return press(app, "Undo")


def test_mistakes_come_with_the_highest_loss_first(
    open_page: OpenPage, judged: Predictions
) -> None:
    grid = grids(opened(open_page))[0]
    assert grid["ids"] == worst(judged)
    place = int(np.flatnonzero(judged.ids == grid["ids"][0])[0])
    true, said = judged.labels[place], judged.predicted[place]
    sure = f"{100 * judged.confidence[place]:.0f} % sure"
    assert grid["captions"][0] == [f"true: {NAMES[true]}", f"said: {NAMES[said]}", sure]


@pytest.mark.parametrize(
    ("order", "value"),
    [("loss", lambda p: -p.loss), ("confidence", lambda p: -p.confidence), ("unsure", lambda p: p.confidence),
     ("number", lambda p: p.ids)],
    ids=["loss", "confidence", "unsure", "number"],
)  # fmt: skip
def test_every_order_sorts_by_what_it_says(judged: Predictions, order: str, value: Any) -> None:
    rows = np.random.default_rng(0).permutation(judged.count)
    assert np.all(np.diff(value(judged)[ordered(judged, rows, order)]) >= 0)


def test_samples_get_what_the_model_said_and_back(
    open_page: OpenPage, workspace: Workspace, judged: Predictions
) -> None:
    first = worst(judged)[:6]
    before = workspace.classes_now(workspace.dataset("pets"), first)
    said = [NAMES[judged.predicted[np.flatnonzero(judged.ids == i)[0]]] for i in first]
    assert len(set(said)) > 1
    app = press(choose(workspace, opened(open_page), *first), "Give each what the model said")
    assert workspace.classes_now(workspace.dataset("pets"), first) == said
    assert f"now: {said[0]}" in grids(app)[0]["captions"][0]
    press_undo(app)
    assert workspace.dataset("pets").version == 3
    assert workspace.classes_now(workspace.dataset("pets"), first) == before


def test_a_new_class_goes_with_what_brought_it(workspace: Workspace, judged: Predictions) -> None:
    version = workspace.dataset("pets")
    said, back = relabelled(version, {0: "a typo"})
    assert said == "pets:2: 1 samples have other classes."
    assert workspace.dataset("pets").class_names == (*NAMES, "a typo")
    take_back("pets", back)
    assert workspace.dataset("pets").class_names == NAMES
    assert workspace.dataset("pets").digest == version.digest
    _, back = relabelled(workspace.dataset("pets"), {0: "a typo"})
    workspace.relabel("pets", [1], "cow")
    take_back("pets", back)  # what was done meanwhile stays
    assert workspace.classes_now(workspace.dataset("pets"), [0, 1]) == ["cat", "cow"]


def test_quarantined_samples_come_back(
    open_page: OpenPage, workspace: Workspace, judged: Predictions
) -> None:
    app = press(choose(workspace, opened(open_page), worst(judged)[0]), "Quarantine")
    assert workspace.dataset("pets").states == (119, 1, 0)
    assert "now: quarantined" in grids(app)[0]["captions"][0]
    press_undo(app)
    assert workspace.dataset("pets").states == (120, 0, 0)


def test_people_are_asked_about_all_samples_behind_the_number(
    open_page: OpenPage, workspace: Workspace, judged: Predictions
) -> None:
    app = opened(open_page)
    app.toggle[0].set_value(True).run()
    app = press(app, "Make the session")
    session = workspace.session("pets-review-1")
    assert session.total == int(judged.wrong.sum())
    assert session.config.class_names == NAMES
    press_undo(app)
    assert workspace.session("pets-review-1").closed is not None


def test_samples_of_a_dataset_that_came_anew_are_only_looked_at(
    open_page: OpenPage, workspace: Workspace, judged: Predictions
) -> None:
    noise_dataset(workspace, labels=[0, 1, 2] * 5, class_names=NAMES)
    app = opened(open_page)
    assert any("imported anew" in info.value for info in app.info)
    assert not [b for b in app.button if b.label == "Quarantine"]


def test_training_again_shows_the_change_of_each_class(
    open_page: OpenPage, workspace: Workspace, judged: Predictions
) -> None:
    assert press(opened(open_page), "Train")
    run = workspace.runs(kind="training")[0]
    assert (run.name, run.status) == ("first-again", "queued")
    workspace.cancel_run(run.name)
    judged_run(workspace, workspace.dataset("pets"), name="first-again-2", seed=1)
    app = opened(open_page)
    assert [m.label for m in app.metric][-2:] == ["Accuracy before", "Accuracy after"]
    deltas = app.dataframe[-1].value
    assert set(deltas["Class"]) == set(NAMES)
    assert all("to" in change for change in deltas["Recall, change"])


def test_one_sample_is_explained_once_and_shown(
    open_page: OpenPage, workspace: Workspace, judged: Predictions
) -> None:
    shown = worst(judged)
    app = choose(workspace, opened(open_page), shown[0])
    assert any(f"**Sample {shown[0]}**" in text.value for text in app.markdown)
    app = press(app, "Show what the model looks at")
    run = workspace.runs(kind="explain")[0]
    asked = run.pipeline.node("explain").params
    place = int(np.flatnonzero(judged.ids == shown[0])[0])
    assert asked["samples"] == shown
    assert asked["others"][0] == judged.labels[place]
    _explain(workspace, judged, shown, asked["others"])
    app = choose(workspace, opened(open_page), shown[0])
    assert any(box.label == "What speaks for" for box in app.button_group)
    assert grids(app)[1]["ids"] == [3, 1, 2]
    assert "Show what the model looks at" not in [b.label for b in app.button]


def _explain(
    workspace: Workspace, judged: Predictions, samples: list[int], others: list[int]
) -> None:
    """End the waiting explanation as its run would."""
    run = workspace.claim_run("worker", 60.0, kinds=("explain",))
    assert run is not None
    version, count = workspace.dataset("pets"), len(samples)
    places = np.searchsorted(judged.ids, samples)
    maps = np.random.default_rng(0).uniform(-1, 1, (count, 2, 8, 8)).astype(np.float32)
    arrays = {
        "probabilities": judged.probabilities[places],
        "classes": np.column_stack([judged.predicted[places], others]),
        "seen": np.asarray(workspace.pictures(version)[np.array(samples)]),
        "evidence": maps,
        "regions": np.abs(maps),
        "neighbours": np.tile([3, 1, 2], (count, 1)),
        "similarities": np.tile(np.array([0.9, 0.8, 0.7], np.float32), (count, 1)),
    }
    model = workspace.run_artifacts("first")["model.keras"].digest
    result = {
        "explained": explanation_key(model, version.samples, version.digest, 8),
        "samples": samples,
        "method": "gradient",
        "compared": 80,
    }
    files = [workspace.artifacts.put_array(a, f"{name}.npy") for name, a in arrays.items()]
    events: list[Event] = [
        *(ArtifactEvent(seq=i, time=0.0, artifact=file) for i, file in enumerate(files, 1)),
        ResultEvent(seq=8, time=0.0, result=result),
        EndEvent(seq=9, time=0.0, status="completed"),
    ]
    assert workspace.record_events(run, events)
