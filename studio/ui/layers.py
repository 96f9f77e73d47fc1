"""The stack editor: what a model looks at, its layers as cards, output shapes and parameters as one edits."""

from __future__ import annotations

import itertools
from typing import Any, Literal

import streamlit as st

from studio.core.backbones import weight_files
from studio.core.configs import ModelConfig, parse_model
from studio.core.errors import StudioError
from studio.core.layer import Shape, format_shape
from studio.core.layers import LAYER_CLASSES, LAYER_GROUPS, LAYER_TITLES
from studio.core.presets import PRESETS
from studio.core.strokes import StrokeSettings
from studio.core.table_input import TableInput
from studio.core.text import TextSettings
from studio.ui.feedback import plain, show_error
from studio.ui.forms import fields

Kind = Literal["images", "strokes", "text", "table"]
KINDS: dict[Kind, tuple[str, str]] = {
    "images": ("Pictures", "drawing-classifier"),
    "strokes": ("Strokes", "drawing-strokes"),
    "text": ("Texts", "text-average"),
    "table": ("Tables", "table-classifier"),
}
"""What a model may look at -> what the page calls it, and the preset one starts with."""
TEXT_FIELDS: dict[str, tuple[str, ...]] = {
    "words": ("unit", "lower", "pairs", "length", "buckets"),
    "characters": ("unit", "lower", "length", "buckets", "shortest", "longest"),
    "projection": ("unit", "lower", "length", "hash_words"),
}
"""Kind of token -> the settings that matter for it."""
_KIND = "draft_kind"
_NUMBERS = itertools.count(1)


def kind_of_draft() -> Kind:
    """Return what the draft looks at; pictures at first."""
    kind: Kind = st.session_state.get(_KIND) or "images"
    return kind


def load_draft(config: ModelConfig) -> None:
    """Replace the draft by a configuration. A draft that looks at something else is kept beside it."""
    st.session_state[_KIND] = config.input
    st.session_state[f"draft_{config.input}"] = {
        "number": next(_NUMBERS),
        "text": config.text.model_dump(),
        "strokes": config.strokes.model_dump(),
        "cards": [{"id": next(_NUMBERS), "values": layer.model_dump()} for layer in config.layers],
    }


def draft() -> ModelConfig:
    """Return the draft; the default drawing classifier at first.

    Raises:
        InvalidInput: A setting of it is not possible.
    """
    found = _draft()
    return parse_model(
        {
            "input": kind_of_draft(),
            "layers": [card["values"] for card in found["cards"]],
            "text": found["text"],
            "strokes": found["strokes"],
        }
    )


def choose_kind() -> Kind:
    """Let a person say what the model looks at. Each kind has its own draft."""
    chosen: Kind | None = st.segmented_control(
        "The model looks at",
        list(KINDS),
        default=kind_of_draft(),
        format_func=lambda kind: KINDS[kind][0],
        key=f"draft_kind_{kind_of_draft()}",
        help="Strokes are the way of the pen: of drawings made in the studio, or imported from .ndjson files.",
    )
    if chosen is not None and chosen != kind_of_draft():
        st.session_state[_KIND] = chosen
        st.rerun()
    return kind_of_draft()


def edit_input() -> None:
    """Show how a sample becomes numbers, where there is something to set."""
    found = _draft()
    key = f"input_{found['number']}"
    if kind_of_draft() == "text":
        unit = st.session_state.get(f"{key}.unit", found["text"]["unit"])
        with st.expander("How a text becomes numbers"):
            shown = fields(TextSettings, found["text"], key, only=TEXT_FIELDS[unit], columns=3)
        found["text"] = {**found["text"], **shown}
    elif kind_of_draft() == "strokes":
        with st.expander("How strokes become numbers"):
            found["strokes"] = fields(StrokeSettings, found["strokes"], key, columns=3)
    elif kind_of_draft() == "table":
        st.caption(
            "It looks at every column but the target and free text. Numbers are scaled, with the mean of the training "
            "rows in place of a missing one; each value of a category gets a place of its own. All that is part of the "
            "model itself, and learned when it is trained."
        )


