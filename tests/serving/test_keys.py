from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from studio.core.endpoint import EndpointKey, EndpointSettings
from studio.core.errors import Forbidden, TooMany, Unauthorized
from studio.core.model import Endpoint, EndpointState, hash_key
from studio.serving import cors
from studio.serving.keys import STUDIO, Doorkeeper, sent_key
from studio.serving.rates import Rates

HERE, AWAY, SERVER = ("127.0.0.1", 5), ("10.1.2.3", 5), ("10.1.2.4", 80)


def a_key(number: int, secret: str, **facts: Any) -> EndpointKey:
    facts = {"scopes": ("predict",), "name": f"key {number}", "created": 0.0, **facts}
    return EndpointKey(
        id=number, endpoint_id=1, key_hash=hash_key(secret), key_hint=secret[-4:], **facts
    )


def a_state(*keys: EndpointKey, name: str = "fruit", **settings: Any) -> EndpointState:
    endpoint = Endpoint(
        id=7, name=name, model="pets", alias="champion", version=None, key_hash="", key_hint="",
        created=0.0, settings=EndpointSettings(**settings),
    )  # fmt: skip
    return EndpointState(endpoint=endpoint, keys=keys, champion=None)


def bearer(secret: str, **headers: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}", **headers}


def test_a_key_opens_its_own_scopes_until_it_ends() -> None:
    state = a_state(
        a_key(1, "one"),
        a_key(2, "two", scopes=("watch",)),
        a_key(3, "three", expires=100.0),
        a_key(4, "four", revoked=1.0),
    )
    now = 99.0
    door = Doorkeeper(clock=lambda: now)
    assert door.admit(state, bearer("one"), AWAY) == "key 1"
    assert door.admit(state, {"x-api-key": "three"}, AWAY) == "key 3"
    assert door.admit(state, bearer("two"), AWAY, SERVER, "watch") == "key 2"
    with pytest.raises(Forbidden, match=r"key 2.*ask the model"):
        door.admit(state, bearer("two"), AWAY)
    with pytest.raises(Forbidden, match="read numbers"):
        door.admit(state, bearer("one"), AWAY, SERVER, "watch")
    now = 100.0
    with pytest.raises(Unauthorized, match="no longer valid"):
        door.admit(state, bearer("three"), AWAY)
    for headers in ({}, bearer("four"), bearer("on"), bearer("onee"), bearer(hash_key("one"))):
        with pytest.raises(Unauthorized):
            door.admit(state, headers, HERE)


@pytest.mark.parametrize(
    ("headers", "basic", "key"),
    [
        ({}, True, None),
        ({"authorization": "Bearer  k "}, False, "k"),
        ({"authorization": "bearer k", "x-api-key": "x"}, False, "k"),
        ({"authorization": "Bearer ", "x-api-key": "x"}, False, "x"),
        ({"authorization": f"Basic {base64.b64encode(b'any:k').decode()}"}, True, "k"),
        ({"authorization": f"Basic {base64.b64encode(b'any:k').decode()}"}, False, None),
        ({"authorization": f"Basic {base64.b64encode(b'no colon').decode()}"}, True, None),
        ({"authorization": "Basic ÿ"}, True, None),
        ({"authorization": "Bearer schlüssel"}, False, "schlüssel"),
    ],
)
def test_where_a_key_is_sent(headers: dict[str, str], basic: bool, key: str | None) -> None:
    assert sent_key(headers, basic=basic) == key
    if key is not None:
        door = Doorkeeper(internal_key="inside")
        assert door.admit(a_state(a_key(1, key)), headers, AWAY, basic=basic) == "key 1"


def test_the_internal_key_opens_everything_on_this_machine_only() -> None:
    door, state = Doorkeeper("inside"), a_state(a_key(1, "one", rate_per_minute=1))
    for _ in range(5):
        assert door.admit(state, bearer("inside"), HERE) == STUDIO
    assert door.admit(state, bearer("inside"), SERVER, SERVER, "watch") == STUDIO
    for client in (AWAY, None):
        with pytest.raises(Unauthorized):
            door.admit(state, bearer("inside"), client, SERVER)
    with pytest.raises(Unauthorized):
        Doorkeeper().admit(state, bearer("inside"), HERE)


def test_an_open_endpoint_needs_no_key_from_this_machine() -> None:
    door = Doorkeeper()
    state = a_state(a_key(1, "one"), open=True, origins=("https://school.example",))
    assert door.admit(state, {}, HERE) == ""
    assert door.admit(state, bearer("wrong"), HERE) == ""
    assert door.admit(state, bearer("one"), HERE) == "key 1"
    near = ("http://localhost:8501", "http://127.0.0.1", "http://[::1]:3000")
    for origin in (*near, "https://school.example"):
        assert door.admit(state, {"origin": origin}, HERE) == ""
    strangers: list[dict[str, str]] = [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost.evil.example"},
        {"x-forwarded-for": "9.9.9.9"},
    ]
    for headers in strangers:
        with pytest.raises(Unauthorized):
            door.admit(state, headers, HERE)
    with pytest.raises(Unauthorized):
        door.admit(state, {}, AWAY)
    assert door.admit(state, bearer("one", origin="https://evil.example"), HERE) == "key 1"


