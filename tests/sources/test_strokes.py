"""Drawings as strokes, in files of one drawing a line."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.errors import Cancelled, InvalidInput, TooLarge
from studio.core.quickdraw import ATTRIBUTION
from studio.core.sources import parse_source
from studio.sources import Places, Source, lines, open_source, strokes
from studio.sources.lines import parse, word_of
from studio.sources.pictures import Unreadable
from studio.sources.raster import rasterise
from tests.sources.conftest import quiet, write_tree, write_zip
from tests.sources.reading import assert_resumes, opened, read, skipped

SQUARE = [[[0, 255, 255, 0, 0], [0, 0, 255, 255, 0]]]
CROSS = [[[0, 255], [0, 255]], [[255, 0], [0, 255]]]


def line(word: str = "apple", drawing: Any = None, key: str = "1", **more: Any) -> bytes:
    drawing = SQUARE if drawing is None else drawing
    facts = {"word": word, "countrycode": "CH", "timestamp": "2017-03-01", "recognized": True}
    return json.dumps(facts | {"key_id": key, "drawing": drawing} | more).encode() + b"\n"


def drawn(drawing: Any) -> np.ndarray:
    return rasterise([(stroke[0], stroke[1]) for stroke in drawing])


def write(places: Places, data: bytes, name: str = "apple.ndjson") -> Path:
    return write_tree(places.data.parent / "drawings", {name: data}) / name


@pytest.fixture
def places(tmp_path: Path) -> Places:
    (tmp_path / "uploads").mkdir()
    return Places(tmp_path / "data", tmp_path / "cache", tmp_path / "uploads")


def test_words_are_classes_and_keys_are_names(places: Places) -> None:
    data = line("pear", CROSS, "11") + line("apple", SQUARE, "12") + line("pear", SQUARE, "13")
    source = opened(places, "strokes", write(places, data))
    assert source.class_names == ("apple", "pear")
    assert source.attribution == ATTRIBUTION
    assert (source.count, source.shape, source.task) == (3, (28, 28, 1), "images")
    samples = read(source)
    assert [sample.class_name for sample in samples] == ["pear", "apple", "pear"]
    assert [sample.name for sample in samples] == ["11", "12", "13"]
    for sample, drawing in zip(samples, (CROSS, SQUARE, SQUARE), strict=True):
        np.testing.assert_array_equal(sample.content[:, :, 0], drawn(drawing))


@pytest.mark.parametrize("how", ["folder", "zip", "upload", "upload of a zip", "gz", "one file"])
def test_wherever_the_files_lie_the_drawings_are_the_same(
    places: Places, tmp_path: Path, upload: Callable[[dict[str, bytes]], str], how: str
) -> None:
    files = {
        "pear.ndjson": b"".join(line("pear", CROSS, str(key)) for key in range(30)),
        "apple.ndjson": b"".join(line("apple", SQUARE, str(key)) for key in range(20)),
    }
    if how == "folder":
        source = opened(places, "strokes", write_tree(tmp_path / "d", files))
    elif how == "zip":
        source = opened(places, "strokes", write_zip(tmp_path / "d.zip", files))
    elif how == "upload":
        source = opened(places, "strokes", upload=upload(files))
    elif how == "upload of a zip":
        packed = write_zip(tmp_path / "d.zip", files).read_bytes()
        source = opened(places, "strokes", upload=upload({"d.zip": packed}))
    elif how == "gz":
        packed_files = {f"{name}.gz": gzip.compress(data) for name, data in files.items()}
        source = opened(places, "strokes", write_tree(tmp_path / "d", packed_files))
    else:
        data = files["apple.ndjson"] + files["pear.ndjson"]
        source = opened(places, "strokes", write(places, data))
    samples = read(source)
    assert [sample.class_name for sample in samples] == ["apple"] * 20 + ["pear"] * 30
    np.testing.assert_array_equal(samples[-1].content[:, :, 0], drawn(CROSS))


def test_raw_drawings_are_aligned_scaled_and_simplified(places: Places) -> None:
    xs, ys = np.linspace(300.5, 700.5, 200), np.linspace(90.25, 290.25, 200)
    raw = [[xs.tolist(), ys.tolist(), list(range(200))]]
    simple = [[[0, 255], [0, 127.5]]]
    samples = read(opened(places, "strokes", write(places, line(drawing=raw))))
    np.testing.assert_array_equal(samples[0].content[:, :, 0], drawn(simple))
    assert parse(line(drawing=raw)).lengths == [2]


def test_first_drawings_of_each_word_are_taken(places: Places) -> None:
    data = b"".join(
        line("apple", key=f"a{key}") + line("pear", CROSS, f"p{key}") for key in range(9)
    )
    source = opened(places, "strokes", write(places, data + line("fig", key="f")), per_class=3)
    assert source.count == 7
    assert [s.name for s in read(source)] == ["a0", "p0", "a1", "p1", "a2", "p2", "f"]
    assert source.facts["categories"]["apple"] == {"taken": 3, "available": 9}


def test_drawings_that_the_game_did_not_recognise_can_be_left_out(places: Places) -> None:
    data = line(key="1", recognized=False) + line(key="2") + line(key="3", recognized=False)
    path = write(places, data)
    assert [sample.name for sample in read(opened(places, "strokes", path))] == ["1", "2", "3"]
    source = opened(places, "strokes", path, recognized_only=True)
    assert [sample.name for sample in read(source)] == ["2"]
    assert source.facts["unrecognized"] == 2


BAD = {
    "not JSON": b"hello\n",
    "not JSON ": b'{"word": "apple", "drawing": [[[1, 2], [3, 4\n',
    "no JSON object": b"[1, 2]\n",
    "no word": b'{"drawing": [[[1], [2]]]}\n',
    "no word ": line(""),
    "no word  ": json.dumps({"word": 3, "drawing": SQUARE}).encode() + b"\n",
    "no drawing": line(drawing="x"),
    "no points": line(drawing=[]),
    "no points ": line(drawing=[[[], []]]),
    "two or three lists": line(drawing=[[[1, 2]]]),
    "two or three lists ": line(drawing=[[1, 2]]),
    "two or three lists  ": line(drawing=[{"x": [1], "y": [2]}]),
    "differ in length": line(drawing=[[[1, 2], [3]]]),
    "differ in length ": line(drawing=[[[1, 2], [3, 4], [5]]]),
    "no number": line(drawing=[[[1, "2"], [3, 4]]]),
    "no number ": line(drawing=[[[1, None], [3, 4]]]),
    "no number  ": line(drawing=[[[1, [2]], [3, 4]]]),
    "no number   ": line(drawing=[[[True, False], [3, 4]]]),
    "not finite": line(drawing=[[[1, float("nan")], [3, 4]]]),
    "not finite ": line(drawing=[[[1, float("inf")], [3, 4]]]),
    "not finite  ": line().replace(b"255", b"1e999"),
    "too large": line().replace(b"255", b"1" + b"0" * 400),
    "is not JSON": line().replace(b"255", b"1" + b"0" * 5000),
    "beyond": line(drawing=[[[1, 1e300], [3, 4]]]),
    "10,000 points": line(drawing=[[[1] * 10_001, [2] * 10_001]]),
    "1,000,000 bytes": line(key="x" * 1_000_000),
    "1,000,000 bytes ": line(key="x" * 3_000_000),
    "nests too deep": b'{"word": "apple", "drawing": ' + b"[" * 100_000 + b"\n",
    "not JSON  ": line("appl\xe9").replace(b"\\u00e9", b"\xe9"),
}


@pytest.mark.parametrize("reason", BAD)
def test_bad_line_is_skipped_with_its_number_and_a_reason(places: Places, reason: str) -> None:
    data = line(key="1") + b"\n" + BAD[reason] + line(key="2")
    source = opened(places, "strokes", write(places, data))
    assert [sample.name for sample in read(source)] == ["1", "2"]
    assert list(skipped(source)) == ["apple.ndjson:3"]
    assert reason.strip() in skipped(source)["apple.ndjson:3"]


def test_what_holds_no_drawings_is_refused(places: Places, tmp_path: Path) -> None:
    for data in (b"", b"hello\n" * 5, b"\0" * 3_000_000):
        with pytest.raises(InvalidInput, match="not one drawing"):
            list(opened(places, "strokes", write(places, data)).chunks())
    with pytest.raises(InvalidInput, match="not one drawing"):
        opened(places, "strokes", write_tree(tmp_path / "d", {"notes.txt": b"x"}))
    with pytest.raises(InvalidInput, match="zip"):
        opened(places, "strokes", write(places, b"x", "notes.txt"))


def test_too_many_words_are_refused(places: Places, monkeypatch: Any) -> None:
    monkeypatch.setattr(strokes, "MAX_CLASSES", 3)
    with pytest.raises(TooLarge, match="3 words"):
        opened(places, "strokes", write(places, b"".join(line(f"w{i}") for i in range(5))))


def test_word_is_found_however_the_line_is_written(places: Places) -> None:
    data = (
        json.dumps({"key_id": "1", "drawing": SQUARE, "word": "pear"}).encode()
        + b"\r\n"
        + json.dumps({"note": {"word": "trap"}, "word": "apple", "drawing": SQUARE}).encode()
        + b"\n"
        + rb'{"word":"f\u0069g","drawing":[[[1],[2]]]}'
        + b"\n"
        + rb'{"word":"\u732b","drawing":[[[1],[2]]]}'
    )
    source = opened(places, "strokes", write(places, data))
    assert source.class_names == ("apple", "fig", "pear", "\u732b")
    assert [s.class_name for s in read(source)] == ["pear", "apple", "fig", "\u732b"]
    assert [s.name for s in read(source)][1:3] == ["apple.ndjson:2", "apple.ndjson:3"]


@given(st.binary(max_size=60) | st.text(max_size=40).map(lambda text: line(text)))
def test_word_is_the_drawings_word(data: bytes) -> None:
    word = word_of(data)
    with suppress(Unreadable):
        assert parse(data).word == word


def test_cut_gzip_file_gives_what_it_has(places: Places) -> None:
    generator = np.random.default_rng(0)
    data = b"".join(
        line(key=str(k), drawing=generator.integers(0, 256, (1, 2, 40)).tolist())
        for k in range(900)
    )
    packed = gzip.compress(data)
    source = opened(places, "strokes", write(places, packed[:-2000], "apple.ndjson.gz"))
    names = [sample.name for sample in read(source)]
    assert names == [str(k) for k in range(len(names))]
    assert 100 < len(names) < 900
    assert "cut short" in skipped(source)["apple.ndjson.gz"]


def test_gzip_bomb_is_stopped_at_once(places: Places) -> None:
    path = write(places, gzip.compress(bytes(200_000_000)), "apple.ndjson.gz")
    with pytest.raises(InvalidInput, match="not one drawing") as caught:
        list(opened(places, "strokes", path).chunks())
    del caught
    good = gzip.compress(line() * 3)
    write(places, good, "good.ndjson.gz")
    source = opened(places, "strokes", path.parent)
    assert len(read(source)) == 3
    assert "100 to 1" in skipped(source)["apple.ndjson.gz"]


@pytest.mark.parametrize("packed", [False, True])
def test_interrupted_import_goes_on_where_it_was(
    places: Places, tmp_path: Path, monkeypatch: Any, packed: bool
) -> None:
    monkeypatch.setattr(strokes, "chunk_length", lambda shape: 5)
    monkeypatch.setattr(lines, "BLOCK", 2000)
    files = {}
    for name in ("apple", "pear"):
        data = b"".join(
            line(name, CROSS if key % 2 else SQUARE, f"{name}{key}", recognized=key % 5 > 0)
            + (b"bad\n" if key % 7 == 0 else b"")
            for key in range(21)
        )
        files[f"{name}.ndjson" + ".gz" * packed] = gzip.compress(data) if packed else data
    long = line(key=np.random.default_rng(0).bytes(550_000).hex())
    files["long.ndjson" + ".gz" * packed] = gzip.compress(long) if packed else long
    folder = write_tree(tmp_path / "d", files)
    archive = None if packed else write_zip(tmp_path / "d.zip", files)
    for settings in ({}, {"per_class": 8}, {"recognized_only": True}):

        def make(settings: dict[str, Any] = settings) -> Source:
            return opened(places, "strokes", folder, **settings)

        assert_resumes(make)
        if archive is not None:
            assert_resumes(lambda: opened(places, "strokes", archive, **settings))  # noqa: B023


def test_looking_for_words_can_be_cancelled(places: Places, monkeypatch: Any) -> None:
    monkeypatch.setattr("studio.sources.base.PACE", 0.0)
    path = write(places, line() * 20_000)

    def stop(*_: object) -> None:
        raise Cancelled("Stopped.", "You asked for it.", "Start again.")

    with pytest.raises(Cancelled):
        open_source(
            parse_source({"kind": "strokes", "path": str(path)}), places=places, progress=stop
        )
    source = open_source(
        parse_source({"kind": "strokes", "path": str(path)}), places=places, progress=quiet
    )
    assert source.count == 20_000
