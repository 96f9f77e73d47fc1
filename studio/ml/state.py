"""Where a training is, and whom it tells."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Protocol

from studio.core.events import ObservationKind, Point
from studio.core.run import Progress

PROGRESS_SECONDS = 0.5
"""Progress is said at most so often."""


class Emit(Protocol):
    """Where training says how it is going."""

    def progress(self, progress: Progress) -> None:
        """Say how far the work is."""

    def metrics(self, points: list[Point]) -> None:
        """Say points of curves."""

    def observation(self, kind: ObservationKind, step: int, body: dict[str, Any]) -> None:
        """Say what was seen at a step that is no number."""

    def log(self, text: str) -> None:
        """Say one line for people."""


@dataclass
class TrainingState:
    """Where training is. All of it is in a checkpoint, except why it ended.

    Args:
        epochs, steps_per_epoch: The plan; people may ask for more or fewer epochs while it runs.
        step: Batches trained so far.
        epoch_sums: Sums over the samples of the running epoch: of the loss, of right answers ..., and their number.
        point_sums: The same since the last point of the curves.
        confusion: int64 (classes * classes,) of the running epoch where a metric needs it, else empty.
        learning_rate: What people set it to while it runs, None as long as they did not.
        stopping, plateau: What the rules for early stopping and for plateaus remember.
        kept_epoch: Epoch (from 1) whose weights are kept, 0 while none is.
        kept_loss: Its loss, the validation loss where there is a validation split.
        kept_facts: What was measured at its end.
        kept_weights: The weights.
        last_facts: What the running means were when the last epoch, complete or not, ended.
        stopped, paused, cancelled: Somebody asked for it.
        early_stopped: The loss had not become lower for long enough.
        diverged_at: Step after which the loss was no number any more.
    """

    epochs: int
    steps_per_epoch: int
    step: int = 0
    epoch_sums: list[float] = field(default_factory=list)
    point_sums: list[float] = field(default_factory=list)
    confusion: Any = None
    learning_rate: float | None = None
    stopping: dict[str, Any] = field(default_factory=dict)
    plateau: dict[str, Any] = field(default_factory=dict)
    kept_epoch: int = 0
    kept_loss: float = math.inf
    kept_facts: dict[str, float] = field(default_factory=dict)
    kept_weights: list[Any] = field(default_factory=list)
    last_facts: dict[str, float] = field(default_factory=dict)
    stopped: bool = False
    paused: bool = False
    cancelled: bool = False
    early_stopped: bool = False
    diverged_at: int | None = None

    @property
    def total(self) -> int:
        """Batches of the whole training."""
        return self.epochs * self.steps_per_epoch

    @property
    def epochs_done(self) -> int:
        """Complete epochs."""
        return self.step // self.steps_per_epoch

    @property
    def epoch(self) -> int:
        """The epoch (from 1) that the last batch belonged to."""
        return max(0, self.step - 1) // self.steps_per_epoch + 1

    @property
    def at_epoch_end(self) -> bool:
        """Whether the last batch was an epoch's last."""
        return self.step % self.steps_per_epoch == 0

    @property
    def interrupted(self) -> bool:
        """Whether somebody asked for the end."""
        return self.stopped or self.paused or self.cancelled

    @property
    def ended(self) -> bool:
        """Whether nothing more will be trained."""
        return (
            self.interrupted
            or self.early_stopped
            or self.diverged_at is not None
            or self.step >= self.total
        )
