"""Rules that watch the loss of each epoch, and say when to cut the learning rate and when to stop."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from studio.core.training import TrainingConfig


@dataclass
class _Patience:
    """Counts the epochs since the loss last fell.

    Args:
        patience: Epochs without a lower loss that are borne; None: any number.
        delta: A loss counts as lower only when it fell by more than this.
        best: The lowest loss so far; infinite before the first.
        waited: Epochs since.
    """

    patience: int | None
    delta: float = 0.0
    best: float = field(default=math.inf, kw_only=True)
    waited: int = field(default=0, kw_only=True)

    def _worn_out(self, loss: float) -> bool:
        if loss < self.best - self.delta:
            self.best, self.waited = loss, 0
            return False
        self.waited += 1
        return self.patience is not None and self.waited >= self.patience

    def to_dict(self) -> dict[str, Any]:
        """Return what changes, JSON-able."""
        return {"best": self.best if math.isfinite(self.best) else None, "waited": self.waited}

    def restore(self, state: Mapping[str, Any]) -> Self:
        """Take up what `to_dict` returned, and return itself."""
        best = state["best"]
        self.best = math.inf if best is None else float(best)
        self.waited = int(state["waited"])
        return self


@dataclass
class EarlyStopping(_Patience):
    """Says when a training does not get better any more."""

    @classmethod
    def of(cls, training: TrainingConfig) -> Self:
        """Return the rule of some settings; without early stopping it never stops."""
        return cls(training.early_stopping, training.early_stopping_delta)

    def update(self, loss: float) -> bool:
        """Take in the loss of an epoch and return whether training shall end. A loss that is no number is not lower.

        Example:
            >>> rule = EarlyStopping(2)
            >>> [rule.update(loss) for loss in (1.0, 0.5, 0.6, 0.7)]
            [False, False, False, True]
        """
        return self._worn_out(loss)


@dataclass
class PlateauRule(_Patience):
    """Says when the learning rate shall be cut.

    Args:
        factor: What the rate is multiplied with at a cut.
        cuts: Cuts so far.
    """

    factor: float = 0.5
    cuts: int = field(default=0, kw_only=True)

    @classmethod
    def of(cls, training: TrainingConfig) -> Self:
        """Return the rule of some settings; under another schedule than on plateau it never cuts."""
        wanted = training.schedule == "on_plateau"
        return cls(
            training.plateau_patience if wanted else None,
            training.early_stopping_delta,
            training.plateau_factor,
        )

    @property
    def scale(self) -> float:
        """What all cuts together multiply the learning rate with."""
        return max(LEAST_SCALE, self.factor**self.cuts)

    def update(self, loss: float) -> bool:
        """Take in the loss of an epoch and return whether the rate was cut; after a cut patience begins anew.

        Example:
            >>> rule = PlateauRule(1, factor=0.5)
            >>> [rule.update(loss) for loss in (1.0, 1.0, 0.5, 0.6)], rule.scale
            ([False, True, False, True], 0.25)
        """
        if not self._worn_out(loss):
            return False
        self.waited = 0
        if self.scale <= LEAST_SCALE * (1 + 1e-9):
            return False
        self.cuts += 1
        return True

    def to_dict(self) -> dict[str, Any]:
        """Return what changes, JSON-able."""
        return {**super().to_dict(), "cuts": self.cuts}

    def restore(self, state: Mapping[str, Any]) -> Self:
        """Take up what `to_dict` returned, and return itself."""
        self.cuts = int(state["cuts"])
        return super().restore(state)


LEAST_SCALE = 1e-4
"""The learning rate is not cut below this share of what it was."""
