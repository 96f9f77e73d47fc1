"""Models of other programs answer as they did there; files made to do harm are refused and run nothing."""

from __future__ import annotations

import copy
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import flatbuffers
import h5py
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from studio.core.adapter import InputAdapter
from studio.core.dataset import TEST
from studio.core.errors import InvalidInput, StudioError
from studio.core.foreign import ForeignFacts, ForeignFormat, ForeignRequest, runnable_format
from studio.ml.allowed import check_config
from studio.ml.arrays import load_split
from studio.ml.evaluate import Part, Subject, evaluate
from studio.ml.foreign import read_model
from studio.ml.foreign_keras import check_h5
from studio.ml.foreign_onnx import check_onnx
from studio.ml.foreign_tflite import check_tflite
from studio.ml.predict import Predictor
from tests.ml.conftest import Arrays, Heard

FILES = Path(__file__).with_name("files")


@dataclass(frozen=True)
class Sources:
    """One model, as its makers saved it in each format, and what it answers there."""

    folder: Path
    pictures: Any
    answers: Any


@pytest.fixture(scope="session")
def sources(digits: Arrays, tmp_path_factory: pytest.TempPathFactory) -> Sources:
    """A model of digits that takes -1 to 1, in every format."""
    from studio.ml.backend import keras, quiet, tf

    folder = tmp_path_factory.mktemp("foreign")
    pictures, labels = digits.samples, digits.labels
    inputs = np.concatenate(
        [pictures.reshape(len(pictures), -1) / 127.5 - 1, np.ones((len(pictures), 1))], 1
    )
    weights = np.linalg.lstsq(inputs, np.eye(10)[labels] * 8, rcond=None)[0].astype(np.float32)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1), name="picture"),
            layers.Conv2D(2, 1, activation="leaky_relu"),
            layers.Conv2D(1, 1, name="back"),
            layers.Flatten(),
            layers.Dense(10, activation="softmax", name="last"),
        ]
    )
    model.layers[0].set_weights([np.array([[[[1.0, -1.0]]]]), np.zeros(2)])
    # leaky_relu(x) - leaky_relu(-x) = 1.2 x
    model.get_layer("back").set_weights([np.array([[[[1 / 1.2], [-1 / 1.2]]]]), np.zeros(1)])
    model.get_layer("last").set_weights([weights[:-1], weights[-1]])
    answers = np.asarray(model((pictures[:60] / 127.5 - 1).astype(np.float32)))
    assert (answers.argmax(axis=1) == labels[:60]).mean() > 0.8
    model.compile("adam", "sparse_categorical_crossentropy")
    with quiet():
        model.save(folder / "model.keras")
        model.save(folder / "model.h5")
        model.export(folder / "saved", format="tf_saved_model", verbose=False)
        shutil.make_archive(str(folder / "model"), "zip", folder, "saved")
        converter = tf.lite.TFLiteConverter.from_saved_model(str(folder / "saved"))
        (folder / "model.tflite").write_bytes(converter.convert())
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: (
            [(picture[None] / 127.5 - 1).astype(np.float32)] for picture in pictures[:100]
        )
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = tf.int8
        (folder / "int8.tflite").write_bytes(converter.convert())
    (folder / "model.onnx").write_bytes(as_onnx(weights, names=True))
    return Sources(folder, pictures[:60], answers)


