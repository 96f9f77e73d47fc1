from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from studio.core.errors import InvalidInput, NotFound
from studio.core.sources import DrawingsSource
from studio.workspace import Workspace


def drawing(value: int = 255) -> NDArray[np.uint8]:
    pixels = np.zeros((28, 28), np.uint8)
    pixels[value % 28, 3:20] = value
    return pixels


def draw(
    workspace: Workspace,
    op_id: str,
    class_name: str = "cat",
    pixels: NDArray[np.uint8] | None = None,
    strokes: str = "[]",
    collection: str = "mine",
) -> dict[str, int]:
    pixels = drawing() if pixels is None else pixels
    return workspace.add_drawing(collection, class_name, pixels, strokes, op_id=op_id)


def test_drawings_are_counted_by_class(workspace: Workspace) -> None:
    draw(workspace, "1", "dog")
    draw(workspace, "2", " cat ")
    assert draw(workspace, "3", "dog") == {"dog": 2, "cat": 1}
    assert workspace.drawing_counts("mine") == {"dog": 2, "cat": 1}
    assert workspace.drawing_counts("nobodys") == {}
    draw(workspace, "4", collection="newer")
    assert workspace.drawing_collections() == ["newer", "mine"]


def test_sending_a_drawing_again_changes_nothing(workspace: Workspace) -> None:
    draw(workspace, "1")
    assert draw(workspace, "1", "dog") == {"cat": 1}


def test_a_drawing_may_be_taken_back(workspace: Workspace) -> None:
    draw(workspace, "1")
    draw(workspace, "2", "dog")
    assert workspace.remove_drawing("1") == {"dog": 1}
    assert workspace.remove_drawing("1") == {"dog": 1}
    assert workspace.remove_drawing("2") == {}
    assert workspace.drawing_collections() == []
    with pytest.raises(NotFound):
        workspace.remove_drawing("3")


@pytest.mark.parametrize(
    "change",
    [
        {"pixels": np.zeros((28, 28), np.uint8)},
        {"pixels": np.ones((27, 28), np.uint8)},
        {"pixels": np.ones((28, 28), np.float32)},
        {"strokes": "[" * 1_000_001},
        {"class_name": " "},
        {"collection": "a/b"},
    ],
    ids=["empty", "another size", "another type", "endless strokes", "no class", "no name"],
)
def test_what_is_no_drawing_is_refused(workspace: Workspace, change: dict[str, object]) -> None:
    with pytest.raises(InvalidInput) as caught:
        draw(workspace, "1", **change)  # type: ignore[arg-type]
    assert caught.value.fix
    assert workspace.drawing_collections() == []


def test_drawings_become_a_dataset(workspace: Workspace) -> None:
    pixels = [drawing(value) for value in range(200, 210)]
    for number, picture in enumerate(pixels):
        draw(workspace, str(number), ("cat", "dog")[number % 2], picture)
    workspace.remove_drawing("3")
    version = workspace.add_dataset("drawn", DrawingsSource(collection="mine"))
    assert (version.class_names, version.shape) == (("cat", "dog"), (28, 28, 1))
    kept = [number for number in range(10) if number != 3]
    assert workspace.labels(version).tolist() == [number % 2 for number in kept]
    np.testing.assert_array_equal(
        workspace.samples(version)[..., 0], np.stack([pixels[number] for number in kept])
    )
