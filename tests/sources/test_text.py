"""Texts in CSV and JSON Lines files."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.core.errors import Cancelled, InvalidInput, StudioError, TooLarge
from studio.core.sources import parse_source
from studio.sources import Places, Source, open_source, rows, text
from studio.sources.rows import guess_encoding
from tests.sources.conftest import quiet, write_tree, write_zip
from tests.sources.reading import assert_resumes, opened, read, skipped

Upload = Callable[[dict[str, bytes]], str]
FILMS = b"text,label\nso good,pos\nso bad,neg\nso so,\n"


def write(folder: Path, data: bytes | str, name: str = "films.csv") -> Path:
    data = data.encode() if isinstance(data, str) else data
    return write_tree(folder, {name: data}) / name


def found(source: Source) -> list[tuple[Any, str | None]]:
    return [(sample.content, sample.class_name) for sample in read(source)]


def of_csv(places: Places, folder: Path, data: bytes | str, **given: Any) -> Source:
    return opened(places, "text", write(folder, data), **given)


def of_jsonl(places: Places, folder: Path, *values: Any, **given: Any) -> Source:
    lines = [value if isinstance(value, str) else json.dumps(value) for value in values]
    return opened(places, "text", write(folder, "\n".join(lines), "films.jsonl"), **given)


def refused(places: Places, path: Path, **given: Any) -> StudioError:
    with pytest.raises(StudioError) as caught:
        opened(places, "text", path, **given)
    assert caught.value.what
    assert caught.value.why
    assert caught.value.fix
    return caught.value


@pytest.mark.parametrize("how", ["file", "folder", "zip", "upload", "upload of a zip"])
def test_texts_have_the_class_of_their_row(
    places: Places, tmp_path: Path, upload: Upload, how: str
) -> None:
    files = {"reviews/films.csv": FILMS, "readme.md": b"hello"}
    packed = write_zip(tmp_path / "p.zip", files)
    if how == "file":
        source = opened(places, "text", write(tmp_path, FILMS))
    elif how == "folder":
        source = opened(places, "text", write_tree(tmp_path / "p", files))
    elif how == "zip":
        source = opened(places, "text", packed)
    elif how == "upload":
        source = opened(places, "text", upload=upload(files))
    else:
        source = opened(places, "text", upload=upload({"p.zip": packed.read_bytes()}))
    assert (source.task, source.shape, source.count) == ("text", (0, 0, 0), 3)
    assert source.class_names == ("neg", "pos")
    assert found(source) == [("so good", "pos"), ("so bad", "neg"), ("so so", None)]
    assert source.facts["columns"] == {"text": "text", "label": "label"}


@pytest.mark.parametrize(
    ("name", "data", "delimiter"),
    [
        ("a.csv", "text,label\nx,y\n", ","),
        ("a.csv", "text;label\nx,x;y\n", ";"),
        ("a.csv", "text\tlabel\nx,x;x\ty\n", "\t"),
        ("a.csv", "text|label\nx|y\n", "|"),
        ("a.tsv", "text\tlabel\nx,x\ty\n", "\t"),
        ("a.tsv", "text,label\nx,y\n", ","),
        ("a.csv", "\ufefftext,label\r\nx,y\r\n", ","),
        ("A.CSV", "label,text\ry,x\r", ","),
        ("a.csv", "\n\ntext,label\n\nx,y\n\n", ","),
        ("a.csv", ' Text , LABEL \nx,"y"', ","),
    ],
)
def test_delimiter_and_line_ends_are_found(
    places: Places, tmp_path: Path, name: str, data: str, delimiter: str
) -> None:
    source = opened(places, "text", write(tmp_path, data, name))
    assert source.facts["delimiter"] == delimiter
    ((content, class_name),) = found(source)
    assert content.startswith("x")
    assert class_name == "y"


@pytest.mark.parametrize("column", ["sentence", "review", "content", "message", "Review"])
def test_usual_names_of_columns_are_known(places: Places, tmp_path: Path, column: str) -> None:
    for label in ("class", "category", "sentiment", "class_name", "Label"):
        source = of_csv(places, tmp_path, f"{label},{column}\ny,x\n")
        assert found(source) == [("x", "y")]


def test_columns_are_those_that_are_named(places: Places, tmp_path: Path) -> None:
    data = "text,label,Title,genre,fold\na,b,c,d,test\ne,f,g,h,train\ni,j,k,l,other\n"
    names = {"text_column": "title", "label_column": "genre", "split_column": "fold"}
    source = of_csv(places, tmp_path, data, **names)
    assert found(source) == [("c", "d"), ("g", "h"), ("k", "l")]
    assert [sample.part for sample in read(source)] == ["test", "train", None]


def test_one_column_is_no_list_of_columns(places: Places, tmp_path: Path) -> None:
    source = of_csv(places, tmp_path, 'text\nfine, really; fine | so\n"good, ""so"""\n')
    assert found(source) == [("fine, really; fine | so", None), ('good, "so"', None)]
    assert source.class_names == ()