def as_onnx(weights: Any, *, names: bool = False, batch: object = "n") -> bytes:
    graph = helper.make_graph(
        [
            helper.make_node("Flatten", ["picture"], ["flat"]),
            helper.make_node("MatMul", ["flat", "kernel"], ["product"]),
            helper.make_node("Add", ["product", "bias"], ["scores"]),
        ],
        "digits",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, [batch, 1, 8, 8])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [batch, weights.shape[1]])],
        [
            numpy_helper.from_array(weights[:-1], "kernel"),
            numpy_helper.from_array(weights[-1], "bias"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    if names:
        helper.set_model_props(
            model, {"names": str({n: f"digit {n}" for n in range(weights.shape[1])})}
        )
    return bytes(model.SerializeToString())


def read(
    folder: Path, file: Path, kind: ForeignFormat, **said: Any
) -> tuple[ForeignFacts, Predictor]:
    if file.parent != folder:
        shutil.copyfile(file, folder / file.name)
    facts = read_model(folder, ForeignRequest(file=file.name, format=kind, **said))
    runnable = runnable_format(facts.files)
    predictor = Predictor(
        folder / facts.files[runnable],
        adapter=facts.adapter,
        shape=facts.shape,
        file_format=runnable,
    )
    return facts, predictor


@pytest.mark.parametrize(
    ("name", "kind", "tolerance"),
    [
        ("model.keras", "keras", 1e-5),
        ("model.h5", "h5", 1e-5),
        ("model.tflite", "tflite", 1e-5),
        ("int8.tflite", "tflite", 0.2),
        ("model.onnx", "onnx", 1e-5),
        ("model.zip", "savedmodel", 1e-5),
    ],
)
def test_each_format_answers_as_its_source(
    sources: Sources, tmp_path: Path, name: str, kind: ForeignFormat, tolerance: float
) -> None:
    facts, predictor = read(tmp_path, sources.folder / name, kind, scaling="-1..1")
    assert (facts.shape, facts.classes, predictor.classes) == ((8, 8, 1), 10, 10)
    assert facts.adapter.output == ("logits" if name == "model.onnx" else "probabilities")
    found = predictor.predict(sources.pictures)
    np.testing.assert_allclose(found, sources.answers, atol=tolerance)
    agreed = (found.argmax(axis=1) == sources.answers.argmax(axis=1)).mean()
    assert agreed == 1 if tolerance < 0.1 else agreed > 0.9
    colours = np.repeat(sources.pictures, 3, axis=3)
    np.testing.assert_allclose(predictor.predict(colours), found, atol=max(1e-3, tolerance))
    large = np.repeat(np.repeat(sources.pictures[:9], 4, axis=1), 4, axis=2)
    assert predictor.takes((32, 32, 1))
    assert (predictor.predict(large).argmax(axis=1) == found[:9].argmax(axis=1)).mean() > 0.7
    if name == "model.onnx":
        assert facts.class_names[3] == "digit 3"
    labels = np.arange(60, dtype=np.int32) % 10
    split = load_split(sources.pictures, labels, np.full(60, TEST, np.uint8), TEST)
    judged = evaluate(
        Subject(None, predictor, {}, "strange:1"),
        Part(split, "digits:1"),
        tuple("0123456789"),
        k=3,
        out=tmp_path / "answers.npy",
        emit=Heard(),
    )
    np.testing.assert_allclose(judged.predictions.probabilities, found, atol=1e-6)
    assert judged.evaluation.accuracy == (found.argmax(axis=1) == labels).mean()


def test_a_file_of_keras_2_answers_as_there(tmp_path: Path) -> None:
    kept = np.load(FILES / "keras2.npz")
    file = tmp_path / "given.h5"
    file.write_bytes(kept["model"].tobytes())
    with h5py.File(file, "r+") as opened:  # as Keras 2.2 wrote it
        config = json.loads(opened.attrs["model_config"])
        for layer in config["config"]["layers"]:
            for name, value in layer["config"].items():
                if name.endswith("_initializer"):
                    value["config"]["dtype"] = "float32"
                    del value["module"], value["registered_name"]
        opened.attrs["model_config"] = json.dumps(config)
    facts = read_model(tmp_path, ForeignRequest(file="given.h5", format="h5"))
    assert "Guessed" in facts.notes[-1]
    predictor = Predictor(
        tmp_path / facts.files["tflite"], adapter=facts.adapter, shape=facts.shape
    )
    np.testing.assert_allclose(predictor.predict(kept["pictures"]), kept["answers"], atol=1e-5)


def test_batches_of_a_fixed_size_are_filled_up(sources: Sources, tmp_path: Path) -> None:
    weights = np.random.default_rng(0).normal(size=(65, 1)).astype(np.float32) / 20
    answers = []
    for batch in (7, "n"):
        file = tmp_path / f"{batch}.onnx"
        file.write_bytes(as_onnx(weights, batch=batch))
        facts, predictor = read(tmp_path, file, "onnx", output="logits")
        assert (facts.outputs, facts.classes) == (1, 2)
        answers.append(predictor.predict(sources.pictures[:20]))
        assert predictor.predict(sources.pictures[:0]).shape == (0, 2)
    np.testing.assert_allclose(*answers, atol=1e-6)


def test_texts_and_wrong_sizes_are_refused_in_words(sources: Sources, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="height 9"):
        read(tmp_path, sources.folder / "model.onnx", "onnx", height=9)
    file = tmp_path / "flat.onnx"
    graph = helper.make_graph(
        [helper.make_node("Identity", ["x"], ["y"])],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 5])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 5])],
    )
    file.write_bytes(
        helper.make_model(
            graph, ir_version=8, opset_imports=[helper.make_opsetid("", 13)]
        ).SerializeToString()
    )
    with pytest.raises(InvalidInput, match="no pictures"):
        read(tmp_path, file, "onnx")


# ---- files made to do harm


