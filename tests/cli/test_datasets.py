from __future__ import annotations

import io
import pickle
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import NoneType
from uuid import uuid4

import numpy as np
import pytest
from PIL import Image

from studio.cli import main
from studio.core.annotation import AnnotationInput
from studio.core.sources import SOURCES
from studio.workspace import Workspace
from tests.cli.conftest import Studio

Make = Callable[[Path], list[object]]


def png(value: int = 200, size: tuple[int, int] = (12, 12)) -> bytes:
    content = io.BytesIO()
    Image.new("L", size, value).save(content, "PNG")
    return content.getvalue()


def pictures(folder: Path) -> Path:
    for name in ("cat", "dog"):
        (folder / name).mkdir(parents=True)
        for number in range(5):
            (folder / name / f"{number}.png").write_bytes(png(50 * number))
    return folder


def bitmaps(folder: Path, *categories: str) -> Path:
    folder.mkdir()
    for number, category in enumerate(categories):
        noise = np.random.default_rng(number).integers(0, 256, (40, 784), np.uint8)
        np.save(folder / f"{category}.npy", noise)
    return folder


def test_digits(studio: Studio) -> None:
    added = studio(
        *("datasets", "add", "digits", "--name", "digits", "--json"),
        *("--unlabelled-share", "0.5", "--test-share", "0.2", "--validation-share", "0.1"),
        *("--seed", "3", "--message", "half of them"),
    ).json
    assert (added["name"], added["version"], added["count"]) == ("digits", 1, 1797)
    assert added["labelled"] == sum(added["class_counts"].values()) == 1797 - round(1797 * 0.5)
    assert added["split_counts"] == {"train": 1258, "validation": 180, "test": 359}
    assert (added["split_config"]["seed"], added["message"]) == (3, "half of them")
    assert studio("datasets", "show", "digits", "--json").json == added
    assert studio("datasets", "list", "--json").json == {"datasets": [added]}


def test_quickdraw_from_a_folder(studio: Studio, tmp_path: Path) -> None:
    folder = bitmaps(tmp_path / "drawings", "apple", "fish")
    added = studio(
        *("datasets", "add", "quickdraw", "--folder", folder, "--categories", "apple, fish"),
        *("--per-class", "30", "--name", "fruit", "--json"),
    ).json
    assert added["class_counts"] == {"apple": 30, "fish": 30}
    assert added["shape"] == [28, 28, 1]
    assert "Google" in added["attribution"]


@pytest.mark.parametrize("zipped", [False, True], ids=["folder", "zip"])
def test_pictures(studio: Studio, tmp_path: Path, zipped: bool) -> None:
    path = pictures(tmp_path / "pets")
    if zipped:
        with zipfile.ZipFile(tmp_path / "pets.zip", "w") as archive:
            for file in path.rglob("*.png"):
                archive.write(file, file.relative_to(path))
        path = tmp_path / "pets.zip"
    words = ("datasets", "add", "folder", path, "--name", "pets", "--size", "16")
    added = studio(*words, "--colour", "rgb", "--invert", "--json").json
    assert added["class_counts"] == {"cat": 5, "dog": 5}
    assert added["shape"] == [16, 16, 3]


def test_drawings(studio: Studio, workspace: Workspace) -> None:
    for number in range(4):
        pixels = np.full((28, 28), number + 1, np.uint8)
        workspace.add_drawing("mine", "ab"[number % 2], pixels, "[]", op_id=str(number))
    added = studio("datasets", "add", "drawings", "mine", "--name", "drawn", "--json").json
    assert added["class_counts"] == {"a": 2, "b": 2}


