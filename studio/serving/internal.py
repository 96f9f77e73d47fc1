"""The key with which the studio's own page asks: new with each start, and for this machine only."""

from __future__ import annotations

import os
import secrets
import uuid
from pathlib import Path

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
