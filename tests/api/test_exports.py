from __future__ import annotations

from studio.core.dataset import DatasetVersion
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
