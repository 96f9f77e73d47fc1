"""A model of texts for servers: a SavedModel that takes strings and cuts, hashes and answers them in one graph.

Its numbers are those of `studio.core.tokens`, whose rules it follows step by step. Texts are cut by TensorFlow Text
where that is installed, else by TensorFlow's own operations: the answers are the same, and a server needs what the
graph was made with. Strings that are no UTF-8 are read with U+FFFD in the place of what is wrong.
"""

from __future__ import annotations

import importlib
import importlib.util
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from studio.core.text import TextSettings
from studio.core.tokens import (
    GOLDEN,
    HASH_PRIME,
    HASH_START,
    LETTER,
    SEPARATORS,
    SINGLES,
    WORD_LIMIT,
    kinds,
    lower_cases,
)
from studio.ml.backend import keras, quiet, tf

MASK = 0xFFFFFFFF
LAST_CASED = 0xFFFF
"""No code point behind this one has another lower case here."""


def has_tensorflow_text() -> bool:
    """Return whether TensorFlow Text is installed."""
    return importlib.util.find_spec("tensorflow_text") is not None


def save_text_server(
    model: keras.Model,
    settings: TextSettings,
    class_names: tuple[str, ...],
    folder: Path,
    *,
    tensorflow_text: bool | None = None,
) -> None:
    """Write a SavedModel with the signature `serving_default`: strings `text` (n,) to `probabilities` and `classes`.

    Args:
        model: A model of texts, trained.
        settings: How its texts become numbers.
        class_names: Names of the classes, in the order of the outputs.
        folder: Where the SavedModel goes; TensorFlow Serving wants it to be called `<name>/<number>`.
        tensorflow_text: Whether TensorFlow Text cuts the texts. Default: where it is installed.
    """
    cut = has_tensorflow_text() if tensorflow_text is None else tensorflow_text
    with quiet():
        made = TextServer(model, settings, class_names, cut)
        tf.saved_model.save(made, folder, signatures={"serving_default": made.serve})


def text_server_archive(
    model: keras.Model, settings: TextSettings, class_names: tuple[str, ...], path: Path
) -> None:
    """Write what `save_text_server` writes as a zip with the folder `model/1`, as TensorFlow Serving wants it.

    Args:
        path: The file to write. The others as there.
    """
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        save_text_server(model, settings, class_names, Path(folder) / "model" / "1")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(Path(folder).rglob("*")):
                archive.write(file, file.relative_to(folder))


class TextServer(tf.Module):
    """What is saved: the model, and the way from strings to its numbers. Args as `save_text_server`."""

    def __init__(
        self,
        model: keras.Model,
        settings: TextSettings,
        class_names: tuple[str, ...],
        tensorflow_text: bool,
    ) -> None:
        super().__init__()
        self.model = model
        self._settings = settings
        self._cut = _cutter(tensorflow_text)
        self._lower = tf.constant(lower_cases()[: LAST_CASED + 1].astype(np.int32))
        self._names = tf.constant(class_names)
        strings = tf.TensorSpec((None,), tf.string, name="text")
        self.encode = tf.function(self._encode, input_signature=[strings])
        self.serve = tf.function(self._serve, input_signature=[strings])

    def _serve(self, text: Any) -> dict[str, Any]:
        shares = self.model(self._encode(text), training=False)
        order = tf.argsort(shares, axis=1, direction="DESCENDING", stable=True)
        return {"probabilities": shares, "classes": tf.gather(self._names, order)}

    def _encode(self, text: Any) -> Any:
        """Return int32 (n, *settings.shape)."""
        settings = self._settings
        words = self._cut(text)[:, : settings.length]
        codes = tf.strings.unicode_decode(words.flat_values, "UTF-8")[:, :WORD_LIMIT].to_tensor(-1)
        codes = tf.where(codes == 0x2019, 0x27, codes)
        if settings.lower:
            small = tf.gather(self._lower, tf.clip_by_value(codes, 0, LAST_CASED))
            codes = tf.where((codes >= 0) & (codes <= LAST_CASED), small, codes)
        rows = words.value_rowids()
        if settings.unit == "characters":
            hashes, rows = _runs(codes, rows, settings)
        else:
            hashes = _hashed(codes)
            if settings.unit == "words" and settings.pairs:
                hashes, rows = _with_pairs(hashes, rows)
        count = tf.cast(tf.shape(text)[0], tf.int64)
        if settings.unit == "projection":
            steps = tf.constant(np.arange(settings.hash_words, dtype=np.int64) * GOLDEN & MASK)
            spread = _mixed(_low(hashes[:, None] + steps))
            numbers = tf.cast(spread // 4, tf.int32)
        else:
            numbers = tf.cast(1 + hashes % (settings.buckets - 1), tf.int32)
        ragged = tf.RaggedTensor.from_value_rowids(numbers, rows, nrows=count, validate=False)
        return ragged[:, : settings.length].to_tensor(0, shape=(None, *settings.shape))


def _cutter(tensorflow_text: bool) -> Any:
    """Return what cuts strings (n,) into words, ragged (n, words)."""
    letters = _letters()
    word = f"{_class(SINGLES)}|{letters}+(?:['\\x{{2019}}]{letters}+)*"
    rest = f"(?:{_class(SEPARATORS)}|[\\x00-\\x7f])"
    if not tensorflow_text:
        return lambda text: tf.strings.split(
            tf.strings.regex_replace(_valid(text), f"({word})|{rest}", " \\1 ")
        )
    text_ops = importlib.import_module("tensorflow_text")
    # What lies between two words is a delimiter, too, and is left out.
    return lambda text: text_ops.regex_split(
        _valid(text), f"{word}|{rest}", keep_delim_regex_pattern=word
    )


def _valid(text: Any) -> Any:
    """Return strings that are UTF-8, without NUL: TensorFlow Text takes that for the end."""
    whole = tf.strings.unicode_transcode(text, "UTF-8", "UTF-8", errors="replace")
    return tf.strings.regex_replace(whole, "\\x00", " ")


def _class(ranges: Any) -> str:
    return "[" + "".join(f"\\x{{{first:x}}}-\\x{{{last:x}}}" for first, last in ranges) + "]"


def _letters() -> str:
    """Return the class of all letters, as a regular expression."""
    known = kinds() == LETTER
    known[0xD800:0xE000] = False  # surrogates are no characters
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(np.int8)))
    return _class([(first, end - 1) for first, end in edges.reshape(-1, 2).tolist()])


