"""What differs between two versions of a dataset."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Relabelled(BaseModel):
    """A sample whose class is another one; None is no class."""

    model_config = ConfigDict(frozen=True)

    id: int
    before: str | None
    after: str | None


class Moved(BaseModel):
    """A sample that is in another part of the split."""

    model_config = ConfigDict(frozen=True)

    id: int
    before: str
    after: str


class VersionDiff(BaseModel):
    """From one version to another. The counts are of all; the lists hold the first of them.

    Args:
        before, after: `name:version`.
        added: Samples that only `after` has, by their number there; also those kept again.
        removed: Samples that only `before` has, by their number there; also those quarantined.
        relabelled: Samples of both whose class differs, by their number in `after`. Renaming a class relabels
            nothing.
        moved: Samples of both that are in another part, by their number in `after`.
        renamed_classes: Former name -> name now.
        added_classes, removed_classes: Names that only one of the two has.
    """

    model_config = ConfigDict(frozen=True)

    before: str
    after: str
    added_count: int
    removed_count: int
    relabelled_count: int
    moved_count: int
    added: list[int]
    removed: list[int]
    relabelled: list[Relabelled]
    moved: list[Moved]
    renamed_classes: dict[str, str]
    added_classes: list[str]
    removed_classes: list[str]

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        counts = (self.added_count, self.removed_count, self.relabelled_count, self.moved_count)
        classes = (self.renamed_classes, self.added_classes, self.removed_classes)
        return not any(counts) and not any(classes)
