"""A model on top of a pretrained network: weights from a file, answers kept, the whole exported.

No weights of photographs can be had in a test; a file that Keras itself writes of the same network has the same form.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.core.backbones import BACKBONES, weight_files
from studio.core.configs import ModelConfig
from studio.core.control import RunControl
from studio.core.errors import Cancelled, InvalidInput, NotFound
from studio.core.layers import Backbone, Dense, Resizing
from studio.core.training import TrainingConfig
from studio.ml.arrays import TrainingData, load_training_data
from studio.ml.backbone import find_weights, load_backbone
from studio.ml.backend import keras, quiet
from studio.ml.build import build
from studio.ml.export import save_keras
from studio.ml.transfer import Pretrained, train_on
from tests.ml.conftest import Arrays, Heard

SIDE = 32
CONFIG = ModelConfig(layers=(Resizing(height=SIDE, width=SIDE), Backbone(), Dense(units=16)))
TRAINING = TrainingConfig(epochs=3, batch_size=32, learning_rate=0.01)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where somebody put the weights: `.h5`, as Keras publishes them, with what a network has after training."""
    folder = tmp_path_factory.mktemp("weights")
    keras.utils.set_random_seed(3)
    network = keras.applications.MobileNetV2(
        alpha=0.35, include_top=False, weights=None, input_shape=(SIDE, SIDE, 3)
    )
    with quiet():
        network.save(folder / weight_files("mobilenet_v2_35", SIDE)[0])
        network.save_weights(folder / "mobile.weights.h5")
    return folder


@pytest.fixture
def data(digits: Arrays) -> TrainingData:
    few = slice(0, 240)
    return load_training_data(digits.samples[few], digits.labels[few], digits.codes[few], 10)


def test_only_what_follows_is_trained_and_answers_are_kept(
    folder: Path, data: TrainingData, digits: Arrays, tmp_path: Path
) -> None:
    pretrained = Pretrained((folder,), tmp_path / "cache", "a" * 64)
    heard, again = Heard(), Heard()
    trained = train_on(pretrained, CONFIG, TRAINING, data, checkpoints=tmp_path / "one", emit=heard)
    losses = [value for _, value in sorted(heard.curve("epoch_loss").items())] or [
        value for _, value in sorted(heard.curve("loss").items())
    ]
    assert losses[-1] < losses[0]
    assert any("looked at" in line for line in heard.lines)
    fresh = build(CONFIG, (8, 8, 1), 10)
    path = find_weights(CONFIG.layers[1], SIDE, (folder,))
    load_backbone(fresh, "layer_2", CONFIG.layers[1], path)
    for ours, theirs in zip(
        trained.model.get_layer("layer_2").get_weights(),
        fresh.get_layer("layer_2").get_weights(),
        strict=True,
    ):
        np.testing.assert_array_equal(ours, theirs)
    # A second training starts from there and reads what the network said; the whole answers as its head did.
    save_keras(trained.model, tmp_path / "model.keras")
    samples = digits.samples[:20]
    started = train_on(
        Pretrained((), tmp_path / "cache", "a" * 64),
        CONFIG,
        TRAINING.model_copy(update={"epochs": 1, "learning_rate": 1e-7}),
        data,
        checkpoints=tmp_path / "two",
        emit=again,
        weights=tmp_path / "model.keras",
    )
    assert sum("is known already" in line for line in again.lines) == 2
    np.testing.assert_allclose(
        started.model.predict_on_batch(samples), trained.model.predict_on_batch(samples), atol=1e-3
    )


def test_a_pause_or_a_stop_before_training_keeps_nothing_half(
    folder: Path, data: TrainingData, tmp_path: Path
) -> None:
    pretrained = Pretrained((folder,), tmp_path / "cache", "b" * 64)
    common = {"checkpoints": tmp_path / "one", "emit": Heard()}
    paused = train_on(
        pretrained, CONFIG, TRAINING, data, control=lambda: RunControl(pause=True), **common
    )
    assert paused.paused
    with pytest.raises(Cancelled, match="looked at 0 of"):
        train_on(
            pretrained, CONFIG, TRAINING, data, control=lambda: RunControl(stop=True), **common
        )
    assert list((tmp_path / "cache").iterdir()) == []


def test_missing_and_foreign_weights_say_what_to_do(folder: Path, tmp_path: Path) -> None:
    layer = Backbone()
    with pytest.raises(NotFound) as caught:
        find_weights(layer, 96, (tmp_path,))
    assert weight_files("mobilenet_v2_35", 96)[0] in caught.value.what
    assert str(tmp_path) in caught.value.fix
    with pytest.raises(InvalidInput, match="no name of a file"):
        find_weights(Backbone(weights="../secret.h5"), 96, (folder,))
    named = Backbone(weights="mobile.weights.h5")
    model = build(ModelConfig(layers=(named,)), (SIDE, SIDE, 3), 2)
    load_backbone(model, "layer_1", named, find_weights(named, SIDE, (folder,)))
    for content in (b"", b"no weights at all"):
        (tmp_path / "broken.weights.h5").write_bytes(content)
        with pytest.raises(InvalidInput, match="do not fit MobileNetV2"):
            load_backbone(model, "layer_1", named, tmp_path / "broken.weights.h5")


def test_every_network_has_the_declared_shape_and_parameters() -> None:
    for name, facts in BACKBONES.items():
        if facts.parameters > 5_000_000:
            continue  # seconds to build; their figures were taken in the same way
        config = ModelConfig(layers=(Backbone(network=name),))
        model = build(config, (96, 96, 1), 2)
        assert model.count_params() == config.parameters((96, 96, 1), 2)
        assert model.get_layer("layer_1").output_shape[1:] == (facts.features,)
