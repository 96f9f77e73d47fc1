from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from studio.core.sources import DrawingsSource
from studio.workspace import Workspace
from tests.client import TestClient

STROKES = [[[1, 2.5, 3], [4, 5, 6], [0, 10, 20]]]


def drawing(image: Any, **changes: Any) -> dict[str, Any]:
    return {
        "collection": "mine",
        "class_name": "cat",
        "op_id": "one",
        "image": image,
        "strokes": STROKES,
        **changes,
    }


def test_drawings_are_counted_and_undone(client: TestClient, png: Callable[..., str]) -> None:
    assert client.post("/drawings", json=drawing(png())).json() == {"counts": {"cat": 1}}
    assert client.post("/drawings", json=drawing(png())).json() == {"counts": {"cat": 1}}
    second = drawing(png(), op_id="two", class_name="dog")
    assert client.post("/drawings", json=second).json() == {"counts": {"cat": 1, "dog": 1}}
    assert client.delete("/drawings/one").json() == {"counts": {"dog": 1}}
    assert client.delete("/drawings/three").status_code == 404


def test_whoever_draws_is_noted(
    client: TestClient, workspace: Workspace, png: Callable[..., str]
) -> None:
    client.post("/drawings", json=drawing(png(), author="ann"))
    client.post("/drawings", json=drawing(png(), op_id="two"))
    rows = workspace._studio.query("SELECT author FROM drawings ORDER BY id")
    assert [row["author"] for row in rows] == ["ann", "unnamed"]


def test_pixels_arrive_as_drawn(
    client: TestClient, workspace: Workspace, png: Callable[..., str]
) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)
    client.post("/drawings", json=drawing(png(pixels)))
    client.post("/drawings", json=drawing(png(255 - pixels), op_id="two", class_name="dog"))
    version = workspace.add_dataset("mine", DrawingsSource(collection="mine"))
    samples = np.array(workspace.samples(version))
    assert np.array_equal(samples[0, :, :, 0], pixels)
    assert np.array_equal(samples[1, :, :, 0], 255 - pixels)


def test_colour_pngs_become_grey(client: TestClient, png: Callable[..., str]) -> None:
    pixels = np.full((28, 28, 3), 200, np.uint8)
    assert client.post("/drawings", json=drawing(png(pixels))).status_code == 200


def text(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"image": ""}, 400),
        ({"image": "not base64 at all!"}, 400),
        ({"image": "ä"}, 400),
        ({"image": text(b"<!doctype html><script>alert(1)</script>")}, 400),
        ({"image": text(b"\x89PNG\r\n\x1a\n")}, 400),
        ({"image": text(b"\0" * 1_000_100)}, 413),
        ({"image": None}, 400),
        ({"image": 5}, 400),
        ({"collection": ""}, 400),
        ({"collection": "../etc"}, 400),
        ({"class_name": ""}, 400),
        ({"class_name": "x" * 101}, 400),
        ({"author": ""}, 400),
        ({"author": "x" * 101}, 400),
        ({"author": "\n"}, 400),
        ({"op_id": ""}, 400),
        ({"op_id": "x" * 65}, 400),
        ({"strokes": "none"}, 400),
        ({"strokes": [[[1], [2]]]}, 400),
        ({"strokes": [[[1], [2], [3, 4]]]}, 400),
        ({"strokes": [[["a"], [2], [3]]]}, 400),
        ({"strokes": [[[1] * 200_000, [1] * 200_000, [1] * 200_000]]}, 400),
        ({"unknown": 1}, 400),
    ],
)
def test_bad_drawings_change_nothing(
    client: TestClient,
    workspace: Workspace,
    png: Callable[..., str],
    changes: dict[str, Any],
    status: int,
) -> None:
    response = client.post("/drawings", json={**drawing(png()), **changes})
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert all(error[part] for part in ("what", "why", "fix"))
    assert workspace.drawing_collections() == []


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_strokes_are_finite(client: TestClient, png: Callable[..., str], number: str) -> None:
    sent = (
        f'{{"collection": "mine", "class_name": "cat", "op_id": "x", "image": "{png()}",'
        f' "strokes": [[[{number}], [1], [1]]]}}'
    )
    response = client.post("/drawings", content=sent, headers={"content-type": "application/json"})
    assert response.status_code == 400, response.text


def test_other_pictures_are_refused(
    client: TestClient, workspace: Workspace, png: Callable[..., str]
) -> None:
    grey = np.full((28, 28), 9, np.uint8)
    whole = base64.b64decode(png())
    damaged = text(whole[:40] + bytes(len(whole) - 40))
    for image in (
        png(grey, file_format="JPEG"),
        png(np.full((27, 28), 9, np.uint8)),
        png(np.full((2000, 2000), 9, np.uint8)),
        png(np.zeros((28, 28), np.uint8)),
        text(whole[:50]),
        damaged,
    ):
        response = client.post("/drawings", json=drawing(image))
        assert response.status_code == 400, response.text
        assert response.json()["error"]["fix"]
    assert workspace.drawing_collections() == []
