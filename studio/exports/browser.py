"""A model as a web page that asks it in the browser, offline: a folder for any web server, or a single file.

The page's script and LiteRT.js are built from `frontend/src/page` and lie in `assets`; here they are put together with
the model. A page's policy lets it run these scripts and speak to nobody. Equal arguments give equal bytes.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import io
import json
import re
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

from studio.core.errors import InvalidInput
from studio.core.model_export import INPUTS
from studio.core.model_spec import ModelSpec

ASSETS = Path(__file__).parent / "assets"
SCRIPT, STYLE, WASM = "page.js", "page.css", "litert.wasm.gz"
LICENCES = ("NOTICE.txt", "litert.LICENSE.txt")
MODEL = "model.tflite"
STAMP = (2020, 1, 1, 0, 0, 0)
"""Time of every member of a zip, so that equal models give equal files."""
READABLE = 0o644 << 16
"""Permissions of the files: a web server is seldom who unpacked them."""
_INSIDE = re.compile(rb'id="file-model">([A-Za-z0-9+/=]*)</script>')
GZIP = 6
README = """This folder is a web page that runs a model in the browser: {title}

Put it on any web server, for example

    python -m http.server --directory . 8000

and open http://localhost:8000. Nothing else is needed, and nothing that is drawn, typed or shown leaves the page.
Opened from disk, browsers do not let a page read the files beside it: use the page as one file for that.

model.tflite   the model
model.json     what it takes, and the names of its classes
page.js        asks it (LiteRT.js inside, see NOTICE.txt)
"""


def browser_zip(spec: ModelSpec, tflite: bytes, *, accuracy: float | None = None) -> bytes:
    """Return a folder, zipped, that any web server can offer.

    Args:
        spec: Of the model.
        tflite: Its file: one sample at a time, floating point.
        accuracy: Share of the test samples it was right about; None where unknown.

    Raises:
        InvalidInput: The page cannot make the model's input.
    """
    facts = json.dumps(page_facts(spec, accuracy), indent=2, ensure_ascii=False).encode()
    policy = (
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' blob: data:; media-src blob: mediastream:; base-uri 'none'; form-action 'none'"
    )
    index = _document(
        spec.title,
        policy,
        f'<link rel="stylesheet" href="{STYLE}">',
        f'<script src="{SCRIPT}"></script>',
    )
    members = {
        "index.html": index.encode(),
        SCRIPT: _asset(SCRIPT),
        STYLE: _asset(STYLE),
        WASM: _asset(WASM),
        MODEL: tflite,
        "model.json": facts,
        "README.txt": README.format(title=spec.title).encode(),
        **{name: _asset(name) for name in LICENCES},
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, member in members.items():
            packed = zipfile.ZIP_STORED if name.endswith(".gz") else zipfile.ZIP_DEFLATED
            entry = zipfile.ZipInfo(f"{_folder(spec)}/{name}", STAMP)
            entry.external_attr = READABLE
            archive.writestr(entry, member, packed)
    return content.getvalue()


def single_page(spec: ModelSpec, tflite: bytes, *, accuracy: float | None = None) -> bytes:
    """Return the same page as a single file that opens from disk. Args and Raises as `browser_zip`."""
    facts = json.dumps(page_facts(spec, accuracy), ensure_ascii=False).encode()
    script, style = _asset(SCRIPT).decode(), _asset(STYLE).decode()
    policy = (
        f"default-src 'none'; script-src '{_sha256(script)}' 'wasm-unsafe-eval'; style-src '{_sha256(style)}'; "
        "img-src blob: data:; media-src blob: mediastream:; base-uri 'none'; form-action 'none'"
    )
    files = {"wasm": _asset(WASM), "model": gzip.compress(tflite, GZIP, mtime=0), "facts": facts}
    inside = "\n".join(
        f'<script type="application/octet-stream" id="file-{name}">{base64.b64encode(file).decode()}</script>'
        for name, file in files.items()
    )
    notice = "".join(f"<!--\n{_comment(_asset(name).decode())}\n-->\n" for name in LICENCES)
    page = _document(
        spec.title, policy, f"<style>{style}</style>", f"{inside}\n<script>{script}</script>"
    )
    return (page + notice).encode()


def tflite_inside(content: bytes) -> bytes:
    """Return the `.tflite` file that a page, or its folder, holds.

    Raises:
        InvalidInput: It holds none.
    """
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                if name.endswith(f"/{MODEL}"):
                    return archive.read(name)
    elif (found := _INSIDE.search(content)) is not None:
        return gzip.decompress(base64.b64decode(found[1]))
    raise InvalidInput(
        "The page holds no model.", "It is damaged, or of another program.", "Export it again."
    )


def page_facts(spec: ModelSpec, accuracy: float | None = None) -> dict[str, Any]:
    """Return what a page is told of its model, as JSON: `Facts` of frontend/src/page/facts.ts.

    Raises:
        InvalidInput: The page cannot make the model's input.
    """
    config, adapter = spec.config, spec.adapter
    if config is None and adapter is None:
        raise _impossible(spec, "how its pictures are prepared is not known.")
    if adapter is not None and adapter.dtype != "float32":
        raise _impossible(
            spec, f"its input is {adapter.dtype}, and the page prepares float32 only."
        )
    height, width, channels = spec.shape
    shape: tuple[int, ...]
    if adapter is not None:
        given = (height, width, adapter.channels)
        shape = (adapter.channels, height, width) if adapter.layout == "nchw" else given
        channels = adapter.channels
    else:
        assert config is not None
        shape = config.input_shape(spec.shape)
    kind = "image" if config is None else INPUTS.get(config.input, "")
    if not kind:
        raise _impossible(spec, "it takes what another network made of pictures.")
    return {
        "title": spec.title,
        "input": kind,
        "class_names": spec.class_names,
        "shape": (height, width, channels),
        "input_shape": (1, *shape),
        "text": config.text.model_dump() if config is not None and kind == "text" else None,
        "points": config.strokes.points if config is not None and kind == "strokes" else None,
        "adapter": None if adapter is None else adapter.model_dump(),
        "dataset": spec.dataset,
        "accuracy": accuracy,
    }


def _document(title: str, policy: str, head: str, end: str) -> str:
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="referrer" content="no-referrer">\n'
        f'<title>{html.escape(title)}</title>\n<link rel="icon" href="data:,">\n{head}\n</head>\n'
        f"<body>\n<noscript>This page needs JavaScript.</noscript>\n{end}\n</body>\n</html>\n"
    )


@cache
def _asset(name: str) -> bytes:
    return (ASSETS / name).read_bytes()


def _sha256(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _comment(text: str) -> str:
    """Return a text without what would end a comment of HTML."""
    return text.replace("--", "- -")


def _folder(spec: ModelSpec) -> str:
    """Return a name for the folder that every system allows."""
    return "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in spec.title)


def _impossible(spec: ModelSpec, why: str) -> InvalidInput:
    return InvalidInput(
        f"{spec.title} cannot become a web page.",
        f"LiteRT.js takes a .tflite file, and {why}",
        "Serve it as an endpoint instead.",
    )
