"""What tables of runs compare: settings, results and ends of curves of a run as one flat row of facts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from studio.core.errors import InvalidInput, unknown
from studio.core.run import RunKind, RunStatus

Fact = float | int | str | bool | None
Facts = dict[str, Fact]
Epoch = Literal["best", "last", "chosen"]
Sign = Literal[">", ">=", "<", "<=", "=", "!="]

SETTING = "set."
"""Facts that people set begin with this; the rest is what came of it."""
SEED = "set.seed"
EPOCHS: tuple[Epoch, ...] = get_args(Epoch)
"""Of a curve with one point an epoch: its best one, its last one, and the one whose weights were kept."""
EPOCH_CURVES = ("epoch_", "val_")
RESULTS = (
    "accuracy", "top_k", "macro_f1", "mean_average_precision", "loss", "expected_calibration_error",
    "test_count", "milliseconds_per_sample", "milliseconds_per_sample_batched", "parameters",
)  # fmt: skip
HELD_OUT_SETTINGS = ("test_share", "validation_share", "seed", "stratified", "together", "stored")
SIGNS: dict[Sign, str] = {
    ">=": ">=", "<=": "<=", "!=": "<>", ">": ">", "<": "<", "=": "=",
}  # fmt: skip
"""Sign -> what SQL calls it; the longer ones first, as they are looked for in this order."""
COLUMNS = ("name", "kind", "status", "author", "created", "started", "ended", "seconds", "group")
"""What every run has: tables can be sorted by these as well as by any fact."""


class Condition(BaseModel):
    """One thing that must hold of a fact, such as accuracy > 0.9."""

    model_config = ConfigDict(frozen=True)

    fact: str = Field(pattern=r"^[A-Za-z0-9_. -]{1,80}$")
    sign: Sign
    value: float | str


class RunQuery(BaseModel):
    """Which runs a table shows, in which order.

    Args:
        text: Every word of it is found in the name, note, tags, group, author or dataset.
        tags: All of these.
        kinds, statuses: One of these; empty: any.
        dataset: Name, or `name:version`; "": any.
        group: Name of a group; "": any.
        names: Only these runs; None: all.
        conditions: All of these hold.
        sort: A fact, or one of COLUMNS.
        archived: Show archived runs as well. deleted: Show the bin instead.
        limit: So many rows at most.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field("", max_length=200)
    tags: tuple[str, ...] = ()
    kinds: tuple[RunKind, ...] = ()
    statuses: tuple[RunStatus, ...] = ()
    dataset: str = ""
    group: str = ""
    names: tuple[str, ...] | None = None
    conditions: tuple[Condition, ...] = Field((), max_length=20)
    sort: str = Field("created", pattern=r"^[A-Za-z0-9_. -]{1,80}$")
    descending: bool = True
    archived: bool = False
    deleted: bool = False
    limit: int = Field(500, ge=1, le=100_000)


class RunRow(BaseModel):
    """A run in a table: what every run has, and its facts. Built without checks: a table has thousands."""

    id: int
    name: str
    kind: RunKind
    status: RunStatus
    author: str
    created: float
    started: float | None
    ended: float | None
    group: str
    note: str
    tags: tuple[str, ...]
    archived: float | None
    deleted: float | None
    facts: Facts

    @property
    def seconds(self) -> float | None:
        """Seconds from start to end, None while either is missing."""
        if self.started is None or self.ended is None:
            return None
        return max(0.0, self.ended - self.started)


