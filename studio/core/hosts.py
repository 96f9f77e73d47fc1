"""Hosts: under which names the studio may be addressed, and which of them are this machine."""

from __future__ import annotations

import ipaddress
import os

LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")
HOSTS_VARIABLE = "STUDIO_ALLOWED_HOSTS"
"""Environment variable: more host names, divided by commas."""


def host_name(authority: str) -> str:
    """Return the name in a Host header, without the port, in lower case.

    Example:
        >>> host_name("LocalHost:8501"), host_name("[::1]:8501")
        ('localhost', '[::1]')
    """
    name = authority.strip().lower()
    if name.startswith("["):
        return name.partition("]")[0] + "]"
    return name.partition(":")[0]


def extra_hosts() -> tuple[str, ...]:
    """Return the names in `$STUDIO_ALLOWED_HOSTS`; none when it is not set."""
    names = os.environ.get(HOSTS_VARIABLE, "").split(",")
    return tuple(host_name(name) for name in names if name.strip())


def allowed_hosts() -> tuple[str, ...]:
    """Return this machine's names, then those in `$STUDIO_ALLOWED_HOSTS`."""
    return (*LOCAL_HOSTS, *extra_hosts())


def is_loopback(address: str) -> bool:
    """Tell whether only this machine can reach an address, or reaches others from it.

    Example:
        >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("0.0.0.0")
        (True, True, False)
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address == "localhost"
    return (getattr(parsed, "ipv4_mapped", None) or parsed).is_loopback
