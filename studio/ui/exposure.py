"""Where the pages may be reached: on this machine only."""

from __future__ import annotations

import sys

import streamlit as st

from studio.core.hosts import is_loopback


def refuse_exposure() -> None:
    """End the program when the pages would be open to other machines: they ask nobody for a password."""
    address = st.get_option("server.address")
    if address and is_loopback(str(address)):
        return
    sys.exit(
        f"The studio does not start on {address or 'every address'}.\n"
        "Why: its pages ask nobody for a password, so other machines must not reach them.\n"
        "Fix: keep server.address at 127.0.0.1, and let others in through an SSH tunnel or a proxy that asks "
        "for a password, whose host name is in STUDIO_ALLOWED_HOSTS and server.allowedHosts."
    )
