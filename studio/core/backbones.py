"""Networks trained on photographs that a model can stand on: what they are called, and their files of weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

BackboneName = Literal[
    "mobilenet_v2_35", "mobilenet_v3_small", "mobilenet_v2", "xception", "resnet50_v2"
]


@dataclass(frozen=True)
class BackboneFacts:
    """What is known about a network without loading it.

    Args:
        title: What people call it.
        file: Name that Keras gives the file of weights without the last layers; `*` stands for the size of the
            pictures it was trained on.
        features: Numbers it makes of a picture.
        parameters: All of them frozen.
        smallest: Least height and width of a picture in pixels.
    """

    title: str
    file: str
    features: int
    parameters: int
    smallest: int = 32


BACKBONES: dict[BackboneName, BackboneFacts] = {
    "mobilenet_v2_35": BackboneFacts(
        "MobileNetV2 (0.35)",
        "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_*_no_top.h5",
        1280,
        410_208,
    ),
    "mobilenet_v3_small": BackboneFacts(
        "MobileNetV3 small",
        "weights_mobilenet_v3_small_*_1.0_float_no_top_v2.h5",
        576,
        939_120,
    ),
    "mobilenet_v2": BackboneFacts(
        "MobileNetV2",
        "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_*_no_top.h5",
        1280,
        2_257_984,
    ),
    "xception": BackboneFacts(
        "Xception",
        "xception_weights_tf_dim_ordering_tf_kernels_notop.h5",
        2048,
        20_861_480,
        71,
    ),
    "resnet50_v2": BackboneFacts(
        "ResNet50V2",
        "resnet50v2_weights_tf_dim_ordering_tf_kernels_notop.h5",
        2048,
        23_564_800,
    ),
}
"""By name, the smallest first."""
SIZES = (96, 128, 160, 192, 224)
"""Sizes of pictures that there are trained weights for, of the networks that have several."""


def weight_files(name: BackboneName, size: int) -> list[str]:
    """Return the names a network's file of weights may have, best first.

    Args:
        name: The network.
        size: Height of the pictures in pixels: weights of the nearest size are best.

    Example:
        >>> weight_files("mobilenet_v2_35", 96)[0]
        'mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_96_no_top.h5'
    """
    file = BACKBONES[name].file
    if "*" not in file:
        return [file]
    return [file.replace("*", str(s)) for s in sorted(SIZES, key=lambda s: (abs(s - size), s))]
