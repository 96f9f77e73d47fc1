"""One widget for each setting of a node: as declared, or a chooser of what the workspace has."""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import streamlit as st
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from studio.core.configs import ModelConfig
from studio.core.exports import EXPORT_FORMATS
from studio.core.model_spec import RUN_PREFIX
from studio.core.presets import PRESET_GROUPS
from studio.ui.feedback import plain
from studio.ui.forms import extra_of, field_widget
from studio.workspace import Workspace

NEWEST = "newest"
PARTS = ("test", "validation", "train", "all")
LONG_PIXELS = 220


@dataclass(frozen=True)
class Field:
    """A setting of a node as the panel shows it.

    Args:
        component, name: Of which component it is, and its name.
        declared: Its declaration.
        value: As it stands, JSON-able.
        key: Of the widget.
        settings: All settings of the node as they stand.
        classes, columns: Names known to come in at the node's inputs.
    """

    component: str
    name: str
    declared: FieldInfo
    value: Any
    key: str
    settings: dict[str, Any] = field(default_factory=dict)
    classes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What people read."""
        return title_of(self.name, self.declared)


def title_of(name: str, declared: FieldInfo) -> str:
    """Return what people call a setting."""
    title = declared.title or name.replace("_", " ")
    return title[:1].upper() + title[1:]


def usual(declared: FieldInfo) -> Any:
    """Return the declared default, None where there is none."""
    return None if declared.is_required() else declared.get_default(call_default_factory=True)


def show_field(workspace: Workspace, shown: Field) -> Any:
    """Show the widget of a setting and return what it holds.

    Args:
        workspace: Whose datasets and models can be chosen.
        shown: The setting.
    """
    chooser = CHOOSERS.get((shown.component, shown.name)) or CHOOSERS.get(("", shown.name))
    if chooser is not None and _suits(shown):
        return chooser(workspace, shown)
    kind = _kind(shown.declared)
    if kind is ModelConfig:
        return _model_config(workspace, shown)
    if get_origin(kind) is tuple and get_args(kind)[0] is str:
        return _names(shown)
    if get_origin(kind) is tuple and get_args(kind)[0] is int:
        return _numbers(shown)
    if get_origin(kind) is dict:
        return _new_names(shown) if get_args(kind) == (str, str) else _told(shown)
    if kind is str and extra_of(shown.declared).get("long"):
        return st.text_area(
            shown.title,
            shown.value or "",
            height=LONG_PIXELS,
            help=shown.declared.description,
            key=shown.key,
        )
    if _is_plain(kind):
        return _checked(shown)
    return _told(shown)


def _checked(shown: Field) -> Any:
    """Show the declared widget; a value that no widget can hold is said, with a way back."""
    value = usual(shown.declared) if shown.value is None else shown.value
    try:
        whole: Any = shown.declared.annotation
        if shown.declared.metadata:
            whole = Annotated[whole, *shown.declared.metadata]
        checked = TypeAdapter(whole).validate_python(value) if value is not None else None
    except ValidationError as error:
        st.warning(
            plain(f"{shown.title} is {shown.value!r}: {error.errors()[0]['msg']}."),
            icon=":material/warning:",
        )
        if st.button("Use the usual value", key=f"{shown.key}_usual"):
            return usual(shown.declared)
        return shown.value
    if get_origin(_kind(shown.declared)) is Literal:
        options = _options(shown.declared.annotation)
        return st.selectbox(
            shown.title,
            options,
            options.index(checked) if checked in options else None,
            format_func=lambda option: str(option or "none").replace("_", " "),
            placeholder="choose one",
            help=shown.declared.description,
            key=shown.key,
        )
    return field_widget(shown.name, shown.declared, checked, shown.key)


def _kind(declared: FieldInfo) -> Any:
    kind = declared.annotation
    if get_origin(kind) in (Union, types.UnionType):
        return next(member for member in get_args(kind) if member is not type(None))
    return kind


def _options(annotation: Any) -> list[Any]:
    """Return the options of a choice, those of a union of choices one behind the other."""
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    return [option for member in get_args(annotation) for option in _options(member)]


def _is_plain(kind: Any) -> bool:
    """Whether forms have a widget for a type."""
    if get_origin(kind) is tuple:
        return get_origin(get_args(kind)[0]) is Literal
    return kind in (str, int, float, bool) or get_origin(kind) is Literal


def _suits(shown: Field) -> bool:
    """Whether a chooser by name alone is for a setting of this type."""
    return (shown.component, shown.name) in CHOOSERS or _kind(shown.declared) is str


def _names(shown: Field) -> tuple[str, ...]:
    """Show names, of columns or classes, to choose or to type."""
    known = shown.classes if shown.name == "classes" else shown.columns
    value = [str(name) for name in shown.value or ()]
    chosen = st.multiselect(
        shown.title,
        list(dict.fromkeys([*known, *value])),
        value,
        accept_new_options=True,
        placeholder="choose, or type one",
        help=shown.declared.description,
        key=shown.key,
    )
    return tuple(str(name) for name in chosen)


def _numbers(shown: Field) -> Any:
    """Show whole numbers as one line of text, divided by commas."""
    before = [int(number) for number in shown.value or ()]
    text = st.text_input(
        f"{shown.title}, divided by commas",
        ", ".join(map(str, before)),
        help=shown.declared.description,
        key=shown.key,
    )
    parts = [part.strip() for part in str(text).split(",") if part.strip()]
    if all(part.lstrip("-").isdecimal() for part in parts):
        return tuple(map(int, parts))
    st.caption(":material/warning: Whole numbers, divided by commas: 64, 32")
    return tuple(before)


def _new_names(shown: Field) -> dict[str, str]:
    """Show old and new names as a table."""
    now: dict[str, str] = dict(shown.value or {})
    known = list(dict.fromkeys([*shown.classes, *now]))
    st.markdown(shown.title, help=shown.declared.description)
    rows = [{"Class": name, "New name": now.get(name, "")} for name in known]
    edited = st.data_editor(
        rows or [{"Class": "", "New name": ""}],
        hide_index=True,
        num_rows="fixed" if shown.classes else "dynamic",
        disabled=["Class"] if shown.classes else False,
        height=min(320, 37 + 35 * (len(rows) + 1)),
        key=shown.key,
    )
    found = ((str(row.get("Class") or ""), str(row.get("New name") or "")) for row in edited)
    return {old: new.strip() for old, new in found if old and new.strip() and new.strip() != old}


def _model_config(workspace: Workspace, shown: Field) -> Any:
    """Show the models of the Configure page; the one that is set may be another."""
    known = workspace.model_configs()
    now = ModelConfig.model_validate(shown.value or usual(shown.declared))
    name = next((n for n, config in known.items() if config == now), "")
    options = [*known] if name else ["", *known]
    chosen = st.selectbox(
        shown.title,
        options,
        options.index(name),
        format_func=lambda option: option or f"its own: {len(now.layers) + 1} layers",
        help=shown.declared.description or "A model of the Configure page.",
        key=shown.key,
    )
    return known[chosen] if chosen else now


def _told(shown: Field) -> Any:
    """Show a setting that is not changed here."""
    value = shown.value
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json")
    with st.expander(shown.title):
        if isinstance(value, dict | list | tuple):
            st.json(value, expanded=1)
        else:
            st.code(str(value), language=None)
    return shown.value


def _choice(
    shown: Field,
    options: list[str],
    *,
    label: str = "",
    words: Callable[[str], str] = str,
    own: bool = False,
    none: str | None = None,
) -> Any:
    """Show a select box of names; the one that is set is among them even where it is not there any more.

    Args:
        own: Another name may be typed.
        none: What people read for no name; None: there has to be one.
    """
    now = shown.value or ""
    offered = list(
        dict.fromkeys([*([""] if none is not None else []), *options, *([now] * bool(now))])
    )
    return st.selectbox(
        label or shown.title,
        offered,
        offered.index(now) if now in offered else None,
        format_func=lambda option: words(option) if option else (none or ""),
        placeholder="choose one" if not own else "choose one, or type a new one",
        accept_new_options=own,
        help=shown.declared.description,
        key=shown.key,
    )


def _dataset(workspace: Workspace, shown: Field) -> Any:
    wanted = shown.component == "table"
    names = [
        dataset.name
        for dataset in workspace.datasets()
        if not wanted or dataset.latest.task == "table"
    ]
    return _choice(shown, names, label="Table" if wanted else "Dataset")


def _version(workspace: Workspace, shown: Field) -> Any:
    name = str(shown.settings.get("name") or "")
    known = [version.version for version in workspace.dataset_versions(name)] if name else []
    options = [None, *dict.fromkeys([*known, *([shown.value] if shown.value else [])])]
    return st.selectbox(
        "Version",
        options,
        options.index(shown.value),
        format_func=lambda number: f"the {NEWEST} when it runs" if number is None else str(number),
        key=shown.key,
    )


def _reference(workspace: Workspace, shown: Field) -> Any:
    options: list[str] = []
    for model in workspace.models():
        aliases = {alias for version in model.versions for alias in version.aliases}
        options += [f"{model.name}@{alias}" for alias in sorted(aliases)]
        options += [version.title for version in model.versions]
    trained = [run.name for run in workspace.runs(kind="training", limit=20) if run.is_terminal]
    options += [RUN_PREFIX + name for name in trained]
    return _choice(shown, options, own=True)


def _trained(workspace: Workspace, shown: Field) -> Any:
    names = [run.name for run in workspace.runs(kind="training", limit=100) if run.is_terminal]
    return _choice(shown, names, label="Start from the weights of", none="random ones") or None


def _configured(workspace: Workspace, shown: Field) -> Any:
    return _choice(shown, list(workspace.model_configs()))


def _preset(workspace: Workspace, shown: Field) -> Any:
    wanted = [n for n, config in workspace.model_configs().items() if config.input == "text"]
    groups = {name: f"{group}: {name}" for group, names in PRESET_GROUPS.items() for name in names}
    return _choice(shown, wanted, words=lambda name: groups.get(name, name))


def _format(workspace: Workspace, shown: Field) -> Any:
    return _choice(shown, list(EXPORT_FORMATS), words=lambda name: EXPORT_FORMATS[name].title)


def _part(workspace: Workspace, shown: Field) -> Any:
    return _choice(shown, list(PARTS))


def _column(workspace: Workspace, shown: Field) -> Any:
    optional = usual(shown.declared) == ""
    none = "none" if optional else None
    return _choice(shown, list(shown.columns), own=True, none=none) or ("" if optional else None)


def _registered(workspace: Workspace, shown: Field) -> Any:
    return _choice(shown, [model.name for model in workspace.models()], own=True)


def _kept_dataset(workspace: Workspace, shown: Field) -> Any:
    return _choice(shown, [dataset.name for dataset in workspace.datasets()], own=True)


def _alias(workspace: Workspace, shown: Field) -> Any:
    return _choice(shown, ["champion", "challenger"], own=True, none="none") or ""


CHOOSERS: dict[tuple[str, str], Callable[[Workspace, Field], Any]] = {
    ("dataset", "name"): _dataset,
    ("table", "name"): _dataset,
    ("dataset", "version"): _version,
    ("table", "version"): _version,
    ("model", "reference"): _reference,
    ("train", "start_from"): _trained,
    ("layers", "name"): _configured,
    ("text_classifier", "preset"): _preset,
    ("export", "format"): _format,
    ("score", "split"): _part,
    ("", "target"): _column,
    ("register", "name"): _registered,
    ("register", "alias"): _alias,
    ("import", "name"): _kept_dataset,
    ("save_dataset", "name"): _kept_dataset,
    ("save_table", "name"): _kept_dataset,
}
"""(component, setting) -> what it is chosen with; component "": of any, where it is text."""