def edit_stack(shape: Shape) -> None:
    """Show the draft as cards that can be edited, moved, removed and added.

    Args:
        shape: Of a sample of the dataset: layers are offered that fit somewhere in the stack.
    """
    cards = _draft()["cards"]
    for place, card in enumerate(cards):
        kind = card["values"]["kind"]
        key = f"layer_{card['id']}"
        with st.container(border=True, key=key):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{place + 1} · {LAYER_TITLES[kind]}**", width="stretch",
                            help=LAYER_CLASSES[kind].__doc__)  # fmt: skip
                with st.container(horizontal=True, width="content", gap="small"):
                    st.button(
                        "",
                        icon=":material/arrow_upward:",
                        key=f"{key}_up",
                        type="tertiary",
                        help="Move up",
                        on_click=_move,
                        args=(place, -1),
                        disabled=place == 0,
                    )
                    st.button(
                        "",
                        icon=":material/arrow_downward:",
                        key=f"{key}_down",
                        type="tertiary",
                        help="Move down",
                        on_click=_move,
                        args=(place, 1),
                        disabled=place == len(cards) - 1,
                    )
                    st.button(
                        "",
                        icon=":material/delete:",
                        key=f"{key}_remove",
                        type="tertiary",
                        help="Remove this layer",
                        on_click=_remove,
                        args=(place,),
                    )
            values = fields(LAYER_CLASSES[kind], card["values"], key, columns=_columns(kind))
            card["values"] = {"kind": kind, **values}
    _show_add(shape)


def _columns(kind: str) -> int:
    """Return how many settings of a layer are side by side: a tick needs room for its words."""
    ticked = any(field.annotation is bool for field in LAYER_CLASSES[kind].model_fields.values())
    return 2 if ticked else 3


def _show_add(shape: Shape) -> None:
    places = _places(shape)
    groups = {kind: group for group, kinds in LAYER_GROUPS.items() for kind in kinds}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox(
            "Layer to add",
            [kind for kind in LAYER_CLASSES if kind in places],
            format_func=lambda kind: f"{groups[kind]}: {LAYER_TITLES[kind]}",
            width="stretch",
            help="Those that fit somewhere in this stack. A layer is put at the last place where it fits.",
        )
        st.button("Add layer", icon=":material/add:", on_click=_add, args=(kind, places.get(kind)),
                  disabled=kind is None)  # fmt: skip
    if kind is not None:
        st.caption(plain(LAYER_CLASSES[kind].__doc__ or ""))


def show_summary(shape: Shape, classes: int, table: TableInput | None = None) -> ModelConfig | None:
    """Show shapes and parameters of the draft for samples of `shape`, or for rows of some columns.

    Returns:
        The draft, None when it is refused; the reason is on the page then.
    """
    try:
        config = draft()
        shown = config if table is None else config.model_copy(update={"table": table})
        rows = shown.rows(shape, classes)
    except StudioError as error:
        show_error(error)
        return None
    total = sum(row.parameters for row in rows)
    st.metric("Parameters", f"{total:,}", border=True, help="Numbers the model learns.")
    taken = format_shape(shown.input_shape(shape))
    lines = [{"Layer": "Input", "Output shape": taken, "Parameters": "0"}]
    lines += [
        {
            "Layer": row.title,
            "Output shape": format_shape(row.output_shape),
            "Parameters": f"{row.parameters:,}",
        }
        for row in rows
    ]
    st.table(lines, hide_index=True)
    with st.expander("Summary as text"):
        st.code(shown.summary(shape, classes), language=None)
    st.caption(plain(f"Weights take about {4 * total / 1e6:.1f} MB."))
    if found := config.backbone():
        place, layer = found
        height = rows[place - 1].output_shape[0] if place else shape[0]
        file = layer.weights or weight_files(layer.network, height)[0]
        st.caption(
            plain(
                f"Training needs the file {file} in the folder weights of the workspace, or where Keras keeps "
                "its models. The pretrained network itself is not trained."
            )
        )
    return config


def _draft() -> dict[str, Any]:
    kind = kind_of_draft()
    if f"draft_{kind}" not in st.session_state:
        load_draft(PRESETS[KINDS[kind][1]])
    found: dict[str, Any] = st.session_state[f"draft_{kind}"]
    return found


def _places(shape: Shape) -> dict[str, int]:
    """Return where a layer of each kind may be put; anything at the end while the draft is refused."""
    try:
        return draft().places(shape)
    except StudioError:
        return dict.fromkeys(LAYER_CLASSES, len(_draft()["cards"]))


def _move(place: int, by: int) -> None:
    cards = _draft()["cards"]
    cards.insert(place + by, cards.pop(place))


def _remove(place: int) -> None:
    _draft()["cards"].pop(place)


def _add(kind: str, place: int) -> None:
    values = LAYER_CLASSES[kind].model_validate({"kind": kind}).model_dump()
    _draft()["cards"].insert(place, {"id": next(_NUMBERS), "values": values})
