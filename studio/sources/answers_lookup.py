"""Which sample of a dataset version an entry of a foreign file is about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from studio.core.dataset import Task
from studio.core.errors import InvalidInput
from studio.core.samples import Words, let_go
from studio.sources.lookup import UPLOADED, is_picture, path_of

OWN_NAME = re.compile(r"(\d{8,9})\.(png|txt)")
"""What the studio's exports call the picture, or the boxes, of a sample: by its number."""
SHOWN = 60


class _Words:
    """Finds texts by what they are, or begin and end with: 16 bytes of memory each, whatever their length."""

    def __init__(self, words: Iterable[str], count: int) -> None:
        hashes = np.fromiter((hash(word) for word in words), np.int64, count)
        self._order = np.argsort(hashes, kind="stable")
        self._sorted = hashes[self._order]

    def find(self, word: str) -> NDArray[np.int64]:
        """Return the numbers of those that have the same hash, ascending."""
        first = int(np.searchsorted(self._sorted, hash(word), "left"))
        end = int(np.searchsorted(self._sorted, hash(word), "right"))
        found: NDArray[np.int64] = self._order[first:end]
        return found


@dataclass
class KnownSamples:
    """The samples that answers may be about.

    Args:
        title: `name:version` of the dataset version.
        count: Of all samples.
        shape: (height, width, channels) of pictures.
        names: What each was called; None: they have no names.
        texts: None for pictures.
    """

    title: str
    count: int
    task: Task
    shape: tuple[int, int, int]
    names: Words | None
    texts: Words | None
    _by_name: _Words | None = field(default=None, init=False)
    _by_text: _Words | None = field(default=None, init=False)

    def find(
        self, *, item: object = None, name: str = "", text: str | None = None, own: bool = False
    ) -> int:
        """Return the number of a sample.

        Args:
            item: The number, as it stands in the file; None: it does not say. Where there is one, name and text must
                be those of that sample.
            name: What the sample is called: in full, or the end of a path.
            text: The text it has.
            own: A name such as 00000012.png is a number, whatever samples are called.

        Raises:
            InvalidInput: There is none, there are several, or number, name and text do not belong together.
        """
        if item is not None and item != "":
            return self._numbered(item, name, text)
        if own and (number := OWN_NAME.fullmatch(name.rsplit("/", 1)[-1])):
            return self._numbered(int(number[1]), "", None)
        if name and (found := self._named(name)) is not None:
            return found
        if text is not None and self.texts is not None:
            return self._texted(text)
        if number := OWN_NAME.fullmatch(path_of(name).rsplit("/", 1)[-1]):
            return self._numbered(int(number[1]), "", None)
        shown = f" “{name[:SHOWN]}”" if name else ""
        raise _no_sample(
            f"no sample{shown} is known" if name else "it does not say which sample it is about"
        )

    def text(self, item: int) -> str | None:
        """Return the text of a sample; None for pictures."""
        return None if self.texts is None else self.texts[item]

    def _numbered(self, item: object, name: str, text: str | None) -> int:
        if isinstance(item, str) and re.fullmatch(r"\d{1,18}", item.strip()):
            item = int(item)
        if isinstance(item, bool) or not isinstance(item, int) or not 0 <= item < self.count:
            shown = str(item)[:SHOWN]
            raise _no_sample(
                f"there is no sample {shown}: {self.title} has 0 to {self.count - 1:,}"
            )
        if text is not None and self.texts is not None and self.texts[item] != text:
            raise _no_sample(f"sample {item} of {self.title} has another text")
        if name and self.names is not None and self.names[item] not in ("", name):
            raise _no_sample(
                f"sample {item} of {self.title} is called “{self.names[item][:SHOWN]}”, not “{name[:SHOWN]}”"
            )
        return item

    def _named(self, name: str) -> int | None:
        """Return the sample whose name is like this most; None where none is."""
        if self.names is None:
            return None
        if self._by_name is None:
            self._by_name = _Words(map(stem, self.names), self.count)
            let_go(self.names)
        wanted = path_of(name)
        plain = [wanted, UPLOADED.sub("", wanted.rsplit("/", 1)[-1], count=1)]
        for path in dict.fromkeys(plain):
            found = [
                (row, self.names[row])
                for row in self._by_name.find(stem(path)).tolist()
                if stem(self.names[row]) == stem(path)
            ]
            for fits in (
                [row for row, known in found if known in (name, path)],
                [row for row, known in found if _ends(known, path)],
                [row for row, known in found],
            ):
                if len(fits) == 1:
                    return int(fits[0])
                if fits:
                    raise _no_sample(
                        f"{len(fits):,} samples are called like “{name[:SHOWN]}”; say which by item"
                    )
        return None

    def _texted(self, text: str) -> int:
        assert self.texts is not None
        if self._by_text is None:
            self._by_text = _Words(self.texts, self.count)
            let_go(self.texts)
        found = [row for row in self._by_text.find(text).tolist() if self.texts[row] == text]
        if len(found) == 1:
            return int(found[0])
        shown = f"“{text[:SHOWN]}”"
        raise _no_sample(
            f"{len(found):,} samples have the text {shown}; say which by item"
            if found
            else f"no sample has the text {shown}"
        )


def stem(name: str) -> str:
    """Return the last part of a path, without the ending of a picture or of a file of boxes.

    Example:
        >>> stem("cats/tom.png"), stem("tom.txt"), stem("v1.2")
        ('tom', 'tom', 'v1.2')
    """
    last = name.rsplit("/", 1)[-1]
    return last.rpartition(".")[0] if is_picture(last) or last.lower().endswith(".txt") else last


def _ends(known: str, path: str) -> bool:
    """Return whether one of two paths is the end of the other, whole parts only."""
    one, other = f"/{known}", f"/{path}"
    return one.endswith(other) or other.endswith(one)


def _no_sample(reason: str) -> InvalidInput:
    return InvalidInput(
        f"{reason[:1].upper()}{reason[1:]}.",
        "Every answer is about one sample of the session's dataset version.",
        "Give the sample's number as item, or its name as the studio shows it.",
    )
