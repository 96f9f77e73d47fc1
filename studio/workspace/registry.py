"""Verbs of the registry: aliases with their history, gates before them, and what people write beside versions."""

from __future__ import annotations

from studio.core.errors import Conflict, InvalidInput, NotFound, unknown
from studio.core.gates import Gates, Promotion
from studio.core.model import (
    TEXT_LIMIT,
    VERSION_TEXTS,
    AliasMove,
    ModelVersion,
    VersionText,
)
from studio.core.model_spec import RUN_PREFIX
from studio.core.names import check_name
from studio.store import endpoints as endpoint_rows
from studio.store import models as rows
from studio.workspace.promotions import Promotions

REASON_LIMIT = 500


class Registry(Promotions):
    """Which version an alias points at, since when, who moved it and why, and what it had to reach for that."""

    def register_model(
        self, run_name: str, model: str, *, alias: str | None = None, author: str = "unnamed"
    ) -> ModelVersion:
        """Keep the model of a training run as a new version of `model`; an alias has to pass its gates.

        Args:
            run_name: A training that reached its end.
            model: New, or a registered name that gets one version more.
            alias: Points at the new version from now on, e.g. "champion".

        Raises:
            NotFound: No such run. Conflict: It has no model (yet), or a gate of the alias is against it: then nothing
                is registered. InvalidInput: A name is not possible.
        """
        check_name("model", model)
        if alias is not None:
            check_name("alias", alias)
            if self.gates(model, alias).any:
                check = self.promotion(model, alias, f"{RUN_PREFIX}{run_name}")
                _check_allowed(
                    check, "Register it without the alias, then see the gates on the Models page."
                )
        return super().register_model(run_name, model, alias=alias, author=author)

    def set_alias(
        self,
        model: str,
        alias: str,
        version: int,
        *,
        author: str = "unnamed",
        reason: str = "",
        override: bool = False,
    ) -> None:
        """Let an alias point at a version; endpoints that follow the alias serve it from then on.

        Args:
            model: A registered name.
            alias: Any name, such as "champion"; new ones are made.
            version: Which version it points at.
            author, reason: Who moves it and why; both are kept.
            override: Move it although gates are against it. It takes a reason, and what they said is kept too.

        Raises:
            NotFound: No such model or version. InvalidInput: The alias is not possible, or an override without a
                reason. Conflict: A gate is against it.
        """
        check_name("alias", alias)
        reason = _text(reason, "reason", REASON_LIMIT)
        wanted = self.model(model, version=version)
        if alias in wanted.aliases:
            return
        promotion = self.promotion(model, alias, wanted.title)
        overridden: tuple[str, ...] = ()
        if not promotion.allowed:
            if not override:
                _check_allowed(
                    promotion,
                    f"Judge it on the {promotion.judge_on.split} part of {promotion.judge_on.dataset} first."
                    if promotion.judge_on
                    else "Choose another version, or override the gates and say why.",
                )
            if not reason:
                raise InvalidInput(
                    "The gates are overridden without a reason.",
                    "Whoever reads the history later has to know why they did not count.",
                    "Write why.",
                )
            overridden = promotion.objections
        with self._studio.tx() as connection:
            rows.point_alias(
                connection,
                model,
                alias,
                version,
                author=author,
                now=self._now(),
                reason=reason,
                overridden=overridden,
            )

    def remove_alias(
        self, model: str, alias: str, *, author: str = "unnamed", reason: str = ""
    ) -> None:
        """Let an alias point at nothing; its history stays.

        Raises:
            NotFound: No such model or alias. Conflict: An endpoint follows it.
        """
        self.model(model, alias=alias)
        following = [
            e.name for e in endpoint_rows.live(self._studio) if (e.model, e.alias) == (model, alias)
        ]
        if following:
            raise Conflict(
                f"{model}@{alias} cannot be removed.",
                f"Endpoints follow it: {', '.join(following)}.",
                "Retire them, or deploy another version under their name first.",
            )
        with self._studio.tx() as connection:
            rows.drop_alias(
                connection,
                model,
                alias,
                author=author,
                now=self._now(),
                reason=_text(reason, "reason", REASON_LIMIT),
            )

    def alias_moves(self, model: str, alias: str | None = None) -> list[AliasMove]:
        """Return who moved a model's aliases, when, why, from where to where; newest first.

        Raises:
            NotFound: No such model.
        """
        self.model(model)
        return rows.alias_moves(self._studio, model, alias)

    def alias_at(self, model: str, alias: str, moment: float) -> ModelVersion | None:
        """Return the version an alias pointed at in a moment, None where it pointed at nothing then.

        Args:
            moment: Unix seconds.

        Raises:
            NotFound: No such model.
        """
        for move in self.alias_moves(model, alias):
            if move.time <= moment:
                return None if move.version is None else self.model(model, version=move.version)
        return None

    def rollback_alias(
        self, model: str, alias: str, *, author: str = "unnamed", reason: str = ""
    ) -> ModelVersion:
        """Let an alias point at what it pointed at before it was moved last. Gates do not stand in the way.

        Done twice, it is where it was.

        Raises:
            NotFound: No such model or alias. Conflict: It never pointed at another version.
        """
        now = self.model(model, alias=alias)
        moves = self.alias_moves(model, alias)
        before = moves[0].previous if moves else None
        if before is None:
            raise Conflict(
                f"{model}@{alias} cannot go back.",
                f"It pointed at nothing before it pointed at {now.title}.",
                "Point it at a version.",
            )
        said = _text(reason, "reason", REASON_LIMIT)
        with self._studio.tx() as connection:
            rows.point_alias(
                connection,
                model,
                alias,
                before,
                author=author,
                now=self._now(),
                reason=f"rolled back from version {now.version}" + (f": {said}" if said else ""),
            )
        return self.model(model, version=before)

    def set_gates(self, model: str, alias: str, gates: Gates, *, author: str = "unnamed") -> None:
        """Say what a version has to reach before an alias points at it; where it points now stays.

        Raises:
            NotFound: No such model. InvalidInput: The alias is not possible.
        """
        check_name("alias", alias)
        self.model(model)
        rows.set_gates(self._studio, model, alias, gates, author=author, now=self._now())

    def version_texts(self, version: ModelVersion) -> dict[VersionText, str]:
        """Return what people wrote beside a version: "note", "intended_use", "limits"; "" where nothing."""
        found = rows.texts(self._studio, version.id)
        return {name: found.get(name, "") for name in VERSION_TEXTS}

    def version_notes(self, model: str) -> dict[int, str]:
        """Return version -> note, for the versions of a model that have one."""
        return rows.notes(self._studio, model)

    def set_version_text(
        self, version: ModelVersion, name: VersionText, text: str, *, author: str = "unnamed"
    ) -> None:
        """Write something beside a version.

        Raises:
            NotFound: There is no such text. InvalidInput: It is too long.
        """
        if name not in VERSION_TEXTS:
            raise unknown("text of a version", name, VERSION_TEXTS)
        rows.set_text(
            self._studio,
            version.id,
            name,
            _text(text, "text", TEXT_LIMIT),
            author=author,
            now=self._now(),
        )

    def known_aliases(self, model: str) -> list[str]:
        """Return the aliases a model has or had, and those that have gates; "champion" first.

        Raises:
            NotFound: No such model.
        """
        moved = [move.alias for move in self.alias_moves(model)]
        every = dict.fromkeys([*sorted(moved), *rows.gates(self._studio, model)])
        return sorted(every, key=lambda alias: (alias != "champion", alias))

    def alias_holder(self, model: str, alias: str) -> ModelVersion | None:
        """Return the version an alias points at, None for nothing."""
        try:
            return self.model(model, alias=alias)
        except NotFound:
            return None


def _check_allowed(promotion: Promotion, fix: str) -> None:
    """Say why an alias may not point at a version.

    Raises:
        Conflict: It may not.
    """
    if not promotion.allowed:
        raise Conflict(
            f"{promotion.candidate} may not become {promotion.alias}.",
            " ".join(promotion.objections),
            fix,
        )


def _text(text: str, noun: str, limit: int) -> str:
    """Return a text without surrounding space.

    Raises:
        InvalidInput: It is too long, or holds what no text holds.
    """
    kept = text.strip()
    if len(kept) > limit or "\0" in kept:
        raise InvalidInput(
            f"The {noun} has {len(kept):,} characters.",
            f"It may have {limit:,}, and no zero bytes.",
            "Shorten it.",
        )
    return kept
