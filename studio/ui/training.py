"""The Train page: which model, how it is trained, how often; and what it is filled in with by other pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from studio.core.catalog import SplitParams
from studio.core.configs import ModelConfig
from studio.core.dataset import TASK_NOUNS, DatasetVersion
from studio.core.draft_layout import laid_out
from studio.core.errors import InvalidInput, StudioError
from studio.core.fit import fits, with_columns
from studio.core.pipeline import Pipeline
from studio.core.queue import estimated_bytes
from studio.core.standard import training_pipeline
from studio.core.training import (
    GROUPS,
    TrainingConfig,
    parse_training,
    settings_of,
    suggested_epochs,
)
from studio.ui.feedback import plain, show_error
from studio.ui.forms import differences, fields, held
from studio.ui.layers import draft
from studio.ui.session import author, choose, go, workspace

DRAFT = "draft"
PREFILLED = "prefilled"
MOST_REPEATS = 50
Extra = Callable[[DatasetVersion, ModelConfig, dict[str, Any]], None]
"""What a page adds below the settings of a group."""
_PREFILL = "training_prefill"
_PREFILLS = "training_prefills"

HINTS = {
    "learning_rate": "The same all the time, unless you choose a schedule.",
    "stopping": "When to end, and which weights to keep.",
    "augmentation": "Show every picture a little changed each time, so that the model learns what matters.",
    "regularisation": "Against learning the training samples by heart.",
    "watching": "More is measured at no noticeable cost.",
    "engine": "What the model computes with on this machine.",
}
"""Group of settings -> what it is for, in a sentence."""


@dataclass(frozen=True)
class Prefill:
    """What another page wants the form to start with.

    Args:
        dataset: Name of the dataset.
        model: The stack of layers; None leaves the choice as it is.
        values: Settings of `TrainingConfig`; the others start as usual.
        said: Where that comes from, such as "run doodles"; "" says nothing.
        split: How the samples are divided; None as stored with the dataset.
        start_from: Run whose weights are the start; None for random ones.
    """

    dataset: str
    model: ModelConfig | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    said: str = ""
    split: SplitParams | None = None
    start_from: str | None = None


def prefill(wanted: Prefill) -> None:
    """Go to the Train page and fill it in."""
    _start_with(wanted)
    known = workspace().model_configs()
    model = next((name for name, config in known.items() if config == wanted.model), PREFILLED)
    go("train", dataset=wanted.dataset, model=model)


def use(dataset: str, **values: Any) -> None:
    """Change settings of the form of a dataset and leave the others; call it in a button's callback."""
    before = prefilled(dataset) or Prefill(dataset)
    now = held(TrainingConfig, before.values, _key(dataset), TrainingConfig.model_fields)
    _start_with(replace(before, values={**now, **values}))


def _start_with(wanted: Prefill) -> None:
    """Let the widgets of the form start afresh with other values."""
    st.session_state[_PREFILL] = wanted
    st.session_state[_PREFILLS] = st.session_state.get(_PREFILLS, 0) + 1


def prefilled(dataset: str) -> Prefill | None:
    """Return what the form of a dataset starts with, where another page said so."""
    wanted: Prefill | None = st.session_state.get(_PREFILL)
    return wanted if wanted is not None and wanted.dataset == dataset else None


def show_prefill(dataset: str) -> None:
    """Say where the settings come from, with a way back to the usual ones."""
    wanted = prefilled(dataset)
    if wanted is None or not wanted.said:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(plain(f"Filled in from {wanted.said}."), width="content")
        if st.button("Use the usual settings", icon=":material/undo:", type="tertiary"):
            _start_with(Prefill(dataset))
            st.session_state.pop("model", None)
            st.query_params.pop("model", None)
            st.rerun()


def choose_model(version: DatasetVersion) -> ModelConfig:
    """Let a person choose among the models for these samples; says how large it is.

    Raises:
        InvalidInput: The model on the Configure page is impossible.
    """
    known = {
        n: config for n, config in workspace().model_configs().items() if fits(config, version)
    }
    named = {DRAFT: "the model on the Configure page"}
    wanted = prefilled(version.dataset)
    if wanted is not None and wanted.model is not None and wanted.model not in known.values():
        known[PREFILLED] = wanted.model
        named[PREFILLED] = f"the model of {wanted.said}"
    options = [*known, DRAFT] if _draft_fits(version) else [*known]
    if not options:
        raise InvalidInput(
            f"There is no model for the {TASK_NOUNS[version.task]} of {version.title}.",
            "Every model here is for another kind of samples.",
            "Make one on the Configure page.",
        )
    name = choose("Model", options, "model", shown=lambda option: named.get(option, option))
    config = draft() if name == DRAFT else known[name]
    total = config.parameters(version.shape, len(version.class_names))
    st.caption(plain(f"{len(config.layers) + 1} layers, {total:,} parameters for these samples."))
    return config


def _draft_fits(version: DatasetVersion) -> bool:
    try:
        return fits(draft(), version)
    except StudioError:
        return True  # what is wrong with it is said when it is chosen


def _key(dataset: str) -> str:
    number = st.session_state.get(_PREFILLS, 0) if prefilled(dataset) else 0
    return f"training_{dataset}_{number}"


