from __future__ import annotations

from studio.core.dataset import DatasetVersion
from studio.workspace import Workspace
from tests.client import TestClient
from tests.doubted import doubted


def test_flags_are_sent_in_pages_and_verdicts_acknowledged(
    client: TestClient, workspace: Workspace, digits: DatasetVersion
) -> None:
    labels = workspace.labels(digits)
    samples = [int(n) for n in (labels >= 0).nonzero()[0][:5]]
    run = doubted(workspace, digits, [(n, (int(labels[n]) + 1) % 10) for n in samples], likely=3)
    first = client.get(f"/label-errors/{run.name}/flags?limit=2").json()
    assert [flag["sample"] for flag in first["flags"]] == samples[:2]
    assert first["more"]
    op = {"op_id": "a", "sample": samples[0], "verdict": "right", "class_name": None}
    body = {"annotator": "ann", "ops": [op]}
    for _ in range(2):
        reply = client.post(f"/label-errors/{run.name}/verdicts", json=body).json()
        assert reply["acknowledged"] == ["a"]
        assert (reply["counts"]["right"], reply["counts"]["open"]) == (1, 2)
    again = client.get(f"/label-errors/{run.name}/flags?view=right").json()
    assert [flag["annotator"] for flag in again["flags"]] == ["ann"]


def test_what_is_no_search_or_no_verdict_is_refused(
    client: TestClient, workspace: Workspace, digits: DatasetVersion
) -> None:
    assert client.get("/label-errors/nobody/flags").status_code == 404
    waiting = workspace.find_label_errors("digits")
    assert client.get(f"/label-errors/{waiting.name}/flags").status_code == 409
    assert client.get(f"/label-errors/{waiting.name}/flags?view=odd").status_code == 400
    op = {"op_id": "a", "sample": 0, "verdict": "right", "class_name": "3"}
    body = {"annotator": "ann", "ops": [op]}
    reply = client.post(f"/label-errors/{waiting.name}/verdicts", json=body)
    assert reply.status_code == 400
    assert set(reply.json()["error"]) == {"what", "why", "fix"}
