from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pytest

from studio.core import layers as declared
from studio.core.configs import ModelConfig
from studio.core.errors import InvalidInput
from studio.core.model_spec import ModelSpec
from studio.ml.build import build
from studio.ml.export_teachable import open_teachable, to_teachable

EVERY_LIKE = (
    declared.Conv2D(filters=4),
    declared.ResidualBlock(filters=6),
    declared.SeparableConv2D(filters=4),
    declared.BatchNormalization(),
    declared.Conv2DTranspose(filters=3),
    declared.LeakyReLU(),
    declared.PReLU(),
    declared.SpatialDropout2D(),
    declared.ZeroPadding2D(),
    declared.Cropping2D(),
    declared.DepthwiseConv2D(),
    declared.AveragePooling2D(),
    declared.UpSampling2D(),
    declared.GlobalAveragePooling2D(),
    declared.LayerNormalization(),
    declared.Dropout(),
    declared.Dense(units=5),
)


def spec(shape: tuple[int, int, int]) -> ModelSpec:
    return ModelSpec(
        title="birds:3", config=None, class_names=("jay", "owl", "tit"), shape=shape, files={}
    )


def test_three_files_answer_as_the_model_does_whatever_is_at_the_edge():
    model = build(ModelConfig(layers=EVERY_LIKE), (16, 16, 3), 3, seed=2)
    noise = np.random.default_rng(1)
    for variable in model.variables:
        if "kernel" not in variable.name:
            variable.assign(noise.uniform(0.1, 0.6, variable.shape))
    pictures = noise.integers(0, 256, (12, 16, 16, 3), np.uint8)
    for number, picture in enumerate(pictures):
        picture[: number + 3, number:] //= 8

    content = to_teachable(model, spec((16, 16, 3)))

    found = open_teachable(content)(pictures)
    np.testing.assert_allclose(found, model.predict(pictures, verbose=0), atol=1e-6)
    assert np.ptp(found, axis=0).max() > 3e-4
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        metadata = json.loads(archive.read("metadata.json"))
        described = json.loads(archive.read("model.json"))
    assert list(metadata) == [
        "tfjsVersion", "tmVersion", "packageVersion", "packageName", "timeStamp", "userMetadata",
        "modelName", "labels", "imageSize", "grayscale",
    ]  # fmt: skip
    assert (metadata["labels"], metadata["imageSize"]) == (["jay", "owl", "tit"], 16)
    names = {entry["name"] for entry in described["weightsManifest"][0]["weights"]}
    assert {"scale/gamma", "layer_11/depthwise_kernel", "output/bias"} <= names


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        (declared.GroupNormalization(groups=1), "GroupNormalization"),
        (declared.Conv2D(filters=4, activation="gelu"), "the activation gelu"),
        (declared.UpSampling2D(interpolation="bilinear"), "interpolation bilinear"),
        (declared.Resizing(height=8, width=8), "Resizing"),
    ],
)
def test_a_layer_without_its_like_is_named(layer, said):
    model = build(ModelConfig(layers=(layer,)), (8, 8, 1), 3)

    with pytest.raises(InvalidInput, match="cannot become a Teachable Machine") as refused:
        to_teachable(model, spec((8, 8, 1)))

    assert "layer_1" in refused.value.why
    assert said in refused.value.why


def test_pictures_that_are_not_square_are_refused():
    model = build(ModelConfig(layers=()), (8, 6, 1), 3)

    with pytest.raises(InvalidInput, match="cannot become"):
        to_teachable(model, spec((8, 6, 1)))
