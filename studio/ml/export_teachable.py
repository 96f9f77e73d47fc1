"""A model of pictures as the three files that Teachable Machine's libraries load, and back to try them.

Those libraries run TensorFlow.js 1.3.1. They hand a model pixels as `value / 127 - 1`, where ours takes 0 to 255; a
batch normalization with fixed numbers in place of our first layer takes that back, exactly also at the edges of a
picture, where a rewritten first convolution would not.

Source: `capture` and `Metadata` in github.com/googlecreativelab/teachablemachine-community, libraries/image.
"""

from __future__ import annotations

import datetime
import io
import json
import math
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import InvalidInput, StudioError
from studio.core.model_spec import ModelSpec
from studio.ml.backend import keras

MODEL, WEIGHTS, METADATA = "model.json", "weights.bin", "metadata.json"
HALF, CENTRE = 127, -1.0
"""A pixel becomes `value / HALF + CENTRE` there."""
EPSILON = 1e-3
SCALE = "scale"
_CONVOLUTION = ("kernel_size", "strides", "padding", "activation", "use_bias")
_POOLING = ("pool_size", "strides", "padding")
LIKES: dict[str, tuple[str, ...]] = {
    "Conv2D": ("filters", "dilation_rate", *_CONVOLUTION),
    "Conv2DTranspose": ("filters", *_CONVOLUTION),
    "DepthwiseConv2D": ("depth_multiplier", *_CONVOLUTION),
    "SeparableConv2D": ("filters", "depth_multiplier", *_CONVOLUTION),
    "MaxPooling2D": _POOLING,
    "AveragePooling2D": _POOLING,
    "GlobalAveragePooling2D": (),
    "GlobalMaxPooling2D": (),
    "UpSampling2D": ("size",),
    "ZeroPadding2D": ("padding",),
    "Cropping2D": ("cropping",),
    "Flatten": (),
    "Reshape": ("target_shape",),
    "Dense": ("units", "activation", "use_bias"),
    "Activation": ("activation",),
    "LeakyReLU": ("negative_slope",),
    "PReLU": ("shared_axes",),
    "BatchNormalization": ("axis", "epsilon", "center", "scale"),
    "LayerNormalization": ("axis", "epsilon", "center", "scale"),
    "Add": (),
    "Multiply": (),
    "Concatenate": ("axis",),
}
"""Layers of Keras with a like in TensorFlow.js 1.3.1 -> their settings that count when a model is asked."""
IDLE = ("Dropout", "SpatialDropout2D", "GaussianNoise", "GaussianDropout")
"""Layers that do nothing when a model is asked: they become the activation that does nothing."""
ACTIVATIONS = (
    "linear", "relu", "relu6", "elu", "selu", "sigmoid", "softmax", "softplus", "softsign", "tanh",
)  # fmt: skip
"""Activations that mean the same there; Keras has changed others since."""
THERE = {"negative_slope": "alpha"}
"""Settings with another name there."""
DEFAULTS: dict[str, dict[str, Any]] = {
    "GlobalAveragePooling2D": {"keepdims": False},
    "GlobalMaxPooling2D": {"keepdims": False},
    "UpSampling2D": {"interpolation": "nearest"},
    "Conv2D": {"groups": 1},
    "Conv2DTranspose": {"output_padding": None, "dilation_rate": (1, 1)},
    "DepthwiseConv2D": {"dilation_rate": (1, 1)},
    "SeparableConv2D": {"dilation_rate": (1, 1)},
}
"""What a layer must have for settings that are not known there."""


