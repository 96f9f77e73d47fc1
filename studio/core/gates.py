"""Gates before an alias: what a version has to reach before, say, `champion` points at it, and why it may not."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

GateName = Literal["margin", "accuracy", "calibration", "latency", "size"]
Verdict = Literal["passed", "refused", "unknown"]


class Gates(BaseModel):
    """What a version has to reach. A gate that is None lets everything through."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    margin: float | None = Field(
        None,
        ge=0,
        le=1,
        title="mAP may be lower by",
        description="Than that of the version the alias points at, on that version's test set. 0: not at all. "
        "Empty: no gate.",
        json_schema_extra={"step": 0.005},
    )
    accuracy: float | None = Field(
        None,
        ge=0,
        le=1,
        title="Accuracy at least",
        description="Share of the test samples that are named right, 0 to 1. Empty: no gate.",
        json_schema_extra={"step": 0.01},
    )
    calibration: float | None = Field(
        None,
        ge=0,
        le=1,
        title="Calibration error at most",
        description="How far the model's confidence is from how often it is right (ECE), 0 to 1. Empty: no gate.",
        json_schema_extra={"step": 0.01},
    )
    latency: float | None = Field(
        None,
        gt=0,
        le=60_000,
        allow_inf_nan=False,
        title="Milliseconds at most",
        description="For one sample, one at a time, as an endpoint answers. Empty: no gate.",
        json_schema_extra={"step": 0.1},
    )
    size: float | None = Field(
        None,
        gt=0,
        le=100_000_000,
        allow_inf_nan=False,
        title="Kilobytes at most",
        description="Of the file that is served, in thousands of bytes. Empty: no gate.",
        json_schema_extra={"step": 10.0},
    )

    @property
    def any(self) -> bool:
        """Whether there is a gate at all."""
        return any(value is not None for value in self.model_dump().values())


class TestGround(BaseModel):
    """The samples two versions are compared on.

    Args:
        dataset: `name:version`.
        split: Which part of it.
        ids: Digest of their numbers; "" where an old evaluation did not keep them.
    """

    __test__ = False  # a noun of ours, not a class of tests
    model_config = ConfigDict(frozen=True)

    dataset: str
    split: str = "test"
    ids: str = ""


class Judged(BaseModel):
    """What is known of a version when it stands before the gates.

    Args:
        title: `name:version`, or `run/NAME`.
        numbers: Its evaluation's headline numbers, on `ground`; empty where it was not judged there.
        ground: What it was judged on; None where nothing is known.
        size_bytes: Of the file that is served.
        seen: So many samples of `ground` were in the part it was trained on.
    """

    model_config = ConfigDict(frozen=True)

    title: str
    numbers: dict[str, float] = {}
    ground: TestGround | None = None
    size_bytes: int | None = None
    seen: int = 0


class GateCheck(BaseModel):
    """What one gate says.

    Args:
        gate: Its name; verdict: whether it lets through, refuses, or lacks a number.
        text: The same in words, with the numbers.
    """

    model_config = ConfigDict(frozen=True)

    gate: GateName
    verdict: Verdict
    text: str


class Promotion(BaseModel):
    """Whether an alias may point at a version.

    Args:
        alias: Of which model, `model@alias`.
        candidate, holder: `name:version`; holder None: it points at nothing so far.
        checks: One a gate.
        judge_on: Where the candidate has to be judged before all gates can say something; None: nowhere.
    """

    model_config = ConfigDict(frozen=True)

    alias: str
    candidate: str
    holder: str | None
    checks: tuple[GateCheck, ...]
    judge_on: TestGround | None = None

    @property
    def allowed(self) -> bool:
        """Whether no gate is against it."""
        return all(check.verdict == "passed" for check in self.checks)

    @property
    def objections(self) -> tuple[str, ...]:
        """What the gates say against it."""
        return tuple(check.text for check in self.checks if check.verdict != "passed")


