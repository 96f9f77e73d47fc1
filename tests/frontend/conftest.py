"""A real Chromium, a real Streamlit, and the harness's own /api."""

from __future__ import annotations

import itertools
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from studio.workspace import Workspace
from tests.conftest import PATIENCE
from tests.frontend.sessions import Sessions

ROOT = Path(__file__).parents[2]
# Scripts that Streamlit runs; no tests, and not importable without it.
collect_ignore = ["harness"]
START_SECONDS = 120


@pytest.fixture(scope="session")
def harness_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the workspace that the harness serves labelling sessions from."""
    return tmp_path_factory.mktemp("harness_home")


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory, harness_home: Path) -> Iterator[str]:
    """The address of a running harness."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = Path(__file__).parent / "harness" / "app.py"
    log = tmp_path_factory.mktemp("harness") / "log.txt"
    command = [sys.executable, "-m", "streamlit", "run", str(app), "--server.port", str(port)]
    environment = os.environ | {"STUDIO_HARNESS_HOME": str(harness_home)}
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for_health(address, process, log)
            yield address
            assert process.poll() is None, f"The harness ended by itself with {process.poll()}."
        finally:
            process.terminate()
            process.wait(timeout=60)


def wait_for_health(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{address}/_stcore/health", timeout=60).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError(f"The harness did not start:\n{log.read_text(encoding='utf-8')}")


@pytest.fixture
def tell(base: str) -> Callable[..., None]:
    """Tells the harness something: ``tell("fault", route="labels", status=503, times=2)``."""

    def send(subject: str, **body: Any) -> None:
        httpx.post(f"{base}/api/_test/{subject}", json=body, timeout=60).raise_for_status()

    return send


@pytest.fixture
def state(base: str) -> Callable[[], dict[str, Any]]:
    """Reads what the harness has been told by components."""
    return lambda: httpx.get(f"{base}/api/_test/state", timeout=60).json()


@pytest.fixture(scope="session")
def sessions(harness_home: Path) -> Iterator[Sessions]:
    """Makes labelling sessions in the workspace that the harness serves, and reads what became of them."""
    workspace = Workspace.open(harness_home)
    yield Sessions(workspace)
    workspace.close()


@dataclass
class Window:
    """A page that several tests use one after the other: loading Streamlit takes longer than a test."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def open_window(base: str, browser: Browser) -> Iterator[Callable[[bool], Window]]:
    """Opens a page with a mouse or with a touch screen, which notes what may not happen."""
    contexts = {
        touch: browser.new_context(has_touch=touch, is_mobile=touch) for touch in (False, True)
    }

    def make(touch: bool) -> Window:
        contexts[touch].set_default_timeout(PATIENCE)
        window = Window(contexts[touch].new_page())

        def on_console(message: ConsoleMessage) -> None:
            text = message.text
            if message.type == "error" and not any(part in text for part in window.expected):
                window.complaints.append(f"console: {text}")

        def on_request(request: Request) -> None:
            own = request.url.startswith((base, base.replace("http", "ws"), "blob:", "data:"))
            if not own:
                window.complaints.append(f"request to another host: {request.url}")

        window.page.on("console", on_console)
        window.page.on("pageerror", lambda error: window.complaints.append(f"page error: {error}"))
        window.page.on("request", on_request)
        return window

    yield make
    for context in contexts.values():
        context.close()


@pytest.fixture(scope="session")
def windows(base: str, open_window: Callable[[bool], Window]) -> dict[bool, Window]:
    """One page with a mouse and one with a touch screen."""
    made = {touch: open_window(touch) for touch in (False, True)}
    for window in made.values():
        window.page.goto(base)
    return made


setups = itertools.count(1)


@pytest.fixture
def show(
    base: str, windows: dict[bool, Window], open_window: Callable[[bool], Window]
) -> Iterator[Callable[..., Page]]:
    """Shows one component; fails on page errors and on requests to other hosts.

    ``expected`` names what may stand in the console, such as ``"503"`` where a test makes it happen;
    ``alone`` loads a page of its own, which the test may reload.
    """
    used: list[Window] = []
    alone_windows: list[Window] = []

    def show_component(
        component: str,
        props: dict[str, Any],
        *,
        changed: dict[str, Any] | None = None,
        width: int = 1280,
        height: int = 900,
        touch: bool = False,
        alone: bool = False,
        expected: tuple[str, ...] = (),
    ) -> Page:
        key = next(setups)
        setup = json.dumps({"key": key, "component": component, "props": props, "changed": changed})
        window = open_window(touch) if alone else windows[touch]
        (alone_windows if alone else used).append(window)
        window.expected.extend(expected)
        page = window.page
        page.set_viewport_size({"width": width, "height": height})
        if alone:
            page.goto(f"{base}/?{urlencode({'setup': setup})}")
        else:
            if page.locator(
                "dialog[open]"
            ).count():  # an earlier test left one, over everything else
                page.keyboard.press("Escape")
            page.mouse.move(0, 0)
            page.get_by_label("Setup").fill(setup)
            page.get_by_label("Setup").press("Enter")
        page.get_by_text(f"Setup {key}", exact=True).wait_for()
        expect(page.locator(".studio")).to_have_count(1)
        page.locator(".studio > :not(:empty)").first.wait_for()
        return page

    yield show_component
    for window in alone_windows:
        window.page.close()
    complaints = [text for window in (*used, *alone_windows) for text in window.complaints]
    for window in used:
        window.complaints.clear()
        window.expected.clear()
    assert complaints == []