def test_quotes_hold_delimiters_and_lines(places: Places, tmp_path: Path) -> None:
    data = 'text,label\r\n"one, ""two""\r\nthree",a\r\n" kept ",b\r\n'
    assert found(of_csv(places, tmp_path, data)) == [('one, "two"\r\nthree', "a"), (" kept ", "b")]


def test_parts_are_believed_unless_asked_otherwise(places: Places, tmp_path: Path) -> None:
    said = ["train", "Validation", "val", "dev", " TEST ", "valid", "later", ""]
    data = "text,split\n" + "".join(f"x{n},{part}\n" for n, part in enumerate(said))
    wanted = ["train", *["validation"] * 3, "test", "validation", None, None]
    path = write(tmp_path, data)
    assert [sample.part for sample in read(opened(places, "text", path))] == wanted
    source = opened(places, "text", path, own_split=False)
    assert [sample.part for sample in read(source)] == [None] * 8
    values = [{"text": "x", "split": part} for part in [*said, None, 3]]
    source = of_jsonl(places, tmp_path, *values)
    assert [sample.part for sample in read(source)] == [*wanted, None, None]


def test_names_come_from_their_column(places: Places, tmp_path: Path) -> None:
    def names(data: str) -> list[str | None]:
        return [sample.name for sample in read(of_csv(places, tmp_path, data))]

    assert names("text\nx\n") == [None]
    assert names("id,text\n7,x\n8,y\n") == ["7", "8"]
    assert names("id,name,text\n7,a.txt,x\n8,,y\n,,z\n") == ["a.txt", "8", ""]
    source = of_jsonl(places, tmp_path, {"id": 7, "text": "x"}, {"text": "y", "id": None})
    assert [sample.name for sample in read(source)] == ["7", ""]


def test_rows_that_say_nothing_are_counted_with_their_line(places: Places, tmp_path: Path) -> None:
    data = (
        b"text,label\n"
        b"good,pos\n"
        b"short\n"
        b'"two\nlines",pos,more\n'
        b"trailing,pos,\n"
        b",pos\n"
        b"  ,pos\n"
        b"gr\xff\xfen,pos\n"
        b"bell,a\x07b\n"
        b"gr\xc3\xbcn \xe2\x82\xac \xe2\x80\xa6,neg\n"
        b"a\rb,pos\n" + b"long," + b"x" * 101 + b"\n"
        b"last,pos\n"
    )
    source = of_csv(places, tmp_path, data)
    assert source.count == 4
    assert found(source) == [
        ("good", "pos"),
        ("trailing", "pos"),
        ("gr\u00fcn \u20ac \u2026", "neg"),
        ("last", "pos"),
    ]
    reasons = skipped(source)
    assert list(reasons) == [f"line {n}" for n in (3, 4, 7, 8, 9, 10, 12, 13)]
    assert reasons["line 3"] == "it has 1 of 2 columns"
    assert reasons["line 4"] == "it has 3 columns instead of 2"
    assert reasons["line 7"] == reasons["line 8"] == "its text is empty"
    assert reasons["line 9"] == "it is not UTF-8"
    assert "cannot name a class" in reasons["line 10"]
    assert "CSV" in reasons["line 12"]
    assert "1 to 100 visible characters" in reasons["line 13"]
    assert source.facts["skipped"]["count"] == 8


