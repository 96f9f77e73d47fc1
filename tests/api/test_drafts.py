from __future__ import annotations

from studio.core.draft import Draft
from studio.core.pipeline import Pipeline
from studio.workspace import Workspace
from tests.client import TestClient

SPLIT = Draft(pipeline=Pipeline().add("split", "split")).model_dump(mode="json")


def test_a_canvas_saves_undoes_and_redoes(workspace: Workspace, client: TestClient) -> None:
    workspace.make_draft("pets", author="ann")
    first = client.get("/drafts/pets").json()
    assert first["body"] == Draft().model_dump(mode="json")
    saved = client.put(
        "/drafts/pets", json={"base": first["head"], "body": SPLIT, "what": "Added Split data"}
    ).json()
    assert "body" not in saved
    assert saved["problems"] == {"split": ['Input "dataset" is not connected.']}
    assert (saved["can_undo"], saved["undoes"]) == (True, "Added Split data")
    undone = client.post("/drafts/pets/undo", json={"base": saved["head"]}).json()
    assert (undone["body"], undone["head"]) == (first["body"], first["head"])
    assert undone["redoes"] == "Added Split data"
    redone = client.post("/drafts/pets/redo", json={"base": undone["head"]}).json()
    assert (redone["body"], redone["head"]) == (SPLIT, saved["head"])
    nothing = client.post("/drafts/pets/redo", json={"base": redone["head"]})
    assert (nothing.status_code, nothing.json()["error"]["what"]) == (400, "There is nothing to redo.")  # fmt: skip
    assert workspace.draft("pets").author == "ann"


def test_what_somebody_else_changed_is_not_overwritten(
    workspace: Workspace, client: TestClient
) -> None:
    head = workspace.make_draft("pets").head
    client.put("/drafts/pets", json={"base": head, "body": SPLIT, "author": "ann"})
    late = {"base": head, "body": Draft().model_dump(mode="json"), "author": "bob"}
    refused = client.put("/drafts/pets", json=late)
    assert refused.status_code == 409
    assert "ann changed it" in refused.json()["error"]["why"]
    mine = client.post("/drafts", json={"name": "pets copy", "body": late["body"]})
    assert (mine.status_code, mine.json()["name"]) == (200, "pets-copy")
    again = client.post("/drafts", json={"name": "pets copy", "body": late["body"]})
    assert again.status_code == 409


def test_what_is_no_drawing_is_refused(workspace: Workspace, client: TestClient) -> None:
    head = workspace.make_draft("pets").head
    node = {"id": "a", "component": "spilt", "params": {}}
    for body, status in (
        ({"pipeline": {"nodes": [node], "links": []}}, 404),
        ({"pipeline": 3}, 400),
        ({"nonsense": 1}, 400),
    ):
        refused = client.put("/drafts/pets", json={"base": head, "body": body})
        assert (refused.status_code, set(refused.json()["error"])) == (status, {"what", "why", "fix"})  # fmt: skip
    assert client.get("/drafts/nobody").status_code == 404
    assert workspace.draft("pets").head == head
