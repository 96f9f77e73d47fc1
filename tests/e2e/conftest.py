"""A real studio on a free port, and a browser that forgives nothing."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import ConsoleMessage, Locator, Page, Request, TimeoutError, expect

from studio import processes
from studio.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
IDLE = (
    '[data-testid="stApp"][data-test-connection-state="CONNECTED"]'
    '[data-test-script-state="notRunning"]'
)
# A page opened by its own address makes Streamlit look for its server below that address first.
PROBES = ("/_stcore/health", "/_stcore/host-config")


@dataclass
class Studio:
    """A running studio: its address, its workspace directory, its process."""

    url: str
    home: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    stops: int = 0

    def start(self) -> None:
        """Start the pages and wait until their routes answer."""
        port = self.url.rsplit(":", 1)[1]
        with open(self.home.parent / "studio.log", "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", port],
                cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/api/health").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.2)
        pytest.fail((self.home.parent / "studio.log").read_text()[-3000:])

    def stop(self) -> None:
        """Stop the pages; worker, runs and endpoints go on."""
        self.stops += 1
        if self.process:
            self.process.terminate()
            self.process.wait(20)

    def workspace(self) -> Workspace:
        """Open the studio's workspace, as another guest would."""
        return Workspace.open(self.home)


@pytest.fixture
def environment() -> dict[str, str]:
    """Settings the studio is started with; a module of tests may have its own."""
    return {"STUDIO_DATA_ROOTS": str(ROOT.parent / "shared" / "data" / "quickdraw")}


@pytest.fixture
def studio(tmp_path: Path, environment: dict[str, str]) -> Iterator[Studio]:
    """A studio with an empty workspace."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path / "studio"
    folder.mkdir()
    settings = {**os.environ, **environment, "STUDIO_HOME": str(folder / "home")}
    running = Studio(f"http://127.0.0.1:{port}", folder / "home", settings)
    running.start()
    yield running
    running.stop()
    processes.stop_worker(running.home)
    processes.stop_serve(running.home)


@pytest.fixture
def strict_page(page: Page, studio: Studio) -> Iterator[Page]:
    """A page on which any console error, exception box or request to another host fails the test."""
    faults: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        address = message.location.get("url", "")
        # A page that asks while a test has the studio stopped is refused, and asks again later.
        refused = studio.stops > 0 and "ERR_CONNECTION_REFUSED" in message.text
        if message.type == "error" and not address.endswith(PROBES) and not refused:
            faults.append(f"console: {message.text} {address}")

    def on_request(request: Request) -> None:
        local = request.url.startswith(
            (studio.url, studio.url.replace("http", "ws"), "blob:", "data:")
        )
        if not local:
            faults.append(f"request to another host: {request.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: faults.append(f"page error: {error}"))
    page.on("request", on_request)
    page.set_default_timeout(20_000)
    expect.set_options(timeout=20_000)
    yield page
    page.screenshot(path=studio.home.parent / "last.png")
    boxes = page.locator('[data-testid="stException"]').count()
    assert not boxes, "an exception box is on the page"
    assert not faults, "\n".join(faults)


def settle(page: Page) -> None:
    """Wait until the page has nothing left to do."""
    page.wait_for_timeout(150)
    page.wait_for_selector(IDLE)
    expect(page.locator('[data-stale="true"]')).to_have_count(0)


def follow(page: Page, way: Locator, title: str) -> None:
    """Click what leads to another page, until that is there.

    A component that speaks at this moment makes Streamlit show the page before again.
    """
    heading = page.get_by_role("heading", level=1, name=title)
    for _ in range(4):
        way.click()
        with contextlib.suppress(TimeoutError):
            heading.wait_for(timeout=6_000)
            settle(page)
            page.wait_for_timeout(300)
        if heading.is_visible():
            break
    expect(heading).to_be_visible()


def press(page: Page, button: str, outcome: Locator) -> None:
    """Press a button until its outcome is seen: one that a rerun replaces at this moment is pressed in vain."""
    for _ in range(3):
        page.get_by_role("button", name=button).click()
        with contextlib.suppress(TimeoutError):
            outcome.wait_for(timeout=10_000)
            break
    expect(outcome).to_be_visible()


def visit(page: Page, title: str) -> None:
    """Go to a page by the menu."""
    menu = page.get_by_test_id("stSidebarNav")
    follow(page, menu.get_by_role("link", name=title, exact=True), title)


def pick(page: Page, label: str, option: str) -> None:
    """Choose an option of a select box."""
    wanted = page.get_by_role("option", name=option, exact=True)
    for _ in range(3):  # a rerun that comes in between closes the list
        page.get_by_role("combobox", name=label).first.click()
        page.wait_for_timeout(500)
        if wanted.is_visible():
            break
    wanted.click()
    settle(page)


def draw(page: Page, pad: Locator, strokes: list[list[tuple[float, float]]]) -> None:
    """Draw on a pad; coordinates are shares of its side."""
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    for stroke in strokes:
        for number, (x, y) in enumerate(stroke):
            page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
            if number == 0:
                page.mouse.down()
        page.mouse.up()
