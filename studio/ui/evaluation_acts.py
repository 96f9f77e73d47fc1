"""What can be done about samples of an evaluation: other classes, quarantine, more eyes; each can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from studio.core.dataset import KEPT, DatasetVersion
from studio.core.evaluation import EvaluationRecord
from studio.core.label_session import parse_session
from studio.core.predictions import Predictions
from studio.ui.deltas import show_again
from studio.ui.feedback import attempt, plain, say_next
from studio.ui.session import author, once, page, used_up, workspace

NEW = "a new session"
ACTS = "review acts"


def show_acts(
    record: EvaluationRecord,
    version: DatasetVersion,
    predictions: Predictions,
    places: NDArray[np.int64],
    rows: NDArray[np.int64],
    key: str,
) -> None:
    """Show what can be done with the chosen samples; each act makes a version of the dataset.

    Args:
        record: The evaluation.
        version: The dataset version that was judged.
        predictions: Its answers.
        places: int64 (n,), the chosen samples.
        rows: int64 (m,), all samples behind the number.
        key: Prefix of the widgets' keys.
    """
    newest = workspace().dataset(version.dataset)
    if newest.base != version.base:
        st.info(
            f"{plain(version.dataset)} was imported anew since. Judge the model on {plain(newest.title)} to act on "
            "its samples.",
            icon=":material/history:",
        )
        return
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key}_acts"):
        every = len(rows) > 1 and st.toggle(
            f"All {len(rows):,}",
            key=f"{key}_every",
            help="Act on all samples behind the number, those on other pages included.",
        )
        acted = rows if every else places
        count = f"{len(acted):,} {'sample' if len(acted) == 1 else 'samples'}"
        st.markdown(f"**{count}**" if len(acted) else "Nothing chosen yet", width="content")
        samples: list[int] = predictions.ids[acted].tolist()
        nothing = not samples
        open_until = once(ACTS)  # an act closes what it was done in
        with st.popover(
            "Relabel", icon=":material/label:", disabled=nothing, key=f"{key}_relabel_{open_until}"
        ):
            _show_relabel(newest, predictions, acted, samples, key)
        if st.button(
            "Quarantine",
            icon=":material/inventory_2:",
            disabled=nothing,
            key=f"{key}_quarantine",
            help="Set aside: neither trained nor tested on until somebody decides.",
        ):
            _quarantine(newest, samples)
        with st.popover(
            "Ask people", icon=":material/group:", disabled=nothing, key=f"{key}_ask_{open_until}"
        ):
            _show_sessions(newest, samples, key)
        show_again(record, newest, key)
    _show_undo(version.dataset, key)


def _show_relabel(
    newest: DatasetVersion,
    predictions: Predictions,
    acted: NDArray[np.int64],
    samples: list[int],
    key: str,
) -> None:
    """Let a person give the samples a class; what the model said is proposed where it said one thing of all."""
    names = workspace().class_names(newest)
    said = {predictions.class_names[c] for c in np.unique(predictions.predicted[acted]).tolist()}
    proposed = next(iter(said)) if len(said) == 1 else None
    name = st.selectbox(
        "Their right class",
        names,
        index=names.index(proposed) if proposed in names else None,
        accept_new_options=True,
        placeholder="choose one, or type a new one",
        key=f"{key}_class_{proposed}",
    )
    if st.button("Give this class", type="primary", disabled=not name, key=f"{key}_give"):
        _do(newest.dataset, lambda: relabelled(newest, dict.fromkeys(samples, str(name))))
    if len(said) > 1 and st.button("Give each what the model said", key=f"{key}_said"):
        wanted = [predictions.class_names[c] for c in predictions.predicted[acted].tolist()]
        _do(
            newest.dataset,
            lambda: relabelled(newest, dict(zip(samples, wanted, strict=True))),
        )


def relabelled(newest: DatasetVersion, classes: dict[int, str]) -> tuple[str, dict[str, Any]]:
    """Give samples classes; returns what to say, and what takes it back."""
    before = _classes(newest, list(classes))
    waiting = workspace().label_progress(newest).annotated
    made = workspace().relabel_each(newest.dataset, classes, author=author())
    back: dict[str, Any] = {"relabel": before}
    if not waiting and made.class_names != newest.class_names:
        back["versions"] = (newest.version, made.version)
    return f"{made.title}: {made.message}.", back


def _classes(version: DatasetVersion, samples: list[int]) -> dict[int, str | None]:
    """Return the class each sample has now, answers since the newest version included."""
    return dict(zip(samples, workspace().classes_now(version, samples), strict=True))


def _quarantine(newest: DatasetVersion, samples: list[int]) -> None:
    state = workspace().state(newest)
    kept = samples if state is None else [s for s in samples if state[s] == KEPT]

    def act() -> tuple[str, dict[str, Any]]:
        made = workspace().set_state(
            newest.dataset, kept or samples, "quarantined", author=author()
        )
        return f"{made.title}: {made.message}.", {"keep": kept}

    _do(newest.dataset, act)


def _show_sessions(newest: DatasetVersion, samples: list[int], key: str) -> None:
    """Let a person send the samples to a labelling session, where they come first."""
    known = [
        session.name
        for session in workspace().sessions(newest.dataset)
        if session.closed is None
        and session.base == newest.base
        and session.config.answer != "drawings"
    ]
    where = st.selectbox("Put them first in", [NEW, *known], key=f"{key}_session")
    if where != NEW:
        if st.button("Add them", type="primary", key=f"{key}_add"):
            with attempt():
                session, first = workspace().add_to_session(str(where), samples)
                used_up(ACTS)
                say_next(f"{first:,} samples come first in {session.name} now.")
                st.rerun()
        st.caption("They stay in the session; close it on the Label page if that was a mistake.")
        return
    taken = {session.name for session in workspace().sessions()}
    free = next(
        n for i in range(1, 10**6) if (n := f"{newest.dataset[:50]}-review-{i}") not in taken
    )
    name = st.text_input("Name of the session", free, max_chars=64, key=f"{key}_session_{free}")
    if st.button("Make the session", type="primary", key=f"{key}_make"):

        def make() -> tuple[str, dict[str, Any]]:
            wanted = parse_session(
                {
                    "name": str(name).strip(),
                    "dataset": newest.dataset,
                    "version": newest.version,
                    "wanted": "all",
                    "classes": [{"name": n} for n in workspace().class_names(newest)],
                }
            )
            made = workspace().create_session(wanted, samples=samples, author=author())
            return f"The session {made.name} asks about {made.total:,} samples.", {
                "close": made.name
            }

        _do(newest.dataset, make)


def _do(dataset: str, act: Callable[[], tuple[str, dict[str, Any]]]) -> None:
    """Carry out an act, note what takes it back, and show the page anew."""
    with attempt():
        said, back = act()
        _undoable(dataset).append({"said": said, **back})
        used_up(ACTS)
        say_next(said)
        st.rerun()


def _undoable(dataset: str) -> list[dict[str, Any]]:
    """Return what this person did to a dataset and can take back, oldest first."""
    kept: list[dict[str, Any]] = st.session_state.setdefault(f"review acts of {dataset}", [])
    return kept


def _show_undo(dataset: str, key: str) -> None:
    """Show the last act, with the button that takes it back, and where to look at it."""
    acts = _undoable(dataset)
    if not acts:
        return
    last = acts[-1]
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key}_undo_row"):
        st.caption(plain(last["said"]), width="content")
        if st.button(
            "Undo",
            icon=":material/undo:",
            key=f"{key}_undo",
            help="Another version, in which these samples are as they were; everything else stays.",
        ):
            with attempt():
                said = take_back(dataset, last)
                acts.pop()
                say_next(said)
                st.rerun()
        if "close" in last:
            st.page_link(
                page("label"),
                label="Open the session",
                icon=":material/arrow_forward:",
                query_params={"session": last["close"]},
            )


def take_back(dataset: str, act: dict[str, Any]) -> str:
    """Undo an act; returns what to say."""
    if "versions" in act:  # a class came in, which goes again where nothing was done since
        before, after = act["versions"]
        newest = workspace().dataset(dataset)
        if newest.version == after and not workspace().label_progress(newest).annotated:
            made = workspace().revert(dataset, before, author=author())
            return f"{made.title}: {made.message}."
    if "relabel" in act:
        made = workspace().relabel_each(
            dataset, act["relabel"], author=author(), message="The former classes again"
        )
        return f"{made.title}: {made.message}."
    if "keep" in act:
        made = workspace().set_state(dataset, act["keep"], "kept", author=author())
        return f"{made.title}: {made.message}."
    workspace().close_session(act["close"])
    return f"The session {act['close']} is closed. It can be opened again on the Label page."
