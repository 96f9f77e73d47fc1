"""One sample in every form, through every dialect: the model is asked the same, and the answer has the right shape."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import json
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.errors import InvalidInput, NotFound, StudioError, TooLarge
from studio.core.strokes import encode_strokes
from studio.serving.body import BODY_LIMIT_BYTES
from studio.serving.dialects import DIALECTS
from studio.serving.exchange import Asked, Reply, Target
from studio.serving.pixels import _careful, read_pixels
from studio.sources.pictures import encode
from studio.sources.raster import rasterise
from tests.serving.versions import NAMES, STROKES, TEXTS, state, version

JSON = {"content-type": "application/json"}
DRAWING = [[[0, 255, 120], [10, 0, 80]], [[30], [200]]]
BITMAP = rasterise([(xs, ys) for xs, ys in DRAWING])[..., None]
PROBABILITIES = np.array([[0.25, 0.5, 0.25], [0.125, 0.125, 0.75]], np.float32)


def asked(body: Any, headers: dict[str, str] | None = None) -> Asked:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Asked(JSON | (headers or {}), content)


def body_of(dialect: str, value: Any) -> Any:
    """Return a request about one instance, as that dialect has it."""
    if dialect == "tfserving":
        return {"instances": [value]}
    if dialect == "mlflow":
        return {"inputs": [value]}
    if dialect == "azure":
        key = next(iter(value)) if isinstance(value, dict) else "image"
        return {
            "Inputs": {
                "WebServiceInput0": [{key: value[key] if isinstance(value, dict) else value}]
            }
        }
    if isinstance(value, list):
        array = np.array(value)
        data = {"shape": [1, *array.shape], "datatype": "UINT8", "data": array.ravel().tolist()}
    else:
        word = value if isinstance(value, str) else next(iter(value.values()))
        word = word if isinstance(word, str) else json.dumps(word)
        data = {"shape": [1], "datatype": "BYTES", "data": [word]}
    return {"inputs": [{"name": "x", **data}]}


def samples(dialect: str, body: Any, model: Any, headers: dict[str, str] | None = None) -> Any:
    return DIALECTS[dialect].read(asked(body, headers), model).samples


FORMS = {
    "nested": BITMAP.tolist(),
    "without colours": BITMAP[..., 0].tolist(),
    "in one row": BITMAP.ravel().tolist(),
    "png": {"b64": base64.b64encode(encode(BITMAP)).decode()},
    "strokes": {"strokes": DRAWING},
}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("form", FORMS)
def test_a_picture_comes_in_any_form(dialect: str, form: str) -> None:
    found = samples(dialect, body_of(dialect, FORMS[form]), version())
    assert found.dtype == np.uint8
    assert np.array_equal(found, BITMAP[None])


@pytest.mark.parametrize("dialect", DIALECTS)
def test_texts_and_strokes_come_to_their_models(dialect: str) -> None:
    assert samples(dialect, body_of(dialect, {"text": "a tree"}), version(TEXTS, (0, 0, 0))) == [
        "a tree"
    ]
    model = version(STROKES)
    expected = encode_strokes([json.dumps(DRAWING)], STROKES.strokes)
    found = samples(dialect, body_of(dialect, {"strokes": DRAWING}), model)
    assert found.dtype == np.float32
    assert np.array_equal(found, expected)
    if dialect == "oip":
        body = body_of(dialect, expected[0].tolist())
        body["inputs"][0]["datatype"] = "FP32"
    else:
        body = body_of(dialect, {"strokes": expected[0].tolist()})
    assert np.array_equal(samples(dialect, body, model), expected)


def test_strokes_of_any_size_are_drawn_as_google_draws() -> None:
    larger = [[[x * 3 + 500 for x in xs], [y * 3 - 40 for y in ys]] for xs, ys in DRAWING]
    body = {"instances": [{"strokes": larger}, {"strokes": DRAWING}]}
    first, second = samples("tfserving", body, version())
    assert np.abs(first.astype(int) - second).max() <= 2
    colour = samples("tfserving", body, version(shape=(20, 30, 3)))
    assert colour.shape == (2, 20, 30, 3)
    assert colour.max() > 200


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("packed", ["gzip", "deflate"])
def test_packed_bodies_are_unpacked(dialect: str, packed: str) -> None:
    pack = gzip.compress if packed == "gzip" else zlib.compress
    body = json.dumps(body_of(dialect, FORMS["png"])).encode()
    headers = {"content-encoding": packed}
    assert np.array_equal(samples(dialect, pack(body), version(), headers), BITMAP[None])
    for wrong, error in (
        (pack(body)[:-9], InvalidInput),
        (body, InvalidInput),
        (pack(b" " * (BODY_LIMIT_BYTES + 1)), TooLarge),
    ):
        with pytest.raises(error):
            samples(dialect, wrong, version(), headers)
    with pytest.raises(InvalidInput, match="br"):
        samples(dialect, body, version(), {"content-encoding": "br"})


def answer(dialect: str, body: Any, headers: dict[str, str] | None = None) -> Reply:
    spoken = DIALECTS[dialect]
    return spoken.answer(
        spoken.read(asked(body, headers), version()), PROBABILITIES, "fruit", version()
    )


def test_answers_are_those_of_each_server() -> None:
    two = [FORMS["png"], FORMS["png"]]
    rows = PROBABILITIES.tolist()
    assert json.loads(answer("tfserving", {"instances": two}).body) == {"predictions": rows}
    assert json.loads(answer("tfserving", {"inputs": {"image": two}}).body) == {"outputs": rows}
    assert json.loads(answer("mlflow", {"instances": two}).body) == {"predictions": rows}
    cells = [{"image": FORMS["png"]["b64"], "id": number} for number in (7, 8)]
    found = json.loads(
        answer("azure", {"Inputs": {"WebServiceInput0": cells}, "GlobalParameters": {}}).body
    )
    assert found["Results"]["WebServiceOutput0"][1] == {
        "id": 8,
        "Scored Labels": "Übung",
        'Scored Probabilities for Class "apple"': 0.125,
        'Scored Probabilities for Class "the Eiffel Tower"': 0.125,
        'Scored Probabilities for Class "Übung"': 0.75,
    }
    body = {
        "id": "42",
        "inputs": [{"name": "x", "shape": [2, 784], "datatype": "INT32", "data": [0] * 1568}],
    }
    assert json.loads(answer("oip", body).body) == {
        "model_name": "fruit",
        "model_version": "3",
        "id": "42",
        "outputs": [
            {
                "name": "probabilities",
                "shape": [2, 3],
                "datatype": "FP32",
                "data": [*rows[0], *rows[1]],
            },
            {"name": "class", "shape": [2], "datatype": "BYTES", "data": [NAMES[1], NAMES[2]]},
            {"name": "confidence", "shape": [2], "datatype": "FP32", "data": [0.5, 0.75]},
        ],
    }


def test_the_protocols_outputs_come_in_binary_where_they_are_wanted() -> None:
    pixels = np.full((2, 28, 28, 1), 7, np.float32)
    head = {
        "inputs": [
            {
                "name": "image",
                "shape": [2, 28, 28, 1],
                "datatype": "FP32",
                "parameters": {"binary_data_size": pixels.nbytes},
            }
        ],
        "outputs": [
            {"name": "class", "parameters": {"binary_data": True}},
            {"name": "probabilities", "parameters": {"classification": 2}},
        ],
    }
    start = json.dumps(head).encode()
    length = {"inference-header-content-length": str(len(start))}
    assert (samples("oip", start + pixels.tobytes(), version(), length) == 7).all()
    reply = answer("oip", start + pixels.tobytes(), length)
    assert reply.content_type == "application/octet-stream"
    ((name, size),) = reply.headers
    assert name == "inference-header-content-length"
    said, rest = json.loads(reply.body[: int(size)]), reply.body[int(size) :]
    assert said["outputs"][0] == {
        "name": "class", "shape": [2], "datatype": "BYTES", "parameters": {"binary_data_size": len(rest)},
    }  # fmt: skip
    assert rest == b"\x10\0\0\0the Eiffel Tower\x06\0\0\0\xc3\x9cbung"
    assert said["outputs"][1]["data"] == [
        "0.500000:1:the Eiffel Tower", "0.250000:0:apple", "0.750000:2:Übung", "0.125000:0:apple",
    ]  # fmt: skip
    for wrong in (str(len(start) - 1), "0", "-3", "x", "9" * 50):
        with pytest.raises(InvalidInput):
            samples(
                "oip", start + pixels.tobytes(), version(), {**length, next(iter(length)): wrong}
            )
    with pytest.raises(InvalidInput, match="bytes stand behind"):
        samples("oip", start + pixels.tobytes()[:-4], version(), length)


def test_files_and_texts_come_in_binary() -> None:
    def binary(model: Any, *items: bytes) -> Any:
        rest = b"".join(len(item).to_bytes(4, "little") + item for item in items)
        given = {"name": "x", "shape": [len(items), 1], "datatype": "BYTES"}
        head = json.dumps(
            {"inputs": [{**given, "parameters": {"binary_data_size": len(rest)}}]}
        ).encode()
        return samples(
            "oip", head + rest, model, {"inference-header-content-length": str(len(head))}
        )

    found = binary(
        version(), encode(BITMAP), json.dumps(DRAWING).encode(), base64.b64encode(encode(BITMAP))
    )
    assert np.array_equal(found, np.stack([BITMAP] * 3))
    assert binary(version(TEXTS, (0, 0, 0)), "Grüße".encode(), b"") == ["Grüße", ""]
    with pytest.raises(InvalidInput, match="UTF-8"):
        binary(version(TEXTS, (0, 0, 0)), b"\xff")


def table(rows: list[list[Any]]) -> bytes:
    content = io.StringIO()
    csv.writer(content).writerows(rows)
    return content.getvalue().encode()


def test_mlflow_reads_tables_in_all_its_forms() -> None:
    model = version(shape=(2, 2, 1))
    columns, row = ["a", "b", "c", "d"], [1, 2, 3, 255]
    expected = np.array(row, np.uint8).reshape(1, 2, 2, 1)
    for body in (
        {"dataframe_split": {"index": [0], "columns": columns, "data": [row]}},
        {"dataframe_split": {"data": [row]}, "params": {}},
        {"dataframe_records": [dict(zip(columns, row, strict=True))]},
        {"inputs": expected.tolist()},
        {"inputs": {"image": [[1.0, 2.0, 3.0, 255.0]]}},
    ):
        assert np.array_equal(samples("mlflow", body, model), expected), body
    sent = {"content-type": "text/csv; charset=utf-8"}
    assert np.array_equal(samples("mlflow", table([columns, row]), model, sent), expected)
    texts = version(TEXTS, (0, 0, 0))
    lines = [["number", "text"], [1, 'one, "two"'], [2, "three\nfour"]]
    assert samples("mlflow", table(lines), texts, sent) == ['one, "two"', "three\nfour"]
    assert samples("mlflow", {"inputs": [["a"], ["b"]]}, texts) == ["a", "b"]
    for kind in ("", "text/plain", "application/x-www-form-urlencoded"):
        with pytest.raises(InvalidInput) as caught:
            samples("mlflow", {"inputs": [row]}, model, {"content-type": kind})
        assert caught.value.status == 415


def test_azures_older_tables_are_read() -> None:
    value = {"ColumnNames": ["id", "text"], "Values": [["1", "a"], ["2", "b"]]}
    assert samples("azure", {"Inputs": {"input1": value}}, version(TEXTS, (0, 0, 0))) == ["a", "b"]


TENSOR = {"name": "x", "shape": [1, 784], "datatype": "UINT8", "data": [0] * 784}


@pytest.mark.parametrize(
    ("dialect", "body"),
    [
        *[(dialect, wrong) for dialect in DIALECTS for wrong in (b"", b"[]", b"{", b"{}", b"\xff", b"[" * 99999)],
        ("oip", {"inputs": []}),
        ("oip", {"inputs": [TENSOR, TENSOR]}),
        ("oip", {"inputs": [TENSOR], "id": 5}),
        ("oip", {"inputs": [TENSOR], "parameters": 5}),
        ("oip", {"inputs": [TENSOR], "outputs": {}}),
        ("oip", {"inputs": [TENSOR], "outputs": [{"name": "p"}]}),
        ("oip", {"inputs": [TENSOR], "outputs": [{"name": "class", "parameters": {"classification": 1}}]}),
        ("oip", {"inputs": [TENSOR], "outputs": [{"name": "probabilities", "parameters": {"classification": -1}}]}),
        ("oip", {"inputs": [TENSOR], "outputs": [{"name": "probabilities"}] * 4}),
        *[
            ("oip", {"id": "\ud800", "inputs": [TENSOR | {"data": [10**400, first] * 392, "datatype": kind}]})
            for first in (0, 0.5) for kind in ("FP32", "FP64", "UINT64")
        ],
        ("oip", {"inputs": [TENSOR | {"shape": [1, 16, 3], "data": [1e300] * 48, "datatype": "FP64"}]}),
        ("oip", {"inputs": [TENSOR | {"shape": [1, 16, 3], "data": [1e30] * 48, "datatype": "FP32"}]}),
        ("tfserving", {"instances": [{"strokes": [[1e30, 0, 0]] * 16}]}),
        ("mlflow", {"dataframe_split": {"data": [[1e30] * 48]}}),
        ("oip", {"inputs": [5]}),
        *[
            ("oip", {"inputs": [TENSOR | change]})
            for change in (
                {"shape": []}, {"shape": [1, -784]}, {"shape": [1, 7.5]}, {"shape": [True, 784]}, {"shape": [784]},
                {"shape": [2**40, 2**40]}, {"shape": [1] * 9}, {"shape": None}, {"shape": [1, 784, 1]},
                {"datatype": "FP8"}, {"datatype": None}, {"datatype": "BOOL"}, {"datatype": "BYTES"},
                {"data": None}, {"data": [0] * 783}, {"data": [256] * 784}, {"data": [-1] * 784},
                {"data": [0.5] * 784}, {"data": ["0"] * 784}, {"data": [None] * 784}, {"data": [True] * 784},
                {"data": [[0] * 392, [0] * 391, 0]}, {"data": [1e300] * 784, "datatype": "FP32"},
                {"data": [2**64 - 1, -1] * 392, "datatype": "INT64"}, {"shape": [0, 784], "data": []},
                {"shape": [257, 784], "data": [0] * (257 * 784)}, {"parameters": 5},
                {"parameters": {"binary_data_size": 784}}, {"data": [300.5] * 784, "datatype": "FP16"},
            )
        ],
        ("mlflow", {"instances": [[0] * 784], "inputs": [[0] * 784]}),
        ("mlflow", {"inputs": [[0] * 784], "params": 5}),
        ("mlflow", {"dataframe_split": [[0] * 784]}),
        ("mlflow", {"dataframe_split": {"columns": 5, "data": [[0]]}}),
        ("mlflow", {"dataframe_split": {"columns": ["a"], "data": [[0, 0]]}}),
        ("mlflow", {"dataframe_split": {"data": [[0] * 783]}}),
        ("mlflow", {"dataframe_split": {"data": [[0] * 783 + ["x"]]}}),
        ("mlflow", {"dataframe_split": {"data": [[0] * 783 + [None]]}}),
        ("mlflow", {"dataframe_split": {"data": [[0] * 783 + ["nan"]]}}),
        ("mlflow", {"dataframe_split": {"data": []}}),
        ("mlflow", {"dataframe_records": [{"image": "x", "a": 1}, {"image": "x"}]}),
        ("mlflow", {"dataframe_records": [5]}),
        ("mlflow", {"dataframe_records": [{}]}),
        ("azure", {"Inputs": []}),
        ("azure", {"Inputs": {}}),
        ("azure", {"Inputs": {"WebServiceInput0": []}}),
        ("azure", {"Inputs": {"WebServiceInput0": [5]}}),
        ("azure", {"Inputs": {"WebServiceInput0": {"ColumnNames": 5, "Values": 5}}}),
        ("azure", {"Inputs": {"WebServiceInput0": [{"image": 5}]}}),
        ("azure", {"Inputs": {"WebServiceInput0": [{"image": "AAAA"}]}, "GlobalParameters": 5}),
        *[
            ("tfserving", {"instances": [{"strokes": wrong}]})
            for wrong in (
                None, 5, "x", "[[", [], [[]], [[[1], [2, 3]]], [[[1]]], [[["a"], [1]]], [[[1e300], [0]]],
                [[[1], [2], [3], [4]]], [[[0] * 10_001, [0] * 10_001]], [[[[]], [[]]]], [[None, None]],
            )
        ],
    ],
)  # fmt: skip
def test_what_is_no_request_is_refused_in_words(dialect: str, body: Any) -> None:
    spoken = DIALECTS[dialect]
    for model in (version(), version(TEXTS, (0, 0, 0)), version(STROKES)):
        error, count = None, 0
        try:
            count = spoken.read(asked(body), model).count
        except StudioError as caught:
            error = caught
        if error is None:  # of another kind of model it may be a right one
            assert model.config.input != "images"
            assert count >= 1
            continue
        assert error.status in (400, 404)
        reply = spoken.fail(error)
        assert reply.status == error.status
        assert json.dumps(error.what, ensure_ascii=False)[1:-1] in reply.body.decode()


def test_halves_of_surrogate_pairs_come_and_go() -> None:
    """Browsers send them where a text was cut in the middle of an emoji."""
    half = "\ud83d"
    model = version(TEXTS, (0, 0, 0))
    assert samples("tfserving", {"instances": [half]}, model) == [half]
    with pytest.raises(NotFound) as caught:
        samples("tfserving", {"instances": [half], "signature_name": half}, model)
    assert json.loads(DIALECTS["tfserving"].fail(caught.value).body)["error"].count(half)
    row = {"image": FORMS["png"]["b64"], half: half}
    found = json.loads(answer("azure", {"Inputs": {"WebServiceInput0": [row, row]}}).body)
    assert found["Results"]["WebServiceOutput0"][0][half] == half
    body = {"id": half, "inputs": [TENSOR | {"shape": [2, 784], "data": [0] * 1568}]}
    assert json.loads(answer("oip", body).body)["id"] == half


def test_failures_are_those_of_each_server() -> None:
    error = NotFound("No pear.", "There is none.", "Take an apple.")
    said = {name: json.loads(spoken.fail(error).body) for name, spoken in DIALECTS.items()}
    assert said["tfserving"] == said["oip"] == {"error": str(error)}
    assert said["mlflow"] == {"error_code": "RESOURCE_DOES_NOT_EXIST", "message": str(error)}
    details = "There is none. Take an apple."
    assert said["azure"] == {"error": {"code": 404, "message": "No pear.", "details": details}}


def test_endpoints_describe_themselves() -> None:
    states = {
        "fruit": state(version()),
        "words": state(version(TEXTS, (0, 0, 0)), "words"),
        "gone": state(None, "gone"),
    }

    def told(dialect: str, action: Any, *named: str) -> Any:
        reply = DIALECTS[dialect].describe(Target(dialect, action, *named), states)
        return json.loads(reply.body) if reply.content_type == "application/json" else reply.body

    assert told("oip", "server")["extensions"] == ["binary_tensor_data", "classification"]
    assert told("oip", "live") == {"live": True}
    found = told("oip", "metadata", "fruit")
    assert (found["name"], found["versions"]) == ("fruit", ["3"])
    assert found["inputs"] == [{"name": "image", "datatype": "UINT8", "shape": [-1, 28, 28, 1]}]
    assert found["parameters"]["class_names"] == list(NAMES)
    assert told("oip", "metadata", "words")["inputs"][0] == {
        "name": "text",
        "datatype": "BYTES",
        "shape": [-1],
    }
    assert told("tfserving", "status", "fruit", "3")["model_version_status"][0]["version"] == "3"
    signature = told("tfserving", "metadata", "words")["metadata"]["signature_def"]["signature_def"]
    assert signature["serving_default"]["inputs"]["text"]["dtype"] == "DT_STRING"
    assert told("mlflow", "health") == told("mlflow", "ready", "fruit") == {"status": "ok"}
    assert told("mlflow", "version")[:1].isdigit()
    for dialect, action, *named in (
        ("tfserving", "status", "friut"),
        ("tfserving", "status", "fruit", "4"),
        ("oip", "ready", "gone"),
        ("mlflow", "ready", "nothing"),
        ("azure", "ready", "nothing"),
    ):
        with pytest.raises(NotFound):
            told(dialect, action, *named)


PIXEL = st.one_of(
    st.integers(-1, 256), st.sampled_from([True, None, "1", 0.0, 1.5, [], [3], {}, 10**30])
)
PICTURE = st.lists(
    st.one_of(PIXEL, st.lists(st.one_of(PIXEL, st.lists(PIXEL, max_size=3)), max_size=3)),
    max_size=6,
)


@settings(max_examples=150)
@given(PICTURE, st.sampled_from([(2, 2, 1), (2, 1, 1), (1, 2, 3), (2, 3, 1)]))
def test_the_fast_way_of_pixels_is_the_careful_one(
    value: list[Any], shape: tuple[int, int, int]
) -> None:
    def outcome(read: Any) -> Any:
        try:
            return read(value, shape, "x").tolist()
        except InvalidInput as error:
            return str(error)

    assert outcome(read_pixels) == outcome(_careful)


@settings(max_examples=40)
@given(st.lists(st.integers(0, 255), min_size=12, max_size=12), st.integers(0, 3))
def test_right_pixels_are_read_in_every_nesting(values: list[int], layout: int) -> None:
    shape = (4, 3, 1) if layout < 3 else (2, 2, 3)
    array = np.array(values, np.uint8).reshape(shape)
    nested = [array, array[..., 0], array.ravel(), array][layout].tolist()
    assert np.array_equal(read_pixels(nested, shape, "x"), array)
