"""Tables as datasets: brought, looked at, labelled, added to, exported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.core.annotation import AnnotationInput
from studio.core.dataset import DatasetVersion
from studio.core.errors import InvalidInput, NotFound, StudioError, TooLarge
from studio.core.label_session import LabelClass, SessionConfig
from studio.core.quality import QualityParams
from studio.core.sources import DigitsSource, SeabirdsSource, TableSource
from studio.workspace import Workspace

ROWS = (
    "name,age,pet,split\nann,3,cat,train\nben,,dog,test\ncid,5,cat,train\ndan,7,,validation\n"
    "eve,9,dog,\n"
)


@pytest.fixture
def bring(workspace: Workspace, tmp_path: Path) -> Any:
    """Import a table written as CSV."""

    def make(
        content: str, name: str = "people", *, append: bool = False, **how: Any
    ) -> DatasetVersion:
        path = tmp_path / "people.csv"
        path.write_text(content)
        return workspace.add_dataset(name, TableSource(path=str(path), **how), append=append)

    return make


def test_a_file_becomes_rows_with_columns_classes_and_its_own_split(
    workspace: Workspace, bring: Any
) -> None:
    version = bring(ROWS, target="pet")
    assert (version.task, version.target, version.count) == ("table", "pet", 5)
    assert [(c.name, c.kind, c.missing) for c in version.table] == [
        ("name", "category", 0), ("age", "number", 1), ("pet", "category", 1),
    ]  # fmt: skip
    assert version.class_names == ("cat", "dog")
    assert workspace.labels(version).tolist() == [0, 1, 0, -1, 1]
    assert workspace.split(version)[:4].tolist() == [0, 2, 0, 1]
    assert version.source["own_split"] == 4
    assert workspace.samples(version)[:2] == ["name ann · age 3", "name ben"]
    anew = bring(ROWS, target="pet", own_split=False)
    assert anew.source["own_split"] is False
    assert anew.digest != version.digest
    assert bring(ROWS).target == ""


def test_rows_and_columns_are_looked_at(workspace: Workspace, bring: Any) -> None:
    version = bring(ROWS, target="pet")
    assert workspace.table_rows(version, 3, 1) == [{"name": "dan", "age": 7, "pet": None}]
    found = {summary.name: summary for summary in workspace.column_summaries(version)}
    assert (found["age"].mean, found["age"].missing) == (6, 1)
    assert found["pet"].values == (("cat", 2), ("dog", 2))
    with pytest.raises(NotFound, match='no column called "agee"'):
        workspace.column_summary(version, "agee")
    page = workspace.sample_page(version, search="EVE")
    assert [row.class_name for row in page.samples] == ["dog"]
    facts = workspace.sample_facts(version, 0)
    assert (facts.text, facts.facts["Row"]) == ("name ann · age 3", "3 columns")
    digits = workspace.add_dataset("digits", DigitsSource())
    with pytest.raises(InvalidInput, match="digits:1 holds pictures"):
        workspace.table_rows(digits)
    with pytest.raises(InvalidInput, match="people:1 holds rows of a table"):
        workspace.pictures(version)


def test_another_column_becomes_the_class(workspace: Workspace, bring: Any) -> None:
    bring(ROWS, target="pet")
    made = workspace.set_target("people", "age")
    assert (made.version, made.target, made.class_names) == (2, "age", ("3", "5", "7", "9"))
    assert workspace.labels(made).tolist() == [0, -1, 1, 2, 3]
    none = workspace.set_target("people", "")
    assert (none.class_names, none.labelled) == ((), 0)
    with pytest.raises(NotFound):
        workspace.set_target("people", "height")
    workspace.add_dataset("birds", SeabirdsSource())
    with pytest.raises(TooLarge, match="126 different numbers"):
        workspace.set_target("birds", "body_mass_g")
    with pytest.raises(InvalidInput, match="cannot be the target"):
        workspace.set_target("birds", "observed")


def test_answers_of_people_become_the_classes_of_rows(workspace: Workspace) -> None:
    version = workspace.add_dataset("birds", SeabirdsSource(unlabelled_share=0.1, seed=3))
    hidden = np.flatnonzero(np.asarray(workspace.labels(version)) < 0)
    assert len(hidden) == 60
    row = int(hidden[0])
    assert workspace.table_rows(version, row, 1)[0]["species"] is None
    assert "species" not in workspace.samples(version)[row]
    answer = AnnotationInput(op_id="1", sample=row, class_name="gull")
    workspace.annotate("birds", "ann", [answer])
    frozen = workspace.freeze("birds", author="ann")
    assert workspace.table_rows(frozen, row, 1)[0]["species"] == "gull"
    renamed = workspace.rename_class("birds", "gull", "seagull")
    assert workspace.table_rows(renamed, row, 1)[0]["species"] == "seagull"
    config = SessionConfig(
        name="rows",
        dataset="birds",
        classes=tuple(LabelClass(name=name) for name in ("auk", "tern")),
    )
    session = workspace.create_session(config, author="ann")
    assert session.task == "text"
    with pytest.raises(InvalidInput, match="Rows of a table have no boxes"):
        workspace.create_session(
            config.model_copy(update={"name": "other", "answer": "boxes"}), author="ann"
        )


def test_rows_are_added_to_rows_with_the_same_columns(workspace: Workspace, bring: Any) -> None:
    first = bring(ROWS, target="pet")
    more = bring("name,pet,age\nflo,cow,1.5\ngus,cat,2\n", append=True)
    assert (more.version, more.count, more.target) == (2, 7, "pet")
    assert more.class_names == ("cat", "dog", "cow")
    assert workspace.labels(more).tolist() == [0, 1, 0, -1, 1, 2, 0]
    assert more.base == first.samples
    assert workspace.table_rows(more, 5, 1) == [{"name": "flo", "age": 1.5, "pet": "cow"}]
    assert len(workspace.samples(more)) == 7
    diff = workspace.diff(first, more)
    assert (diff.added_count, diff.relabelled_count) == (2, 0)
    with pytest.raises(InvalidInput, match="do not fit to people:2") as caught:
        bring("name,age\nann,3\n", append=True)
    assert "name, age" in caught.value.why


def test_rows_leave_as_csv_json_and_parquet_and_come_back(
    workspace: Workspace, bring: Any, tmp_path: Path
) -> None:
    version = bring(ROWS, target="pet")
    workspace.set_state("people", [2], "removed", author="ann")
    newest = workspace.dataset("people")
    kept = [row for n, row in enumerate(workspace.table_rows(newest)) if n != 2]
    for name in ("csv", "parquet"):
        path = tmp_path / f"out.{name}"
        assert workspace.export_dataset(newest, name, path)["samples"] == 4
        back = workspace.add_dataset(f"from-{name}", TableSource(path=str(path), target="pet"))
        assert workspace.table_rows(back) == kept
        assert workspace.split(back).tolist() == workspace.split(version)[[0, 1, 3, 4]].tolist()
    workspace.export_dataset(newest, "jsonl", tmp_path / "out.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert lines[1] == {**kept[1], "split": "test"}
    with pytest.raises(InvalidInput, match="cannot be exported as COCO"):
        workspace.export_dataset(newest, "coco", tmp_path / "out.zip")


def test_rows_that_look_alike_stay_together_and_are_found(workspace: Workspace, bring: Any) -> None:
    bring("a,b\n" + "".join(f"{n // 2},x{n // 2}\n" for n in range(40)))
    split = workspace.dataset("people").split_config.model_copy(update={"together": True})
    made = workspace.split_dataset("people", split)
    codes = workspace.split(made)
    assert codes[::2].tolist() == codes[1::2].tolist()
    assert workspace.check_quality("people", QualityParams()).kind == "quality"


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"target": "pett"}, 'no column called "pett"'),
        ({"split_column": "part"}, 'no column called "part"'),
        ({"url": "https://example.org/t.csv"}, "names a path and an address"),
    ],
)
def test_what_cannot_be_imported_is_refused(bring: Any, how: dict[str, str], said: str) -> None:
    with pytest.raises(StudioError, match=said):
        bring(ROWS, **how)


def test_a_folder_holds_one_table(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "t").mkdir()
    source = TableSource(path=str(tmp_path / "t"))
    with pytest.raises(InvalidInput, match="0 tables were found"):
        workspace.add_dataset("t", source)
    (tmp_path / "t" / "a.csv").write_text(ROWS)
    assert workspace.add_dataset("t", source).count == 5
    (tmp_path / "t" / "b.tsv").write_text(ROWS)
    with pytest.raises(InvalidInput, match="2 tables were found"):
        workspace.add_dataset("t", source)
