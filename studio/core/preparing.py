"""Samples prepared one by one, in NumPy: what `resize`, `normalise` and `preprocess_text` do to pictures and texts.

A pipeline prepares a dataset with these functions, and an endpoint every request. What becomes of a sample depends on
nothing but the sample: sums are of whole numbers that floats hold exactly, so that one picture alone and the same among
a million come out bit for bit alike, on every machine.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ValidationError

from studio.core.components_data import NormaliseParams, PreprocessTextParams, ResizeParams
from studio.core.dataset import Task
from studio.core.errors import InvalidInput, from_validation, unknown
from studio.core.layer import Shape
from studio.core.preparing_text import cleaned

Pictures = NDArray[np.uint8]
Numbers = NDArray[np.int64]

UNIT = 1 << 16
"""Weights of a resized pixel are whole numbers that add up to this: 255 times as much is exact in float32."""
INK = 32
"""What differs from the background by more than this is drawn."""
BRIGHT = 127
"""A background brighter than this is a bright one."""


def resized(pictures: Pictures, params: ResizeParams) -> Pictures:
    """Return pictures in another size: smaller ones averaged, larger ones smoothed, without steps.

    Args:
        pictures: uint8 (n, H, W, C).
        params: The size, and how it is reached. A border that is added has the colour of the background.

    Returns:
        uint8 (n, height, width, C), or one channel where they become grey.

    Example:
        >>> resized(np.full((1, 4, 2, 1), 7, np.uint8), ResizeParams(height=2, width=2))[0, :, :, 0].tolist()
        [[7, 7], [7, 7]]
    """
    if params.grey:
        pictures = grey(pictures)
    height, width = pictures.shape[1:3]
    match params.fit:
        case "stretch":
            return _scaled(pictures, params.height, params.width)
        case "crop":
            top, left, inner, across = _crop(height, width, params)
            part = pictures[:, top : top + inner, left : left + across]
            return _scaled(part, params.height, params.width)
        case _:
            top, left, inner, across = _pad(height, width, params)
            made = np.empty(
                (len(pictures), params.height, params.width, pictures.shape[3]), np.uint8
            )
            made[:] = background(pictures)[:, None, None]
            made[:, top : top + inner, left : left + across] = _scaled(pictures, inner, across)
            return made


def resized_boxes(
    boxes: NDArray[np.float64], shape: Shape, params: ResizeParams
) -> NDArray[np.float64]:
    """Return where rectangles lie in pictures that were resized; those that were cut off are left out.

    Args:
        boxes: float64 (m, 6): sample, class, left, top, width, height, the last four as shares of the picture.
        shape: (height, width, channels) before.
        params: How they were resized.

    Returns:
        float64 (k, 6).
    """
    height, width = shape[:2]
    scale_x = scale_y = 1.0
    shift_x = shift_y = 0.0
    if params.fit == "crop":
        top, left, inner, across = _crop(height, width, params)
        scale_x, scale_y = width / across, height / inner
        shift_x, shift_y = -left / across, -top / inner
    elif params.fit == "pad":
        top, left, inner, across = _pad(height, width, params)
        scale_x, scale_y = across / params.width, inner / params.height
        shift_x, shift_y = left / params.width, top / params.height
    return moved_boxes(boxes, (scale_x, scale_y), np.array((shift_x, shift_y)))


def moved_boxes(
    boxes: NDArray[np.float64], scale: tuple[float, float], shift: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return rectangles after a picture was scaled and moved, cut at its borders; those outside are left out.

    Args:
        boxes: float64 (m, 6).
        scale: Across and down.
        shift: float64 (2,) or (m, 2), shares of the picture to the right and down.
    """
    corners = np.stack([boxes[:, 2:4], boxes[:, 2:4] + boxes[:, 4:6]])
    corners = np.clip(corners * np.array(scale) + shift, 0, 1)
    sizes = corners[1] - corners[0]
    made = np.concatenate([boxes[:, :2], corners[0], sizes], axis=1)
    left: NDArray[np.float64] = made[(sizes > 0).all(axis=1)]
    return left


def keeps_strokes(shape: Shape, params: ResizeParams) -> bool:
    """Return whether a resized picture shows its strokes as before: nothing is cut off or stretched."""
    same = shape[0] * params.width == shape[1] * params.height
    return same or params.fit == "pad"


