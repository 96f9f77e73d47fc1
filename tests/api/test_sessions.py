from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from studio.core.dataset import DatasetVersion
from studio.core.label_session import LabelClass, LabelSession, SessionConfig
from studio.workspace import Workspace
from tests.client import TestClient

CLASS_NAMES = ("0", "1", "2")


def make(workspace: Workspace, **changes: Any) -> LabelSession:
    classes = tuple(LabelClass(name=name) for name in CLASS_NAMES)
    config = SessionConfig(
        **{"name": "pilot", "dataset": "digits", "classes": classes, "overlap": 2, **changes}
    )
    return workspace.create_session(config, author="ann")


@pytest.fixture
def session(workspace: Workspace, digits: DatasetVersion) -> LabelSession:
    """A session over the digits without a class."""
    return make(workspace)


def say(op_id: str, item: int, name: str | None = "1", **changes: Any) -> dict[str, Any]:
    value = None if name is None else {"classes": [name]}
    return {"op_id": op_id, "item": item, "value": value, **changes}


def post(client: TestClient, path: str, status: int = 200, **body: Any) -> Any:
    response = client.post(f"/sessions/pilot{path}", json=body)
    assert response.status_code == status, response.text
    return response.json()


def next_items(client: TestClient, person: str, count: int = 2) -> list[int]:
    given = post(client, "/next", annotator=person, count=count)
    return [item["item"] for item in given["items"]]


def answer(client: TestClient, person: str, *ops: dict[str, Any], status: int = 200) -> Any:
    return post(client, "/answers", status, annotator=person, ops=list(ops))


def test_a_page_starts_with_everything_about_the_session(
    client: TestClient, workspace: Workspace, session: LabelSession, digits: DatasetVersion
) -> None:
    workspace.change_session("pilot", people=("ann",), reviewers=("eve",))
    workspace.set_session_keys("pilot", "ann", {"class:1": "KeyX"})
    found = client.get("/sessions/pilot?annotator=ann").json()
    assert (found["dataset"], found["dataset_version"]) == ("digits", digits.version)
    assert (found["samples_digest"], found["task"], found["shape"]) == (
        digits.samples,
        "images",
        [8, 8, 1],
    )
    assert [(c["name"], c["key"]) for c in found["classes"]] == [
        ("0", "Digit0"), ("1", "Digit1"), ("2", "Digit2"),
    ]  # fmt: skip
    assert found["keys"] == {"class:1": "KeyX"}
    assert (found["member"], found["reviewer"]) == (True, False)
    assert found["progress"]["total"] == session.total
    assert LabelSession.model_validate(found["session"]) == workspace.session("pilot")
    other = client.get("/sessions/pilot?annotator=eve").json()
    assert (other["member"], other["reviewer"], other["keys"]) == (False, True, {})
    nobody = client.get("/sessions/pilot").json()
    assert (nobody["member"], nobody["reviewer"], nobody["keys"]) == (False, False, {})


def test_items_are_given_answered_and_looked_back_at(
    client: TestClient, session: LabelSession
) -> None:
    given = post(client, "/next", annotator="ann", count=3)
    assert (len(given["items"]), given["revision"], given["waiting"]) == (3, 0, False)
    assert given["left"] == session.total - 3
    assert given["progress"]["mine"] == 0
    one, two, three = (item["item"] for item in given["items"])
    done = answer(
        client, "ann", say("a", one, unsure=True, comment="hm", seconds=1.5), say("b", two)
    )
    assert done["acknowledged"] == ["a", "b"]
    assert (done["progress"]["mine"], done["progress"]["unsure"], done["revision"]) == (2, 1, 0)
    again = answer(client, "ann", say("a", one, "2"))
    assert (again["acknowledged"], again["progress"]) == (["a"], done["progress"])
    skipped = answer(
        client, "ann", say("c", two, None, act="take_back"), say("d", three, None, act="skip")
    )
    assert skipped["progress"]["answers"] == 1
    mine = client.get("/sessions/pilot/mine?annotator=ann").json()["items"]
    assert [(item["item"], item["standing"]) for item in mine] == [
        (three, "skipped"),
        (one, "done"),
    ]
    assert mine[1]["value"] == {"classes": ["1"], "spans": [], "boxes": []}
    rest = client.get("/sessions/pilot/mine?annotator=ann&skip=1&limit=1").json()["items"]
    assert [item["item"] for item in rest] == [one]
    looked = client.get(f"/sessions/pilot/items?annotator=bob&ids={two},{one}").json()["items"]
    assert [(item["item"], item["value"]) for item in looked] == [(two, None), (one, None)], "blind"