def test_objects_that_say_nothing_are_counted_with_their_line(
    places: Places, tmp_path: Path
) -> None:
    values = [
        {"text": "good", "label": "pos"},
        "{broken",
        "[1]",
        '"text"',
        {"label": "pos"},
        {"text": None},
        {"text": 3},
        {"text": ["a"]},
        {"text": " "},
        {"text": "x", "label": ["pos"]},
        {"text": "x", "label": "a\nb"},
        '{"text": ' + "9" * 5000 + "}",
        "",
        {"text": "last"},
    ]
    source = of_jsonl(places, tmp_path, *values)
    assert found(source) == [("good", "pos"), ("last", None)]
    reasons = skipped(source)
    assert list(reasons) == [f"line {n}" for n in range(2, 13)]
    assert "not JSON" in reasons["line 2"]
    assert reasons["line 3"] == reasons["line 4"] == "it is not a JSON object"
    assert reasons["line 5"] == reasons["line 6"] == "it has no text"
    assert reasons["line 7"] == reasons["line 8"] == "its text is not a string"
    assert reasons["line 9"] == "its text is empty"
    assert reasons["line 10"] == "its class is neither text nor a number"
    assert "cannot name a class" in reasons["line 11"]
    assert "not JSON" in reasons["line 12"]


def test_numbers_and_truth_are_classes_in_json(places: Places, tmp_path: Path) -> None:
    labels = [1, 0, True, "1", 2.5, None, "", " 1 "]
    source = of_jsonl(places, tmp_path, *[{"text": "x", "label": label} for label in labels])
    assert [name for _, name in found(source)] == ["1", "0", "true", "1", "2.5", None, None, "1"]


def test_keys_may_come_late(places: Places, tmp_path: Path) -> None:
    source = of_jsonl(
        places, tmp_path, "nonsense", {"a": 1}, {"text": "x"}, {"text": "y", "label": 1}
    )
    assert found(source) == [("x", None), ("y", "1")]


def test_json_that_is_not_utf_8_is_skipped(places: Places, tmp_path: Path) -> None:
    data = b'\xef\xbb\xbf{"text": "x"}\n{"text": "gr\xfcn"}\n{"text": "gr\xc3\xbcn"}'
    source = opened(places, "text", write(tmp_path, data, "a.jsonl"))
    assert [content for content, _ in found(source)] == ["x", "gr\u00fcn"]
    assert skipped(source) == {"line 2": "it is not UTF-8"}


def test_files_of_old_spreadsheets_are_understood(places: Places, tmp_path: Path) -> None:
    data = "text;label\nGr\u00fc\u00dfe f\u00fcr 5 \u20ac;gr\u00fcn\n\u201eso\u201c;bla\u00df\n".encode(
        "cp1252"
    )
    source = of_csv(places, tmp_path, data + b"hole \x81;x\n")
    assert found(source) == [
        ("Gr\u00fc\u00dfe f\u00fcr 5 \u20ac", "gr\u00fcn"),
        ("\u201eso\u201c", "bla\u00df"),
    ]
    assert source.facts["encoding"] == "cp1252"
    assert skipped(source) == {"line 4": "it is not CP1252"}


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        (b"", "utf-8"),
        (b"plain\n", "utf-8"),
        ("gr\u00fcn\n".encode(), "utf-8"),
        ("gr\u00fcn\n".encode("cp1252"), "cp1252"),
        ("gr\u00fcn gr\u00fcn\n".encode() + b"\xff\n", "utf-8"),
        ("\u732b\u732b\n".encode()[:-2], "utf-8"),
        ("gr\u00fcn\n\u732b".encode()[:-1], "utf-8"),
    ],
)
def test_encoding_is_what_most_letters_say(head: bytes, encoding: str) -> None:
    assert guess_encoding(head) == encoding


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.csv", b"", "holds no rows"),
        ("a.csv", b"\n\n", "holds no rows"),
        ("a.csv", b"\xef\xbb\xbf", "holds no rows"),
        ("a.jsonl", b"", "holds no rows"),
        ("a.jsonl", b"nonsense\n", "holds no rows"),
        ("a.jsonl", b'[{"text": "x"}]', "holds no rows"),
        ("a.csv", b"text,label\n", "not one text"),
        ("a.csv", b"text,label\n,a\nshort\n", "not one text"),
        ("a.jsonl", b'{"text": ""}\n', "not one text"),
        ("a.csv", b"so good,pos\nso bad,neg\n", "No column"),
        ("a.jsonl", b'{"body": "x"}', "No column"),
        ("a.csv", "text,label\nx,y\n".encode("utf-16"), "NUL byte"),
        ("a.csv", b"text,label\nx,y\nx\0,y\n", "NUL byte"),
        ("a.jsonl", b'{"text": "x"}\n{"text": "\0"}', "NUL byte"),
        ("a.csv", b'text,label\nx,y\n"never closed,y\nx,y\n', "is not closed"),
        ("a.csv", b'"text,label\nx,y\n', "is not closed"),
        ("a.csv", b"te\xffxt\xc3\xbc\xc3\xbc,label\nx,y\n", "first row"),
    ],
)
def test_files_that_hold_no_texts_are_refused(
    places: Places, tmp_path: Path, name: str, data: bytes, words: str
) -> None:
    error = refused(places, write(tmp_path, data, name))
    assert words in error.what
    assert name in error.what


