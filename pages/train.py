"""Train: choose samples, a model and how to train it; then watch it learn."""

from __future__ import annotations

import streamlit as st

from studio.core.configs import ModelConfig, TrainingConfig, parse_training, suggested_epochs
from studio.core.dataset import DatasetVersion
from studio.core.standard import training_pipeline
from studio.ui.feedback import attempt, empty, plain
from studio.ui.forms import fields
from studio.ui.layers import draft
from studio.ui.session import author, choose, choose_dataset, go, page, workspace

DRAFT = "draft"
FIRST = ("epochs", "batch_size", "steps_per_epoch", "learning_rate")


def choose_model(version: DatasetVersion) -> ModelConfig:
    """Let a person choose a model; says how large it is for these samples."""
    known = workspace().model_configs()
    name = choose(
        "Model",
        [*known, DRAFT],
        "model",
        shown=lambda option: "the model on the Configure page" if option == DRAFT else option,
    )
    config = draft() if name == DRAFT else known[name]
    total = config.parameters(version.shape, len(version.class_names))
    st.caption(plain(f"{len(config.layers) + 1} layers, {total:,} parameters for these samples."))
    return config


def show_settings(version: DatasetVersion) -> dict[str, object]:
    """Show the training settings, epochs to suit the samples first; the rarer ones folded away."""
    rare = [name for name in TrainingConfig.model_fields if name not in FIRST]
    start = {"epochs": suggested_epochs(version.split_counts[0])}
    key = f"training_{version.dataset}"
    values = fields(TrainingConfig, start, key, only=FIRST, columns=2)
    with st.expander("More settings"):
        values |= fields(TrainingConfig, start, key, only=rare, columns=2)
    return values


st.title("Train")
version = choose_dataset("Samples to learn from", "images")
if version is None:
    empty("There are no pictures to learn from yet.", page("datasets"), "Bring samples")
else:
    train, validation, test = version.split_counts
    st.caption(
        plain(
            f"{version.title}: {train:,} to train, {validation:,} to validate, {test:,} to test; "
        )
        + plain(f"{version.labelled:,} of {version.kept:,} have a class.")
    )
    with attempt():
        config = choose_model(version)
        with st.form("training"):
            values = show_settings(version)
            name = st.text_input(
                "Name of the run", workspace().free_run_name(version.dataset), max_chars=64
            )
            if st.form_submit_button(
                "Start training", type="primary", icon=":material/play_arrow:"
            ):
                pipeline = training_pipeline(
                    version.dataset, config, parse_training(values), version=version.version
                )
                run = workspace().submit(pipeline, name=str(name).strip(), author=author())
                go("runs", run=run.name)