def test_drafts_are_kept_and_places_given_back(client: TestClient, session: LabelSession) -> None:
    one, two = next_items(client, "ann")
    draft = {"item": one, "seq": 2, "value": {"classes": ["2"]}, "comment": "half"}
    assert post(client, "/drafts", annotator="ann", drafts=[draft]) == {"stored": {str(one): 2}}
    older = {"item": one, "seq": 1, "value": None}
    assert post(client, "/drafts", annotator="ann", drafts=[older]) == {"stored": {str(one): 2}}
    again = post(client, "/next", annotator="ann", count=1, have=[two])["items"]
    assert [(i["item"], i["draft"], i["draft_seq"], i["comment"]) for i in again] == [
        (one, True, 2, "half")
    ]
    assert post(client, "/release", annotator="ann", items=[two]) == {}
    assert next_items(client, "bob", 1) == [one]
    assert post(client, "/release", annotator="ann") == {}


def test_keys_are_kept_for_each_person(client: TestClient, session: LabelSession) -> None:
    keys = {"class:1": "KeyX", "skip": "Space"}
    assert post(client, "/keys", annotator="ann", keys=keys) == {"keys": keys}
    assert client.get("/sessions/pilot?annotator=ann").json()["keys"] == keys
    post(client, "/keys", 400, annotator="ann", keys={"class:1": "<script>"})
    post(client, "/keys", 404, annotator="ann", keys={"class:9": "KeyA"})


def test_disagreements_are_reviewed(client: TestClient, session: LabelSession) -> None:
    (one,) = next_items(client, "ann", 1)
    answer(client, "ann", say("a", one, "1"))
    answer(client, "bob", say("b", one, "2"))
    page = client.get("/sessions/pilot/review?reviewer=eve").json()
    assert (page["total"], page["next"], page["counts"]["disputed"]) == (1, None, 1)
    item = page["items"][0]
    assert [(a["annotator"], a["value"]["classes"]) for a in item["answers"]] == [
        ("ann", ["1"]), ("bob", ["2"]),
    ]  # fmt: skip
    back = {
        "op_id": "r1",
        "item": one,
        "decision": "return",
        "annotator": "bob",
        "comment": "Look.",
    }
    done = post(client, "/reviews", reviewer="eve", ops=[back])
    assert (done["acknowledged"], done["counts"]["returned"]) == (["r1"], 1)
    returned = post(client, "/next", annotator="bob", count=1)["items"][0]
    assert (returned["item"], returned["returned"]) == (one, "Look.")
    accept = {"op_id": "r2", "item": one, "decision": "accept", "value": {"classes": ["0"]}}
    done = post(client, "/reviews", reviewer="eve", ops=[accept, back])
    assert (done["acknowledged"], done["counts"]["settled"], done["revision"]) == (
        ["r2", "r1"],
        1,
        0,
    )
    settled = client.get("/sessions/pilot/review?queue=settled").json()["items"][0]
    assert (settled["state"], settled["decided_by"], settled["value"]["classes"]) == (
        "settled",
        "eve",
        ["0"],
    )


def test_an_open_page_learns_that_the_classes_changed(
    client: TestClient, workspace: Workspace, session: LabelSession
) -> None:
    one, two = next_items(client, "ann")
    workspace.rename_session_class("pilot", "1", "one", "eve")
    done = answer(client, "ann", say("a", one, "1", revision=0))
    assert done["revision"] == 1
    answer(client, "ann", say("b", two, "1", revision=1), status=404)
    said = workspace.session_record("pilot", one).answers[0].value
    assert said is not None
    assert said.classes == ("one",)


def test_drawings_are_asked_for(
    client: TestClient, workspace: Workspace, digits: Any, png: Any
) -> None:
    make(workspace, answer="drawings", drawings=1, overlap=1)
    asked = client.get("/sessions/pilot/asks?annotator=ann&count=2").json()
    assert len(asked["asks"]) == 2
    assert asked["counts"] == {"0": 0, "1": 0, "2": 0}
    for name in CLASS_NAMES:
        body = {
            "collection": "pilot", "class_name": name, "op_id": name, "image": png(), "strokes": [], "author": "ann",
        }  # fmt: skip
        assert client.post("/drawings", json=body).status_code == 200
    done = client.get("/sessions/pilot/asks?annotator=ann").json()
    assert done["asks"] == []
    assert (done["progress"]["drawings"], done["progress"]["mine"]) == (3, 3)


def test_strangers_and_closed_sessions_are_told_so(
    client: TestClient, workspace: Workspace, session: LabelSession
) -> None:
    (one,) = next_items(client, "ann", 1)
    workspace.change_session("pilot", people=("bob",), reviewers=("eve",))
    for path, body in (
        ("/next", {"annotator": "ann", "count": 1}),
        ("/answers", {"annotator": "ann", "ops": [say("a", one)]}),
        ("/drafts", {"annotator": "ann", "drafts": []}),
        (
            "/reviews",
            {"reviewer": "ann", "ops": [{"op_id": "r", "item": one, "decision": "reopen"}]},
        ),
    ):
        error = post(client, path, 403, **body)["error"]
        assert "not among" in error["what"]
    workspace.close_session("pilot")
    assert "closed" in post(client, "/next", 409, annotator="bob", count=1)["error"]["what"]
    assert client.get("/sessions/pilot?annotator=bob").json()["session"]["closed"]
    assert client.get("/sessions/none").status_code == 404