def test_what_is_wrong_is_told_with_its_place(places: Places, tmp_path: Path) -> None:
    error = refused(places, write(tmp_path, b"text\nx\ny\0\n"))
    assert "Line 3" in error.what
    error = refused(places, write(tmp_path, b'text\nx\n"a\nb"\n"never\nclosed\n'))
    assert "line 5" in error.what
    error = refused(places, write(tmp_path, b"text,label\n,a\nshort\n"))
    assert "line 2" in error.why
    error = refused(places, write(tmp_path, b"so good,pos\nso bad,neg\n"))
    assert '"so good", "pos"' in error.why
    assert "row of names" in error.fix


def test_columns_that_are_not_there_are_suggested(places: Places, tmp_path: Path) -> None:
    path = write(tmp_path, b"headline,genre,text\na,b,c\n")
    for column in ("text_column", "label_column", "split_column"):
        error = refused(places, path, **{column: "headlines"})
        assert '"headlines"' in error.what
        assert '"headline", "genre", "text"' in error.why
        assert 'Did you mean "headline"?' in error.fix


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"notes.txt": b"hello"},
        {"a.csv": FILMS, "b.csv": FILMS},
        {"a.csv": FILMS, "b.jsonl": b'{"text": "x"}'},
    ],
)
def test_exactly_one_file_is_needed(
    places: Places, tmp_path: Path, files: dict[str, bytes]
) -> None:
    (tmp_path / "p").mkdir()
    error = refused(places, write_tree(tmp_path / "p", files))
    assert "one is needed" in error.what
    for name in files:
        assert name in error.why


def test_other_kinds_of_files_are_refused(places: Places, tmp_path: Path) -> None:
    assert "zip archive" in refused(places, write(tmp_path, FILMS, "films.txt")).what
    assert "neither" in refused(places, Path("/dev/null")).what


@pytest.mark.parametrize("ending", ["\n", ""])
def test_rows_of_more_than_a_megabyte_are_refused(
    places: Places, tmp_path: Path, ending: str
) -> None:
    row = "x" * (rows.MAX_ROW - 4)
    fits = f"text,label\na,b\n{row},y\n"
    assert [len(content) for content, _ in found(of_csv(places, tmp_path, fits))] == [1, len(row)]
    line = json.dumps({"text": "x" * rows.MAX_ROW})
    quoted = '"' + "x,y\n" * 300_000 + '"'
    for name, data in (
        ("a.csv", f"text,label\na,b\n{row}xxx,y{ending}"),
        ("a.csv", f"text,label\na,b\n{quoted},y{ending}"),
        ("a.jsonl", '{"text": "x"}\n\n' + line + ending),
    ):
        error = refused(places, write(tmp_path, data, name))
        assert isinstance(error, TooLarge)
        assert "line 3" in error.what


