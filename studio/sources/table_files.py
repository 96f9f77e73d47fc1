"""A table that somebody brought: the one file of it, found in a folder, a zip archive, an upload or a download."""

from __future__ import annotations

from pathlib import Path

from studio.core.errors import NotFound, TooLarge
from studio.core.sources import SeabirdsSource, TableSource
from studio.sources.archive import open_tree
from studio.sources.base import Paced, Places, Progress
from studio.sources.rows import guarded
from studio.sources.tree import only_file

SUFFIXES = (".csv", ".tsv", ".parquet")
MOST_BYTES = 4 * 2**30
BLOCK = 2**20
SEABIRDS = (
    "Made up for this studio: measurements of birds that never lived. Free to use for anything."
)


def fetch_table(
    spec: TableSource | SeabirdsSource, places: Places, progress: Progress, to: Path
) -> str:
    """Copy the file of a table to a path. Returns what the file is called.

    Args:
        spec: Names it.
        places: Where starter sets, downloads and uploads lie.
        progress: Told how far it is; may raise Cancelled.
        to: Where the copy is written.

    Raises:
        StudioError: There is none or several, or it breaks a rule. Cancelled: `progress` said so.
    """
    if isinstance(spec, SeabirdsSource):
        path = places.data / "seabirds.csv"
        try:
            to.write_bytes(path.read_bytes())
        except OSError as error:
            raise NotFound(
                f'The starter table "{path}" cannot be read.',
                f"It is missing or damaged ({error}).",
                "Restore data/seabirds.csv from the repository.",
            ) from error
        return path.name
    paced = Paced(progress)
    tree = open_tree("rows", spec, places, paced, alone=SUFFIXES)
    index = only_file(tree, SUFFIXES, "tables")
    name, size = tree.names[index], tree.size(index)
    if size > MOST_BYTES:
        raise TooLarge(
            f'"{name}" has {size / 2**30:.1f} GiB.',
            f"A table has at most {MOST_BYTES / 2**30:.0f} GiB.",
            "Bring a part of it, or bring it as Parquet, which is much smaller.",
        )
    done = 0
    with guarded(name), tree.stream(index) as stream, to.open("wb") as copy:
        while block := stream.read(BLOCK):
            copy.write(block)
            done += len(block)
            paced(done, max(size, done), "bytes", "reading the table")
    return name
