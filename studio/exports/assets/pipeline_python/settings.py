"""Settings that the functions taken over from the studio read."""

from __future__ import annotations

from typing import Any


class Settings:
    """Any settings, by their names.

    Example:
        >>> Settings(length=3).length
        3
    """

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"There is no setting {name}.")
