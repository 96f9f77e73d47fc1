"""Files and queries that are meant to do harm."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from studio.core.errors import InvalidInput, TooLarge
from studio.processes import start_program
from studio.tables import read_table, records_of, write_csv
from studio.tables.sql import Queries

run_sql = Queries(start_program).ask
FIRST = {"first": pa.table({"a": [1, 2, 3]})}


def test_a_few_bytes_that_stand_for_much_are_refused(tmp_path: Path) -> None:
    words = pa.DictionaryArray.from_arrays(np.zeros(5000, np.int32), pa.array(["x" * 1_000_000]))
    pq.write_table(pa.table({"s": words}), tmp_path / "bomb.parquet", compression="zstd")
    assert (tmp_path / "bomb.parquet").stat().st_size < 10_000
    with pytest.raises(TooLarge, match="memory"):
        read_table(tmp_path / "bomb.parquet", "bomb.parquet")
    wide = tmp_path / "wide.csv"
    wide.write_text(",".join(f"c{i}" for i in range(200_000)) + "\n1\n")
    with pytest.raises(TooLarge, match="columns"):
        read_table(wide, "wide.csv")


def test_words_that_are_none_are_refused(tmp_path: Path) -> None:
    torn = pa.Array.from_buffers(pa.string(), 1, pa.array([b"\xff\xfe"]).buffers())
    pq.write_table(pa.table({"s": torn, "k": [1]}), tmp_path / "t.parquet")
    (tmp_path / "t.csv").write_bytes(b"a,b\n1,\xe9\x81\n")
    for name in ("t.parquet", "t.csv"):
        with pytest.raises(InvalidInput, match="cannot be read as a table"):
            read_table(tmp_path / name, name)


def test_names_of_columns_run_no_formulas(tmp_path: Path) -> None:
    write_csv(pa.table({"=1+1": ["@x"], "b": ["-"]}), tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text() == '"\'=1+1","b"\n"\'@x","\'-"\n'


@pytest.mark.parametrize(
    "query", ["SELECT range AS a FROM range(10000000000)", "SELECT repeat('x', 90000000) AS a FROM range(99)"]
)  # fmt: skip
def test_an_answer_without_end_is_cut_off(query: str) -> None:
    with pytest.raises(TooLarge):
        run_sql(query, FIRST)


def test_times_that_nobody_can_write_are_missing() -> None:
    query = "SELECT timestamp '290000-01-01' AS late, 'infinity'::timestamp AS never, date '2024-05-17' AS day"
    (row,) = records_of(run_sql(query, FIRST)[0])
    assert row == {"late": None, "never": None, "day": "2024-05-17"}


@pytest.mark.parametrize("number", ["1000000", "-1::BIGINT", "18446744073709551615::UBIGINT"])
def test_numbers_of_rows_that_a_query_makes_up_are_not_believed(number: str) -> None:
    assert run_sql(f"SELECT a, {number} AS __studio_row FROM first", FIRST)[1] is None
