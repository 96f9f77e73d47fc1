"""Forms of a model for other programs: what is inside them, what takes picture files, what a C compiler says."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import flatbuffers
import numpy as np
import onnx
import pytest
from ai_edge_litert import schema_py_generated as schema
from flatbuffers import number_types
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.configs import ModelConfig
from studio.core.errors import InvalidInput, StudioError
from studio.core.layers import BatchNormalization, Conv2D, Dense
from studio.core.model_export import ParityRow
from studio.core.model_spec import ModelSpec
from studio.exports.c_array import c_array_zip, tflite_of
from studio.ml.backend import tf
from studio.ml.build import build
from studio.ml.engines import LiteRT
from studio.ml.export import to_tflite
from studio.ml.export_asking import asking
from studio.ml.export_metadata import labels_inside, operations, with_metadata
from studio.ml.export_savedmodel import reader
from studio.ml.exporters import ExportSource
from studio.ml.predict import Predictor
from studio.ml.replay import Asked, compared, replay
from studio.sources.pictures import Colour, decode, encode

SHAPE = (12, 9, 3)
COLOURS: dict[Colour, int] = {"grey": 1, "rgb": 3}
CONFIG = ModelConfig(layers=(Conv2D(filters=4), BatchNormalization(), Dense(units=6)))
NAMES = ("the Eiffel Tower", "Äpfel", 'a "quoted" \\ name??/')


@pytest.fixture(scope="module")
def samples() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (70, *SHAPE), np.uint8)


@pytest.fixture(scope="module")
def source(samples: np.ndarray) -> ExportSource:
    """A model with random weights, of pictures that are no squares, in colours."""
    model = build(CONFIG, SHAPE, len(NAMES), seed=2)
    spec = ModelSpec(title="odd:3", config=CONFIG, class_names=NAMES, shape=SHAPE, files={})
    return ExportSource(spec, model, {}, lambda: samples)


def field(table: flatbuffers.table.Table, number: int) -> int:
    """Return where a field of a table lies, 0 when it is not there."""
    return int(table.Offset(4 + 2 * number))


def inner(
    table: flatbuffers.table.Table, number: int, row: int | None = None
) -> flatbuffers.table.Table:
    """Return the table in a field, or in a row of the vector in it."""
    place = field(table, number)
    assert place
    if row is None:
        return flatbuffers.table.Table(table.Bytes, table.Indirect(table.Pos + place))
    start = table.Vector(place) + 4 * row
    return flatbuffers.table.Table(table.Bytes, table.Indirect(start))


def text(table: flatbuffers.table.Table, number: int) -> str:
    return str(table.String(table.Pos + field(table, number)), "utf-8")


def test_metadata_are_read_by_the_numbers_of_their_schema(source: ExportSource) -> None:
    content = source.made("tflite")
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0))
    (entry,) = [one for one in model.metadata if one.name == b"TFLITE_METADATA"]
    raw = bytes(bytearray(model.buffers[entry.buffer].data))
    assert raw[4:8] == b"M001"
    root = flatbuffers.table.Table(raw, flatbuffers.encode.Get(flatbuffers.packer.uoffset, raw, 0))
    assert text(root, 0) == "odd:3"
    subgraph = inner(root, 3, 0)
    taken, given_back = inner(subgraph, 2, 0), inner(subgraph, 3, 0)
    assert (text(taken, 0), text(given_back, 0)) == ("image", "probability")
    file = inner(given_back, 6, 0)
    assert text(file, 0) == "labels.txt"
    assert (
        file.Get(number_types.Uint8Flags, file.Pos + field(file, 2)) == 2
    )  # one label for each number
    unit = inner(inner(taken, 4, 0), 1)
    mean, spread = (
        [unit.Get(number_types.Float32Flags, unit.Vector(field(unit, n)) + 4 * i) for i in range(3)]
        for n in (0, 1)
    )
    assert (mean, spread) == ([0.0] * 3, [1.0] * 3)
    assert labels_inside(content) == NAMES


def test_metadata_are_replaced_and_files_stay_runnable(
    source: ExportSource, samples: np.ndarray
) -> None:
    plain = to_tflite(source.own())
    once = with_metadata(plain, title="a", class_names=NAMES)
    twice = with_metadata(once, title="b", class_names=("x", "y", "z"), files={"more.json": b"{}"})
    assert labels_inside(plain) == ()
    assert labels_inside(twice) == ("x", "y", "z")
    with zipfile.ZipFile(io.BytesIO(twice)) as archive:
        assert archive.namelist() == ["labels.txt", "more.json"]
    for content in (once, twice):
        np.testing.assert_array_equal(
            Predictor(content).predict(samples), Predictor(plain).predict(samples)
        )
    assert {"CONV_2D", "SOFTMAX"} <= set(operations(once))
    with pytest.raises(InvalidInput):
        with_metadata(b"PK\x03\x04 and more", title="a", class_names=NAMES)


def test_names_that_another_program_left_damaged_or_other_ones_are_not_taken(
    source: ExportSource, tmp_path: Path
) -> None:
    plain = to_tflite(source.own())
    good = with_metadata(plain, title="a", class_names=NAMES)
    bomb = io.BytesIO(plain)
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("labels.txt", b"a" * 11_000_000)
    damaged = bytearray(good)
    damaged[damaged.rindex(b"Eiffel")] ^= 1
    latin = io.BytesIO(plain)
    with zipfile.ZipFile(latin, "a") as archive:
        archive.writestr("labels.txt", b"\xff\xfe")
    for content in (bomb.getvalue(), bytes(damaged), latin.getvalue(), good[:-9]):
        assert labels_inside(content) == ()
    path = tmp_path / "model.tflite"
    path.write_bytes(with_metadata(plain, title="a", class_names=("x", "y", "z")))
    foreign = ExportSource(source.spec, source.model, {"tflite": path}, source.training)
    assert labels_inside(foreign.made("tflite")) == NAMES


def test_onnx_has_names_and_takes_any_number(source: ExportSource, samples: np.ndarray) -> None:
    content = source.made("onnx")
    graph = onnx.load_from_string(content).graph
    assert (graph.input[0].name, graph.output[0].name) == ("image", "probabilities")
    for tensor in (graph.input[0], graph.output[0]):
        assert tensor.type.tensor_type.shape.dim[0].dim_param == "samples"
    ask = asking(source, "onnx", content)
    expected = np.asarray(source.own().predict_on_batch(samples))
    for count in (1, 3, 64, 70):
        np.testing.assert_allclose(ask(Asked(samples[:count])), expected[:count], atol=1e-5)


def test_whole_numbers_from_the_first_pixel_to_the_answer(
    source: ExportSource, samples: np.ndarray
) -> None:
    content = source.made("full_int8")
    engine = LiteRT(content, 1)
    assert (engine.dtype, engine.given_dtype) == (np.uint8, np.uint8)
    assert engine.raw_range == (1.0, 0.0)  # a step is one of a pixel
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0))
    kinds = {tensor.type for tensor in model.subgraphs[0].tensors}
    assert schema.TensorType.FLOAT32 not in kinds
    expected = np.asarray(source.own().predict_on_batch(samples))
    ask = asking(source, "full_int8", content)
    assert np.abs(ask(Asked(samples)) - expected).max() < 0.05


def test_c_source_compiles_and_holds_the_file(source: ExportSource, tmp_path: Path) -> None:
    content = source.made("c_array")
    assert tflite_of(content) == source.full_int8
    compiler = shutil.which("g++") or shutil.which("clang++")
    if compiler is None:
        pytest.skip("no C++ compiler")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path)
    (tmp_path / "main.cc").write_text(
        '#include <cstdio>\n#include "model.h"\n'
        'int main() { std::printf("%u\\n", g_model_len);\n'
        'for (int i = 0; i < kModelClasses; ++i) std::printf("%s\\n", g_model_labels[i]); }\n'
    )
    files = [str(tmp_path / name) for name in ("main.cc", "model.cc")]
    subprocess.run(
        [compiler, "-std=c++11", "-Wall", "-Werror", *files, "-o", tmp_path / "a"], check=True
    )
    said = subprocess.run([tmp_path / "a"], check=True, capture_output=True).stdout.decode()
    assert said.split("\n")[:4] == [str(len(source.full_int8)), *NAMES]
    with pytest.raises(InvalidInput):
        tflite_of(b"no zip")


@settings(max_examples=15, deadline=None)
@given(
    st.binary(min_size=1, max_size=300),
    st.text(st.characters(exclude_categories=["C"]), min_size=1),
)
def test_any_bytes_and_names_come_back_from_c_source(tflite: bytes, name: str) -> None:
    content = c_array_zip(
        tflite, title=name, class_names=(name,), shape=(1, 1, 1), operations=("ADD",)
    )
    assert tflite_of(content) == tflite


def test_picture_files_are_read_in_the_graph_as_the_studio_reads_them() -> None:
    generator = np.random.default_rng(4)
    read = {
        colour: tf.function(
            reader((20, 20, channels)), input_signature=[tf.TensorSpec((), tf.string)]
        )
        for colour, channels in COLOURS.items()
    }
    for height, width, channels in ((20, 20, 1), (9, 31, 3), (33, 17, 1), (5, 5, 3)):
        picture = generator.integers(0, 256, (height, width, channels)).astype(np.uint8)
        file = encode(picture)
        for colour, work in read.items():
            wanted = decode(file, size=20, colour=colour, invert=False)
            found = work(tf.constant(file)).numpy()
            assert np.abs(found.astype(int) - wanted).max() <= 1


def test_a_savedmodel_takes_files_and_names_the_likeliest(
    source: ExportSource, samples: np.ndarray, tmp_path: Path
) -> None:
    content = source.made("savedmodel")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path)
    loaded = tf.saved_model.load(str(tmp_path / "odd" / "1"))
    assert set(loaded.signatures) == {"serving_default", "png", "classes_top5"}
    expected = np.asarray(source.own().predict_on_batch(samples))
    top = loaded.signatures["classes_top5"](image=tf.constant(samples))
    assert [row[0].decode() for row in top["classes"].numpy()] == [
        NAMES[place] for place in expected.argmax(axis=1)
    ]
    wide = samples[0, :, :9].repeat(2, axis=0).repeat(2, axis=1)
    files = tf.constant([encode(samples[0]), encode(wide)])
    shares = loaded.signatures["png"](image=files)["probabilities"].numpy()
    assert shares.shape == (2, len(NAMES))
    ask = asking(source, "savedmodel", content)
    np.testing.assert_allclose(replay(ask, Asked(samples), lambda done: None), expected, atol=1e-6)


def test_answers_that_are_no_numbers_or_too_few_are_refused(samples: np.ndarray) -> None:
    with pytest.raises(StudioError, match="no numbers"):
        replay(
            lambda asked: np.full((len(asked.values), 3), np.nan), Asked(samples), lambda done: None
        )
    row = ParityRow(format="onnx", bytes=1, samples=0)
    labels = np.array([0, -1], np.int32)
    reference = np.array([[0.9, 0.1], [0.4, 0.6]], np.float32)
    with pytest.raises(StudioError, match="numbers for a sample"):
        compared(row, np.ones((2, 3), np.float32), reference, labels)
    found = compared(row, reference[:, ::-1], reference, labels)
    assert (found.samples, found.agreement, found.accuracy, found.accuracy_drop) == (
        2,
        0.0,
        0.0,
        1.0,
    )
    assert found.max_difference == pytest.approx(0.8)


def test_a_form_that_does_not_fit_says_why(samples: np.ndarray) -> None:
    strange = ExportSource(
        ModelSpec(title="odd:3", config=None, class_names=NAMES, shape=SHAPE, files={}),
        None, {}, lambda: samples,
    )  # fmt: skip
    with pytest.raises(InvalidInput, match="not made") as caught:
        strange.made("int8")
    assert "another program" in caught.value.why
