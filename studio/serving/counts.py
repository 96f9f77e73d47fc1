"""How many samples one request may carry."""

from __future__ import annotations

from studio.core.errors import InvalidInput

BATCH_LIMIT = 256


def check_count(count: int, field: str) -> None:
    """Refuse more instances than one request may carry.

    Raises:
        InvalidInput: More than 256.
    """
    if count > BATCH_LIMIT:
        raise InvalidInput(
            f'"{field}" has {count:,} instances.',
            f"One request carries at most {BATCH_LIMIT}.",
            "Send them in several requests.",
        )