def test_deep_json_is_refused(places: Places, tmp_path: Path) -> None:
    fits = '{"text": "x", "more": ' + "[" * 63 + "]" * 63 + "}"
    assert of_jsonl(places, tmp_path, fits).count == 1
    wide = json.dumps({"text": "x", "more": [[] for _ in range(1000)]})
    assert of_jsonl(places, tmp_path, wide).count == 1
    for levels in (64, 500, 100_000):
        deep = '{"text": "x", "more": ' + "[" * levels + "]" * levels + "}"
        path = write(tmp_path, '{"text": "x"}\n' + deep, "a.jsonl")
        assert "Line 2" in refused(places, path).what


def test_too_many_classes_are_refused(places: Places, tmp_path: Path) -> None:
    data = "text,label\n" + "".join(f"x,{number}\n" for number in range(10_001))
    error = refused(places, write(tmp_path, data))
    assert isinstance(error, TooLarge)
    assert "10,000 classes" in error.what
    assert "another column" in error.fix


def test_a_file_that_changes_while_it_is_read_is_said(places: Places, tmp_path: Path) -> None:
    source = of_csv(places, tmp_path, FILMS)
    for data in (FILMS + b"more,pos\n", FILMS[:-10], FILMS.replace(b"so bad", b"so sad"), b""):
        write(tmp_path, data)
        with pytest.raises(InvalidInput, match="changed"):
            list(source.chunks())


def test_a_long_file_is_read_in_chunks(places: Places, tmp_path: Path) -> None:
    data = "text,label\n" + "".join(f"text {n},{n % 2}\n" for n in range(9000))
    chunks = list(of_csv(places, tmp_path, data).chunks())
    assert [len(chunk) for chunk in chunks] == [4096, 4096, 808]
    long = "text,label\n" + ("y" * 900_000 + ",1\n") * 20
    chunks = list(of_csv(places, tmp_path, long).chunks())
    assert len(chunks) > 1
    assert sum(len(chunk) for chunk in chunks) == 20


