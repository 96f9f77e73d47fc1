"""Who may reach the pages: this machine, under its own names or those that somebody listed."""

from __future__ import annotations

import sys

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from studio.core.hosts import allowed_hosts, is_loopback


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


def host_check() -> Middleware:
    """Return the middleware that answers only requests addressed to a known name."""
    names = [*allowed_hosts(), "::1"]  # Starlette compares without the brackets
    return Middleware(TrustedHostMiddleware, allowed_hosts=names, www_redirect=False)
