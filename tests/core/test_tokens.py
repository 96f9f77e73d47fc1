from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.text import TextSettings
from studio.core.tokens import WORD_LIMIT, encode, words_of

FRONTEND = Path(__file__).parents[2] / "frontend"
WORDS = TextSettings(length=6, buckets=1000)
WAYS = (
    WORDS,
    TextSettings(length=9, buckets=50_000, lower=False, pairs=True),
    TextSettings(unit="characters", length=40, buckets=2_000, shortest=2, longest=4),
    TextSettings(unit="characters", length=40, shortest=5, longest=3),
    TextSettings(unit="projection", length=5, hash_words=3),
)
ODD = [
    "",
    "It’s GOOD! 'no' a''b'c -- co-op_3.14",
    "İstanbul ΣΑΣ Ünï ß naïve e\u0301 \u200d",
    "日本語のテキスト、カタカナ。 😀x ✓ ｆｕｌｌ ＷＩＤＴＨ",
    "x" * (WORD_LIMIT + 40) + " y",
    "lone \ud800 surrogates \udc00\udc00 and \ud83d\ude00 pairs",
    "nul \x00 tab\tline\nend \ufffd \uffff \U0010ffff",
]
texts = st.lists(st.text(st.characters(), max_size=30), max_size=4)


def twin(calls: list[tuple[list[str], TextSettings]], folder: Path) -> list[np.ndarray]:
    """Return what the browser's code makes of the same texts."""
    esbuild = FRONTEND / "node_modules" / ".bin" / "esbuild"
    if shutil.which("node") is None or not esbuild.exists():
        pytest.skip("NOT RUN against the browser's code: Node or frontend/node_modules is missing")
    bundle = folder / "tokens.mjs"
    source = FRONTEND / "src" / "text" / "tokens.ts"
    command = [
        str(esbuild),
        str(source),
        "--format=esm",
        f"--outfile={bundle}",
        "--log-level=error",
    ]
    subprocess.run(command, check=True)
    asked = folder / "asked.json"
    asked.write_text(json.dumps([[t, s.model_dump()] for t, s in calls]))  # ASCII: surrogates, too
    script = (
        "import { readFileSync } from 'node:fs';"
        f"import {{ encode }} from {json.dumps(bundle.as_uri())};"
        f"const calls = JSON.parse(readFileSync({json.dumps(str(asked))}, 'utf8'));"
        "console.log(JSON.stringify(calls.map(([texts, settings]) =>"
        " texts.map((text) => [...encode(text, settings)]))));"
    )
    said = subprocess.run(
        ["node", "--input-type=module", "-e", script], check=True, capture_output=True, text=True
    )
    return [
        np.array(found, np.int32).reshape(len(t), *s.shape)
        for found, (t, s) in zip(json.loads(said.stdout), calls, strict=True)
    ]


def test_the_browser_makes_the_same_numbers(tmp_path: Path) -> None:
    every = [code for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    every = every[:0x10000] + every[0x10000::37]
    signs = [
        "".join(f"x{chr(c)}Y " for c in every[i : i + 2000]) for i in range(0, len(every), 2000)
    ]
    wide = TextSettings(length=4096, buckets=1_000_000)
    draw = np.random.default_rng(0)
    alphabet = np.array(list("abcABC '’\n-é日😀ΣßИ.,1\u0301\u3000"))
    noise = ["".join(draw.choice(alphabet, size)) for size in draw.integers(0, 60, 150)]
    calls = [(signs, wide)] + [(ODD + noise, way) for way in WAYS]
    for (asked, way), found in zip(calls, twin(calls, tmp_path), strict=True):
        np.testing.assert_array_equal(encode(asked, way), found)


@settings(max_examples=40)
@given(texts, st.sampled_from(WAYS))
def test_texts_are_encoded_each_by_itself(some: list[str], way: TextSettings) -> None:
    together = encode(some, way)
    assert together.shape == (len(some), *way.shape)
    assert together.dtype == np.int32
    for text, row in zip(some, together, strict=True):
        np.testing.assert_array_equal(encode([text], way)[0], row)
    assert together.min(initial=0) >= 0
    if way.unit != "projection":
        assert together.max(initial=0) < way.buckets


def test_words_are_runs_of_letters_or_signs_that_are_words() -> None:
    assert words_of("It’s GOOD! 'no' a''b'c", WORDS) == ["it's", "good", "no", "a", "b'c"]
    assert words_of("日本 ok😀x", WORDS) == ["日", "本", "ok", "😀", "x"]
    assert words_of("ÜBER Σας", TextSettings(lower=False)) == ["ÜBER", "Σας"]
    assert words_of("İ ΑΣ", WORDS) == ["İ", "ας".replace("ς", "σ")]
    assert words_of(" .,;!?-_/()\t\n", WORDS) == []


def test_capitals_punctuation_and_what_is_too_long_make_no_difference() -> None:
    one = encode(["a GOOD film"], WORDS)
    np.testing.assert_array_equal(one, encode(["A good, film!"], WORDS))
    np.testing.assert_array_equal(one[:, :3] > 0, True)
    np.testing.assert_array_equal(one[:, 3:], 0)
    long = "w" * WORD_LIMIT
    np.testing.assert_array_equal(encode([long], WORDS), encode([long + "more"], WORDS))
    assert np.count_nonzero(encode(["a b c d e f g h"], WORDS)) == WORDS.length


def test_pairs_follow_their_second_word() -> None:
    way = WORDS.model_copy(update={"pairs": True})
    first, second, pair, third, other = encode(["not good film"], way)[0][:5].tolist()
    assert [first, second, third] == encode(["not good film"], WORDS)[0][:3].tolist()
    assert encode(["good not"], way)[0][2] != pair
    assert encode(["good film"], way)[0][2] == other


def test_runs_of_characters_share_what_words_share() -> None:
    way = TextSettings(unit="characters", length=64, shortest=3, longest=4)
    # <film> is longer than 4: itself, then its runs from each place on.
    assert np.count_nonzero(encode(["film"], way)) == 1 + 4 + 3
    assert np.count_nonzero(encode(["a"], way)) == 1  # <a>
    shared = np.intersect1d(encode(["filming"], way), encode(["films"], way))
    assert len(shared[shared > 0]) == 5  # <fi <fil fil film ilm


def test_fingerprints_are_whole_numbers_of_30_bits() -> None:
    found = encode(["some words of no importance"], WAYS[-1])
    assert found.max() < 2**30
    assert len(np.unique(found)) == found.size
