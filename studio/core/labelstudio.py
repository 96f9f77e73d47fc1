"""Label Studio's words for what people answer: result lists, places in percent; `labelstudio_page` has the page."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from studio.core.dataset import Task
from studio.core.errors import InvalidInput
from studio.core.label_answer import LabelValue, Span
from studio.core.names import check_class_name
from studio.core.sample import Box

Result = dict[str, Any]
Place = tuple[float, float, float, float]
"""Left, top, width and height, in percent of the picture."""

EDGE = 1e-3
"""Share of a picture by which a box may leave it through rounding; it is cut to the picture."""
SPAN_LABELS = ("labels", "hypertextlabels", "paragraphlabels")


@dataclass(frozen=True)
class Controls:
    """What the parts of a labelling page are called.

    Args:
        target: The text or the picture that is labelled, `toName` of all others.
        data: Key of a task's data that holds it.
        classes: Control for classes of the whole sample; "" where the page has none. boxes, spans: For those.
        choices, box_labels, span_labels: The classes that each of them offers.
        several: Several classes may be chosen.
    """

    target: str
    data: str
    classes: str = ""
    boxes: str = ""
    spans: str = ""
    choices: tuple[str, ...] = ()
    box_labels: tuple[str, ...] = ()
    span_labels: tuple[str, ...] = ()
    several: bool = False

    @property
    def class_names(self) -> tuple[str, ...]:
        """All classes that the page offers."""
        return tuple(dict.fromkeys([*self.choices, *self.box_labels, *self.span_labels]))


TEXT_CONTROLS = Controls("text", "text", classes="class", spans="span")
IMAGE_CONTROLS = Controls("image", "image", classes="class", boxes="box")
"""What the parts are called on pages that `labelling_config` writes."""


def controls_of(task: Task) -> Controls:
    """Return the names on the studio's own labelling page."""
    return IMAGE_CONTROLS if task == "images" else TEXT_CONTROLS


def results_of(
    value: LabelValue,
    controls: Controls,
    *,
    text: str | None = None,
    size: tuple[int, int] = (0, 0),
    key: str = "",
) -> list[Result]:
    """Return an answer as the result list of an annotation or a prediction.

    Args:
        value: The answer.
        controls: Of the labelling page that the results are for.
        text: Of the sample, for the words of its spans; None for pictures.
        size: Width and height of the picture in pixels; (0, 0): not known.
        key: Beginning of the results' ids, which are unique within a task.
    """
    results: list[Result] = []

    def add(control: str, kind: str, content: dict[str, Any], **more: Any) -> None:
        place = {"id": f"{key}{len(results)}", "from_name": control, "to_name": controls.target}
        results.append({**place, "type": kind, "value": content, **more})

    if value.classes and controls.classes:
        add(controls.classes, "choices", {"choices": list(value.classes)})
    if controls.spans:
        for span in value.spans:
            words = {} if text is None else {"text": text[span.start : span.end]}
            content = {"start": span.start, "end": span.end, **words}
            add(controls.spans, "labels", {**content, "labels": [span.class_name]})
    if controls.boxes:
        original = {"original_width": size[0], "original_height": size[1], "image_rotation": 0}
        for box in value.boxes:
            place = {
                "x": box.left * 100,
                "y": box.top * 100,
                "width": box.width * 100,
                "height": box.height * 100,
            }
            content = {**place, "rotation": 0, "rectanglelabels": [box.class_name]}
            add(controls.boxes, "rectanglelabels", content, **(original if size[0] else {}))
    return results


class Reading(NamedTuple):
    """What a result list says, and the types of the results that say something else, such as "brushlabels"."""

    value: LabelValue
    ignored: tuple[str, ...] = ()


def read_results(results: Any, *, text: str | None = None) -> Reading:
    """Return what a result list says.

    Args:
        results: As it came; the labelling page it was made on does not matter.
        text: Of the sample. Old versions of Label Studio counted characters as JavaScript does, so that each emoji
            shifts what follows; where the words of a span tell so, that is put right.

    Raises:
        InvalidInput: It is no list of results, a place is impossible, or a name cannot name a class.
    """
    if not isinstance(results, list):
        raise _broken("The result is no list.")
    classes: list[str] = []
    spans: list[Span] = []
    boxes: list[Box] = []
    ignored: list[str] = []
    for result in results:
        value = result.get("value") if isinstance(result, dict) else None
        if not isinstance(value, dict):
            raise _broken("A result has no value.")
        labels = next((value[kind] for kind in SPAN_LABELS if kind in value), None)
        if "choices" in value:
            classes += names_of(value["choices"])
        elif "rectanglelabels" in value:
            place = shares_of(rectangle(result, value))
            boxes += [_box(name, place) for name in names_of(value["rectanglelabels"])]
        elif labels is not None:
            start, end = _ends(value, text)
            spans += [Span(start=start, end=end, class_name=name) for name in names_of(labels)]
        else:
            ignored.append(str(result.get("type"))[:60])
    try:
        said = LabelValue(classes=tuple(classes), spans=tuple(spans), boxes=tuple(boxes))
    except ValueError as error:
        raise _broken("It has more marks than an answer may have.") from error
    return Reading(said, tuple(ignored))


