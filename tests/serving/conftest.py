"""A deployed model, and a caller that has its key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from studio.serving import create_app
from studio.workspace import Workspace
from tests.client import TestClient
from tests.trained import register


@dataclass(frozen=True)
class Deployment:
    """An endpoint called `fruit` on the alias `champion` of a model called `drawings`, 8x8 grey, 3 classes."""

    workspace: Workspace
    key: str
    client: TestClient

    def ask(self, body: object, path: str = "/v1/models/fruit:predict") -> tuple[int, dict]:
        response = self.client.post(path, json=body)
        return response.status_code, response.json()


@pytest.fixture
def deployment(workspace: Workspace) -> Iterator[Deployment]:
    register(workspace, "drawings", alias="champion")
    _, key = workspace.deploy("drawings@champion", "fruit")
    app = create_app(workspace, internal_key="inside", hosts=("testserver",), fresh_seconds=0.0)
    headers = {"authorization": f"Bearer {key}"}
    with TestClient(app, headers=headers, raise_server_exceptions=False) as client:
        yield Deployment(workspace, key, client)
