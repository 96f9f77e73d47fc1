from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.configs import ModelConfig
from studio.core.endpoint import EndpointSettings
from studio.core.errors import NotFound
from studio.core.model import Endpoint, EndpointState, ModelVersion
from studio.serving.traffic import CALLER_HEADER, Split


def a_version(number: int, **facts: Any) -> ModelVersion:
    said = {"class_names": ("apple", "fish"), "shape": (28, 28, 1), "facts": {}, **facts}
    return ModelVersion(
        id=number, model="drawings", version=number, run=None, dataset="drawings:1", files={},
        author="ann", created=0.0, **said,
    )  # fmt: skip


def a_state(
    champion: ModelVersion | None, challenger: ModelVersion | None, number: int = 1, **said: Any
) -> EndpointState:
    endpoint = Endpoint(
        id=number, name="fruit", model="drawings", alias="champion", version=None, key_hash="",
        key_hint="", created=0.0, settings=EndpointSettings(challenger="drawings:2", **said),
    )  # fmt: skip
    return EndpointState(endpoint=endpoint, keys=(), champion=champion, challenger=challenger)


ONE, TWO = a_version(1), a_version(2)


def test_without_traffic_for_a_challenger_everybody_is_answered_by_the_champion() -> None:
    chosen = Split.of(a_state(ONE, TWO, share=100)).choose(Random(0))
    assert (chosen.version, chosen.role, chosen.shadow) == (ONE, "champion", None)
    with pytest.raises(NotFound, match="drawings@champion"):
        Split.of(a_state(None, TWO)).choose(Random(0))


@given(share=st.sampled_from([0.0, 0.5, 10.0, 50.0, 99.5, 100.0]), seed=st.integers(0, 99))
@settings(max_examples=20)
def test_a_canary_gets_its_share_by_chance_and_the_same_from_the_same_seed(
    share: float, seed: int
) -> None:
    split = Split.of(a_state(ONE, TWO, traffic="canary", share=share))

    def drawn() -> list[str]:
        random = Random(seed)
        return [split.choose(random).role for _ in range(1000)]

    roles = drawn()
    assert roles == drawn()
    spread = 5 * (1000 * share / 100 * (1 - share / 100)) ** 0.5
    assert abs(Counter(roles)["challenger"] - 10 * share) <= spread
    assert all(split.choose(Random(s)).version in (ONE, TWO) for s in range(5))


def test_a_named_caller_stays_on_its_side_as_the_share_grows() -> None:
    callers = [f"pupil {number}" for number in range(400)]
    sides: list[set[str]] = []
    for share in (0, 10, 50, 100):
        split = Split.of(a_state(ONE, TWO, traffic="canary", share=share))
        asked = {c: {split.choose(Random(s), {CALLER_HEADER: c}).role for s in range(3)} for c in callers}  # fmt: skip
        assert all(len(roles) == 1 for roles in asked.values())
        sides.append({c for c in callers if asked[c] == {"challenger"}})
    assert sides[0] == set()
    assert sides[0] <= sides[1] <= sides[2] <= sides[3]
    assert 20 <= len(sides[1]) <= 65
    assert sides[3] == set(callers)
    elsewhere = Split.of(a_state(ONE, TWO, number=2, traffic="canary", share=50))
    others = {c for c in callers if elsewhere.choose(Random(0), {CALLER_HEADER: c}).role == "challenger"}  # fmt: skip
    assert others != sides[2]


def test_in_the_shadow_the_champion_answers_and_the_challenger_is_asked_as_well() -> None:
    split = Split.of(a_state(ONE, TWO, traffic="shadow", share=25))
    random = Random(3)
    chosen = [split.choose(random) for _ in range(1000)]
    assert {c.version.id for c in chosen} == {1}
    assert {c.role for c in chosen} == {"champion"}
    assert 180 < sum(c.shadow is TWO for c in chosen) < 320


@pytest.mark.parametrize(
    ("challenger", "why"),
    [
        (None, "points at no version"),
        (a_version(2, class_names=("fish", "apple")), "Its classes are fish, apple"),
        (a_version(2, shape=(32, 32, 3)), "takes pictures 32 x 32 x 3"),
        (
            a_version(
                2, facts={"config": ModelConfig(input="text", layers=()).model_dump(mode="json")}
            ),
            "takes texts",
        ),
    ],
)
def test_a_challenger_that_does_not_fit_is_ignored_and_it_is_said_why(
    challenger: ModelVersion | None, why: str
) -> None:
    for traffic in ("canary", "shadow"):
        split = Split.of(a_state(ONE, challenger, traffic=traffic, share=100))
        assert split.choose(Random(0)).version is ONE
        assert split.choose(Random(0)).shadow is None
        assert split.ignored is not None
        assert why.lower() in str(split.ignored).lower()


def test_a_version_does_not_challenge_itself() -> None:
    split = Split.of(a_state(ONE, ONE, traffic="canary", share=100))
    assert split.other is None
    assert split.ignored is None
