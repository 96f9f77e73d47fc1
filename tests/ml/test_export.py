"""Exported files answer as the model does, and damaged or foreign ones are refused in words."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from studio.core.configs import ModelConfig
from studio.core.errors import InvalidInput, StudioError
from studio.core.layer import Activation
from studio.core.layers import (
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    Layer,
    MaxPooling2D,
)
from studio.ml.build import build
from studio.ml.export import WEIGHTS, load_keras, rebuild, save_keras, to_tflite
from studio.ml.predict import Predictor
from tests.ml.conftest import CONFIG, SHAPE, Arrays, Training

ACTIVATIONS = get_args(Activation)


@pytest.mark.parametrize(
    "layers",
    [
        [Conv2D(filters=2, pool_size=1, activation=name) for name in ACTIVATIONS]
        + [Dense(units=5, activation=name) for name in ACTIVATIONS],
        [
            Conv2D(filters=4, padding="valid"),
            BatchNormalization(),
            MaxPooling2D(),
            AveragePooling2D(),
            Dropout(),
            Flatten(),
            Dense(units=6),
            BatchNormalization(),
        ],
        [Conv2D(filters=3), GlobalAveragePooling2D()],
        [],
    ],
    ids=["activations", "every kind", "global pooling", "no layers"],
)
def test_tflite_answers_as_keras_does(layers: list[Layer]) -> None:
    shape, classes = (12, 14, 3), 4
    model = build(ModelConfig(layers=tuple(layers)), shape, classes, seed=1)
    generator = np.random.default_rng(0)
    model.set_weights([w + generator.normal(0, 0.05, w.shape) for w in positive(model)])
    content = to_tflite(model)
    samples = generator.integers(0, 256, (75, *shape), np.uint8)
    expected = np.asarray(model.predict_on_batch(samples))
    predictor = Predictor(content)
    assert (predictor.shape, predictor.classes) == (shape, classes)
    np.testing.assert_allclose(predictor.predict(samples), expected, atol=1e-5)
    assert operations(content).isdisjoint({"FlexErf", "CUSTOM"})
    assert not any(name.startswith("Flex") for name in operations(content))


def positive(model) -> list:
    """Weights far enough from zero that variances stay positive when noise is added."""
    return [
        np.abs(w) + 1 if "variance" in variable.path else w
        for variable, w in zip(model.weights, model.get_weights(), strict=True)
    ]


def operations(content: bytes) -> set[str]:
    interpreter = Interpreter(model_content=content)
    return {operation["op_name"] for operation in interpreter._get_ops_details()}


def test_tflite_takes_one_picture_called_image(training: Training) -> None:
    interpreter = Interpreter(model_content=training.tflite)
    (signature,) = interpreter.get_signature_list().values()
    (taken,) = interpreter.get_input_details()
    assert signature["inputs"] == ["image"]
    assert taken["shape_signature"].tolist() == [1, *SHAPE]
    assert taken["dtype"] == np.uint8


def test_export_says_nothing(training: Training, capfd: pytest.CaptureFixture[str]) -> None:
    to_tflite(training.trained.model)
    assert capfd.readouterr() == ("", "")


def test_keras_files_load_again_with_the_same_answers(
    training: Training, digits: Arrays, tmp_path: Path
) -> None:
    expected = training.trained.model.predict_on_batch(digits.samples[:50])
    artifact = shutil.copy(training.keras_path, tmp_path / "no suffix")
    for loaded in (load_keras(artifact), rebuild(CONFIG, SHAPE, 10, artifact)):
        np.testing.assert_array_equal(loaded.predict_on_batch(digits.samples[:50]), expected)


def test_keras_files_hold_weights_once(training: Training) -> None:
    parameters = training.trained.model.count_params()
    assert training.keras_path.stat().st_size < 4 * parameters + 60_000
    assert [path.name for path in training.keras_path.parent.glob("tmp*")] == []


def with_members(source: Path, target: Path, **replaced: bytes) -> Path:
    """Copy a zip with other contents under some members' stems."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, replaced.get(name.split(".")[0], old.read(name)))
    return target


def test_rebuild_does_not_read_what_the_file_says_to_build(
    training: Training, digits: Arrays, tmp_path: Path
) -> None:
    evil = b'{"module": "os", "class_name": "system", "config": {"command": "false"}}'
    path = with_members(training.keras_path, tmp_path / "evil", config=evil, metadata=b"")
    found = rebuild(CONFIG, SHAPE, 10, path).predict_on_batch(digits.samples[:9])
    expected = training.trained.model.predict_on_batch(digits.samples[:9])
    np.testing.assert_array_equal(found, expected)
    with pytest.raises(StudioError, match="cannot be read"):
        load_keras(path)


@pytest.mark.parametrize(
    "layers",
    [
        (Conv2D(filters=16),),
        (Conv2D(filters=16), Dense(units=33)),
        (Conv2D(filters=16), BatchNormalization(), Dense(units=32)),
        (Conv2D(filters=16), Dense(units=32), Dense(units=10)),
    ],
)
def test_weights_of_another_stack_are_refused(
    training: Training, layers: tuple[Layer, ...]
) -> None:
    with pytest.raises(StudioError, match="do not fit"):
        rebuild(ModelConfig(layers=layers), SHAPE, 10, training.keras_path)


def test_a_layer_too_many_in_the_file_is_refused(tmp_path: Path) -> None:
    stack = (Conv2D(filters=2), BatchNormalization(), Dense(units=3))
    save_keras(build(ModelConfig(layers=stack), SHAPE, 3), tmp_path / "model")
    without = ModelConfig(layers=(stack[0], stack[2]))
    with pytest.raises(StudioError, match="do not fit"):
        rebuild(without, SHAPE, 3, tmp_path / "model")


def test_weights_that_unpack_too_large_are_refused(training: Training, tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(WEIGHTS, bytes(50_000_000))
    with pytest.raises(StudioError, match="holds more"):
        rebuild(CONFIG, SHAPE, 10, path)


@pytest.mark.parametrize("damage", ["empty", "text", "cut", "no weights", "no HDF5", "missing"])
def test_damaged_files_are_refused(training: Training, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "model"
    whole = training.keras_path.read_bytes()
    match damage:
        case "empty" | "text" | "cut":
            path.write_bytes({"empty": b"", "text": b"hello", "cut": whole[:9000]}[damage])
        case "no weights":
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("config.json", "{}")
        case "no HDF5":
            with_members(training.keras_path, path, model=b"hello")
    for load in (load_keras, lambda file: rebuild(CONFIG, SHAPE, 10, file)):
        with pytest.raises(StudioError, match="cannot be read") as caught:
            load(path)
        assert caught.value.why
        assert caught.value.fix


def test_every_flipped_byte_of_the_weights_is_noticed(training: Training, tmp_path: Path) -> None:
    whole = training.keras_path.read_bytes()
    with zipfile.ZipFile(training.keras_path) as archive:
        first = archive.getinfo(WEIGHTS).header_offset + 200
        last = first + archive.getinfo(WEIGHTS).compress_size - 400
    for position in np.linspace(first, last, 25, dtype=int):
        flipped = bytearray(whole)
        flipped[position] ^= 0x55
        (tmp_path / "flipped").write_bytes(flipped)
        with pytest.raises(StudioError):
            rebuild(CONFIG, SHAPE, 10, tmp_path / "flipped")


def test_an_impossible_stack_is_refused_before_the_file_is_read(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"^Layer 1"):
        rebuild(ModelConfig(layers=(MaxPooling2D(pool_size=9),)), SHAPE, 10, tmp_path / "none")
