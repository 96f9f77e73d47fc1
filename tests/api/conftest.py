"""A client of the routes that behaves as the browser components do."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from studio.api import create_api
from studio.core.dataset import DatasetVersion
from studio.core.sources import DigitsSource
from studio.workspace import Workspace
from tests.client import TestClient

TOKEN = "2|aa|bb|1"


@pytest.fixture
def client(workspace: Workspace) -> Iterator[TestClient]:
    """A browser that has Streamlit's cookie and repeats it in the header."""
    api = create_api(workspace, hosts=("testserver",))
    with TestClient(
        api,
        headers={"x-xsrftoken": TOKEN, "cookie": f"_streamlit_xsrf={TOKEN}"},
        raise_server_exceptions=False,
    ) as opened:
        yield opened


@pytest.fixture
def digits(workspace: Workspace) -> DatasetVersion:
    """The embedded digits, a third of them without a class."""
    return workspace.add_dataset("digits", DigitsSource(unlabelled_share=0.33))


@pytest.fixture
def png() -> Callable[..., str]:
    """Makes the base64 text of a picture."""

    def make(pixels: NDArray[np.uint8] | None = None, *, file_format: str = "PNG") -> str:
        if pixels is None:
            pixels = np.zeros((28, 28), np.uint8)
            pixels[10:20, 5:9] = 255
        content = io.BytesIO()
        Image.fromarray(pixels).save(content, file_format)
        return base64.b64encode(content.getvalue()).decode()

    return make


@pytest.fixture
def files(workspace: Workspace) -> Callable[[], dict[str, int]]:
    """Lists every file below the workspace's uploads and artifacts, with its size."""

    def listed() -> dict[str, int]:
        return {
            str(path.relative_to(workspace.home)): path.stat().st_size
            for folder in ("uploads", "artifacts")
            for path in (workspace.home / folder).rglob("*")
            if path.is_file()
        }

    return listed