def test_a_key_says_which_endpoint_is_meant() -> None:
    door = Doorkeeper()
    door.learn([a_state(a_key(1, "one")), a_state(a_key(2, "two"), name="birds")])
    assert door.endpoint_of(bearer("one")) == "fruit"
    assert door.endpoint_of({"x-api-key": "two"}) == "birds"
    assert door.endpoint_of(bearer("three")) is None
    assert door.endpoint_of({}) is None
    door.learn([])
    assert door.endpoint_of(bearer("one")) is None


def test_a_limit_holds_for_each_key_and_says_when_to_come_back() -> None:
    now = 1000.0
    door = Doorkeeper(rates=Rates(clock=lambda: now))
    state = a_state(a_key(1, "one"), a_key(2, "two", rate_per_minute=0), rate_per_minute=60)
    for _ in range(10):
        door.admit(state, bearer("one"), AWAY)
    with pytest.raises(TooMany) as caught:
        door.admit(state, bearer("one"), AWAY)
    assert caught.value.seconds == pytest.approx(1.0)
    for _ in range(100):
        door.admit(state, bearer("two"), AWAY)
    now += 1.0
    door.admit(state, bearer("one"), AWAY)
    with pytest.raises(TooMany):
        door.admit(state, bearer("one"), AWAY)
    now += 3600.0
    for _ in range(10):
        door.admit(state, bearer("one"), AWAY)


@pytest.mark.parametrize("per_minute", [1, 7, 60, 6000])
def test_whoever_keeps_to_a_limit_is_never_refused_and_others_come_near_it(per_minute: int) -> None:
    now = 5.0
    rates = Rates(clock=lambda: now)
    for _ in range(200):
        rates.take(3, per_minute, "it")
        now += 60.0 / per_minute + 1e-9
    passed = 0
    now += 600.0
    start = now
    while now < start + 60.0:
        try:
            rates.take(3, per_minute, "it")
            passed += 1
        except TooMany as error:
            now += error.seconds + 1e-9
    assert per_minute <= passed <= per_minute * 7 / 6 + 2


def test_serving_processes_count_together(tmp_path: Path) -> None:
    now = 50.0
    first, second = (Rates(tmp_path / "rates", clock=lambda: now) for _ in range(2))
    for _ in range(5):
        first.take(1, 60, "it")
        second.take(1, 60, "it")
    for rates in (first, second):
        with pytest.raises(TooMany, match="it asks too often"):
            rates.take(1, 60, "it")
        rates.close()
    now = 1.0  # the machine was started anew: what the file says is of no time to come
    rates = Rates(tmp_path / "rates", clock=lambda: now - 1e6)
    rates.take(1, 60, "it")
    rates.close()


def test_web_pages_may_ask_where_an_endpoint_names_their_origin() -> None:
    closed, opened = a_state(), a_state(origins=("https://school.example",))
    page = {"origin": "https://school.example", "access-control-request-method": "POST"}
    assert cors.preflight([closed], page) is None
    reply = cors.preflight([closed, opened], page)
    assert reply is not None
    assert reply.status == 204
    said = dict(reply.headers)
    assert said["access-control-allow-origin"] == "https://school.example"
    assert "authorization" in said["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in said
    assert "access-control-allow-private-network" not in said
    private = cors.preflight([opened], {**page, "access-control-request-private-network": "true"})
    assert private is not None
    assert ("access-control-allow-private-network", "true") in private.headers
    assert cors.preflight([opened], {**page, "origin": "https://evil.example"}) is None
    assert cors.preflight([opened], {"origin": "https://school.example"}) is None

    assert cors.answer_headers(closed, page) == ()
    assert cors.answer_headers(None, page) == ()
    assert cors.answer_headers(opened, {}) == (("vary", "origin"),)
    assert cors.answer_headers(opened, {"origin": "https://evil.example"}) == (("vary", "origin"),)
    readable = dict(cors.answer_headers(opened, page))
    assert readable["access-control-allow-origin"] == "https://school.example"
    assert "studio-model" in readable["access-control-expose-headers"]


def test_without_room_on_the_disk_rates_are_counted_in_memory(tmp_path: Path) -> None:
    """A file with holes would end the process when it is written to."""
    taken = Rates(tmp_path / "rates")
    assert (tmp_path / "rates").stat().st_blocks * 512 >= (tmp_path / "rates").stat().st_size
    taken.close()
    alone = Rates(tmp_path / "missing" / "rates", clock=lambda: 1000.0)
    alone.take(1, 1, "ann")
    with pytest.raises(TooMany):
        alone.take(1, 1, "ann")
