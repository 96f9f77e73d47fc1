"""Config <-> widgets: every declared setting becomes the widget that fits its declaration."""

from __future__ import annotations

import types
from collections.abc import Iterable
from typing import Any, Literal, Union, get_args, get_origin

import annotated_types
import streamlit as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo


def _bounds(field: FieldInfo, kind: type) -> tuple[Any, Any]:
    low = high = None
    for rule in field.metadata:
        if isinstance(rule, annotated_types.Ge):
            low = kind(rule.ge)
        if isinstance(rule, annotated_types.Le):
            high = kind(rule.le)
    return low, high


def _kind(field: FieldInfo) -> tuple[Any, bool]:
    """Return the type of a field without None, and whether None is possible."""
    kind = field.annotation
    if get_origin(kind) in (Union, types.UnionType):
        members = [member for member in get_args(kind) if member is not type(None)]
        return members[0], True
    return kind, False


def _label(name: str, field: FieldInfo, unit: str | None) -> str:
    title = field.title or name.replace("_", " ")
    return f"{title} ({unit})" if unit and unit != "share" else title


def field_widget(name: str, field: FieldInfo, value: Any, key: str) -> Any:
    """Show the widget of one declared setting and return what it holds.

    Args:
        name: The setting's name.
        field: Its declaration: title, description, bounds, unit, scale.
        value: What it starts with.
        key: Streamlit key.
    """
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    kind, optional = _kind(field)
    label = _label(name, field, str(extra["unit"]) if "unit" in extra else None)
    common: dict[str, Any] = {"help": field.description, "key": key}
    if get_origin(kind) is Literal:
        options = list(get_args(kind))
        return st.selectbox(
            label,
            options,
            index=options.index(value),
            format_func=lambda option: str(option).replace("_", " "),
            **common,
        )
    if kind is str:
        return st.text_input(label, value or "", max_chars=200, **common)
    if kind is bool:
        return st.checkbox(label, value, **common)
    if kind is float and extra.get("unit") == "share":
        percent = st.slider(
            label, 0, 100, round(100 * value), round(100 * float(str(extra.get("step", 0.05)))),
            format="%d %%", **common,
        )  # fmt: skip
        return percent / 100
    low, high = _bounds(field, kind)
    if kind is float:
        return st.number_input(
            label, low, high, float(value), step=float(value) / 2 or 0.1, format="%g", **common
        )
    step = int(str(extra.get("step", 1)))
    placeholder = "all" if optional else None
    return st.number_input(label, low, high, value, step=step, placeholder=placeholder, **common)


def fields(
    model: type[BaseModel],
    values: dict[str, Any],
    key: str,
    *,
    only: Iterable[str] | None = None,
    columns: int = 1,
) -> dict[str, Any]:
    """Draw a form from a declaration and return the values, unchecked.

    Args:
        model: The pydantic model.
        values: What the widgets start with; the declared default where a name is missing.
        key: Prefix of the widgets' keys.
        only: Names to show, in this order. Default: all but `kind`.
        columns: Widgets side by side.
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
                    name, field, values.get(name, field.default), f"{key}.{name}"
                )
    return found