def normalised(pictures: Pictures, params: NormaliseParams) -> Pictures:
    """Return pictures with their brightness evened out, uint8, same shape.

    Args:
        pictures: uint8 (n, H, W, C).
        params: How.

    Example:
        >>> normalised(np.array([[[[10], [60]]]], np.uint8), NormaliseParams()).ravel().tolist()
        [0, 255]
    """
    match params.method:
        case "stretch":
            return _stretched(pictures)
        case "invert":
            return 255 - pictures
        case "invert_dark":
            bright = grey(background(pictures)[:, None, None])[:, :, :, :1] > BRIGHT
            return np.where(bright, 255 - pictures, pictures)
        case _:
            return _moved(pictures, centre_shifts(pictures))


def grey(pictures: Pictures) -> Pictures:
    """Return the brightness of pictures, uint8 (n, H, W, 1)."""
    if pictures.shape[3] < 3:
        return pictures[..., :1]
    red, green, blue = (pictures[..., channel].astype(np.uint16) for channel in range(3))
    return ((77 * red + 150 * green + 29 * blue + 128) >> 8).astype(np.uint8)[..., None]


def background(pictures: Pictures) -> Pictures:
    """Return the colour behind what is on each picture, uint8 (n, C): the median of its border."""
    border = np.concatenate(
        [pictures[:, 0], pictures[:, -1], pictures[:, 1:-1, 0], pictures[:, 1:-1, -1]], axis=1
    )
    middle = border.shape[1] // 2
    found: Pictures = np.partition(border, middle, axis=1)[:, middle]
    return found


def centre_shifts(pictures: Pictures) -> Numbers:
    """Return how far what is drawn lies from the middle, int64 (n, 2): pixels to the right and down it is to go."""
    away = np.abs(pictures.astype(np.int16) - background(pictures)[:, None, None])
    drawn = (away > INK).any(axis=3)
    return np.stack([_way(drawn.any(axis=1)), _way(drawn.any(axis=2))], axis=1)


