"""What a model of tables looks at."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from studio.core.configs import ModelConfig
from studio.core.fit import with_columns
from studio.core.layers import Dense
from studio.core.table import Column
from studio.core.table_input import ONE_HOT, TableInput, features_of

MANY = tuple(f"town {i}" for i in range(ONE_HOT + 1))
COLUMNS = (
    Column(name="age", kind="number", missing=3),
    Column(name="fare", kind="number"),
    Column(name="pet", kind="category", categories=("cat", "dog")),
    Column(name="town", kind="category", categories=MANY),
    Column(name="nothing", kind="category"),
)


def test_features_are_counted_as_they_are_made() -> None:
    table = TableInput(columns=COLUMNS)
    assert (table.numbers, table.gaps, table.one_hot, table.embedded) == ([0, 1], [0], [2], [3])
    assert table.features == 2 + 1 + 3 + features_of(COLUMNS[3])
    assert table.parameters == (len(MANY) + 1) * features_of(COLUMNS[3])
    rows = ModelConfig(input="table", table=table, layers=(Dense(units=4),)).rows((0, 0, 0), 2)
    assert [row.output_shape for row in rows] == [(table.features,), (4,), (2,)]
    assert TableInput().features == 1


@settings(max_examples=20)
@given(arrays(np.float32, (12, 2), elements=st.floats(-1e6, 1e6, width=32) | st.just(np.nan)))
def test_means_and_deviations_are_those_of_known_values_whatever_the_blocks(
    rows: np.ndarray[tuple[int, int], np.dtype[np.float32]],
) -> None:
    table = TableInput(columns=COLUMNS[:2])
    whole, blocks = table.learned(rows), table.learned([rows[:5], rows[5:]])
    np.testing.assert_allclose(whole.means, blocks.means)
    np.testing.assert_allclose(whole.deviations, blocks.deviations)
    for place in range(2):
        known = rows[:, place][np.isfinite(rows[:, place])].astype(np.float64)
        if len(known):
            np.testing.assert_allclose(whole.means[place], known.mean(), atol=1e-6)
            spread = known.std()
            np.testing.assert_allclose(whole.deviations[place], spread or 1, rtol=1e-6)


def test_other_models_have_no_columns() -> None:
    config = ModelConfig(layers=())
    assert config.table == TableInput()
    assert with_columns(config, None) is config  # type: ignore[arg-type]
