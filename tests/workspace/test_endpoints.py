from __future__ import annotations

import pytest

from studio.core.errors import Conflict, InvalidInput, NotFound, Unauthorized
from studio.workspace import Workspace
from tests.workspace.conftest import TrainedRun


@pytest.fixture
def models(workspace: Workspace, trained_run: TrainedRun) -> Workspace:
    """pets:1 and pets:2, champion pets:1; birds:1 without an alias."""
    for name in ("first", "second"):
        trained_run(name)
        workspace.register_model(name, "pets")
    workspace.set_alias("pets", "champion", 1)
    workspace.register_model("first", "birds")
    return workspace


@pytest.mark.parametrize(
    ("reference", "target"),
    [
        ("pets", "pets@champion"),
        ("pets@champion", "pets@champion"),
        ("pets:2", "pets:2"),
        ("birds", "birds:1"),
    ],
)
def test_deploying_follows_an_alias_or_stays_at_a_version(
    models: Workspace, reference: str, target: str
) -> None:
    endpoint, _ = models.deploy(reference, "answers")
    assert endpoint.target == target
    assert models.endpoints() == [endpoint]


def test_an_endpoint_follows_its_alias(models: Workspace) -> None:
    following, _ = models.deploy("pets", "following")
    pinned, _ = models.deploy("pets:1", "pinned")
    models.set_alias("pets", "champion", 2)
    assert models.endpoint_model(following).version == 2
    assert models.endpoint_model(pinned).version == 1


def test_the_key_is_stored_hashed_and_checked(models: Workspace) -> None:
    endpoint, key = models.deploy("pets", "answers")
    models.check_key(endpoint, key)
    for wrong in (None, "", key[:-1], key + "x", endpoint.key_hash):
        with pytest.raises(Unauthorized) as caught:
            models.check_key(endpoint, wrong)
        assert caught.value.fix
    assert key.endswith(endpoint.key_hint)
    rows = models._studio.query("SELECT * FROM endpoints")
    assert key not in str(rows)


def test_a_renewed_key_replaces_the_old_one(models: Workspace) -> None:
    _, old = models.deploy("pets", "answers")
    new = models.renew_key("answers")
    endpoint = models.endpoint("answers")
    models.check_key(endpoint, new)
    with pytest.raises(Unauthorized):
        models.check_key(endpoint, old)
    with pytest.raises(NotFound):
        models.renew_key("anwsers")


def test_names_are_unique_while_they_answer(models: Workspace) -> None:
    models.deploy("pets", "answers")
    with pytest.raises(Conflict, match="answers"):
        models.deploy("birds", "answers")
    models.retire_endpoint("answers")
    assert models.endpoints() == []
    assert models.deploy("birds", "answers")[0].model == "birds"
    assert len(models._studio.query("SELECT * FROM endpoints")) == 2


def test_what_does_not_answer_is_not_found(models: Workspace) -> None:
    models.deploy("pets", "answers")
    for ask in (models.endpoint, models.retire_endpoint, models.renew_key):
        with pytest.raises(NotFound) as caught:
            ask("anwsers")
        assert "answers" in caught.value.fix


def test_impossible_names_are_refused(models: Workspace) -> None:
    with pytest.raises(InvalidInput, match="an endpoint"):
        models.deploy("pets", "a/b")
    assert models.endpoints() == []
