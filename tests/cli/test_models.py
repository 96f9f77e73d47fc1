from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.core.presets import PRESETS
from studio.workspace import Workspace
from tests.cli.conftest import Studio
from tests.workspace.conftest import MakeDataset, TrainedRun

REGISTER = ("models", "register", "first", "--name", "pets")


@pytest.fixture
def first(trained_run: TrainedRun, no_worker: None) -> None:
    """A run called first that has a model."""
    trained_run("first")


@pytest.mark.usefixtures("first")
def test_registering_listing_and_showing(studio: Studio) -> None:
    assert "models register" in studio("models", "list").out
    registered = studio(*REGISTER, "--alias", "champion", "--json").json
    assert (registered["name"], registered["version"]) == ("pets", 1)
    assert (registered["aliases"], registered["run"]) == (["champion"], "first")
    assert registered["facts"]["accuracy"] == 0.75
    assert set(registered["files"]) == {"keras", "tflite"}
    for reference in ("pets", "pets:1", "pets@champion"):
        assert studio("models", "show", reference, "--json").json == registered
    assert studio("models", "list", "--json").json == {"models": [registered]}
    assert studio("models", "list").out.splitlines()[1].split()[:2] == ["pets:1", "champion"]


@pytest.mark.usefixtures("first")
def test_aliases_are_moved(studio: Studio, workspace: Workspace) -> None:
    studio(*REGISTER, "--alias", "champion")
    studio(*REGISTER)
    moved = studio("models", "alias", "pets", "champion", "2", "--json").json
    assert (moved["version"], moved["aliases"]) == (2, ["champion"])
    assert workspace.model("pets", version=1).aliases == ()


@pytest.mark.usefixtures("first")
@pytest.mark.parametrize("file_format", ["keras", "tflite"])
def test_exports_are_the_models_bytes(studio: Studio, tmp_path: Path, file_format: str) -> None:
    studio(*REGISTER)
    output = tmp_path / "model"
    words = ("export", "pets", "--format", file_format, "--output", output, "--json")
    exported = studio(*words).json
    content = f"{file_format} of first".encode()
    assert output.read_bytes() == content
    assert exported == {
        "model": "pets:1",
        "format": file_format,
        "output": str(output),
        "size_bytes": len(content),
    }


@pytest.mark.usefixtures("first")
def test_a_zip_holds_everything(studio: Studio, tmp_path: Path) -> None:
    studio(*REGISTER)
    assert studio("export", "pets", "--format", "zip", "--output", tmp_path / "m.zip").code == 0
    with zipfile.ZipFile(tmp_path / "m.zip") as archive:
        assert set(archive.namelist()) == {"model.json", "model.keras", "model.tflite"}


REFUSED: dict[str, tuple[str, ...]] = {
    "an unknown run": ("models", "register", "frist", "--name", "pets"),
    "an impossible name": ("models", "register", "first", "--name", "a b"),
    "an impossible alias": (*REGISTER, "--alias", "a b"),
    "an unknown model": ("models", "show", "cats"),
    "an unknown version": ("models", "show", "pets:9"),
    "an unknown alias": ("models", "show", "pets@challenger"),
    "an alias for nothing": ("models", "alias", "pets", "champion", "9"),
    "an unknown format": ("export", "pets", "--format", "onnx", "--output", "m"),
    "a missing folder": ("export", "pets", "--format", "keras", "--output", "/nowhere/at/all"),
    "a folder": ("export", "pets", "--format", "keras", "--output", "/"),
    "no file to restore": ("models", "restore", "/nowhere.zip", "--name", "pets"),
    "a folder to restore": ("models", "restore", "/", "--name", "pets"),
    "deploying an unknown model": ("endpoints", "deploy", "cats", "--name", "e"),
    "deploying to a name taken": ("endpoints", "deploy", "pets", "--name", "taken"),
    "deploying to no name": ("endpoints", "deploy", "pets", "--name", "a/b"),
    "retiring nothing": ("endpoints", "retire", "nothing"),
    "renewing nothing": ("endpoints", "renew-key", "nothing"),
    "an unknown configuration": ("configs", "show", "drawing"),
    "a configuration from nowhere": ("configs", "save", "mine", "/nowhere.json"),
}


