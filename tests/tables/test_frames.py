from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest

from studio.core.errors import InvalidInput, NotFound
from studio.tables import (
    append_columns,
    describe,
    frame_of_columns,
    frame_of_records,
    records_of,
    row_texts,
    select,
    summarise,
    take,
    values_of,
    words_in,
)

FRAME = frame_of_columns(
    {
        "n": [1, 2, None],
        "x": [1.5, None, 3.0],
        "w": ["a", None, "ü"],
        "b": [True, None, False],
        "t": [datetime(2024, 1, 2), None, datetime(2024, 1, 2, 3, 4)],  # noqa: DTZ001
    }
)


def test_values_have_one_type_a_kind() -> None:
    values = values_of(FRAME)
    np.testing.assert_array_equal(values["n"], [1, 2, np.nan])
    np.testing.assert_array_equal(values["b"], [1, np.nan, 0])
    assert values["w"].tolist() == ["a", None, "ü"]
    assert values["t"].dtype == "datetime64[us]"
    assert list(values_of(FRAME, ["w"])) == ["w"]
    with pytest.raises(NotFound, match='no column called "z"'):
        values_of(FRAME, ["z"])


def test_rows_go_out_as_json_and_come_back() -> None:
    rows = records_of(FRAME)
    assert rows[0] == {"n": 1, "x": 1.5, "w": "a", "b": True, "t": "2024-01-02"}
    assert set(rows[1].values()) == {2, None}
    assert rows[2]["t"] == "2024-01-02T03:04:00"
    again = frame_of_records([*rows, {"extra": 1}], describe(FRAME))
    assert records_of(again, 0, 3) == rows
    assert set(records_of(again, 3, 1)[0].values()) == {None}
    with pytest.raises(InvalidInput, match="'many' does not fit"):
        frame_of_records([{"n": "many"}], describe(FRAME))


def test_rows_are_shown_as_sentences() -> None:
    assert row_texts(FRAME)[:] == [
        "n 1 · x 1.5 · w a · b true · t 2024-01-02",
        "n 2",
        "x 3 · w ü · b false · t 2024-01-02 03:04:00",
    ]
    assert row_texts(FRAME, ["w"])[:] == ["w a", "", "w ü"]
    assert row_texts(take(FRAME, np.array([2])), ["w"])[:] == ["w ü"]


def test_columns_are_chosen_added_and_replaced() -> None:
    assert select(FRAME, ["w", "n"]).column_names == ["w", "n"]
    assert select(FRAME, ["w", "n"], keep=False).column_names == ["x", "b", "t"]
    with pytest.raises(InvalidInput, match="No column would be left"):
        select(FRAME, FRAME.column_names, keep=False)
    more = append_columns(FRAME, {"n": [7, 8, 9], "new": ["p", "q", None]})
    assert more.column_names == [*FRAME.column_names, "new"]
    assert words_in(more, "n") == ["7", "8", "9"]


def test_rows_are_taken_by_mask_and_by_number() -> None:
    assert words_in(take(FRAME, np.array([True, False, True])), "x") == ["1.5", "3"]
    assert words_in(take(FRAME, np.array([2, 0])), "x") == ["3", "1.5"]


def test_columns_are_summarised() -> None:
    found = {column.name: summarise(FRAME, column) for column in describe(FRAME)}
    assert (found["x"].mean, found["x"].missing, found["x"].median) == (2.25, 1, 2.25)
    assert sum(found["x"].histogram) == 2
    assert found["w"].values == (("a", 1), ("ü", 1))
    assert found["b"].different == 2
    assert (found["t"].first, found["t"].last) == ("2024-01-02", "2024-01-02T03:04:00")
    nothing = frame_of_columns({"x": np.array([np.nan, np.nan])})
    assert summarise(nothing, describe(nothing)[0]).mean is None


@pytest.mark.parametrize(
    "values", [[3.0, 3.0], [2.0**63, 2.0**63], [1e40, np.nextafter(1e40, 1e41)], [-1.7e308, 1.7e308], [0, 5e-324]]
)  # fmt: skip
def test_numbers_that_are_huge_or_hardly_differ_have_a_histogram(values: list[float]) -> None:
    frame = frame_of_columns({"a": values})
    assert sum(summarise(frame, describe(frame)[0]).histogram) == 2
