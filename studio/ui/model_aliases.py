"""Aliases of a model: where they point, moving them through their gates, back again, and their history."""

from __future__ import annotations

import datetime
from typing import Any, cast

import streamlit as st

from studio.core.catalog import JudgedPart
from studio.core.gates import GateCheck, Gates, Promotion
from studio.core.model import AliasMove, Model
from studio.ui.feedback import attempt, plain, say_next
from studio.ui.forms import field_widget
from studio.ui.overview import when
from studio.ui.session import author, once, used_up, workspace

FIRST = "champion"
SIGNS = {"passed": ":green[:material/check_circle:]", "refused": ":red[:material/cancel:]",
         "unknown": ":orange[:material/help:]"}  # fmt: skip
SPOKEN = {"passed": "Passed", "refused": "Refused", "unknown": "Not known"}


def show_aliases(model: Model, wanted: int) -> None:
    """Show all about the aliases of a model.

    Args:
        wanted: Version that is looked at: the first one to be offered.
    """
    st.markdown(
        "An alias is a name that moves: endpoints that follow **champion** serve the version it points at."
    )
    moves = workspace().alias_moves(model.name)
    known = workspace().known_aliases(model.name)
    for alias in known:
        _show_alias(model, alias, [move for move in moves if move.alias == alias])
    st.subheader("Move an alias")
    _show_move(model, known, wanted)
    st.subheader("Gates")
    _show_gates(model, known)
    if moves:
        st.subheader("History")
        _show_history(model, known, moves)


def _show_alias(model: Model, alias: str, moves: list[AliasMove]) -> None:
    held = next((v for v in model.versions if alias in v.aliases), None)
    key = f"{model.name} {alias}"
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", key=f"alias {key}"
    ):
        if held is None:
            st.markdown(f"**{plain(alias)}** points at nothing now.", width="stretch")
            return
        last = moves[0] if moves else None
        said = ""
        if last is not None:
            why = f": {plain(last.reason)}" if last.reason else ""
            said = f"  \nsince {when(last.time)} by {plain(last.author)}{why}"
        st.markdown(f"**{plain(alias)}** → version {held.version}{said}", width="stretch")
        before = last.previous if last is not None else None
        if before is not None and st.button(
            f"Back to version {before}",
            icon=":material/undo:",
            key=f"back {key}",
            help="Point it at what it pointed at before it was moved last. The gates do not stand in the way.",
        ):
            with attempt():
                now = workspace().rollback_alias(model.name, alias, author=author())
                say_next(f"{alias} is {now.title} again.")
                st.rerun()
        with st.popover("Remove", icon=":material/delete:", key=f"remove {key}"):
            st.markdown("It points at nothing then; its history stays.")
            if st.button("Remove alias", key=f"really {key}"):
                with attempt():
                    workspace().remove_alias(model.name, alias, author=author())
                    say_next(f"{alias} points at nothing now.")
                    st.rerun()


def _show_move(model: Model, known: list[str], wanted: int) -> None:
    """Show which alias to move where, what its gates say to that, and why it is moved."""
    numbers = [version.version for version in model.versions]
    left, right = st.columns(2)
    alias = left.selectbox(
        "Alias",
        known or [FIRST],
        accept_new_options=True,
        key=f"alias_of_{model.name}",
        help="Choose one, or type a new name.",
    )
    number = right.selectbox(
        "Version", numbers, index=numbers.index(wanted), key=f"alias_to_{model.name} {wanted}"
    )
    alias = str(alias or "").strip()
    title = f"{model.name}:{number}"
    with attempt():
        promotion = workspace().promotion(model.name, alias, title)
        if promotion.checks:
            show_checks(promotion)
        override = False
        if not promotion.allowed:
            _offer_judging(promotion)
            override = st.checkbox(
                "Move it all the same: override the gates",
                key=once(f"override {promotion.alias} {title}"),
                help="What the gates said, who overrode them and why stays in the history.",
            )
        reason = st.text_input(
            "Reason",
            max_chars=500,
            key=once(f"reason {model.name}"),
            placeholder="needed to override the gates" if override else "why it is moved",
        )
        if st.button(
            "Point alias at version",
            type="primary",
            icon=":material/flag:",
            disabled=not promotion.allowed and not override,
        ):
            workspace().set_alias(
                model.name, alias, number, author=author(), reason=reason, override=override
            )
            used_up(f"reason {model.name}")
            used_up(f"override {promotion.alias} {title}")
            say_next(f"{alias} is {title} now.")
            st.rerun()


