"""One sample of an evaluation, looked at closely: what the model said, what it sees, and what it takes for alike."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from studio.core.dataset import DatasetVersion
from studio.core.evaluation import EvaluationRecord
from studio.core.explanation import METHOD_TITLES, NO_CLASS, Explanation
from studio.core.predictions import Predictions
from studio.ui.background import describe_progress
from studio.ui.components import sample_grid
from studio.ui.evidence import magnified, marked_text, with_evidence, with_regions
from studio.ui.feedback import attempt, plain, show_error
from studio.ui.session import author, workspace

TOP = 8
"""So many of the likeliest classes are listed."""
LISTED = 100
"""So many of the chosen samples can be looked at one after the other."""
WORDS = 12


def show_sample(
    record: EvaluationRecord,
    version: DatasetVersion,
    predictions: Predictions,
    places: NDArray[np.int64],
    shown: NDArray[np.int64],
    key: str,
) -> None:
    """Show one of the chosen samples.

    Args:
        record: The evaluation.
        version: The dataset version that was judged.
        predictions: Its answers.
        places: int64 (n,), the chosen ones of `shown`.
        shown: int64 (m,), the samples on the page, which are explained together.
        key: Prefix of the widgets' keys.
    """
    if not len(places):
        st.caption("Choose a sample to look at it closely; choose several to act on them.")
        return
    place = int(places[0])
    if len(places) > 1:
        numbers = {int(predictions.ids[p]): int(p) for p in places[:LISTED]}
        chosen = st.selectbox(
            "Look at sample", list(numbers), format_func="Sample {:,}".format, key=f"{key}_look"
        )
        place = numbers[int(chosen)]
    sample = int(predictions.ids[place])
    with st.container(border=True, key=f"{key}_sample"):
        st.markdown(f"**Sample {sample:,}** · {plain(_said(predictions, place))}")
        known = workspace().explanations(record.model, version, predictions.ids[shown].tolist())
        left, right = st.columns([2, 1])
        with right:
            _show_probabilities(predictions, place, key)
        with left:
            if sample in known:
                _show_explained(version, predictions, known[sample], key)
            else:
                _show_plain(version, sample)
                _show_asking(record, version, predictions, shown, key)
        if sample in known:
            _show_neighbours(record, version, known[sample], key)


def _said(predictions: Predictions, place: int) -> str:
    names = predictions.class_names
    true, said = names[predictions.labels[place]], names[predictions.predicted[place]]
    sure = f"{100 * float(predictions.confidence[place]):.1f} %"
    return f"true: {true} · said: {said}, {sure} sure · loss {float(predictions.loss[place]):.3f}"


def _show_probabilities(predictions: Predictions, place: int, key: str) -> None:
    """Show the likeliest classes, and the true one wherever it comes."""
    answers = np.asarray(predictions.probabilities[place], np.float64)
    order = np.argsort(-answers, kind="stable")
    true = int(predictions.labels[place])
    listed = order[:TOP].tolist()
    rank = int(np.flatnonzero(order == true)[0]) + 1
    if true not in listed:
        listed.append(true)
    st.dataframe(
        [
            {
                "Class": predictions.class_names[c] + (" (true)" if c == true else ""),
                "Probability": float(answers[c]),
            }
            for c in listed
        ],
        hide_index=True,
        column_config={
            "Probability": st.column_config.ProgressColumn(
                min_value=0.0, max_value=1.0, format="%.4f"
            )
        },
        key=f"{key}_probabilities_{place}",
        alt="The likeliest classes of this sample with their probabilities",
    )
    of = len(predictions.class_names)
    st.caption(f"The true class comes {_ordinal(rank)} of {of:,}.")


def _ordinal(number: int) -> str:
    """Return a number such as "2nd".

    Example:
        >>> [_ordinal(n) for n in (1, 2, 3, 4, 11, 22)]
        ['1st', '2nd', '3rd', '4th', '11th', '22nd']
    """
    ends = {1: "st", 2: "nd", 3: "rd"}
    end = "th" if number % 100 in (11, 12, 13) else ends.get(number % 10, "th")
    return f"{number:,}{end}"


def _show_plain(version: DatasetVersion, sample: int) -> None:
    """Show the sample as it is stored."""
    content = workspace().samples(version)[sample]
    if version.shown_as == "text":
        st.markdown(plain(" ".join(str(content).split("\n"))))
        return
    picture = np.asarray(content)
    height, width = picture.shape[:2]
    st.image(magnified(picture), f"As it is stored: {width}×{height}", alt=f"Sample {sample}")


def _show_asking(
    record: EvaluationRecord,
    version: DatasetVersion,
    predictions: Predictions,
    shown: NDArray[np.int64],
    key: str,
) -> None:
    """Show how far an explanation is, or the button that asks for it."""
    ids = predictions.ids[shown].tolist()
    if _show_progress(record, version, set(ids), key):
        return
    failed = workspace().failed_explanation(record.model, version)
    if failed is not None and failed.failure is not None:
        show_error(failed.failure)
    many = f"the {len(ids)} samples on this page" if len(ids) > 1 else "this sample"
    if st.button(
        "Show what the model looks at",
        icon=":material/visibility:",
        type="primary",
        key=f"{key}_explain",
        help=f"For {many}, in the background. It is kept, and never computed twice.",
    ):
        others = np.where(predictions.wrong[shown], predictions.labels[shown], NO_CLASS)
        with attempt():
            workspace().explain(record.model, version, ids, others=others.tolist(), author=author())
            st.rerun(scope="fragment")


def _show_progress(
    record: EvaluationRecord, version: DatasetVersion, ids: set[int], key: str
) -> bool:
    """Show the runs that explain some of these samples, refreshed each second. Returns whether there are any."""
    running = [
        run
        for run in workspace().explaining(record.model, version)
        if ids & set(run.pipeline.node("explain").params["samples"])
    ]
    if not running:
        return False

    @st.fragment(run_every=1.0)
    def refresh() -> None:
        run = workspace().run(running[0].name)
        if run.is_terminal:
            st.rerun()
        share, text = describe_progress(run)
        st.progress(share, text=f"**Looking into the model**: {plain(text)}")
        if st.button("Cancel", key=f"{key}_cancel_{run.name}", disabled=run.stop_requested):
            with attempt():
                workspace().stop_run(run.name)

    refresh()
    return True


def _show_explained(
    version: DatasetVersion, predictions: Predictions, found: Explanation, key: str
) -> None:
    """Show what the model sees, and what of it speaks for a class."""
    place = 0
    if len(found.classes) > 1:
        place = found.classes.index(
            st.segmented_control(
                "What speaks for",
                found.classes,
                default=found.classes[0],
                required=True,
                format_func=lambda c: predictions.class_names[c],
                key=f"{key}_for_{found.sample}",
            )
        )
    name = predictions.class_names[found.classes[place]]
    if found.seen is None or found.evidence is None:
        _show_words(version, found, place, name, key)
    else:
        _show_maps(found, place, name)
    st.caption(METHOD_TITLES[found.method])


def _seen_as(found: Explanation) -> str:
    """Return what the picture is: of other programs' models nobody knows what their first layer gets."""
    return "As it is stored" if found.method == "hiding" else "What the model sees"