def changed_config(path: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """Return the .keras file with its description changed."""
    with zipfile.ZipFile(path) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(held["config.json"])
    change(config)
    held["config.json"] = json.dumps(config).encode()
    return rewritten(path, held)


def rewritten(path: Path, held: dict[str, bytes]) -> Path:
    made = path.with_name("harm.keras")
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in held.items():
            archive.writestr(name, content)
    return made


def _layer(config: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = config["config"]["layers"][-1]
    return found


def _activation(
    module: str, name: str, registered: str | None = None
) -> Callable[[dict[str, Any]], None]:
    def change(config: dict[str, Any]) -> None:
        _layer(config)["config"]["activation"] = {
            "module": module, "class_name": "function", "config": name, "registered_name": registered or name,
        }  # fmt: skip

    return change


def _class(
    module: str | None, name: str, registered: str | None = None
) -> Callable[[dict[str, Any]], None]:
    def change(config: dict[str, Any]) -> None:
        _layer(config).update(module=module, class_name=name, registered_name=registered)

    return change


def _hidden(config: dict[str, Any]) -> None:
    inner = copy.deepcopy(config)
    harm = {"module": "keras.config", "class_name": "set_backend", "config": {}}
    inner["config"]["layers"][0]["config"]["dtype"] = harm
    config["config"]["layers"].append(inner)


HARM = {
    "activation that changes Keras": _activation("keras.config", "set_dtype_policy"),
    "activation that runs a command": _activation("builtins", "exec"),
    "activation that loads a file": _activation("keras.saving", "load_model"),
    "activation of somebody": _activation("builtins", "relu", "Custom>relu"),
    "Lambda": _class("keras.layers", "Lambda"),
    "layer that reads a SavedModel": _class("keras.layers", "TFSMLayer"),
    "layer that runs PyTorch": _class("keras.layers", "TorchModuleWrapper"),
    "own layer": _class("my.package", "Dense", "my>Dense"),
    "registered layer": _class("keras.layers", "Dense", "Custom>Dense"),
    "class of os": _class("os", "system"),
    "old lambda": _class(None, "__lambda__"),
    "class name that is no text": lambda config: _layer(config).update(class_name=["Dense"]),
    "module without a class": lambda config: _layer(config)["config"].update(
        units={"module": "os"}
    ),
    "hidden in a model inside": _hidden,
    "deep nesting": lambda config: config.update(more=json.loads("[" * 100 + "]" * 100)),
}


@pytest.mark.parametrize("change", HARM.values(), ids=HARM)
def test_a_keras_file_that_could_run_something_is_refused(
    sources: Sources, tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    path = changed_config(Path(shutil.copy(sources.folder / "model.keras", tmp_path)), change)
    with pytest.raises(InvalidInput) as caught:
        read_model(tmp_path, ForeignRequest(file=path.name, format="keras"))
    assert caught.value.what == "The Keras model is not read."


def test_how_a_model_inside_was_trained_is_never_read(sources: Sources, tmp_path: Path) -> None:
    """Keras compiles a model inside another one as its description says, `compile=False` or not."""

    def change(config: dict[str, Any]) -> None:
        inner = copy.deepcopy(config)
        inner["compile_config"] = {
            "optimizer": {"module": "os", "class_name": "system", "config": {}}
        }
        config["config"]["layers"] = [config["config"]["layers"][0], inner]

    path = changed_config(Path(shutil.copy(sources.folder / "model.keras", tmp_path)), change)
    with zipfile.ZipFile(path) as archive:
        from studio.ml.foreign_keras import parsed

        config = parsed(archive.read("config.json"))
    check_config(config)
    assert '"os"' not in json.dumps(config)


def test_members_links_and_plugins_are_refused(sources: Sources, tmp_path: Path) -> None:
    path = Path(shutil.copy(sources.folder / "model.keras", tmp_path))
    with zipfile.ZipFile(path) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    for more in ({"evil.py": b"x"}, {"assets/words.txt": b"x"}, {"../out": b"x"}):
        made = rewritten(path, held | more)
        with pytest.raises(InvalidInput):
            read_model(tmp_path, ForeignRequest(file=made.name, format="keras"))
    outside = tmp_path / "outside.h5"
    with h5py.File(outside, "w") as file:
        file["secret"] = np.ones(3)

    def external(file: h5py.File) -> None:
        file["a"] = h5py.ExternalLink(str(outside), "/secret")

    def soft(file: h5py.File) -> None:
        file["a"] = h5py.SoftLink("/b")

    def elsewhere(file: h5py.File) -> None:
        file.create_dataset("a", (3,), "f4", external=[(str(outside), 0, 12)])

    def virtual(file: h5py.File) -> None:
        layout = h5py.VirtualLayout((3,), "f8")
        layout[:] = h5py.VirtualSource(outside, "secret", (3,))
        file.create_virtual_dataset("a", layout)

    def compound(file: h5py.File) -> None:
        file["a"] = np.zeros(2, [("x", "f4")])

    for number, spoil in enumerate((external, soft, elsewhere, virtual, compound)):
        weights = tmp_path / f"{number}.h5"
        with h5py.File(weights, "w") as file:
            spoil(file)
        with pytest.raises(InvalidInput, match="not read"):
            check_h5(weights)


def node(name: str, domain: str = "", **more: Any) -> bytes:
    made = helper.make_node(name, ["x"], ["y"], domain=domain, **more)
    graph = helper.make_graph(
        [made],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 1, 8, 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 10])],
    )
    return bytes(helper.make_model(graph).SerializeToString())


