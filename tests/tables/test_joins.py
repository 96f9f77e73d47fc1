from __future__ import annotations

import numpy as np
import pytest

from studio.core.errors import InvalidInput, NotFound, TooLarge
from studio.tables import append, frame_of_columns, join, records_of

FIRST = frame_of_columns({"id": [2, 1, 2, None], "name": ["b", "a", "c", "d"]})
SECOND = frame_of_columns({"id": [1.0, 2.0, 9.0], "name": ["x", "y", "z"]})


def test_rows_find_each_other_in_the_order_of_the_first() -> None:
    frame, rows = join(FIRST, SECOND, ["id"], "inner")
    assert records_of(frame) == [
        {"id": 2.0, "name": "b", "name_second": "y"},
        {"id": 1.0, "name": "a", "name_second": "x"},
        {"id": 2.0, "name": "c", "name_second": "y"},
    ]
    assert rows.tolist() == [0, 1, 2]
    frame, rows = join(FIRST, SECOND, ["id"], "left")
    assert records_of(frame)[3] == {"id": None, "name": "d", "name_second": None}
    assert rows.tolist() == [0, 1, 2, 3]
    frame, rows = join(FIRST, SECOND, ["id"], "outer")
    assert [row["name_second"] for row in records_of(frame)] == ["y", "x", "y", None, "z"]
    assert rows.tolist() == [0, 1, 2, 3, -1]


def test_rows_come_below_each_other() -> None:
    other = frame_of_columns({"id": ["two"], "more": [True]})
    assert records_of(append(FIRST, other))[3:] == [
        {"id": None, "name": "d", "more": None},
        {"id": "two", "name": None, "more": True},
    ]
    assert [row["id"] for row in records_of(append(SECOND, FIRST))][2:4] == [9.0, 2.0]


def test_joins_that_cannot_be_are_refused() -> None:
    with pytest.raises(InvalidInput, match='Name one, such as "id"'):
        join(FIRST, SECOND, [], "inner")
    with pytest.raises(NotFound, match='no column called "key"'):
        join(FIRST, SECOND, ["key"], "inner")
    with pytest.raises(InvalidInput, match='"id" cannot be compared'):
        join(FIRST, frame_of_columns({"id": ["1"]}), ["id"], "inner")
    alike = frame_of_columns({"k": np.zeros(6000, int)})
    with pytest.raises(TooLarge, match="about 36,012,000 rows"):
        join(alike, alike, ["k"], "inner")
