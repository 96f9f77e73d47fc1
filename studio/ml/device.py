"""What TensorFlow computes on, and what that can do."""

from __future__ import annotations

import math
import os
import platform
import re
from pathlib import Path
from typing import Any

from studio.core.precision import GPU_FLAG
from studio.ml.backend import keras, tf

_CPUINFO = Path("/proc/cpuinfo")
BFLOAT16_CAPABILITY = (8, 0)


def gpu() -> str | None:
    """Return the name of the GPU that TensorFlow sees, None without one."""
    found = tf.config.list_physical_devices("GPU")
    if not found:
        return None
    return str(tf.config.experimental.get_device_details(found[0]).get("device_name", "unnamed"))


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def processor_flags() -> frozenset[str]:
    """Return the features of the processor as Linux names them, and GPU_FLAG; empty where the system does not say."""
    found: set[str] = set()
    if _CPUINFO.is_file():
        match = re.search(r"^(?:flags|Features)\s*:(.*)$", _CPUINFO.read_text(), re.MULTILINE)
        found |= set(match[1].split()) if match else set()
    for device in tf.config.list_physical_devices("GPU")[:1]:
        details = tf.config.experimental.get_device_details(device)
        if details.get("compute_capability", (0, 0)) >= BFLOAT16_CAPABILITY:
            found.add(GPU_FLAG)
    return frozenset(found)


def processor_name() -> str:
    """Return what the processor is called."""
    if _CPUINFO.is_file():
        match = re.search(r"^model name\s*:\s*(.*)$", _CPUINFO.read_text(), re.MULTILINE)
        if match:
            return match[1].strip()
    return platform.processor() or platform.machine()


def resident_bytes() -> int:
    """Return the memory that this process takes, 0 where the system does not say."""
    statm = Path("/proc/self/statm")
    if not statm.is_file():
        return 0
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def describe(model: keras.Model, precision: str, reason: str) -> dict[str, Any]:
    """Return what computes, how and why, as an `engine` observation has it."""
    return {
        "precision": precision,
        "reason": reason,
        "device": gpu() or processor_name(),
        "kind": "GPU" if gpu() else "CPU",
        "cores": cores(),
        "parameters": model.count_params(),
        "gflop_per_sample": gflop_per_sample(model),
    }


def gflop_per_sample(model: keras.Model) -> float:
    """Return billions of multiplications and additions of one training step for one sample.

    Layers with kernels are counted, the backward pass as twice the forward pass.
    """
    total = 0
    for layer in model.layers:
        for variable in layer.trainable_variables:
            if variable.name.endswith("recurrent_kernel"):
                total += math.prod(variable.shape) * int(layer.input.shape[1])
            elif variable.name.endswith("kernel"):
                recurrent = isinstance(layer, keras.layers.RNN | keras.layers.Bidirectional)
                places = layer.input.shape[1:2] if recurrent else layer.output.shape[1:-1]
                total += math.prod(variable.shape) * math.prod(places)
    return 3 * 2 * total / 1e9
