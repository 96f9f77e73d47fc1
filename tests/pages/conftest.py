"""Pages run without a browser: Streamlit's AppTest over the real navigation script and workspace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from studio.core.sources import DigitsSource
from studio.ui import session
from studio.workspace import Workspace

OpenPage = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def _own_workspace(home: Path) -> Iterator[None]:
    """Let the pages open this test's workspace."""
    session.workspace.cache_clear()
    yield
    session.workspace.cache_clear()


@pytest.fixture
def open_page() -> OpenPage:
    """Return a function that opens a page by name; keyword arguments are its query parameters."""

    def open_one(name: str, **query: str) -> AppTest:
        app = AppTest.from_file(str(session.NAVIGATION), default_timeout=120)
        for key, value in query.items():
            app.query_params[key] = value
        app.run()
        if name != "home":
            app.switch_page(session.page(name)).run()
        assert not app.exception
        return app

    return open_one


@pytest.fixture
def digits(workspace: Workspace) -> Workspace:
    """A workspace with the digits in it."""
    workspace.add_dataset("digits", DigitsSource())
    return workspace
