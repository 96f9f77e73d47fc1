"""Finds the built bundles and registers each with Streamlit, once.

The bundles are built by ``make frontend`` and committed under ``assets/``. ``/api/assets`` serves
them and browsers keep them for good, so Streamlit itself carries only a few lines per component:
JavaScript handed to it inline travels to the browser again on every rerun.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from studio.core.errors import NotFound

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

ASSETS = Path(__file__).parent / "assets"

# Several lines on purpose: Streamlit takes a one-line string for the path of a file.
STUB = """
const address = new URL("api/assets/%s", document.baseURI).href;
const load = () => import(address);
export default async (component) => {
  const bundle = await load().catch(() => load()).catch(() => {
    throw new Error("This part of the page did not load. Reload the page to try again.");
  });
  return bundle.default(component);
};
"""


@cache
def manifest() -> dict[str, str]:
    """Return the file name of each component's bundle, by component name.

    Raises:
        NotFound: The bundles have not been built.
    """
    path = ASSETS / "manifest.json"
    if not path.is_file():
        raise NotFound(
            "The browser components are missing.",
            f"{path.name} is not in studio/ui/components/assets.",
            "Build them with `make frontend`, or restore the folder from the repository.",
        )
    files: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return files


@cache
def renderer(name: str) -> ComponentRenderer:
    """Register the component called ``name`` on first use and return its mounting command.

    Args:
        name: A key of the manifest, like ``"drawing_pad"``.

    Returns:
        Streamlit's callable that mounts an instance.
    """
    return st.components.v2.component(f"studio_{name}", js=STUB % manifest()[name])


def unchanged() -> None:
    """Do nothing: Streamlit wants a callback for every state that has a default."""