def show_checks(promotion: Promotion) -> None:
    """Show what each gate says, in a word, a sign and a sentence."""
    with st.container(border=True):
        against = sum(check.verdict != "passed" for check in promotion.checks)
        st.markdown(
            f"**{plain(promotion.candidate)}** passes all gates of **{plain(promotion.alias)}**."
            if not against
            else f"**{plain(promotion.candidate)}** may not become **{plain(promotion.alias)}**:"
        )
        for check in promotion.checks:
            st.markdown(_line(check))


def _line(check: GateCheck) -> str:
    return f"{SIGNS[check.verdict]} **{SPOKEN[check.verdict]}.** {plain(check.text)}"


def _offer_judging(promotion: Promotion) -> None:
    """Offer to make the evaluation that gates lack, and say how far it is."""
    where = promotion.judge_on
    if where is None:
        return
    key = f"judging {promotion.candidate} {where.dataset} {where.split}"
    name = st.session_state.get(key)
    if name is not None:
        _watch(str(name))
        return
    if st.button(
        f"Judge {promotion.candidate} on {where.dataset}",
        icon=":material/speed:",
        key=f"judge {key}",
        help=f"On its {where.split} part, in the background. Then the gates can say something.",
    ):
        dataset, _, number = where.dataset.partition(":")
        with attempt():
            run = workspace().evaluate_model(
                promotion.candidate,
                dataset=dataset,
                version=int(number),
                split=cast(JudgedPart, where.split),
                author=author(),
            )
            st.session_state[key] = run.name
            st.rerun()


def _watch(name: str) -> None:
    @st.fragment(run_every=1.0)
    def watch() -> None:
        run = workspace().run(name)
        if run.status == "completed":
            st.rerun()
        if run.failure:
            st.error(plain(f"{run.failure.what} {run.failure.why}"), icon=":material/error:")
        elif run.is_terminal:
            st.info(f"The evaluation {plain(name)} was {run.status}.", icon=":material/info:")
        else:
            text = run.progress.message if run.progress else "waiting for its turn"
            st.info(f"{plain(name)}: {plain(text)} …", icon=":material/hourglass_top:")

    watch()


def _show_gates(model: Model, known: list[str]) -> None:
    """Show a form with what a version has to reach before an alias points at it."""
    st.caption("What a version has to reach before an alias points at it. Empty: no gate.")
    alias = st.selectbox("Gates of", known or [FIRST], key=f"gates_of_{model.name}")
    gates = workspace().gates(model.name, str(alias))
    with st.form(f"gates {model.name} {alias}"):
        values: dict[str, Any] = {}
        columns = st.columns(2)
        for number, (name, field) in enumerate(Gates.model_fields.items()):
            with columns[number % 2]:
                values[name] = field_widget(
                    name, field, getattr(gates, name), f"gate {model.name} {alias} {name}"
                )
        if st.form_submit_button("Save gates", icon=":material/save:"):
            with attempt():
                workspace().set_gates(
                    model.name, str(alias), Gates.model_validate(values), author=author()
                )
                say_next(f"The gates of {alias} are saved.")
                st.rerun()


def _show_history(model: Model, known: list[str], moves: list[AliasMove]) -> None:
    st.dataframe([_row(move) for move in moves], hide_index=True)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        alias = st.selectbox("Who was", known, key=f"who_was_{model.name}", width=200)
        first = datetime.datetime.fromtimestamp(model.created).astimezone()
        now = datetime.datetime.now().astimezone()
        day = st.date_input(
            "on", "today", min_value=first.date(), max_value=now.date(), key=f"day_{model.name}",
            width=160,
        )  # fmt: skip
        clock = st.time_input("at", datetime.time(23, 59), key=f"clock_{model.name}", width=120)
        moment = datetime.datetime.combine(day, clock).astimezone().timestamp() + 59.999
        found = workspace().alias_at(model.name, str(alias), moment)
        st.markdown(
            f"**{plain(found.title)}**, made {when(found.created)} by {plain(found.author)}"
            if found
            else f"No version was **{plain(str(alias))}** then.",
            width="stretch",
        )


def _row(move: AliasMove) -> dict[str, str]:
    return {
        "When": when(move.time),
        "Alias": move.alias,
        "From": "" if move.previous is None else f"version {move.previous}",
        "To": "nothing" if move.version is None else f"version {move.version}",
        "By": move.author,
        "Why": move.reason,
        "Overridden gates": " ".join(move.overridden),
    }
