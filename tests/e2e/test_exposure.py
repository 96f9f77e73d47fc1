"""Who is let in: this machine under its own names, and nobody else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from tests.e2e.conftest import ROOT, Studio, running_studio

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """One studio for all tests here, which leave nothing in it."""
    with running_studio(tmp_path_factory.mktemp("exposure") / "studio", {}) as running:
        yield running


def test_only_this_machines_names_are_answered(studio: Studio) -> None:
    port = studio.url.rsplit(":", 1)[1]
    for path in ("/", "/api/health", "/_stcore/health"):
        for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}"):
            answer = httpx.get(studio.url + path, headers={"Host": host}, timeout=60)
            assert answer.status_code == 200, (path, host)
        foreign = httpx.get(studio.url + path, headers={"Host": "evil.example"}, timeout=60)
        assert foreign.status_code in (400, 403), path


def test_route_that_writes_wants_the_token(studio: Studio) -> None:
    answer = httpx.post(f"{studio.url}/api/uploads", timeout=60)
    assert answer.status_code == 403
    assert set(answer.json()["error"]) == {"what", "why", "fix"}


def test_pages_refuse_to_be_open_to_other_machines(studio: Studio) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.address", "0.0.0.0"],
        cwd=ROOT, env=studio.environment, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "does not start on 0.0.0.0" in done.stderr
    assert "Traceback" not in done.stderr
