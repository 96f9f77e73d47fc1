from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.client import TestClient

ASSETS = Path(__file__).resolve().parents[2] / "studio" / "ui" / "components" / "assets"


def test_bundles_are_kept_for_good(client: TestClient) -> None:
    manifest = json.loads((ASSETS / "manifest.json").read_text())
    for file in manifest.values():
        response = client.get(f"/assets/{file}")
        assert response.content == (ASSETS / file).read_bytes()
        assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert response.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize(
    "file", ["manifest.json", "..%2fbundles.py", "%2e%2e%2fbundles.py", "x.js", "nothing"]
)
def test_other_files_are_not_there(client: TestClient, file: str) -> None:
    response = client.get(f"/assets/{file}")
    assert response.status_code == 404
    assert response.json()["error"]["what"]


def test_plotly_comes_from_its_package(client: TestClient) -> None:
    response = client.get("/plotly.min.js")
    assert response.status_code == 200
    assert b"plotly.js" in response.content[:200]


def test_routes_load_neither_tensorflow_nor_streamlit() -> None:
    script = (
        "import sys, studio.api; "
        "print(*{'tensorflow', 'keras', 'ai_edge_litert', 'streamlit', 'plotly'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
