"""What people can do with the run they look at: pause, resume, stop, cancel, train longer, change, clone."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from studio.core.run import Run
from studio.core.run_settings import RunSettings
from studio.core.training import TrainingConfig
from studio.ui.feedback import attempt, plain, say_next
from studio.ui.forms import field_widget
from studio.ui.session import author, go, workspace
from studio.ui.training import Prefill, prefill


def show_controls(run: Run, settings: RunSettings) -> None:
    """Show the buttons that make sense for a run as it stands."""
    with st.container(horizontal=True, vertical_alignment="center", key="controls"):
        _show_pause(run)
        if not run.is_terminal:
            _show_ends(run, settings)
        if not run.is_terminal or _has_model(run):
            _show_longer(run, settings)
        if not run.is_terminal:
            _show_learning_rate(run, settings)
        if st.button(
            "Train again with changes",
            icon=":material/content_copy:",
            help="Open the Train page with these settings filled in.",
        ):
            clone(run, settings)


def _show_pause(run: Run) -> None:
    asked, name = run.control, run.name
    ends = asked.cancel or asked.stop
    if run.status == "paused" or (run.status == "running" and asked.pause):
        note = "Go on from the checkpoint, as the next of the queue."
        _button("Resume", "play_arrow", lambda: workspace().resume_run(name), note, ends, True)
    elif run.status in ("queued", "running"):
        note = "Save a checkpoint and free the machine; go on from there later."
        _button("Pause", "pause", lambda: workspace().pause_run(name), note, ends)


def _show_ends(run: Run, settings: RunSettings) -> None:
    asked, name = run.control, run.name
    if run.started is not None:
        label = "Stopping …" if asked.stop else f"Stop and keep the {settings.training.keep} epoch"
        note = "End now; its model is judged on the test split."
        ends = asked.stop or asked.cancel
        _button(label, "stop", lambda: workspace().stop_run(name), note, ends)
    label = "Cancelling …" if asked.cancel else "Cancel"
    with st.popover(label, icon=":material/close:", disabled=asked.cancel):
        st.markdown("It ends, and no model is kept. Its curves and its log stay.")
        note = "This cannot be undone."
        _button("Cancel and keep nothing", "delete", lambda: workspace().cancel_run(name), note)


def clone(run: Run, settings: RunSettings, **changes: object) -> None:
    """Go to the Train page, filled in with the settings of a run and some changes."""
    training = settings.training.model_dump()
    prefill(
        Prefill(
            dataset=settings.dataset,
            model=settings.model,
            values={**training, **changes},
            said=f"run {run.name}",
            split=None if settings.split.stored else settings.split,
            start_from=settings.start_from,
        )
    )


def _has_model(run: Run) -> bool:
    return run.is_terminal and "model.keras" in workspace().run_artifacts(run.name)


def _button(
    label: str,
    icon: str,
    verb: Callable[[], object],
    note: str,
    disabled: bool = False,
    first: bool = False,
) -> None:
    pressed = st.button(
        label,
        icon=f":material/{icon}:",
        help=note,
        disabled=disabled,
        type="primary" if first else "secondary",
    )
    if pressed:
        with attempt():
            verb()
            st.rerun()


def _show_longer(run: Run, settings: RunSettings) -> None:
    with st.popover("Train longer", icon=":material/more_time:"):
        if run.is_terminal:
            st.markdown("A new run goes on from this one's model.")
        epochs = st.number_input("Epochs more", 1, 10_000, max(1, settings.training.epochs // 2))
        if st.button("Add these epochs"):
            with attempt():
                longer = workspace().extend_run(run.name, int(epochs), author=author())
                say_next(f"{epochs} epochs more for {run.name}.")
                go("runs", run=longer.name)


def _show_learning_rate(run: Run, settings: RunSettings) -> None:
    declared = TrainingConfig.model_fields["learning_rate"]
    now = run.control.learning_rate or settings.training.learning_rate
    with st.popover("Learning rate", icon=":material/speed:"):
        st.markdown(f"It trains with {plain(f'{now:g}')}, and goes on with the new one at once. "
                    "A schedule is scaled to it.")  # fmt: skip
        wanted = field_widget("learning_rate", declared, now, f"rate_{run.name}")
        if st.button("Change the learning rate"):
            with attempt():
                workspace().set_learning_rate(run.name, float(wanted))
                say_next(f"{run.name} goes on with a learning rate of {wanted:g}.")
                st.rerun()
