from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.endpoint import EndpointSettings
from studio.core.errors import Conflict, Forbidden, InvalidInput, NotFound, Unauthorized
from studio.core.gates import Gates
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


def test_settings_change_one_by_one_and_it_is_remembered_who_changed_them(
    models: Workspace,
) -> None:
    models.deploy("pets", "answers")
    models.set_endpoint("answers", author="ann", origins=["https://School.example/"], open=True)
    changed = models.set_endpoint("answers", author="ben", rate_per_minute=60)
    assert changed.settings == EndpointSettings(
        origins=("https://school.example",), open=True, rate_per_minute=60
    )
    assert models.set_endpoint("answers", open=True) == changed == models.endpoint("answers")
    told = [(change.author, change.what) for change in models.endpoint_changes("answers")]
    assert told == [
        ("ben", "rate per minute: 0 to 60"),
        ("ann", "open: no to yes; origins: none to https://school.example"),
    ]


def test_impossible_settings_are_refused(models: Workspace) -> None:
    endpoint, _ = models.deploy("pets", "answers")
    refused: list[tuple[dict[str, Any], str]] = [
        ({"share": 101}, "share"),
        ({"shares": 10}, "shares"),
        ({"origins": ["school.example"]}, "https://"),
        ({"origins": ["https://school.example/page"]}, "https://"),
        ({"origins": ["*"]}, "https://"),
        ({"origins": ["https://a b"]}, "https://"),
        ({"origins": ["http://[::1"]}, "no address"),
        ({"traffic": "canary"}, "no challenger"),
        ({"traffic": "canary", "challenger": "pets:9"}, "version of pets"),
        ({"traffic": "shadow", "challenger": "birds@champion"}, "alias of birds"),
    ]
    for changes, said in refused:
        with pytest.raises((InvalidInput, NotFound), match=said):
            models.set_endpoint("answers", **changes)
    assert models.endpoint("answers") == endpoint
    assert models.endpoint_changes("answers") == []


def test_a_challenger_has_the_same_classes(models: Workspace) -> None:
    models.deploy("pets", "answers")
    settings = models.set_endpoint("answers", challenger="pets:2", traffic="shadow").settings
    assert (settings.challenger, settings.traffic) == ("pets:2", "shadow")
    with models._studio.tx() as connection:
        connection.execute(
            "UPDATE model_versions SET body = json_set(body, '$.class_names', json('[\"cat\",\"fox\"]')) "
            "WHERE version = 2"
        )
    with pytest.raises(InvalidInput, match="cat, fox; those of pets:1 are cat, dog"):
        models.set_endpoint("answers", share=20)
    with pytest.raises(InvalidInput, match="cannot challenge"):
        models.move_endpoint("answers", "birds")
    assert models.set_endpoint("answers", traffic="off", share=20).settings.share == 20


def test_an_endpoint_moves_to_another_model_with_its_keys(models: Workspace) -> None:
    _, key = models.deploy("pets", "answers")
    moved = models.move_endpoint("answers", "birds", author="ann")
    assert moved.target == "birds:1"
    models.check_key(moved, key)
    assert models.move_endpoint("answers", "birds:1") == moved
    assert [c.what for c in models.endpoint_changes("answers")] == [
        "serves birds:1, before pets@champion"
    ]
    with pytest.raises(NotFound):
        models.move_endpoint("answers", "fish")


def test_a_challenger_takes_over_by_the_alias_or_by_the_endpoint(models: Workspace) -> None:
    models.deploy("pets", "following")
    models.deploy("pets:1", "pinned")
    with pytest.raises(InvalidInput, match="no challenger"):
        models.promote_challenger("pinned")
    for name in ("following", "pinned"):
        models.set_endpoint(name, challenger="pets:2", traffic="canary", share=50)
        assert models.promote_challenger(name, author="ann").version == 2
        endpoint = models.endpoint(name)
        assert models.endpoint_model(endpoint).version == 2
        assert (endpoint.settings.traffic, endpoint.settings.challenger) == ("off", None)
    assert models.endpoint("following").target == "pets@champion"
    assert models.endpoint("pinned").target == "pets:2"
    (move, _) = models.alias_moves("pets", "champion")
    assert (move.author, move.reason) == ("ann", "challenger of endpoint following")

    models.set_gates("pets", "champion", Gates(accuracy=0.9))
    models.set_endpoint("following", challenger="pets:1", traffic="shadow")
    with pytest.raises(Conflict, match="may not become"):
        models.promote_challenger("following")
    assert models.endpoint("following").settings.traffic == "shadow"
    models.promote_challenger("following", reason="it has to be", override=True)
    assert models.alias_moves("pets", "champion")[0].overridden


