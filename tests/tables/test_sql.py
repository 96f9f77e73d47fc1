from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from studio.core.errors import Cancelled, InvalidInput
from studio.processes import start_program
from studio.tables import frame_of_columns, records_of
from studio.tables.sql import Queries, QueryLimits

run_sql = Queries(start_program).ask
FIRST = frame_of_columns({"id": [3, 1, 2], "name": ["c", "a", None]})
SECOND = frame_of_columns({"id": [1, 2], "points": [10.5, 20]})
ENDLESS = "WITH RECURSIVE t AS (SELECT 1 i UNION ALL SELECT i + 1 FROM t) SELECT count(*) FROM t"


def test_a_query_filters_and_the_rows_are_followed() -> None:
    frame, rows = run_sql("SELECT * FROM first WHERE id > 1 ORDER BY id", {"first": FIRST})
    assert records_of(frame) == [{"id": 2, "name": None}, {"id": 3, "name": "c"}]
    assert rows is not None
    assert rows.tolist() == [2, 0]
    frame, rows = run_sql(
        "SELECT name, points * 2 AS twice FROM first JOIN second USING (id) ORDER BY id",
        {"first": FIRST, "second": SECOND},
    )
    assert records_of(frame) == [{"name": "a", "twice": 21}, {"name": None, "twice": 40}]
    assert rows is None
    frame, rows = run_sql("SELECT max(id) AS most FROM first", {"first": FIRST})
    assert (records_of(frame), rows) == ([{"most": 3}], None)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELEC 1", "cannot be answered.*syntax error"),
        ("SELECT age FROM first", "age.*Candidate"),
        ("SELECT * FROM second", "second does not exist"),
        ("SELECT 1; SELECT 2", "has 2 statements"),
        ("", "has 0 statements"),
        ("COPY first TO 'stolen.csv'", "no SELECT"),
        ("ATTACH 'some.db'", "no SELECT"),
        ("SET enable_external_access = true", "no SELECT"),
        ("INSTALL httpfs", "no SELECT"),
        ("SELECT * FROM first JOIN first AS other ON true", "two columns called"),
    ],
)
def test_what_is_no_query_is_refused(query: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=f"(?s){said}"):
        run_sql(query, {"first": FIRST})


def test_a_query_reaches_no_file_and_no_variable_of_ours(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    for query in (
        f"SELECT * FROM '{secret}'",
        f"SELECT * FROM read_csv('{secret}')",
        f"SELECT * FROM read_text('{secret}')",
        "SELECT * FROM glob('/*')",
    ):
        with pytest.raises(InvalidInput, match="wants to read or write a file"):
            run_sql(query, {"first": FIRST})
    with pytest.raises(InvalidInput, match="SECOND does not exist"):
        run_sql("SELECT * FROM SECOND", {"first": FIRST})


def test_a_query_without_end_is_ended() -> None:
    with pytest.raises(InvalidInput, match=r"ended after 0\.3 seconds"):
        Queries(start_program, QueryLimits(seconds=0.3)).ask(ENDLESS, {"first": FIRST})
    asked = threading.Event()
    asked.set()
    with pytest.raises(Cancelled):
        run_sql(ENDLESS, {"first": FIRST}, stop=asked.is_set)
    wide = frame_of_columns({"x": np.arange(20_000)})
    with pytest.raises(InvalidInput, match="more memory"):
        Queries(start_program, QueryLimits(memory=60_000_000)).ask(
            "SELECT array_agg(a.x) AS x FROM first a, first b GROUP BY a.x + b.x",
            {"first": wide},
        )


def test_a_query_that_hears_nothing_is_killed_and_the_next_one_is_answered() -> None:
    deaf = "SELECT len(list_sort(range(50000000 + max(id)))) AS n FROM first"
    queries = Queries(start_program, QueryLimits(seconds=0.5, memory=10**10))
    with pytest.raises(InvalidInput, match=r"ended after 0\.5 seconds"):
        queries.ask(deaf, {"first": FIRST})
    small = Queries(start_program, QueryLimits(memory=10**8))
    with pytest.raises(InvalidInput, match="more memory"):
        small.ask(deaf, {"first": FIRST})
    for asked in (queries, small):
        frame, _ = asked.ask("SELECT count(*) AS n FROM first", {"first": FIRST})
        assert records_of(frame) == [{"n": 3}]


def test_a_query_with_half_a_character_is_refused() -> None:
    with pytest.raises(InvalidInput, match="character 9 is half of one"):
        run_sql("SELECT '\ud800'", {"first": FIRST})
