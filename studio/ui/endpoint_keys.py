"""Keys of an endpoint: who may ask, making, renewing and revoking one. `ui.endpoints` shows a fresh one."""

from __future__ import annotations

import time

import streamlit as st

from studio.core.endpoint import KEY_DAYS_LIMIT, KEY_NAME_LIMIT, SCOPES, EndpointKey, Scope
from studio.core.model import Endpoint
from studio.ui.endpoints import FRESH_KEY, fresh_key
from studio.ui.feedback import attempt, plain, say_next
from studio.ui.overview import when
from studio.ui.session import author, once, used_up, workspace

LASTS: dict[str, int | None] = {
    "for ever": None,
    "30 days": 30,
    "90 days": 90,
    "a year": 365,
    "ten years": KEY_DAYS_LIMIT,
}


def show_keys(endpoint: Endpoint) -> None:
    """Show who may ask an endpoint, and let a person make, renew and revoke keys."""
    st.caption(
        "Programs show that they may ask by sending a key. Give each its own: then one can be revoked without the "
        "others."
    )
    keys = workspace().keys(endpoint.name)
    now = time.time()
    good = [key for key in keys if key.revoked is None]
    for key in good:
        _show_key(endpoint, key, now)
    if not good:
        st.info("No key opens this endpoint now. Make one.", icon=":material/lock:")
    _show_new(endpoint)
    gone = [key for key in keys if key.revoked is not None]
    if gone:
        with st.expander(f"Revoked keys ({len(gone)})"):
            st.dataframe([_row(key) for key in gone], hide_index=True)


def _show_key(endpoint: Endpoint, key: EndpointKey, now: float) -> None:
    place = f"{endpoint.name} {key.id}"
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", key=f"key {place}"
    ):
        over = key.expires is not None and key.expires <= now
        sign = ":orange[:material/lock_clock:] " if over else ":material/key: "
        st.markdown(
            f"{sign}**{plain(key.name)}** · ends in `{key.key_hint}`  \n{plain(_said(key, now))}",
            width="stretch",
        )
        with st.popover("Renew", icon=":material/autorenew:", key=f"renew {place}"):
            st.markdown("Makes a new key in its place. The old one stops working within a second.")
            if st.button("Renew key", type="primary", key=f"really renew {place}"):
                with attempt():
                    fresh = workspace().renew_key(endpoint.name, key.id, author=author())
                    st.session_state[FRESH_KEY] = (endpoint.name, fresh)
                    say_next(f"The key {key.name} is a new one now.")
                    st.rerun()
        with st.popover("Revoke", icon=":material/block:", key=f"revoke {place}"):
            st.markdown("Whoever uses it is refused within a second. This cannot be undone.")
            if st.button("Revoke key", type="primary", key=f"really revoke {place}"):
                with attempt():
                    workspace().revoke_key(endpoint.name, key.id, author=author())
                    if (fresh_key(endpoint) or "")[-4:] == key.key_hint:
                        st.session_state.pop(FRESH_KEY, None)
                    say_next(f"The key {key.name} opens nothing any more.")
                    st.rerun()


def _said(key: EndpointKey, now: float) -> str:
    """Return what a key opens, how often, and until when."""
    parts = [", ".join(SCOPES[scope].lower() for scope in key.scopes)]
    if key.rate_per_minute is not None:
        limit = f"{key.rate_per_minute:,} requests a minute" if key.rate_per_minute else "no limit"
        parts.append(limit)
    if key.expires is not None:
        over = key.expires <= now
        parts.append(f"{'no longer valid since' if over else 'good until'} {when(key.expires)}")
    return " · ".join([*parts, f"made {when(key.created)}"])


def _show_new(endpoint: Endpoint) -> None:
    with (
        st.expander("Make a key", icon=":material/add:"),
        st.form(f"new key {endpoint.name}", border=False),
    ):
        left, right = st.columns(2)
        name = left.text_input(
            "Who uses it",
            max_chars=KEY_NAME_LIMIT,
            placeholder="the school's web page",
            key=once(f"key name {endpoint.name}"),
        )
        lasts = right.selectbox("Good for", list(LASTS), key=f"key lasts {endpoint.name}")
        scopes: list[Scope] = left.multiselect(
            "Opens",
            list(SCOPES),
            ["predict"],
            format_func=lambda scope: SCOPES[scope],
            key=f"key scopes {endpoint.name}",
        )
        rate = right.number_input(
            "Requests a minute",
            0,
            1_000_000,
            None,
            placeholder="as the endpoint says",
            key=f"key rate {endpoint.name}",
            help="0 is no limit. Empty: what the endpoint's settings say.",
        )
        if st.form_submit_button("Make key", type="primary", icon=":material/key:"):
            with attempt():
                made, key = workspace().add_key(
                    endpoint.name,
                    name,
                    scopes,
                    rate_per_minute=rate,
                    days=LASTS[lasts],
                    author=author(),
                )
                used_up(f"key name {endpoint.name}")
                st.session_state[FRESH_KEY] = (endpoint.name, key)
                say_next(f"The key {made.name} is made. Copy it now.")
                st.rerun()


def _row(key: EndpointKey) -> dict[str, str]:
    return {
        "Key": key.name,
        "Ends in": key.key_hint,
        "Made": when(key.created),
        "Revoked": when(key.revoked),
    }
