"""From rows and columns to the artifacts of a dataset version, and back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.dataset import (
    EXCLUDED,
    KEPT,
    UNLABELLED,
    DatasetManifest,
    SplitConfig,
    split_codes,
)
from studio.core.errors import InvalidInput, TooLarge, unknown
from studio.core.names import check_class_name
from studio.core.run import RunArtifact
from studio.core.samples import Images, Texts, Words
from studio.core.sources import SeabirdsSource, TableSource
from studio.core.table import KIND_TITLES, Column, find_column, free_column
from studio.sources import Places, Progress
from studio.sources.table_files import SEABIRDS, fetch_table
from studio.sources.tree import PARTS
from studio.store.artifacts import READERS, Artifacts

MOST_NUMBER_CLASSES = 100
TARGET_COLUMNS = ("target", "label", "class", "class_name", "species")
SPLIT_COLUMN = "split"
KEPT_TEXTS = 4


def build_table(
    spec: TableSource | SeabirdsSource,
    artifacts: Artifacts,
    split: SplitConfig,
    *,
    places: Places,
    progress: Progress,
    usual: str = "",
) -> DatasetManifest:
    """Read a file of rows into artifacts.

    Args:
        usual: The target column where the source names none and there is such a column.

    Raises:
        InvalidInput: It is no table, or a column that is named is not in it. Cancelled: `progress` said so.
    """
    from studio.tables import describe, read_table, select  # Arrow takes a moment to import

    with artifacts.draft() as copy:
        name = fetch_table(spec, places, progress, copy)
        progress(0, 0, "steps", "reading the columns")
        frame = read_table(copy, name, lambda: progress(0, 0, "steps", "reading the columns"))
    codes = None
    column = _split_column(spec, frame.column_names)
    if column:
        if getattr(spec, "own_split", True):
            codes = _said(frame, column)
        frame = select(frame, [column], keep=False)
    columns = describe(frame)
    target = _target(spec, columns, usual)
    progress(0, 0, "steps", "storing")
    facts: dict[str, Any] = spec.model_dump(mode="json", exclude_none=True)
    return table_manifest(
        artifacts,
        frame,
        split,
        target=target,
        codes=codes,
        columns=columns,
        hidden=_hidden(frame.num_rows, spec.unlabelled_share, spec.seed),
        source={**facts, "file": name, "rows": frame.num_rows},
        attribution=SEABIRDS if isinstance(spec, SeabirdsSource) else "",
    )


def _split_column(spec: TableSource | SeabirdsSource, names: Sequence[str]) -> str:
    wanted = getattr(spec, "split_column", None)
    if wanted and wanted not in names:
        raise unknown("column", wanted, names)
    lowered = {name.lower(): name for name in names}
    return wanted or lowered.get(SPLIT_COLUMN, "")


def _said(frame: Any, column: str) -> NDArray[np.uint8]:
    """Return what the files say of the split, uint8 (rows,), EXCLUDED where they say nothing."""
    from studio.tables import words_in

    words = words_in(frame, column)
    return np.array([PARTS.get((w or "").strip().lower(), EXCLUDED) for w in words], np.uint8)


def _target(spec: TableSource | SeabirdsSource, columns: Sequence[Column], usual: str) -> str:
    if isinstance(spec, SeabirdsSource):
        return "species"
    if spec.target:
        return find_column(columns, spec.target).name
    if any(column.name == usual for column in columns):
        return usual
    lowered = {column.name.lower(): column for column in columns}
    for name in TARGET_COLUMNS:
        found = lowered.get(name)
        if found is not None and found.kind in ("category", "boolean"):
            return found.name
    return ""


def _hidden(count: int, share: float, seed: int) -> NDArray[np.int64]:
    """Return the rows that arrive without their class."""
    generator = np.random.default_rng([seed, 1])
    return generator.choice(count, round(count * share), replace=False)


def table_manifest(
    artifacts: Artifacts,
    frame: Any,
    split: SplitConfig,
    *,
    target: str = "",
    codes: NDArray[np.uint8] | None = None,
    columns: tuple[Column, ...] = (),
    hidden: NDArray[np.int64] | None = None,
    source: dict[str, Any] | None = None,
    attribution: str = "",
) -> DatasetManifest:
    """Keep rows as what a dataset version holds.

    Args:
        artifacts: Where the rows go.
        frame: The rows, a `studio.tables.Frame`.
        split: How they are divided where nobody said.
        target: The column that is the class; "" for none.
        codes: uint8 (rows,), the split, EXCLUDED where nobody said; None: nobody ever did.
        columns: What the columns hold, where that is known already.
        hidden: Rows whose class is not told.
        source, attribution: Of the manifest.

    Raises:
        NotFound: No such column. InvalidInput, TooLarge: The target cannot be a class.
    """
    from studio.tables import append_columns, describe, row_texts, words_in
    from studio.workspace.manifest import recount

    described = columns or describe(frame)
    class_names: tuple[str, ...] = ()
    labels = np.full(frame.num_rows, UNLABELLED, np.int32)
    if target:
        labels, class_names = target_labels(frame, find_column(described, target))
    if hidden is not None and len(hidden) and target:
        labels[hidden] = UNLABELLED
        words = np.array(words_in(frame, target), object)
        words[hidden] = None
        frame = append_columns(frame, {target: words.tolist()})
        described = describe(frame)
    groups = None
    if split.together:
        others = [name for name in frame.column_names if name != target]
        groups = row_groups(row_texts(frame, others))
    divided = split_codes(frame.num_rows, split, labels, groups)
    facts = dict(source or {})
    if codes is not None:
        divided = np.where(codes == EXCLUDED, divided, codes).astype(np.uint8)
        facts["own_split"] = int(np.count_nonzero(codes != EXCLUDED))
    manifest = DatasetManifest(
        task="table",
        samples=put_frame(artifacts, frame).digest,
        labels=artifacts.put_array(labels, "labels.npy").digest,
        split=artifacts.put_array(divided, "split.npy").digest,
        class_names=class_names,
        shape=(0, 0, 0),
        table=described,
        target=target,
        count=frame.num_rows,
        class_counts=(),
        split_counts=(0, 0, 0),
        split_config=split,
        source=facts,
        attribution=attribution,
    )
    return recount(manifest, labels, divided, None)


def target_labels(frame: Any, column: Column) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Return the class of each row, int32 (rows,), -1 where none is given, and the names of the classes, sorted.

    Raises:
        InvalidInput: The column holds no classes. TooLarge: It has too many different values.
    """
    from studio.tables import words_in

    if column.kind in ("text", "time"):
        raise InvalidInput(
            f'The column "{column.name}" cannot be the target.',
            f"It holds {KIND_TITLES[column.kind]}: nearly every row says something of its own.",
            "Choose a column with few different values, or make classes of it with the SQL component: "
            "CASE WHEN ... THEN 'early' ELSE 'late' END.",
        )
    words = words_in(frame, column.name)
    found = {word for word in words if word}
    if column.kind == "number" and len(found) > MOST_NUMBER_CLASSES:
        raise TooLarge(
            f'The column "{column.name}" has {len(found):,} different numbers.',
            f"A class is one of a few: at most {MOST_NUMBER_CLASSES} numbers can be classes.",
            f'Make ranges of them with the SQL component: CASE WHEN "{column.name}" < 10 THEN '
            "'low' ELSE 'high' END AS target.",
        )
    named = {word: check_class_name(word) for word in found}
    names = sorted(set(named.values()), key=_order if column.kind == "number" else None)
    places = {name: place for place, name in enumerate(names)}
    labels = np.array([places[named[word]] if word else UNLABELLED for word in words], np.int32)
    return labels, tuple(names)


