"""A table on every page: none may crash, and where something cannot be done for rows it is said."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from studio.core.sources import SeabirdsSource
from studio.workspace import Workspace
from tests.pages.conftest import OpenPage


@pytest.fixture
def birds(workspace: Workspace) -> Workspace:
    workspace.add_dataset("birds", SeabirdsSource(unlabelled_share=0.1))
    return workspace


def said(page: AppTest) -> str:
    return " ".join(e.value for kind in (page.markdown, page.caption, page.error) for e in kind)


def test_rows_and_columns_are_shown_and_another_target_chosen(
    birds: Workspace, open_page: OpenPage
) -> None:
    page = open_page("datasets", dataset="birds")
    assert not page.exception
    rows, columns = page.dataframe[0].value, page.dataframe[1].value
    assert list(rows.columns[:4]) == ["Row", "Part", "species", "island"]
    assert len(rows) == 200
    assert columns["Holds"].tolist()[:3] == ["category", "category", "number"]
    page.number_input(key="rows_page_1").set_value(3).run()
    assert page.dataframe[0].value["Row"].tolist()[0] == 400
    page.selectbox(key="column_1").select("observed").run()
    assert "From 2019-04-01 to 2021-06-28." in said(page).replace("\\", "")
    page.selectbox(key="target_column_1").select("island")
    next(b for b in page.button if b.label == "Use it as the class").click().run()
    assert birds.dataset("birds").class_names == ("Ebbe", "Skarn", "Torl")
    assert not page.exception


def test_the_starter_table_is_added_with_one_click(
    workspace: Workspace, open_page: OpenPage
) -> None:
    page = open_page("datasets", add="table")
    page.button(key="add_seabirds").click().run()
    assert workspace.dataset("seabirds").count == 600


@pytest.mark.parametrize("name", ["home", "quality", "label", "train", "search", "configure"])
def test_no_page_stumbles_over_a_table(birds: Workspace, open_page: OpenPage, name: str) -> None:
    page = open_page(name, dataset="birds")
    assert not page.exception
    assert not page.error
