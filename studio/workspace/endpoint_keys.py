"""Verbs of an endpoint's keys, and what the serving process is told."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from studio.core.access import check_key_name, opening_key
from studio.core.endpoint import (
    KEY_DAYS_LIMIT,
    KEYS_LIMIT,
    SCOPES,
    EndpointKey,
    Scope,
    parse_reference,
)
from studio.core.errors import Conflict, InvalidInput, unknown
from studio.core.inference import Inference
from studio.core.model import Endpoint, EndpointState, ModelVersion, hash_key, new_key
from studio.store import endpoint_keys as key_rows
from studio.store import endpoints as rows
from studio.workspace.endpoint_controls import EndpointControls

DAY_SECONDS = 86_400.0
Prepared = tuple[ModelVersion, Inference, ModelVersion]
"""A version, what prepares its samples, and the version as callers see it."""


class EndpointKeys(EndpointControls):
    """Who may ask an endpoint, and what the serving process is told of it."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self._served: dict[int, ModelVersion] = {}
        self._prepared: dict[tuple[int, int], Prepared] = {}

    def serving_states(self) -> list[EndpointState]:
        """Return all that the serving process has to know of every endpoint, newest first. Cheap: two queries.

        A version that it returned before is the same object again as long as its aliases are.
        """
        live = rows.live_with_keys(self._studio, self._now())
        own = {e.id: (e.model, e.version, e.alias) for e, _ in live}
        others = {
            e.id: parse_reference(e.settings.challenger) for e, _ in live if e.settings.challenger
        }
        wanted = list(dict.fromkeys([*own.values(), *others.values()]))
        found = rows.pointed_at(self._studio, wanted, self._served) if wanted else {}
        self._served = {version.id: version for version in found.values()}
        before, self._prepared = self._prepared, {}
        return [
            EndpointState(
                endpoint=endpoint,
                keys=keys,
                champion=self._seen(endpoint, found.get(own[endpoint.id]), before),
                challenger=self._seen(endpoint, found.get(others[endpoint.id]), before)
                if endpoint.id in others
                else None,
            )
            for endpoint, keys in live
        ]

    def _seen(
        self,
        endpoint: Endpoint,
        version: ModelVersion | None,
        before: dict[tuple[int, int], Prepared],
    ) -> ModelVersion | None:
        """Return a version as callers of an endpoint see it; the same object as before where nothing changed."""
        if version is None or endpoint.pipeline is None:
            return version
        place = endpoint.id, version.id
        was = before.get(place)
        same = was is not None and was[0] is version and was[1] == endpoint.pipeline
        seen = was[2] if was is not None and same else endpoint.seen(version)
        self._prepared[place] = version, endpoint.pipeline, seen
        return seen

    def numbered_version(self, model: str, number: int | None) -> ModelVersion | None:
        """Return a version of a model by its number, or the newest one; None where there is none. Cheap: one query."""
        wanted = model, number, None
        return rows.pointed_at(self._studio, [wanted], {}).get(wanted)

    def keys(self, endpoint: str) -> list[EndpointKey]:
        """Return the keys of an endpoint, oldest first, revoked and expired ones too.

        Raises:
            NotFound: No such endpoint.
        """
        return key_rows.of_endpoint(self._studio, self.endpoint(endpoint).id)

    def add_key(
        self,
        endpoint: str,
        name: str,
        scopes: Sequence[Scope] = ("predict",),
        *,
        rate_per_minute: int | None = None,
        days: float | None = None,
        author: str = "unnamed",
    ) -> tuple[EndpointKey, str]:
        """Make a key more for an endpoint.

        Args:
            name: Who uses it, such as "the school's web page"; new among the endpoint's good keys.
            scopes: What it opens. Default: asking the model.
            rate_per_minute: Requests it may send in a minute; 0: any number. Default: as the endpoint says.
            days: After so many it opens nothing any more. Default: never.

        Returns:
            The key's facts, and the key itself, which is shown this once and stored hashed.

        Raises:
            NotFound: No such endpoint or scope. InvalidInput: A value is not possible. Conflict: The name is taken, or
                there are too many keys.
        """
        owner = self.endpoint(endpoint)
        title = check_key_name(name)
        opened = _scopes(scopes)
        if rate_per_minute is not None and not 0 <= rate_per_minute <= 1_000_000:
            raise InvalidInput(
                f"{rate_per_minute} requests a minute are not possible.",
                "A limit is a number from 0 (no limit) to 1,000,000.",
                "Leave it out to use the endpoint's own.",
            )
        now, key = self._now(), new_key()
        good = [k for k in self.keys(endpoint) if k.revoked is None]
        _check_room(good, title)
        with self._studio.tx() as connection:
            number = key_rows.insert(
                connection,
                owner.id,
                title,
                key_hash=hash_key(key),
                key_hint=key[-4:],
                now=now,
                scopes=opened,
                rate_per_minute=rate_per_minute,
                expires=None if days is None else now + _days(days) * DAY_SECONDS,
            )
            self._note(connection, owner, f'key "{title}" made', author)
        return self._endpoint_key(endpoint, number), key

    def revoke_key(self, endpoint: str, key_id: int, *, author: str = "unnamed") -> EndpointKey:
        """Let a key open nothing any more; the serving process follows within a second.

        Raises:
            NotFound: No such endpoint or key.
        """
        key = self._endpoint_key(endpoint, key_id)
        if key.revoked is None:
            with self._studio.tx() as connection:
                key_rows.revoke(connection, key, self._now())
                self._note(connection, self.endpoint(endpoint), f'key "{key.name}" revoked', author)
        return self._endpoint_key(endpoint, key_id)

    def renew_key(self, name: str, key_id: int | None = None, *, author: str = "unnamed") -> str:
        """Replace a key of an endpoint; the old one stops working. Returns the new one, this once.

        Args:
            name: Of the endpoint.
            key_id: Which key. Default: the oldest good one; where there is none, a first key is made.

        Raises:
            NotFound: No such endpoint or key. Conflict: The key was revoked.
        """
        owner = self.endpoint(name)
        good = [k for k in self.keys(name) if k.revoked is None]
        old = self._endpoint_key(name, key_id) if key_id is not None else next(iter(good), None)
        if old is not None and old.revoked is not None:
            raise Conflict(
                f'The key "{old.name}" was revoked.',
                "A revoked key stays closed, so that nobody wonders why it opens again.",
                "Make a new one.",
            )
        now, key = self._now(), new_key()
        key_hash, hint = hash_key(key), key[-4:]
        with self._studio.tx() as connection:
            if old is None:
                title = key_rows.FIRST_KEY
                key_rows.insert(
                    connection, owner.id, title, key_hash=key_hash, key_hint=hint, now=now
                )
            else:
                title = old.name
                lasts = None if old.expires is None else now + (old.expires - old.created)
                key_rows.replace(
                    connection, old, key_hash=key_hash, key_hint=hint, now=now, expires=lasts
                )
            self._note(connection, owner, f'key "{title}" renewed', author)
        return key

    def check_key(
        self, endpoint: Endpoint, key: str | None, scope: Scope = "predict"
    ) -> EndpointKey:
        """Let a caller in. Returns the key's facts.

        Raises:
            Unauthorized: The key is missing or wrong. Forbidden: It opens other things.
        """
        return opening_key(endpoint.name, self.keys(endpoint.name), key, scope, self._now())

    def _endpoint_key(self, endpoint: str, key_id: int) -> EndpointKey:
        keys = self.keys(endpoint)
        for key in keys:
            if key.id == key_id:
                return key
        raise unknown(f"key of {endpoint}", key_id, [str(key.id) for key in keys])