def _order(word: str) -> tuple[float, str]:
    return float(word), word


def open_rows(artifacts: Artifacts, manifest: DatasetManifest) -> tuple[Any, NDArray[np.uint8]]:
    """Return the kept rows of a dataset version, with its classes in the target column, and their split.

    Returns:
        A `studio.tables.Frame`, and uint8 (rows,), codes of SPLIT_NAMES.

    Raises:
        InvalidInput: The version holds no rows.
    """
    from studio.tables import take

    check_rows(manifest)
    frame = open_classed(artifacts, manifest)
    codes: NDArray[np.uint8] = np.asarray(artifacts.open_array(manifest.split))
    if manifest.state:
        kept = np.asarray(artifacts.open_array(manifest.state) == KEPT)
        frame, codes = take(frame, kept), codes[kept]
    return frame, codes


def open_classed(
    artifacts: Artifacts, manifest: DatasetManifest, columns: list[str] | None = None
) -> Any:
    """Return all rows of a version that holds rows, with its classes in the target column, or in one of their own.

    Args:
        columns: Names of those to read; None: all.
    """
    from studio.tables import append_columns, read_parquet, words_in

    frame = read_parquet(artifacts.path(manifest.samples), columns)
    target = manifest.target or free_column("class", frame.column_names)
    if not manifest.class_names or (columns is not None and target not in columns):
        return frame
    names = np.array([*manifest.class_names, None], object)
    classes: list[Any] = names[artifacts.open_array(manifest.labels)].tolist()
    if not manifest.target or words_in(frame, target) != classes:
        frame = append_columns(frame, {target: classes})
    return frame


