"""`score` waits for the run and writes the table where it was asked for."""

from __future__ import annotations

import csv
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from studio.sources.pictures import encode
from studio.workspace import Workspace
from tests.cli.conftest import Studio
from tests.compute.conftest import carry_out
from tests.trained import register


@pytest.fixture
def working(workspace: Workspace, no_worker: None) -> Iterator[None]:
    """Somebody who carries out what is submitted, in this process."""
    done = threading.Event()

    def work() -> None:
        guest = Workspace.open(workspace.home)
        while not done.wait(0.05):
            run = guest.claim_run("test", 3600)
            if run is not None:
                guest.record_events(run, carry_out(guest, run.name))
        guest.close()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    done.set()
    thread.join()


@pytest.mark.usefixtures("working")
def test_datasets_and_pictures_are_scored(
    studio: Studio, workspace: Workspace, tmp_path: Path
) -> None:
    register(workspace, "toys")
    output = tmp_path / "answers.csv"
    words = ("score", "toys", "--dataset", "toys:1", "--limit", 12, "--into", "found")
    said = studio(*words, "--output", output, "--json").json
    assert (said["count"], said["into"], said["model"]) == (12, "found:1", "toys:1")
    with open(output, encoding="utf-8", newline="") as file:
        assert len([*csv.DictReader(file)]) == 12
    assert workspace.dataset("found").count == 12
    picture = tmp_path / "toy.png"
    picture.write_bytes(encode(np.full((9, 9, 1), 7, np.uint8)))
    shown = studio("score", "toys", "--file", picture)
    assert shown.code == 0, shown.err
    assert "1" in shown.out.splitlines()[2]


@pytest.mark.usefixtures("no_worker")
def test_what_makes_no_sense_is_refused(studio: Studio, workspace: Workspace) -> None:
    register(workspace, "toys")
    for words, code in (
        (("score", "toys"), 2),
        (("score", "toys", "--dataset", "toys", "--file", "x"), 2),
        (("score", "toys", "--dataset", "toys", "--above", 2), 1),
        (("score", "toys", "--dataset", "toys", "--limit", 0), 1),
        (("score", "toys", "--file", "/nowhere"), 1),
        (("score", "nobody", "--dataset", "toys"), 1),
        (("score", "toys", "--dataset", "toys", "--output", "/nowhere/x.csv"), 1),
    ):
        assert studio(*words).code == code, words
    assert not workspace.runs(kind="scoring")
