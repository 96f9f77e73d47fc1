from __future__ import annotations

import time
import zipfile
from pathlib import Path

import pytest

from studio.workspace import Workspace
from tests.cli.conftest import Studio
from tests.workspace.conftest import MakeDataset
from tests.workspace.judged import judged_run


@pytest.fixture
def pets(workspace: Workspace, make_dataset: MakeDataset) -> Workspace:
    """Two versions of a model; the first is champion."""
    make_dataset()
    for name, quality in (("r1", 0.8), ("r2", 0.7)):
        judged_run(workspace, name, test=[0, 1], mean_average_precision=quality)
        workspace.register_model(name, "pets", alias="champion" if name == "r1" else None)
    return workspace


@pytest.mark.usefixtures("pets")
def test_an_alias_goes_through_its_gates_and_back(studio: Studio) -> None:
    assert "has no gates" in studio("models", "gates", "pets", "champion").out
    set_gates = (
        "models",
        "gates",
        "pets",
        "champion",
        "--set",
        "margin=0.05",
        "--set",
        "latency=9",
    )
    assert studio(*set_gates, "--json").json["gates"]["margin"] == 0.05
    removed = studio("models", "gates", "pets", "champion", "--set", "latency=", "--json").json
    assert removed["gates"]["latency"] is None
    checked = studio("models", "check", "pets:2", "champion")
    assert checked.code == 1
    assert "refused: Its mAP" in checked.out
    assert studio("models", "check", "run/r2", "pets@champion", "--json").json["allowed"] is False
    alias = ("models", "alias", "pets", "champion", "2")
    refused = studio(*alias)
    assert refused.code == 1
    assert "pets:2 may not become pets@champion" in refused.refusal["what"]
    assert studio(*alias, "--override").code == 1  # without a reason
    assert studio(*alias, "--override", "--reason", "a demo").out == "pets@champion is pets:2.\n"
    assert studio("models", "rollback", "pets", "champion", "--json").json["version"] == 1
    history = studio("models", "history", "pets", "--json").json["moves"]
    assert [(m["previous"], m["version"]) for m in history] == [(2, 1), (1, 2), (None, 1)]
    assert "a demo (gates overridden)" in studio("models", "history", "pets").out
    today = time.strftime("%Y-%m-%d")
    assert studio("models", "was", "pets", "champion", today, "--json").json["version"] == 1
    assert "was nothing" in studio("models", "was", "pets", "champion", "2020-01-01").out
    assert studio("models", "unalias", "pets", "champion").code == 0
    assert studio("models", "was", "pets", "champion", today, "--json").json["version"] is None


@pytest.mark.usefixtures("pets")
def test_lineage_cards_and_notes_are_printed(studio: Studio, tmp_path: Path) -> None:
    assert "run r1" in studio("models", "lineage", "pets:1").out
    assert studio("models", "lineage", "run/r2", "--json").json["start"] == "run:r2"
    noted = studio("models", "note", "pets:1", "only by day", "--about", "limits", "--json").json
    assert noted["limits"] == "only by day"
    card = studio("models", "card", "pets:1", "--json").json
    assert "only by day" in card["card"]
    for name in ("card.md", "card.zip"):
        assert studio("models", "card", "pets:1", "--output", tmp_path / name).code == 0
    assert (tmp_path / "card.md").read_text() == card["card"]
    with zipfile.ZipFile(tmp_path / "card.zip") as archive:
        assert archive.read("README.md").decode() == card["card"]
    assert studio("export", "pets:1", "--format", "mlflow", "--output", tmp_path / "m").code == 0


@pytest.mark.usefixtures("pets")
@pytest.mark.parametrize(
    "words",
    [
        ("models", "was", "pets", "champion", "tomorrow"),
        ("models", "gates", "pets", "champion", "--set", "speed=3"),
        ("models", "gates", "pets", "champion", "--set", "margin=2"),
        ("models", "gates", "pets", "a b", "--set", "margin=0"),
        ("models", "rollback", "pets", "champion"),
        ("models", "unalias", "pets", "challenger"),
        ("models", "card", "pets", "--output", "/nowhere/at/all.md"),
        ("models", "lineage", "run/none"),
    ],
    ids=lambda words: " ".join(words[1:2] + words[-1:]).replace("/", "-"),
)
def test_what_is_impossible_is_refused(studio: Studio, words: tuple[str, ...]) -> None:
    result = studio(*words)
    assert result.code == 1
    assert all(result.refusal.values())
