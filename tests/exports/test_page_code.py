"""What a page makes of drawings and pictures, beside what Python makes of them: the browser's code, run by Node."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from studio.core.adapter import InputAdapter
from studio.core.strokes import StrokeSettings, dump_strokes, encode_strokes
from studio.sources.pictures import decode
from studio.sources.raster import rasterise
from studio.sources.simplify import aligned, simplified

FRONTEND = Path(__file__).parents[2] / "frontend"
CALLS = """
import { quickDraw } from "./src/page/raster";
import { encodeStrokes, simplified } from "./src/page/strokes";
import { sampled } from "./src/page/pictures";
import { adapted, outputs } from "./src/page/adapter";
import { readFileSync } from "node:fs";
const kinds = {
  raster: ({ drawing }) => quickDraw(drawing),
  encode: ({ drawing, points }) => encodeStrokes(drawing, points),
  simplify: ({ drawing }) => simplified(drawing),
  picture: ({ width, height, channels, values, shape, invert }) =>
    sampled({ width, height, channels, values: Uint8Array.from(values) }, shape, invert),
  adapt: ({ values, shape, adapter }) => adapted(Uint8Array.from(values), shape, adapter),
  outputs: ({ values, adapter }) => outputs(Float32Array.from(values), adapter),
};
const plain = (value) => (ArrayBuffer.isView(value) ? [...value] : value);
const asked = JSON.parse(readFileSync(process.argv[2], "utf8"));
console.log(JSON.stringify(asked.map((call) => plain(kinds[call.kind](call)))));
"""


@pytest.fixture(scope="module")
def page_code(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Runs functions of the page: a list of calls in, a list of answers out."""
    esbuild = FRONTEND / "node_modules" / ".bin" / "esbuild"
    if shutil.which("node") is None or not esbuild.exists():
        pytest.skip("NOT RUN against the page's code: Node or frontend/node_modules is missing")
    folder = tmp_path_factory.mktemp("page")
    bundle = folder / "calls.mjs"
    build = [
        *(str(esbuild), "--bundle", "--platform=node", "--format=esm", "--loader=ts"),
        *(f"--outfile={bundle}", "--log-level=error"),
    ]
    subprocess.run(build, input=CALLS, text=True, check=True, cwd=FRONTEND)

    def run(calls: list[dict[str, Any]]) -> list[Any]:
        asked = folder / "asked.json"
        asked.write_text(json.dumps(calls))
        said = subprocess.run(
            ["node", str(bundle), str(asked)], check=True, capture_output=True, text=True
        )
        found: list[Any] = json.loads(said.stdout)
        return found

    return run


def random_drawing(noise: np.random.Generator) -> list[list[list[float]]]:
    strokes = []
    for count in noise.integers(1, 30, noise.integers(1, 6)):
        walk = np.cumsum(noise.normal(0, 12, (2, count)), axis=1) + noise.uniform(20, 200, (2, 1))
        strokes.append(np.round(walk, 1).tolist())
    return strokes


def placed(drawing: list[list[list[float]]]) -> list[np.ndarray[Any, Any]]:
    """Return the strokes at the top left, the longer side 255, as Google keeps them before rounding."""
    whole = aligned(np.concatenate([np.array(stroke) for stroke in drawing], axis=1), scale=True)
    ends = np.cumsum([len(stroke[0]) for stroke in drawing])
    return np.split(whole, ends[:-1], axis=1)


def test_drawings_become_the_bitmaps_and_sequences_that_python_makes(page_code):
    noise = np.random.default_rng(3)
    drawings = [
        [[[5.0], [9.0]]],  # one point
        [[[0.0, 255.0], [0.0, 0.0]], [[255.0], [255.0]]],
        *(random_drawing(noise) for _ in range(60)),
    ]
    kinds = ("raster", "encode", "simplify")
    calls = [{"kind": kind, "drawing": d, "points": 40} for d in drawings for kind in kinds]

    answers = page_code(calls)

    for place, drawing in enumerate(drawings):
        bitmap, sequence, few = answers[3 * place : 3 * place + 3]
        strokes = placed(drawing)
        wanted = rasterise([(xs.tolist(), ys.tolist()) for xs, ys in strokes]).ravel()
        assert abs(np.array(bitmap) - wanted.astype(int)).max() <= 1
        text = json.dumps(drawing)
        expected = encode_strokes([text], StrokeSettings(points=40))[0].ravel()
        np.testing.assert_allclose(sequence, expected, atol=1e-6)
        simple = [simplified(stroke) for stroke in strokes]
        assert dump_strokes([(s[0], s[1]) for s in simple]) == json.dumps(
            few, separators=(",", ":")
        )


def test_pictures_become_the_samples_that_python_makes(page_code):
    noise = np.random.default_rng(1)
    calls, wanted = [], []
    for width, height, channels in ((300, 200, 3), (28, 28, 3), (20, 31, 4), (1, 90, 3)):
        rough = Image.fromarray(noise.integers(0, 256, (8, 8, channels), np.uint8))
        smooth = rough.resize((width, height), Image.Resampling.BICUBIC)
        content = io.BytesIO()
        smooth.save(content, "PNG")
        for shape, invert in product([(28, 28, 1), (32, 32, 3), (16, 24, 3)], [False, True]):
            side, colour = max(shape), "grey" if shape[2] == 1 else "rgb"
            square = decode(content.getvalue(), size=side, colour=colour, invert=invert)
            top, left = (side - shape[0]) // 2, (side - shape[1]) // 2
            wanted.append(square[top : top + shape[0], left : left + shape[1]])
            picture = {
                "width": width,
                "height": height,
                "channels": channels,
                "values": np.array(smooth).ravel().tolist(),
            }
            calls.append({"kind": "picture", **picture, "shape": shape, "invert": invert})

    for found, expected in zip(page_code(calls), wanted, strict=True):
        away = abs(np.array(found).reshape(expected.shape) - expected.astype(int))
        assert away.max() <= 1


def test_pictures_are_adapted_to_models_of_other_programs_as_in_python(page_code):
    noise = np.random.default_rng(0)
    adapters = [
        InputAdapter(channels=1),
        InputAdapter(channels=3, mean=(0.4, 0.5, 0.6), std=(0.2, 0.3, 0.4), reverse=True),
        InputAdapter(channels=3, layout="nchw", scale=1 / 127.5, offset=-1),
        InputAdapter(channels=1, output="logits"),
    ]
    rows: list[list[float]] = [[0.2, 0.8], [0.3, 0.3, 0.3], [0.0, 0.0], [-2.0, 3.0, 0.5], [0.7]]
    calls, wanted = [], []
    for adapter in adapters:
        for found in (1, 3):
            pictures = noise.integers(0, 256, (1, 4, 5, found), np.uint8)
            wanted.append(adapter.inputs(pictures, 4, 5).ravel())
            values = {"values": pictures.ravel().tolist(), "shape": (4, 5, found)}
            calls.append({"kind": "adapt", **values, "adapter": adapter.model_dump()})
        for row in rows:
            wanted.append(adapter.probabilities(np.array([row], np.float32)).ravel())
            calls.append({"kind": "outputs", "values": row, "adapter": adapter.model_dump()})

    for found, expected in zip(page_code(calls), wanted, strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-5)
