"""Where downloads may go: to public addresses, resolved once and connected to exactly as they were checked.

A person who names an address must not reach through the studio what only its machine can reach: the services on it,
the network around it, the metadata of a cloud. Names prove nothing, because whoever owns one decides where it leads,
and may decide anew for each question. So a name is resolved once, all its addresses are judged, and the connection
goes to a judged one; host header and certificate stay those of the name.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpx

from studio.core.errors import Forbidden, InvalidInput, StudioError

HOSTS_VARIABLE = "STUDIO_URL_HOSTS"
"""Environment variable: host names, divided by commas, that may lead into the private network."""
USUAL_PORTS = {"http": 80, "https": 443}
LEAST_PORT = 1024
REDIRECTS = 5
CONNECT_SECONDS = 10.0
TRIED = 4
"""Addresses of one name that are tried."""

Address = IPv4Address | IPv6Address

# Not all of this is "not global" to every Python: 3.11 takes multicast and old mappings for global.
_SPECIAL = tuple(
    map(
        ip_network,
        (
            "192.0.0.0/24",
            "192.88.99.0/24",
            "224.0.0.0/3",
            "2001::/23",
            "2001:db8::/32",
            "3fff::/20",
        ),
    )
)
_ALLOCATED = ip_network("2000::/3")
_TRANSLATED = ip_network("64:ff9b::/96")
_INTRANET = tuple(
    map(
        ip_network,
        (
            *("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
            *("::1/128", "fc00::/7"),
        ),
    )
)


def shown(url: httpx.URL) -> str:
    """Return an address as it may be repeated: without its query, which may hold a key."""
    text = str(url.copy_with(userinfo=b"", query=None, fragment=None))
    return text if len(text) <= 200 else text[:197] + "..."


def check_url(address: str) -> httpx.URL:
    """Return an address that a download may go to, as far as its text tells.

    Raises:
        InvalidInput: It is no http(s) address, holds a password, or names a port that is not for the web.
    """
    try:
        url = httpx.URL(address.strip())
    except (httpx.InvalidURL, ValueError) as error:
        raise _refused(address, f"It cannot be read as an address: {error}.") from error
    if url.scheme not in USUAL_PORTS or not url.host:
        raise _refused(address, "Files are downloaded over http or https only.")
    if url.userinfo:
        name = shown(url)
        raise _refused(name, "A name or a password inside an address ends up in logs and versions.")
    port = USUAL_PORTS[url.scheme] if url.port is None else url.port
    if port not in USUAL_PORTS.values() and not LEAST_PORT <= port <= 65535:
        raise _refused(
            shown(url),
            f"Port {port} is not for the web; 80, 443 and those from {LEAST_PORT} on are used.",
        )
    return url.copy_with(fragment=None)


def _refused(address: str, why: str) -> InvalidInput:
    return InvalidInput(
        f"{address[:200]!r} is not an address to download from.",
        why,
        "Give the address of a file, such as https://host/file.zip, or download it yourself and upload it.",
    )


def is_public(address: Address) -> bool:
    """Tell whether an address belongs to the public internet, whatever it is wrapped in.

    Example:
        >>> is_public(ip_address("8.8.8.8")), is_public(ip_address("::ffff:127.0.0.1"))
        (True, False)
    """
    inner = _inner(address)
    if inner is not None:
        return is_public(inner)
    if address.version == 6 and address not in _ALLOCATED:
        return False
    return address.is_global and not any(address in special for special in _SPECIAL)


def _inner(address: Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 one stands for: mapped, 6to4 or NAT64."""
    if isinstance(address, IPv4Address):
        return None
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def is_trusted(host: str) -> bool:
    """Tell whether an administrator named a host in `$STUDIO_URL_HOSTS`."""
    return _plain(host) in set(_trusted_hosts())


def _trusted_hosts() -> Iterator[str]:
    for name in os.environ.get(HOSTS_VARIABLE, "").split(","):
        try:
            yield _plain(httpx.URL(scheme="http", host=name.strip()).raw_host.decode("ascii"))
        except httpx.InvalidURL:
            continue  # it can be the host of no address


def _plain(host: str) -> str:
    return host.lower().rstrip(".")


async def resolve(url: httpx.URL) -> list[str]:
    """Return the addresses of a URL's host, all of them checked.

    Raises:
        Forbidden: One of them is not public, and nobody trusts the host.
        httpx.ConnectError, httpx.ConnectTimeout: The name is not known, for now.
    """
    host = url.raw_host.decode("ascii")
    port = url.port or USUAL_PORTS[url.scheme]
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except TimeoutError as error:
        raise httpx.ConnectTimeout("no answer to the question for its address") from error
    except OSError as error:
        raise httpx.ConnectError(f"its name is not known ({error.strerror})") from error
    except UnicodeError as error:
        raise _refused(shown(url), "Its host is not a possible name.") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    trusted = is_trusted(host)
    if not addresses or not all(_allowed(ip_address(text), trusted) for text in addresses):
        raise _private(host, trusted)
    return addresses


