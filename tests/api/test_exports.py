from __future__ import annotations

from studio.core.dataset import DatasetVersion
from studio.core.label_answer import LabelValue, SessionAnswerInput
from studio.core.label_session import parse_session
from studio.workspace import Workspace
from tests.client import TestClient
from tests.workspace.conftest import carried_through


def test_an_exported_file_is_sent_whole(
    client: TestClient, workspace: Workspace, digits: DatasetVersion
) -> None:
    run = workspace.submit_export("digits", 1, "csv")
    carried_through(workspace, run.name)
    response = client.get(f"/exports/{run.name}")
    assert response.status_code == 200
    name, file = workspace.exported_file(run.name)
    assert response.content == workspace.artifacts.read(file.digest)
    assert response.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.headers["cache-control"] == "no-store"
    assert int(response.headers["content-length"]) == file.size
    part = client.get(f"/exports/{run.name}", headers={"range": "bytes=5-9"})
    assert (part.status_code, part.content) == (206, response.content[5:10])


def test_what_is_no_export_says_why(
    client: TestClient, workspace: Workspace, digits: DatasetVersion
) -> None:
    waiting = workspace.submit_export("digits", 1, "csv").name
    check = workspace.check_quality("digits").name
    for run, status in ((waiting, 409), (check, 409), ("nothing", 404), ("..%2Fstudio.db", 404)):
        response = client.get(f"/exports/{run}")
        assert response.status_code == status, response.text
        if run.isidentifier() or "-" in run:
            error = response.json()["error"]
            assert all(error[part] for part in ("what", "why", "fix"))
            assert "content-disposition" not in response.headers


def test_exported_answers_are_sent_and_other_files_are_not(
    client: TestClient, workspace: Workspace, digits: DatasetVersion
) -> None:
    config = parse_session({"name": "s", "dataset": "digits", "classes": [{"name": "7"}]})
    workspace.create_session(config)
    (given,) = workspace.next_items("s", "ann", 1).items
    value = LabelValue(classes=("7",))
    workspace.answer_session(
        "s", "ann", [SessionAnswerInput(op_id="a", item=given.item, value=value)]
    )
    path = workspace.answers_file("s", "csv")
    workspace.export_answers("s", "csv", path)
    response = client.get(f"/answers/{path.parent.name}")
    assert (response.status_code, response.content) == (200, path.read_bytes())
    name = 'attachment; filename="s-answers-csv.csv"'
    assert response.headers["content-disposition"] == name
    for token in ("0" * 32, "..%2Fuploads", workspace.create_upload()):
        assert client.get(f"/answers/{token}").status_code == 404
