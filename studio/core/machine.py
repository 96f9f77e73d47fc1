"""The machine that models are trained on, as far as it is known before a training begins."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from studio.core.training import Precision


class Machine(BaseModel):
    """What trains here, and in which numbers.

    Args:
        device: Name of the processor, or of the GPU where a training used one; "" where the system does not say.
        kind: Whether that is a processor or a GPU.
        cores: Processor cores that may be used.
        memory_bytes: Memory that may still be taken, None where the system does not say.
        precision: Numbers that `auto` chooses.
        reason: Why.
        seen: Whether a training on this machine said so; else it is read from the processor alone.
    """

    model_config = ConfigDict(frozen=True)

    device: str
    kind: Literal["CPU", "GPU"] = "CPU"
    cores: int
    memory_bytes: int | None
    precision: Precision
    reason: str
    seen: bool = False

    @property
    def sentence(self) -> str:
        """What people read.

        Example:
            >>> Machine(device="", cores=2, memory_bytes=3 * 10**9, precision="float32", reason="so").sentence
            'Trains in float32 on 2 cores, because so; 3.0 GB of memory are free.'
        """
        numbers = "bfloat16" if self.precision == "mixed_bfloat16" else self.precision
        device = f" ({self.device})" if self.device else ""
        cores = "1 core" if self.cores == 1 else f"{self.cores} cores"
        where = "the GPU" if self.kind == "GPU" else cores
        free = ""
        if self.memory_bytes is not None:
            free = f"; {self.memory_bytes / 1e9:.1f} GB of memory are free"
        return f"Trains in {numbers} on {where}{device}, because {self.reason}{free}."