def _way(drawn: NDArray[np.bool_]) -> Numbers:
    """Return how far the drawn places of each row, bool (n, length), are to go; 0 where there are none."""
    length = drawn.shape[1]
    first = drawn.argmax(axis=1)
    last = length - 1 - drawn[:, ::-1].argmax(axis=1)
    return np.where(drawn.any(axis=1), (length - 1 - first - last) // 2, 0).astype(np.int64)


def _moved(pictures: Pictures, shifts: Numbers) -> Pictures:
    count, height, width, _ = pictures.shape
    x = np.arange(width) - shifts[:, :1]
    y = np.arange(height) - shifts[:, 1:]
    inside_x, inside_y = (x >= 0) & (x < width), (y >= 0) & (y < height)
    inside = inside_y[:, :, None] & inside_x[:, None, :]
    numbers = np.arange(count)[:, None, None]
    taken = pictures[numbers, (y % height)[:, :, None], (x % width)[:, None, :]]
    return np.where(inside[..., None], taken, background(pictures)[:, None, None])


def _stretched(pictures: Pictures) -> Pictures:
    flat = pictures.reshape(len(pictures), -1)
    low = flat.min(axis=1, initial=255).astype(np.int32)[:, None, None, None]
    high = flat.max(axis=1, initial=0).astype(np.int32)[:, None, None, None]
    span = np.maximum(high - low, 1)
    made = ((pictures.astype(np.int32) - low) * 510 + span) // (2 * span)
    return np.where(high > low, made, pictures).astype(np.uint8)


def _crop(height: int, width: int, params: ResizeParams) -> tuple[int, int, int, int]:
    """Return top, left, height and width of the largest part in the middle with the wanted proportions."""
    if width * params.height > height * params.width:
        across = _rounded(height * params.width, params.height)
        return 0, (width - across) // 2, height, across
    inner = _rounded(width * params.height, params.width)
    return (height - inner) // 2, 0, inner, width


def _pad(height: int, width: int, params: ResizeParams) -> tuple[int, int, int, int]:
    """Return top, left, height and width of the whole picture inside the wanted size."""
    if width * params.height > height * params.width:
        inner = _rounded(height * params.width, width)
        return (params.height - inner) // 2, 0, inner, params.width
    across = _rounded(width * params.height, height)
    return 0, (params.width - across) // 2, params.height, across


def _rounded(part: int, whole: int) -> int:
    return max(1, (2 * part + whole) // (2 * whole))


def _scaled(pictures: Pictures, height: int, width: int) -> Pictures:
    if pictures.shape[2] != width:
        pictures = _weighed(pictures.swapaxes(2, 3), width).swapaxes(2, 3)
    if pictures.shape[1] != height:
        pictures = _weighed(pictures.transpose(0, 2, 3, 1), height).transpose(0, 3, 1, 2)
    return np.ascontiguousarray(pictures)


def _weighed(lines: Pictures, length: int) -> Pictures:
    """Return lines of pixels, the last axis, in another length."""
    sums = lines.astype(np.float32, order="C").reshape(-1, lines.shape[-1]) @ _weights(
        lines.shape[-1], length
    )
    sums += UNIT // 2  # still exact, as is what comes after it: UNIT is a power of two
    sums *= 1 / UNIT
    return sums.astype(np.uint8).reshape(*lines.shape[:-1], length)


@functools.lru_cache(maxsize=64)
def _weights(source: int, target: int) -> NDArray[np.float32]:
    """Return float32 (source, target): how much each pixel of a line counts in each of the new ones, as whole numbers.

    A triangle as wide as two pixels of the coarser of both lines.
    """
    scale = source / target
    centres = (np.arange(target) + 0.5) * scale
    away = np.abs(np.arange(source) + 0.5 - centres[:, None])
    near = np.clip(1 - away / max(scale, 1.0), 0, None)
    whole = np.floor(near * (UNIT / near.sum(axis=1, keepdims=True)) + 0.5)
    whole[np.arange(target), whole.argmax(axis=1)] += UNIT - whole.sum(axis=1)
    return np.ascontiguousarray(whole.T, np.float32)


@dataclass(frozen=True)
class Preparation:
    """What a component does to samples.

    Args:
        task: The samples it takes.
        params: Its settings.
        apply: From (samples, params) to samples, one for one: pictures uint8 (n, H, W, C), or a list of texts.
        shape: From (shape, params) to the shape of a sample afterwards.
    """

    task: Task
    params: type[BaseModel]
    apply: Callable[[Any, Any], Any]
    shape: Callable[[Shape, Any], Shape]


def _resized_shape(shape: Shape, params: ResizeParams) -> Shape:
    return (params.height, params.width, 1 if params.grey else shape[2])


def _same_shape(shape: Shape, params: BaseModel) -> Shape:
    return shape


PREPARATIONS: dict[str, Preparation] = {
    "resize": Preparation("images", ResizeParams, resized, _resized_shape),
    "normalise": Preparation("images", NormaliseParams, normalised, _same_shape),
    "preprocess_text": Preparation("text", PreprocessTextParams, cleaned, _same_shape),
}
"""Component -> what it does to a sample. Nothing is learned from other samples, so an endpoint does just the same."""


def _of(component: str, params: BaseModel | Mapping[str, Any]) -> tuple[Preparation, BaseModel]:
    if component not in PREPARATIONS:
        raise unknown("component that prepares samples", component, PREPARATIONS)
    found = PREPARATIONS[component]
    if isinstance(params, found.params):
        return found, params
    try:
        return found, found.params.model_validate(params)
    except ValidationError as error:
        raise from_validation(f"settings of {component}", error) from error


def prepared(
    component: str, params: BaseModel | Mapping[str, Any], samples: Pictures | Sequence[str]
) -> Any:
    """Return samples as a component makes them of these, one for one.

    Args:
        component: A name of PREPARATIONS.
        params: Its settings; as JSON they are checked.
        samples: uint8 (n, H, W, C), or n texts: one or many.

    Returns:
        uint8 (n, height, width, channels), or a list of n texts.

    Raises:
        NotFound: No such component. InvalidInput: An impossible setting, or samples of another kind.

    Example:
        >>> prepared("preprocess_text", {"digits": True}, ["Call 555 NOW"])
        ['call now']
    """
    found, settings = _of(component, params)
    pictures = isinstance(samples, np.ndarray)
    if pictures != (found.task == "images") or (
        isinstance(samples, np.ndarray) and samples.ndim != 4
    ):
        raise InvalidInput(
            f'"{component}" cannot be done to these samples.',
            f"It takes {'pictures' if found.task == 'images' else 'texts'}.",
            "Connect other samples, or leave the component out.",
        )
    return found.apply(samples, settings)


def prepared_shape(component: str, params: BaseModel | Mapping[str, Any], shape: Shape) -> Shape:
    """Return the shape of a sample after a component: (height, width, channels) of a picture, else as it was.

    Example:
        >>> prepared_shape("resize", {"height": 8, "width": 9, "grey": True}, (28, 28, 3))
        (8, 9, 1)
    """
    found, settings = _of(component, params)
    return found.shape(shape, settings)