def to_teachable(model: keras.Model, spec: ModelSpec) -> bytes:
    """Return model.json, weights.bin and metadata.json, zipped.

    Args:
        model: What `build` made, trained.
        spec: Of the model: its title, classes and the shape of its pictures.

    Raises:
        InvalidInput: A layer has no like there, or the pictures are not square, grey or coloured.
    """
    height, width, channels = spec.shape
    if height != width or channels not in (1, 3):
        raise _unlike(
            spec.title, f"it takes {height} x {width} pictures with {channels} channels",
            "Teachable Machine shows square pictures, grey or with three colours",
        )  # fmt: skip
    topology: list[dict[str, Any]] = []
    weights: list[tuple[str, NDArray[np.float32]]] = []
    described = model.get_config()
    for entry in described["layers"]:
        layer = model.get_layer(entry["config"]["name"])
        sources = list(_sources(entry["inbound_nodes"]))
        class_name, config, arrays = _like(layer, sources, model.inputs[0], spec)
        topology.append(
            {
                "class_name": class_name,
                "name": layer.name,
                "config": {"name": layer.name, "trainable": True, "dtype": "float32", **config},
                "inbound_nodes": [[[name, 0, 0, {}] for name in sources]] if sources else [],
            }
        )
        weights += [(f"{layer.name}/{name}", array) for name, array in arrays]
    ends = [model.inputs[0].name, described["layers"][-1]["config"]["name"]]
    return _zipped(topology, weights, ends, spec)