def external_data(place: str) -> bytes:
    tensor = numpy_helper.from_array(np.ones(4, np.float32), "w")
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "/etc/passwd"
    if place == "attribute":
        return node("Constant", value=tensor)
    inner = helper.make_graph(
        [helper.make_node("Constant", [], ["v"], value=tensor)], "inner", [], []
    )
    if place == "inside":
        return node("If", then_branch=inner, else_branch=inner)
    graph = helper.make_graph([], "g", [], [], [tensor])
    return bytes(helper.make_model(graph).SerializeToString())


ONNX_HARM = {
    "weights in another file": lambda: external_data("weights"),
    "constant in another file": lambda: external_data("attribute"),
    "constant inside a branch": lambda: external_data("inside"),
    "operation of somebody": lambda: node("Harm", "evil.com"),
    "operation that reads a file": lambda: node("EPContext", "com.microsoft"),
    "loop": lambda: node("Loop", body=helper.make_graph([], "b", [], [])),
    "no protobuf": lambda: b"\x08nonsense" * 9,
}


@pytest.mark.parametrize("content", ONNX_HARM.values(), ids=ONNX_HARM)
def test_an_onnx_file_that_reaches_out_is_refused(
    tmp_path: Path, content: Callable[[], bytes]
) -> None:
    path = tmp_path / "harm.onnx"
    path.write_bytes(content())
    with pytest.raises(InvalidInput):
        check_onnx(path)


def test_a_tflite_file_with_operations_of_others_is_refused(
    sources: Sources, tmp_path: Path
) -> None:
    content = (sources.folder / "model.tflite").read_bytes()
    for builtin, custom in ((32, b"FlexErf"), (32, b"Mine"), (119, None), (129, None)):
        model = schema.ModelT.InitFromPackedBuf(content, 0)
        model.operatorCodes[0].builtinCode = builtin
        model.operatorCodes[0].deprecatedBuiltinCode = min(builtin, 127)
        model.operatorCodes[0].customCode = custom
        builder = flatbuffers.Builder(1024)
        builder.Finish(model.Pack(builder), b"TFL3")
        path = tmp_path / "harm.tflite"
        path.write_bytes(bytes(builder.Output()))
        with pytest.raises(InvalidInput, match="not read"):
            check_tflite(path)


@settings(max_examples=40, deadline=None)
@given(
    data=st.data(), name=st.sampled_from(["model.tflite", "model.onnx", "model.h5", "model.keras"])
)
def test_damage_is_refused_in_words_or_harmless(
    sources: Sources, data: st.DataObject, name: str
) -> None:
    content = bytearray((sources.folder / name).read_bytes())
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content) - 1)) :]
    for place in data.draw(st.lists(st.integers(0, len(content) or 1), max_size=4)):
        if place < len(content):
            content[place] ^= 1 << data.draw(st.integers(0, 7))
    path = sources.folder / f"damaged-{name}"
    path.write_bytes(content)
    checks: dict[str, Callable[[Path], object]] = {
        "model.tflite": check_tflite, "model.onnx": check_onnx, "model.h5": check_h5, "model.keras": _static,
    }  # fmt: skip
    said: list[StudioError] = []
    try:
        checks[name](path)
    except StudioError as error:
        said.append(error)
    assert all(error.why and error.fix for error in said)


def _static(path: Path) -> None:
    """Look at a .keras file without Keras."""
    from studio.ml.foreign_keras import unpacked

    unpacked(path, path.parent)


def test_an_adapter_cannot_be_of_another_file(sources: Sources) -> None:
    content = (sources.folder / "model.tflite").read_bytes()
    with pytest.raises(InvalidInput, match="does not take pictures of 9 x 9"):
        Predictor(content, adapter=InputAdapter(), shape=(9, 9, 1))
    with pytest.raises(StudioError, match="cannot be read"):
        Predictor(b"nonsense", adapter=InputAdapter(), shape=(8, 8, 1), file_format="onnx")
    assert io.BytesIO(content).read(8)[4:] == b"TFL3"
