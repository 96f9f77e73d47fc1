from __future__ import annotations

import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.errors import InvalidInput, NotFound
from studio.core.table import (
    Column,
    TableSettings,
    encode_rows,
    find_column,
    model_columns,
    word_of,
)

COLUMNS = (
    Column(name="age", kind="number"),
    Column(name="pet", kind="category", categories=("cat", "dog")),
    Column(name="member", kind="boolean"),
    Column(name="since", kind="time"),
)
SETTINGS = TableSettings(columns=COLUMNS)


def test_a_row_becomes_one_number_a_column() -> None:
    rows = [
        {"age": 3, "pet": "dog", "member": True, "since": "1970-01-03"},
        {"age": "4.5", "pet": "cow", "member": "no", "since": "1970-01-01T12:00:00"},
        {"age": None, "pet": None, "other": 1},
    ]
    assert encode_rows(rows, SETTINGS).tolist()[:2] == [[3, 2, 1, 2], [4.5, 0, 0, 0.5]]
    missing = encode_rows(rows, SETTINGS)[2]
    assert missing[1] == 0
    assert np.isnan(missing[[0, 2, 3]]).all()
    assert SETTINGS.shape == (4,)


@settings(max_examples=30)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "age": st.none() | st.floats(-1e6, 1e6) | st.integers(-1000, 1000),
                "pet": st.none() | st.sampled_from(["cat", "dog", "cow", "3"]),
                "member": st.none() | st.booleans(),
                "since": st.none() | st.datetimes().map(datetime.datetime.isoformat),
            }
        ),
        min_size=1,
        max_size=8,
    )
)
def test_one_row_is_encoded_as_among_others_and_as_in_columns(
    rows: list[dict[str, object]],
) -> None:
    together = encode_rows(rows, SETTINGS)
    assert together.dtype == np.float32
    np.testing.assert_array_equal(
        together, np.concatenate([encode_rows([row], SETTINGS) for row in rows])
    )
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    np.testing.assert_array_equal(together, encode_rows(columns, SETTINGS))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"age": "old"}, "'old' does not fit into the column \"age\""),
        ({"member": "perhaps"}, "true or false"),
        ({"since": "yesterday"}, "a date"),
        ({"weight": 3}, "none of the columns"),
    ],
)
def test_what_does_not_fit_is_refused(row: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        encode_rows([row], SETTINGS)
    with pytest.raises(InvalidInput, match='no column "pet"'):
        encode_rows({"age": [3]}, SETTINGS)


def test_a_model_reads_neither_the_target_nor_free_text() -> None:
    columns = (*COLUMNS, Column(name="note", kind="text"))
    assert [c.name for c in model_columns(columns, "pet")] == ["age", "member", "since"]
    with pytest.raises(NotFound, match='no column called "agee"') as caught:
        find_column(columns, "agee")
    assert caught.value.fix == 'Did you mean "age"?'


def test_the_same_value_has_one_word() -> None:
    assert [word_of(v) for v in (3, 3.0, np.float64(3), "3", True, None, float("nan"))] == [
        "3", "3", "3", "3", "true", "", "",
    ]  # fmt: skip
