from __future__ import annotations

import io
import zipfile

import pytest

from studio.core.errors import NotFound
from studio.workspace import Workspace
from tests.workspace.conftest import MakeDataset
from tests.workspace.judged import judged_elsewhere, judged_run


def test_a_card_is_written_from_what_is_stored(
    workspace: Workspace, make_dataset: MakeDataset
) -> None:
    make_dataset()
    judged_run(workspace, "first", accuracy=0.875)
    version = workspace.register_model("first", "pets", alias="champion", author="ann")
    workspace.set_version_text(version, "intended_use", "Sorting <b>pets</b>")
    judged_elsewhere(workspace, "pets:1", "pets:1", accuracy=0.25)
    card = workspace.model_card("pets@champion")
    for said in (
        "# pets:1 (champion)",
        "Sorting \\<b\\>pets\\</b\\>",
        "| Accuracy | 0.8750 |",
        "| cat | 0.750 | 0.750 | 0.750 | 0.800 | 2 |",
        "| pets:1 | test | 0.2500 |",
        "| Samples | 10, 7 of them labelled |",
        "| learning rate | 0.001 |",
        "1. Dense units 128",
        "- noise → pets:1 (samples)",
        "| dog | cat | 1 |",
    ):
        assert said in card.text, said
    assert set(card.plots) == {"classes", "confusion"}
    with zipfile.ZipFile(io.BytesIO(workspace.model_card_zip("pets"))) as archive:
        assert archive.read("README.md").decode() == card.markdown
        assert set(archive.namelist()) == {
            "README.md",
            "plots/classes.svg",
            "plots/confusion.svg",
        }
    with pytest.raises(NotFound):
        workspace.model_card("cats")
