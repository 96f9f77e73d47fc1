"""Searches from the command line."""

from __future__ import annotations

import pytest

from studio.core.search import SearchParams
from studio.workspace import Workspace
from tests.cli.conftest import Studio
from tests.searched import add_search
from tests.workspace.conftest import MakeDataset


@pytest.fixture(autouse=True)
def pets(make_dataset: MakeDataset, no_worker: None) -> None:
    """pets:1, of two classes."""
    make_dataset()


def params(workspace: Workspace, name: str) -> SearchParams:
    found = workspace.run(name).pipeline.params("search")
    assert isinstance(found, SearchParams)
    return found


def test_one_line_finds_the_best_model(studio: Studio, workspace: Workspace) -> None:
    submitted = studio("search", "--dataset", "pets", "--minutes", "3", "--json").json
    assert (submitted["name"], submitted["kind"]) == ("pets-search", "search")
    wanted = params(workspace, "pets-search")
    assert (wanted.minutes, wanted.trials) == (3, None)
    assert len(wanted.models) > 1
    assert "learning_rate" in [choice.field for choice in wanted.choices]
    studio("search", "--dataset", "pets", "--model", "dense-baseline", "--set", "epochs=7")
    wanted = params(workspace, "pets-search-2")
    assert (wanted.minutes, wanted.training.epochs, list(wanted.models)) == (10, 7, ["dense-baseline"])  # fmt: skip


def test_chosen_settings_are_tried(studio: Studio, workspace: Workspace) -> None:
    studio(
        *("search", "--dataset", "pets:1", "--name", "mine", "--model", "dense-baseline"),
        *("--choose", "~learning_rate=0.001..0.1", "--choose", "epochs=5..20/5"),
        *("--choose", "early_stopping=none,3", "--choose", "layers.0.units=8,16"),
        *("--trials", "7", "--sampler", "random", "--pruner", "none", "--objective", "loss"),
        *("--set", "split.test_share=0.4", "--set", "optimizer=sgd", "--seed", "4"),
    )
    wanted = params(workspace, "mine")
    rate, epochs, stopping, units = wanted.space
    assert (rate.low, rate.high, rate.log) == (0.001, 0.1, True)
    assert (epochs.low, epochs.high, epochs.step) == (5, 20, 5)
    assert (stopping.values, units.values) == ((None, 3), (8, 16))
    assert (wanted.trials, wanted.minutes, wanted.seed) == (7, None, 4)
    assert (wanted.sampler, wanted.pruner, wanted.objective) == ("random", "none", "loss")
    assert wanted.training.optimizer == "sgd"
    assert not workspace.run("mine").pipeline.params("split").stored  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "words",
    [
        ("--choose", "epochs"),
        ("--choose", "epochs="),
        ("--choose", "epochs=5..many"),
        ("--choose", "epochs=20..5"),
        ("--choose", "lerning_rate=1,2"),
        ("--choose", "epochs=5,10", "--sampler", "clever"),
        ("--choose", "epochs=5,10", "--trials", "0"),
        ("--minutes", "0"),
        ("--model", "unheard-of"),
        ("--set", "nothing=1"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_searched_is_refused(
    studio: Studio, workspace: Workspace, words: tuple[str, ...]
) -> None:
    refused = studio("search", "--dataset", "pets", *words)
    assert refused.code != 0
    assert refused.refusal["fix"]
    assert workspace.runs() == []


def test_trials_are_listed(studio: Studio, workspace: Workspace) -> None:
    add_search(workspace, "pets", "wide")
    found = studio("trials", "wide", "--json").json
    assert found["best"] == 3
    assert [trial["state"] for trial in found["trials"]][:3] == ["completed", "pruned", "completed"]
    lines = studio("trials", "wide").out.splitlines()
    assert len(lines) == 6
    assert "completed, the best" in lines[3]
    studio("train", "--dataset", "pets", "--name", "one")
    assert "no trials" in studio("trials", "one").refusal["what"]
