"""The settings of the selected node as a form that saves itself, and which of them are asked for at submission."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st
from pydantic import BaseModel

from studio.core.dataset import SplitConfig
from studio.core.draft import Draft
from studio.core.draft_parameters import (
    parameter_of,
    setting,
    with_parameter,
    with_settings,
    without_parameter,
)
from studio.core.errors import StudioError
from studio.core.pipeline import component_of
from studio.core.training import GROUPS, TrainingConfig
from studio.core.untrained import GIVEN
from studio.ui.feedback import attempt, plain
from studio.ui.forms import differences, extra_of, fields
from studio.ui.node_panel_fields import Field, show_field, title_of
from studio.ui.node_panel_incoming import Incoming
from studio.ui.node_panel_source import show_source
from studio.ui.node_panel_space import show_models, show_space
from studio.ui.session import author, workspace
from studio.ui.training import HINTS

WORDS = 40
PLACED = {"start_from": "basics"}
"""Setting -> the group it is shown in, where its declaration names none."""


def show_settings(name: str, draft: Draft, node: str, known: Incoming) -> None:
    """Show the settings of a node; what a person changes is an edit of the draft at once.

    Args:
        name: Of the draft.
        draft: As it is.
        node: Id of the node.
        known: What comes in at its inputs.
    """
    component = component_of(draft.pipeline.node(node))
    declared = component.params.model_fields
    values = {param: _value(draft, node, param) for param in declared}
    shown = [param for param in declared if param not in _hidden(draft, node, values)]
    if not shown:
        st.caption("There is nothing to set.")
        return
    form = _Form(name, draft, node, known, values)
    groups = _groups(component.params, shown)
    for group, params in groups.items():
        if group in ("", "basics"):
            form.show(params)
            continue
        changed = differences(component.params, {param: values[param] for param in params})
        label = f"{GROUPS[group]}: {plain(changed)}" if changed else GROUPS[group]
        with st.expander(label, key=f"{form.key}_group_{group}"):
            st.caption(HINTS.get(group, ""))
            form.show(params)
    form.save()
    _show_asked(name, draft, node, [param for param in shown if param != "version"])


class _Form:
    """The widgets of one node, and which of them a person changed since they were drawn.

    A widget starts with what the draft says and may round it, so what it holds first counts as unchanged. When the
    draft says something else than the form saved (an undo, another person), all widgets start afresh.
    """

    def __init__(
        self, name: str, draft: Draft, node: str, known: Incoming, values: dict[str, Any]
    ) -> None:
        self.name, self.draft, self.node, self.known, self.values = name, draft, node, known, values
        place = f"node form {name} {node}"
        params = _digest(draft.pipeline.node(node).params)
        self.memory = st.session_state.setdefault(
            place, {"number": 0, "params": params, "held": {}}
        )
        if self.memory["params"] != params:
            self.memory |= {"number": self.memory["number"] + 1, "params": params, "held": {}}
        self.key = f"{place} {self.memory['number']}"
        self.component = component_of(draft.pipeline.node(node))
        self.changes: dict[str, Any] = {}

    def show(self, params: Sequence[str]) -> None:
        """Show the widgets of some settings."""
        for param in params:
            held = self._widget(param)
            first = self.memory["held"].setdefault(param, held)
            if _digest(first) != _digest(held):
                self.changes[param] = held
                self.memory["held"][param] = held

    def _widget(self, param: str) -> Any:
        declared = self.component.params.model_fields[param]
        value, key = self.values[param], f"{self.key} {param}"
        if declared.annotation in (TrainingConfig, SplitConfig):
            with st.expander(title_of(param, declared)):
                return fields(declared.annotation, dict(value or {}), key)
        if (self.component.name, param) == ("import", "source"):
            return show_source(workspace(), value, key)
        if (self.component.name, param) == ("search", "models"):
            return show_models(workspace(), value, key)
        if (self.component.name, param) == ("search", "space"):
            return show_space({**self.values, "models": self._searched()}, key)
        return show_field(
            workspace(),
            Field(
                component=self.component.name,
                name=param,
                declared=declared,
                value=value,
                key=key,
                settings=self.values,
                classes=self.known.classes,
                columns=self.known.columns,
            ),
        )

    def _searched(self) -> Any:
        """Return name -> model of what a search tries: its own ones, or the one that comes by wire."""
        if "model" not in self.draft.pipeline.inputs(self.node):
            return self.values["models"]
        try:
            found = workspace().wired_model(self.draft.pipeline, self.node)
        except StudioError:
            return {}  # the node that gives it says what is wrong
        return {} if found is None else {GIVEN: found}

    def save(self) -> None:
        """Save what was changed as one edit, and let the page show it."""
        if not self.changes:
            return
        changes = dict(self.changes)
        if "name" in changes and "version" in self.values:
            changes["version"] = None
        node, shown = self.node, self.draft.title(self.node)
        said = ", ".join(
            f"{title_of(param, self.component.params.model_fields[param]).lower()} {_words(value)}"
            for param, value in self.changes.items()
        )
        with attempt():
            saved = workspace().edit_draft(
                self.name,
                lambda now: with_settings(now, node, changes),
                what=f"{shown}: {said}",
                author=author(),
            )
            self.memory["params"] = _digest(saved.draft.pipeline.node(node).params)
            st.rerun()


def _value(draft: Draft, node: str, param: str) -> Any:
    """Return a setting as it stands; of a dataset its name alone."""
    found = draft.pipeline.node(node).params
    return found[param] if param in found else setting(draft, node, param)


def _groups(model: type[BaseModel], shown: Sequence[str]) -> dict[str, list[str]]:
    """Return the settings by the group of their declaration, what has none first."""
    groups: dict[str, list[str]] = {"": []}
    for param in shown:
        group = str(extra_of(model.model_fields[param]).get("group") or PLACED.get(param, ""))
        groups.setdefault(group if group in GROUPS else "", []).append(param)
    return {group: params for group, params in groups.items() if params}


def _hidden(draft: Draft, node: str, values: Mapping[str, Any]) -> set[str]:
    """Return the settings that change nothing as the others are, or that come in by a wire."""
    component, wired = draft.pipeline.node(node).component, draft.pipeline.inputs(node)
    hidden: set[str] = {"kind"}
    if component == "import":
        hidden.add("author")
    if component in ("layers", "cross_validate") or "model" in wired:
        hidden.add("model")
    if component == "search" and "model" in wired:
        hidden.add("models")
    if component == "split" and values.get("stored"):
        hidden |= set(values) - {"stored"}
    if "schedule" in values and values["schedule"] != "on_plateau":
        hidden |= {"plateau_patience", "plateau_factor"}
    if component == "balance" and values.get("method") != "count":
        hidden.add("count")
    if component == "clean_missing" and values.get("method") != "value":
        hidden.add("value")
    return hidden


def _show_asked(name: str, draft: Draft, node: str, params: Sequence[str]) -> None:
    """Let a person say which settings are asked for when the pipeline is submitted."""
    declared = component_of(draft.pipeline.node(node)).params.model_fields
    asked = [param for param in params if parameter_of(draft, node, param) is not None]
    chosen = st.multiselect(
        "Pipeline parameters",
        params,
        asked,
        format_func=lambda param: title_of(param, declared[param]),
        placeholder="none of these",
        help="Settings that are asked for whenever the pipeline is submitted. What stands above is the usual value.",
        key=f"asked {name} {node} {'_'.join(asked)}",
    )
    added = [param for param in chosen if param not in asked]
    gone = [param for param in asked if param not in chosen]
    if not added and not gone:
        return

    def change(now: Draft) -> Draft:
        for param in gone:
            now = without_parameter(now, node, param)
        for param in added:
            now = with_parameter(now, node, param)
        return now

    titles = ", ".join(title_of(param, declared[param]).lower() for param in [*added, *gone])
    with attempt():
        workspace().edit_draft(
            name, change, what=f"{titles} as a pipeline parameter", author=author()
        )
        st.rerun()


def _digest(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=_json)


def _json(value: Any) -> Any:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else str(value)


def _words(value: Any) -> str:
    if isinstance(value, BaseModel | dict):
        return "changed"
    if isinstance(value, tuple | list):
        value = ", ".join(map(str, value)) or "none"
    text = " ".join(str(value).split())
    return text if len(text) <= WORDS else text[: WORDS - 1] + "…"
