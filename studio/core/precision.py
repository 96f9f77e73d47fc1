"""Which numbers a model computes with, and why: chosen from what the machine can do."""

from __future__ import annotations

from studio.core.training import Precision

FAST_FLAGS = ("amx_bf16", "avx512_bf16")
"""Processor features that multiply bfloat16 numbers, as Linux names them."""
GPU_FLAG = "gpu_bfloat16"
"""Stands among the flags where the GPU multiplies bfloat16 numbers: from compute capability 8.0 on."""


def choose_precision(
    wanted: Precision, flags: frozenset[str], gpu: str | None
) -> tuple[Precision, str]:
    """Return the numbers to compute with, and the reason in words.

    Args:
        wanted: What the settings say.
        flags: Features of the processor, and GPU_FLAG.
        gpu: Name of the GPU that TensorFlow sees, None without one.

    Returns:
        float32 or mixed_bfloat16, and why.

    Example:
        >>> choose_precision("auto", frozenset({"avx512_bf16"}), None)
        ('mixed_bfloat16', 'this processor multiplies bfloat16 numbers (avx512_bf16)')
        >>> choose_precision("auto", frozenset({"avx2"}), None)[0]
        'float32'
    """
    if wanted != "auto":
        return wanted, "the settings say so"
    if gpu:
        if GPU_FLAG in flags:
            return "mixed_bfloat16", f"the GPU multiplies bfloat16 numbers ({gpu})"
        return "float32", f"the GPU does not multiply bfloat16 numbers ({gpu})"
    found = next((flag for flag in FAST_FLAGS if flag in flags), None)
    if found:
        return "mixed_bfloat16", f"this processor multiplies bfloat16 numbers ({found})"
    return "float32", "this processor does not multiply bfloat16 numbers"
