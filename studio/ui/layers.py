"""The stack editor: layers as cards, output shapes and parameters as one edits."""

from __future__ import annotations

import itertools
from typing import Any

import streamlit as st

from studio.core.configs import DRAWING_CLASSIFIER, ModelConfig, parse_model
from studio.core.errors import StudioError
from studio.core.layers import LAYER_CLASSES, LAYER_TITLES, Shape, format_shape
from studio.ui.feedback import plain, show_error
from studio.ui.forms import fields

_CARDS = "draft_cards"
_NUMBERS = itertools.count(1)


def load_draft(config: ModelConfig) -> None:
    """Replace the draft by a configuration."""
    st.session_state[_CARDS] = [
        {"id": next(_NUMBERS), "values": layer.model_dump()} for layer in config.layers
    ]


def draft() -> ModelConfig:
    """Return the draft; the default drawing classifier at first.

    Raises:
        InvalidInput: A setting of it is not possible.
    """
    return parse_model({"layers": [card["values"] for card in _cards()]})


def _cards() -> list[dict[str, Any]]:
    if _CARDS not in st.session_state:
        load_draft(DRAWING_CLASSIFIER)
    cards: list[dict[str, Any]] = st.session_state[_CARDS]
    return cards


def _move(place: int, by: int) -> None:
    cards = _cards()
    cards.insert(place + by, cards.pop(place))


def _remove(place: int) -> None:
    _cards().pop(place)


def _add(kind: str) -> None:
    """Put a new layer where it makes sense: picture layers before the first vector layer."""
    cards = _cards()
    vectors = ("dense", "flatten", "global_average_pooling2d")
    place = len(cards)
    if kind not in ("dense", "dropout", "batch_normalization"):
        kinds = [card["values"]["kind"] for card in cards]
        place = next((i for i, k in enumerate(kinds) if k in vectors), place)
    values = LAYER_CLASSES[kind].model_validate({"kind": kind}).model_dump()
    cards.insert(place, {"id": next(_NUMBERS), "values": values})


def edit_stack() -> None:
    """Show the draft as cards that can be edited, moved, removed and added."""
    cards = _cards()
    for place, card in enumerate(cards):
        kind = card["values"]["kind"]
        key = f"layer_{card['id']}"
        with st.container(border=True, key=key):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{place + 1} · {LAYER_TITLES[kind]}**", width="stretch")
                st.button("", icon=":material/arrow_upward:", key=f"{key}_up", type="tertiary", help="Move up",
                          on_click=_move, args=(place, -1), disabled=place == 0)  # fmt: skip
                st.button("", icon=":material/arrow_downward:", key=f"{key}_down", type="tertiary", help="Move down",
                          on_click=_move, args=(place, 1), disabled=place == len(cards) - 1)  # fmt: skip
                st.button("", icon=":material/delete:", key=f"{key}_remove", type="tertiary", help="Remove this layer",
                          on_click=_remove, args=(place,))  # fmt: skip
            values = fields(LAYER_CLASSES[kind], card["values"], key, columns=3)
            card["values"] = {"kind": kind, **values}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox(
            "Layer to add", list(LAYER_CLASSES), format_func=LAYER_TITLES.__getitem__, width=260
        )
        st.button("Add layer", icon=":material/add:", on_click=_add, args=(kind,))


def show_summary(shape: Shape, classes: int) -> ModelConfig | None:
    """Show shapes and parameters of the draft for samples of `shape`.

    Returns:
        The draft, None when it is refused; the reason is on the page then.
    """
    try:
        config = draft()
        rows = config.rows(shape, classes)
    except StudioError as error:
        show_error(error)
        return None
    total = sum(row.parameters for row in rows)
    st.metric("Parameters", f"{total:,}", border=True, help="Numbers the model learns.")
    table = [{"Layer": "Input", "Output shape": format_shape(shape), "Parameters": "0"}]
    table += [
        {
            "Layer": row.title,
            "Output shape": format_shape(row.output_shape),
            "Parameters": f"{row.parameters:,}",
        }
        for row in rows
    ]
    st.table(table, hide_index=True)
    with st.expander("Summary as text"):
        st.code(config.summary(shape, classes), language=None)
    st.caption(plain(f"Weights take about {4 * total / 1e6:.1f} MB."))
    return config
