"""Config <-> widgets: every declared setting becomes the widget that fits its declaration."""

from __future__ import annotations

import re
import types
from collections.abc import Iterable, Mapping
from typing import Any, Literal, Union, get_args, get_origin

import annotated_types
import streamlit as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo

SMALLEST = 1e-8
"""The least that a setting on a logarithmic scale can be, where its declaration only says "above 0"."""


def limits(field: FieldInfo) -> tuple[Any, Any]:
    """Return the least and the most a widget lets through, None where there is no limit.

    The declaration itself is checked at submission: a limit that a number must stay clear of counts as reached here,
    but for whole numbers and on a logarithmic scale.
    """
    kind, _ = _kind(field)
    log = extra_of(field).get("scale") == "log"
    low = high = None
    for rule in field.metadata:
        if isinstance(rule, annotated_types.Ge):
            low = kind(rule.ge)
        if isinstance(rule, annotated_types.Gt):
            low = kind(rule.gt) + (1 if kind is int else SMALLEST if log else 0)
        if isinstance(rule, annotated_types.Le):
            high = kind(rule.le)
        if isinstance(rule, annotated_types.Lt):
            high = kind(rule.lt) - (1 if kind is int else 0)
    return low, high


def _kind(field: FieldInfo) -> tuple[Any, bool]:
    """Return the type of a field without None, and whether None is possible."""
    kind = field.annotation
    if get_origin(kind) in (Union, types.UnionType):
        members = [member for member in get_args(kind) if member is not type(None)]
        return members[0], True
    return kind, False


def extra_of(field: FieldInfo) -> dict[str, Any]:
    """Return what a field declares besides: `unit`, `step`, `group` ..."""
    return field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}


def _title(name: str, field: FieldInfo) -> str:
    return field.title or name.replace("_", " ")


def _words(option: object) -> str:
    return str(option).replace("_", " ")


def _is_share(field: FieldInfo) -> bool:
    return _kind(field)[0] is float and extra_of(field).get("unit") == "share"


def _choices(kind: Any) -> list[Any] | None:
    """Return the options of a tuple of choices, None for any other type."""
    if get_origin(kind) is tuple and get_origin(get_args(kind)[0]) is Literal:
        return list(get_args(get_args(kind)[0]))
    return None


def when_empty(field: FieldInfo) -> str:
    """Return what an empty number means, as its description says behind "Empty:".

    Example:
        >>> from pydantic import Field
        >>> when_empty(Field(None, description="End after so many epochs. Empty: never."))
        'never'
    """
    found = re.search(r"Empty: ([^.]+)\.", field.description or "")
    return found[1] if found else "all"


def log_step(value: float) -> float:
    """Return the step of a number on a logarithmic scale: about half of what it is, in one digit.

    Example:
        >>> log_step(0.001), log_step(0.003)
        (0.0005, 0.002)
    """
    return float(f"{value / 2:.0e}") if value > 0 else SMALLEST


def field_widget(
    name: str, field: FieldInfo, value: Any, key: str, *, persist: bool = False
) -> Any:
    """Show the widget of one declared setting and return what it holds.

    Args:
        name: The setting's name.
        field: Its declaration: title, description, bounds, unit, scale, step.
        value: What it starts with.
        key: Streamlit key.
        persist: Keep what it holds while a person is on another page.
    """
    extra = extra_of(field)
    kind, optional = _kind(field)
    unit = extra.get("unit")
    label = _title(name, field)
    if unit and unit != "share" and unit not in label.lower():
        label = f"{label} ({unit})"
    common: dict[str, Any] = {"help": field.description, "key": key}
    if persist:
        common["persist_state"] = "session"
    if get_origin(kind) is Literal:
        options = list(get_args(kind))
        return st.selectbox(
            label, options, index=options.index(value), format_func=_words, **common
        )
    if (choices := _choices(kind)) is not None:
        chosen = st.multiselect(
            label, choices, [*value], format_func=_words, placeholder="none", **common
        )
        return tuple(option for option in choices if option in chosen)
    if kind is str:
        return st.text_input(label, value or "", max_chars=200, **common)
    if kind is bool:
        return st.checkbox(label, value, **common)
    low, high = limits(field)
    if _is_share(field):
        percent = st.slider(
            label, round(100 * (low or 0)), round(100 * (1 if high is None else high)),
            round(100 * value), round(100 * float(extra.get("step", 0.05))),
            format="%d %%", **common,
        )  # fmt: skip
        return percent / 100
    common["placeholder"] = when_empty(field) if optional else None
    if kind is float:
        start = None if value is None else float(value)
        step = float(extra.get("step", (start or 0) / 2 or 0.1))
        if extra.get("scale") == "log":
            step = log_step(float(st.session_state.get(key) or start or 1))
        return st.number_input(label, low, high, start, step=step, format="%g", **common)
    return st.number_input(label, low, high, value, step=int(extra.get("step", 1)), **common)


