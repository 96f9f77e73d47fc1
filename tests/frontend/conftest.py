"""A real Chromium, a real Streamlit, and the harness's own /api."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

ROOT = Path(__file__).parents[2]
# Scripts that Streamlit runs; no tests, and not importable without it.
collect_ignore = ["harness"]
START_SECONDS = 30


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running harness."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = Path(__file__).parent / "harness" / "app.py"
    log = tmp_path_factory.mktemp("harness") / "log.txt"
    command = [sys.executable, "-m", "streamlit", "run", str(app), "--server.port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output)
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for_health(address, process, log)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=10)


def wait_for_health(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{address}/_stcore/health").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError(f"The harness did not start:\n{log.read_text(encoding='utf-8')}")


@pytest.fixture
def tell(base: str) -> Callable[..., None]:
    """Tells the harness something: ``tell("fault", route="labels", status=503, times=2)``."""

    def send(subject: str, **body: Any) -> None:
        httpx.post(f"{base}/api/_test/{subject}", json=body).raise_for_status()

    return send


@pytest.fixture
def state(base: str) -> Callable[[], dict[str, Any]]:
    """Reads what the harness has been told by components."""
    return lambda: httpx.get(f"{base}/api/_test/state").json()


@pytest.fixture(scope="session")
def contexts(browser: Browser) -> Iterator[dict[bool, BrowserContext]]:
    """One context with a mouse and one with a touch screen: pages share Streamlit's cached files."""
    made = {touch: browser.new_context(has_touch=touch, is_mobile=touch) for touch in (False, True)}
    for context in made.values():
        context.set_default_timeout(10_000)
    yield made
    for context in made.values():
        context.close()


@pytest.fixture
def show(base: str, contexts: dict[bool, BrowserContext]) -> Iterator[Callable[..., Page]]:
    """Opens a page with one component; fails on page errors and on requests to other hosts.

    ``expected`` names what may stand in the console, such as ``"503"`` where a test makes it happen.
    """
    complaints: list[str] = []
    pages: list[Page] = []

    def open_page(
        component: str,
        props: dict[str, Any],
        *,
        changed: dict[str, Any] | None = None,
        width: int = 1280,
        height: int = 900,
        touch: bool = False,
        expected: tuple[str, ...] = (),
    ) -> Page:
        page = contexts[touch].new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})

        def on_console(message: ConsoleMessage) -> None:
            text = message.text
            if message.type == "error" and not any(part in text for part in expected):
                complaints.append(f"console: {text}")

        def on_request(request: Request) -> None:
            own = request.url.startswith((base, base.replace("http", "ws"), "blob:", "data:"))
            if not own:
                complaints.append(f"request to another host: {request.url}")

        page.on("console", on_console)
        page.on("pageerror", lambda error: complaints.append(f"page error: {error}"))
        page.on("request", on_request)
        query = {"component": component, "props": json.dumps(props)}
        if changed is not None:
            query["changed"] = json.dumps(changed)
        page.goto(f"{base}/?{urlencode(query)}")
        page.locator(".studio > *").first.wait_for()
        return page

    yield open_page
    for page in pages:
        page.close()
    assert complaints == []
