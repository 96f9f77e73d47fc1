from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from studio.core.draft import Draft, PipelineParameter
from studio.core.pipeline import Pipeline
from studio.core.sources import DigitsSource
from studio.processes import worker_lock
from studio.serving import create_app
from studio.serving.openapi import document
from studio.workspace import Workspace
from tests.client import TestClient

DRAFT = Draft(
    pipeline=Pipeline()
    .add("data", "dataset", name="digits")
    .add("less", "sample", share=0.5)
    .connect("data", "dataset", "less", "dataset"),
    parameters=(
        PipelineParameter(name="share", targets=(("less", "share"),), default=0.5),
        PipelineParameter(name="data", targets=(("data", "name"),), default="digits"),
    ),
)


@dataclass(frozen=True)
class Caller:
    workspace: Workspace
    client: TestClient
    key: str

    def ask(
        self, method: str, path: str, body: Any = None, key: str | None = ""
    ) -> tuple[int, Any]:
        sent = self.key if key == "" else key
        headers = {} if sent is None else {"authorization": f"Bearer {sent}"}
        answer = self.client.request(method, path, json=body, headers=headers)
        assert answer.headers["content-type"] == "application/json"
        return answer.status_code, answer.json()


@pytest.fixture
def caller(workspace: Workspace) -> Iterator[Caller]:
    lock = worker_lock(workspace.home)
    assert lock.acquire()  # so that no worker is started
    workspace.add_dataset("digits", DigitsSource())
    workspace.publish(DRAFT, "less", description="first")
    workspace.publish(DRAFT, "less", description="second")
    workspace.publish(DRAFT, "other")
    _, key = workspace.add_pipeline_key("less", "school")
    app = create_app(workspace, internal_key="inside", hosts=("testserver",), fresh_seconds=0.0)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Caller(workspace, client, key)
    lock.release()


def test_a_program_submits_with_other_values_and_asks_how_it_goes(caller: Caller) -> None:
    body = {
        "ExperimentName": "by night",
        "ParameterAssignments": {"share": "0.25"},
        "DataPathAssignments": {"data": "digits:1"},
    }
    status, made = caller.ask("POST", "/pipelines/less/versions/0", body)
    assert (status, made["Status"], made["Version"]) == (202, "queued", "0")
    run = caller.workspace.pipeline_run(made["Id"])
    assert run.run.pipeline.params("less").model_dump()["share"] == 0.25
    assert (run.published, run.version, run.experiment) == ("less", 0, "by night")
    status, state = caller.ask("GET", made["RunUrl"])
    assert (status, state["Nodes"]) == (200, {"data": "waiting", "less": "waiting"})
    assert caller.ask("POST", "/pipelines/less", {})[1]["Version"] == "1"


def test_a_key_opens_one_pipeline_and_tells_nothing_of_others(caller: Caller) -> None:
    status, listed = caller.ask("GET", "/pipelines")
    assert (status, [found["Name"] for found in listed["value"]]) == (200, ["less"])
    described = caller.ask("GET", "/pipelines/less")[1]
    assert (described["Parameters"], described["DataPaths"]) == ({"share": 0.5}, {"data": "digits"})
    assert [version["Default"] for version in described["Versions"]] == [True, False]
    other = caller.workspace.submit_published("other").name
    assert caller.ask("GET", "/pipelines/other")[0] == 404
    assert caller.ask("POST", "/pipelines/other", {})[0] == 404
    assert caller.ask("GET", f"/pipelines/runs/{other}")[0] == 404


