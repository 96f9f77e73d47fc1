"""Tables: read, cleaned, encoded, scaled, joined, divided."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from studio.exports.assets.pipeline_python.data import TRAIN, Data, split_codes, stored

OUTPUT = Path("output")


@dataclass(frozen=True)
class Table:
    """Rows and columns.

    Args:
        frame: A pandas DataFrame.
        codes: uint8 (rows,): 0 training, 1 validation, 2 test; None: the rows are not divided.
    """

    frame: Any
    codes: Any = None

    @property
    def training(self) -> Any:
        """The training rows; all where they are not divided."""
        return self.frame if self.codes is None else self.frame[self.codes == TRAIN]


@dataclass(frozen=True)
class Made:
    """A table, and what a step learned to make it.

    Args:
        table: What came out.
        transform: (what is done, what was learned).
    """

    table: Table
    transform: tuple[str, dict[str, Any]]


def _words(frame: Any) -> list[str]:
    return [name for name in frame.columns if not _is_number(frame[name])]


def _is_number(column: Any) -> bool:
    return bool(column.dtype.kind in "iuf")


def table(name: str, version: int | None = None) -> Table:
    """Read a table that lies beside the script."""
    import pandas  # type: ignore[import-untyped]

    base = stored(name, version)
    kept = np.load(f"{base}-kept.npy")
    frame = pandas.read_parquet(f"{base}.parquet")[kept].reset_index(drop=True)
    facts = json.loads(Path(f"{base}.json").read_text(encoding="utf-8"))
    if facts["target"]:
        names = np.array([*facts["class_names"], None], object)
        frame[facts["target"]] = names[np.load(f"{base}-labels.npy")]
    print(f"{name}: {len(frame):,} rows of {len(frame.columns)} columns")
    return Table(frame, np.load(f"{base}-split.npy"))


def enter_data(csv: str = "") -> Table:
    """Read rows that stand in the script."""
    import pandas

    return Table(pandas.read_csv(io.StringIO(csv.strip() + "\n")))


def select_columns(table: Table, columns: Any = (), keep: bool = True) -> Table:
    """Keep some columns, in this order, or all others."""
    wanted = [*columns] if keep else [n for n in table.frame.columns if n not in columns]
    return replace(table, frame=table.frame[wanted])


def clean_missing(
    table: Table,
    columns: Any = (),
    method: str = "mean",
    value: str = "",
    spared: Any = (),
) -> Made:
    """Fill or drop missing values, by what the training rows say."""
    names = [*columns] or [n for n in table.frame.columns if n not in spared]
    if method == "drop":
        learned: dict[str, Any] = {"drop": names}
    else:
        learned = {"fill": {n: _filling(table.training[n], method, value) for n in names}}
    return _made("clean_missing", learned, table)


def _filling(column: Any, method: str, value: str) -> Any:
    if method == "value":
        return float(value) if _is_number(column) else value
    if method in ("mean", "median") and _is_number(column):
        return float(getattr(column, method)())
    common = column.dropna().mode()
    return common.iloc[0] if len(common) else None


def encode(table: Table, columns: Any = (), method: str = "one_hot", spared: Any = ()) -> Made:
    """Turn categories into numbers, by the values of the training rows."""
    names = [*columns] or [n for n in _words(table.frame) if n not in spared]
    values = {}
    for name in names:
        counts = table.training[name].dropna().astype(str).value_counts()
        values[name] = sorted(counts.index, key=lambda word: (-counts[word], word))
    return _made("encode", {"method": method, "categories": values}, table)


def scale(table: Table, columns: Any = (), method: str = "standard", spared: Any = ()) -> Made:
    """Bring numbers to like ranges, by the training rows."""
    numbers = [n for n in table.frame.columns if _is_number(table.frame[n])]
    names = [*columns] or [n for n in numbers if n not in spared]
    learned = {
        name: _range(table.training[name].dropna().to_numpy(float), method) for name in names
    }
    return _made("scale", {"columns": learned}, table)


def _range(values: Any, method: str) -> tuple[float, float]:
    if not len(values):
        return 0.0, 1.0
    if method == "min_max":
        low, width = float(values.min()), float(values.max() - values.min())
    elif method == "robust":
        quarter, low, rest = np.quantile(values, (0.25, 0.5, 0.75)).tolist()
        width = rest - quarter
    else:
        low, width = float(values.mean()), float(values.std())
    return low, width if width > 0 else 1.0


def _made(name: str, learned: dict[str, Any], table: Table) -> Made:
    transform = (name, learned)
    return Made(apply_transform(transform, table), transform)


def apply_transform(transform: tuple[str, dict[str, Any]], table: Table) -> Table:
    """Do to a table what another was made ready with."""
    name, learned = transform
    frame = table.frame.copy()
    present = set(frame.columns)
    if name == "clean_missing" and "drop" in learned:
        kept = frame[[n for n in learned["drop"] if n in present]].notna().all(axis=1).to_numpy()
        codes = None if table.codes is None else table.codes[kept]
        return Table(frame[kept].reset_index(drop=True), codes)
    if name == "clean_missing":
        filling = {n: v for n, v in learned["fill"].items() if n in present and v is not None}
        for column, value in filling.items():
            if isinstance(value, float) and frame[column].dtype.kind in "iu" and value % 1:
                frame[column] = frame[column].astype(float)
            frame[column] = frame[column].fillna(value)
        return replace(table, frame=frame)
    if name == "scale":
        for column, (low, width) in learned["columns"].items():
            if column in present:
                frame[column] = (frame[column].astype(float) - low) / width
        return replace(table, frame=frame)
    return replace(table, frame=_encoded(frame, learned))


def _encoded(frame: Any, learned: dict[str, Any]) -> Any:
    import pandas

    columns = {}
    for name in frame.columns:
        values = learned["categories"].get(name)
        if values is None:
            columns[name] = frame[name]
            continue
        words = frame[name].astype(str)
        places = words.map({value: place for place, value in enumerate(values)})
        places = places.where(frame[name].notna())
        if learned["method"] == "ordinal":
            columns[name] = places.fillna(-1).astype(int) + 1
            continue
        for place, value in enumerate(values):
            columns[f"{name}={value}"] = (places == place).astype(int)
    return pandas.DataFrame(columns)


def join_tables(first: Table, second: Table, on: Any = (), how: str = "inner") -> Table:
    """Put rows of two tables side by side, or one below the other."""
    import pandas

    if how == "append":
        return Table(pandas.concat([first.frame, second.frame], ignore_index=True))
    return Table(first.frame.merge(second.frame, on=[*on], how=how))


def split_table(
    table: Table,
    test_share: float = 0.3,
    validation_share: float = 0.0,
    seed: int = 0,
    stratified: bool = False,
    together: bool = False,
    target: str = "",
) -> Table:
    """Divide rows into training, validation and test rows."""
    labels = None
    if stratified and target:
        column = table.frame[target]
        numbers = column.astype("category").cat.codes.to_numpy()
        labels = numbers.astype(np.int32)
    codes = split_codes(len(table.frame), test_share, validation_share, seed, labels)
    return replace(table, codes=codes)


def choose_target(table: Table, target: str) -> Data:
    """Make a dataset of rows: one column is the class."""
    column = table.frame[target]
    known = column.notna().to_numpy()
    names = sorted(column[known].astype(str).unique())
    places = {name: number for number, name in enumerate(names)}
    labels = np.array(
        [places[str(value)] if there else -1 for value, there in zip(column, known, strict=True)],
        np.int32,
    )
    codes = split_codes(len(column), 0.3, 0.0, 0) if table.codes is None else table.codes
    return Data(table.frame.drop(columns=[target]), labels, codes, names, "table")


def export_table(table: Table, format: str = "csv") -> Path:
    """Write rows as a file into the folder output."""
    OUTPUT.mkdir(exist_ok=True)
    number = len([*OUTPUT.glob(f"table-*.{format}")]) + 1
    path = OUTPUT / f"table-{number}.{format}"
    if format == "csv":
        table.frame.to_csv(path, index=False)
    else:
        table.frame.to_parquet(path, index=False)
    print(f"written: {path}")
    return path


def python_script(first: Table, second: Table | None = None, code: str = "") -> Table:
    """Run the function `run` of a text of Python over tables."""
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - the script's own code
    found = names["run"](first.frame) if second is None else names["run"](first.frame, second.frame)
    codes = first.codes if first.codes is not None and len(found) == len(first.frame) else None
    return Table(found, codes)
