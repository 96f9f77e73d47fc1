"""What a person fills in to start a search: just the time, or which settings to try and what they may be."""

from __future__ import annotations

from typing import Any

import streamlit as st

from studio.core.automl import automl, candidates
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
from studio.core.dataset import DatasetVersion
from studio.core.errors import InvalidInput
from studio.core.fit import fits
from studio.core.search import SearchParams, parse_search
from studio.core.standard import search_pipeline
from studio.core.training import TrainingConfig, suggested_epochs
from studio.ui.feedback import plain
from studio.ui.forms import extra_of, fields, limits
from studio.ui.search_charts import said
from studio.ui.session import author, go, workspace
from studio.ui.training import show_settings

HOW = ("sampler", "pruner", "objective", "trials", "minutes", "seed")
FIRST = ("learning_rate", "batch_size")
USUAL: dict[str, tuple[Value, ...]] = {
    "batch_size": (32, 64, 128, 256),
    "early_stopping": (None, 3, 8),
    "clip_norm": (None, 1.0, 5.0),
    "weight_decay": (0.0, 0.0001, 0.001, 0.01),
    "l2": (0.0, 0.0001, 0.001),
}
"""Values that are offered for settings for which a range makes little sense."""
RANGES = {"learning_rate": (0.0001, 0.01), "epochs": (5, 50), "seed": (0, 4), "rotate": (0, 20)}
SHARES = {"rate": (0.0, 0.5), "momentum": (0.5, 0.99)}