def facts_of(
    pipeline: Mapping[str, Any], result: Mapping[str, Any], curves: Mapping[str, Sequence[float]]
) -> Facts:
    """Return the facts of a run.

    Args:
        pipeline: As stored: a list `nodes`, each with `component` and `params`.
        result: Facts it ended with.
        curves: Metric -> its values, one an epoch.

    Returns:
        `set.*` settings, results, and `best.`, `last.` and `chosen.` of each curve. Unset settings are left out.

    Example:
        >>> node = {"component": "train", "params": {"epochs": 2, "model": {"layers": []}}}
        >>> facts_of({"nodes": [node]}, {"training": {"best_epoch": 1}}, {"val_loss": [0.5, 0.75]})[
        ...     "chosen.val_loss"
        ... ]
        0.5
    """
    facts: Facts = {}
    for node in pipeline.get("nodes", ()):
        facts |= _settings(node["component"], node.get("params", {}))
    facts |= {name: result[name] for name in RESULTS if _is_number(result.get(name))}
    if isinstance(sizes := result.get("model_size_bytes"), dict):
        facts |= {f"bytes.{name}": size for name, size in sizes.items() if _is_number(size)}
    training = result.get("training")
    training = training if isinstance(training, dict) else {}
    for name in ("best_epoch", "epochs_done"):
        if _is_number(training.get(name)):
            facts[name] = training[name]
    for name, values in curves.items():
        facts |= _ends(name, values, training.get("best_epoch"))
    return facts


def _settings(component: str, params: Mapping[str, Any]) -> Facts:
    match component:
        case "dataset":
            version = params.get("version")
            name = str(params.get("name", ""))
            return {"set.dataset": name if version is None else f"{name}:{version}"}
        case "import":
            return {"set.dataset": str(params.get("name", ""))}
        case "train":
            model = params.get("model")
            model = model if isinstance(model, dict) else {}
            plain = {
                f"{SETTING}{name}": value for name, value in params.items() if _is_plain(value)
            }
            return plain | {"set.layers": _layers(model), "set.input": model.get("input", "images")}
        case "split" if not params.get("stored", True):
            return {f"set.split.{n}": params[n] for n in HELD_OUT_SETTINGS if n in params}
        case "search":
            return {f"{SETTING}{name}": v for name, v in params.items() if _is_plain(v)}
        case "model":
            return {"set.model": str(params.get("reference", ""))}
        case "evaluate":
            return {"set.judged_on": str(params.get("split", "test"))}
        case _:
            return {}


def _layers(model: Mapping[str, Any]) -> str:
    """A stack of layers on one line: `conv2d 32 · dense 64`."""
    words = []
    for layer in model.get("layers", ()):
        size = next(
            (layer[n] for n in ("filters", "units", "features", "network") if n in layer), ""
        )
        words.append(f"{layer.get('kind', '?')} {size}".strip())
    return " · ".join(words)


def _ends(name: str, values: Sequence[float], chosen: object) -> Facts:
    good = [value for value in values if math.isfinite(value)]
    if not good or not name.startswith(EPOCH_CURVES):
        return {}
    made: Facts = {
        f"best.{name}": min(good) if lower_is_better(name) else max(good),
        f"last.{name}": good[-1],
    }
    if isinstance(chosen, int) and 1 <= chosen <= len(values) and math.isfinite(values[chosen - 1]):
        made[f"chosen.{name}"] = values[chosen - 1]
    return made


def lower_is_better(fact: str) -> bool:
    """Return whether a smaller number is the better one.

    Example:
        >>> lower_is_better("best.val_loss"), lower_is_better("accuracy")
        (True, False)
    """
    words = ("loss", "milliseconds", "bytes.", "parameters", "calibration_error", "seconds")
    return any(word in fact for word in words)


def parse_condition(text: str, known: Iterable[str]) -> Condition:
    """Return what `accuracy > 0.9` or `optimizer = adam` asks for.

    Args:
        text: A fact, a sign and a value. The fact may go without what it begins with: `learning_rate`, `val_loss`.
        known: Facts that there are.

    Raises:
        InvalidInput: It has another form. NotFound: No such fact.

    Example:
        >>> parse_condition("learning_rate <= 0.01", ["set.learning_rate"]).fact
        'set.learning_rate'
    """
    sign = next((sign for sign in SIGNS if sign in text), None)
    name, _, value = (part.strip() for part in text.partition(sign or "\0"))
    if sign is None or not name or not value:
        raise InvalidInput(
            f'"{text[:100]}" asks for nothing.',
            "A condition is a fact, a sign and a value.",
            'Write it such as "accuracy > 0.9" or "optimizer = adam".',
        )
    fact = known_fact(name, known)
    try:
        number = float(value.removesuffix("%")) / (100 if value.endswith("%") else 1)
    except ValueError:
        return Condition(fact=fact, sign=sign, value=value)
    return Condition(fact=fact, sign=sign, value=number if math.isfinite(number) else value)


