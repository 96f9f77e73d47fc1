"""A training of four hours as its owner lives through it: browser closed, laptop asleep, studio killed, curve whole.

How four hours become two minutes:

- The labels are synthetic, for this load only: 100 classes, each one random 28x28 picture and noisy copies of it.
- The curve has as many points as four hours give. `make bench` saw the default model learn from 10,300 pictures a
  second at batch 256 on two cores: in four hours 212 passes over 100 classes of 10,000 drawings, of which 700,000
  are learned from. Such a pass has 2,735 steps and, by the default settings, 195 points, one every 14 steps. Here
  are 212 epochs of 195 steps, and by the same settings a point each: 41,340 points a curve, all of them said by a
  real training. Only its steps are shorter than those of the default model: a small model, batches of 16.
- The clocks of the studio's processes, that of the date and that of leases (which counts a laptop's sleep), are
  moved on by four hours: one while nobody looks, two while all is suspended, one while the studio is down.
"""

from __future__ import annotations

import math
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from studio import processes
from studio.compute.folder import RunFolder
from studio.core.configs import ModelConfig
from studio.core.dataset import SplitConfig
from studio.core.layers import Dense, MaxPooling2D
from studio.core.sources import ArraysSource
from studio.core.standard import training_pipeline
from studio.core.training import TrainingConfig
from studio.workspace import Workspace
from tests.compute.conftest import kill, until
from tests.e2e.conftest import COUNTS, PROBES, Studio, settle

pytestmark = [pytest.mark.e2e, pytest.mark.long]

RUN = "four-hours"
EPOCHS, STEPS = 212, 195
TOTAL = EPOCHS * STEPS
MODEL = ModelConfig(layers=(MaxPooling2D(pool_size=4), Dense(units=32)))
TRAINING = TrainingConfig(epochs=EPOCHS, steps_per_epoch=STEPS, batch_size=16)
EVERY_STEP = {"loss", "accuracy", "top_k", "learning_rate", "memory"}
EVERY_EPOCH = {f"{of}_{name}" for of in ("epoch", "val") for name in ("loss", "accuracy", "top_k")}
CLOCKS = """
import time
def ahead(path={path!r}):
    with open(path) as file:
        return float(file.read())
def date(real=time.time):
    return real() + ahead()
def clock(number, real=time.clock_gettime):
    return real(number) + (ahead() if number == time.CLOCK_BOOTTIME else 0)
time.time, time.clock_gettime = date, clock
"""
CURVES = """() => {
  const roots = [...document.querySelectorAll("*")].map(e => e.shadowRoot).filter(Boolean);
  const plots = roots.flatMap(root => [...root.querySelectorAll(".plot")]).filter(plot => plot.data);
  const traces = plots.filter(plot => plot.checkVisibility()).flatMap(plot => plot.data);
  return traces.map(trace => [trace.name, trace.x[0], trace.x.at(-1)]);
}"""
DROPPED = re.compile(
    r"net::ERR_(CONNECTION_|EMPTY_RESPONSE)|WebSocket is already in CLOS|when disconnected from server"
    r"|No response received when attempting to reach|Streamlit server is not responding"
)
"""What a page says while its server is down."""


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Clocks of the studio's processes that `move_on` moves; the test itself may import from its folder."""
    monkeypatch.setenv("STUDIO_DATA_ROOTS", str(tmp_path))
    (tmp_path / "code").mkdir()
    (tmp_path / "clock").write_text("0")
    (tmp_path / "code/sitecustomize.py").write_text(CLOCKS.format(path=str(tmp_path / "clock")))
    return {"PYTHONPATH": str(tmp_path / "code")}


def move_on(studio: Studio, hours: float) -> None:
    """Move the studio's clocks on."""
    clock = studio.home.parents[1] / "clock"
    aside = clock.with_suffix(".new")
    aside.write_text(str(float(clock.read_text()) + 3600 * hours))
    aside.replace(clock)


@pytest.fixture
def faults(studio: Studio) -> Iterator[list[str]]:
    """What browsers complained of; what is left of the run is ended afterwards."""
    yield []
    studio.stop()  # else it would start another worker
    processes.stop_worker(studio.home)
    kill(RunFolder.of(studio.home, RUN))


