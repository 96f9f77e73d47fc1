from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from studio.core.errors import Cancelled, InvalidInput
from studio.tables import (
    describe,
    frame_of_columns,
    read_parquet,
    read_table,
    records_of,
    write_csv,
    write_parquet,
)

TIMES = [datetime(2024, 1, 2), datetime(2024, 1, 2, 3, 4), None]  # noqa: DTZ001
TABLE = 'name;age;born;paid\nAnn;3;2020-01-02;true\nBen;;2021-01-02;false\n"C;D";5.5;;\n'


def read(tmp_path: Path, content: str | bytes, name: str = "t.csv") -> list[dict[str, object]]:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return records_of(read_table(path, name))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_csv_is_read_whatever_its_dialect(tmp_path: Path, delimiter: str, encoding: str) -> None:
    text = TABLE.replace(";", delimiter).replace("Ann", "Änn")
    assert read(tmp_path, text.encode(encoding)) == [
        {"name": "Änn", "age": 3.0, "born": "2020-01-02", "paid": True},
        {"name": "Ben", "age": None, "born": "2021-01-02", "paid": False},
        {"name": f"C{delimiter}D", "age": 5.5, "born": None, "paid": None},
    ]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TABLE)
    frame = read_table(tmp_path / "t.csv", "t.csv")
    for name, write in (("o.csv", write_csv), ("o.parquet", write_parquet)):
        write(frame, tmp_path / name)
        assert records_of(read_table(tmp_path / name, name)) == records_of(frame)
    write_parquet(read_parquet(tmp_path / "o.parquet"), tmp_path / "again.parquet")
    assert (tmp_path / "again.parquet").read_bytes() == (tmp_path / "o.parquet").read_bytes()


def test_no_cell_runs_in_a_spreadsheet(tmp_path: Path) -> None:
    frame = frame_of_columns({"w": ["=1+1", "a-b", None], "n": [-1, 2, 3], "t": TIMES})
    write_csv(frame, tmp_path / "t.csv")
    lines = (tmp_path / "t.csv").read_text().splitlines()
    assert lines[1:] == ['"\'=1+1",-1,"2024-01-02"', '"a-b",2,"2024-01-02 03:04:00"', ",3,"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "cannot be read as a table"),
        ("a,b\n", "has no rows"),
        ("a,a\n1,2\n", 'two columns called "a"'),
        ("a,\n1,2\n", "without a name"),
        ("a,b\n1,2\n1,2,3\n", "cannot be read as a table"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        read(tmp_path, content)
    with pytest.raises(InvalidInput, match="cannot be read as a table"):
        read(tmp_path, "no parquet", "t.parquet")


def test_columns_say_what_they_hold() -> None:
    frame = frame_of_columns(
        {
            "id": [f"row {number}" for number in range(60)],
            "kind": ["a", "b", "b", None] * 15,
            "size": [1.0, float("nan"), float("inf"), 2.0] * 15,
            "yes": [True, False, None, True] * 15,
        }
    )
    found = {column.name: column for column in describe(frame)}
    assert {name: column.kind for name, column in found.items()} == {
        "id": "text", "kind": "category", "size": "number", "yes": "boolean",
    }  # fmt: skip
    assert found["kind"].categories == ("b", "a")
    assert [column.missing for column in found.values()] == [0, 15, 30, 15]


@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
def test_reading_ends_when_somebody_asks(tmp_path: Path, name: str) -> None:
    frame = frame_of_columns({"a": [1, 2]})
    (write_csv if name == "t.csv" else write_parquet)(frame, tmp_path / name)

    def asked() -> None:
        raise Cancelled("The import was stopped.", "Somebody asked.", "Start it again.")

    with pytest.raises(Cancelled):
        read_table(tmp_path / name, name, asked)
