from __future__ import annotations

from typing import Any

import pytest

from studio.core.dataset import DatasetVersion
from studio.workspace import Workspace
from tests.client import TestClient


def body(*ops: Any, **changes: Any) -> dict[str, Any]:
    return {"dataset": "digits", "annotator": "ann", "ops": list(ops), **changes}


def op(op_id: str, sample: Any, class_name: Any) -> dict[str, Any]:
    return {"op_id": op_id, "sample": sample, "class_name": class_name}


def test_answers_are_acknowledged_and_counted(client: TestClient, digits: DatasetVersion) -> None:
    unlabelled = client.get("/samples?dataset=digits&status=unlabelled&limit=2").json()["samples"]
    one, two = (sample["id"] for sample in unlabelled)
    answer = client.post("/labels", json=body(op("a", one, "3"), op("b", two, "4"))).json()
    assert answer["acknowledged"] == ["a", "b"]
    assert answer["progress"] == {
        "labelled": digits.labelled + 2,
        "total": digits.count,
        "annotated": 2,
    }
    again = client.post("/labels", json=body(op("a", one, "9"))).json()
    assert again["acknowledged"] == ["a"]
    assert again["progress"] == answer["progress"]
    row = client.get(f"/samples?dataset=digits&after={one - 1}&limit=1").json()["samples"][0]
    assert (row["class_name"], row["annotated"]) == ("3", True)
    cleared = client.post("/labels", json=body(op("c", one, None))).json()
    assert cleared["progress"]["labelled"] == digits.labelled + 1


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'{"dataset": "digits", "annotator": "ann", "ops": [{}]}', 400),
        (b'{"dataset": "digits", "annotator": "ann", "ops": [], "extra": 1}', 400),
    ],
)
def test_malformed_bodies_say_why(
    client: TestClient, digits: DatasetVersion, content: bytes, status: int
) -> None:
    response = client.post("/labels", content=content, headers={"content-type": "application/json"})
    assert response.status_code == status, response.text
    assert set(response.json()["error"]) == {"what", "why", "fix"}


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (body(op("x", 0, "3"), dataset="digit"), 404),
        (body(op("x", 0, "no such class")), 404),
        (body(op("x", 10**9, "3")), 400),
        (body(op("x", -1, "3")), 400),
        (body(op("x", 1.5, "3")), 400),
        (body(op("x", 0, "")), 400),
        (body(op("x", 0, "\0")), 400),
        (body(op("", 0, "3")), 400),
        (body(op("x" * 65, 0, "3")), 400),
        (body(op("x", 0, "3"), annotator=""), 400),
        (body(*(op(str(i), 0, "3") for i in range(1001))), 400),
        (body(op("fine", 0, "3"), op("x", 10**9, "3")), 400),
    ],
)
def test_bad_answers_change_nothing(
    client: TestClient, workspace: Workspace, digits: DatasetVersion, sent: Any, status: int
) -> None:
    before = workspace.label_progress(digits)
    response = client.post("/labels", json=sent)
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert all(error[part] for part in ("what", "why", "fix"))
    assert workspace.label_progress(digits) == before
