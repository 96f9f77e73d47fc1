"""Verbs of endpoints: deploy, check a key, retire."""

from __future__ import annotations

from studio.core.errors import Conflict, Unauthorized, unknown
from studio.core.model import Endpoint, ModelVersion, hash_key, key_matches, new_key
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
        version = self.resolve_model(reference)
        alias = reference.partition("@")[2] or None
        if alias is None and ":" not in reference and self._has_alias(version.model, FOLLOWED):
            alias = FOLLOWED
        key = new_key()
        try:
            rows.insert(
                self._studio,
                name=name,
                model=version.model,
                alias=alias,
                version=None if alias else version.version,
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

    def _has_alias(self, model: str, alias: str) -> bool:
        return any(
            alias in version.aliases
            for known in self.models()
            if known.name == model
            for version in known.versions
        )

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
        """Return the model version an endpoint serves now.

        Raises:
            NotFound: The alias it follows points at nothing.
        """
        return self.model(endpoint.model, version=endpoint.version, alias=endpoint.alias)

    def check_key(self, endpoint: Endpoint, key: str | None) -> None:
        """Let a caller in.

        Raises:
            Unauthorized: The key is missing or wrong.
        """
        if key is None or not key_matches(key, endpoint.key_hash):
            raise Unauthorized(
                f'The key for endpoint "{endpoint.name}" is {"missing" if key is None else "wrong"}.',
                "Every prediction needs the endpoint's key.",
                "Send it as: Authorization: Bearer KEY. A lost key is replaced on the Deploy page.",
            )

    def renew_key(self, name: str) -> str:
        """Replace the key of an endpoint; the old one stops working. Returns the new one, this once.

        Raises:
            NotFound: No such endpoint.
        """
        self.endpoint(name)
        key = new_key()
        rows.set_key(self._studio, name, hash_key(key), key[-4:])
        return key

    def retire_endpoint(self, name: str) -> None:
        """Let an endpoint answer no more.

        Raises:
            NotFound: No such endpoint.
        """
        self.endpoint(name)
        rows.retire(self._studio, name, self._now())