def test_many_chunks_are_resumed(places: Places, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("studio.sources.base.CHUNK_SAMPLES", 3)
    texts = [f'"text {n}, ""so""\n\r\n gr\u00fcn"' for n in range(20)]
    lines = [f"{text},{n % 3},{('train', 'test')[n % 2]}" for n, text in enumerate(texts)]
    lines[5:5] = ["short", ",1,train", "", "x,a\x07,test"]
    data = "\ufefftext,label,split\r\n" + "\r\n".join(lines)
    path = write(tmp_path, data)
    assert_resumes(lambda: opened(places, "text", path))
    packed = write_zip(tmp_path / "p.zip", {"films.csv": data.encode()})
    assert_resumes(lambda: opened(places, "text", packed))
    objects = "\n".join(json.dumps({"text": text, "label": "a"}) for text in texts)
    path = write(tmp_path, objects + "\nbroken\n" + objects, "a.jsonl")
    assert_resumes(lambda: opened(places, "text", path))
    path = write(tmp_path, data.replace("\r\n", "\r").replace("\n", ""), "old.csv")
    assert_resumes(lambda: opened(places, "text", path))


def test_looking_through_can_be_cancelled(places: Places, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("studio.sources.base.PACE", 0.0)
    path = write(tmp_path, FILMS + b"more,pos\n" * 100_000)
    seen = []

    def stop(done: int, total: int, unit: str, message: str) -> None:
        seen.append((done, total, unit))
        if len(seen) == 3:
            raise Cancelled("Stopped.", "You asked for it.", "Start again.")

    with pytest.raises(Cancelled):
        open_source(parse_source({"kind": "text", "path": str(path)}), places=places, progress=stop)
    assert all(total == path.stat().st_size and unit == "bytes" for _, total, unit in seen)


def test_fifty_thousand_texts_are_read_in_two_seconds(places: Places, tmp_path: Path) -> None:
    words = "it is a film that one likes, or that one does not like at all; who knows"
    data = "text,label\n" + "".join(f'"{n} {words}",{n % 5}\n' for n in range(50_000))
    path = write(tmp_path, data)
    seconds = []
    for _ in range(3):
        begun = time.process_time()
        assert sum(len(chunk) for chunk in opened(places, "text", path).chunks()) == 50_000
        seconds.append(time.process_time() - begun)
    assert min(seconds) < 2


def test_real_reviews_are_read(places: Places, shared_data: Path) -> None:
    path = shared_data / "text" / "movie_reviews.csv"
    source = opened(places, "text", path)
    assert source.count == 10_678
    assert source.class_names == ("negative", "positive")
    assert source.facts["skipped"]["count"] == 0
    with path.open(encoding="utf-8", newline="") as file:
        wanted = [(row["text"], row["label"]) for row in csv.DictReader(file)]
    assert found(source) == wanted


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
ODD = st.sampled_from(
    ['"', '""', "a,b", "\n", "x\r\ny", "\ufeff", ";\t|", " x ", "\u2028", "'", "\x85"]
)
SENTENCES = st.lists((TEXTS | ODD).filter(str.strip), min_size=1, max_size=12)
ROUND = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


@ROUND
@given(texts=SENTENCES, delimiter=st.sampled_from(",;\t|"), everything=st.booleans())
def test_any_texts_come_back_through_csv(
    places: Places, tmp_path: Path, texts: list[str], delimiter: str, everything: bool
) -> None:
    stream = io.StringIO(newline="")
    # Where lines end with "\n" alone, Python's writer leaves a "\r" in a text without quotes.
    quoting, ending = (csv.QUOTE_ALL, "\n") if everything else (csv.QUOTE_MINIMAL, "\r\n")
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=ending, quoting=quoting)
    writer.writerow(["number", "text", "label"])
    writer.writerows([n, words, ("a", "b")[n % 2]] for n, words in enumerate(texts))
    source = of_csv(places, tmp_path, stream.getvalue())
    assert found(source) == [(words, ("a", "b")[n % 2]) for n, words in enumerate(texts)]
    assert source.facts["skipped"]["count"] == 0


@ROUND
@given(texts=st.lists(st.text(min_size=1).filter(str.strip), min_size=1), ascii_only=st.booleans())
def test_any_texts_come_back_through_json_lines(
    places: Places, tmp_path: Path, texts: list[str], ascii_only: bool
) -> None:
    lines = [json.dumps({"text": words}, ensure_ascii=ascii_only) for words in texts]
    source = opened(places, "text", write(tmp_path, "\n".join(lines), "a.jsonl"))
    assert [content for content, _ in found(source)] == texts


@ROUND
@given(data=st.binary(max_size=60), name=st.sampled_from(["a.csv", "a.tsv", "a.jsonl"]))
def test_no_bytes_whatever_escape_as_another_error(
    places: Places, tmp_path: Path, data: bytes, name: str
) -> None:
    begin = b'{"text": "x", "label": 1}\n' if name == "a.jsonl" else b"text,label\nx,y\n"
    with suppress(StudioError):
        source = opened(places, "text", write(tmp_path, begin + data, name))
        assert sum(len(chunk) for chunk in source.chunks()) == source.count
    with suppress(StudioError):
        opened(places, "text", write(tmp_path, data, name))


@ROUND
@given(data=st.binary(max_size=200), block=st.integers(1, 9))
def test_blocks_do_not_matter(places: Places, tmp_path: Path, data: bytes, block: int) -> None:
    """Lines come out the same whatever the size of the blocks they are read in."""
    clean = data.replace(b"\0", b"x")

    def lines() -> list[bytes]:
        return list(rows.Lines(io.BytesIO(clean), "a.csv", rows.Place()))

    whole = lines()
    assert b"".join(whole) == clean
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "BLOCK", block)
        assert lines() == whole
    assert all(line.endswith(b"\n") for line in whole[:-1])


def test_names_of_classes_are_cut_like_elsewhere(places: Places, tmp_path: Path) -> None:
    assert text.MAX_CLASSES == 10_000
    source = open_source(
        parse_source({"kind": "text", "path": str(write(tmp_path, "text,label\nx, a \ny,a\n"))}),
        places=places,
        progress=quiet,
    )
    assert source.class_names == ("a",)
