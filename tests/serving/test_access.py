"""Keys, limits, web pages and challengers, over HTTP."""

from __future__ import annotations

from collections import Counter

import numpy as np

from studio.serving.traffic import CALLER_HEADER
from tests.serving.conftest import Deployment
from tests.trained import register

PREDICT = "/v1/models/fruit:predict"
BODY = {"instances": np.zeros((1, 8, 8, 1), int).tolist()}


def test_keys_open_their_scopes_are_limited_and_revoked(deployment: Deployment) -> None:
    workspace, client = deployment.workspace, deployment.client
    _, watching = workspace.add_key("fruit", "numbers", ("watch",))
    made, slow = workspace.add_key("fruit", "page", rate_per_minute=6)

    def ask(key: str) -> int:
        return client.post(
            PREDICT, json=BODY, headers={"authorization": f"Bearer {key}"}
        ).status_code

    assert ask(watching) == 403
    assert ask("studio_wrong") == 401
    assert ask(slow) == 200
    refused = client.post(PREDICT, json=BODY, headers={"authorization": f"Bearer {slow}"})
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 10
    assert "asks too often" in refused.json()["error"]
    assert ask(deployment.key) == 200
    workspace.revoke_key("fruit", made.id)
    assert ask(slow) == 401


def test_only_pages_from_named_origins_may_ask(deployment: Deployment) -> None:
    workspace, client = deployment.workspace, deployment.client
    page = {"origin": "https://school.example", "access-control-request-method": "POST"}
    origin = {"origin": "https://school.example"}
    assert client.options(PREDICT, headers=page).status_code == 405
    answer = client.post(PREDICT, json=BODY, headers=origin)
    assert answer.status_code == 200
    assert not [name for name in answer.headers if name.startswith("access-control")]
    workspace.set_endpoint("fruit", origins=["https://school.example"])
    client.get("/v1/models/fruit")
    for path in (PREDICT, "/invocations", "/v2/models/fruit/infer"):
        asked = client.options(path, headers=page)
        assert asked.status_code == 204
        assert asked.headers["access-control-allow-origin"] == "https://school.example"
    for answer in (
        client.post(PREDICT, json=BODY, headers=origin),
        client.post(PREDICT, json={}, headers=origin),
        client.get("/v1/models/fruit", headers=origin),
    ):
        assert answer.headers["access-control-allow-origin"] == "https://school.example"
        assert "studio-model" in answer.headers["access-control-expose-headers"]
    assert client.options(PREDICT, headers={**page, "origin": "https://evil.example"}).status_code == 405  # fmt: skip


def test_a_challenger_answers_its_share_and_named_callers_stay(deployment: Deployment) -> None:
    workspace, client = deployment.workspace, deployment.client
    register(workspace, "drawings", seed=1)
    workspace.set_endpoint("fruit", challenger="drawings:2", traffic="canary", share=50)

    def answered(headers: dict[str, str] | None = None) -> str:
        answer = client.post(PREDICT, json=BODY, headers=headers)
        assert answer.status_code == 200
        return answer.headers["studio-model"]

    counts = Counter(answered() for _ in range(60))
    assert set(counts) == {"drawings:1", "drawings:2"}
    sides = {c: {answered({CALLER_HEADER: f"pupil {c}"}) for _ in range(3)} for c in range(12)}
    assert all(len(side) == 1 for side in sides.values())
    assert len({next(iter(side)) for side in sides.values()}) == 2
    workspace.set_endpoint("fruit", traffic="shadow", share=100)
    assert {answered() for _ in range(5)} == {"drawings:1"}
    assert workspace.promote_challenger("fruit").title == "drawings:2"
    assert answered() == "drawings:2"
