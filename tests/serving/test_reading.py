"""Small files of large pictures: they hold nobody up, and one request has only so many pixels."""

from __future__ import annotations

import base64
import io
import json
import threading

import pytest
from PIL import Image

from studio.core.errors import TooLarge
from studio.core.model import ModelVersion
from studio.serving import reading
from studio.serving.dialects import DIALECTS
from studio.serving.exchange import Asked, Query
from tests.alone import run_alone
from tests.serving.versions import version

TFSERVING = DIALECTS["tfserving"]


class Threads:
    """A dialect that notes in which threads it reads to the end."""

    def __init__(self) -> None:
        self.read_in: list[int] = []

    def read(self, asked: Asked, version: ModelVersion) -> Query:
        query = TFSERVING.read(asked, version)
        self.read_in.append(threading.get_ident())
        return query


def ask(side: int, count: int = 1, **headers: str) -> list[bool]:
    """Return, for each time that the request was read, whether that was on the event loop."""
    content = io.BytesIO()
    Image.new("1", (side, side)).save(content, "PNG")
    picture = {"b64": base64.b64encode(content.getvalue()).decode()}
    body = json.dumps({"instances": [picture] * count}).encode()
    assert len(body) < reading.AT_ONCE_BYTES
    dialect = Threads()
    asked = Asked(headers, body)
    query = run_alone(reading.read_query(dialect, asked, version()))  # type: ignore[arg-type]
    assert query.count == count
    return [thread == threading.get_ident() for thread in dialect.read_in]


def test_only_small_pictures_are_read_on_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(28, count=20) == [True]
    assert ask(2000) == [False]
    assert ask(300, count=3) == [False]
    monkeypatch.setattr(reading, "REQUEST_PIXELS", 200_000)
    with pytest.raises(TooLarge, match=r"instances\[2\].*too many pixels"):
        ask(300, count=3)