def _show_maps(found: Explanation, place: int, name: str) -> None:
    assert found.seen is not None
    assert found.evidence is not None
    height, width, channels = found.seen.shape
    colours = "grey" if channels == 1 else "colour"
    with st.container(horizontal=True):
        st.image(
            magnified(found.seen),
            f"{_seen_as(found)}: {width}×{height}, {colours}",
            width=150,
            alt=f"Sample {found.sample} as the model sees it",
        )
        st.image(
            with_evidence(found.seen, found.evidence[place]),
            "Orange speaks for it, blue against it",
            width=150,
            alt=f"Which pixels speak for {name}, and which against it",
        )
        if found.regions is not None:
            st.image(
                with_regions(found.seen, found.regions[place]),
                "Grad-CAM: where it sees the class",
                width=150,
                alt=f"Where the model's last map sees {name}",
            )
    if found.regions is None and found.method == "gradient":
        st.caption("No Grad-CAM: this model keeps no places up to its last layers.")


def _show_words(
    version: DatasetVersion, found: Explanation, place: int, name: str, key: str
) -> None:
    text = str(workspace().samples(version)[found.sample])
    st.markdown(marked_text(text, found.words, place))
    if not found.words:
        st.caption("The model reads no word of this text.")
        return
    order = sorted(found.words, key=lambda word: -abs(word.weights[place]))[:WORDS]
    st.dataframe(
        [{"Word": text[w.start : w.end], "Without it": -100 * w.weights[place]} for w in order],
        hide_index=True,
        column_config={
            "Without it": st.column_config.NumberColumn(
                format="%+.2f points", help=f"How the probability of {name} changes."
            )
        },
        key=f"{key}_words_{found.sample}_{place}",
        alt=f"The words that change the probability of {name} most",
    )


def _show_neighbours(
    record: EvaluationRecord, version: DatasetVersion, found: Explanation, key: str
) -> None:
    """Show the training samples the model takes for most alike."""
    if not len(found.neighbours):
        return
    known = workspace().neighbour_version(record.model, version)
    labels = workspace().labels(known)[found.neighbours].tolist()
    names = [known.class_names[label] if label >= 0 else "no class" for label in labels]
    st.markdown("**Training samples the model takes for most alike**")
    sample_grid(
        mode="browse",
        key=f"{key}_neighbours_{record.run}_{found.sample}",
        dataset=known.dataset,
        version=known.version,
        samples_digest=known.samples,
        class_names=known.class_names,
        task=known.shown_as,
        ids=found.neighbours.tolist(),
        captions=[
            (name, f"{100 * float(alike):.1f} % alike")
            for name, alike in zip(names, found.similarities.tolist(), strict=True)
        ],
        height=270,
    )
    made = (
        "its answers"
        if found.method == "hiding"
        else "what the model makes of them in front of its output layer"
    )
    st.caption(
        f"Nearest among {found.compared:,} samples of the training part of {plain(known.title)}, by the cosine of "
        f"{made}. If they bear another class, look at their labels."
    )
