from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import re
import zipfile

import pytest

from studio.core.adapter import InputAdapter
from studio.core.configs import DRAWING_CLASSIFIER, ModelConfig
from studio.core.errors import InvalidInput
from studio.core.model_spec import ModelSpec
from studio.exports.browser import browser_zip, page_facts, single_page

NASTY = "</script><script>alert(1)</script>"
SPEC = ModelSpec(
    title="birds:3",
    config=DRAWING_CLASSIFIER,
    class_names=("jay", NASTY),
    shape=(28, 28, 1),
    files={},
    dataset="quickdraw:2",
)
TFLITE = bytes(range(256)) * 40


def embedded(page: str, name: str) -> bytes:
    found = re.search(rf'id="file-{name}">([^<]*)</script>', page)
    assert found
    content = base64.b64decode(found[1])
    return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


def test_page_and_folder_hold_the_same_model_code_and_facts():
    page = single_page(SPEC, TFLITE, accuracy=0.5).decode()
    with zipfile.ZipFile(io.BytesIO(browser_zip(SPEC, TFLITE, accuracy=0.5))) as archive:
        folder = {
            info.filename.removeprefix("birds-3/"): archive.read(info)
            for info in archive.infolist()
        }

    assert embedded(page, "model") == folder["model.tflite"] == TFLITE
    assert embedded(page, "wasm") == gzip.decompress(folder["litert.wasm.gz"])
    assert json.loads(embedded(page, "facts")) == json.loads(folder["model.json"])
    assert folder["page.js"].decode() in page
    assert folder["page.css"].decode() in page
    assert b"Apache License" in folder["litert.LICENSE.txt"]
    assert "LiteRT.js 2.5.3 of Google LLC" in page


def test_equal_models_give_equal_files():
    assert single_page(SPEC, TFLITE) == single_page(SPEC, TFLITE)
    assert browser_zip(SPEC, TFLITE) == browser_zip(SPEC, TFLITE)


def test_only_the_page_s_own_script_may_run_and_nobody_may_be_asked():
    spec = SPEC.model_copy(update={"title": NASTY})
    page = single_page(spec, TFLITE).decode()

    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert policy
    assert len(scripts) == 1
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}' 'wasm-unsafe-eval';" in policy[1]
    assert policy[1].startswith("default-src 'none';")
    assert "connect-src" not in policy[1]
    assert "http" not in policy[1]
    assert NASTY not in page


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"config": None, "adapter": InputAdapter(dtype="int8")}, "its input is int8"),
        ({"config": None}, "how its pictures are prepared is not known"),
        (
            {"config": ModelConfig(layers=(), input="features")},
            "what another network made of pictures",
        ),
    ],
)
def test_a_model_whose_input_the_page_cannot_make_is_refused(changes, why):
    with pytest.raises(InvalidInput, match="cannot become a web page") as refused:
        single_page(SPEC.model_copy(update=changes), TFLITE)

    assert why in refused.value.why


def test_the_page_is_told_what_the_file_takes():
    adapter = InputAdapter(channels=3, layout="nchw")
    foreign = SPEC.model_copy(update={"config": None, "adapter": adapter, "shape": (8, 9, 1)})

    facts = page_facts(foreign)

    assert (facts["shape"], facts["input_shape"]) == ((8, 9, 3), (1, 3, 8, 9))
    assert page_facts(SPEC)["input_shape"] == (1, 28, 28, 1)
