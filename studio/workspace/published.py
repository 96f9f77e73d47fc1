"""Verbs of published pipelines: publish, submit again, hand on."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from studio.core.access import check_key_name
from studio.core.draft import Draft
from studio.core.errors import Conflict, Unauthorized, unknown
from studio.core.model import hash_key, new_key
from studio.core.names import check_name
from studio.core.published import KEYS_LIMIT, PipelineKey, PublishedVersion
from studio.core.run import Run
from studio.exports.published_file import published_zip, read_published_zip
from studio.store import published as rows
from studio.workspace.conversion import Conversions

NOUN = "published pipeline"


class Published(Conversions):
    """Immutable versions of drafts, and who may submit them."""

    def publish(
        self, draft: str | Draft, name: str, *, description: str = "", author: str = "unnamed"
    ) -> PublishedVersion:
        """Keep a draft as the next version of a published pipeline. It never changes again.

        Args:
            draft: Name of a draft, or the draft itself.
            name: Of the published pipeline, new or there already.
            description: Why, for people.

        Raises:
            NotFound: No such draft. InvalidInput: The name is not possible, or the pipeline cannot run.
        """
        check_name(NOUN, name)
        body = self.draft(draft).draft if isinstance(draft, str) else draft
        body.check_drawn()
        body.bind().check()
        with self._studio.tx() as connection:
            number = rows.add(
                connection,
                name,
                body,
                description=description.strip()[:400],
                author=author,
                now=self._now(),
            )
        return self.published_version(name, number)

    def published(self) -> list[PublishedVersion]:
        """Return the default version of every published pipeline; the newest one where all are disabled."""
        found = []
        for name in rows.names(self._studio):
            versions = rows.versions(self._studio, name)
            found.append(next((v for v in versions if v.default), versions[-1]))
        return found

    def published_versions(self, name: str) -> list[PublishedVersion]:
        """Return all versions of a published pipeline, newest first.

        Raises:
            NotFound: No such published pipeline.
        """
        found = rows.versions(self._studio, name)
        if not found:
            raise unknown(NOUN, name, rows.names(self._studio))
        return found[::-1]

    def published_version(self, name: str, version: int | None = None) -> PublishedVersion:
        """Return a version of a published pipeline.

        Args:
            version: Its number. Default: the default one.

        Raises:
            NotFound: No such pipeline or version. Conflict: None is named, and all are disabled.
        """
        versions = self.published_versions(name)
        for found in versions:
            if found.version == version or (version is None and found.default):
                return found
        if version is None:
            raise Conflict(
                f'"{name}" has no version to submit.',
                f"All {len(versions)} are disabled.",
                "Enable one of them, or publish another.",
            )
        raise unknown(f"version of {name}", version, [str(v.version) for v in versions])

    def set_default_version(self, name: str, version: int | None) -> PublishedVersion:
        """Say which version is submitted when none is named; None: always the newest.

        Raises:
            NotFound: No such pipeline or version. Conflict: It is disabled.
        """
        if version is not None and self.published_version(name, version).disabled:
            raise _disabled(self.published_version(name, version))
        self.published_versions(name)
        with self._studio.tx() as connection:
            rows.set_default(connection, name, version)
        return self.published_version(name, version)

    def disable_version(self, name: str, version: int, disabled: bool = True) -> PublishedVersion:
        """Say that a version may be submitted no more, or may again.

        Raises:
            NotFound: No such pipeline or version.
        """
        self.published_version(name, version)
        with self._studio.tx() as connection:
            rows.set_disabled(connection, name, version, disabled)
        return self.published_version(name, version)

    def submit_published(
        self,
        name: str,
        *,
        version: int | None = None,
        parameters: Mapping[str, Any] | None = None,
        datasets: Mapping[str, str] | None = None,
        experiment: str = "",
        author: str = "unnamed",
        run: str = "",
    ) -> Run:
        """Queue a run of a published pipeline.

        Args:
            version: Its number. Default: the default one.
            parameters: Pipeline parameter -> value; those that are missing take their default.
            datasets: Pipeline parameter -> NAME or NAME:VERSION.
            experiment: What the run is one of, for people; the run is called by it.
            run: Name of the run. Default: made of experiment or pipeline.

        Raises:
            NotFound: No such pipeline, version, parameter or dataset. InvalidInput: A value is not possible.
            Conflict: The version is disabled, or is for an endpoint.
        """
        found = self.published_version(name, version)
        if found.disabled:
            raise _disabled(found)
        if found.draft.kind == "realtime":
            raise Conflict(
                f'"{found.title}" is not submitted.',
                "It is a real-time inference pipeline: it waits for requests.",
                "Deploy it to an endpoint, or convert the training into a batch inference pipeline.",
            )
        values = found.values(dict(parameters or {}), dict(datasets or {}))
        return self.submit_pipeline(
            found.draft,
            values=values,
            name=run or self.free_run_name(experiment or f"{name}-{found.version}"),
            author=author,
            published=name,
            version=found.version,
            experiment=experiment,
        )

    def export_published(self, name: str, version: int | None = None) -> bytes:
        """Return a version as one file, without data. Raises as `published_version`."""
        return published_zip(self.published_version(name, version))

    def import_published(
        self, content: bytes, name: str = "", *, author: str = "unnamed"
    ) -> PublishedVersion:
        """Publish what another studio exported, as the next version here.

        Args:
            name: Of the published pipeline here. Default: as it was called there.

        Raises:
            InvalidInput: It is no such file, or was changed. NotFound: A component is not known here.
        """
        draft, said = read_published_zip(content)
        came = f"{said['description']} (imported: {said['name']}:{said['version']} by {said['author']})"
        return self.publish(draft, name or said["name"], description=came, author=author)

    def pipeline_keys(self, name: str) -> list[PipelineKey]:
        """Return the keys of a published pipeline, oldest first, revoked ones too.

        Raises:
            NotFound: No such published pipeline.
        """
        self.published_versions(name)
        return rows.keys(self._studio, name)

    def add_pipeline_key(self, name: str, key_name: str) -> tuple[PipelineKey, str]:
        """Make a key with which programs submit a published pipeline.

        Args:
            key_name: Who uses it; new among the pipeline's good keys.

        Returns:
            The key's facts, and the key itself, which is shown this once and stored hashed.

        Raises:
            NotFound: No such pipeline. InvalidInput: The name is not possible. Conflict: It is taken, or there are too
                many.
        """
        title = check_key_name(key_name)
        good = [key for key in self.pipeline_keys(name) if key.revoked is None]
        if title in (key.name for key in good) or len(good) >= KEYS_LIMIT:
            raise Conflict(
                f'A key called "{title}" cannot be made.',
                f"Names tell keys apart, and a pipeline has at most {KEYS_LIMIT}.",
                "Choose another name, or revoke a key that nobody uses.",
            )
        key = new_key()
        with self._studio.tx() as connection:
            number = rows.add_key(
                connection,
                name,
                title,
                key_hash=hash_key(key),
                key_hint=key[-4:],
                now=self._now(),
            )
        return self._pipeline_key(name, number), key

    def revoke_pipeline_key(self, name: str, number: int) -> PipelineKey:
        """Let a key open nothing any more.

        Raises:
            NotFound: No such pipeline or key.
        """
        self._pipeline_key(name, number)
        with self._studio.tx() as connection:
            rows.revoke_key(connection, number, self._now())
        return self._pipeline_key(name, number)

    def opened_pipeline(self, key: str | None) -> PipelineKey:
        """Return the facts of a key that was sent; every good key is compared, in constant time.

        Raises:
            Unauthorized: It is missing, wrong or revoked.
        """
        sent = "" if key is None else hash_key(key)
        found = None
        for known in rows.good_keys(self._studio):
            if secrets.compare_digest(sent, known.key_hash):
                found = known
        if found is None:
            raise Unauthorized(
                f"The key is {'missing' if key is None else 'wrong'}.",
                "Published pipelines are submitted with a key of theirs.",
                "Send it as: Authorization: Bearer KEY. A new one is made in the designer, under Published.",
            )
        return found

    def _pipeline_key(self, name: str, number: int) -> PipelineKey:
        keys = self.pipeline_keys(name)
        for key in keys:
            if key.id == number:
                return key
        raise unknown(f"key of {name}", number, [str(key.id) for key in keys])


def _disabled(version: PublishedVersion) -> Conflict:
    return Conflict(
        f'"{version.title}" is disabled.',
        "Somebody said that this version shall be submitted no more.",
        "Choose another version, or enable it again.",
    )