def fields(
    model: type[BaseModel],
    values: dict[str, Any],
    key: str,
    *,
    only: Iterable[str] | None = None,
    columns: int = 1,
    persist: bool = False,
) -> dict[str, Any]:
    """Draw a form from a declaration and return the values, unchecked.

    Args:
        model: The pydantic model.
        values: What the widgets start with; the declared default where a name is missing.
        key: Prefix of the widgets' keys.
        only: Names to show, in this order. Default: all but `kind`.
        columns: Widgets side by side.
        persist: Keep what they hold while a person is on another page.
    """
    names = [n for n in (only or model.model_fields) if n != "kind"]
    if not names:
        return {}
    found: dict[str, Any] = {}
    for start in range(0, len(names), columns):
        places = st.columns(columns, vertical_alignment="bottom")
        for place, name in zip(places, names[start : start + columns], strict=False):
            field = model.model_fields[name]
            with place:
                found[name] = field_widget(
                    name,
                    field,
                    values.get(name, field.default),
                    f"{key}.{name}",
                    persist=persist,
                )
    return found


def held(
    model: type[BaseModel], values: Mapping[str, Any], key: str, only: Iterable[str]
) -> dict[str, Any]:
    """Return what the widgets of a form hold, before they are shown.

    Args:
        model, values, key: As in `fields`.
        only: Names of the settings.
    """
    found: dict[str, Any] = {}
    for name in only:
        field = model.model_fields[name]
        value = values.get(name, field.default)
        if (place := f"{key}.{name}") in st.session_state:
            value = st.session_state[place]
            if _is_share(field):
                value = value / 100
            if (choices := _choices(_kind(field)[0])) is not None:
                value = tuple(option for option in choices if option in value)
        found[name] = value
    return found


def differences(model: type[BaseModel], values: Mapping[str, Any]) -> str:
    """Return in words which of the values are not the declared defaults; "" when all are.

    Example:
        >>> from studio.core.training import TrainingConfig
        >>> differences(TrainingConfig, {"shift": 0.1, "flip": "horizontal", "rotate": 0.0, "mixup": 0.2})
        'shift 10 %, flip horizontal, mixup 0.2'
    """
    return ", ".join(
        _said(name, field, values[name])
        for name, field in model.model_fields.items()
        if name in values and values[name] != field.default
    )


def _said(name: str, field: FieldInfo, value: Any) -> str:
    title = _title(name, field)
    title = title if title[:2].isupper() else title[0].lower() + title[1:]
    if isinstance(value, bool):
        return title if value else f"no {title}"
    if _is_share(field):
        return f"{title} {100 * value:g} %"
    if isinstance(value, tuple):
        return f"{title}: {', '.join(map(_words, value)) or 'none'}"
    if value is None:
        return f"{title} {when_empty(field)}"
    number = f"{value:g}" if isinstance(value, float) else _words(value)
    unit = extra_of(field).get("unit")
    return f"{title} {number}" + (f" {unit}" if unit and unit not in title else "")
