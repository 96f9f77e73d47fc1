"""Suggestions as they are stored: ascending numbers of samples, what is suggested for each, how sure it is."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from studio.core.label_answer import LabelValue

PrelabelArrays = tuple[NDArray[np.int64], list[str], NDArray[np.float32]]
"""Items int64 (n,) ascending, the JSON of each one's `LabelValue`, scores float32 (n,)."""


def prelabel_arrays(found: Iterable[tuple[int, LabelValue, float]]) -> PrelabelArrays:
    """Return suggestions ready to be stored; of several for one sample the last counts.

    Args:
        found: (number of the sample, what is suggested, score 0 to 1), in any order.

    Example:
        >>> items, values, scores = prelabel_arrays([(7, LabelValue(classes=("cat",)), 0.5), (2, LabelValue(), 2.0)])
        >>> items.tolist(), values, scores.tolist()
        ([2, 7], ['{}', '{"classes": ["cat"]}'], [1.0, 0.5])
    """
    last = {item: (value.as_json(), score) for item, value, score in found}
    items = np.array(sorted(last), np.int64)
    chosen = [last[item] for item in items.tolist()]
    scores = np.array([score for _, score in chosen], np.float32)
    return items, [value for value, _ in chosen], np.clip(np.nan_to_num(scores), 0, 1)
