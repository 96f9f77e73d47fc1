"""What a search node tries: models by name, and a table of settings with the values they may have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from studio.core.choices import (
    UNSEARCHED,
    Choice,
    Value,
    declared,
    kind_of_setting,
    settings_of_model,
    title_of,
)
from studio.core.configs import ModelConfig
from studio.core.errors import InvalidInput, StudioError
from studio.core.training import TrainingConfig
from studio.ui.feedback import show_error
from studio.workspace import Workspace


def show_models(workspace: Workspace, value: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Show which models a search tries. Returns name -> model."""
    now = {name: ModelConfig.model_validate(config) for name, config in value.items()}
    known = {**now, **workspace.model_configs()}
    chosen = st.multiselect("Models", list(known), list(now), key=key)
    return {name: now.get(name, known[name]) for name in chosen}


def show_space(settings: Mapping[str, Any], key: str) -> Any:
    """Show the settings that a search tries as a table, a row each. Returns the choices.

    Args:
        settings: Of the node, as they stand.
        key: Of the table.
    """
    now = [Choice.model_validate(choice) for choice in settings.get("space") or ()]
    models = {
        name: ModelConfig.model_validate(config)
        for name, config in dict(settings.get("models") or {}).items()
    }
    offered = _offered(models)
    st.markdown(
        "Settings to try",
        help="Values, divided by commas, or a range from the lowest to the highest.",
    )
    rows: Any = [_row(choice) for choice in now]
    edited: Any = st.data_editor(
        rows or [{"Setting": None, "Values": "", "From": None, "To": None, "Log": False}],
        num_rows="dynamic",
        hide_index=True,
        column_config={
            "Setting": st.column_config.SelectboxColumn(
                options=offered, format_func=lambda field: _title(str(field), models)
            ),
            "Log": st.column_config.CheckboxColumn(
                help="Small numbers are tried as densely as large ones."
            ),
        },
        key=key,
    )
    try:
        return tuple(_choice(row, models) for row in edited if row.get("Setting"))
    except StudioError as error:
        show_error(error)
        return tuple(now)


def _title(field: str, models: Mapping[str, ModelConfig]) -> str:
    return title_of(field, models) if models else field


def _offered(models: Mapping[str, ModelConfig]) -> list[str]:
    found = [
        name
        for name, info in TrainingConfig.model_fields.items()
        if name not in UNSEARCHED and kind_of_setting(info) is not None
    ]
    places = [settings_of_model(config) for config in models.values()]
    return [*found, *(n for n in (places[0] if places else ()) if all(n in p for p in places))]


def _row(choice: Choice) -> dict[str, Any]:
    return {
        "Setting": choice.field,
        "Values": ", ".join("none" if value is None else str(value) for value in choice.values),
        "From": choice.low,
        "To": choice.high,
        "Log": choice.log,
    }


def _choice(row: Mapping[str, Any], models: Mapping[str, ModelConfig]) -> Choice:
    """Return what a row of the table says.

    Raises:
        InvalidInput: A value is not possible, or the row says neither values nor a range.
    """
    field = str(row["Setting"])
    texts = [part.strip() for part in str(row.get("Values") or "").split(",") if part.strip()]
    kind = kind_of_setting(declared(field, models))
    low, high = row.get("From"), row.get("To")
    choice = Choice(
        field=field,
        values=tuple(_value(field, text, kind) for text in texts),
        low=None if texts or low is None else float(low),
        high=None if texts or high is None else float(high),
        log=bool(row.get("Log")) and not texts,
    )
    choice.check()
    return choice


def _value(field: str, text: str, kind: Any) -> Value:
    if text == "none":
        return None
    if kind is bool:
        return text.lower() in ("true", "yes", "1")
    if isinstance(kind, list):
        return text
    try:
        number: Value = kind(text)
        return number
    except ValueError:
        raise InvalidInput(
            f'"{text}" is no value of {field}.',
            "It takes numbers.",
            "Write, for instance: 32, 64, 128.",
        ) from None