def _allowed(address: Address, trusted: bool) -> bool:
    own = trusted and any((_inner(address) or address) in network for network in _INTRANET)
    return own or is_public(address)


def _private(host: str, trusted: bool) -> StudioError:
    fix = "Download the file yourself and upload it"
    if not trusted:
        fix += f", or ask the administrator to add the host to {HOSTS_VARIABLE}"
    return Forbidden(
        f'The host "{host[:100]}" does not lead into the public internet.',
        "Through the studio nobody shall reach its own machine or the private network around it.",
        fix + ".",
    )


class PublicWeb:
    """Answers from checked addresses only, each over a connection of its own.

    Connections are not kept: one that was checked for a name is never used for another name. Proxies of the
    environment are ignored, because they would resolve the name again. The certificates that `$SSL_CERT_FILE` names
    are believed. No cookies; a login is sent where the caller says so and nowhere it is led on to.

    Args:
        timeout: For connecting, and for each wait for bytes.
    """

    def __init__(self, timeout: httpx.Timeout) -> None:
        self._timeout = timeout
        self._direct = httpx.AsyncHTTPTransport(
            verify=httpx.create_ssl_context(),
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._direct.aclose()

    @asynccontextmanager
    async def get(
        self, address: httpx.URL, headers: dict[str, str]
    ) -> AsyncIterator[httpx.Response]:
        """Give the answer to a GET, following where it leads; each step is checked as the first one was.

        Args:
            address: Where to begin.
            headers: Sent with each step; `authorization`, in lower case, only as long as host and port stay the same.

        Raises:
            InvalidInput, Forbidden: A step leads where downloads may not go.
            StudioError: More than 5 redirects.
            httpx.TransportError: A host cannot be reached, or breaks off.
        """
        target, led = address, ""
        for _ in range(REDIRECTS + 1):
            try:
                answer = await self._ask(httpx.Request("GET", target, headers=headers))
                if answer.has_redirect_location:
                    await answer.aclose()
                    led = f"{shown(address)} leads on to another address. "
                    target = _next(target, answer.headers["location"])
                    if not same_origin(address, target):
                        headers = {k: v for k, v in headers.items() if k != "authorization"}
                    continue
            except StudioError as error:
                raise type(error)(led + error.what, error.why, error.fix) from error
            try:
                yield answer
            finally:
                await answer.aclose()
            return
        raise StudioError(
            f"{shown(address)} leads on and on.",
            f"More than {REDIRECTS} redirects are not followed.",
            "Give the address where the file really is, or download it yourself and upload it.",
        )

    @asynccontextmanager
    async def post(
        self, address: httpx.URL, headers: dict[str, str], content: bytes
    ) -> AsyncIterator[httpx.Response]:
        """Give the answer to a POST; where it leads on is not followed, because what is sent is for this address.

        Raises:
            Forbidden: The address is not one to connect to.
            httpx.TransportError: The host cannot be reached, or breaks off.
        """
        answer = await self._ask(httpx.Request("POST", address, headers=headers, content=content))
        try:
            yield answer
        finally:
            await answer.aclose()

    async def _ask(self, request: httpx.Request) -> httpx.Response:
        """Resolve, check, then ask the first address that can be reached."""
        target = request.url
        host = target.raw_host.decode("ascii")
        more = {"sni_hostname": host.rstrip("."), "timeout": self._timeout.as_dict()}
        failure: Exception = httpx.ConnectError("it has no address")
        for place in (await resolve(target))[:TRIED]:
            direct = httpx.Request(
                request.method,
                target.copy_with(host=place),
                headers=request.headers,  # with the name in its host header
                stream=request.stream,
                extensions=more,
            )
            try:
                answer = await self._direct.handle_async_request(direct)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
                continue
            answer.request = request
            return answer
        raise failure


def same_origin(one: httpx.URL, other: httpx.URL) -> bool:
    """Tell whether scheme, host and port are the same.

    Example:
        >>> same_origin(httpx.URL("http://a/x"), httpx.URL("http://A:80/y"))
        True
    """
    ports = [url.port or USUAL_PORTS.get(url.scheme) for url in (one, other)]
    return (one.scheme, one.raw_host, ports[0]) == (other.scheme, other.raw_host, ports[1])


def _next(address: httpx.URL, location: str) -> httpx.URL:
    try:
        target = check_url(str(address.join(location)))
    except httpx.InvalidURL as error:
        raise _refused(location, f"It cannot be read as an address: {error}.") from error
    if address.scheme == "https" and target.scheme != "https":
        raise _refused(shown(target), "What was asked for over https does not go on over http.")
    return target
