"""Browsing and labelling cost the same at a million samples as at ten thousand."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from statistics import median

import numpy as np

from studio.api import create_api
from studio.core.dataset import DatasetManifest, DatasetVersion, SplitConfig, split_codes
from studio.workspace import Workspace
from tests.client import TestClient

ROUNDS = 9
SMALL, LARGE = 10_000, 1_000_000


def add_samples(workspace: Workspace, name: str, count: int) -> DatasetVersion:
    """Add `count` random 28x28 drawings of ten classes, half of them without a class."""
    generator = np.random.default_rng(0)
    samples = generator.integers(0, 256, (count, 28, 28, 1), np.uint8)
    labels = generator.integers(-10, 10, count).astype(np.int32).clip(-1)
    codes = split_codes(count, SplitConfig())
    manifest = DatasetManifest(
        samples=workspace.artifacts.put_array(samples, "samples.npy").digest,
        labels=workspace.artifacts.put_array(labels, "labels.npy").digest,
        split=workspace.artifacts.put_array(codes, "split.npy").digest,
        class_names=tuple("abcdefghij"),
        shape=(28, 28, 1),
        count=count,
        class_counts=tuple(np.bincount(labels[labels >= 0], minlength=10).tolist()),
        split_counts=(int((codes == 0).sum()), 0, int((codes == 2).sum())),
        split_config=SplitConfig(),
        source={"kind": "random"},
    )
    return workspace.record_dataset(name, manifest, author="bench", message="")


def interleaved(works: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return name -> median milliseconds of a call, the works taking turns."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for number in range(ROUNDS + 1):
        for name, work in works.items():
            start = time.perf_counter()
            work()
            if number:
                times[name].append(1000 * (time.perf_counter() - start))
    return {name: median(found) for name, found in times.items()}


def test_browsing_does_not_grow_with_the_dataset(workspace: Workspace) -> None:
    client = TestClient(create_api(workspace, hosts=["testserver"]))
    client.cookies.set("_streamlit_xsrf", "token")
    versions = {n: add_samples(workspace, f"d{n}", n) for n in (SMALL, LARGE)}
    generator = np.random.default_rng(1)

    def page(count: int) -> object:
        after = int(generator.integers(0, count // 2))
        answer = client.get(
            "/samples",
            params={"dataset": f"d{count}", "status": "unlabelled", "after": after, "limit": 200},
        )
        assert len(answer.json()["samples"]) == 200
        return answer

    def sprite(count: int) -> object:
        ids = ",".join(map(str, sorted(generator.choice(count, 200, replace=False).tolist())))
        answer = client.get("/sprite", params={"samples": versions[count].samples, "ids": ids})
        assert answer.status_code == 200
        return answer

    def label(count: int) -> object:
        op = {
            "op_id": uuid.uuid4().hex,
            "sample": int(generator.integers(count)),
            "class_name": "a",
        }
        body = {"dataset": f"d{count}", "annotator": "bench", "ops": [op]}
        answer = client.post("/labels", json=body, headers={"x-xsrftoken": "token"})
        assert answer.status_code == 200, answer.text
        return answer

    print(f"\n{'':8} {SMALL:>12,} {LARGE:>12,} samples   ratio   (median ms of {ROUNDS})")
    for work in (page, sprite, label):
        found = interleaved({str(n): lambda n=n, w=work: w(n) for n in (SMALL, LARGE)})
        small, large = found[str(SMALL)], found[str(LARGE)]
        print(f"{work.__name__:8} {small:12.1f} {large:12.1f} {large / small:17.2f}")
        assert large < 5 * small + 20
        assert large < 200
