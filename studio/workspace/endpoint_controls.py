"""Verbs of what an endpoint does: its settings, what it serves, its challenger taking over."""

from __future__ import annotations

from typing import Any

import pydantic

from studio.core.challenger import check_challenger
from studio.core.endpoint import EndpointChange, EndpointSettings, settings_words
from studio.core.errors import InvalidInput, refuse
from studio.core.inference import Inference
from studio.core.model import Endpoint, ModelVersion
from studio.store import endpoints as rows
from studio.workspace.endpoints import Endpoints

SHOWN_CHANGES = 50


class EndpointControls(Endpoints):
    """Which versions answer and how, and who changed that."""

    def set_endpoint(self, name: str, *, author: str = "unnamed", **changes: Any) -> Endpoint:
        """Change settings of an endpoint; the serving process follows within a second.

        Args:
            changes: Settings of `EndpointSettings` and their new values; the others stay.

        Raises:
            NotFound: No such endpoint, or no such challenger. InvalidInput: A value is not possible, the challenger
                does not fit, or there is traffic for a challenger and none is named.
        """
        endpoint = self.endpoint(name)
        try:
            settings = EndpointSettings.model_validate({**dict(endpoint.settings), **changes})
        except pydantic.ValidationError as error:
            refuse("settings of an endpoint", error)
        self._check_traffic(endpoint, settings)
        changed = {key: value for key, value in dict(settings).items() if key in changes}
        with self._studio.tx() as connection:
            before = self.endpoint(name).settings  # somebody else may have changed another one
            after = before.model_copy(update=changed)
            if what := settings_words(before, after):
                rows.set_settings(connection, endpoint, after)
                self._note(connection, endpoint, what, author)
        return self.endpoint(name)

    def set_endpoint_pipeline(
        self, name: str, inference: Inference | None, *, author: str = "unnamed"
    ) -> Endpoint:
        """Say what an endpoint does to samples before it asks its model; the serving process follows within a second.

        Args:
            inference: A real-time inference pipeline; None: samples are asked about as they come.

        Raises:
            NotFound: No such endpoint.
        """
        endpoint = self.endpoint(name)
        if endpoint.pipeline != inference:
            with self._studio.tx() as connection:
                rows.set_pipeline(connection, endpoint, inference)
                what = (
                    "asks the model about samples as they come"
                    if inference is None
                    else f"prepares samples as the pipeline {inference.title or 'without a name'} says"
                )
                self._note(connection, endpoint, what, author)
        return self.endpoint(name)

    def _check_traffic(self, endpoint: Endpoint, settings: EndpointSettings) -> None:
        if settings.challenger is None:
            if settings.traffic != "off":
                raise InvalidInput(
                    f"Endpoint {endpoint.name} has no challenger.",
                    "A share of the requests can only go to a version that is named.",
                    "Choose a challenger first.",
                )
            return
        challenger = self.resolve_model(settings.challenger)
        if settings.traffic != "off":
            check_challenger(self.endpoint_model(endpoint), challenger)

    def move_endpoint(self, name: str, reference: str, *, author: str = "unnamed") -> Endpoint:
        """Let an endpoint serve another model under its name, with its keys and settings.

        Args:
            reference: As `deploy`.

        Raises:
            NotFound: No such endpoint or model. InvalidInput: The challenger does not fit the new version.
        """
        endpoint = self.endpoint(name)
        model, version, alias = self._endpoint_target(reference)
        moved = endpoint.model_copy(update={"model": model, "version": version, "alias": alias})
        if moved.target != endpoint.target:
            self._check_traffic(moved, moved.settings)
            with self._studio.tx() as connection:
                rows.set_target(connection, endpoint, model=model, version=version, alias=alias)
                what = f"serves {moved.target}, before {endpoint.target}"
                self._note(connection, endpoint, what, author)
        return self.endpoint(name)

    def promote_challenger(
        self, name: str, *, author: str = "unnamed", reason: str = "", override: bool = False
    ) -> ModelVersion:
        """Let an endpoint's challenger answer everybody from now on. Returns the version.

        Where the endpoint follows an alias of the challenger's model, the alias moves, through its gates; else the
        endpoint itself is moved to the version. The challenger's traffic ends.

        Args:
            reason, override: As `set_alias`.

        Raises:
            NotFound: No such endpoint, or the challenger points at nothing. Conflict: A gate of the alias is against
                it. InvalidInput: There is no challenger, it does not fit, or an override is without a reason.
        """
        endpoint = self.endpoint(name)
        if endpoint.settings.challenger is None:
            raise InvalidInput(
                f"Endpoint {name} has no challenger.",
                "Only a challenger can take the champion's place here.",
                "Choose a challenger first, or move the alias on the Models page.",
            )
        version = self.resolve_model(endpoint.settings.challenger)
        champion = self.alias_holder(endpoint.model, endpoint.alias) if endpoint.alias else None
        if endpoint.alias is None:
            champion = self.endpoint_model(endpoint)
        if champion is not None:
            check_challenger(champion, version)
        if endpoint.alias is not None and version.model == endpoint.model:
            reason = reason or f"challenger of endpoint {name}"
            self.set_alias(
                version.model,
                endpoint.alias,
                version.version,
                author=author,
                reason=reason,
                override=override,
            )
        else:
            self.move_endpoint(name, version.title, author=author)
        self.set_endpoint(name, author=author, traffic="off", challenger=None)
        return version

    def endpoint_changes(self, name: str, limit: int = SHOWN_CHANGES) -> list[EndpointChange]:
        """Return who changed what at an endpoint since it was deployed, newest first.

        Raises:
            NotFound: No such endpoint.
        """
        return rows.changes(self._studio, self.endpoint(name), limit)

    def _note(self, connection: Any, endpoint: Endpoint, what: str, author: str) -> None:
        rows.note_change(connection, endpoint, what, author=author, now=self._now())