def _scopes(wanted: Sequence[Scope]) -> tuple[Scope, ...]:
    """Return the scopes in their usual order, each once."""
    for scope in wanted:
        if scope not in SCOPES:
            raise unknown("scope", scope, SCOPES)
    if not wanted:
        raise InvalidInput(
            "The key would open nothing.",
            "A key opens one thing at least.",
            f"Choose from: {', '.join(SCOPES)}.",
        )
    return tuple(scope for scope in SCOPES if scope in wanted)


def _days(days: float) -> float:
    if math.isfinite(days) and 0 < days <= KEY_DAYS_LIMIT:
        return days
    raise InvalidInput(
        f"A key cannot be good for {days:g} days.",
        f"It can be good for up to {KEY_DAYS_LIMIT:,} days.",
        "Leave the days out for a key without an end.",
    )


def _check_room(good: Sequence[EndpointKey], name: str) -> None:
    """Check that one more key fits beside the good ones."""
    if any(key.name == name for key in good):
        raise Conflict(
            f'A key called "{name}" is there already.',
            "Names tell keys apart.",
            "Choose another name, or renew that key.",
        )
    if len(good) >= KEYS_LIMIT:
        raise Conflict(
            f"The endpoint has {len(good)} keys.",
            f"More than {KEYS_LIMIT} cannot be kept apart by anybody.",
            "Revoke those that nobody uses.",
        )
