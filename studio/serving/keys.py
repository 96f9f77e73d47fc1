"""Who may ask: callers with the endpoint's key, and the studio's own page with the internal one."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import uuid
from pathlib import Path

from fastapi import Request

from studio.core.hosts import is_loopback
from studio.core.model import Endpoint
from studio.workspace import Workspace

INTERNAL_KEY = "internal.key"


def make_internal_key(home: Path) -> str:
    """Write a new internal key into the workspace, readable by its owner only. Returns it."""
    key = secrets.token_urlsafe(32)
    draft = home / f"{INTERNAL_KEY}.{uuid.uuid4().hex}"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(key)
    os.replace(draft, home / INTERNAL_KEY)
    return key


def sent_key(request: Request, *, basic: bool = False) -> str | None:
    """Return the key a request carries, in `Authorization: Bearer KEY` or `X-API-Key: KEY`.

    Args:
        basic: Take it as the password of a basic login too; whatever the name before it is.
    """
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and key.strip():
        return key.strip()
    if basic and scheme.lower() == "basic":
        return _password(key.strip())
    return request.headers.get("x-api-key")


def _password(login: str) -> str | None:
    try:
        _, divided, password = base64.b64decode(login, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return password if divided else None


def check_caller(
    workspace: Workspace,
    endpoint: Endpoint,
    request: Request,
    internal_key: str | None,
    *,
    basic: bool = False,
) -> None:
    """Let a caller in.

    Args:
        internal_key: Opens every endpoint to callers on this machine; None: there is none.
        basic: The key may be the password of a basic login. Default: it may not, because browsers send such logins
            along by themselves.

    Raises:
        Unauthorized: The key is missing or wrong.
    """
    key = sent_key(request, basic=basic)
    trusted = internal_key is not None and _same_machine(request)
    if trusted and key and secrets.compare_digest(key.encode(), str(internal_key).encode()):
        return
    workspace.check_key(endpoint, key)


def _same_machine(request: Request) -> bool:
    """Tell whether the connection comes from the very address it goes to, or from loopback."""
    if request.client is None:
        return False
    address, server = request.client.host, request.scope.get("server") or (None,)
    return is_loopback(address) or address == server[0]