def names_of(value: Any) -> list[str]:
    """Return the class names in a list, or the one that stands alone.

    Raises:
        InvalidInput: One of them cannot name a class.
    """
    names = value if isinstance(value, list) else [value]
    return [check_class_name(name) for name in names if isinstance(name, str) and name]


def rectangle(result: Mapping[str, Any], value: Mapping[str, Any]) -> Place:
    """Return the place of a rectangle in percent; of a turned one, the upright box around it.

    What is no number becomes NaN.
    """
    lengths = [value.get(key) for key in ("x", "y", "width", "height")]
    try:
        x, y, width, height = (
            float(length) if isinstance(length, int | float) else math.nan for length in lengths
        )
        angle = float(value.get("rotation") or 0)
        wide = float(result.get("original_width") or 1)
        high = float(result.get("original_height") or 1)
    except (TypeError, ValueError, OverflowError):
        return math.nan, math.nan, math.nan, math.nan
    if not angle or not math.isfinite(angle):
        return x, y, width, height
    # It was turned about its upper left corner, in pixels, which need not be squares in percent.
    sine, cosine = math.sin(math.radians(angle)), math.cos(math.radians(angle))
    across, down = width * wide, height * high
    xs = [0.0, across * cosine, -down * sine, across * cosine - down * sine]
    ys = [0.0, across * sine, down * cosine, across * sine + down * cosine]
    left, top = x + min(xs) / wide, y + min(ys) / high
    return left, top, (max(xs) - min(xs)) / wide, (max(ys) - min(ys)) / high


def shares_of(place: Place, whole: tuple[float, float] = (100.0, 100.0)) -> Place:
    """Return a place as shares of the picture, cut to it where rounding let it leave it.

    Args:
        place: Left, top, width, height.
        whole: Width and height of the picture in the same lengths. Default: percent.

    Raises:
        InvalidInput: A number is not finite, the box is empty, or it lies outside of the picture.

    Example:
        >>> shares_of((25, 50, 50, 50))
        (0.25, 0.5, 0.5, 0.5)
    """
    left, width = (number / whole[0] for number in place[::2])
    top, height = (number / whole[1] for number in place[1::2])
    edges = (left, top, left + width, top + height)
    if not all(map(math.isfinite, edges)):
        raise _misplaced("has a number that is missing or not finite")
    if width <= 0 or height <= 0:
        raise _misplaced("has no width or no height")
    if min(edges) < -EDGE or max(edges) > 1 + EDGE:
        raise _misplaced("lies outside of the picture")
    if min(edges) >= 0 and max(edges) <= 1:
        return left, top, width, height
    low, high = [max(0.0, e) for e in edges[:2]], [min(1.0, e) for e in edges[2:]]
    if high[0] <= low[0] or high[1] <= low[1]:
        raise _misplaced("lies outside of the picture")
    return low[0], low[1], high[0] - low[0], high[1] - low[1]


def in_picture(box: Box) -> Box:
    """Return a box cut to its picture. Raises as `shares_of`."""
    return _box(box.class_name, shares_of((box.left, box.top, box.width, box.height), (1, 1)))


def _box(name: str, place: Place) -> Box:
    left, top, width, height = place
    return Box(class_name=name, left=left, top=top, width=width, height=height)


def _ends(value: Mapping[str, Any], text: str | None) -> tuple[int, int]:
    """Return where a span begins and ends, in characters of the text."""
    offsets = value.get("globalOffsets")
    given = offsets if isinstance(offsets, dict) else value
    start, end = given.get("start"), given.get("end")
    if type(start) is not int or type(end) is not int or not 0 <= start < end:
        raise InvalidInput(
            f"A span goes from {str(start)[:40]} to {str(end)[:40]}.",
            "A span has a start and an end behind it, as numbers of characters.",
            "Mark it again in Label Studio.",
        )
    words = value.get("text")
    if text is None or not isinstance(words, str) or text[start:end] == words:
        return start, end
    units = text.encode("utf-16-le", "surrogatepass")
    before, within = units[: 2 * start], units[2 * start : 2 * end]
    if _decoded(within) != words:
        return start, end
    first = len(_decoded(before))
    return first, first + len(words)


def _decoded(units: bytes) -> str:
    return units.decode("utf-16-le", "surrogatepass")


def _broken(what: str) -> InvalidInput:
    return InvalidInput(
        what,
        "An annotation of Label Studio is a list of results, each with a value.",
        "Export the tasks again.",
    )


def _misplaced(fault: str) -> InvalidInput:
    return InvalidInput(
        f"A box {fault}.",
        "A box has a left and upper edge, a width and a height, and lies in the picture.",
        "Correct it, or leave it out.",
    )