def show_automl(version: DatasetVersion) -> None:
    """Show the one line that is enough: how long to look for the best model.

    Raises:
        StudioError: No model is for these samples.
    """
    models = candidates(workspace().model_configs(), version)
    with st.container(border=True, key="automl"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            minutes = st.number_input(
                "Find the best model in (minutes)", 0.5, 1440.0, 10.0, 1.0, format="%g", key="automl_minutes"
            )  # fmt: skip
            pressed = st.button(
                "Find the best model", type="primary", icon=":material/auto_awesome:"
            )
        st.caption(
            plain(
                f"Tries {', '.join(models)} with different learning rates, batch sizes and more, gives up early on "
                "what does badly, and judges the best on the test split."
            )
        )
    if pressed:
        params = automl(workspace().model_configs(), version, float(minutes))
        _submit(version, params, f"{version.dataset}-best")


def show_form(version: DatasetVersion) -> None:
    """Show which models and settings to try, what they may be, how to choose, and the button that starts it.

    Raises:
        StudioError: What keeps it from being started.
    """
    known = {n: c for n, c in workspace().model_configs().items() if fits(c, version)}
    names = st.multiselect("Models", list(known), list(known)[:1], key=f"models_{version.dataset}")
    models = {name: known[name] for name in names}
    if not models:
        raise InvalidInput(
            "No model is chosen.", "A search trains models.", "Choose one or several."
        )
    offered = _offered(models)
    chosen = st.multiselect(
        "Settings to try",
        offered,
        [name for name in FIRST if name in offered],
        format_func=lambda field: title_of(field, models),
        key=f"fields_{version.dataset}_{'_'.join(names)}",
        help="Any setting of the training, and of the layers that all chosen models have in the same place.",
    )
    space = [_show_choice(field, models) for field in chosen]
    wanted = fields(SearchParams, {}, "search", only=HOW, columns=2, persist=True)
    base: dict[str, Any] = {"epochs": suggested_epochs(version.split_counts[0])}
    if st.toggle("Change the settings that stay the same", key="search_base"):
        base = show_settings(version, next(iter(models.values())), {})
    name = st.text_input(
        "Name of the search", workspace().free_run_name(f"{version.dataset}-search"), max_chars=64
    )
    pressed = st.button("Start the search", type="primary", icon=":material/manage_search:")
    params = parse_search(
        {
            "models": {name: config.model_dump() for name, config in models.items()},
            "training": base,
            "space": [choice.model_dump() for choice in space],
            **wanted,
        }
    )
    if params.sampler == "grid":
        st.caption(plain(f"This grid has {params.grid_size:,} combinations."))
    if pressed:
        _submit(version, params, str(name).strip())


def _submit(version: DatasetVersion, params: SearchParams, name: str) -> None:
    known = {run.name for run in workspace().runs(limit=500)}
    run = workspace().submit(
        search_pipeline(version.dataset, params, version=version.version),
        name=workspace().free_run_name(name) if name in known and name.endswith("-best") else name,
        author=author(),
    )
    go("search", search=run.name, view="results")


def _offered(models: dict[str, ModelConfig]) -> list[str]:
    """Return the settings that all models have."""
    settings = [
        name
        for name, info in TrainingConfig.model_fields.items()
        if name not in UNSEARCHED and kind_of_setting(info) is not None
    ]
    places = [settings_of_model(config) for config in models.values()]
    return [*settings, *(name for name in places[0] if all(name in more for more in places))]


def _show_choice(field: str, models: dict[str, ModelConfig]) -> Choice:
    """Show what a setting may be: options, values, or a range."""
    info = declared(field, models)
    kind, key = kind_of_setting(info), f"choice_{field}"
    title = title_of(field, models)
    if isinstance(kind, list) or kind is bool:
        options = kind if isinstance(kind, list) else [False, True]
        picked = st.multiselect(title, options, options, format_func=said, key=key)
        return Choice(field=field, values=tuple(picked))
    with st.container(border=True, key=f"box_{field}"):
        st.markdown(f"**{plain(title)}**", help=info.description)
        if kind is str:
            return Choice(field=field, values=_values(field, str(info.default or ""), kind))
        ways = ["Range", "Values"]
        way = st.segmented_control(
            "How", ways, default=ways[field in USUAL], required=True, key=f"{key}_how",
            label_visibility="collapsed",
        )  # fmt: skip
        if way == "Values":
            usual = USUAL.get(field, (info.default,))
            return Choice(field=field, values=_values(field, ", ".join(map(said, usual)), kind))
        return _show_range(field, models, kind)


def _show_range(field: str, models: dict[str, ModelConfig], kind: Any) -> Choice:
    info, key = declared(field, models), f"choice_{field}"
    low, high = _range(field, info.default, *limits(info))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        least = st.number_input("From", value=kind(low), format=_format(kind), key=f"{key}_low")
        most = st.number_input("To", value=kind(high), format=_format(kind), key=f"{key}_high")
        step = st.number_input(
            "In steps of", value=None, format=_format(kind), key=f"{key}_step",
            placeholder="any", min_value=kind(0),
        )  # fmt: skip
        log = st.checkbox(
            "Logarithmic",
            extra_of(info).get("scale") == "log" or (kind is int and low > 0 and high >= 8 * low),
            key=f"{key}_log",
            help="Tries small numbers as densely as large ones.",
        )
    return Choice(field=field, low=least, high=most, step=step or None, log=log and not step)


def _format(kind: Any) -> str:
    return "%d" if kind is int else "%g"


def _range(field: str, default: Any, least: Any, most: Any) -> tuple[float, float]:
    """Return a range around the usual value, within what is possible."""
    low, high = RANGES.get(field) or SHARES.get(field.rpartition(".")[2]) or (0.0, 0.0)
    if (low, high) == (0.0, 0.0):
        usual = float(default) if isinstance(default, int | float) else float(least or 1)
        low, high = (usual / 2, usual * 4) if usual else (0.0, float(most or 1) / 4)
    if least is not None:
        low = max(low, float(least))
    if most is not None:
        high = min(high, float(most))
    return low, high


def _values(field: str, usual: str, kind: Any) -> tuple[Value, ...]:
    """Show the values as one line of text, divided by commas, and return them.

    Raises:
        InvalidInput: One is no number.
    """
    text = st.text_input(
        "Values, divided by commas", usual, max_chars=500, key=f"choice_{field}_values"
    )
    found: list[Value] = []
    for part in filter(None, (part.strip() for part in str(text).split(","))):
        if part == "none":
            found.append(None)
            continue
        try:
            found.append(kind(part))
        except ValueError:
            raise InvalidInput(
                f'"{part}" is no value of {field}.',
                f"It takes {'whole numbers' if kind is int else 'numbers'}.",
                "Write, for instance: 32, 64, 128." if kind is int else "Write, for instance: 0, 0.1.",
            ) from None  # fmt: skip
    return tuple(found)
