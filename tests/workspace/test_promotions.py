"""Which test set two versions are compared on, and which comparisons mean nothing."""

from __future__ import annotations

import pytest

from studio.core.catalog import SplitParams
from studio.core.gates import Gates
from studio.workspace import Workspace
from tests.workspace.conftest import MakeDataset
from tests.workspace.judged import judged_elsewhere, judged_run

OWN = SplitParams(stored=False, seed=7)
LABELS = (0, 1) * 10


@pytest.fixture
def gated(workspace: Workspace, make_dataset: MakeDataset) -> Workspace:
    make_dataset(labels=LABELS)
    return workspace


def verdict(workspace: Workspace, candidate: str = "pets:2") -> tuple[str, str]:
    workspace.set_gates("pets", "champion", Gates(margin=0.1))
    (check,) = workspace.promotion("pets", "champion", candidate).checks
    return check.verdict, check.text


def test_old_evaluations_on_the_stored_split_are_compared(gated: Workspace) -> None:
    for name in ("r1", "r2"):
        judged_run(gated, name)
        gated.register_model(name, "pets", alias="champion" if name == "r1" else None)
    assert verdict(gated)[0] == "passed"


@pytest.mark.parametrize("same", [True, False])
def test_runs_that_divide_anew_are_compared_where_they_divide_alike(
    gated: Workspace, same: bool
) -> None:
    codes = [0] * 14 + [2] * 6
    other = codes if same else codes[::-1]
    judged_run(gated, "r1", split=OWN, codes=codes, test=[*range(14, 20)])
    judged_run(gated, "r2", split=OWN, codes=other, test=[i for i, c in enumerate(other) if c == 2])
    gated.register_model("r1", "pets", alias="champion")
    gated.register_model("r2", "pets")
    said, text = verdict(gated)
    assert said == ("passed" if same else "unknown")
    promotion = gated.promotion("pets", "champion", "pets:2")
    assert promotion.judge_on is None  # nobody can be judged on the samples of another run's split
    if not same:
        assert "was not judged" in text


def test_where_the_holders_own_test_set_is_its_alone_a_common_one_counts(gated: Workspace) -> None:
    judged_run(gated, "r1", split=OWN, codes=[0] * 14 + [2] * 6, test=[*range(14, 20)])
    gated.register_model("r1", "pets", alias="champion")
    judged_run(gated, "r2", test=[1, 2])
    gated.register_model("r2", "pets")
    assert verdict(gated)[0] == "unknown"
    judged_elsewhere(gated, "pets:1", "pets:1", test=[1, 2], mean_average_precision=0.85)
    said, text = verdict(gated)
    assert said == "passed"
    assert "0.8500" in text


def test_a_candidate_trained_on_the_test_set_is_found_out(gated: Workspace) -> None:
    version = gated.dataset("pets")
    tested = [i for i, code in enumerate(gated.split(version).tolist()) if code == 2]
    judged_run(gated, "r1", test=tested)
    gated.register_model("r1", "pets", alias="champion")
    swapped = [0 if i in tested else 2 for i in range(len(LABELS))]
    judged_run(gated, "cheat", split=OWN, codes=swapped, test=[0])
    gated.register_model("cheat", "pets")
    judged_elsewhere(gated, "pets:2", "pets:1", test=tested, mean_average_precision=1.0)
    said, text = verdict(gated)
    assert said == "refused"
    assert f"trained on {len(tested)} of the samples" in text


def test_what_is_known_of_an_unregistered_run_counts(gated: Workspace) -> None:
    judged_run(gated, "r1", test=[1])
    gated.register_model("r1", "pets", alias="champion")
    judged_run(gated, "r2", test=[1], mean_average_precision=0.2)
    assert verdict(gated, "run/r2")[0] == "refused"
