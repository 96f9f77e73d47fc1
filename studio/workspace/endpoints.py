"""Verbs of endpoints: deploy, check a key, retire."""

from __future__ import annotations

from studio.core.errors import Conflict, unknown
from studio.core.model import Endpoint, ModelVersion, hash_key, new_key
from studio.core.names import check_name
from studio.store import endpoints as rows
from studio.store.database import IntegrityError
from studio.workspace.registry import Registry

FOLLOWED = "champion"
"""The alias that an endpoint of a whole model follows."""


class Endpoints(Registry):
    """Models that somebody may call under a name, with a key."""

    def deploy(self, reference: str, name: str) -> tuple[Endpoint, str]:
        """Let a model answer under a name.

        Args:
            reference: `model@alias` follows the alias; `model:3` stays at version 3; `model` follows
                "champion" when the model has it, else stays at the newest version.
            name: New among live endpoints.

        Returns:
            The endpoint and its key, which is shown this once and stored hashed.

        Raises:
            NotFound: No such model. Conflict: The name is taken. InvalidInput: The name is not possible.
        """
        check_name("endpoint", name)
        model, version, alias = self._endpoint_target(reference)
        key = new_key()
        try:
            rows.insert(
                self._studio,
                name=name,
                model=model,
                alias=alias,
                version=version,
                key_hash=hash_key(key),
                key_hint=key[-4:],
                now=self._now(),
            )
        except IntegrityError:
            raise Conflict(
                f'An endpoint called "{name}" is there already.',
                "Endpoint names are unique while they answer.",
                "Choose another name, or retire that endpoint first.",
            ) from None
        return self.endpoint(name), key

    def _endpoint_target(self, reference: str) -> rows.Wanted:
        """Return what an endpoint of a reference serves: a model, and one of a version or an alias.

        Raises:
            NotFound: It points at nothing. InvalidInput: It is no reference.
        """
        version = self.resolve_model(reference)
        alias = reference.partition("@")[2] or None
        if alias is None and ":" not in reference and self.alias_holder(version.model, FOLLOWED):
            alias = FOLLOWED
        return version.model, None if alias else version.version, alias

    def endpoints(self) -> list[Endpoint]:
        """Return the endpoints that answer, newest first."""
        return rows.live(self._studio)

    def endpoint(self, name: str) -> Endpoint:
        """Return a live endpoint.

        Raises:
            NotFound: No such endpoint.
        """
        found = rows.find(self._studio, name)
        if found is None:
            raise unknown("endpoint", name, [e.name for e in self.endpoints()])
        return found

    def endpoint_model(self, endpoint: Endpoint) -> ModelVersion:
        """Return the model version an endpoint serves now, as its callers see it.

        Raises:
            NotFound: The alias it follows points at nothing.
        """
        return endpoint.seen(
            self.model(endpoint.model, version=endpoint.version, alias=endpoint.alias)
        )

    def retire_endpoint(self, name: str) -> None:
        """Let an endpoint answer no more.

        Raises:
            NotFound: No such endpoint.
        """
        self.endpoint(name)
        rows.retire(self._studio, name, self._now())
