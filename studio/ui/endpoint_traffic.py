"""Traffic of an endpoint: which versions answer, how a challenger compares, and letting it take over."""

from __future__ import annotations

import time
from typing import Any, get_args

import streamlit as st

from studio.core.challenger import check_challenger
from studio.core.endpoint import TRAFFIC_TITLES, Traffic
from studio.core.errors import StudioError
from studio.core.model import Endpoint, ModelVersion
from studio.core.traffic import RoleSummary
from studio.ui.feedback import attempt, plain, say_next
from studio.ui.model_aliases import show_checks
from studio.ui.session import author, once, used_up, workspace

NOBODY = "no challenger"
SPANS = {"the last hour": 3600.0, "the last day": 86_400.0, "the last week": 7 * 86_400.0}
ROLES = {"champion": "Champion", "challenger": "Challenger", "shadow": "Challenger, in the shadow"}
ENOUGH = 100
"""Samples from which on a comparison says something."""


def show_traffic(endpoint: Endpoint) -> None:
    """Show who answers an endpoint's requests, and let a person try a challenger."""
    st.caption(
        "A new version can be tried on real requests before it takes over: on a share of them, or in the shadow, "
        "where it is asked as well and nobody gets its answers."
    )
    champion = _champion(endpoint)
    if champion is None:
        return
    _show_form(endpoint, _challengers(endpoint, champion))
    if endpoint.settings.challenger is None:
        return
    _show_ignored(endpoint, champion)
    _show_comparison(endpoint)
    _show_promotion(endpoint, champion)


def _champion(endpoint: Endpoint) -> ModelVersion | None:
    try:
        return workspace().endpoint_model(endpoint)
    except StudioError as error:
        st.warning(
            f"{plain(error.what)} {plain(error.why)} The endpoint answers nobody until it points at a version.",
            icon=":material/warning:",
        )
        return None


def _challengers(endpoint: Endpoint, champion: ModelVersion) -> list[str]:
    """Return what can challenge the champion: aliases first, then versions, those of its own model first."""
    models = sorted(workspace().models(), key=lambda model: model.name != champion.model)
    fitting = [
        version
        for model in models
        for version in model.versions
        if version.id != champion.id and _fits(champion, version)
    ]
    aliased = [f"{v.model}@{alias}" for v in fitting for alias in v.aliases]
    found = aliased + [version.title for version in fitting]
    chosen = endpoint.settings.challenger
    return found if chosen is None or chosen in found else [chosen, *found]


def _fits(champion: ModelVersion, version: ModelVersion) -> bool:
    try:
        check_challenger(champion, version)
    except StudioError:
        return False
    return True


def _show_form(endpoint: Endpoint, references: list[str]) -> None:
    settings = endpoint.settings
    if not references:
        st.info(
            f"There is no other version with the same classes as {plain(endpoint.target)}. Train one, register it, "
            "and try it here.",
            icon=":material/swords:",
        )
        return
    key = f"traffic {endpoint.name} {settings.digest}"  # what others change is seen
    options = [NOBODY, *references]
    with st.form(key):
        left, right = st.columns(2)
        challenger = left.selectbox(
            "Challenger",
            options,
            index=options.index(settings.challenger or NOBODY),
            key=f"{key}.challenger",
            help="Versions that take the same and know the same classes. An alias is followed when it moves.",
        )
        share = right.slider(
            "Share of the requests", 0, 100, round(settings.share), 1, format="%d %%",
            key=f"{key}.share",
            help="How many requests the challenger answers, or is asked about in the shadow.",
        )  # fmt: skip
        kinds: list[Traffic] = list(get_args(Traffic))
        traffic = st.radio(
            "Who answers",
            kinds,
            index=kinds.index(settings.traffic),
            format_func=lambda kind: TRAFFIC_TITLES[kind],
            key=f"{key}.traffic",
        )
        if st.form_submit_button("Apply", type="primary", icon=":material/call_split:"):
            with attempt():
                workspace().set_endpoint(
                    endpoint.name,
                    author=author(),
                    challenger=None if challenger == NOBODY else challenger,
                    share=float(share),
                    traffic="off" if challenger == NOBODY else traffic,
                )
                say_next("The endpoint follows within seconds.")
                st.rerun()