def check_gates(gates: Gates, candidate: Judged, holder: Judged | None) -> tuple[GateCheck, ...]:
    """Return what each gate says of a candidate.

    Args:
        gates: What has to be reached.
        candidate: Who wants the alias, with its numbers on the holder's test set where there is a holder.
        holder: Who has the alias, with its numbers on the same samples; None: nobody.

    Example:
        >>> gates = Gates(accuracy=0.9)
        >>> weak = Judged(title="pets:2", numbers={"accuracy": 0.85}, ground=TestGround(dataset="pets:1"))
        >>> print(check_gates(gates, weak, None)[0].text)
        Its accuracy on the test part of pets:1 is 0.8500; it must be at least 0.9000.
    """
    checks: list[GateCheck] = []
    if gates.margin is not None:
        checks.append(_margin(gates.margin, candidate, holder))
    on = _on(candidate.ground)
    bounds: list[tuple[GateName, float | None, str, str, bool]] = [
        ("accuracy", gates.accuracy, "accuracy", f"accuracy{on}", True),
        (
            "calibration",
            gates.calibration,
            "expected_calibration_error",
            f"calibration error{on}",
            False,
        ),
        ("latency", gates.latency, "milliseconds_per_sample", "time for one sample", False),
    ]
    for gate, bound, number, what, at_least in bounds:
        if bound is not None:
            unit = " ms" if gate == "latency" else ""
            value = candidate.numbers.get(number)
            checks.append(_bound(gate, bound, value, what, at_least, unit, candidate.seen))
    if gates.size is not None:
        checks.append(_size(gates.size, candidate))
    return tuple(checks)


def _on(ground: TestGround | None) -> str:
    return "" if ground is None else f" on the {ground.split} part of {ground.dataset}"


def _margin(margin: float, candidate: Judged, holder: Judged | None) -> GateCheck:
    def say(verdict: Verdict, text: str) -> GateCheck:
        return GateCheck(gate="margin", verdict=verdict, text=text)

    if holder is None:
        return say("passed", "Nobody has the alias yet, so there is nothing to be worse than.")
    theirs = holder.numbers.get("mean_average_precision")
    if theirs is None or holder.ground is None:
        return say("unknown", f"No evaluation of {holder.title} is stored to compare with.")
    on = _on(holder.ground)
    own = candidate.numbers.get("mean_average_precision")
    if own is None:
        return say("unknown", f"{candidate.title} was not judged{on}, where {holder.title} was.")
    if candidate.seen:
        return say(
            "refused",
            f"{candidate.title} was trained on {candidate.seen:,} of the samples it is compared on{on}, so its mAP "
            "there says nothing.",
        )
    worse = theirs - own
    text = (
        f"Its mAP{on} is {own:.4f}, that of {holder.title} is {theirs:.4f}; it may be lower by at "
        f"most {margin:.4f}."
    )
    return say("passed" if worse <= margin + 1e-12 else "refused", text)


def _bound(
    gate: GateName,
    bound: float,
    value: float | None,
    what: str,
    at_least: bool,
    unit: str,
    seen: int,
) -> GateCheck:
    wanted = f"it must be at {'least' if at_least else 'most'} {bound:.4f}{unit}."
    if value is None:
        return GateCheck(gate=gate, verdict="unknown", text=f"Its {what} is not known; {wanted}")
    passed = value >= bound if at_least else value <= bound
    text = f"Its {what} is {value:.4f}{unit}; {wanted}"
    if seen and passed and gate != "latency":
        passed, text = False, f"{text} But it was trained on {seen:,} of those samples."
    return GateCheck(gate=gate, verdict="passed" if passed else "refused", text=text)


def _size(bound: float, candidate: Judged) -> GateCheck:
    if candidate.size_bytes is None:
        return GateCheck(
            gate="size", verdict="unknown", text="The size of the file that is served is not known."
        )
    size = candidate.size_bytes / 1000
    text = f"Its file has {size:,.1f} kB; it may have at most {bound:,.1f} kB."
    return GateCheck(gate="size", verdict="passed" if size <= bound else "refused", text=text)
