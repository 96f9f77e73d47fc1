"""Labels that look wrong: have them looked for, judge the flags one by one, correct what is wrong."""

from __future__ import annotations

import streamlit as st

from studio.core.dataset import DatasetVersion
from studio.core.fit import fits
from studio.core.label_errors import FlagView, LabelErrorParams, VerdictCounts, usual_params
from studio.core.training import TrainingConfig
from studio.ui.background import show_last_failure, watch
from studio.ui.components import flag_queue
from studio.ui.feedback import attempt, plain, say_next, show_numbers
from studio.ui.forms import fields
from studio.ui.session import author, workspace
from studio.workspace.label_errors import FoundErrors

VIEWS: dict[FlagView, str] = {
    "open": "To judge",
    "skipped": "Skipped",
    "wrong": "Wrong",
    "right": "Right",
    "all": "All",
}
USUAL = "what suits the dataset"
LEARNED_LITTLE = 0.8
PAIRS = 12
"""So many pairs of classes are listed at first."""


def show_label_errors(version: DatasetVersion) -> None:
    """Show what the newest search for label errors found, and let a person judge it or look again."""
    found = workspace().label_errors(version)
    if not watch("label_errors", version.dataset):
        show_last_failure("label_errors", version.dataset)
        if found is None:
            st.markdown(
                "Models are trained on parts of the samples and asked about the others, so that every label is "
                "judged by a model that **has not seen it**. Where the model is sure of another class, the label gets "
                "a **flag**, and you decide: is the label wrong, or the model?"
            )
        _show_start(version, again=found is not None)
    if found is None:
        return
    if found.report.dataset != version.title:
        st.caption(
            f"Found in {plain(found.report.dataset)}; labels that were changed since are not doubted any more."
        )
    _show_judging(version, found)
    _show_pairs(found)


def _show_start(version: DatasetVersion, *, again: bool) -> None:
    """Show the button that starts a search, with its settings."""
    with st.container(horizontal=True):
        pressed = st.button(
            "Look for label errors again" if again else "Look for label errors",
            type="secondary" if again else "primary",
            icon=":material/troubleshoot:",
        )
        with st.popover("Settings", icon=":material/tune:"):
            params = _settings(version)
    if pressed:
        with attempt():
            workspace().find_label_errors(version.dataset, params, author=author())
            st.rerun()


def _settings(version: DatasetVersion) -> LabelErrorParams:
    """Show the settings of a search and return them."""
    key = f"label_errors_{version.dataset}"
    known = {n: c for n, c in workspace().model_configs().items() if fits(c, version)}
    name = st.selectbox("Model", [USUAL, *known], key=f"{key}_model")
    usual = usual_params(version, known.get(name))
    values = {"epochs": usual.training.epochs}
    epochs = fields(TrainingConfig, values, f"{key}_{name}", only=["epochs"])
    changes = fields(LabelErrorParams, {}, key, only=("folds", "together", "seed"))
    training = usual.training.model_copy(update={**epochs, "seed": changes["seed"]})
    return usual.model_copy(update={**changes, "training": training})


@st.fragment
def _show_judging(version: DatasetVersion, found: FoundErrors) -> None:
    """Show how right the flags are so far, the flags themselves, and the button that corrects the labels."""
    counts = workspace().verdict_counts(found.run.name)
    _show_counts(found, counts)
    if not found.report.flags:
        st.success("No label looks wrong.", icon=":material/verified:")
        return
    view: FlagView = st.segmented_control(
        "Which flags",
        list(VIEWS),
        default="open",
        required=True,
        format_func=VIEWS.__getitem__,
        key=f"flag_view_{found.run.name}",
        label_visibility="collapsed",
    )
    flag_queue(
        key=f"flags_{found.run.name}",
        run=found.run.name,
        annotator=author(),
        samples_digest=None if version.shown_as == "text" else version.samples,
        class_names=workspace().class_names(version),
        likely=found.report.likely,
        view=view,
    )
    words = "label" if counts.waiting == 1 else "labels"
    if st.button(
        f"Correct {counts.waiting:,} {words}",
        type="primary",
        icon=":material/done_all:",
        disabled=not counts.waiting,
        key="apply_verdicts",
        help="Makes a version of the dataset in which the labels you found wrong have the class you gave them; samples "
        "of no class are quarantined. Going back is one click on the Datasets page.",
    ):
        with attempt():
            made = workspace().apply_verdicts(found.run.name, author=author())
            say_next(f"{made.title}: {made.message}.")
            st.rerun()


def _show_counts(found: FoundErrors, counts: VerdictCounts) -> None:
    report = found.report
    precision = "–" if counts.precision is None else f"{counts.precision:.0%}"
    interval = ""
    if counts.low is not None and counts.high is not None:
        interval = f" (95 % interval: {counts.low:.0%} to {counts.high:.0%})"
    show_numbers(
        {
            "Likely errors": (
                f"{report.likely:,}",
                f"Labels that are taken for errors, of {report.judged:,} that were judged by a model that had not seen "
                f"them. {report.flags - report.likely:,} more are doubtful and come behind them.",
            ),
            "Share of labels": (
                f"{report.likely / max(1, report.judged):.1%}",
                f"About {report.estimated:,} labels are estimated to be wrong; the models agree with "
                f"{report.agreement:.1%} of all labels.",
            ),
            "Flags that are right": (
                precision,
                f"Of the flags that were judged, the share whose label is wrong: the search's precision{interval}. "
                "Flags are judged from the surest on, so it falls as you go.",
            ),
            "Judged": (
                f"{counts.wrong + counts.right:,}",
                f"{counts.wrong:,} labels are wrong, {counts.right:,} are right, {counts.skipped:,} were skipped.",
            ),
        }
    )
    if report.agreement < LEARNED_LITTLE:
        st.warning(
            f"The models agree with only {report.agreement:.0%} of the labels they have not seen. They have learned "
            "little, so many flags will be their own mistakes. More epochs, another model or more samples help.",
            icon=":material/psychology_alt:",
        )
    if report.left_out:
        st.caption(
            f"{report.left_out:,} samples were not judged: their classes have fewer than {report.folds} samples."
        )


def _show_pairs(found: FoundErrors) -> None:
    """Show which classes are labelled as which others."""
    pairs = found.report.pairs
    if not pairs:
        return
    with st.expander(f"Which classes are mistaken for which ({len(pairs):,})"):
        every = len(pairs) > PAIRS and st.toggle("Show all", key="all_label_pairs")
        st.dataframe(
            [
                {
                    "Labelled": pair.given,
                    "Really": pair.true,
                    "Labels (estimate)": pair.estimated,
                    "Share of the class": pair.share,
                }
                for pair in (pairs if every else pairs[:PAIRS])
            ],
            column_config={
                "Share of the class": st.column_config.NumberColumn(format="percent"),
            },
            hide_index=True,
        )
