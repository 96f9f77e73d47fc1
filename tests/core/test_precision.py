"""Which numbers a model computes with follows from the machine, and the reason says so."""

from __future__ import annotations

import pytest

from studio.core.precision import GPU_FLAG, choose_precision
from studio.core.training import Precision


@pytest.mark.parametrize(
    ("wanted", "flags", "gpu", "precision", "because"),
    [
        ("auto", {"avx2", "avx512_bf16"}, None, "mixed_bfloat16", "avx512_bf16"),
        ("auto", {"amx_bf16", "avx512_bf16"}, None, "mixed_bfloat16", "amx_bf16"),
        ("auto", {"avx2", "avx512f"}, None, "float32", "does not multiply bfloat16"),
        ("auto", set(), None, "float32", "does not multiply bfloat16"),
        ("auto", {GPU_FLAG}, "NVIDIA H200", "mixed_bfloat16", "NVIDIA H200"),
        ("auto", {"avx512_bf16"}, "Tesla T4", "float32", "Tesla T4"),
        ("float32", {"avx512_bf16"}, None, "float32", "the settings say so"),
        ("mixed_bfloat16", set(), None, "mixed_bfloat16", "the settings say so"),
    ],
)
def test_the_machine_decides_unless_the_settings_do(
    wanted: Precision, flags: set[str], gpu: str | None, precision: str, because: str
) -> None:
    found, reason = choose_precision(wanted, frozenset(flags), gpu)
    assert found == precision
    assert because in reason
