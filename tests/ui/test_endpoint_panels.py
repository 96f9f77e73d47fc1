"""The panels of an endpoint's keys, traffic and settings, each on a page of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from studio.core.traffic import LATENCY_EDGES, TrafficSums
from studio.ui import session
from studio.workspace import Workspace
from tests.workspace.conftest import (  # noqa: F401  fixtures
    TrainedRun,
    make_dataset,
    trained_run,
)

NAME = "fruit"


def panel(which: str) -> None:
    from studio.ui import endpoint_keys, endpoint_settings, endpoint_traffic
    from studio.ui.endpoints import show_fresh_key
    from studio.ui.session import workspace

    endpoint = workspace().endpoint("fruit")
    show_fresh_key(endpoint)
    if which == "keys":
        endpoint_keys.show_keys(endpoint)
    elif which == "traffic":
        endpoint_traffic.show_traffic(endpoint)
    else:
        endpoint_settings.show_settings(endpoint)


def opened(which: str) -> AppTest:
    app = AppTest.from_function(panel, default_timeout=120, args=(which,)).run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    parts = [*app.markdown, *app.caption, *app.info, *app.warning, *app.error, *app.code]
    return "\n".join(str(part.value) for part in parts)


def press(app: AppTest, label: str) -> AppTest:
    (button,) = [b for b in app.button if b.label == label]
    button.click().run()
    assert not app.exception
    return app


def field(elements: Any, label: str) -> Any:
    (found,) = [element for element in elements if element.label == label]
    return found


@pytest.fixture
def fruit(workspace: Workspace, trained_run: TrainedRun) -> Iterator[Workspace]:  # noqa: F811
    """drawings:1, the champion, and drawings:2, which has the same classes; an endpoint on the champion."""
    session.workspace.cache_clear()
    for name in ("first", "second"):
        trained_run(name)
        workspace.register_model(name, "drawings")
    workspace.set_alias("drawings", "champion", 1)
    workspace.deploy("drawings@champion", NAME)
    yield workspace
    session.workspace.cache_clear()


def test_a_key_is_made_shown_once_and_revoked(fruit: Workspace) -> None:
    app = opened("keys")
    assert "first key" in words(app)
    field(app.text_input, "Who uses it").input("the page *of* school")
    field(app.selectbox, "Good for").select("30 days")
    field(app.number_input, "Requests a minute").set_value(60)
    press(app, "Make key")
    (key,) = [str(code.value) for code in app.code]
    made = fruit.check_key(fruit.endpoint(NAME), key)
    assert (made.name, made.rate_per_minute) == ("the page *of* school", 60)
    assert r"the page \*of\* school" in words(app)
    assert "good until" in words(app)
    press(app, "I have kept it")
    assert key not in words(app)
    assert key not in words(opened("keys"))

    while live := [b for b in app.button if b.label == "Revoke key"]:
        live[0].click().run()
    assert all(key.revoked for key in fruit.keys(NAME))
    assert "No key opens this endpoint" in words(app)


def test_a_renewed_key_is_shown(fruit: Workspace) -> None:
    (old,) = fruit.keys(NAME)
    app = press(opened("keys"), "Renew key")
    (key,) = [str(code.value) for code in app.code]
    assert fruit.check_key(fruit.endpoint(NAME), key).id == old.id
    field(app.text_input, "Who uses it").input(" ")
    assert "cannot name a key" in words(press(app, "Make key"))


def test_a_challenger_is_tried_compared_and_takes_over(fruit: Workspace) -> None:
    app = opened("traffic")
    field(app.selectbox, "Challenger").select("drawings:2")
    field(app.slider, "Share of the requests").set_value(25)
    field(app.radio, "Who answers").set_value("shadow")
    press(app, "Apply")
    settings = fruit.endpoint(NAME).settings
    assert (settings.challenger, settings.share, settings.traffic) == ("drawings:2", 25, "shadow")
    assert "Nobody asked" in words(app)

    number, second = fruit.endpoint(NAME).id, int(fruit._now()) // 5 * 5
    sums = TrafficSums(requests=8, samples=8, latency={LATENCY_EDGES.index(0.002): 8})
    shadow = sums.model_copy(update={"compared": 8, "agreed": 6})
    fruit.record_traffic({(number, second, 1, "drawings:1", "champion"): sums})  # type: ignore[dict-item]
    fruit.record_traffic({(number, second, 1, "drawings:2", "shadow"): shadow})  # type: ignore[dict-item]
    app.run()
    assert list(app.dataframe[0].value["Version"]) == ["drawings:1", "drawings:2"]
    assert "**75.0%** of 8 samples" in words(app)
    assert "wait for 100" in words(app)

    field(app.text_input, "Reason").input("it sees more")
    press(app, "Make it the champion")
    assert fruit.model("drawings", alias="champion").version == 2
    assert fruit.endpoint(NAME).settings.traffic == "off"


def test_without_another_version_there_is_nothing_to_try(fruit: Workspace) -> None:
    with fruit._studio.tx() as connection:
        connection.execute(
            "UPDATE model_versions SET body = json_set(body, '$.class_names[0]', 'owl') WHERE version = 2"
        )
    assert "no other version with the same classes" in words(opened("traffic"))


def test_settings_are_saved_and_refused_and_the_history_says_who(fruit: Workspace) -> None:
    app = opened("settings")
    field(app.text_area, "Web pages that may ask").input("https://a.example\nhttps://b.example/")
    field(app.checkbox, "No key needed on this machine").check()
    press(app, "Save settings")
    settings = fruit.endpoint(NAME).settings
    assert settings.origins == ("https://a.example", "https://b.example")
    assert settings.open
    assert r"open\: no to yes" in words(app)
    field(app.text_area, "Web pages that may ask").input("anywhere")
    press(app, "Save settings")
    assert "An origin is" in app.error[0].value
    assert fruit.endpoint(NAME).settings == settings
    fruit.set_endpoint(NAME, rate_per_minute=77)  # somebody else, meanwhile
    app.run()
    assert field(app.number_input, "Requests a minute").value == 77
    field(app.selectbox, "Serve instead").select("drawings:2")
    press(app, "Serve it")
    assert fruit.endpoint(NAME).target == "drawings:2"
