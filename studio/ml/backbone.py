"""Networks of `keras.applications` inside a model: built empty, filled from a file that somebody put there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from studio.core.backbones import BACKBONES, BackboneName, weight_files
from studio.core.errors import InvalidInput, NotFound
from studio.core.layers import Backbone
from studio.ml.backend import keras, quiet

KERAS_FOLDER = Path("~/.keras/models")
"""Where Keras itself keeps what it downloaded."""
_DAMAGED = (OSError, ValueError, KeyError, TypeError, IndexError, RuntimeError)

_MAKERS: dict[BackboneName, tuple[Any, dict[str, Any]]] = {
    "mobilenet_v2_35": (keras.applications.MobileNetV2, {"alpha": 0.35}),
    "mobilenet_v3_small": (keras.applications.MobileNetV3Small, {"include_preprocessing": False}),
    "mobilenet_v2": (keras.applications.MobileNetV2, {}),
    "xception": (keras.applications.Xception, {}),
    "resnet50_v2": (keras.applications.ResNet50V2, {}),
}


def backbone(layer: Backbone, x: Any, name: str) -> Any:
    """Put a pretrained network behind `x`, frozen, with weights still to be loaded by `load_backbone`.

    It computes in float32 always: its normalisations were made for that, and its answers can be kept.

    Args:
        layer: The declaration.
        x: Symbolic pictures (batch, height, width, 1 or 3), 0-1.
        name: Name of the network as a layer, beginning of the others'.
    """
    if x.shape[-1] == 1:
        x = keras.layers.Concatenate(name=f"{name}_colours", dtype="float32")([x, x, x])
    x = keras.layers.Rescaling(2, offset=-1, name=f"{name}_scale", dtype="float32")(x)
    make, settings = _MAKERS[layer.network]
    network = make(
        include_top=False,
        weights=None,
        input_shape=tuple(x.shape[1:]),
        pooling="avg",
        name=name,
        **settings,
    )
    network.trainable = False
    return network(x)


def find_weights(layer: Backbone, size: int, folders: Sequence[Path]) -> Path:
    """Return the file with the weights of a pretrained network.

    Args:
        layer: The declaration.
        size: Height of the pictures the network sees, in pixels.
        folders: Where to look, in this order; Keras' own folder is looked into last.

    Raises:
        NotFound: It is in none of them; the error says its name and where to put it.
    """
    names = [layer.weights] if layer.weights else weight_files(layer.network, size)
    if any(Path(name).name != name for name in names):
        raise InvalidInput(
            f'"{layer.weights}" is no name of a file.',
            "Weights are looked for in the folder for weights only.",
            "Give the file's name without a folder.",
        )
    for folder in (*folders, KERAS_FOLDER.expanduser()):
        for name in names:
            if (folder / name).is_file():
                return folder / name
    title = BACKBONES[layer.network].title
    raise NotFound(
        f'There is no file "{names[0]}" with the weights of {title}.',
        "A pretrained network is read from a file; the studio downloads none by itself.",
        f"Put the file into the folder {folders[0] if folders else KERAS_FOLDER}. "
        "Keras' documentation of its applications says where it is published.",
    )


def load_backbone(model: keras.Model, name: str, layer: Backbone, path: Path) -> None:
    """Fill a pretrained network inside a model with the weights of a file.

    Args:
        model: What `studio.ml.build.build` made.
        name: Name of the network as a layer of it.
        layer: Its declaration.
        path: A file that `keras.applications` reads: `.weights.h5` or `.h5`, without the last layers.

    Raises:
        InvalidInput: The file is damaged or of another network.
    """
    try:
        with quiet():
            model.get_layer(name).load_weights(path)
    except _DAMAGED as error:
        raise InvalidInput(
            f'The weights in "{path.name}" do not fit {BACKBONES[layer.network].title}.',
            f"Keras says: {(str(error).splitlines() or [type(error).__name__])[0][:200]}",
            "Choose the file of the same network without its last layers (no_top).",
        ) from error
