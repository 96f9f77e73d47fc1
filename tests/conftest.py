"""Fixtures of every room: a workspace of one's own, the shared drawings, the browser."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pysqlite3  # noqa: F401  before TensorFlow, which brings an older SQLite that would take its place
import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import expect

if TYPE_CHECKING:
    from studio.workspace import Workspace

ROOT = Path(__file__).resolve().parent.parent

# TensorFlow reads this when it is imported; its start-up notes would bury a test's own output.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

# The same examples in every run; a slow machine is no counterexample.
settings.register_profile(
    "studio",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("studio")

# How long a browser may take for anything, in milliseconds: on a busy machine that is longer than one thinks.
PATIENCE = 60_000
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# The browser is shared by all files that a process runs, so every page has a camera: a pattern that moves, lent to all.
FAKE_CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real Quick, Draw! drawings beside the checkout; skips where there is none."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("NOT RUN on real drawings: there is no folder ../shared/data")
    return folder


@pytest.fixture(autouse=True, scope="module")
def garbage_of_its_own() -> None:
    """Let no module's tests search what others left in memory for garbage.

    Streamlit collects garbage after every rerun: with TensorFlow and thousands of tests behind, that took half a
    second each time.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty workspace folder, set as STUDIO_HOME: no test ever touches the live workspace."""
    folder = tmp_path / "home"
    monkeypatch.setenv("STUDIO_HOME", str(folder))
    return folder


@pytest.fixture
def workspace(home: Path) -> Iterator[Workspace]:
    """A new workspace in `home`; a test that wants a second guest opens it again by its `home`."""
    from studio.workspace import Workspace

    workspace = Workspace.open(home)
    yield workspace
    workspace.close()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the Chromium that `make test` found, else the one on PATH, else Playwright's own."""
    expect.set_options(timeout=PATIENCE)
    found = os.environ.get("STUDIO_CHROMIUM")
    if found is None:
        found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), "")
    arguments = {**browser_type_launch_args, "args": [*CHROMIUM_FLAGS, *FAKE_CAMERA]}
    return {**arguments, "executable_path": found} if found else arguments
