"""Models of texts: built as declared, exported to files that say the same, and served with strings."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from studio.core.configs import ModelConfig
from studio.core.errors import InvalidInput, StudioError
from studio.core.layers import Dense, Dropout, Layer
from studio.core.layers_sequence import (
    GRU,
    LSTM,
    AttentionEncoder,
    AttentionPooling,
    AveragePooling1D,
    Conv1D,
    Embedding,
    GlobalAveragePooling1D,
    GlobalMaxPooling1D,
    MaxPooling1D,
    MultiWidthConv1D,
    Projection,
    SeparableConv1D,
    SpatialDropout1D,
    TokenDropout,
)
from studio.core.text import TextSettings
from studio.core.tokens import encode
from studio.ml.backend import keras, tf
from studio.ml.build import build
from studio.ml.export import to_tflite
from studio.ml.predict import Predictor
from studio.ml.text_server import TextServer, has_tensorflow_text, text_server_archive
from tests.core.test_tokens import ODD, WAYS

NO_SHAPE = (0, 0, 0)
WORDS = TextSettings(length=12, buckets=50)
FINGERPRINTS = TextSettings(unit="projection", length=12, hash_words=3)
EMBEDDING = Embedding(buckets=50, features=8)
TEXTS = ["a good film", "not so good , a bore", "", "brilliant"]
STACKS: dict[str, tuple[TextSettings, tuple[Layer, ...]]] = {
    "average": (WORDS, (EMBEDDING, GlobalAveragePooling1D())),
    "convolutions": (
        WORDS,
        (
            EMBEDDING, TokenDropout(), SpatialDropout1D(), Conv1D(filters=6, strides=2, pool_size=2),
            SeparableConv1D(filters=5), MaxPooling1D(pool_size=3), AveragePooling1D(pool_size=1),
            GlobalMaxPooling1D(), Dense(units=5),
        ),
    ),
    "device": (
        FINGERPRINTS,
        (
            Projection(), Conv1D(filters=6, kernel_size=1), MultiWidthConv1D(filters=4), AttentionPooling(),
            Dropout(),
        ),
    ),
    "attention": (
        WORDS,
        (EMBEDDING, AttentionEncoder(heads=2, head_size=4, units=9), GlobalMaxPooling1D()),
    ),
    "readers": (
        WORDS,
        (EMBEDDING, GRU(units=2, sequences=True), LSTM(units=3, bidirectional=True)),
    ),
}  # fmt: skip


def config_of(name: str) -> ModelConfig:
    text, layers = STACKS[name]
    return ModelConfig(input="text", text=text, layers=layers)


@pytest.mark.parametrize("name", STACKS)
def test_what_is_declared_is_built_and_its_file_says_the_same(name: str) -> None:
    config = config_of(name)
    model = build(config, NO_SHAPE, 3, seed=1)
    rows = config.rows(NO_SHAPE, 3)
    assert model.count_params() == sum(row.parameters for row in rows)
    assert model.input_shape == (None, *config.text.shape)
    assert model.inputs[0].name == "tokens"
    assert model.get_layer("output").input.shape[1:] == rows[-2].output_shape
    encoded = encode(TEXTS, config.text)
    expected = np.asarray(model(encoded))
    mixed = build(config, NO_SHAPE, 3, seed=1, precision="mixed_bfloat16")
    np.testing.assert_allclose(mixed(encoded), expected, atol=0.02)
    predictor = Predictor(to_tflite(model), text=config.text)
    np.testing.assert_allclose(predictor.predict(TEXTS), expected, atol=1e-5)
    np.testing.assert_array_equal(predictor.predict(encoded), predictor.predict(TEXTS))
    assert predictor.predict([]).shape == (0, 3)


def test_what_is_no_token_counts_for_nothing_in_an_average() -> None:
    model = build(config_of("average"), NO_SHAPE, 2)
    longer = WORDS.model_copy(update={"length": 40})
    wide = build(ModelConfig(input="text", text=longer, layers=STACKS["average"][1]), NO_SHAPE, 2)
    wide.set_weights(model.get_weights())
    found, expected = wide(encode(TEXTS, longer)), model(encode(TEXTS, WORDS))
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_fingerprints_become_minus_one_zero_and_one() -> None:
    numbers = np.array([[[0b11_10_01_00, 2**30 - 1, 0b10 << 28]]], np.int32)
    text = TextSettings(unit="projection", length=1, hash_words=3)
    config = ModelConfig(input="text", text=text, layers=(Projection(),))
    model = build(config, NO_SHAPE, 2)
    features = np.asarray(keras.Model(model.inputs[0], model.get_layer("output").input)(numbers))[0]
    assert features[:4].tolist() == [0, 1, -1, 0]
    assert not features[4:30].any()
    assert features[30:].tolist() == [0] * 14 + [-1]


def test_eight_bits_make_a_smaller_file_that_answers_nearly_alike() -> None:
    text = TextSettings(unit="projection", length=12, hash_words=16)
    layers = (
        Projection(),
        Conv1D(filters=64, kernel_size=1),
        MultiWidthConv1D(),
        AttentionPooling(),
    )
    model = build(ModelConfig(input="text", text=text, layers=layers), NO_SHAPE, 3)
    plain, small = to_tflite(model), to_tflite(model, int8=True)
    assert len(small) < 0.45 * len(plain)
    answers = [Predictor(file, text=text).predict(TEXTS) for file in (plain, small)]
    np.testing.assert_allclose(*answers, atol=0.02)


def test_a_predictor_of_texts_refuses_other_files_and_numbers() -> None:
    file = to_tflite(build(config_of("average"), NO_SHAPE, 2))
    with pytest.raises(StudioError, match="not of this model of texts"):
        Predictor(file, text=FINGERPRINTS)
    predictor = Predictor(file, text=WORDS)
    for wrong in (np.zeros((1, 12), np.int64), np.zeros((1, 11), np.int32)):
        with pytest.raises(InvalidInput):
            predictor.predict(wrong)


@pytest.mark.parametrize("cut", ["TensorFlow", "TensorFlow Text"])
def test_a_server_makes_the_same_numbers_of_strings(cut: str) -> None:
    if cut == "TensorFlow Text" and not has_tensorflow_text():
        pytest.skip("NOT RUN with TensorFlow Text: it is not installed")
    model = build(config_of("average"), NO_SHAPE, 2)
    asked = [text for text in ODD + TEXTS if not any(0xD800 <= ord(c) < 0xE000 for c in text)]
    for way in WAYS if cut == "TensorFlow" else WAYS[:1]:
        server = TextServer(model, way, ("no", "yes"), cut == "TensorFlow Text")
        np.testing.assert_array_equal(server.encode(tf.constant(asked)), encode(asked, way))
        assert server.encode(tf.constant([], tf.string)).shape == (0, *way.shape)


def test_a_saved_server_answers_strings_with_shares_and_names(tmp_path: Path) -> None:
    config = config_of("device")
    model = build(config, NO_SHAPE, 3)
    text_server_archive(model, config.text, ("bad", "fair", "good"), tmp_path / "server")
    with zipfile.ZipFile(tmp_path / "server") as archive:
        archive.extractall(tmp_path)
    serve = tf.saved_model.load(tmp_path / "model" / "1").signatures["serving_default"]
    said = serve(text=tf.constant(TEXTS))
    expected = np.asarray(model(encode(TEXTS, config.text)))
    np.testing.assert_allclose(said["probabilities"], expected, atol=1e-6)
    names = np.array(["bad", "fair", "good"])[expected.argmax(axis=1)]
    assert [name.decode() for name in said["classes"].numpy()[:, 0]] == names.tolist()