def look(browser: Browser, studio: Studio, faults: list[str]) -> Page:
    """Open the run in a browser, as its owner would, and note what goes wrong there."""
    page = browser.new_page()
    page.add_init_script(COUNTS)

    def on_console(message: ConsoleMessage) -> None:
        dropped = studio.stops > 0 and DROPPED.search(message.text)
        address = message.location.get("url", "")
        if message.type == "error" and not address.endswith(PROBES) and not dropped:
            faults.append(f"console: {message.text} {address}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: faults.append(f"page error: {error}"))
    page.set_default_timeout(60_000)
    page.goto(f"{studio.url}/runs?run={RUN}")
    settle(page)
    return page


def see_it_move(page: Page, beyond: int = 0) -> int:
    """Wait until the curve of the loss has come beyond a step and then grown again; return where it is."""
    seen: list[int] = []
    deadline = time.monotonic() + 90
    while len(seen) < 2:
        assert time.monotonic() < deadline, f"the curve stays where it is: {seen}"
        page.wait_for_timeout(50)
        name, first, last = (page.evaluate(CURVES) or [["training", 1, 0]])[0]
        assert (name, first) == ("training", 1)
        if last > (seen or [beyond])[-1]:
            seen.append(last)
    assert page.get_by_test_id("stException").count() == 0, "an exception box is on the page"
    return seen[-1]


def submit(workspace: Workspace, folder: Path) -> None:
    """Import the synthetic classes and queue the training."""
    chance = np.random.default_rng(7)
    pictures = chance.integers(0, 200, (100, 1, 28, 28), np.uint8)
    pictures = pictures + chance.integers(0, 56, (100, 100, 28, 28), np.uint8)
    pictures, labels = pictures.reshape(-1, 28, 28), np.repeat(np.arange(100), 100)
    np.savez(folder / "synthetic.npz", images=pictures, labels=labels)
    split = SplitConfig(test_share=0.2, validation_share=0.1)
    source = ArraysSource(path=str(folder / "synthetic.npz"))
    assert workspace.add_dataset("synthetic", source, split=split).class_counts == (100,) * 100
    workspace.submit(training_pipeline("synthetic", MODEL, TRAINING), name=RUN)


def done(workspace: Workspace) -> int:
    """Return how many steps the run says it has done."""
    progress = workspace.run(RUN).progress
    return progress.done if progress is not None and progress.unit == "steps" else 0


def living(studio: Studio) -> list[int]:
    """Return the numbers of the worker, the run's process and the pages' process."""
    assert studio.process is not None
    locks = processes.worker_lock(studio.home), RunFolder.of(studio.home, RUN).lock()
    numbers = [number for lock in locks if (number := lock.pid)]
    assert len(numbers) == 2
    return [*numbers, studio.process.pid]


def suspend(studio: Studio) -> None:
    """Let every process of the studio sleep for two hours."""
    numbers, events = living(studio), RunFolder.of(studio.home, RUN).events
    stats = [Path(f"/proc/{number}/stat") for number in numbers]
    try:
        for number in numbers:
            os.kill(number, signal.SIGSTOP)
        until(lambda: all(stat.read_text().rpartition(") ")[2].startswith("T") for stat in stats))
        before = events.stat().st_size
        move_on(studio, 2)
        time.sleep(1)
        assert events.stat().st_size == before, "the training went on in its sleep"
    finally:
        for number in numbers:
            os.kill(number, signal.SIGCONT)


def test_four_hours_with_a_closed_browser_a_suspended_laptop_and_a_killed_studio(
    launch_browser: Callable[[], Browser], studio: Studio, faults: list[str], tmp_path: Path
) -> None:
    workspace = studio.workspace()
    submit(workspace, tmp_path)
    with closing(launch_browser()) as browser:
        seen = see_it_move(look(browser, studio, faults))
    move_on(studio, 1)
    until(lambda: done(workspace) > seen + 5 * STEPS)
    with closing(launch_browser()) as browser:
        page = look(browser, studio, faults)
        see_it_move(page, seen + 5 * STEPS)
        awake = living(studio)
        suspend(studio)
        see_it_move(page, done(workspace))
        settle(page)
        assert living(studio) == awake
        run = workspace.run(RUN)
        assert (run.status, run.attempt, run.failure) == ("running", 1, None)
        until(lambda: list(RunFolder.of(studio.home, RUN).checkpoints.glob("*/step-*")))
        studio.stop()
        for number in awake[:2]:  # the worker, then the run: nobody is left to start it anew
            os.kill(number, signal.SIGKILL)
        until(lambda: not RunFolder.of(studio.home, RUN).lock().held)
        stood = (kept := workspace.curves(RUN)[1])["loss"][-1][0]
        assert seen < stood < TOTAL, f"killed at step {stood} of {TOTAL}: not in the middle"
        move_on(studio, 1)
        page.wait_for_timeout(500)
        studio.start()
        see_it_move(page, stood)  # a page that was left open finds its way back
        page.goto(f"{studio.url}/runs?run={RUN}")
        settle(page)
        studio.stops = 0  # from here on nothing is forgiven
        until(lambda: workspace.run(RUN).is_terminal, 180)
        check_run(workspace, kept)
        check_page(page)
        page.reload()
        settle(page)
        check_page(page)
    assert not faults, "\n".join(faults)


def check_page(page: Page) -> None:
    """See that the page shows the run as finished, and every curve from its first step to its last."""
    for text in ("Trained and judged.", "took 4 h", "went on after an interruption"):
        expect(page.get_by_text(text)).to_be_visible(timeout=60_000)
    epochs = [[name, STEPS, TOTAL] for name in ("whole epoch", "validation")]
    until(lambda: page.evaluate(CURVES) == 3 * [["training", 1, TOTAL], *epochs], 20)
    assert page.get_by_test_id("stException").count() == 0, "an exception box is on the page"


def check_run(workspace: Workspace, kept: dict[str, list[tuple[int, float]]]) -> None:
    """See that the run went on where it was saved, learned, and has every point of every curve once."""
    run = workspace.run(RUN)
    assert (run.status, run.attempt) == ("completed", 2), run.failure
    assert (run.seconds or 0) >= 4 * 3600
    assert workspace.evaluation(RUN).accuracy > 0.5, "chance is 0.01"
    went_on = re.findall(r"Going on after step ([\d,]+) of", "\n".join(workspace.run_log(RUN)[1]))
    (saved,) = [int(step.replace(",", "")) for step in went_on]
    assert 0 < saved <= kept["loss"][-1][0]
    curves = workspace.curves(RUN)[1]
    unmeasured = set(range(1, TOTAL + 1)) ^ {step for step, _ in curves.pop("samples_per_second")}
    assert unmeasured <= {1, saved + 1}, "only the first step of a process, which compiles it"
    assert set(curves) == EVERY_STEP | EVERY_EPOCH
    for name, points in curves.items():
        every = 1 if name in EVERY_STEP else STEPS
        assert [step for step, _ in points] == list(range(every, TOTAL + 1, every)), name
        assert all(math.isfinite(value) for _, value in points), name
        before = [point for point in kept[name] if point[0] <= saved]
        assert points[: len(before)] == before, f"{name} changed where it was recorded before"
