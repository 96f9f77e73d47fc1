"""What a request meets on its way, beside the dialects: challengers, shadows, web pages, addresses without a name."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from studio.core.model import EndpointState
from studio.serving import create_app
from studio.serving.deployments import Deployments
from studio.serving.exchange import Exchange
from studio.serving.loading import load
from studio.workspace import Workspace
from tests.client import TestClient
from tests.compute.conftest import until
from tests.serving.conftest import Deployment
from tests.trained import register

PREDICT = "/v1/models/fruit:predict"
BODY = {"instances": np.random.default_rng(0).integers(0, 256, (2, 8, 8, 1)).tolist()}


class Notes:
    """An observer that keeps what it is told."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []

    def note(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)

    def metrics(self, endpoint: str | None = None) -> bytes:
        return f"studio_requests_total {len(self.exchanges)} {endpoint}\n".encode()

    def close(self) -> None:
        pass


def client(deployment: Deployment, notes: Notes, address: str = "testclient") -> TestClient:
    app = create_app(
        deployment.workspace, hosts=["testserver"], fresh_seconds=0.0, observer=notes, seed=1
    )
    headers = {"authorization": f"Bearer {deployment.key}"}
    return TestClient(app, headers=headers, client=(address, 5), raise_server_exceptions=False)


def challenge(workspace: Workspace, traffic: str, share: float) -> None:
    register(workspace, "drawings", seed=1)
    workspace.set_endpoint("fruit", traffic=traffic, challenger="drawings:2", share=share)


def test_a_canary_answers_its_share(deployment: Deployment) -> None:
    challenge(deployment.workspace, "canary", 50)
    notes = Notes()
    with client(deployment, notes) as caller:
        models = [caller.post(PREDICT, json=BODY).headers["studio-model"] for _ in range(30)]
        sticky = {
            caller.post(PREDICT, json=BODY, headers={"studio-caller": "ann"}).headers[
                "studio-model"
            ]
            for _ in range(5)
        }
    assert 5 < models.count("drawings:2") < 25
    assert len(sticky) == 1
    roles = {(exchange.model, exchange.role) for exchange in notes.exchanges}
    assert roles == {("drawings:1", "champion"), ("drawings:2", "challenger")}


def test_a_shadow_is_asked_and_not_heard(deployment: Deployment) -> None:
    challenge(deployment.workspace, "shadow", 100)
    notes = Notes()
    with client(deployment, notes) as caller:
        answer = caller.post(PREDICT, json=BODY)
        assert answer.headers["studio-model"] == "drawings:1"
        until(lambda: caller.get("/health") and len(notes.exchanges) == 2)
    champion, shadow = sorted(notes.exchanges, key=lambda exchange: exchange.role)
    assert (champion.role, champion.status, champion.batch) == ("champion", 200, 2)
    assert (shadow.role, shadow.model, shadow.status) == ("shadow", "drawings:2", 200)
    assert np.array_equal(shadow.answered, champion.probabilities)
    assert not np.allclose(shadow.probabilities, champion.probabilities, atol=1e-3)
    assert np.allclose(answer.json()["predictions"], champion.probabilities, atol=1e-6)


def test_failures_are_noted_with_their_status(deployment: Deployment) -> None:
    notes = Notes()
    caller = client(deployment, notes)
    caller.post(PREDICT, json={})
    caller.post(PREDICT, json=BODY, headers={"authorization": "Bearer wrong"})
    caller.post("/v1/models/nothing:predict", json=BODY)
    assert [exchange.status for exchange in notes.exchanges] == [400, 401]
    assert notes.exchanges[0].name == "fruit"
    assert notes.exchanges[0].probabilities is None


def test_an_address_without_a_name_means_the_keys_endpoint(deployment: Deployment) -> None:
    workspace = deployment.workspace
    caller = client(deployment, Notes())
    body: dict[str, Any] = {"instances": BODY["instances"]}
    register(workspace, "other", class_names=("one", "two"))
    _, other = workspace.deploy("other", "second")
    for key, model in ((deployment.key, "drawings:1"), (other, "other:1")):
        answer = caller.post("/invocations", json=body, headers={"authorization": f"Bearer {key}"})
        assert answer.headers["studio-model"] == model, answer.text
    lost = caller.post("/invocations", json=body, headers={"authorization": ""})
    assert lost.status_code == 400
    assert "fruit, second" in lost.text


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [("https://school.example", True), ("https://evil.example", False)],
)
def test_web_pages_may_ask_where_the_settings_say_so(
    deployment: Deployment, origin: str, allowed: bool
) -> None:
    caller = client(deployment, Notes())
    asked = {"origin": origin, "access-control-request-method": "POST"}
    assert caller.options(PREDICT, headers=asked).status_code == 405, "off unless it is set"
    deployment.workspace.set_endpoint("fruit", origins=("https://school.example",))
    preflight = caller.options(PREDICT, headers=asked)
    answer = caller.post(PREDICT, json=BODY, headers={"origin": origin})
    assert preflight.status_code == (204 if allowed else 405)
    for response in (preflight, answer):
        found = response.headers.get("access-control-allow-origin")
        assert found == (origin if allowed else None)


