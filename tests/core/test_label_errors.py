from __future__ import annotations

import pytest
from statsmodels.stats.proportion import proportion_confint

from studio.core.dataset import DatasetManifest, SplitConfig
from studio.core.errors import InvalidInput, StudioError
from studio.core.intervals import wilson
from studio.core.label_errors import (
    TEXT_MODEL,
    VerdictInput,
    parse_label_errors,
    usual_params,
)
from studio.core.presets import TRANSFER_PRESETS


def manifest(labelled: int, task: str = "images") -> DatasetManifest:
    return DatasetManifest(
        task=task,  # type: ignore[arg-type]
        samples="a", labels="b", split="c", class_names=("cat", "dog"), shape=(28, 28, 1),
        count=labelled, class_counts=(labelled // 2, labelled // 2), split_counts=(labelled, 0, 0),
        split_config=SplitConfig(), source={},
    )  # fmt: skip


@pytest.mark.parametrize(("hits", "count"), [(0, 1), (1, 1), (36, 40), (512, 1000)])
def test_interval_is_wilsons(hits: int, count: int) -> None:
    expected = proportion_confint(hits, count, method="wilson")
    assert wilson(hits, count) == pytest.approx(expected, abs=1e-6)


def test_settings_suit_the_dataset() -> None:
    many, few = usual_params(manifest(30_000)), usual_params(manifest(400))
    assert many.training.epochs == 5
    assert many.training.shift > 0
    assert few.training.epochs > 20
    text = usual_params(manifest(10_000, "text"), folds=5)
    assert (text.model, text.folds) == (TEXT_MODEL, 5)
    pretrained = usual_params(manifest(30_000), TRANSFER_PRESETS["transfer-mobilenet-v2"])
    assert not pretrained.training.augments


def test_impossible_settings_and_verdicts_are_refused() -> None:
    with pytest.raises(InvalidInput, match="fold"):
        parse_label_errors({"fold": 3})
    with pytest.raises(StudioError):
        VerdictInput(op_id="a", sample=1, verdict="right", class_name="cat")
