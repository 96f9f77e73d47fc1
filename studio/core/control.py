"""What people ask of a training while it runs: written to the run's folder as one small file, read at every report."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class RunControl(BaseModel):
    """The wishes about a run, the newest of each.

    Args:
        pause: Save a checkpoint and end the process; the run goes on from there when it is resumed.
        cancel: End without keeping anything.
        stop: End, keep what the settings say, and judge it.
        epochs: Train so many epochs in all instead of those of the settings. None: as set.
        learning_rate: Go on with this one; a schedule is scaled to it. None: as set.
        histograms: Whether to keep histograms of weights and gradients from now on. None: as set.
        cancel_nodes: Nodes of a pipeline run that shall end without keeping anything.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    pause: bool = False
    cancel: bool = False
    stop: bool = False
    epochs: int | None = Field(None, ge=1, le=10_000)
    learning_rate: float | None = Field(None, gt=0, le=10)
    histograms: bool | None = None
    cancel_nodes: tuple[str, ...] = ()

    @property
    def ends(self) -> bool:
        """Whether the process shall end soon, for whatever reason."""
        return self.pause or self.cancel or self.stop

    @property
    def pauses(self) -> bool:
        """Whether it shall end to go on later: nobody asked for its end as well.

        Example:
            >>> RunControl(pause=True).pauses, RunControl(pause=True, cancel=True).pauses
            (True, False)
        """
        return self.pause and not (self.cancel or self.stop)