def known_fact(name: str, known: Iterable[str]) -> str:
    """Return the fact that a person calls `name`: itself, a setting, or the best epoch of a curve.

    Raises:
        NotFound: There is none.
    """
    facts = [*dict.fromkeys(known)]
    asked = name.strip().lower().replace(" ", "_")
    for candidate in (name, asked, f"{SETTING}{asked}", *(f"{epoch}.{asked}" for epoch in EPOCHS)):
        if candidate in facts or candidate in COLUMNS:
            return candidate
    raise unknown("fact of runs", name, [fact.removeprefix(SETTING) for fact in facts])


def differing(rows: Sequence[RunRow]) -> list[str]:
    """Return the settings in which runs differ, in their order; seeds last, since they differ on purpose.

    Example:
        >>> row = dict.fromkeys(RunRow.model_fields)
        >>> differing([RunRow.model_construct(**row | {"facts": {"set.epochs": n}}) for n in (1, 2)])
        ['set.epochs']
    """
    names = dict.fromkeys(name for row in rows for name in row.facts if name.startswith(SETTING))
    found = [name for name in names if len({_same(row.facts.get(name)) for row in rows}) > 1]
    return sorted(found, key=lambda name: name == SEED)


def settings_key(row: RunRow) -> tuple[tuple[str, object], ...]:
    """Return what runs that differ in their seed only have in common, as a key."""
    return tuple(
        sorted((n, _same(v)) for n, v in row.facts.items() if n.startswith(SETTING) and n != SEED)
    )


class GroupRow(BaseModel):
    """Runs that differ in their seed only: how many, and of each number mean and spread.

    Args:
        spread: Fact -> standard deviation among the runs that have it; None of a single one.
    """

    title: str
    runs: tuple[str, ...]
    mean: dict[str, float]
    spread: dict[str, float | None]


def over_seeds(rows: Sequence[RunRow], facts: Sequence[str]) -> list[GroupRow]:
    """Return runs with the same settings but for the seed as one row, in the order of their first run.

    Args:
        facts: Numbers to take the mean of.
    """
    groups: dict[tuple[tuple[str, object], ...], list[RunRow]] = {}
    for row in rows:
        groups.setdefault(settings_key(row), []).append(row)
    made = []
    for members in groups.values():
        mean: dict[str, float] = {}
        spread: dict[str, float | None] = {}
        for fact in facts:
            values = [float(v) for row in members if _is_number(v := row.facts.get(fact))]  # type: ignore[arg-type]
            if values:
                mean[fact] = sum(values) / len(values)
                squares = sum((value - mean[fact]) ** 2 for value in values)
                spread[fact] = math.sqrt(squares / (len(values) - 1)) if len(values) > 1 else None
        title = members[0].group or members[0].name
        names = tuple(row.name for row in members)
        made.append(GroupRow.model_construct(title=title, runs=names, mean=mean, spread=spread))
    return made


def _same(value: Fact) -> object:
    """A value as it is compared: 1 and 1.0 are the same, True and 1 are not."""
    return (type(value) is bool, value)


def _is_number(value: object) -> bool:
    good = isinstance(value, int | float) and not isinstance(value, bool)
    return good and math.isfinite(value)  # type: ignore[arg-type]


def _is_plain(value: object) -> bool:
    return isinstance(value, str | bool) or _is_number(value)
