"""Errors that a person can read: what happened, why, and how to fix it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any, NoReturn

import pydantic


class StudioError(Exception):
    """Something a person asked for cannot be done.

    One exception, four renderings: a box on the page, REST JSON, the command line, a run's failure note.
    Caught at the doors only.

    Args:
        what: What happened, with the received value.
        why: The rule or the fact behind it.
        fix: What to do next.

    Example:
        >>> str(StudioError("No epochs.", "0 epochs train nothing.", "Ask for 1 or more."))
        'No epochs. 0 epochs train nothing. Ask for 1 or more.'
    """

    status = 400

    def __init__(self, what: str, why: str, fix: str) -> None:
        super().__init__(f"{what} {why} {fix}".strip())
        self.what = what
        self.why = why
        self.fix = fix

    def as_dict(self) -> dict[str, str]:
        """Return ``{"what", "why", "fix"}``, the form in which an error crosses a wire."""
        return {"what": self.what, "why": self.why, "fix": self.fix}

    def __reduce__(self) -> tuple[type[StudioError], tuple[str, str, str]]:
        """Survive pickling with the three parts intact."""
        return type(self), (self.what, self.why, self.fix)


class InvalidInput(StudioError):
    """A value, a file or a body breaks a rule (HTTP 400)."""


class Unauthorized(StudioError):
    """A key is missing or wrong (HTTP 401)."""

    status = 401


class Forbidden(StudioError):
    """The request may not be made from where it comes (HTTP 403)."""

    status = 403


class NotFound(StudioError):
    """A name nobody has given (HTTP 404)."""

    status = 404


class Conflict(StudioError):
    """The name is taken, or the thing is in a state that forbids the verb (HTTP 409)."""

    status = 409


class TooLarge(StudioError):
    """More bytes, rows or pixels than the limits allow (HTTP 413)."""

    status = 413


class TooMany(StudioError):
    """More requests than are allowed in this time (HTTP 429).

    Args:
        seconds: After which one more is allowed.
    """

    status = 429

    def __init__(self, what: str, why: str, fix: str, seconds: float = 1.0) -> None:
        super().__init__(what, why, fix)
        self.seconds = seconds


class Busy(StudioError):
    """There is more to do than can wait in line (HTTP 503)."""

    status = 503


class Cancelled(StudioError):
    """A person asked to stop before the work was done (HTTP 409)."""

    status = 409


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like `name`, or None when none is like it.

    Example:
        >>> nearest("lerning_rate", ["epochs", "learning_rate"])
        'learning_rate'
    """
    options = {candidate.lower(): candidate for candidate in known}
    found = difflib.get_close_matches(name.lower(), list(options), n=1, cutoff=0.6)
    return options[found[0]] if found else None


def with_article(noun: str) -> str:
    """Return the noun behind `a` or `an`.

    Example:
        >>> with_article("dataset"), with_article("endpoint")
        ('a dataset', 'an endpoint')
    """
    return f"{'an' if noun[:1].lower() in tuple('aeiou') else 'a'} {noun}"


def unknown(noun: str, name: object, known: Iterable[str]) -> NotFound:
    """Return the NotFound error for a name nobody has given, suggesting the nearest one.

    Example:
        >>> unknown("dataset", "digit", ["digits"]).fix
        'Did you mean "digits"?'
    """
    names = sorted(set(known))
    guess = nearest(str(name), names)
    if guess:
        fix = f'Did you mean "{guess}"?'
    elif names:
        listed = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
        fix = f"Choose one of: {listed}."
    else:
        fix = f"Create {with_article(noun)} first."
    return NotFound(f'There is no {noun} called "{name}".', f"No {noun} has that name.", fix)


def from_validation(noun: str, error: pydantic.ValidationError) -> InvalidInput:
    """Turn a pydantic validation error into one sentence a person can act on.

    Args:
        noun: What was being checked, such as `training settings`.
        error: The error pydantic raised.

    Returns:
        An InvalidInput naming the first offending field, the received value and the rule.
    """
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or noun
    received = repr(first.get("input"))
    received = received if len(received) <= 60 else received[:57] + "..."
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        return InvalidInput(
            f'The {noun} know no setting called "{place}".',
            "Only declared settings are accepted, so that a typing error cannot pass unseen.",
            "Check the spelling of the setting.",
        )
    if first["type"] == "missing":
        return InvalidInput(
            f'"{place}" is not set in the {noun}.',
            "There is no usual value for it.",
            f"Say what {place} is to be.",
        )
    return InvalidInput(
        f"{place} = {received} is not possible in the {noun}.",
        f"{message}.",
        _fix(place, first.get("ctx", {})),
    )


def _fix(place: str, rule: dict[str, Any]) -> str:
    """Return what to choose instead, from the bound that pydantic names."""
    for bound, words in (
        ("ge", "{} or more"),
        ("gt", "more than {}"),
        ("le", "{} or less"),
        ("lt", "less than {}"),
        ("expected", "{}"),
    ):
        if bound in rule:
            return f"Choose {words.format(rule[bound])} for {place}."
    return f"Choose another value for {place}."


def refuse(noun: str, error: pydantic.ValidationError) -> NoReturn:
    """Raise `from_validation(noun, error)`."""
    raise from_validation(noun, error) from error
