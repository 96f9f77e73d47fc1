from __future__ import annotations

import numpy as np
import pytest

from studio.compute.values import Data, keep, view
from studio.core.dataset import DatasetManifest
from studio.core.errors import StudioError
from studio.core.port_values import DatasetValue, FileValue, parse_value
from studio.workspace import Workspace
from tests.compute.drawn import add_letters


def test_a_dataset_is_kept_and_comes_back_with_its_split(workspace: Workspace) -> None:
    version = add_letters(workspace).dataset("letters")
    fields = version.model_dump(include=set(DatasetManifest.model_fields))
    codes = np.arange(20, dtype=np.uint8) % 3
    data = Data(version.title, DatasetManifest.model_validate(fields), codes)
    kept = keep(data, workspace.artifacts)
    assert isinstance(kept, DatasetValue)
    found = view(parse_value(kept.model_dump(mode="json")), workspace.artifacts)
    assert (found.title, found.manifest) == (data.title, data.manifest)
    np.testing.assert_array_equal(found.codes, codes)
    again = keep(found, workspace.artifacts)
    assert again == kept
    assert keep(Data("other", data.manifest, codes), workspace.artifacts).digest == kept.digest


def test_which_way_samples_came_about_does_not_count_but_that_there_are_copies(
    workspace: Workspace,
) -> None:
    version = add_letters(workspace).dataset("letters")
    fields = version.model_dump(include=set(DatasetManifest.model_fields))
    kept = DatasetValue(manifest=DatasetManifest.model_validate(fields))

    def by(**source: str) -> DatasetValue:
        return kept.model_copy(
            update={"manifest": kept.manifest.model_copy(update={"source": source})}
        )

    assert by(kind="made").digest == by(kind="digits").digest == kept.digest
    assert by(copies="Add changed copies").digest == by(copies="Balance").digest != kept.digest


def test_files_are_values_and_other_things_are_not(workspace: Workspace) -> None:
    file = workspace.artifacts.put(b"words", "words.txt")
    kept = keep(file, workspace.artifacts)
    assert kept == FileValue(title="words.txt", file=file)
    assert view(kept, workspace.artifacts) is kept
    with pytest.raises(StudioError, match="a str"):
        keep("words", workspace.artifacts)
