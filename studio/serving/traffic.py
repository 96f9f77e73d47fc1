"""Who answers: the champion, a challenger for a share of the requests, or both and only the champion is heard."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from studio.core.challenger import check_challenger
from studio.core.endpoint import Role
from studio.core.errors import InvalidInput, NotFound, StudioError
from studio.core.model import EndpointState, ModelVersion

CALLER_HEADER = "studio-caller"
"""A caller that names itself (or its user) here is always answered by the same side of a canary."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who is asked.

    Args:
        version: Whose answer goes out.
        role: As what it is asked.
        shadow: Is asked as well, for the comparison only.
    """

    version: ModelVersion
    role: Role
    shadow: ModelVersion | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """How an endpoint's requests are split. Made once for a state; `choose` is cheap.

    Args:
        usual: Who answers what the challenger does not.
        other: Who answers the challenger's share; None where there is none.
        share: Percent of the requests that are its.
        ignored: Why the challenger gets nothing although it should.
    """

    endpoint: int
    usual: Chosen
    other: Chosen | None = None
    share: float = 0.0
    ignored: StudioError | None = None

    @classmethod
    def of(cls, state: EndpointState) -> Split:
        """Return how the requests of an endpoint are split now.

        Raises:
            NotFound: It serves nothing.
        """
        champion, settings = state.champion, state.endpoint.settings
        if champion is None:
            raise NotFound(
                f"Endpoint {state.endpoint.name} serves nothing now.",
                f"{state.endpoint.target} points at no version.",
                "Point the alias at a version.",
            )
        usual = Chosen(champion, "champion")
        if settings.traffic == "off":
            return cls(state.endpoint.id, usual)
        challenger = state.challenger
        try:
            if challenger is None:
                raise NotFound(
                    "The challenger is ignored.",
                    f"{settings.challenger} points at no version."
                    if settings.challenger
                    else "None is named.",
                    "Choose another challenger.",
                )
            check_challenger(champion, challenger)
        except (NotFound, InvalidInput) as error:
            return cls(state.endpoint.id, usual, ignored=error)
        if challenger.id == champion.id:
            return cls(state.endpoint.id, usual)
        other = (
            Chosen(challenger, "challenger")
            if settings.traffic == "canary"
            else Chosen(champion, "champion", shadow=challenger)
        )
        return cls(state.endpoint.id, usual, other, settings.share)

    def choose(self, random: Random, headers: Mapping[str, str] | None = None) -> Chosen:
        """Return who is asked about a request.

        Args:
            random: Who draws; seeded, it draws the same again.
            headers: Of the request, by their names in lower case; `studio-caller` decides instead of chance.
        """
        if self.other is None:
            return self.usual
        caller = "" if headers is None else headers.get(CALLER_HEADER, "")
        place = _place(self.endpoint, caller) if caller else random.random() * 100
        return self.other if place < self.share else self.usual


def _place(endpoint: int, caller: str) -> float:
    """Return where in 0 to 100 a caller stands: always the same, and another at another endpoint."""
    digest = hashlib.sha256(f"{endpoint}\0{caller}".encode(errors="replace")).digest()
    return int.from_bytes(digest[:6], "big") / 2**48 * 100
