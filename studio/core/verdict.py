"""What the curves of a training say, in words: warming up, converging, plateau, overfitting or diverging."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

Kind = Literal["warming up", "converging", "plateau", "overfitting", "diverging"]
Curve = Sequence[tuple[int, float]] | tuple[NDArray[np.int64], NDArray[np.float64]]
Values = NDArray[np.float64]
_Finding = tuple[Kind, str, str]
"""The kind, what is the matter (a key of _SENTENCES), and the evidence."""

MEANS = 24
"""A long curve is looked at as so many means of equal stretches: that evens out single batches."""
FEWEST_POINTS = 24
"""Points of the training loss below which nothing is said."""
FEWEST_EPOCHS = 4
"""Validated epochs below which they say nothing about a plateau or about overfitting."""
RISE = 1.03
"""A validation loss this many times its lowest, and still away from it, is overfitting."""
BLOW_UP = 1.5
"""A training loss this many times its lowest is diverging, and so is one this far above where it began."""
PATIENCE = 3
"""Epochs that the lowest validation loss must be ago before its rise counts."""
STILL_FALLS = 0.02
"""A loss that fell less than by this share in the last third of the run, or by less than its own noise, is level."""
SURE = 1.5
"""A fall counts from so many times its standard error on."""

_SENTENCES: dict[str, tuple[str, str]] = {
    "early": (
        "Too early to say: the first points are just coming in.",
        "Too short to say anything.",
    ),
    "diverging": (
        "The corrections are too large. Stop, and train again with a lower learning rate.",
        "The corrections were too large. Train again with a lower learning rate.",
    ),
    "overfitting": (
        "The model learns the training samples by heart. Stop and keep the best epoch; more samples, "
        "augmentation or dropout help.",
        "The model learned the training samples by heart. Fewer epochs, more samples, augmentation or "
        "dropout help.",
    ),
    "nothing learned": (
        "The model has learned nothing so far. Try a lower learning rate, then a higher one.",
        "The model learned nothing. Try a lower learning rate, then a higher one.",
    ),
    "plateau": (
        "More of the same will hardly help. Stop here, or go on with a lower learning rate or a larger model.",
        "More epochs would hardly help. A lower learning rate, a larger model or more samples may.",
    ),
    "converging": (
        "It is still getting better; let it train.",
        "It was still getting better at the end; more epochs are likely to help.",
    ),
}
"""What is the matter -> what to do while the run goes on, and what to do once it has ended."""


class Verdict(BaseModel):
    """What is happening, and why one may think so.

    Args:
        kind: In a word.
        sentence: What it means and what may be done.
        evidence: What it was read from, with numbers; "" while there is none.
    """

    model_config = ConfigDict(frozen=True)

    kind: Kind
    sentence: str
    evidence: str = ""


class _Loss(NamedTuple):
    """A loss over the run. steps: int64 (n,); values: float64 (n,), all finite."""

    steps: NDArray[np.int64]
    values: Values

    def __len__(self) -> int:
        return len(self.values)


def verdict(
    curves: Mapping[str, Curve], steps_per_epoch: int | None = None, *, ended: bool = False
) -> Verdict:
    """Return what the losses of a training say.

    Args:
        curves: Metric name -> points by step, or (steps int64 (n,), values float64 (n,)); read are `loss`,
            `epoch_loss` and `val_loss`, whichever there are.
        steps_per_epoch: To speak of epochs; None speaks of steps.
        ended: Whether the run is over, and advice is for the next one.

    Example:
        >>> falling = [(step, 2.3 * 0.99**step) for step in range(1, 200)]
        >>> verdict({"loss": falling}).kind
        'converging'
        >>> verdict({"loss": falling[:3]}).kind
        'warming up'
    """
    kind, matter, evidence = _read(curves, steps_per_epoch)
    return Verdict(kind=kind, sentence=_SENTENCES[matter][ended], evidence=evidence)


def _read(curves: Mapping[str, Curve], steps_per_epoch: int | None) -> _Finding:
    """Return the kind, what is the matter, and the evidence."""
    raw = {name: _arrays(curves.get(name, ())) for name in ("loss", "epoch_loss", "val_loss")}
    train = _finite(raw["loss"] if len(raw["loss"]) >= FEWEST_POINTS else raw["epoch_loss"])
    if len(train) < 2:
        train = _finite(raw["loss"])
    validation = _finite(raw["val_loss"])
    place = _Places(steps_per_epoch)
    if broken := _first_broken(raw):
        name, step = broken
        return _diverging(f"The {name} is no number any more at step {step:,}.")
    if len(train) < FEWEST_POINTS and len(validation) < FEWEST_EPOCHS:
        return "warming up", "early", ""
    even = _means(train)
    if grown := _grown(even, place):
        return grown
    if len(validation) >= FEWEST_EPOCHS:
        if worse := _worse_on_new(validation, even, place):
            return worse
        watched, called = validation, "validation loss"
    else:
        watched, called = even, "training loss"
    return _level_or_falling(_means(watched), called, place)


class _Places(NamedTuple):
    """Says where in the run a step is."""

    steps_per_epoch: int | None

    def at(self, step: float) -> str:
        if self.steps_per_epoch:
            return f"at epoch {self.epoch(step)}"
        return f"at step {int(step):,}"

    def epoch(self, step: float) -> int:
        return max(1, -(-int(step) // (self.steps_per_epoch or 1)))


def _arrays(curve: Curve) -> _Loss:
    if isinstance(curve, tuple) and len(curve) == 2 and isinstance(curve[0], np.ndarray):
        return _Loss(np.asarray(curve[0], np.int64), np.asarray(curve[1], np.float64))
    points = list(curve)
    steps = np.array([point[0] for point in points], np.int64)
    return _Loss(steps, np.array([point[1] for point in points], np.float64))


def _finite(loss: _Loss) -> _Loss:
    good = np.isfinite(loss.values)
    return loss if good.all() else _Loss(loss.steps[good], loss.values[good])


def _first_broken(losses: Mapping[str, _Loss]) -> tuple[str, int] | None:
    """Return the first loss whose last value is no number, and the step from which on it is none."""
    for name, called in (
        ("loss", "training loss"),
        ("epoch_loss", "training loss"),
        ("val_loss", "validation loss"),
    ):
        loss = losses[name]
        if len(loss) and not np.isfinite(loss.values[-1]):
            good = np.flatnonzero(np.isfinite(loss.values))
            return called, int(loss.steps[good[-1] + 1 if len(good) else 0])
    return None


def _means(loss: _Loss) -> _Loss:
    """Return a long curve as means of MEANS equal stretches, each at its last step; a short one as it is."""
    if len(loss) <= 2 * MEANS:
        return loss
    edges = np.linspace(0, len(loss), MEANS + 1).astype(np.int64)
    values = np.add.reduceat(loss.values, edges[:-1]) / np.diff(edges)
    return _Loss(loss.steps[edges[1:] - 1], values)


def _noise(values: Values) -> float:
    """Return how far points lie off the line between their neighbours, as a standard deviation."""
    if len(values) < 3:
        return 0.0
    bends = values[1:-1] - (values[:-2] + values[2:]) / 2
    return float(np.median(np.abs(bends)) * 1.4826 / np.sqrt(1.5))


def _diverging(evidence: str) -> _Finding:
    return "diverging", "diverging", evidence


def _grown(even: _Loss, place: _Places) -> _Finding | None:
    """Return that the training loss has blown up, if it has."""
    values = even.values
    if len(values) < 3:
        return None
    lowest = int(np.argmin(values))
    now = float(np.median(values[-3:]))
    least, first = float(values[lowest]), float(values[0])
    size = max(abs(least), 1e-12)
    noise = _noise(values)
    # A loss near nothing doubles by chance; what counts is how far it had come down, too.
    climbed = now - least > max(4 * noise, 0.1 * (first - least))
    if now > BLOW_UP * least + 1e-9 and climbed and lowest <= len(values) - 3:
        share = 100 * (now - least) / size
        return _diverging(
            f"The training loss is {_number(now)}, {_percent(share)} above its lowest, "
            f"{_number(least)} {place.at(even.steps[lowest])}."
        )
    return None


def _worse_on_new(validation: _Loss, even: _Loss, place: _Places) -> _Finding | None:
    """Return that the model learns by heart, if it does: worse on new samples, better on known ones."""
    values = validation.values
    best = int(np.argmin(values))
    since = len(values) - 1 - best
    now = float(np.median(values[best + 1 :][-3:])) if since else float(values[-1])
    least = float(values[best])
    if since < PATIENCE or now <= RISE * least or now - least <= 2 * _noise(values):
        return None
    after = even.values[even.steps >= validation.steps[best]]
    if len(after) >= 2 and after[-1] > after[0]:
        return None
    percent = _percent(100 * (now - least) / max(abs(least), 1e-12))
    evidence = (
        f"The validation loss is {_number(now)}, {percent} above its lowest, "
        f"{_number(least)} {place.at(validation.steps[best])}"
    )
    if len(after) >= 2 and after[-1] < after[0]:
        evidence += (
            f", while the training loss fell from {_number(after[0])} to {_number(after[-1])}"
        )
    return "overfitting", "overfitting", evidence + "."


def _level_or_falling(loss: _Loss, called: str, place: _Places) -> _Finding:
    """Return whether a loss still falls, from the last third of what there is of it."""
    values, steps = loss.values, loss.steps
    count = max(min(5, len(values)), len(values) // 3)
    tail = values[-count:]
    start, end = _line(tail)
    fell, size = start - end, max(abs(start), 1e-12)
    where = _stretch(float(steps[-count]), float(steps[-1]), place)
    error = _noise(tail) * np.sqrt(12 / len(tail))
    numbers = f"from {_number(start)} to {_number(end)}"
    if fell >= STILL_FALLS * size and fell >= SURE * error:
        return (
            "converging",
            "converging",
            f"The {called} fell by {_percent(100 * fell / size)} {where}, {numbers}.",
        )
    if float(np.min(values)) > (1 - STILL_FALLS) * float(values[0]):
        return (
            "plateau",
            "nothing learned",
            f"The {called} is {_number(end)}, and began at {_number(values[0])}.",
        )
    if abs(fell) < STILL_FALLS * size:
        evidence = f"The {called} hardly changed {where}: {numbers}."
    elif fell > 0:
        evidence = f"The {called} fell less {where} than it goes up and down anyway: {numbers}."
    else:
        evidence = f"The {called} rose {where}, {numbers}."
    return "plateau", "plateau", evidence


def _line(values: Values) -> tuple[float, float]:
    """Return the ends of a line through points that single bad ones do not turn: the median of all slopes."""
    x = np.arange(len(values))
    first, second = np.triu_indices(len(values), 1)
    slope = float(np.median((values[second] - values[first]) / (second - first)))
    height = float(np.median(values - slope * x))
    return height, height + slope * float(x[-1])


def _stretch(first: float, last: float, place: _Places) -> str:
    if place.steps_per_epoch and (epochs := place.epoch(last) - place.epoch(first)):
        return f"over the last {epochs} epochs" if epochs > 1 else "over the last epoch"
    return f"over the last {int(last - first):,} steps"


def _number(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def _percent(share: float) -> str:
    return f"{share:.1f} %" if share < 10 else f"{min(share, 99_999):,.0f} %"
