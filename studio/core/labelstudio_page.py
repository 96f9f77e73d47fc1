"""The labelling page of a Label Studio project, as XML: written for a session, and read for predictions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from studio.core.dataset import Task
from studio.core.errors import InvalidInput
from studio.core.label_session import AnswerKind, LabelClass
from studio.core.labelstudio import Controls, controls_of, names_of

CONFIG_LIMIT = 1_000_000
"""Characters of a labelling page."""


def labelling_config(
    classes: Sequence[LabelClass], answer: AnswerKind, task: Task, *, spans: bool = False
) -> str:
    """Return the labelling page, in Label Studio's XML, on which a session's answers can be looked at and gone on with.

    Example:
        >>> print(labelling_config([LabelClass(name="cat", colour="#ff0000")], "single", "images"))
        <View>
          <Image name="image" value="$image"/>
          <Choices name="class" toName="image" choice="single">
            <Choice value="cat" background="#ff0000"/>
          </Choices>
        </View>
        <BLANKLINE>
    """
    controls = controls_of(task)
    shown = "Text" if task == "text" else "Image"
    lines = ["<View>", f'  <{shown} name="{controls.target}" value="${controls.data}"/>']
    if answer == "boxes":
        lines += _control("RectangleLabels", controls.boxes, controls.target, "Label", classes)
    else:
        several = ' choice="multiple"' if answer == "multi" else ' choice="single"'
        lines += _control("Choices", controls.classes, controls.target, "Choice", classes, several)
    if spans:
        lines += _control("Labels", controls.spans, controls.target, "Label", classes)
    return "\n".join([*lines, "</View>"]) + "\n"


def _control(
    tag: str, name: str, to: str, option: str, classes: Sequence[LabelClass], more: str = ""
) -> Iterator[str]:
    yield f'  <{tag} name="{name}" toName="{to}"{more}>'
    for c in classes:
        colour = f' background="{c.colour}"' if c.colour else ""
        yield f"    <{option} value={quoteattr(c.name)}{colour}/>"
    yield f"  </{tag}>"


def read_config(xml: str) -> Controls:
    """Return what the parts of a labelling page are called, so that predictions for it can be made.

    The first picture or text counts, and of each kind of control the first that is about it.

    Raises:
        InvalidInput: It is no XML, has no picture or text, or nothing to answer with.
    """
    if len(xml) > CONFIG_LIMIT:
        raise _no_config(f"it has more than {CONFIG_LIMIT:,} characters")
    page = _Page()
    parser = expat.ParserCreate()
    parser.StartElementHandler = page.open
    parser.EndElementHandler = page.close
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(xml.encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        raise _no_config(str(error)) from error
    return page.controls()


_KINDS = {
    "Choices": "classes",
    "RectangleLabels": "boxes",
    "Labels": "spans",
    "HyperTextLabels": "spans",
}
_TARGETS = ("Image", "Text", "HyperText")


class _Page:
    """Collects the controls of a labelling page while it is parsed."""

    def __init__(self) -> None:
        self.targets: list[tuple[str, str]] = []
        self.found: list[tuple[str, dict[str, str], list[str]]] = []
        self.within: list[str] | None = None

    def open(self, tag: str, attributes: dict[str, str]) -> None:
        """Note a control, what it is about, or one of the classes it offers."""
        if tag in _TARGETS and attributes.get("value", "").startswith("$"):
            self.targets.append((attributes.get("name", ""), attributes["value"][1:]))
        elif tag in _KINDS:
            self.within = []
            self.found.append((_KINDS[tag], attributes, self.within))
        elif tag in ("Choice", "Label") and self.within is not None:
            name = attributes.get("alias") or attributes.get("value", "")
            self.within += names_of(name)

    def close(self, tag: str) -> None:
        """End a control."""
        if tag in _KINDS:
            self.within = None

    def controls(self) -> Controls:
        """Return what was found."""
        if not self.targets:
            raise _no_config("it shows no picture and no text")
        target, data = self.targets[0]
        mine: dict[str, tuple[dict[str, str], list[str]]] = {}
        for kind, attributes, names in self.found:
            if attributes.get("toName") == target:
                mine.setdefault(kind, (attributes, names))
        if not mine:
            raise _no_config("it has no choices, labels or rectangles for what it shows")
        nothing: tuple[dict[str, str], list[str]] = ({}, [])
        choices, choice_names = mine.get("classes", nothing)
        boxes, box_names = mine.get("boxes", nothing)
        spans, span_names = mine.get("spans", nothing)
        return Controls(
            target=target,
            data=data,
            classes=choices.get("name", ""),
            boxes=boxes.get("name", ""),
            spans=spans.get("name", ""),
            choices=tuple(choice_names),
            box_labels=tuple(box_names),
            span_labels=tuple(span_names),
            several=choices.get("choice", "").startswith("multiple"),
        )


def _refuse_doctype(*_: Any) -> None:
    raise _no_config("it declares a document type, which a labelling page has no use for")


def _no_config(reason: str) -> InvalidInput:
    return InvalidInput(
        "The labelling page cannot be read.",
        f"{reason[:1].upper()}{reason[1:]}.",
        "Copy it once more from the settings of the Label Studio project.",
    )
