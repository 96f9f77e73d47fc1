"""Verbs by which people keep order among runs: tag, note, archive, delete; all of it can be undone."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from studio.core.errors import Conflict, InvalidInput, unknown
from studio.core.run import Run
from studio.store import run_marks as rows
from studio.store import runs as run_rows
from studio.workspace.models import Models

BIN_SECONDS = 7 * 24 * 3600.0
"""So long a deleted run can be taken out of the bin again."""
NOTE_LIMIT = 10_000
TAG_LIMIT = 40
TAGS_LIMIT = 20


class RunMarks(Models):
    """Marks on runs. Every verb raises NotFound when there is no run of a name, and then changes none."""

    def tag_runs(
        self, names: Sequence[str], *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> None:
        """Give runs tags, and take tags from them.

        Raises:
            InvalidInput: A tag is empty, longer than 40 characters or holds a comma, or a run would have more than 20.
        """
        wanted = [tag.strip() for tag in add]
        for tag in wanted:
            if not tag or len(tag) > TAG_LIMIT or "," in tag or not tag.isprintable():
                raise InvalidInput(
                    f'"{tag[:60]}" cannot be a tag.',
                    f"A tag has 1 to {TAG_LIMIT} characters and no comma.",
                    'Choose a word or two, such as "baseline".',
                )
        tags: dict[str, Sequence[str]] = {}
        for run in self._all(names):
            kept = [tag for tag in run.tags if tag not in remove]
            tags[run.name] = [*dict.fromkeys([*kept, *wanted])]
            if len(tags[run.name]) > TAGS_LIMIT:
                raise InvalidInput(
                    f'Run "{run.name}" would have {len(tags[run.name])} tags.',
                    f"A run has {TAGS_LIMIT} at most, so that tables stay legible.",
                    "Remove some first.",
                )
        rows.set_tags(self._studio, tags)

    def note_run(self, name: str, text: str) -> None:
        """Write a note beside a run, in place of the one that is there.

        Raises:
            InvalidInput: It is longer than 10,000 characters.
        """
        if len(text) > NOTE_LIMIT:
            raise InvalidInput(
                f"The note has {len(text):,} characters.",
                f"A note has {NOTE_LIMIT:,} at most.",
                "Shorten it.",
            )
        rows.set_note(self._studio, self._find(name).name, text)

    def archive_runs(self, names: Sequence[str]) -> None:
        """Let lists leave runs out. They keep everything, and are found where somebody asks for archived ones."""
        rows.set_archived(self._studio, [run.name for run in self._all(names)], self._now())

    def unarchive_runs(self, names: Sequence[str]) -> None:
        """Let lists show archived runs again."""
        rows.set_archived(self._studio, [run.name for run in self._all(names)], None)

    def delete_runs(self, names: Sequence[str]) -> None:
        """Put runs into the bin, from which `undelete_runs` takes them for seven days.

        Raises:
            Conflict: One has not ended, its model is registered, or another run needs it; none is deleted then.
        """
        runs = self._all(names)
        registered = rows.registered(self._studio, names)
        needed = rows.needed(self._studio, names)
        for run in runs:
            if not run.is_terminal:
                raise Conflict(
                    f'Run "{run.name}" cannot be deleted.',
                    f"It is {run.status}.",
                    "Cancel it first, or wait until it has ended.",
                )
            if run.name in registered:
                raise Conflict(
                    f'Run "{run.name}" cannot be deleted.',
                    f"Its model is registered as {registered[run.name]}, and the run says where that came from.",
                    "Archive it: lists leave it out then.",
                )
            if run.name in needed:
                raise Conflict(
                    f'Run "{run.name}" cannot be deleted.',
                    f'Run "{needed[run.name]}", which has not ended, works with its model.',
                    "Wait until that run has ended, or cancel it.",
                )
        rows.set_deleted(self._studio, [run.name for run in runs], self._now())

    def undelete_runs(self, names: Sequence[str]) -> None:
        """Take runs out of the bin."""
        rows.set_deleted(self._studio, [run.name for run in self._all(names)], None)

    def run_tags(self) -> list[str]:
        """Return all tags that runs have, those used most first."""
        return rows.tags(self._studio)

    def empty_bin(self, older_than: float = BIN_SECONDS) -> int:
        """Remove for good what was deleted long ago; its files go with the next garbage.

        Args:
            older_than: Seconds since a run was deleted. Default: seven days.

        Returns:
            How many runs were removed.
        """
        found = rows.in_bin(self._studio, self._now() - older_than)
        for row in found:
            shutil.rmtree(self.run_folder(row["name"]), ignore_errors=True)
            rows.forget(self._studio, self._metrics, row["id"])
        return len(found)

    def housekeep(self) -> None:
        """Empty the bin of what has been there for a week, and fold the write-ahead logs back."""
        self.empty_bin()
        super().housekeep()

    def _all(self, names: Sequence[str]) -> list[Run]:
        """Return runs by name, all or none."""
        found = [run_rows.find(self._studio, name) for name in dict.fromkeys(names)]
        for name, run in zip(dict.fromkeys(names), found, strict=True):
            if run is None:
                raise unknown("run", name, run_rows.names(self._studio))
        return [run for run in found if run is not None]
