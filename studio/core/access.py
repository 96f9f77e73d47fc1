"""Which key opens what: the same for the serving process and for everybody who asks the workspace."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from studio.core.endpoint import KEY_NAME_LIMIT, SCOPES, EndpointKey, Scope
from studio.core.errors import Forbidden, InvalidInput, Unauthorized
from studio.core.model import hash_key


def opening_key(
    endpoint: str, keys: Iterable[EndpointKey], key: str | None, scope: Scope, now: float
) -> EndpointKey:
    """Return which of an endpoint's keys was sent. Every one is compared, in constant time.

    Args:
        key: As it was sent; None: none was.
        scope: What the caller wants to do.
        now: Unix seconds.

    Raises:
        Unauthorized: The key is missing, wrong, revoked or expired. Forbidden: It is good for other things only.
    """
    sent = "" if key is None else hash_key(key)
    found = None
    for known in keys:
        if secrets.compare_digest(sent, known.key_hash) and known.revoked is None:
            found = known
    if key is None or found is None or (found.expires is not None and found.expires <= now):
        state = "missing" if key is None else "wrong" if found is None else "no longer valid"
        raise Unauthorized(
            f'The key for endpoint "{endpoint}" is {state}.',
            "Every prediction needs the endpoint's key."
            if scope == "predict"
            else "Numbers and the request log need a key of the endpoint.",
            "Send it as: Authorization: Bearer KEY. A lost key is replaced on the Deploy page.",
        )
    if scope not in found.scopes:
        raise Forbidden(
            f'The key "{found.name}" of endpoint "{endpoint}" does not open this.',
            f"It was made for: {', '.join(SCOPES[s].lower() for s in found.scopes)}; "
            f"this takes: {SCOPES[scope].lower()}.",
            "Make a key for it on the Deploy page.",
        )
    return found


def check_key_name(name: str) -> str:
    """Return what a key is called, without spaces around it.

    Raises:
        InvalidInput: It is empty, too long or has control characters.
    """
    cleaned = name.strip()
    if 0 < len(cleaned) <= KEY_NAME_LIMIT and cleaned.isprintable():
        return cleaned
    raise InvalidInput(
        f"{name[:KEY_NAME_LIMIT]!r} cannot name a key.",
        f"A name has 1 to {KEY_NAME_LIMIT} visible characters.",
        "Name the program or the person that uses it.",
    )
