"""Training on top of a pretrained network: its answers are computed once, kept, and only what follows is trained."""

from __future__ import annotations

import functools
import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.core.backbones import BACKBONES
from studio.core.configs import ModelConfig
from studio.core.control import RunControl
from studio.core.errors import Cancelled
from studio.core.layers import Backbone
from studio.core.run import Progress
from studio.core.training import TrainingConfig
from studio.ml.arrays import MEMORY_LIMIT, Split, TrainingData
from studio.ml.backbone import find_weights, load_backbone
from studio.ml.backend import keras, tf
from studio.ml.build import build
from studio.ml.export import save_keras
from studio.ml.resume import start_from
from studio.ml.state import Emit
from studio.ml.train import Trained, train

BATCH = 64
"""Pictures the network looks at at a time."""
CACHE_LIMIT_BYTES = 4_000_000_000
"""The files of kept answers that were used last may take this much together."""


@dataclass(frozen=True)
class Pretrained:
    """Where a pretrained network's weights come from, and where its answers are kept.

    Args:
        folders: Looked into for files of weights, in this order.
        cache: Folder of the kept answers; made if missing.
        samples: Digest of the dataset's samples: answers are found again by it.
    """

    folders: Sequence[Path]
    cache: Path
    samples: str


def train_on(
    pretrained: Pretrained,
    config: ModelConfig,
    training: TrainingConfig,
    data: TrainingData,
    *,
    checkpoints: Path,
    emit: Emit,
    control: Callable[[], RunControl] = RunControl,
    weights: Path | None = None,
) -> Trained:
    """Train a model whose stack has a pretrained network. Args and Raises as `studio.ml.train.train`, and:

    Args:
        pretrained: Of the network.

    Returns:
        As `train`; the model is the whole one, network included.

    Raises:
        NotFound: The file of weights is not there. Cancelled: Somebody asked for the end before training began.
    """
    found = config.backbone()
    assert found is not None
    place, layer = found
    shape = data.train.shape
    sees = ModelConfig(layers=config.layers[:place]).rows(shape, 1)
    whole = build(config, shape, data.classes)
    if weights is not None:
        start_from(whole, weights)
    else:
        height = sees[-2].output_shape[0] if place else shape[0]
        origin = find_weights(layer, height, pretrained.folders)
        load_backbone(whole, f"layer_{place + 1}", layer, origin)
        emit.log(f"{BACKBONES[layer.network].title} has the weights of {origin.name}.")
    learn = functools.partial(train, checkpoints=checkpoints, emit=emit, control=control)
    learned_before = any(row.parameters for row in sees[:-1])
    with tempfile.TemporaryDirectory() as folder:
        start = Path(folder) / "start"
        if training.augments or learned_before:
            reason = "pictures are changed" if training.augments else "layers above it learn"
            emit.log(f"Its answers are computed anew in every epoch, because {reason}.")
            save_keras(whole, start)
            return learn(config, training, data, weights=start)
        network = _network(whole, f"layer_{place + 1}")
        features = _Features(pretrained, config, place, layer, network, emit, control)
        try:
            known = TrainingData(
                features.of(data.train),
                None if data.validation is None else features.of(data.validation),
                data.classes,
            )
        except _PausedEarly:
            return _paused(whole)
        head = ModelConfig(layers=config.layers[place + 1 :], input="features")
        below = len(network.weights)
        if weights is not None:
            first = build(head, known.train.shape, data.classes)
            first.set_weights(whole.get_weights()[below:])
            save_keras(first, start)
        trained = learn(head, training, known, weights=start if weights is not None else None)
    whole.set_weights([*whole.get_weights()[:below], *trained.model.get_weights()])
    return replace(trained, model=whole)


def _network(whole: keras.Model, name: str) -> keras.Model:
    """Return the part of a model from its pictures to what the pretrained network makes of them."""
    following = whole.layers[[layer.name for layer in whole.layers].index(name) + 1]
    return keras.Model(whole.inputs, following.input)


class _PausedEarly(Exception):
    """Somebody asked for a pause while answers were computed: there is nothing to save."""


def _paused(model: keras.Model) -> Trained:
    return Trained(
        model=model,
        best_epoch=0,
        epochs_done=0,
        steps_done=0,
        stopped=False,
        paused=True,
        cancelled=False,
        early_stopped=False,
        diverged=False,
        facts={},
    )


class _Features:
    """What a pretrained network makes of splits: computed once, then read from the disk."""

    def __init__(
        self,
        pretrained: Pretrained,
        config: ModelConfig,
        place: int,
        layer: Backbone,
        network: keras.Model,
        emit: Emit,
        control: Callable[[], RunControl],
    ) -> None:
        self._pretrained, self._network = pretrained, network
        self._emit, self._control = emit, control
        self._title = BACKBONES[layer.network].title
        below = ModelConfig(layers=config.layers[: place + 1]).model_dump_json()
        digest = hashlib.sha256()
        for array in network.get_weights():
            digest.update(array.tobytes())
        self._made_of = f"{pretrained.samples} {digest.hexdigest()} {below}"
        self._ask = tf.function(
            lambda samples: network(samples, training=False), reduce_retracing=True
        )

    def of(self, split: Split) -> Split:
        """Return the split with answers in place of pictures, float32 (n, features)."""
        key = hashlib.sha256(self._made_of.encode() + split.ids.tobytes()).hexdigest()
        path = self._pretrained.cache / f"{key}.npy"
        if path.exists():
            path.touch()  # it was used last
            self._emit.log(f"What {self._title} says of {split.count:,} samples is known already.")
        else:
            self._compute(split, path)
        mapped: NDArray[np.float32] = np.load(path, mmap_mode="r")
        small = mapped.nbytes <= MEMORY_LIMIT
        return Split(
            samples=np.array(mapped) if small else mapped,
            labels=split.labels,
            ids=np.arange(split.count),
            in_memory=small,
        )

    def _compute(self, split: Split, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._make_room(path.parent)
        draft = path.with_suffix(f".{os.getpid()}.part")
        features = np.lib.format.open_memmap(
            draft, "w+", dtype=np.float32, shape=(split.count, self._network.output_shape[-1])
        )
        try:
            for where, (samples, _) in split.blocks(BATCH):
                self._look_out(where.start, split.count)
                features[where] = self._ask(samples)
            features.flush()
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        self._emit.log(f"{self._title} looked at {split.count:,} samples, once for all trainings.")

    def _look_out(self, done: int, total: int) -> None:
        wish = self._control()
        if wish.stop or wish.cancel:
            raise Cancelled(
                f"The training was stopped after {self._title} had looked at {done:,} of {total:,} samples.",
                "Somebody asked to stop, and nothing was learned yet.",
                "Submit it again.",
            )
        if wish.pause:
            raise _PausedEarly
        if done % (BATCH * 8) == 0:
            message = f"{self._title} looks at the samples"
            self._emit.progress(Progress(done=done, total=total, unit="samples", message=message))

    def _make_room(self, folder: Path) -> None:
        """Remove the files that were used longest ago until the rest is small enough."""
        files = sorted(folder.glob("*.npy"), key=lambda file: file.stat().st_mtime, reverse=True)
        kept = 0
        for file in files:
            kept += file.stat().st_size
            if kept > CACHE_LIMIT_BYTES:
                file.unlink(missing_ok=True)
