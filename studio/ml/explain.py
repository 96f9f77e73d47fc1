"""What a model looks at: maps of evidence by its gradients, Grad-CAM, hiding parts, leaving out words.

Gradients are of the class's sum in front of the softmax, because they say something where the softmax is sure already.
Sources: Smilkov et al. 2017 (SmoothGrad), Selvaraju et al. 2017 (Grad-CAM), Zeiler and Fergus 2014 (hiding).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from studio.core.explanation import NO_CLASS, Word, scaled
from studio.core.text import TextSettings
from studio.core.tokens import encode, word_places
from studio.ml.backend import keras, tf

DRAWS = 16
NOISE = 0.1
"""SmoothGrad's noisy copies, and the deviation of their noise; pixels are 0 to 1, and so are strokes."""
TOGETHER = 16
"""Samples whose gradients are computed at once."""
WORDS_LIMIT = 300
"""So many words of a text are left out one by one; later ones are not looked at."""
HIDDEN_SHARE = 5
"""A hidden square is a fifth of the picture's shorter side wide."""
FEATURES_LIMIT = 4096
FEATURES_KEPT = 512
"""More features than the first are projected at random to the second, which nearly keeps the angles between them."""
SIDE = 56
"""Strokes are painted on a square of so many pixels."""

Predict = Callable[[Any], NDArray[np.float32]]
Report = Callable[[int], None]
"""Told how many samples are done; raises to end it."""


class Asked(Protocol):
    """What answers with probabilities, float32 (n, classes): an exported model."""

    def predict(self, samples: Any) -> NDArray[np.float32]: ...