def open_teachable(content: bytes) -> Callable[[NDArray[np.uint8]], NDArray[np.float32]]:
    """Return what asks the three files as Teachable Machine's library does, built once.

    It takes uint8 (n, height, width, channels) and gives float32 (n, classes).

    Args:
        content: What `to_teachable` returned.

    Raises:
        StudioError: The files do not fit together.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        described = json.loads(archive.read(MODEL))
        raw = archive.read(WEIGHTS)
    arrays, start = {}, 0
    for entry in described["weightsManifest"][0]["weights"]:
        size = math.prod(entry["shape"])
        arrays[entry["name"]] = np.frombuffer(raw, "<f4", size, start).reshape(entry["shape"])
        start += 4 * size
    if start != len(raw):
        raise StudioError(
            "The files for Teachable Machine do not fit together.",
            f"{WEIGHTS} has {len(raw):,} bytes, and {MODEL} tells of {start:,}.",
            "Export the model again.",
        )
    model = _rebuilt(described["modelTopology"]["model_config"]["config"], arrays)

    def ask(samples: NDArray[np.uint8]) -> NDArray[np.float32]:
        asked = samples.astype(np.float32) / HALF + np.float32(CENTRE)
        return np.asarray(model.predict_on_batch(asked), np.float32)

    return ask


def _like(
    layer: Any, sources: list[str], taken: Any, spec: ModelSpec
) -> tuple[str, dict[str, Any], list[tuple[str, NDArray[np.float32]]]]:
    """Return a layer's class, settings and weights there.

    Raises:
        InvalidInput: There is no like.
    """
    kind, config = type(layer).__name__, layer.get_config()
    if kind == "InputLayer":
        return kind, {"batch_input_shape": [None, *taken.shape[1:]], "sparse": False}, []
    if kind == "Rescaling" and sources == [taken.name]:
        return _rescaling(config, taken.shape[-1])
    if taken.name in sources:
        raise _unlike(spec.title, f'its layer "{layer.name}" takes pixels as they are', "")
    if kind in IDLE:
        return "Activation", {"activation": "linear"}, []
    wanted = DEFAULTS.get(kind, {})
    strange = next((n for n, v in wanted.items() if _plain(config.get(n)) != _plain(v)), None)
    if kind not in LIKES or strange is not None:
        detail = "" if strange is None else f" with {strange.replace('_', ' ')} {config[strange]}"
        raise _unlike(spec.title, f'its layer "{layer.name}" is {kind}{detail}', "")
    kept = {name: _plain(config[name]) for name in LIKES[kind]}
    if "axis" in kept and isinstance(kept["axis"], list):
        (kept["axis"],) = kept["axis"]
    if kept.get("activation", "linear") not in ACTIVATIONS:
        said = f'its layer "{layer.name}" has the activation {kept["activation"]}'
        raise _unlike(spec.title, said, "")
    weights = [(_weight(kind, w), np.asarray(w, "<f4")) for w in layer.weights]
    return kind, {THERE.get(name, name): value for name, value in kept.items()}, weights


def _rescaling(
    config: Mapping[str, Any], channels: int
) -> tuple[str, dict[str, Any], list[tuple[str, NDArray[np.float32]]]]:
    """Return the batch normalization that makes of pixels there what a Rescaling makes of ours."""
    numbers = {
        "gamma": config["scale"] * HALF,
        "beta": config["offset"],
        "moving_mean": CENTRE,
        "moving_variance": 1 - EPSILON,
    }
    weights = [(name, np.full(channels, value, "<f4")) for name, value in numbers.items()]
    settings = {"axis": -1, "epsilon": EPSILON, "center": True, "scale": True}
    return "BatchNormalization", settings, weights


def _zipped(
    topology: list[dict[str, Any]],
    weights: list[tuple[str, NDArray[np.float32]]],
    ends: list[str],
    spec: ModelSpec,
) -> bytes:
    first, last = ends
    config = {
        "name": "classifier",
        "layers": topology,
        "input_layers": [[first, 0, 0]],
        "output_layers": [[last, 0, 0]],
    }
    manifest = [{"name": n, "shape": list(a.shape), "dtype": "float32"} for n, a in weights]
    described = {
        "format": "layers-model",
        "generatedBy": "Studio",
        "convertedBy": None,
        "modelTopology": {
            "class_name": "Model",
            "model_config": {"class_name": "Model", "config": config},
            "keras_version": "2.3.1",
            "backend": "tensorflow",
        },
        "weightsManifest": [{"paths": [WEIGHTS], "weights": manifest}],
    }
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
    metadata = {
        "tfjsVersion": "1.3.1",
        "tmVersion": "2.4.5",
        "packageVersion": "0.8.4-alpha2",
        "packageName": "@teachablemachine/image",
        "timeStamp": now.replace("+00:00", "Z"),
        "userMetadata": {},
        "modelName": spec.title,
        "labels": list(spec.class_names),
        "imageSize": spec.shape[0],
        "grayscale": spec.shape[2] == 1,
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MODEL, json.dumps(described))
        archive.writestr(WEIGHTS, b"".join(array.tobytes() for _, array in weights))
        archive.writestr(METADATA, json.dumps(metadata, ensure_ascii=False))
    return content.getvalue()


def _rebuilt(config: Mapping[str, Any], arrays: Mapping[str, NDArray[np.float32]]) -> keras.Model:
    """Return the model that model.json describes, with its weights."""
    here = {there: name for name, there in THERE.items()}
    made: dict[str, Any] = {}
    for entry in config["layers"]:
        settings = dict(entry["config"])
        if entry["class_name"] == "InputLayer":
            made[entry["name"]] = keras.Input(settings["batch_input_shape"][1:], name=entry["name"])
            continue
        for needless in ("trainable", "dtype"):
            del settings[needless]
        settings = {here.get(name, name): value for name, value in settings.items()}
        layer = getattr(keras.layers, entry["class_name"])(**settings)
        sources = [made[source[0]] for source in entry["inbound_nodes"][0]]
        made[entry["name"]] = layer(sources[0] if len(sources) == 1 else sources)
        layer.set_weights(
            [arrays[f"{entry['name']}/{_weight(entry['class_name'], w)}"] for w in layer.weights]
        )
    return keras.Model(made[config["input_layers"][0][0]], made[config["output_layers"][0][0]])


def _sources(nodes: Any) -> Iterator[str]:
    """Yield the names of the layers that a layer's arguments come from."""
    if isinstance(nodes, dict):
        if nodes.get("class_name") == "__keras_tensor__":
            yield nodes["config"]["keras_history"][0]
        else:
            for part in nodes.values():
                yield from _sources(part)
    elif isinstance(nodes, list | tuple):
        for part in nodes:
            yield from _sources(part)


def _weight(kind: str, weight: Any) -> str:
    """Return what a weight is called there."""
    name: str = weight.path.rsplit("/", 1)[-1]
    return "depthwise_kernel" if (kind, name) == ("DepthwiseConv2D", "kernel") else name


def _plain(value: Any) -> Any:
    """Return a setting as JSON has it."""
    return list(map(_plain, value)) if isinstance(value, list | tuple) else value


def _unlike(title: str, found: str, why: str) -> InvalidInput:
    return InvalidInput(
        f"{title} cannot become a Teachable Machine model.",
        f"{why}, and {found}." if why else f"Its TensorFlow.js has no like of this: {found}.",
        "Use the web page instead: it runs every model of the studio.",
    )
