from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.core.errors import Forbidden, NotFound
from studio.sources import roots
from studio.sources.roots import File, data_roots, list_root, path_in_root, resolve_in_roots
from tests.sources.conftest import write_tree


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One shared folder beside a secret one."""
    write_tree(tmp_path / "secret", {"key": b"secret", "deep/key": b"secret"})
    write_tree(tmp_path / "shared-not", {"key": b"secret"})
    shared = write_tree(tmp_path / "shared", {"cat/1.png": b"12", "b.csv": b"123", "A.csv": b"1"})
    monkeypatch.setenv("STUDIO_DATA_ROOTS", str(shared))
    return shared


def test_roots_are_the_existing_folders(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link").symlink_to(root)
    texts = [
        "",
        str(root),
        f"{tmp_path}/missing",
        f"{root}/b.csv",
        f"{tmp_path}/link",
        f"{root}/cat",
    ]
    monkeypatch.setenv("STUDIO_DATA_ROOTS", ":".join(texts))
    assert data_roots() == [root, root / "cat"]
    monkeypatch.delenv("STUDIO_DATA_ROOTS")
    assert data_roots() == []


def test_a_folder_is_listed(root: Path) -> None:
    found = list_root(0)
    assert found.folders == ("cat",)
    assert found.files == (File("A.csv", 1), File("b.csv", 3))
    assert not found.more
    assert list_root(0, "cat").files == (File("1.png", 2),)


def test_what_nobody_should_choose_is_left_out(root: Path, tmp_path: Path) -> None:
    (root / ".hidden").mkdir()
    (root / ".env").write_bytes(b"")
    os.mkfifo(root / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(root / "socket"))
    (root / "out").symlink_to(tmp_path / "secret")
    (root / "out.csv").symlink_to(tmp_path / "secret" / "key")
    (root / "dangling").symlink_to(root / "nothing")
    (root / "loop").symlink_to(root / "loop")
    (root / "in").symlink_to(root / "cat")
    (root / "in.csv").symlink_to(root / "b.csv")
    (root / os.fsdecode(b"\xff.csv")).write_bytes(b"")
    (root / "a\nb.csv").write_bytes(b"")
    found = list_root(0)
    assert found.folders == ("cat", "in")
    assert [file.name for file in found.files] == ["A.csv", "b.csv", "in.csv"]


def test_a_thousand_entries_are_listed_the_first_ones(root: Path) -> None:
    for number in range(997):
        (root / f"{number:04}.png").write_bytes(b"")
    found = list_root(0)
    assert (len(found.folders), len(found.files), found.more) == (1, 999, False)
    (root / "z.png").write_bytes(b"")
    found = list_root(0)
    assert (len(found.folders), len(found.files), found.more) == (1, 999, True)
    assert found.files[-1].name == "b.csv"


def test_more_than_a_thousand_entries_are_announced(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1500):
        (root / "cat" / f"{number:04}.png").write_bytes(b"")
    found = list_root(0, "cat")
    assert found.more
    assert [file.name for file in found.files] == [f"{number:04}.png" for number in range(1000)]
    monkeypatch.setattr(roots, "LOOKED_THROUGH", 100)
    assert list_root(0, "cat").more
    assert len(list_root(0, "cat").files) <= 101


OUTSIDE = [
    "..",
    "../secret",
    "cat/../../secret",
    "cat/..",
    "/etc",
    "//etc",
    "a\0b",
    "out/key",
    "out",
]


@pytest.mark.parametrize("relative", OUTSIDE)
def test_no_relative_path_leaves_its_root(root: Path, tmp_path: Path, relative: str) -> None:
    (root / "out").symlink_to(tmp_path / "secret")
    for look in (list_root, path_in_root):
        with pytest.raises(Forbidden) as caught:
            look(0, relative)
        assert "STUDIO_DATA_ROOTS" in caught.value.why


def test_paths_below_a_root_are_resolved(root: Path, tmp_path: Path) -> None:
    (tmp_path / "way").symlink_to(root)
    assert path_in_root(0, "cat/1.png") == root / "cat" / "1.png"
    assert path_in_root(0, "") == root
    assert resolve_in_roots(f"{tmp_path}/way/cat") == root / "cat"
    assert resolve_in_roots(str(root)) == root


@pytest.mark.parametrize(
    "path", ["secret/key", "secret/none", "shared-not/key", "shared/../secret", ""]
)
def test_absolute_paths_outside_are_refused_whether_they_exist_or_not(
    root: Path, tmp_path: Path, path: str
) -> None:
    with pytest.raises(Forbidden, match="not within"):
        resolve_in_roots(f"{tmp_path}/{path}")


@pytest.mark.parametrize("path", ["", "shared", "./cat", "~", "a\0b"])
def test_paths_that_are_not_absolute_are_refused(root: Path, path: str) -> None:
    with pytest.raises(Forbidden):
        resolve_in_roots(path)


def test_without_roots_there_is_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STUDIO_DATA_ROOTS")
    with pytest.raises(Forbidden):
        resolve_in_roots(str(root))
    for number in (0, -1, 1):
        with pytest.raises(NotFound, match="no server folder"):
            list_root(number)


@pytest.mark.parametrize(
    "relative", ["none", "cat/none", "cat/1.png/x", "x" * 300, "\udcff\ud800", "loop"]
)
def test_nothing_is_not_found(root: Path, relative: str) -> None:
    (root / "loop").symlink_to(root / "loop")
    with pytest.raises(NotFound):
        path_in_root(0, relative)


def test_a_file_is_no_folder(root: Path) -> None:
    with pytest.raises(NotFound):
        list_root(0, "b.csv")


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.sampled_from(["..", ".", "", "cat", "out", "in", "secret", "~"]), st.text(max_size=4)
        ),
        max_size=6,
    )
)
def test_no_path_whatever_leads_out(root: Path, tmp_path: Path, parts: list[str]) -> None:
    for name, target in (("out", tmp_path), ("in", root / "cat")):
        (root / name).unlink(missing_ok=True)
        (root / name).symlink_to(target)
    relative = "/".join(parts)
    for look in (lambda: path_in_root(0, relative), lambda: resolve_in_roots(f"{root}/{relative}")):
        try:
            found = look()
        except (Forbidden, NotFound):
            continue
        assert found.is_relative_to(root)
        assert found.exists()