def _hashed(codes: Any) -> Any:
    """Return the hashes, int64 (n,), of the numbers (n, m) of each row; those below 0 do not count."""
    start = tf.fill(tf.shape(codes)[:1], tf.constant(HASH_START, tf.int64))
    return _mixed(tf.foldl(_step, tf.transpose(tf.cast(codes, tf.int64)), start))


def _step(hashes: Any, numbers: Any) -> Any:
    """Take one number more into each hash, where it is not below 0."""
    return tf.where(numbers < 0, hashes, _low(tf.bitwise.bitwise_xor(hashes, numbers) * HASH_PRIME))


def _with_pairs(hashes: Any, rows: Any) -> tuple[Any, Any]:
    pairs = _hashed(tf.stack([hashes[:-1], hashes[1:]], axis=1))
    same = tf.concat([[False], rows[1:] == rows[:-1]], 0)[: tf.shape(rows)[0]]
    first = tf.zeros(tf.minimum(tf.shape(hashes), 1), tf.int64)
    both = tf.stack([hashes, tf.concat([first, pairs], 0)], axis=1)
    wanted = tf.stack([tf.ones_like(same), same], axis=1)
    return tf.boolean_mask(both, wanted), tf.boolean_mask(_repeated(rows, both), wanted)


def _runs(codes: Any, rows: Any, settings: TextSettings) -> tuple[Any, Any]:
    """Return the hashes of the runs of characters of each word, and the text each is of."""
    shortest, longest = sorted((settings.shortest, settings.longest))
    size = tf.reduce_sum(tf.cast(codes >= 0, tf.int32), axis=1, keepdims=True) + 2
    marked = tf.pad(codes, [[0, 0], [1, 1]], constant_values=-1)
    place = tf.range(tf.shape(marked)[1])[None]
    marked = tf.where(place == 0, ord("<"), tf.where(place == size - 1, ord(">"), marked))
    alone = (place == 0) & ((size > longest) | (size < shortest))
    whole = _hashed(marked)[:, None] + tf.zeros_like(marked, tf.int64)
    found, wanted = [whole], [alone]
    hashes = tf.fill(tf.shape(marked), tf.constant(HASH_START, tf.int64))
    for length in range(1, longest + 1):
        end = tf.pad(marked[:, length - 1 :], [[0, 0], [0, length - 1]], constant_values=-1)
        end = end[:, : tf.shape(marked)[1]]
        hashes = _step(hashes, tf.cast(end, tf.int64))
        if length >= shortest:
            found.append(_mixed(hashes))
            wanted.append(end >= 0)
    values, mask = tf.stack(found, axis=2), tf.stack(wanted, axis=2)
    texts = tf.broadcast_to(rows[:, None, None], tf.shape(values, tf.int64))
    return tf.boolean_mask(values, mask), tf.boolean_mask(texts, mask)


def _repeated(rows: Any, like: Any) -> Any:
    return tf.broadcast_to(rows[:, None], tf.shape(like, tf.int64))


def _mixed(hashes: Any) -> Any:
    """Return MurmurHash3's final mix of numbers of 32 bits, int64."""
    h = _xor_shifted(hashes, 16)
    h = _xor_shifted(_low(h * 0x85EBCA6B), 13)
    return _xor_shifted(_low(h * 0xC2B2AE35), 16)


def _xor_shifted(hashes: Any, bits: int) -> Any:
    return tf.bitwise.bitwise_xor(hashes, hashes // 2**bits)


def _low(numbers: Any) -> Any:
    """Return the low 32 bits; what is above is lost as in any multiplication of 64 bits."""
    return tf.bitwise.bitwise_and(numbers, tf.constant(MASK, tf.int64))