@pytest.mark.usefixtures("first")
@pytest.mark.parametrize("words", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_impossible_is_refused_and_leaves_the_workspace_unchanged(
    studio: Studio, dump: Callable[[], str], words: tuple[str, ...]
) -> None:
    studio(*REGISTER)
    studio("endpoints", "deploy", "pets", "--name", "taken")
    before = dump()
    result = studio(*words)
    assert result.code == 1
    assert all(result.refusal.values())
    assert dump() == before


@pytest.mark.parametrize("words", [("--name", "a b"), ("--name", "pets", "--alias", "a b")])
def test_a_restore_that_is_refused_leaves_no_upload(
    studio: Studio, home: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    saved = tmp_path / "model.zip"
    saved.write_bytes(b"whatever")
    assert studio("models", "restore", saved, *words).code == 1
    assert list((home / "uploads").iterdir()) == []
    assert studio("runs", "list", "--json").json == {"runs": []}


@pytest.mark.usefixtures("first")
def test_endpoints_are_deployed_listed_and_retired(studio: Studio, workspace: Workspace) -> None:
    assert "endpoints deploy" in studio("endpoints", "list").out
    studio(*REGISTER, "--alias", "champion")
    deployed = studio("endpoints", "deploy", "pets", "--name", "answers", "--json").json
    assert deployed["target"] == "pets@champion"
    workspace.check_key(workspace.endpoint("answers"), deployed["key"])
    listed = studio("endpoints", "list", "--json").json["endpoints"]
    assert listed == [{name: deployed[name] for name in deployed if name != "key"}]
    assert "key_hash" not in deployed
    assert deployed["key"] not in studio("endpoints", "list").out
    renewed = studio("endpoints", "renew-key", "answers", "--json").json
    workspace.check_key(workspace.endpoint("answers"), renewed["key"])
    assert studio("endpoints", "retire", "answers").code == 0
    assert workspace.endpoints() == []


@pytest.mark.usefixtures("first")
def test_people_are_shown_the_key_once(studio: Studio) -> None:
    studio(*REGISTER)
    text = studio("endpoints", "deploy", "pets", "--name", "answers").out
    assert "Key: studio_" in text
    assert "this once" in text


@pytest.mark.usefixtures("first")
def test_settings_and_keys_of_an_endpoint(studio: Studio, workspace: Workspace) -> None:
    studio(*REGISTER, "--alias", "champion")
    studio(*REGISTER)
    studio("endpoints", "deploy", "pets", "--name", "answers")
    words = ("--challenger", "pets:2", "--traffic", "canary", "--share", "25", "--open", "yes")
    origins = ("--origins", "https://a.example", "https://b.example")
    assert "share 25.0" in studio("endpoints", "set", "answers", *words, *origins).out
    settings = workspace.endpoint("answers").settings
    assert (settings.challenger, settings.share, settings.open) == ("pets:2", 25, True)
    assert settings.origins == ("https://a.example", "https://b.example")
    shown = studio("endpoints", "show", "answers").out
    assert "share: 10 to 25" in shown
    back = ("--traffic", "off", "--challenger", "none", "--origins", "none")
    assert studio("endpoints", "set", "answers", *back, "--json").json["settings"]["origins"] == []
    assert studio("endpoints", "set", "answers").refusal["fix"]
    assert studio("endpoints", "set", "answers", "--share", "much").refusal["what"]
    assert "no challenger" in studio("endpoints", "promote", "answers").refusal["what"]
    studio("endpoints", "set", "answers", *words)
    promoted = studio("endpoints", "promote", "answers", "--reason", "better").out
    assert "answers with pets:2" in promoted
    assert workspace.alias_moves("pets", "champion")[0].reason == "better"
    moved = studio("endpoints", "move", "answers", "pets:2")
    assert "answers with pets:2" in moved.out

    add = ("endpoints", "add-key", "answers", "page", "--scope", "watch", "--days", "30")
    made = studio(*add, "--json").json
    assert workspace.check_key(workspace.endpoint("answers"), made["key"], "watch").name == "page"
    assert "key_hash" not in made
    assert "page" in studio("endpoints", "keys", "answers").out
    assert made["key"] not in studio("endpoints", "keys", "answers").out
    assert studio("endpoints", "revoke-key", "answers", str(made["id"])).code == 0
    refused = studio("endpoints", "renew-key", "answers", "--key", str(made["id"]))
    assert "revoked" in refused.refusal["what"]


# --- configurations ---


def test_configurations_are_listed_shown_and_saved(
    studio: Studio, workspace: Workspace, tmp_path: Path
) -> None:
    listed = studio("configs", "list", "--json").json["configs"]
    assert [config["name"] for config in listed] == list(PRESETS)
    file = tmp_path / "mine.json"
    file.write_text(studio("configs", "show", "drawing-classifier", "--json").out)
    saved = studio("configs", "save", "mine", file, "--json").json
    assert (saved["name"], saved["preset"]) == ("mine", False)
    assert workspace.model_config("mine") == PRESETS["drawing-classifier"]
    assert studio("configs", "save", "mine", file).code == 1
    assert studio("configs", "save", "mine", file, "--replace").code == 0
    assert "conv2d, conv2d, conv2d, dense" in studio("configs", "list").out
    assert "filters 64" in studio("configs", "show", "mine").out


def test_a_configuration_is_summed_up_for_a_dataset(
    studio: Studio, make_dataset: MakeDataset
) -> None:
    make_dataset()
    words = ("configs", "show", "drawing-classifier", "--dataset", "pets")
    shown = studio(*words, "--json").json
    assert shown["dataset"] == "pets:1"
    assert shown["rows"][0]["output_shape"] == [4, 4, 16]
    assert shown["parameters"] == sum(row["parameters"] for row in shown["rows"])
    assert f"{shown['parameters']:,}" in studio(*words).out.splitlines()[-1]


STACKS = {
    "0 units": '{"layers": [{"kind": "dense", "units": 0}]}',
    "10^9 units": '{"layers": [{"kind": "dense", "units": 1000000000}]}',
    "no such layer": '{"layers": [{"kind": "denes"}]}',
    "no such setting": '{"layers": [{"kind": "dense", "unit": 3}]}',
    "too many layers": json.dumps({"layers": [{"kind": "flatten"}] * 65}),
    "a list": "[]",
    "a number": "7",
    "an empty file": "",
    "malformed JSON": '{"layers": [',
    "endless nesting": "[" * 100_000,
    "a huge file": " " * 1_000_001,
}


@pytest.mark.parametrize("content", STACKS.values(), ids=STACKS.keys())
def test_impossible_stacks_are_refused(
    studio: Studio, tmp_path: Path, dump: Callable[[], str], content: str
) -> None:
    studio("configs", "list")
    before = dump()
    file = tmp_path / "stack.json"
    file.write_text(content)
    result = studio("configs", "save", "mine", file)
    assert result.code == 1
    assert all(result.refusal.values())
    assert dump() == before