def _show_ignored(endpoint: Endpoint, champion: ModelVersion) -> None:
    """Say why the challenger gets nothing although it should: an alias may have moved since it was chosen."""
    if endpoint.settings.traffic == "off":
        return
    try:
        challenger = workspace().resolve_model(str(endpoint.settings.challenger))
        check_challenger(champion, challenger)
    except StudioError as error:
        st.warning(
            f"**The challenger is asked nothing.**  \n{plain(error.what)} {plain(error.why)}",
            icon=":material/warning:",
        )


def _show_comparison(endpoint: Endpoint) -> None:
    """Show how both did, side by side, and keep it fresh."""
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    left.subheader("How they compare")
    span = right.selectbox("Over", list(SPANS), key=f"compare over {endpoint.name}")

    @st.fragment(run_every=5.0)
    def table() -> None:
        since = time.time() - SPANS[str(span)]
        roles = [r for r in workspace().traffic_summary(endpoint.name, since).roles if r.model]
        if not roles:
            st.info(
                "Nobody asked in this time. Numbers appear here as requests come in.",
                icon=":material/hourglass_empty:",
            )
            return
        st.dataframe([_row(role) for role in roles], hide_index=True, key=f"compared {endpoint.name}")  # fmt: skip
        st.markdown(_verdict(endpoint, roles))

    table()


def _row(role: RoleSummary) -> dict[str, Any]:
    return {
        "Version": role.model,
        "As": ROLES[role.role],
        "Requests": role.requests,
        "Errors": role.errors,
        "Median (ms)": _rounded(role.p50),
        "p99 (ms)": _rounded(role.p99),
        "Mean confidence": "" if role.confidence is None else f"{role.confidence:.1%}",
        "Same answer": "" if role.agreement is None else f"{role.agreement:.1%}",
    }


def _rounded(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else round(milliseconds, 2)


def _verdict(endpoint: Endpoint, roles: list[RoleSummary]) -> str:
    """Return in a sentence or two what the numbers say."""
    tried = next((role for role in roles if role.role != "champion"), None)
    if tried is None:
        return (
            "The challenger was not asked yet in this time."
            if endpoint.settings.traffic != "off"
            else "The challenger gets nothing now: choose above how it is tried."
        )
    said = []
    if tried.agreement is not None:
        said.append(
            f"The challenger gave the same class as the champion for **{tried.agreement:.1%}** of "
            f"{tried.compared:,} samples. Which of the two is right where they differ, only labels tell: look at "
            "those requests on the Watch view."
        )
    if tried.samples < ENOUGH:
        said.append(f"{tried.samples:,} samples are few; wait for {ENOUGH} before you judge.")
    if tried.errors:
        said.append(f":orange[:material/warning:] {tried.errors:,} of its requests failed.")
    said.append("A higher confidence alone does not mean a better model.")
    return " ".join(said)


def _show_promotion(endpoint: Endpoint, champion: ModelVersion) -> None:
    """Let the challenger take over, through the gates of the alias where the endpoint follows one."""
    with attempt():
        version = workspace().resolve_model(str(endpoint.settings.challenger))
        if version.id == champion.id:
            st.info("The challenger is the champion.", icon=":material/flag:")
            return
        st.subheader("Make it the champion")
        override, moves_alias = (
            False,
            endpoint.alias is not None and version.model == endpoint.model,
        )
        what = f"{endpoint.model}@{endpoint.alias}" if moves_alias else f"endpoint {endpoint.name}"
        st.markdown(
            f"**{plain(what)}** points at **{plain(version.title)}** then, instead of {plain(champion.title)}. "
            + ("Every endpoint that follows the alias serves it." if moves_alias else "")
        )
        key = f"promote {endpoint.name} {version.title}"
        if moves_alias:
            promotion = workspace().promotion(endpoint.model, str(endpoint.alias), version.title)
            if promotion.checks:
                show_checks(promotion)
            if not promotion.allowed:
                override = st.checkbox("Override the gates", key=once(f"override {key}"))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            reason = st.text_input(
                "Reason",
                max_chars=500,
                key=once(f"reason {key}"),
                placeholder="needed to override the gates" if override else "why it takes over",
            )
            blocked = moves_alias and not promotion.allowed and not override
            if st.button("Make it the champion", type="primary", icon=":material/trophy:",
                         disabled=blocked, key=f"button {key}"):  # fmt: skip
                workspace().promote_challenger(
                    endpoint.name, author=author(), reason=reason.strip(), override=override
                )
                used_up(f"reason {key}")
                used_up(f"override {key}")
                say_next(f"{version.title} answers everybody as soon as it is loaded.")
                st.rerun()