class OpenModel:
    """A model of the studio, cut open: where the pixels come in, its last map, its last features.

    Args:
        model: What `build` made, trained.
    """

    def __init__(self, model: keras.Model) -> None:
        self.model = model
        output = model.layers[-1]
        self.start = _start(model)
        features, self.map = _inside(model)
        wanted = [features] if self.map is None else [features, self.map]
        whole = self.start is model.input
        self._seen = None if whole else keras.Model(model.input, self.start)
        self._inner = keras.Model(self.start, wanted)
        self._features = keras.Model(model.input, features)
        kernel, bias = output.get_weights()
        self._kernel, self._bias = tf.constant(kernel), tf.constant(bias)
        width = int(features.shape[-1])
        self._projection: NDArray[np.float32] | None = None
        if width > FEATURES_LIMIT:
            generator = np.random.default_rng(0)
            scale = 1 / math.sqrt(FEATURES_KEPT)
            self._projection = generator.normal(0, scale, (width, FEATURES_KEPT)).astype(np.float32)

    def seen(self, samples: NDArray[Any]) -> NDArray[np.float32]:
        """Return what the first layer with weights sees of samples: pictures 0 to 1, or strokes as they are."""
        found = samples if self._seen is None else self._seen.predict_on_batch(samples)
        return np.asarray(found, np.float32)

    def features(self, samples: NDArray[Any]) -> NDArray[np.float32]:
        """Return what the model makes of samples in front of its output layer, float32 (n, d)."""
        found = np.asarray(self._features.predict_on_batch(samples), np.float32)
        return found if self._projection is None else found @ self._projection

    def evidence(
        self, samples: NDArray[Any], classes: NDArray[np.int64], report: Report
    ) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        """Return how much each value speaks for each of two classes, and where Grad-CAM sees them.

        Args:
            samples: As the model takes them.
            classes: int64 (n, 2), -1 for none.
            report: Told how many samples are done.

        Returns:
            float32 (n, 2, *shape) of what `seen` returns without its channels, and float32 (n, 2, height, width);
            None where the model keeps no places.
        """
        maps, regions = [], []
        for first in range(0, len(samples), TOGETHER):
            report(first)
            seen = self.seen(samples[first : first + TOGETHER])
            wanted = classes[first : first + TOGETHER]
            maps.append(self._smoothed(seen, wanted))
            if self.map is not None:
                regions.append(self._regions(seen, wanted))
        report(len(samples))
        return np.concatenate(maps), np.concatenate(regions) if regions else None

    def _smoothed(
        self, seen: NDArray[np.float32], classes: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        generator = np.random.default_rng(0)
        total = np.zeros((len(seen), 2, *seen.shape[1:]), np.float32)
        for _ in range(DRAWS):
            noisy = tf.constant(seen + generator.normal(0, NOISE, seen.shape).astype(np.float32))
            with tf.GradientTape(persistent=True) as tape:
                tape.watch(noisy)
                sums = self._sums(noisy, classes)[0]
            for place, one in enumerate(sums):
                gradient = tape.gradient(one, noisy)
                if gradient is not None:
                    total[:, place] += np.asarray(gradient, np.float32)
        evidence = (total / DRAWS * seen[:, None]).sum(axis=-1)
        evidence[classes == NO_CLASS] = 0
        return _each_scaled(evidence)

    def _regions(
        self, seen: NDArray[np.float32], classes: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        with tf.GradientTape(persistent=True) as tape:
            start = tf.constant(seen)
            tape.watch(start)
            sums, last = self._sums(start, classes)
        made = []
        for one in sums:
            gradient = tape.gradient(one, last)
            weights = tf.reduce_mean(gradient, axis=(1, 2), keepdims=True)
            made.append(tf.nn.relu(tf.reduce_sum(weights * last, axis=-1, keepdims=True)))
        height, width = seen.shape[1:3]
        large = [tf.image.resize(region, (height, width))[..., 0] for region in made]
        regions = np.stack([np.asarray(region, np.float32) for region in large], axis=1)
        regions[classes == NO_CLASS] = 0
        return _each_scaled(regions)

    def _sums(self, start: Any, classes: NDArray[np.int64]) -> tuple[list[Any], Any]:
        """Return for each of the two classes the sums in front of the softmax, (n,), and the last map."""
        found = self._inner(start, training=False)
        found = found if isinstance(found, list | tuple) else [found]
        last = found[1] if len(found) > 1 else None
        sums = tf.cast(found[0], tf.float32) @ self._kernel + self._bias
        rows = tf.range(len(classes))
        each = [
            tf.gather_nd(sums, tf.stack([rows, tf.constant(np.maximum(column, 0), tf.int32)], 1))
            for column in classes.T
        ]
        return each, last


@lru_cache(1)
def opened(model: keras.Model) -> OpenModel:
    """Return a model cut open, the same one while it is the one asked about."""
    return OpenModel(model)


def _each_scaled(maps: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the maps of each sample divided by its largest value."""
    return np.stack([scaled(sample) for sample in maps])


def _start(model: keras.Model) -> Any:
    """Return the tensor that the first layer with weights reads: behind scaling and resizing."""
    start = model.input
    for layer in model.layers[1:]:
        if not isinstance(layer, keras.layers.Rescaling | keras.layers.Resizing):
            break
        start = layer.output
    return start


def _inside(model: keras.Model) -> tuple[Any, Any]:
    """Return the tensor in front of the output layer, and the last map; None where there is none.

    A pretrained network is one layer of the model, and its last map lies inside: the stack behind it, which is a plain
    row of layers, is put behind a copy of it that gives its map, too.
    """
    layers = model.layers
    place = next((i for i, layer in enumerate(layers) if isinstance(layer, keras.Model)), None)
    if place is None:
        return layers[-1].input, _last_map(layers)
    network = layers[place]
    inner = _last_map(network.layers)
    if inner is None:
        return layers[-1].input, None
    features, last = keras.Model(network.inputs, [network.output, inner])(layers[place - 1].output)
    for layer in layers[place + 1 : -1]:
        features = layer(features)
    return features, last


def _last_map(layers: Sequence[Any]) -> Any:
    """Return the last tensor (batch, height, width, channels) in front of a pooling, None where there is none."""
    pooling = (keras.layers.MaxPooling2D, keras.layers.AveragePooling2D)
    for layer in reversed(layers):
        if isinstance(layer, (*pooling, keras.layers.Rescaling, keras.layers.Resizing)):
            continue
        shape = layer.output.shape
        if isinstance(layer, keras.layers.InputLayer):
            return None
        if len(shape) == 4 and shape[1] * shape[2] >= 4:
            return layer.output
    return None


def hidden_evidence(
    asked: Asked, pictures: NDArray[np.uint8], classes: NDArray[np.int64], report: Report
) -> NDArray[np.float32]:
    """Return how much less likely each of two classes is with a part of the picture hidden.

    For models whose inside is not known. A square slides over the picture, as grey as the picture's border.

    Args:
        asked: The model.
        pictures: uint8 (n, height, width, channels).
        classes: int64 (n, 2), -1 for none.
        report: Told how many pictures are done.

    Returns:
        float32 (n, 2, height, width).
    """
    height, width = pictures.shape[1:3]
    side = max(1, min(height, width) // HIDDEN_SHARE)
    step = max(1, side // 2)
    corners = [
        (top, left)
        for top in range(0, max(1, height - side + step), step)
        for left in range(0, max(1, width - side + step), step)
    ]
    evidence = np.zeros((len(pictures), 2, height, width), np.float32)
    for number, picture in enumerate(pictures):
        report(number)
        border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
        paper = np.median(border, axis=0).astype(np.uint8)
        hidden = np.repeat(picture[None], len(corners) + 1, axis=0)
        times = np.zeros((height, width), np.float32)
        for variant, (top, left) in zip(hidden, corners, strict=False):
            variant[top : top + side, left : left + side] = paper
            times[top : top + side, left : left + side] += 1
        answers = asked.predict(hidden)
        for place, wanted in enumerate(classes[number].tolist()):
            if wanted == NO_CLASS:
                continue
            for (top, left), lost in zip(
                corners, (answers[-1, wanted] - answers[:-1, wanted]).tolist(), strict=True
            ):
                evidence[number, place, top : top + side, left : left + side] += lost
        evidence[number] /= np.maximum(times, 1)
    report(len(pictures))
    return _each_scaled(evidence)


def weighed_words(
    predict: Predict, text: str, settings: TextSettings, classes: Sequence[int]
) -> tuple[Word, ...]:
    """Return the words of a text, each with how much less likely the classes are without it.

    Args:
        predict: From encoded texts to probabilities.
        text: Any text; words that the model does not reach are left away.
        settings: How texts become numbers.
        classes: Outputs of the model, -1 for none.
    """
    places = word_places(text, settings)[: min(settings.length, WORDS_LIMIT)]
    variants = [text, *(f"{text[:start]} {text[end:]}" for start, end in places)]
    answers = predict(encode(variants, settings))
    wanted = [c for c in classes if c != NO_CLASS]
    lost = answers[0, wanted] - answers[1:, wanted]
    return tuple(
        Word(start, end, tuple(round(float(value), 6) for value in weights))
        for (start, end), weights in zip(places, lost, strict=True)
    )


def painted(
    points: NDArray[np.float32], values: NDArray[np.float32]
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Return a drawing's way as a picture, and a value of each of its points painted along it.

    Args:
        points: float32 (n, 3): step right, step down, 1 where a stroke ends; the longer side of the drawing is 1.
        values: float32 (k, n).

    Returns:
        uint8 (SIDE, SIDE, 1), and float32 (k, SIDE, SIDE).
    """
    picture = np.zeros((SIDE, SIDE, 1), np.uint8)
    maps = np.zeros((len(values), SIDE, SIDE), np.float32)
    used = int(np.flatnonzero(np.any(points != 0, axis=1)).max(initial=-1)) + 1
    at = np.cumsum(points[:used, :2], axis=0)
    along = np.linspace(0, 1, SIDE)[:, None]
    for number in range(used):
        begins = number == 0 or points[number - 1, 2] > 0
        line = (
            at[number][None] if begins else at[number - 1] + along * (at[number] - at[number - 1])
        )
        cells = np.clip(np.rint(2 + line * (SIDE - 5)), 0, SIDE - 2).astype(int)
        for right, down in ((0, 0), (1, 0), (0, 1), (1, 1)):
            where = cells[:, 1] + down, cells[:, 0] + right
            picture[where] = 255
            maps[:, where[0], where[1]] = values[:, number, None]
    return picture, maps
