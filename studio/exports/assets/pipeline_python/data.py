"""Datasets: read, divided, filtered, joined."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).resolve().parent.parent / "data"
TRAIN, VALIDATION, TEST = range(3)


@dataclass(frozen=True)
class Data:
    """Samples with their classes.

    Args:
        samples: uint8 (N, height, width, channels), a list of N texts, or a pandas DataFrame of N rows.
        labels: int32 (N,), the place of a sample's class in `class_names`; -1 for none.
        codes: uint8 (N,): 0 training, 1 validation, 2 test.
        class_names: Names of the classes.
        task: images, text or table.
    """

    samples: Any
    labels: Any
    codes: Any
    class_names: list[str]
    task: str

    def take(self, rows: Any) -> Data:
        """Return some of the samples, in this order."""
        if self.task == "images":
            samples = self.samples[rows]
        elif self.task == "text":
            samples = [self.samples[row] for row in rows]
        else:
            samples = self.samples.iloc[rows].reset_index(drop=True)
        return replace(self, samples=samples, labels=self.labels[rows], codes=self.codes[rows])


def stored(name: str, version: int | None = None) -> Path:
    """Return the files of a dataset that lie beside the script, without their endings.

    Args:
        name: NAME or NAME:VERSION.
        version: Default: the newest that is there.

    Raises:
        FileNotFoundError: It is not there.
    """
    name, _, number = name.partition(":")
    version = int(number) if number else version
    found = sorted(FOLDER.glob(f"{name}-*.json"), key=lambda path: path.name)
    found = [path for path in found if path.stem.rpartition("-")[2].isdecimal()]
    numbers = [int(path.stem.rpartition("-")[2]) for path in found]
    wanted = max(numbers, default=None) if version is None else version
    if wanted not in numbers:
        raise FileNotFoundError(f"The folder {FOLDER} has no dataset {name} of version {version}.")
    return FOLDER / f"{name}-{wanted}"


def dataset(name: str, version: int | None = None) -> Data:
    """Read a dataset that lies beside the script."""
    base = stored(name, version)
    facts = json.loads(Path(f"{base}.json").read_text(encoding="utf-8"))
    samples: Any
    if facts["task"] == "images":
        samples = np.load(f"{base}-samples.npy", mmap_mode="r")
    elif facts["task"] == "text":
        samples = json.loads(Path(f"{base}-texts.json").read_text(encoding="utf-8"))
    else:
        import pandas  # type: ignore[import-untyped]

        rows = pandas.read_parquet(f"{base}.parquet")[np.load(f"{base}-kept.npy")]
        samples = rows.drop(columns=[facts["target"]], errors="ignore").reset_index(drop=True)
    labels, codes = np.load(f"{base}-labels.npy"), np.load(f"{base}-split.npy")
    print(f"{name}: {len(labels):,} samples of {len(facts['class_names'])} classes")
    return Data(samples, labels, codes, list(facts["class_names"]), facts["task"])


def split_codes(
    count: int,
    test_share: float,
    validation_share: float,
    seed: int,
    labels: Any = None,
) -> Any:
    """Return a part for each of `count` samples, uint8; with labels every class is divided alike."""
    generator = np.random.default_rng(seed)
    codes = np.zeros(count, np.uint8)
    parts = [np.arange(count)]
    if labels is not None:
        order = np.argsort(labels, kind="stable")
        parts = np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)
    for part in parts:
        order = part[generator.permutation(len(part))]
        test, validation = round(len(part) * test_share), round(len(part) * validation_share)
        codes[order[:test]] = TEST
        codes[order[test : test + validation]] = VALIDATION
    return codes


def split(
    dataset: Data,
    stored: bool = True,
    test_share: float = 0.3,
    validation_share: float = 0.0,
    seed: int = 0,
    stratified: bool = False,
    together: bool = False,
) -> Data:
    """Divide samples into training, validation and test samples."""
    if stored:
        return dataset
    if together:
        print("split: near-duplicates are not looked for here; every sample is divided by itself.")
    labels = dataset.labels if stratified else None
    codes = split_codes(len(dataset.labels), test_share, validation_share, seed, labels)
    return replace(dataset, codes=codes)


def sample(dataset: Data, share: float = 0.1, per_class: bool = True, seed: int = 0) -> Data:
    """Keep a random share of the samples; of every class at least one."""
    groups = dataset.labels if per_class else np.zeros(len(dataset.labels), np.int32)
    draw = np.random.default_rng(seed)
    rows = np.arange(len(groups))
    chosen = [
        draw.permutation(rows[groups == group])[: max(1, round(int(count) * share))]
        for group, count in zip(*np.unique(groups, return_counts=True), strict=True)
    ]
    return dataset.take(np.sort(np.concatenate(chosen)))


def filter_classes(
    dataset: Data, classes: Any = (), keep: bool = True, unlabelled: bool = False
) -> Data:
    """Keep the samples of some classes; the others are no classes any more."""
    names = dataset.class_names
    stays = np.array([(name in classes) == keep for name in names], bool)
    numbers = np.append(np.where(stays, np.cumsum(stays) - 1, -1), -1).astype(np.int32)
    found = dataset.take(np.flatnonzero(np.append(stays, unlabelled)[dataset.labels]))
    kept = [name for name, stay in zip(names, stays, strict=True) if stay]
    return replace(found, labels=numbers[found.labels], class_names=kept)


def join_datasets(first: Data, second: Data) -> Data:
    """Put the samples of two datasets together; classes of the same name are one class."""
    names = [*first.class_names, *(n for n in second.class_names if n not in first.class_names)]
    places = np.array([*(names.index(name) for name in second.class_names), -1], np.int32)
    samples: Any
    if first.task == "images":
        samples = np.concatenate([first.samples, second.samples])
    elif first.task == "text":
        samples = [*first.samples, *second.samples]
    else:
        import pandas

        samples = pandas.concat([first.samples, second.samples], ignore_index=True)
    labels = np.concatenate([first.labels, places[second.labels]])
    return Data(samples, labels, np.concatenate([first.codes, second.codes]), names, first.task)


def relabel(dataset: Data, classes: Any = None) -> Data:
    """Give classes other names; those that then have the same name are one class."""
    now = [(classes or {}).get(name, name) for name in dataset.class_names]
    kept = list(dict.fromkeys(now))
    numbers = np.array([*(kept.index(name) for name in now), -1], np.int32)
    return replace(dataset, labels=numbers[dataset.labels], class_names=kept)


def remove_duplicates(dataset: Data, near: bool = False) -> Data:
    """Keep one of several samples with the very same content: the first."""
    if near:
        print("remove_duplicates: only samples with the very same content are found here.")
    seen: set[Any] = set()
    rows = []
    for row in range(len(dataset.labels)):
        if dataset.task == "images":
            content: Any = np.asarray(dataset.samples[row]).tobytes()
        elif dataset.task == "text":
            content = dataset.samples[row]
        else:
            content = tuple(map(str, dataset.samples.iloc[row]))
        if content not in seen:
            seen.add(content)
            rows.append(row)
    return dataset.take(np.array(rows, np.int64))


def balance(dataset: Data, method: str = "fewest", count: int = 1000, seed: int = 0) -> Data:
    """Give all classes equally many training samples."""
    labels = dataset.labels
    trained = np.flatnonzero((dataset.codes == TRAIN) & (labels >= 0))
    counts = np.bincount(labels[trained], minlength=len(dataset.class_names))
    wanted = {"fewest": int(counts[counts > 0].min()), "most": int(counts.max())}.get(method, count)
    draw = np.random.default_rng(seed)
    again: list[Any] = [np.empty(0, np.int64)]
    stays = np.ones(len(labels), bool)
    for number in np.flatnonzero(counts):
        mine = draw.permutation(trained[labels[trained] == number])
        stays[mine[wanted:]] = False
        again.append(np.resize(mine, wanted)[len(mine) :])
    return dataset.take(np.concatenate([np.flatnonzero(stays), *again]))
