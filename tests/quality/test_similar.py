from __future__ import annotations

import numpy as np
import pytest

from studio.core.ranking import PAGE
from studio.quality.similar import learned_pages, similar_pages


def heaps(count: int, classes: int = 4, spread: float = 0.3) -> tuple[np.ndarray, np.ndarray]:
    noise = np.random.default_rng(0)
    labels = noise.integers(0, classes, count)
    middles = np.eye(classes, 6) * 5
    return (middles[labels] + noise.normal(0, spread, (count, 6))).astype(np.float32), labels


@pytest.mark.parametrize("count", [0, 1, 2, 63, 64, 65, 500])
def test_every_sample_is_on_one_page(count: int) -> None:
    features, labels = heaps(count)
    known = heaps(30)[0]
    sure = np.random.default_rng(1).random(count).astype(np.float32)
    for pages in (
        similar_pages(features, 0),
        learned_pages(features, labels, sure, known, 0),
    ):
        assert sorted(pages.order.tolist()) == list(range(count))
        assert pages.groups.dtype == np.int32
        sizes = np.bincount(pages.groups) if count else np.empty(0, int)
        assert (sizes > 0).all()
        assert sizes.max(initial=0) <= PAGE
        assert (np.diff(pages.groups) >= 0).all()


def test_samples_that_are_all_the_same_are_put_on_pages() -> None:
    assert len(similar_pages(np.zeros((500, 3), np.float32), 0).order) == 500


def test_what_looks_alike_shares_a_page_before_any_answer() -> None:
    features, labels = heaps(2000)
    pages = similar_pages(features, 0)
    pure = [
        np.bincount(labels[pages.order[pages.groups == g]]).max() / (pages.groups == g).sum()
        for g in range(10)
    ]
    assert np.mean(pure) > 0.98


def test_the_surest_pages_of_one_class_come_first() -> None:
    features, labels = heaps(1200)
    sure = np.random.default_rng(1).uniform(0.4, 1, 1200).astype(np.float32)
    pages = learned_pages(features, labels, sure, features[:200], 0)
    means = []
    for group in range(int(pages.groups.max()) + 1):
        page = pages.order[pages.groups == group]
        if len(np.unique(labels[page])) == 1 and len(page) == PAGE:
            means.append(float(sure[page].mean()))
    assert len(means) > 8
    assert means[0] > means[-1] + 0.05


def test_what_looks_like_nothing_known_gets_pages_of_its_own_early() -> None:
    features, labels = heaps(3000)
    known = features[labels < 2][:100]
    predicted = labels % 2  # the model knows no more than two of the four
    pages = learned_pages(features, predicted, np.ones(3000, np.float32), known, 0)
    first = [np.unique(labels[pages.order[pages.groups == group]]) for group in range(8)]
    assert all(len(found) == 1 for found in first)
    assert {2, 3} <= {int(found[0]) for found in first}


def test_the_same_seed_gives_the_same_pages() -> None:
    features, _ = heaps(500)
    one, other = similar_pages(features, 3), similar_pages(features, 3)
    assert one.order.tolist() == other.order.tolist()


def test_a_cluster_of_one_is_not_the_first_page() -> None:
    features, _ = heaps(400)
    features[7] += 100
    pages = similar_pages(features, 0)
    sizes = np.bincount(pages.groups)
    alone = pages.groups[pages.order.tolist().index(7)]
    assert sizes[alone] == 1
    assert (sizes[:alone] > 1).all()
    assert sizes[0] == PAGE
