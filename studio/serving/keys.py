"""Who may ask: callers with a key of the endpoint, and the studio's own page with the internal one."""

from __future__ import annotations

import base64
import binascii
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from studio.core.access import opening_key
from studio.core.endpoint import Scope
from studio.core.errors import Forbidden, Unauthorized
from studio.core.hosts import host_name, is_loopback
from studio.core.model import EndpointState, hash_key
from studio.serving.cors import allows
from studio.serving.rates import Rates

STUDIO = "the studio"
"""What the internal key is called."""
_HANDED_ON = {
    "forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip",
}  # fmt: skip
"""Headers by which a proxy says that it hands on what somebody else asks."""
Client = tuple[str, int] | None
"""Address and port of one side of a connection, as ASGI has it in `scope["client"]` and `scope["server"]`."""


def sent_key(headers: Mapping[str, str], *, basic: bool = False) -> str | None:
    """Return the key a request carries, in `Authorization: Bearer KEY` or `X-API-Key: KEY`.

    Args:
        headers: By their names in lower case.
        basic: Take it as the password of a basic login too; whatever the name before it is.
    """
    scheme, _, key = headers.get("authorization", "").partition(" ")
    scheme = scheme.lower()
    if scheme == "bearer" and key.strip():
        return key.strip()
    if basic and scheme == "basic":
        return _password(key.strip())
    return headers.get("x-api-key")


def _password(login: str) -> str | None:
    try:
        _, divided, password = base64.b64decode(login, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return password if divided else None


def same_machine(client: Client, server: Client) -> bool:
    """Tell whether a connection comes from the very address it goes to, or from loopback."""
    return client is not None and _near(client[0], server[0] if server else None)


@lru_cache(maxsize=1024)
def _near(address: str, server: str | None) -> bool:
    return is_loopback(address) or address == server


def is_near(headers: Mapping[str, str], client: Client, server: Client) -> bool:
    """Tell whether somebody on this machine asks: what a proxy on it hands on comes from elsewhere."""
    return same_machine(client, server) and not headers.keys() & _HANDED_ON


class Doorkeeper:
    """Lets callers in: by a key of the endpoint, by the internal key, or by being on this machine.

    Args:
        internal_key: Opens every endpoint to callers on this machine. Default: there is none.
        rates: Counts how often keys ask. Default: in this process.
        clock: Unix seconds.
    """

    def __init__(
        self,
        internal_key: str | None = None,
        rates: Rates | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._internal = None if internal_key is None else internal_key.encode()
        self._rates = Rates() if rates is None else rates
        self._clock = clock
        self._endpoints: dict[str, str] = {}

    def learn(self, states: Iterable[EndpointState]) -> None:
        """Take note of which keys there are, so that `endpoint_of` knows them."""
        self._endpoints = {key.key_hash: s.endpoint.name for s in states for key in s.keys}

    def endpoint_of(self, headers: Mapping[str, str], *, basic: bool = False) -> str | None:
        """Return the name of the endpoint whose key a request carries, None where it carries none that is known."""
        key = sent_key(headers, basic=basic)
        return None if key is None else self._endpoints.get(hash_key(key))

    def admit(
        self,
        state: EndpointState,
        headers: Mapping[str, str],
        client: Client,
        server: Client = None,
        scope: Scope = "predict",
        *,
        basic: bool = False,
    ) -> str:
        """Let a caller in, and count the request where it asks the model.

        Args:
            headers: By their names in lower case.
            client, server: Both sides of the connection.
            basic: The key may be the password of a basic login. Default: it may not, because browsers send such logins
                along by themselves.

        Returns:
            Name of the key; "" for a caller who needs none.

        Raises:
            Unauthorized: The key is missing or wrong. Forbidden: It opens other things, or a page from elsewhere asks.
            TooMany: It asks too often.
        """
        endpoint = state.endpoint
        key = sent_key(headers, basic=basic)
        if self.is_studio(key, client, server):
            return STUDIO
        number, name, limit = -endpoint.id, "", None
        keyless = endpoint.settings.open and self._needs_none(state, headers, client, server)
        if key is not None or not keyless:
            try:
                found = opening_key(endpoint.name, state.keys, key, scope, self._clock())
                number, name, limit = found.id, found.name, found.rate_per_minute
            except (Unauthorized, Forbidden):
                if not keyless:
                    raise
        if scope == "predict":
            wanted = endpoint.settings.rate_per_minute if limit is None else limit
            self._rates.take(number, wanted, f'The key "{name}"' if name else "This machine")
        return name

    def is_studio(self, key: str | None, client: Client, server: Client = None) -> bool:
        """Tell whether the studio's own page asks: with the internal key, from this machine."""
        if self._internal is None or not key or not same_machine(client, server):
            return False
        return secrets.compare_digest(key.encode(), self._internal)

    def _needs_none(
        self, state: EndpointState, headers: Mapping[str, str], client: Client, server: Client
    ) -> bool:
        """Tell whether a caller of an open endpoint is a program or a page on this machine.

        A page from elsewhere that a browser on this machine shows may not use the endpoint behind the person's back,
        unless its origin is allowed.
        """
        if not is_near(headers, client, server):
            return False
        origin = headers.get("origin")
        return origin is None or is_loopback(_bare(origin)) or allows(state, origin)


def _bare(origin: str) -> str:
    """Return the host of an origin, without the brackets of an IPv6 address."""
    return host_name(origin.partition("://")[2]).strip("[]")
