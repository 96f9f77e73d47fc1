from __future__ import annotations

import pytest

from studio.core.gates import Gates, Judged, TestGround, check_gates

GROUND = TestGround(dataset="pets:1")


def judged(title: str, seen: int = 0, size: int | None = 20_000, **numbers: float) -> Judged:
    return Judged(title=title, numbers=numbers, ground=GROUND, seen=seen, size_bytes=size)


HOLDER = judged("pets:1", mean_average_precision=0.8)


@pytest.mark.parametrize(
    ("gates", "candidate", "verdict", "said"),
    [
        ({"margin": 0.0}, {"mean_average_precision": 0.8}, "passed", "0.8000"),
        ({"margin": 0.01}, {"mean_average_precision": 0.79}, "passed", "0.0100"),
        ({"margin": 0.01}, {"mean_average_precision": 0.7899}, "refused", "0.7899"),
        ({"margin": 0.5}, {"mean_average_precision": 0.9, "seen": 3}, "refused", "trained on 3"),
        ({"margin": 0.5}, {}, "unknown", "was not judged on the test part of pets:1"),
        ({"accuracy": 0.9}, {"accuracy": 0.9}, "passed", "at least 0.9000"),
        ({"accuracy": 0.9}, {"accuracy": 0.89}, "refused", "0.8900"),
        ({"accuracy": 0.9}, {"accuracy": 0.95, "seen": 7}, "refused", "trained on 7"),
        ({"calibration": 0.1}, {"expected_calibration_error": 0.11}, "refused", "at most 0.1000"),
        ({"calibration": 0.1}, {"accuracy": 0.9}, "unknown", "not known"),
        ({"latency": 2.0}, {"milliseconds_per_sample": 2.0, "seen": 9}, "passed", "2.0000 ms"),
        ({"latency": 2.0}, {"milliseconds_per_sample": 2.1}, "refused", "2.1000 ms"),
        ({"size": 20.0}, {}, "passed", "20.0 kB"),
        ({"size": 19.9}, {}, "refused", "at most 19.9 kB"),
        ({"size": 19.9}, {"size": None}, "unknown", "not known"),
    ],
)
def test_each_gate_says_why(
    gates: dict[str, float], candidate: dict[str, float], verdict: str, said: str
) -> None:
    (check,) = check_gates(Gates(**gates), judged("pets:2", **candidate), HOLDER)  # type: ignore[arg-type]
    assert check.verdict == verdict
    assert said in check.text


def test_nobody_is_worse_than_nobody() -> None:
    (check,) = check_gates(Gates(margin=0.0), judged("pets:1"), None)
    assert check.verdict == "passed"


def test_a_holder_of_whom_nothing_is_known_leaves_the_question_open() -> None:
    (check,) = check_gates(
        Gates(margin=0.0), judged("pets:2", mean_average_precision=1.0), Judged(title="pets:1")
    )
    assert check.verdict == "unknown"


def test_without_gates_everything_passes() -> None:
    assert check_gates(Gates(), judged("pets:2"), HOLDER) == ()
    assert not Gates().any
