"""Verbs of pipeline drafts: draw, undo, keep versions."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from studio.core.catalog import DatasetParams
from studio.core.components_tables import TableParams
from studio.core.draft import Draft, DraftRow, DraftVersion, SavedDraft
from studio.core.draft_layout import laid_out
from studio.core.errors import Conflict, InvalidInput, StudioError, unknown
from studio.core.model_spec import ModelParams
from studio.core.names import check_name, free_name
from studio.core.pipeline import Node
from studio.store import drafts as rows
from studio.workspace.tables import Tables

EMPTY = Draft()
EDIT_TRIES = 10


class Drafts(Tables):
    """Pipeline drafts: they save themselves as one edits, every edit can be undone, and versions can be kept."""

    def drafts(self) -> list[DraftRow]:
        """Return all drafts, the one that was changed last first."""
        return rows.rows(self._studio)

    def draft(self, name: str) -> SavedDraft:
        """Return a draft as it is now.

        Raises:
            NotFound: No such draft.
        """
        found = rows.find(self._studio, name)
        if found is None:
            raise unknown("pipeline draft", name, rows.names(self._studio))
        return found

    def make_draft(self, name: str, draft: Draft = EMPTY, *, author: str = "unnamed") -> SavedDraft:
        """Make a draft.

        Raises:
            InvalidInput: The name is not possible, or something illegal is drawn. Conflict: The name is taken.
        """
        check_name("pipeline draft", name)
        draft.check_drawn()
        if not rows.add(
            self._studio, name, draft.tidied(), what="Made", author=author, now=self._now()
        ):
            raise _taken(name)
        return self.draft(name)

    def free_draft_name(self, wanted: str) -> str:
        """Return `wanted`, or `wanted-2`, `wanted-3` ... when a draft has that name."""
        return free_name(wanted, set(rows.names(self._studio)))

    def save_draft(
        self, name: str, draft: Draft, *, base: int, what: str = "Changed", author: str = ""
    ) -> SavedDraft:
        """Append an edit to a draft.

        Args:
            draft: All of it as it is to be.
            base: Number of the edit it was made from.
            what: What was done, in words, for the undo button.
            author: Who did it. Default: whoever changed it last.

        Raises:
            InvalidInput: Something illegal is drawn. NotFound: No such draft.
            Conflict: Somebody else has changed it since `base`.
        """
        draft.check_drawn()
        written = rows.save(
            self._studio,
            name,
            draft.tidied(),
            base=base,
            what=what[:200],
            author=author,
            now=self._now(),
        )
        if not written:
            _refuse_base(self.draft(name), base)
        return self.draft(name)

    def edit_draft(
        self, name: str, change: Callable[[Draft], Draft], *, what: str, author: str = ""
    ) -> SavedDraft:
        """Append an edit that is made from the draft as it is at that moment. Raises as `save_draft`."""
        for _ in range(EDIT_TRIES):
            now = self.draft(name)
            changed = change(now.draft)
            if changed == now.draft:
                return now
            with suppress(Conflict):
                return self.save_draft(name, changed, base=now.head, what=what, author=author)
        _refuse_base(self.draft(name), now.head)

    def undo_draft(self, name: str, base: int) -> SavedDraft:
        """Take the last edit back.

        Raises:
            NotFound: No such draft. InvalidInput: Nothing to undo. Conflict: Somebody else has changed it since `base`.
        """
        return self._step(name, "undo", base)

    def redo_draft(self, name: str, base: int) -> SavedDraft:
        """Do the edit again that was taken back last. Raises as `undo_draft`."""
        return self._step(name, "redo", base)

    def _step(self, name: str, way: rows.Step, base: int) -> SavedDraft:
        if not rows.step(self._studio, name, way, base=base, now=self._now()):
            now = self.draft(name)
            if now.head != base:
                _refuse_base(now, base)
            raise InvalidInput(
                f"There is nothing to {way}.",
                f'Pipeline draft "{name}" has no edit {"before" if way == "undo" else "after"} this one.',
                "Go on drawing.",
            )
        return self.draft(name)

    def clone_draft(self, name: str, new: str, *, author: str = "unnamed") -> SavedDraft:
        """Make a draft that is as another is now. Raises as `make_draft`, and NotFound."""
        return self.make_draft(new, self.draft(name).draft, author=author)

    def rename_draft(self, name: str, new: str) -> SavedDraft:
        """Give a draft another name.

        Raises:
            NotFound: No such draft. InvalidInput: The name is not possible. Conflict: It is taken.
        """
        check_name("pipeline draft", new)
        self.draft(name)
        if new != name:
            if new in rows.names(self._studio):
                raise _taken(new)
            rows.rename(self._studio, name, new)
        return self.draft(new)

    def delete_draft(self, name: str) -> None:
        """Remove a draft with its edits and versions; what ran of it stays.

        Raises:
            NotFound: No such draft.
        """
        if not rows.delete(self._studio, name):
            raise unknown("pipeline draft", name, rows.names(self._studio))

    def keep_draft_version(
        self, name: str, message: str = "", *, author: str = "unnamed"
    ) -> DraftVersion:
        """Keep what a draft is now as its next version.

        Raises:
            NotFound: No such draft.
        """
        draft = self.draft(name).draft
        number = rows.keep_version(
            self._studio, name, draft, message=message[:400], author=author, now=self._now()
        )
        if number is None:
            raise unknown("pipeline draft", name, rows.names(self._studio))
        return self.draft_versions(name)[0]

    def draft_versions(self, name: str) -> list[DraftVersion]:
        """Return the versions people kept of a draft, newest first."""
        return rows.versions(self._studio, name)

    def restore_draft_version(
        self, name: str, version: int, *, base: int, author: str = "unnamed"
    ) -> SavedDraft:
        """Let a draft be as a version of it was; this is an edit that can be undone.

        Raises:
            NotFound: No such draft or version. Conflict: Somebody else has changed it since `base`.
        """
        kept = {each.version: each for each in self.draft_versions(name)}
        if version not in kept:
            raise unknown(f"version of {name}", version, [str(number) for number in kept])
        return self.save_draft(
            name,
            kept[version].draft,
            base=base,
            what=f"Went back to version {version}",
            author=author,
        )

    def draft_problems(self, draft: Draft) -> dict[str, list[str]]:
        """Return node id -> what keeps it from running, in words: its own rules, and what the workspace lacks."""
        found = draft.problems()
        for node in draft.pipeline.nodes:
            if node.id not in found and (said := self._lacks(draft, node)):
                found[node.id] = [said]
        return found

    def _lacks(self, draft: Draft, node: Node) -> str:
        """Return which dataset or model a node names that is not there, "" for none."""
        params = draft.pipeline.params(node.id)
        try:
            if isinstance(params, DatasetParams | TableParams):
                self.dataset(params.name, params.version)
            elif isinstance(params, ModelParams):
                self.pinned_model(params.reference)
        except StudioError as error:
            return error.what
        return ""

    def draft_of_run(self, name: str) -> Draft:
        """Return the pipeline of any run as a draft, laid out.

        Raises:
            NotFound: No such run.
        """
        return laid_out(self.run(name).pipeline)


def _taken(name: str) -> Conflict:
    return Conflict(
        f'A pipeline draft called "{name}" is there already.',
        "Names of drafts are unique.",
        "Choose another name.",
    )


def _refuse_base(now: SavedDraft, base: int) -> NoReturn:
    raise Conflict(
        f'Pipeline draft "{now.name}" was changed in the meantime.',
        f"{now.author} changed it: it is at edit {now.head}, and this was made from edit {base}.",
        "Take theirs, or keep yours as a copy.",
    )