REFUSED = {
    "no key": ("POST", "/pipelines/less", {}, None, 401),
    "a wrong key": ("GET", "/pipelines", None, "wrong", 401),
    "no such run": ("GET", "/pipelines/runs/nothing", None, "", 404),
    "no such version": ("POST", "/pipelines/less/versions/7", {}, "", 404),
    "a version of words": ("POST", "/pipelines/less/versions/x", {}, "", 404),
    "GET of a version": ("GET", "/pipelines/less/versions/0", None, "", 405),
    "DELETE": ("DELETE", "/pipelines/less", None, "", 405),
    "an unknown parameter": ("POST", "/pipelines/less", {"ParameterAssignments": {"x": 1}}, "", 404),
    "a value that is not possible": ("POST", "/pipelines/less", {"ParameterAssignments": {"share": 7}}, "", 400),
    "no such dataset": ("POST", "/pipelines/less", {"DataPathAssignments": {"data": "x"}}, "", 404),
    "a dataset for a number": ("POST", "/pipelines/less", {"DataPathAssignments": {"share": "x"}}, "", 400),
    "a path of another kind": ("POST", "/pipelines/less", {"DataPathAssignments": {"data": {}}}, "", 400),
    "no object": ("POST", "/pipelines/less", [], "", 400),
    "a list of values": ("POST", "/pipelines/less", {"ParameterAssignments": [1]}, "", 400),
}  # fmt: skip


def test_everything_else_is_refused_with_its_own_status(caller: Caller) -> None:
    for case, (method, path, body, key, wanted) in REFUSED.items():
        status, answer = caller.ask(method, path, body, key)
        assert status == wanted, (case, answer)
        assert set(answer) == {"error"}, case
    assert caller.workspace.runs() == []


@pytest.mark.parametrize(
    "body",
    [
        '{"ExperimentName": "\\ud800"}',
        '{"ParameterAssignments": {"\\ud800": 1}}',
        '{"ParameterAssigments": {"share": 0.1}}',
        '{"experimentname": "tries"}',
    ],
)
def test_half_characters_and_fields_written_wrongly_are_refused(caller: Caller, body: str) -> None:
    headers = {"authorization": f"Bearer {caller.key}"}
    answer = caller.client.post("/pipelines/less", content=body.encode(), headers=headers)
    assert (answer.status_code, set(answer.json())) == (400, {"error"})
    assert caller.workspace.runs() == []


def test_a_field_of_another_client_is_passed_over(caller: Caller) -> None:
    assert caller.ask("POST", "/pipelines/less", {"RunSource": "SDK"})[0] == 202


def test_a_revoked_key_opens_nothing(caller: Caller) -> None:
    number = caller.workspace.pipeline_keys("less")[0].id
    caller.workspace.revoke_pipeline_key("less", number)
    assert caller.ask("GET", "/pipelines")[0] == 401
    assert (
        caller.ask("GET", "/pipelines", key="inside")[0] == 401
    )  # a test client is not this machine
    caller.workspace.disable_version("less", 1)
    assert caller.workspace.published_version("less").version == 0


def test_the_document_has_these_addresses() -> None:
    paths = {path: set(operations) for path, operations in document({})["paths"].items()}
    assert paths["/pipelines"] == {"get"}
    assert paths["/pipelines/{pipeline}"] == {"get", "post"}
    assert paths["/pipelines/{pipeline}/versions/{number}"] == {"post"}
    assert paths["/pipelines/runs/{run}"] == {"get"}


def test_a_key_tells_nothing_about_the_rest_of_the_studio(caller: Caller) -> None:
    caller.workspace.add_dataset("secret-pets", DigitsSource())
    caller.workspace.submit_published("other", run="their-run")
    for path in ("/pipelines/runs/their-run", "/pipelines/runs/their-rum", "/pipelines/runs/x"):
        status, said = caller.ask("GET", path)
        assert status == 404
        assert 'their-run"?' not in said["error"]
        assert "one of" not in said["error"]
    for name in ("secret-pet", "x", "secret-pets:99"):
        status, said = caller.ask("POST", "/pipelines/less", {"DataPathAssignments": {"data": name}})  # fmt: skip
        assert status == 404
        assert 'secret-pets"?' not in said["error"]
        assert "one of" not in said["error"]
    for name in ("digits:\u00b2", "digits:" + "9" * 5000):
        assert caller.ask("POST", "/pipelines/less", {"DataPathAssignments": {"data": name}})[0] == 400  # fmt: skip