def test_several_keys_open_what_they_were_made_for(models: Workspace) -> None:
    endpoint, first = models.deploy("pets", "answers")
    made, second = models.add_key("answers", " page ", ("watch",), rate_per_minute=5, days=1)
    assert (made.name, made.scopes, made.rate_per_minute) == ("page", ("watch",), 5)
    assert made.expires == pytest.approx(made.created + 86_400)
    assert [key.name for key in models.keys("answers")] == ["first key", "page"]
    assert models.check_key(endpoint, second, "watch") == made
    with pytest.raises(Forbidden):
        models.check_key(endpoint, second)
    assert models.endpoint("answers").key_hint == first[-4:]

    (oldest, _) = models.keys("answers")
    revoked = models.revoke_key("answers", oldest.id)
    assert revoked.revoked is not None
    assert models.revoke_key("answers", oldest.id) == revoked
    with pytest.raises(Unauthorized):
        models.check_key(endpoint, first)
    assert models.endpoint("answers").key_hint == second[-4:]
    with pytest.raises(Conflict, match="revoked"):
        models.renew_key("answers", oldest.id)

    third = models.renew_key("answers", made.id)
    with pytest.raises(Unauthorized):
        models.check_key(endpoint, second, "watch")
    renewed = models.check_key(endpoint, third, "watch")
    assert (renewed.id, renewed.name) == (made.id, "page")
    models.revoke_key("answers", made.id)
    assert models.endpoint("answers").key_hash == ""
    with pytest.raises(Unauthorized):
        models.check_key(endpoint, "")
    fresh = models.renew_key("answers")
    assert models.check_key(endpoint, fresh).name == "first key"
    assert fresh not in str(models._studio.query("SELECT * FROM endpoint_keys"))


def test_impossible_keys_are_refused(models: Workspace) -> None:
    models.deploy("pets", "answers")
    refused: list[dict[str, Any]] = [
        {"name": " "},
        {"name": "x" * 61},
        {"name": "line\nbreak"},
        {"name": "first key"},
        {"scopes": ()},
        {"scopes": ("everything",)},
        {"rate_per_minute": -1},
        {"days": 0},
        {"days": float("nan")},
    ]
    for asked in refused:
        with pytest.raises((InvalidInput, NotFound, Conflict)):
            models.add_key("answers", **{"name": "page", **asked})
    assert len(models.keys("answers")) == 1


def test_the_serving_process_is_told_all_in_two_queries(
    models: Workspace,
) -> None:
    models.deploy("pets", "answers")
    models.deploy("birds:1", "others")
    models.add_key("answers", "ended", days=1e-9)
    good, _ = models.add_key("answers", "page", ("predict", "watch"))
    models.set_endpoint("answers", challenger="pets")
    before = models.serving_states()
    asked: list[str] = []
    models._studio.connection().conn.set_trace_callback(asked.append)
    others, answers = models.serving_states()
    models._studio.connection().conn.set_trace_callback(None)
    assert len([sql for sql in asked if sql.strip().startswith(("SELECT", "WITH"))]) == 2
    assert (others.endpoint, answers.endpoint) == tuple(models.endpoints())
    assert [key.name for key in answers.keys] == ["first key", "page"]
    assert answers.keys[1] == good
    assert answers.champion == models.model("pets", version=1)
    assert answers.challenger == models.model("pets", version=2)
    assert (others.champion, others.challenger) == (models.model("birds"), None)
    assert answers.champion is before[1].champion

    models.set_alias("pets", "champion", 2)
    models.set_alias("pets", "older", 1)
    models.set_endpoint("answers", challenger="pets@older")
    assert models.serving_states()[1].champion == models.model("pets", version=2)
    assert models.serving_states()[1].challenger == models.model("pets", version=1)
    models.remove_alias("pets", "older")
    assert models.serving_states()[1].challenger is None
    for name in ("answers", "others"):
        models.retire_endpoint(name)
    assert models.serving_states() == []


def test_endpoints_from_before_there_were_several_keys_keep_theirs(
    models: Workspace,
) -> None:
    """The one key of an older workspace becomes the endpoint's first, with both scopes."""
    endpoint, key = models.deploy("pets", "answers")
    from studio.store import migrations_serving

    old = sqlite3.connect(":memory:")
    old.execute(
        "CREATE TABLE endpoints (id INTEGER PRIMARY KEY, name TEXT, key_hash TEXT, key_hint TEXT, created REAL)"
    )
    old.execute(
        "INSERT INTO endpoints VALUES (7, 'answers', ?, ?, 5.0)",
        [endpoint.key_hash, endpoint.key_hint],
    )
    migrations_serving.served_models(old)
    row = old.execute(
        "SELECT endpoint_id, name, key_hash, key_hint, scopes, created, revoked FROM endpoint_keys"
    ).fetchone()
    assert row[:2] == (7, "first key")
    assert row[2:4] == (endpoint.key_hash, key[-4:])
    assert row[4:] == ('["predict","watch"]', 5.0, None)


@given(st.text(max_size=30))
def test_an_origin_is_one_or_is_refused(text: str) -> None:
    from studio.core.endpoint import web_origin

    for asked in (text, f"https://{text}"):
        try:
            origin = web_origin(asked)
        except ValueError:
            continue
        assert origin == web_origin(origin)
        assert origin.startswith(("http://", "https://"))
        assert not set(origin) & set(" ,;\"'<>\n\r")
