from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from studio.core.dataset import KEPT, QUARANTINED, REMOVED, SplitConfig, split_codes
from studio.core.quality import (
    BLANK,
    CONFLICT,
    COPY,
    NEAR,
    TINY,
    QualityParams,
    leakage,
)
from studio.core.samples import Images, Joined, Texts, Words
from studio.quality import Findings, check_quality, layout, near_duplicate_groups

Pictures = NDArray[np.uint8]


def silent(done: int, total: int, unit: str, message: str) -> None: ...


@pytest.fixture(autouse=True)
def _short_maps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Maps are looked at in test_layout; here one part of the arranging is enough."""
    monkeypatch.setattr(layout, "STEPS", 1)


def checked(
    samples: Images | Words,
    labels: NDArray[np.int32] | None = None,
    state: NDArray[np.uint8] | None = None,
    **params: int,
) -> Findings:
    if labels is None:
        labels = np.zeros(len(samples), np.int32)
    return check_quality(
        samples,
        labels,
        state,
        QualityParams.model_validate({"map_samples": 100, **params}),
        title="drawings:3",
        digest="a" * 64,
        progress=silent,
    )


def flagged(found: Findings, flag: int) -> list[int]:
    return np.flatnonzero(found.flags & flag).tolist()


def test_planted_faults_are_found_and_nothing_else(made: Pictures) -> None:
    made[10] = made[3]
    made[20] = made[3]
    made[30] = made[4]
    made[30, 5, 5] ^= 1  # a near-duplicate
    made[40], made[50] = 0, 200
    made[60] = 255
    made[60, 7, 7] = 0
    labels = np.zeros(200, np.int32)
    labels[20] = 1
    found = checked(made, labels)
    assert flagged(found, COPY) == [10, 20]
    assert flagged(found, NEAR) == [10, 20, 30, 50]  # blank pictures look alike
    assert flagged(found, BLANK) == [40, 50]
    assert flagged(found, TINY) == [60]
    assert flagged(found, CONFLICT) == [3, 10, 20]
    report = found.report
    assert (report.dataset, report.samples, report.distance) == ("drawings:3", "a" * 64, 2)
    assert (report.count, report.blank, report.tiny, report.copies) == (200, 2, 1, 2)
    assert (report.near_duplicates, report.conflicts) == (4, 3)
    assert (report.groups, report.largest_group, report.mapped) == (3, 3, 100)


def test_only_kept_samples_count(made: Pictures) -> None:
    made[10] = made[20] = made[30] = made[3]
    made[40] = 0
    state = np.full(200, KEPT, np.uint8)
    state[[3, 40]], state[30] = QUARANTINED, REMOVED
    labels = np.zeros(200, np.int32)
    labels[30] = 1
    found = checked(made, labels, state)
    assert np.flatnonzero(found.flags).tolist() == [20]
    assert found.flags[20] == COPY | NEAR
    assert found.report.count == 197
    assert found.groups[10] == found.groups[20]
    assert len(np.unique(found.groups)) == 199
    assert not set(found.map_rows.tolist()) & {3, 30, 40}


def test_groups_are_numbered_from_nought(made: Pictures) -> None:
    made[150] = made[0]
    state = np.zeros(200, np.uint8)
    state[1] = REMOVED
    groups = checked(made, None, state).groups
    assert groups.dtype == np.int64
    assert groups.tolist() == [*range(150), 0, *range(150, 199)]


@pytest.mark.parametrize("state", [None, REMOVED])
def test_a_dataset_without_samples_is_in_order(state: int | None) -> None:
    count = 0 if state is None else 5
    samples = np.zeros((count, 8, 8, 1), np.uint8)
    found = checked(samples, None, None if state is None else np.full(count, state, np.uint8))
    assert found.report.count == found.report.groups == found.report.largest_group == 0
    assert len(np.unique(found.groups)) == count
    assert found.map_points.shape == (0, 2)


def test_texts_are_checked_as_pictures_are() -> None:
    generator = np.random.default_rng(0)
    letters = list("abcdefghijklmnopqrstuvwxyz")
    words = ["".join(generator.choice(letters, 6)) for _ in range(400)]
    texts = [" ".join(generator.choice(words, 30)) for _ in range(120)]
    texts[10] = texts[3]
    texts[20] = texts[4].upper() + " !"
    texts[30], texts[40], texts[50] = "", "  ", "ok"
    labels = np.zeros(120, np.int32)
    labels[20] = 1
    found = checked(Texts.of(texts), labels)
    assert flagged(found, COPY) == [10]
    assert flagged(found, NEAR) == [10, 20, 40]
    assert flagged(found, BLANK) == [30, 40]
    assert flagged(found, TINY) == [50]
    assert flagged(found, CONFLICT) == [4, 20]
    assert found.map_points.shape == (100, 2)


def test_a_version_of_several_parts_is_checked_as_one(made: Pictures) -> None:
    made[150] = made[3]
    whole, parts = checked(made), checked(Joined([made[:120], made[120:130], made[130:]]))
    for name in ("groups", "flags", "map_rows", "map_points"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(parts, name))
    assert whole.report == parts.report


def test_the_map_shows_samples_chosen_at_random(made: Pictures) -> None:
    first, again, other = (checked(made, seed=seed).map_rows for seed in (0, 0, 1))
    assert len(first) == 100
    assert np.all(np.diff(first) > 0)
    np.testing.assert_array_equal(first, again)
    assert set(first.tolist()) != set(other.tolist())
    assert checked(made, map_samples=500).map_rows.tolist() == list(range(200))


def test_groups_for_a_split_are_those_of_the_check(made: Pictures) -> None:
    made[150], made[151] = made[3], made[4]
    made[151, 0, 0] ^= 1
    groups = near_duplicate_groups(made, 2, silent)
    np.testing.assert_array_equal(groups, checked(made).groups)
    assert groups[151] == groups[4] != groups[3]


def test_planted_near_duplicates_among_real_drawings_are_found(drawings: Pictures) -> None:
    """Recall at distance 2: copies 100 %, a pixel brighter by 20 at least 99 %."""
    generator = np.random.default_rng(0)
    originals = generator.choice(len(drawings), 1000, replace=False)
    planted = drawings[originals].reshape(1000, -1)
    planted[500:][np.arange(500), generator.integers(0, 784, 500)] ^= 20
    both = Joined([drawings, planted.reshape(-1, 28, 28, 1)])
    found = checked(both)
    # The drawings themselves hold no copies, so exactly those planted are found.
    assert flagged(found, COPY) == list(range(30_000, 30_500))
    assert np.count_nonzero(found.flags[30_500:] & NEAR) >= 495
    assert np.count_nonzero(found.flags[:30_000] & NEAR) / 30_000 < 0.05


def test_a_split_by_groups_does_not_leak_and_one_at_random_does(drawings: Pictures) -> None:
    config = SplitConfig(test_share=0.3, validation_share=0.1)
    groups = near_duplicate_groups(drawings, 2, silent)
    labels = np.zeros(len(drawings), np.int32)
    assert leakage(groups, split_codes(30_000, config, labels)).count > 100
    together = split_codes(30_000, config, labels, groups)
    assert leakage(groups, together).count == 0
    shares = np.bincount(together, minlength=3) / 30_000
    assert np.abs(shares - [0.6, 0.1, 0.3]).max() < 0.001


def test_progress_says_what_is_done_and_can_stop_every_part(made: Pictures) -> None:
    said: list[tuple[int, int, str, str]] = []

    def check(stop_at: str | None) -> None:
        def progress(done: int, total: int, unit: str, message: str) -> None:
            said.append((done, total, unit, message))
            if message == stop_at:
                raise InterruptedError

        check_quality(
            made,
            np.zeros(200, np.int32),
            None,
            QualityParams(),
            title="",
            digest="",
            progress=progress,
        )

    check(None)
    messages = list(dict.fromkeys(message for *_, message in said))
    assert messages == [
        "looking for copies",
        "comparing copies",
        "looking for near-duplicates",
        "drawing the map",
    ]
    for message in messages:
        of_one = [(done, total) for done, total, _, words in said if words == message]
        assert of_one == sorted(of_one)
        assert of_one[-1] == (200, 200)
        with pytest.raises(InterruptedError):
            check(message)


def test_memory_stays_bounded_whatever_the_number_of_samples(tmp_path: Path) -> None:
    """400,000 mapped drawings, 314 MB, half of them copies: a check takes less than a third of that."""
    file = tmp_path / "drawings.npy"
    mapped = np.lib.format.open_memmap(file, "w+", np.uint8, (400_000, 28, 28, 1))
    block = np.random.default_rng(0).integers(0, 256, (4000, 28, 28, 1), dtype=np.uint8)
    for start in range(0, 400_000, 4000):
        mapped[start : start + 4000] = block + np.uint8(start // 8000)
    mapped.flush()
    del mapped
    script = """
import resource, sys
import numpy as np
from studio.core.quality import COPY, QualityParams
from studio.quality import check_quality, layout
layout.STEPS = 1
params = QualityParams(map_samples=100)
quiet = lambda *facts: None
def check(samples):
    labels = np.zeros(len(samples), np.int32)
    found = check_quality(samples, labels, None, params, title="", digest="", progress=quiet)
    return found.report.copies, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
_, before = check(np.random.default_rng(1).integers(0, 256, (5000, 28, 28, 1), np.uint8))
copies, after = check(np.load(sys.argv[1], mmap_mode="r"))
print(copies, after - before)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(file)], capture_output=True, text=True, check=True
    )
    copies, grown = map(int, done.stdout.split())
    assert copies == 200_000
    assert grown < 100
