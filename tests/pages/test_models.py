"""The Models page: versions with their evaluation, aliases through gates, lineage, cards."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from studio.workspace import Workspace
from tests.pages.conftest import OpenPage
from tests.workspace.conftest import (
    MakeDataset,
    make_dataset,  # noqa: F401  fixture
)
from tests.workspace.judged import judged_run

MARK = "<b>new</b> [x](y)"


@pytest.fixture
def pets(workspace: Workspace, make_dataset: MakeDataset) -> Workspace:  # noqa: F811
    """Two versions of a model; the first is champion."""
    make_dataset()
    for name, quality in (("r1", 0.8), ("r2", 0.7)):
        judged_run(workspace, name, test=[0, 1], mean_average_precision=quality)
        workspace.register_model(name, "pets", alias="champion" if name == "r1" else None)
    workspace.set_alias("pets", "challenger", 2, reason=MARK)
    return workspace


def texts(app: AppTest) -> str:
    return "\n".join(str(found.value) for found in [*app.markdown, *app.caption])


def press(app: AppTest, label: str) -> AppTest:
    app = (
        next(button for button in app.button if button.label.replace("\\", "") == label)
        .click()
        .run()
    )
    assert not app.exception
    return app


@pytest.mark.parametrize("view", ["version", "aliases", "lineage", "card"])
def test_each_view_opens(open_page: OpenPage, pets: Workspace, view: str) -> None:
    pets.set_version_text(pets.model("pets"), "note", MARK)
    app = open_page("models", model="pets", version="2", view=view)
    assert not app.error
    assert "<b>new" not in texts(app).replace("\\<b\\>new", "")
    rows = app.dataframe[0].value
    assert rows["Note"].tolist() == [MARK, ""]
    assert rows["mAP"].tolist() == [0.7, 0.8]


def test_an_alias_is_moved_through_its_gates(open_page: OpenPage, pets: Workspace) -> None:
    app = open_page("models", model="pets", version="2", view="aliases")
    next(n for n in app.number_input if n.label == "mAP may be lower by").set_value(0.05)
    app = press(app, "Save gates")
    assert pets.gates("pets", "champion").margin == 0.05
    assert "Refused" in texts(app)
    assert "0\\.7000, that of pets" in texts(app)
    button = next(b for b in app.button if b.label == "Point alias at version")
    assert button.disabled
    box = next(c for c in app.checkbox if c.label.startswith("Move it all the same"))
    app = press(box.check().run(), "Point alias at version")
    assert "without a reason" in str(app.error[0].value)
    reason = next(t for t in app.text_input if t.label == "Reason")
    app = press(reason.set_value("for the fair").run(), "Point alias at version")
    assert pets.resolve_model("pets@champion").version == 2
    assert pets.alias_moves("pets")[0].overridden
    assert (
        not next(c for c in app.checkbox if c.label.startswith("Move it")).value
        if app.checkbox
        else True
    )
    app = press(app, "Back to version 1")
    assert pets.resolve_model("pets@champion").version == 1
    assert pets.alias_moves("pets")[0].author == "me"


def test_what_is_written_beside_a_version_is_saved(open_page: OpenPage, pets: Workspace) -> None:
    app = open_page("models", model="pets", version="1")
    next(t for t in app.text_area if t.label == "What it is for").set_value("Sorting")
    press(app, "Save")
    assert pets.version_texts(pets.model("pets", version=1))["intended_use"] == "Sorting"


def test_lineage_is_walked_by_buttons(open_page: OpenPage, pets: Workspace) -> None:
    app = open_page("models", model="pets", version="1", view="lineage")
    app = press(app, "Run: r1 (registered as)")
    app = press(app, "Dataset version: pets:1 (trained on)")
    assert "**Dataset version pets\\:1**" in texts(app)
    press(app, "Source: noise (samples)")
