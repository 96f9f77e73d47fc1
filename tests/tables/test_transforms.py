from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.components_tables import CleanMissingParams, EncodeParams, ScaleParams
from studio.core.errors import InvalidInput, NotFound
from studio.core.port_values import TransformValue
from studio.tables import (
    apply,
    describe,
    fit,
    frame_of_columns,
    frame_of_records,
    kept_rows,
    records_of,
    select,
)

FRAME = frame_of_columns(
    {
        "age": [10, 20, None, 90],
        "size": [1.0, 3.0, 5.0, None],
        "pet": ["cat", "cat", None, "dog"],
        "paid": [True, True, None, False],
    }
)
TRAINING = np.array([True, True, True, False])


def learned(params: Any, training: Any = TRAINING) -> tuple[TransformValue, list[dict[str, Any]]]:
    transform = fit(params, FRAME, training)
    kept = TransformValue.model_validate(json.loads(transform.model_dump_json()))
    return kept, records_of(apply(kept, FRAME))


def test_missing_values_become_what_the_training_rows_say() -> None:
    _, rows = learned(CleanMissingParams())
    assert rows[2] == {"age": 15, "size": 5.0, "pet": "cat", "paid": True}
    assert rows[3]["size"] == 3.0
    _, rows = learned(CleanMissingParams(method="median", columns=("size",)))
    assert (rows[3]["size"], rows[2]["age"]) == (3.0, None)
    _, rows = learned(CleanMissingParams(method="value", value="7.5", columns=("age", "size")))
    assert (rows[2]["age"], rows[3]["size"]) == (7.5, 7.5)
    with pytest.raises(InvalidInput, match='"none" does not fit into the column "age"'):
        learned(CleanMissingParams(method="value", value="none"))


def test_rows_with_gaps_are_dropped() -> None:
    transform, rows = learned(CleanMissingParams(method="drop", columns=("pet",)))
    assert [row["age"] for row in rows] == [10, 20, 90]
    kept = kept_rows(transform, FRAME)
    assert kept is not None
    assert kept.tolist() == [True, True, False, True]
    assert kept_rows(learned(CleanMissingParams())[0], FRAME) is None


def test_categories_become_numbers_and_strangers_none() -> None:
    _, rows = learned(EncodeParams())
    assert list(rows[0]) == ["age", "size", "pet=cat", "paid"]
    assert [row["pet=cat"] for row in rows] == [1, 1, 0, 0]
    _, rows = learned(EncodeParams(method="ordinal"), None)
    assert [row["pet"] for row in rows] == [1, 1, 0, 2]
    _, rows = learned(EncodeParams(columns=("age", "paid")))
    assert list(rows[0]) == ["age=10", "age=20", "size", "pet", "paid=true"]


def test_numbers_are_scaled_by_the_training_rows() -> None:
    _, rows = learned(ScaleParams(columns=("age",)))
    assert [row["age"] for row in rows] == [-1.0, 1.0, None, 15.0]
    _, rows = learned(ScaleParams(method="min_max"))
    assert [row["size"] for row in rows] == [0.0, 0.5, 1.0, None]
    _, rows = learned(ScaleParams(method="robust", columns=("size",)))
    assert [row["size"] for row in rows] == [-1.0, 0.0, 1.0, None]
    with pytest.raises(InvalidInput, match='"pet" holds no numbers'):
        learned(ScaleParams(columns=("pet",)))
    with pytest.raises(NotFound, match='no column called "aeg"'):
        learned(ScaleParams(columns=("aeg",)))
    with pytest.raises(InvalidInput, match="no training row"):
        learned(ScaleParams(), np.zeros(4, bool))


def test_what_is_not_there_is_left_out_and_what_changed_is_refused() -> None:
    transform, _ = learned(CleanMissingParams())
    assert records_of(apply(transform, select(FRAME, ["size"])))[3] == {"size": 3.0}
    with pytest.raises(InvalidInput, match="holds something else"):
        apply(transform, frame_of_columns({"size": [True, None]}))
    with pytest.raises(InvalidInput, match="learned nothing about tables"):
        apply(TransformValue(component="resize", fitted={}), FRAME)


ROW = st.fixed_dictionaries(
    {
        "age": st.none() | st.integers(-50, 50),
        "size": st.none() | st.floats(-1e3, 1e3),
        "pet": st.none() | st.sampled_from(["cat", "dog", "cow"]),
        "paid": st.none() | st.booleans(),
    }
)


@settings(max_examples=25)
@given(
    st.lists(ROW, min_size=1, max_size=6),
    st.sampled_from(
        [
            CleanMissingParams(),
            CleanMissingParams(method="most_frequent"),
            EncodeParams(),
            EncodeParams(method="ordinal", columns=("age", "pet", "paid")),
            ScaleParams(),
            ScaleParams(method="robust"),
        ]
    ),
)
def test_a_row_comes_out_the_same_alone_and_among_others(
    rows: list[dict[str, Any]], params: Any
) -> None:
    transform = fit(params, FRAME)
    columns = describe(FRAME)
    together = records_of(apply(transform, frame_of_records(rows, columns)))
    alone = [records_of(apply(transform, frame_of_records([row], columns)))[0] for row in rows]
    assert together == alone
