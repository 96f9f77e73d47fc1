"""Label errors on real drawings: 5 % of the labels of 30,000 Quick, Draw! drawings are flipped, and looked for.

`STUDIO_BENCH_SEEDS` says with how many seeds (default: 3).
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np

from studio.core.label_errors import usual_params
from studio.core.sources import QuickDrawSource
from studio.workspace import Workspace
from tests.workspace.conftest import carried_through

SEEDS = int(os.environ.get("STUDIO_BENCH_SEEDS", "3"))
SHARE = 0.05
WANTED = 0.8
CATEGORIES = ("apple", "bicycle", "bowtie", "diamond", "eye", "fish", "lollipop", "rainbow")


def test_planted_label_errors_are_found(workspace: Workspace, shared_data: Path) -> None:
    source = QuickDrawSource(
        categories=CATEGORIES, per_class=5000, folder=str(shared_data / "quickdraw")
    )
    print(
        "\n| seed | drawings | flipped | recall = precision of the top 5 % | flags: precision | recall | class | s |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for seed in range(SEEDS):
        name = f"doodles-{seed}"
        version = workspace.add_dataset(name, source)
        true = np.array(workspace.labels(version))
        draw = np.random.default_rng(1000 + seed)
        flipped = draw.permutation(version.count)[: round(SHARE * version.count)]
        noisy = true.copy()
        noisy[flipped] = (true[flipped] + draw.integers(1, len(CATEGORIES), len(flipped))) % len(
            CATEGORIES
        )
        for code, class_name in enumerate(version.class_names):
            workspace.relabel(name, flipped[noisy[flipped] == code].tolist(), class_name)
        began = time.perf_counter()
        run = workspace.find_label_errors(name, usual_params(version, seed=seed))
        assert carried_through(workspace, run.name).status == "completed"
        seconds = time.perf_counter() - began
        found = workspace.label_errors(workspace.dataset(name))
        assert found is not None
        planted = np.zeros(version.count, bool)
        planted[flipped] = True
        top = planted[
            found.samples[: len(flipped)]
        ].mean()  # as many are shown as are wrong: both are the same
        likely = found.samples[: found.report.likely]
        hits = likely[planted[likely]]
        right = found.classes[: found.report.likely][planted[likely], 1] == true[hits]
        print(
            f"| {seed} | {version.count:,} | {len(flipped):,} | {top:.3f} | {len(hits) / len(likely):.3f} "
            f"| {len(hits) / len(flipped):.3f} | {right.mean():.3f} | {seconds:.0f} |"
        )
        assert top >= WANTED
