"""Where the endpoints answer: the socket that connections come to, and who may reach it."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
from contextlib import suppress

from studio.core.errors import Conflict, Forbidden, InvalidInput, StudioError
from studio.core.hosts import HOSTS_VARIABLE, extra_hosts, is_loopback
from studio.processes import HOST, SERVE_PORT

BACKLOG = 2048
LAST_PORT = 65535


def check_open(host: str) -> None:
    """Refuse to be reachable for other machines unless somebody said under which names.

    Raises:
        Forbidden: Other machines could call, and no host names are allowed.
    """
    if is_loopback(host) or extra_hosts():
        return
    raise Forbidden(
        f"The endpoints shall listen on {host}.",
        "Other machines could reach them there, and no host name is allowed for that.",
        f"Set {HOSTS_VARIABLE} to the names by which this machine is called, or listen on {HOST}.",
    )


def listen(host: str, port: int, tries: int = 1) -> socket.socket:
    """Return the socket that connections come to.

    Args:
        port: 0 takes a free one.
        tries: So many ports are tried, one after the other, where the first ones are taken. Default 1.

    Raises:
        Conflict: The port is taken. InvalidInput: An impossible host or port.
    """
    if not 0 <= port <= LAST_PORT:
        raise InvalidInput(
            f"{port} is no port.", f"Ports are numbers from 0 to {LAST_PORT}.", f"Try {SERVE_PORT}."
        )
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except (socket.gaierror, UnicodeError) as error:
        raise InvalidInput(
            f"{host!r} is no address of this machine.", f"{error}.", f"Try {HOST}."
        ) from error
    family, kind, protocol, _, address = found[0]
    for number in range(port, min(port + tries, LAST_PORT + 1)):
        # asyncio sends small answers at once only on sockets that say they are TCP.
        listening = socket.socket(family, kind, protocol)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((address[0], number, *address[2:]))
            listening.listen(BACKLOG)
        except OSError as error:
            listening.close()
            if error.errno != errno.EADDRINUSE or number + 1 >= port + tries:
                raise _explain(error, host, port) from error
        else:
            return listening
    raise _explain(OSError(errno.EADDRINUSE, ""), host, port)


def _explain(error: OSError, host: str, port: int) -> StudioError:
    if error.errno == errno.EADDRINUSE:
        return Conflict(
            f"Port {port} of {host} is taken.",
            "Another program listens there.",
            f"Choose another port, for example --port {port + 1 if port < LAST_PORT else SERVE_PORT}.",
        )
    reason = os.strerror(error.errno) if error.errno else str(error)
    return InvalidInput(
        f"Nothing can listen on port {port} of {host}.",
        f"The system says: {reason}.",
        f"Choose another, for example {HOST} and port {SERVE_PORT}.",
    )


def reachable(host: str) -> str:
    """Return by which address this machine reaches what listens on `host`."""
    with suppress(ValueError):
        address = ipaddress.ip_address(host)
        if address.is_unspecified:
            return HOST if address.version == 4 else "::1"
    return host


def in_address(host: str) -> str:
    """Return a host as it stands in an http address."""
    return f"[{host}]" if ":" in host else host.lower()