HUGE = 2**70
EMPTY_SPAN = {"start": 2, "end": 1, "class_name": "1"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/next", {}),
        ("/next", {"annotator": "", "count": 1}),
        ("/next", {"annotator": "ann", "count": 0}),
        ("/next", {"annotator": "ann", "count": 401}),
        ("/next", {"annotator": "ann", "have": [-1]}),
        ("/next", {"annotator": "ann", "have": [HUGE]}),
        ("/next", {"annotator": "x" * 101}),
        ("/next", {"annotator": "ann", "unknown": 1}),
        ("/answers", {"annotator": "ann", "ops": [say(f"{n}", 1) for n in range(1001)]}),
        ("/answers", {"annotator": "ann", "ops": [say("", 1)]}),
        ("/answers", {"annotator": "ann", "ops": [say("x" * 65, 1)]}),
        ("/answers", {"annotator": "ann", "ops": [say("a", HUGE)]}),
        ("/answers", {"annotator": "ann", "ops": [say("a", 99_999)]}),
        ("/answers", {"annotator": "ann", "ops": [say("a", 1, None)]}),
        ("/answers", {"annotator": "ann", "ops": [say("a", 1, revision=HUGE)]}),
        ("/answers", {"annotator": "ann", "ops": [say("a", 1, comment="x" * 2001)]}),
        ("/answers", {"annotator": "ann", "ops": [{**say("a", 1), "value": {"spans": [EMPTY_SPAN]}}]}),
        ("/drafts", {"annotator": "ann", "drafts": [{"item": 1, "seq": HUGE, "value": None}]}),
        ("/drafts", {"annotator": "ann", "drafts": [{"item": HUGE, "seq": 1, "value": None}]}),
        ("/drafts", {"annotator": "ann", "drafts": [{"item": 1, "seq": 0, "value": None}]}),
        ("/release", {"annotator": "ann", "items": [HUGE]}),
        ("/keys", {"annotator": "ann", "keys": {"skip": 1}}),
        ("/reviews", {"reviewer": "", "ops": []}),
        ("/reviews", {"reviewer": "eve", "ops": [{"op_id": "r", "item": HUGE, "decision": "reopen"}]}),
        ("/reviews", {"reviewer": "eve", "ops": [{"op_id": "r", "item": 1, "decision": "accept"}]}),
        ("/reviews", {"reviewer": "eve", "ops": [{"op_id": "r", "item": 1, "decision": "return"}]}),
        ("/reviews", {"reviewer": "eve", "ops": [{"op_id": "r", "item": 1, "decision": "burn"}]}),
    ],
)  # fmt: skip
def test_malformed_bodies_are_refused_and_change_nothing(
    client: TestClient, workspace: Workspace, session: LabelSession, path: str, body: dict[str, Any]
) -> None:
    error = post(client, path, 400, **body)["error"]
    assert all(error[part] for part in ("what", "why", "fix"))
    for table in ("session_answers", "assignments", "drafts", "session_reviews", "label_keys"):
        assert workspace._studio.query(f"SELECT 1 FROM {table}") == []


@pytest.mark.parametrize(
    "address",
    [
        "/mine",
        "/mine?annotator=",
        "/mine?annotator=ann&skip=-1",
        "/mine?annotator=ann&limit=401",
        f"/mine?annotator=ann&skip={HUGE}",
        "/items?annotator=ann",
        "/items?annotator=ann&ids=",
        "/items?annotator=ann&ids=a",
        "/items?annotator=ann&ids=999999999999999999",
        "/items?annotator=ann&ids=" + ",".join(["1"] * 401),
        "/review?queue=none",
        "/review?limit=0",
        f"/review?after={HUGE}",
        "/asks?annotator=ann&count=0",
        "/asks?annotator=ann&count=401",
    ],
)
def test_malformed_addresses_are_refused(
    client: TestClient, session: LabelSession, address: str
) -> None:
    response = client.get(f"/sessions/pilot{address}")
    assert response.status_code == 400, response.text
    assert set(response.json()["error"]) == {"what", "why", "fix"}


def test_nothing_changes_without_a_token(client: TestClient, session: LabelSession) -> None:
    body = {"annotator": "ann", "count": 1}
    response = client.post("/sessions/pilot/next", json=body, headers={"x-xsrftoken": "wrong"})
    assert response.status_code == 403


def test_four_hundred_items_come_at_once(client: TestClient, session: LabelSession) -> None:
    given = post(client, "/next", annotator="ann", count=400)
    items = [item["item"] for item in given["items"]]
    assert len(set(items)) == 400
    chosen = np.random.default_rng(0).choice(CLASS_NAMES, 400)
    done = answer(
        client, "ann", *[say(f"op-{i}", i, str(n)) for i, n in zip(items, chosen, strict=True)]
    )
    assert (len(done["acknowledged"]), done["progress"]["mine"]) == (400, 400)
    mine = client.get("/sessions/pilot/mine?annotator=ann&limit=400").json()["items"]
    assert {item["item"]: item["value"]["classes"][0] for item in mine} == dict(
        zip(items, chosen.tolist(), strict=True)
    )