def _hidden(values: Mapping[str, Any], config: ModelConfig) -> set[str]:
    """Return the settings that change nothing as the others are."""
    hidden: set[str] = set()
    if values["schedule"] != "on_plateau":
        hidden |= {"plateau_patience", "plateau_factor"}
    if values["early_stopping"] is None and values["schedule"] != "on_plateau":
        hidden.add("early_stopping_delta")
    if "top_k" not in values["metrics"]:
        hidden.add("top_k")
    if config.input != "images":
        hidden |= set(settings_of("augmentation"))
    return hidden


def show_settings(
    version: DatasetVersion, config: ModelConfig, extras: Mapping[str, Extra]
) -> dict[str, Any]:
    """Show the settings in groups, the first open; the titles of the others say what is not as usual.

    Args:
        version: The samples.
        config: The model.
        extras: Group -> called with (version, config, values) below the group's settings.

    Returns:
        All settings, unchecked.
    """
    wanted = prefilled(version.dataset)
    start = {
        "epochs": suggested_epochs(version.split_counts[0]),
        **(wanted.values if wanted else {}),
    }
    key = _key(version.dataset)
    values = held(TrainingConfig, start, key, TrainingConfig.model_fields)
    hidden = _hidden(values, config)
    values |= {name: TrainingConfig.model_fields[name].default for name in hidden}
    extras = extras if problem_of(values) is None else {}
    for group, title in GROUPS.items():
        names = [name for name in settings_of(group) if name not in hidden]
        if not names:
            continue
        if group == "basics":
            values |= fields(TrainingConfig, start, key, only=names, columns=2, persist=True)
        else:
            changed = differences(TrainingConfig, {name: values[name] for name in names})
            label = f"{title}: {plain(changed)}" if changed else title
            with st.expander(label, key=f"group_{group}"):
                st.caption(HINTS[group])
                values |= fields(TrainingConfig, start, key, only=names, columns=2, persist=True)
                if group in extras:
                    extras[group](version, config, values)
        if group == "basics" and group in extras:
            extras[group](version, config, values)
    return values


def problem_of(values: Mapping[str, Any]) -> StudioError | None:
    """Return what is wrong with the settings, None when they are possible."""
    try:
        parse_training(dict(values))
    except StudioError as error:
        return error
    return None


def show_needs(version: DatasetVersion, config: ModelConfig, training: TrainingConfig) -> None:
    """Say how many steps the training takes and about how much memory."""
    steps = training.steps_per_epoch or -(-version.split_counts[0] // training.batch_size)
    memory = estimated_bytes(
        with_columns(config, version),
        training,
        version.shape,
        len(version.class_names),
        samples=version.labelled,
    )
    epochs = "1 epoch" if training.epochs == 1 else f"{training.epochs:,} epochs"
    each = "1 step" if steps == 1 else f"{steps:,} steps"
    text = f"{epochs} of {each}; about {memory / 1e9:.1f} GB of memory."
    if version.split_counts[1] == 0:
        text += " No samples are set aside to validate, so the best epoch is the one with the lowest training loss."
    st.caption(plain(text))
    st.caption(plain(workspace().machine().sentence))


def show_start(version: DatasetVersion, config: ModelConfig, values: dict[str, Any]) -> None:
    """Show the name, how often to repeat, and the button that starts the training.

    Raises:
        StudioError: What keeps it from being started.
    """
    wanted = prefilled(version.dataset)
    left, right = st.columns(2, vertical_alignment="bottom")
    name = left.text_input(
        "Name of the run", workspace().free_run_name(version.dataset), max_chars=64
    )
    seeds = right.number_input(
        "Repeats",
        1,
        MOST_REPEATS,
        1,
        help="Train so often with these settings, each time with another seed. The runs form a group: its mean "
        "and spread tell how much of a difference is chance.",
    )
    start_from = None
    if wanted is not None and wanted.start_from and wanted.model == config:
        label = f"Start from the weights of {plain(wanted.start_from)}"
        start_from = wanted.start_from if st.checkbox(label, value=True) else None
    problem = problem_of(values)
    if problem is not None:
        show_error(problem)
    else:
        show_needs(version, config, parse_training(values))
    with st.container(horizontal=True):
        start = st.button(
            "Start training",
            type="primary",
            icon=":material/play_arrow:",
            disabled=problem is not None,
        )
        drawn = st.button(
            "Draw it in the designer",
            icon=":material/account_tree:",
            disabled=problem is not None,
            help="The same training as a pipeline draft, to which more can be added.",
        )
    if start or drawn:
        pipeline = training_pipeline(
            version.dataset,
            config,
            parse_training(values),
            version=version.version,
            split=wanted.split if wanted else None,
        )
        if start_from:
            pipeline = pipeline.set_params("train", start_from=start_from)
        if drawn:
            _draw(pipeline, str(name).strip())
        else:
            _submit(pipeline, str(name).strip(), seeds)


def _draw(pipeline: Pipeline, name: str) -> None:
    """Make a pipeline draft of a training, and show it."""
    free = workspace().free_draft_name(name)
    made = workspace().make_draft(free, laid_out(pipeline), author=author())
    go("designer", draft=made.name, view="canvas")


def _submit(pipeline: Pipeline, name: str, seeds: int) -> None:
    if seeds > 1:
        runs = workspace().submit_repeats(pipeline, name=name, seeds=seeds, author=author())
        go("runs", run=runs[0].name)
    else:
        run = workspace().submit(pipeline, name=name, author=author())
        go("runs", run=run.name)