def test_a_full_line_and_a_used_up_rate_say_when_to_come_back(deployment: Deployment) -> None:
    caller = client(deployment, Notes())
    deployment.workspace.set_endpoint("fruit", rate_per_minute=1)
    answers = [caller.post(PREDICT, json=BODY) for _ in range(3)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1


def test_numbers_are_for_this_machine_and_for_keys_that_open_them(deployment: Deployment) -> None:
    notes = Notes()
    near = client(deployment, notes, "127.0.0.1")
    assert near.get("/metrics").text == "studio_requests_total 0 None\n"
    proxied = near.get("/metrics", headers={"authorization": "", "x-forwarded-for": "10.0.0.7"})
    assert proxied.status_code == 401
    far = client(deployment, notes, "10.0.0.7")
    assert far.get("/metrics", headers={"authorization": ""}).status_code == 401
    _, key = deployment.workspace.add_key("fruit", "grafana", ("watch",))
    opened = {"authorization": f"Bearer {key}"}
    assert far.get("/metrics", headers=opened).text == "studio_requests_total 0 fruit\n"
    assert far.post(PREDICT, json=BODY, headers=opened).status_code == 403


def test_strangers_do_not_make_the_workspace_be_read_again_and_again(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, reads = deployment.workspace, []
    states = workspace.serving_states
    monkeypatch.setattr(workspace, "serving_states", lambda: (reads.append(1), states())[1])
    monkeypatch.setattr("studio.serving.deployments.STRANGER_SECONDS", 1.0)
    caller = TestClient(
        create_app(workspace, hosts=["testserver"], fresh_seconds=30.0),
        raise_server_exceptions=False,
    )
    assert caller.get("/v1/models/fruit").status_code == 200
    reads.clear()
    began = time.monotonic()
    wrong = {"authorization": "Bearer wrong"}
    with ThreadPoolExecutor(16) as pool:
        asked = [pool.submit(caller.post, PREDICT, json=BODY, headers=wrong) for _ in range(16)]
        asked += [pool.submit(caller.get, f"/v1/models/none{n}") for n in range(16)]
        assert {one.result().status_code for one in asked} == {401, 404}
    assert len(reads) <= 3 + (time.monotonic() - began), "one a second, however many ask"
    _, key = workspace.add_key("fruit", "new")
    known = {"authorization": f"Bearer {key}"}
    assert caller.post(PREDICT, json=BODY, headers=known).status_code == 200, "made just now"


def test_versions_are_told_of_without_being_loaded(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = deployment.workspace
    for seed in (1, 2, 3):
        register(workspace, "drawings", seed=seed)
    monkeypatch.setattr("studio.serving.shelf.SPARE_MODELS", 1)
    deployments = Deployments(workspace, 0.0)
    caller = TestClient(
        create_app(workspace, hosts=["testserver"], fresh_seconds=0.0, deployments=deployments)
    )
    for number in "234":
        said = caller.get(f"/v1/models/fruit/versions/{number}").json()
        assert said["model_version_status"][0]["version"] == number
        assert caller.head(f"/v2/models/fruit/versions/{number}/ready").status_code == 200
    assert caller.get("/v1/models/fruit/versions/5").status_code == 404
    assert deployments.now().models == 1
    headers = {"authorization": f"Bearer {deployment.key}"}
    for number in "234":
        path = f"/v1/models/fruit/versions/{number}:predict"
        answer = caller.post(path, json=BODY, headers=headers)
        assert answer.headers["studio-model"] == f"drawings:{number}"
    assert deployments.now().models == 2, "the champion and one more"


def test_a_version_is_loaded_aside_and_keys_are_read_meanwhile(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, go_on = deployment.workspace, threading.Event()

    def slowly(*args: Any) -> Any:
        go_on.wait(60)
        return load(*args)

    deployments = Deployments(workspace, tried=lambda key, version: True)
    until_served(deployments, "drawings:1")
    register(workspace, "drawings", seed=1)
    workspace.set_alias("drawings", "champion", 2)
    monkeypatch.setattr("studio.serving.shelf.load", slowly)
    deployments.refresh()
    workspace.add_key("fruit", "new")
    deployments.refresh()
    live = deployments.live["fruit"]
    assert (live.pending, len(live.state.keys)) == (True, 2)
    assert live.champion is not None
    assert live.champion.version.title == "drawings:1"
    go_on.set()
    until_served(deployments, "drawings:2")
    deployments.close()


def test_a_file_that_fails_as_none_should_holds_nothing_up(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: Any) -> None:
        raise RuntimeError("secret detail")

    deployments = Deployments(deployment.workspace)
    deployments.refresh()
    register(deployment.workspace, "drawings", seed=1)
    deployment.workspace.set_alias("drawings", "champion", 2)
    deployment.workspace.add_key("fruit", "new")
    monkeypatch.setattr("studio.serving.shelf.try_out", fails)
    deployments.refresh()
    live = deployments.live["fruit"]
    assert live.champion is not None
    assert live.champion.version.title == "drawings:1"
    assert len(live.state.keys) == 2
    assert "secret" not in str(live.refused[0].error)
    assert "secret detail" in caplog.text


def until_served(deployments: Deployments, title: str) -> None:
    def served() -> bool:
        deployments.refresh()
        return deployments.report().get("fruit", {}).get("serving") == title

    until(served)


def test_a_version_that_fails_does_not_take_over(deployment: Deployment) -> None:
    workspace = deployment.workspace
    assert deployment.ask(BODY)[0] == 200
    register(workspace, "drawings", seed=1)
    path = workspace.model_file(workspace.model("drawings", version=2), "tflite")
    path.write_bytes(path.read_bytes()[:-100])
    workspace.set_alias("drawings", "champion", 2)
    caller = client(deployment, Notes())
    assert deployment.ask(BODY)[0] == 200, "it served the first one before"
    assert caller.post(PREDICT, json=BODY).status_code == 503, "it never served anything else"


def test_a_state_names_only_versions_that_answer(deployment: Deployment) -> None:
    deployments = Deployments(deployment.workspace)
    deployments.refresh()
    (state,) = deployments.states.values()
    assert isinstance(state, EndpointState)
    assert state.champion is not None
    report = deployments.report()["fruit"]
    assert (report["serving"], report["refused"]) == ("drawings:1", [])