@pytest.mark.parametrize("kind", SOURCES)
def test_every_setting_of_a_source_is_an_option(
    capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    with pytest.raises(SystemExit):
        main(["datasets", "add", kind, "--help"])
    shown = capsys.readouterr().out
    for name, field in SOURCES[kind][0].model_fields.items():
        if name in ("path", "collection"):
            assert name.upper() in shown
        elif name not in ("kind", "upload"):
            option = name.replace("_", "-")
            assert (f"--{option}" in shown) == (field.annotation is not NoneType)
            assert (f"--no-{option}" in shown) == (field.annotation is bool)


def divided(folder: Path) -> Path:
    for part in ("train", "test"):
        pictures(folder / part)
    return folder


def test_the_files_own_split_is_believed_unless_told(studio: Studio, tmp_path: Path) -> None:
    words = ("datasets", "add", "folder", divided(tmp_path / "pets"), "--name", "pets", "--json")
    own = studio(*words).json
    assert own["split_counts"] == {"train": 10, "validation": 0, "test": 10}
    assert studio(*words, "--own-split").json["digest"] == own["digest"]
    anew = studio(*words, "--no-own-split", "--test-share", "0.2").json
    assert anew["split_counts"] == {"train": 16, "validation": 0, "test": 4}
    assert anew["class_names"] == ["cat", "dog"]


def test_samples_are_appended(studio: Studio, tmp_path: Path) -> None:
    words = ("datasets", "add", "folder", pictures(tmp_path / "pets"), "--name", "pets")
    assert studio(*words, "--json").json["count"] == 10
    more = studio(*words, "--append", "--message", "more", "--json").json
    assert (more["version"], more["count"], more["message"]) == (2, 20, "more")
    refused = studio(*words, "--append", "--size", "16")
    assert refused.code == 1
    assert "16x16" in refused.refusal["why"]
    assert studio("datasets", "show", "pets", "--json").json["version"] == 2


def test_texts(studio: Studio, tmp_path: Path) -> None:
    (tmp_path / "news.csv").write_text("headline,mood\nrain again,bad\nsun ☀,good\n")
    added = studio(
        *("datasets", "add", "text", tmp_path / "news.csv", "--name", "news", "--json"),
        *("--text-column", "headline", "--label-column", "mood"),
    ).json
    assert (added["task"], added["class_counts"]) == ("text", {"bad": 1, "good": 1})
    assert studio("datasets", "list").out.splitlines()[1].split()[5] == "text"
    assert "pixels" not in studio("datasets", "show", "news").out


def test_arrays(studio: Studio, tmp_path: Path) -> None:
    images = np.random.default_rng(0).integers(0, 256, (6, 9, 9), np.uint8)
    np.savez(
        tmp_path / "some.npz",
        **{"x_train": images[:4], "y_train": [0, 1, 0, 1], "x_test": images[4:], "y_test": [0, 1]},
    )
    words = ("datasets", "add", "arrays", tmp_path / "some.npz", "--name", "some", "--json")
    added = studio(*words, "--invert").json
    assert (added["shape"], added["split_counts"]["test"]) == ([9, 9, 1], 2)
    assert studio(*words, "--no-own-split", "--test-share", "0.5").json["split_counts"]["test"] == 3


def test_lists_are_divided_by_commas(studio: Studio, tmp_path: Path) -> None:
    images = b"\0\0\x08\x03" + b"".join(n.to_bytes(4, "big") for n in (3, 8, 8)) + bytes(range(192))
    (tmp_path / "some-images-idx3-ubyte").write_bytes(images)
    labels = b"\0\0\x08\x01" + (3).to_bytes(4, "big") + bytes([1, 0, 1])
    (tmp_path / "some-labels-idx1-ubyte").write_bytes(labels)
    words = ("datasets", "add", "idx", tmp_path, "--name", "clothes", "--json")
    added = studio(*words, "--class-names", "shirt, shoe").json
    assert added["class_counts"] == {"shirt": 1, "shoe": 2}


def test_versions_are_shown_by_number(studio: Studio) -> None:
    for seed in (1, 2):
        studio("datasets", "add", "digits", "--name", "digits", "--seed", seed)
    first = studio("datasets", "show", "digits", "--version", "1", "--json").json
    assert (first["version"], first["split_config"]["seed"]) == (1, 1)
    assert studio("datasets", "show", "digits:1", "--json").json == first
    assert studio("datasets", "show", "digits", "--json").json["version"] == 2
    for wrong in ("digits:3", "digits:x", "digit"):
        assert studio("datasets", "show", wrong).code == 1


def test_splitting_is_a_new_version(studio: Studio) -> None:
    studio("datasets", "add", "digits", "--name", "digits")
    words = ("datasets", "split", "digits", "--test-share", "0.5", "--stratified", "--json")
    split = studio(*words, "--message", "half").json
    assert split["message"] == "half"
    assert split["version"] == 2
    assert split["split_config"]["stratified"] is True
    assert abs(split["split_counts"]["test"] - 1797 / 2) < 10


def test_freezing_is_a_new_version(studio: Studio, workspace: Workspace) -> None:
    studio("datasets", "add", "digits", "--name", "digits", "--unlabelled-share", "1")
    op = AnnotationInput(op_id=uuid4().hex, sample=5, class_name="7")
    workspace.annotate("digits", "ann", [op])
    frozen = studio("datasets", "freeze", "digits", "--message", "one", "--json").json
    assert (frozen["version"], frozen["labelled"], frozen["message"]) == (2, 1, "one")
    assert studio("datasets", "freeze", "digits").code == 1


def test_people_get_tables(studio: Studio) -> None:
    assert "datasets add digits" in studio("datasets", "list").out
    shown = studio("datasets", "add", "digits", "--name", "digits")
    assert shown.code == 0
    assert "1,797" in shown.out
    assert "1,258 train, 0 validation, 539 test" in shown.out
    assert shown.err == "reading digits\ndividing\nstoring\n"
    listed = studio("datasets", "list").out.splitlines()
    assert listed[0].split()[:3] == ["dataset", "version", "samples"]
    assert listed[1].split()[:3] == ["digits", "1", "1,797"]


# --- what is refused ---


def quickdraw(folder: Path, categories: str = "apple") -> list[object]:
    return ["quickdraw", "--folder", folder, "--categories", categories]


def npy(content: bytes | np.ndarray) -> Make:
    def make(folder: Path) -> list[object]:
        folder.mkdir()
        if isinstance(content, bytes):
            (folder / "apple.npy").write_bytes(content)
        else:
            np.save(folder / "apple.npy", content, allow_pickle=True)
        return quickdraw(folder)

    return make


def archive(*members: tuple[str, bytes], mode: int = 0o644) -> Make:
    def make(folder: Path) -> list[object]:
        folder.mkdir()
        with zipfile.ZipFile(folder / "pictures.zip", "w") as file:
            for name, content in members:
                info = zipfile.ZipInfo(name)
                info.external_attr = (stat.S_IFREG | mode) << 16
                file.writestr(info, content)
        return ["folder", folder / "pictures.zip"]

    return make


def tree(*members: tuple[str, bytes]) -> Make:
    def make(folder: Path) -> list[object]:
        folder.mkdir()
        for name, content in members:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        return ["folder", folder]

    return make


def one_file(content: bytes) -> Make:
    def make(folder: Path) -> list[object]:
        folder.mkdir()
        (folder / "pictures.zip").write_bytes(content)
        return ["folder", folder / "pictures.zip"]

    return make


HTML = b"<!doctype html><html><body>404 Not Found</body></html>"
GOOD = np.zeros((5, 784), np.uint8)
REFUSED: dict[str, Make] = {
    "an empty npy": npy(b""),
    "an npy cut short": npy(b"\x93NUMPY\x01\x00"),
    "an npy without rows": npy(GOOD[:0]),
    "an npy of another shape": npy(np.zeros((5, 28, 27), np.uint8)),
    "an npy of one dimension": npy(np.zeros(784, np.uint8)),
    "an npy of floats": npy(GOOD.astype(np.float32)),
    "a pickled npy": npy(np.array([{"a": 1}], dtype=object)),
    "a bare pickle": npy(pickle.dumps({"a": 1})),
    "a page of HTML named npy": npy(HTML),
    "an unknown category": lambda folder: quickdraw(folder, "appel"),
    "a missing category": lambda folder: quickdraw(bitmaps(folder, "fish")),
    "a missing folder": lambda folder: quickdraw(folder),
    "nothing at the path": lambda folder: ["folder", folder],
    "an empty zip file": one_file(b""),
    "a zip of nothing": archive(),
    "no zip at all": one_file(b"PK\x03\x04 but not really"),
    "a zip that leaves its folder": archive(("../../cat/1.png", png()), ("dog/1.png", png())),
    "a zip with an absolute path": archive(("/etc/cat/1.png", png()), ("dog/1.png", png())),
    "an empty folder": tree(("cat/.keep", b"")),
    "a page of HTML named png": tree(("cat/1.png", HTML), ("dog/1.png", HTML)),
    "an empty png": tree(("cat/1.png", b"")),
    "a png cut short": tree(("cat/1.png", png()[:40])),
    "a share above 1": lambda folder: ["digits", "--unlabelled-share", "1.5"],
    "a test share of 0": lambda folder: ["digits", "--test-share", "0"],
    "shares of everything": lambda folder: [
        *("digits", "--test-share", "0.6", "--validation-share", "0.4")
    ],
    "0 a class": lambda folder: [*quickdraw(bitmaps(folder, "apple")), "--per-class", "0"],
    "10^9 a class": lambda folder: [
        *quickdraw(bitmaps(folder, "apple")),
        *("--per-class", 10**9),
    ],
    "pictures of 0 pixels": lambda folder: ["folder", pictures(folder), "--size", "0"],
    "pictures of 10^9 pixels": lambda folder: ["folder", pictures(folder), "--size", 10**9],
    "an unknown colour": lambda folder: ["folder", pictures(folder), "--colour", "gray"],
    "no such collection": lambda folder: ["drawings", "nobodys"],
}


@pytest.mark.parametrize("make", REFUSED.values(), ids=REFUSED.keys())
def test_bad_sources_are_refused_and_leave_the_workspace_unchanged(
    studio: Studio, home: Path, tmp_path: Path, dump: Callable[[], str], make: Make
) -> None:
    studio("datasets", "add", "digits", "--name", "digits")
    before, files = dump(), sorted(home.rglob("artifacts/**/*"))
    result = studio("datasets", "add", *make(tmp_path / "source"), "--name", "new")
    assert result.code == 1
    assert all(result.refusal.values())
    assert dump() == before
    assert [path for path in sorted(home.rglob("artifacts/**/*")) if path not in files] == []
    assert not (tmp_path / "cat").exists()


@pytest.mark.parametrize("name", ["", "a b", "a/b", "../a", "-a", "x" * 65])
def test_impossible_names_are_refused(
    studio: Studio, workspace: Workspace, dump: Callable[[], str], name: str
) -> None:
    before = dump()
    result = studio("datasets", "add", "digits", f"--name={name}")
    assert result.code == 1
    assert "Try" in result.refusal["fix"]
    assert dump() == before


def test_a_table_is_brought_looked_at_and_given_another_target(
    studio: Studio, tmp_path: Path
) -> None:
    (tmp_path / "t.csv").write_text("age,pet,paid\n3,cat,true\n,dog,false\n5,cat,\n")
    words = ("datasets", "add", "table", tmp_path / "t.csv", "--target", "pet", "--name", "people")
    added = studio(*words, "--json").json
    assert (added["task"], added["target"], added["class_counts"]) == (
        "table", "pet", {"cat": 2, "dog": 1},
    )  # fmt: skip
    assert studio("datasets", "rows", "people", "--start", "1", "--json").json["rows"] == [
        {"age": None, "pet": "dog", "paid": False},
        {"age": 5, "pet": "cat", "paid": None},
    ]
    shown = studio("datasets", "columns", "people").out
    assert "yes or no" in shown
    assert "cat 2, dog 1" in shown
    made = studio("datasets", "target", "people", "paid", "--json").json
    assert (made["version"], made["class_names"]) == (2, ["false", "true"])
    assert "3 columns" in studio("datasets", "list").out
    refused = studio("datasets", "rows", "people:1", "--json")
    assert refused.json["dataset"] == "people:1"
