"""A real studio on a free port, and a browser that forgives nothing."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import ConsoleMessage, Locator, Page, Request, TimeoutError, expect

from studio import processes
from studio.workspace import Workspace
from tests.conftest import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
IDLE = (
    '[data-testid="stApp"][data-test-connection-state="CONNECTED"]'
    '[data-test-script-state="notRunning"]'
)
# Counts what a page says to Streamlit, and up to where that was followed by an answer: the state of the script says
# nothing of a press that has not reached the server yet.
COUNTS = """
window.studioAsked = window.studioAnswered = 0;
window.WebSocket = class extends WebSocket {
  constructor(...all) {
    super(...all);
    this.addEventListener("message", () => { window.studioAnswered = window.studioAsked; });
  }
  send(said) {
    window.studioAsked += 1;
    super.send(said);
  }
};
"""
QUIET = """idle => window.studioAsked !== 0 && window.studioAsked === window.studioAnswered
  && document.querySelector(idle) !== null && document.querySelector('[data-stale="true"]') === null"""
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
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/api/health", timeout=60).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.2)
        pytest.fail((self.home.parent / "studio.log").read_text()[-3000:])

    def stop(self) -> None:
        """Stop the pages; worker, runs and endpoints go on."""
        self.stops += 1
        if self.process:
            self.process.terminate()
            self.process.wait(60)

    def workspace(self) -> Workspace:
        """Open the studio's workspace, as another guest would."""
        return Workspace.open(self.home)


@pytest.fixture
def environment() -> dict[str, str]:
    """Settings the studio is started with; a module of tests may have its own."""
    return {"STUDIO_DATA_ROOTS": str(ROOT.parent / "shared" / "data" / "quickdraw")}


@contextlib.contextmanager
def running_studio(folder: Path, environment: dict[str, str]) -> Iterator[Studio]:
    """Run a studio with an empty workspace in a folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder.mkdir()
    settings = {**os.environ, **environment, "STUDIO_HOME": str(folder / "home")}
    running = Studio(f"http://127.0.0.1:{port}", folder / "home", settings)
    running.start()
    yield running
    running.stop()
    processes.stop_worker(running.home)
    processes.stop_serve(running.home)


def more_runs(workspace: Workspace) -> Callable[[], bool]:
    """Return a question: is there a run more than now?"""
    before = len(workspace.runs())
    return lambda: len(workspace.runs()) > before


@pytest.fixture
def studio(tmp_path: Path, environment: dict[str, str]) -> Iterator[Studio]:
    """A studio with an empty workspace."""
    with running_studio(tmp_path / "studio", environment) as running:
        yield running


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
    page.add_init_script(COUNTS)
    page.set_default_timeout(PATIENCE)
    yield page
    page.screenshot(path=studio.home.parent / "last.png")
    boxes = page.locator('[data-testid="stException"]').count()
    assert not boxes, "an exception box is on the page"
    assert not faults, "\n".join(faults)


def settle(page: Page) -> None:
    """Wait until the page has nothing left to do, and Streamlit has answered whatever it was told."""
    page.wait_for_timeout(150)
    page.wait_for_function(QUIET, arg=IDLE)


@contextlib.contextmanager
def without_worker(home: Path) -> Iterator[None]:
    """Keep the studio's worker from taking up what a test records in its place."""
    lock = processes.worker_lock(home)
    while not lock.acquire():
        processes.stop_worker(home)
    try:
        yield
    finally:
        lock.release()


def press(page: Page, way: str | Locator, outcome: Locator | Callable[[], object]) -> None:
    """Press a button until its outcome is seen: one that a rerun replaces at this moment is pressed in vain.

    It is pressed again only on a page that has nothing left to do.

    Args:
        way: What to press, or the name of a button.
        outcome: What is to be seen then, or a question to the workspace.
    """
    button = page.get_by_role("button", name=way) if isinstance(way, str) else way
    seen = outcome.first.is_visible if isinstance(outcome, Locator) else outcome
    for _ in range(4):
        with contextlib.suppress(TimeoutError):
            button.click(timeout=15_000)
        waited = 0.0
        pressed = time.monotonic()
        while waited < 10 or (waited < 120 and not page.evaluate(QUIET, IDLE)):
            if seen():
                return
            page.wait_for_timeout(50)
            waited = time.monotonic() - pressed
    pytest.fail(f"pressed in vain: {button}")


def follow(page: Page, way: Locator, title: str) -> None:
    """Click what leads to another page, until that is there.

    A component that speaks at this moment makes Streamlit show the page before again.
    """
    heading = page.get_by_role("heading", level=1, name=title)
    for _ in range(4):
        press(page, way, heading)
        settle(page)
        page.wait_for_timeout(300)
        if heading.is_visible():
            return
    expect(heading).to_be_visible()


def visit(page: Page, title: str) -> None:
    """Go to a page by the menu."""
    menu = page.get_by_test_id("stSidebarNav")
    follow(page, menu.get_by_role("link", name=title, exact=True), title)


def view(page: Page, name: str) -> None:
    """Choose one of the buttons in a row, of which one is chosen."""
    settle(page)
    way = page.get_by_role("radio", name=name, exact=True)
    if not way.is_checked():
        press(page, way, way.is_checked)
    settle(page)


def tab(page: Page, name: str) -> None:
    """Choose a tab."""
    settle(page)
    way = page.get_by_role("tab", name=name, exact=True)
    press(page, way, lambda: way.get_attribute("aria-selected") == "true")
    settle(page)


def enter(field: Locator, value: str, key: str = "Tab") -> None:
    """Type into a field and leave it, until it keeps that: a rerun may bring back what stood there."""
    for _ in range(3):
        field.fill(value)
        field.press(key)
        settle(field.page)
        if field.input_value() == value:
            return
    expect(field).to_have_value(value)


def pick(page: Page, label: str, option: str) -> None:
    """Choose an option of a select box."""
    wanted = page.get_by_role("option", name=option, exact=True)
    box = page.get_by_role("combobox", name=label).first
    for _ in range(4):  # a rerun that comes in between closes the list
        settle(page)
        with contextlib.suppress(TimeoutError):
            box.click(timeout=15_000)
            wanted.click(timeout=5_000)
            settle(page)
            return
    pytest.fail(f"{option} of {label} could not be chosen")


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
