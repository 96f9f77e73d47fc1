from __future__ import annotations

from pathlib import Path

import pytest

from studio.core.errors import StudioError
from studio.workspace import DATA, Workspace, default_home


def test_the_home_is_the_one_asked_for(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert default_home() == home
    assert Workspace.open().home == home
    assert Workspace.open(home / "other").home == home / "other"
    monkeypatch.setenv("STUDIO_HOME", "")
    assert default_home() == DATA / "workspace"
    monkeypatch.setenv("STUDIO_HOME", "~/studio")
    assert default_home() == (Path.home() / "studio").resolve()


def test_opening_makes_both_databases(workspace: Workspace, home: Path) -> None:
    assert {"studio.db", "metrics.db"} <= {path.name for path in home.iterdir()}
    assert workspace.uploads_folder == home / "uploads"
    assert workspace.cache_folder == home / "cache"
    assert workspace.run_folder("first") == home / "runs" / "first"


def test_what_was_written_is_there_after_opening_again(workspace: Workspace, home: Path) -> None:
    workspace.save_model_config("small", workspace.model_config("dense-baseline"))
    workspace.close()
    assert "small" in Workspace.open(home).model_configs()


def test_housekeeping_empties_the_logs(workspace: Workspace, home: Path) -> None:
    workspace.save_model_config("small", workspace.model_config("dense-baseline"))
    workspace.housekeep()
    assert [(home / f"{name}.db-wal").stat().st_size for name in ("studio", "metrics")] == [0, 0]


def test_a_foreign_file_in_the_place_of_a_database_is_refused(home: Path) -> None:
    home.mkdir()
    (home / "studio.db").write_bytes(b"no database at all " * 200)
    with pytest.raises(StudioError, match=r"studio\.db is no database"):
        Workspace.open(home)
