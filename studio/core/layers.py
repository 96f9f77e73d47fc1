"""Layers a model is stacked of: their settings, declared once, and what each does to a shape.

A layer computes its output shape and its number of parameters without TensorFlow, so that a form can show both
while one edits. `studio.ml.build` makes the Keras layers; a test holds the two equal.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from studio.core.layer import BaseLayer
from studio.core.layers_basic import (
    ActivationLayer,
    BatchNormalization,
    Dense,
    Dropout,
    Flatten,
    GaussianDropout,
    GaussianNoise,
    GroupNormalization,
    LayerNormalization,
    LeakyReLU,
    PReLU,
)
from studio.core.layers_blocks import Backbone, ResidualBlock, SqueezeExcite
from studio.core.layers_image import (
    AveragePooling2D,
    Conv2D,
    Conv2DTranspose,
    Cropping2D,
    DepthwiseConv2D,
    GlobalAveragePooling2D,
    GlobalMaxPooling2D,
    MaxPooling2D,
    Resizing,
    SeparableConv2D,
    SpatialDropout2D,
    UpSampling2D,
    ZeroPadding2D,
)
from studio.core.layers_sequence import SEQUENCE_TITLES, SequenceLayer

ImageLayer = (
    Conv2D
    | SeparableConv2D
    | DepthwiseConv2D
    | Conv2DTranspose
    | MaxPooling2D
    | AveragePooling2D
    | GlobalAveragePooling2D
    | GlobalMaxPooling2D
    | UpSampling2D
    | Resizing
    | ZeroPadding2D
    | Cropping2D
    | SpatialDropout2D
)
BlockLayer = ResidualBlock | SqueezeExcite | Backbone
BasicLayer = (
    Flatten
    | Dense
    | Dropout
    | BatchNormalization
    | LayerNormalization
    | GroupNormalization
    | ActivationLayer
    | LeakyReLU
    | PReLU
    | GaussianNoise
    | GaussianDropout
)
Layer = Annotated[ImageLayer | BlockLayer | SequenceLayer | BasicLayer, Field(discriminator="kind")]

_TITLES: dict[str, dict[type[BaseLayer], str]] = {
    "Pictures": {
        Conv2D: "Convolution (Conv2D)",
        SeparableConv2D: "Separable convolution",
        DepthwiseConv2D: "Depthwise convolution",
        Conv2DTranspose: "Transposed convolution",
        MaxPooling2D: "Max pooling",
        AveragePooling2D: "Average pooling",
        GlobalAveragePooling2D: "Global average pooling",
        GlobalMaxPooling2D: "Global max pooling",
        UpSampling2D: "Up-sampling",
        Resizing: "Resizing",
        ZeroPadding2D: "Zero padding",
        Cropping2D: "Cropping",
        SpatialDropout2D: "Spatial dropout",
    },
    "Blocks for pictures": {
        ResidualBlock: "Residual block",
        SqueezeExcite: "Squeeze and excite",
        Backbone: "Pretrained network",
    },
    "Texts and strokes": SEQUENCE_TITLES,
    "Everything": {
        Dense: "Dense",
        Flatten: "Flatten",
        Dropout: "Dropout",
        BatchNormalization: "Batch normalization",
        LayerNormalization: "Layer normalization",
        GroupNormalization: "Group normalization",
        ActivationLayer: "Activation",
        LeakyReLU: "Leaky ReLU",
        PReLU: "Parametric ReLU",
        GaussianNoise: "Gaussian noise",
        GaussianDropout: "Gaussian dropout",
    },
}


def _kind(layer: type[BaseLayer]) -> str:
    return str(layer.model_fields["kind"].default)


LAYER_TITLES: dict[str, str] = {
    _kind(layer): title for group in _TITLES.values() for layer, title in group.items()
}
"""Kind -> what people call it, in the order of forms."""
LAYER_CLASSES: dict[str, type[BaseLayer]] = {
    _kind(layer): layer for group in _TITLES.values() for layer in group
}
"""Kind -> its declaration."""
LAYER_GROUPS: dict[str, tuple[str, ...]] = {
    name: tuple(map(_kind, group)) for name, group in _TITLES.items()
}
"""What layers are for -> their kinds."""

__all__ = [
    "LAYER_CLASSES",
    "LAYER_GROUPS",
    "LAYER_TITLES",
    "ActivationLayer",
    "AveragePooling2D",
    "Backbone",
    "BasicLayer",
    "BatchNormalization",
    "BlockLayer",
    "Conv2D",
    "Conv2DTranspose",
    "Cropping2D",
    "Dense",
    "DepthwiseConv2D",
    "Dropout",
    "Flatten",
    "GaussianDropout",
    "GaussianNoise",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling2D",
    "GroupNormalization",
    "ImageLayer",
    "Layer",
    "LayerNormalization",
    "LeakyReLU",
    "MaxPooling2D",
    "PReLU",
    "ResidualBlock",
    "Resizing",
    "SeparableConv2D",
    "SequenceLayer",
    "SpatialDropout2D",
    "SqueezeExcite",
    "UpSampling2D",
    "ZeroPadding2D",
]
