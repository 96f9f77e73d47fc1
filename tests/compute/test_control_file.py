from __future__ import annotations

import os
from pathlib import Path

import pytest

from studio.compute.control_file import ControlFile
from studio.compute.folder import RunFolder
from studio.core.control import RunControl


@pytest.fixture
def folder(home: Path) -> RunFolder:
    made = RunFolder.of(home, "one")
    made.path.mkdir(parents=True)
    return made


def test_the_newest_word_is_heard(folder: RunFolder) -> None:
    control = ControlFile(folder)
    assert control() == RunControl()
    for wishes in (RunControl(pause=True), RunControl(epochs=9), RunControl(learning_rate=0.1)):
        folder.write_control(wishes)
        assert control() == wishes
        assert control() is control()
    assert [path.name for path in folder.path.iterdir()] == ["control.json"]


def test_a_stop_file_and_a_signal_ask_for_an_end(folder: RunFolder) -> None:
    control = ControlFile(folder)
    folder.write_control(RunControl(epochs=9))
    folder.stop.touch()
    assert control() == RunControl(epochs=9, stop=True)
    folder.stop.unlink()
    assert control() == RunControl(epochs=9)
    control._on_signal(15, None)
    assert control().ends


def test_a_file_that_a_power_cut_damaged_is_passed_over(folder: RunFolder) -> None:
    control = ControlFile(folder)
    folder.write_control(RunControl(epochs=9))
    assert control().epochs == 9
    for damaged in (b"", b"\0" * 20, b'{"pause": tr'):
        folder.control.write_bytes(damaged)
        os.utime(folder.control, ns=(1, len(damaged)))
        assert control().epochs == 9
    folder.write_control(RunControl(pause=True))
    assert control().pause