def put_frame(artifacts: Artifacts, frame: Any, name: str = "table.parquet") -> RunArtifact:
    """Store rows, a `studio.tables.Frame`, as Parquet."""
    from studio.tables import write_parquet

    with artifacts.draft() as draft:
        write_parquet(frame, draft)
        return artifacts.adopt(draft, name)


def join_rows(artifacts: Artifacts, first: str, second: str) -> str:
    """Write the rows of one file below those of another, in the order of the first's columns; return a digest."""
    from studio.tables import append, read_parquet

    frames = [read_parquet(artifacts.path(digest)) for digest in (first, second)]
    return put_frame(artifacts, append(*frames)).digest


def table_columns(artifacts: Artifacts, digest: str) -> tuple[Column, ...]:
    """Return what the columns of a Parquet file hold."""
    from studio.tables import describe, read_parquet

    return describe(read_parquet(artifacts.path(digest)))


def check_rows(manifest: DatasetManifest) -> None:
    """Refuse pictures and texts where rows are needed.

    Raises:
        InvalidInput: The version holds something else.
    """
    if manifest.task == "table":
        return
    held = {"images": "pictures", "text": "texts"}[manifest.task]
    raise InvalidInput(
        f"{getattr(manifest, 'title', 'The dataset')} holds {held}.",
        "Rows and columns are needed here.",
        "Choose a table, or bring one on the Datasets page.",
    )


@lru_cache(maxsize=KEPT_TEXTS)
def _texts(path: Path, left_out: str = "") -> Texts:
    from studio.tables import read_parquet, row_texts

    frame = read_parquet(path)
    return row_texts(frame, [name for name in frame.column_names if name != left_out])


def samples_of(artifacts: Artifacts, manifest: DatasetManifest) -> Images | Words:
    """Return the samples of a version; rows as sentences without their class, so that nobody is told the answer."""
    if manifest.task == "table":
        return _texts(artifacts.path(manifest.samples), manifest.target)
    return artifacts.open_samples(manifest.samples)


def features_of(artifacts: Artifacts, manifest: DatasetManifest) -> NDArray[np.float32] | None:
    """Return what rows are like without their class, float32 (N, F); None of pictures and texts."""
    if manifest.task != "table":
        return None
    from studio.tables import read_parquet, row_features

    frame = read_parquet(artifacts.path(manifest.samples))
    return row_features(frame, manifest.table, manifest.target)


def row_groups(sentences: Texts) -> NDArray[np.int64]:
    """Return int64 (N,), the same number for rows that are the same."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(text, len(numbers)) for text in sentences], np.int64)


READERS[b"PAR1"] = _texts
"""So that rows can be looked through, labelled and searched as texts are: `Artifacts.open_samples` gives sentences."""
