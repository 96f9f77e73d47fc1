"""A model's endpoint as a folder that Docker builds: the studio's own serving code, a ready workspace, nothing else.

What answers in the container is what answers in the studio, file for file; TensorFlow, the pages and everything that
trains stay behind. Whoever builds it needs Docker and a package index, and no studio.
"""

from __future__ import annotations

import importlib.metadata
import json
import platform
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import indent

from studio.exports.mlflow import ROOT, RUNTIMES, sources

PORT = 8502
ROOMS = ("core", "store", "sources", "exports", "quality", "workspace", "serving", "cli")
"""Packages that travel whole; of `studio.ml` only the modules that ask a model do."""
MODULES = ("__init__.py", "__main__.py", "processes.py")
ASSETS = "serving/assets"
"""Files beside the code that the endpoints' page is made of."""
PACKAGES = (
    "numpy", "pydantic", "annotated-types", "fastapi", "starlette", "uvicorn", "uvloop", "httptools", "orjson",
    "prometheus-client", "httpx", "pillow", "pyyaml", "google-crc32c", "sqlite-utils", "pysqlite3",
)  # fmt: skip
"""What the serving process imports, besides the runtime of the model's file."""
TABLES, TABLE_PACKAGES = "tables", ("pyarrow", "duckdb")
"""The room, and what it imports, that an endpoint needs whose pipeline changes the columns of rows."""
HOME = "/home/studio/workspace"


def docker_members(
    title: str, endpoint: str, key: str, file_format: str, example: str, *, tables: bool = False
) -> dict[str, bytes | Path]:
    """Return path within the folder -> content, or the file that holds it; the workspace is put beside them.

    Args:
        title: `name:version` of the model.
        endpoint: Name of the endpoint.
        key: Opens it; it stands in README.md and nowhere else.
        file_format: "tflite" or "onnx", what the model runs from.
        example: JSON that may be sent to it; "" where a picture file is to be sent.
        tables: Whether its pipeline changes the columns of rows.
    """
    python = ".".join(platform.python_version_tuple()[:2])
    texts = {
        "Dockerfile": DOCKERFILE.format(
            title=title, python=python, home=HOME, port=PORT, endpoint=endpoint
        ),
        "compose.yaml": COMPOSE.format(
            endpoint=endpoint, image=_image(endpoint), home=HOME, port=PORT
        ),
        ".dockerignore": "README.md\ncompose.yaml\n**/__pycache__\n",
        "requirements.txt": requirements(file_format, tables=tables),
        "README.md": README.format(
            title=title,
            endpoint=endpoint,
            key=key,
            port=PORT,
            call=indent(_call(endpoint, example), " " * 4),
        ),
    }
    members: dict[str, bytes | Path] = {name: text.encode() for name, text in texts.items()}
    for path in _served((*ROOMS, TABLES) if tables else ROOMS):
        members[path.relative_to(ROOT).as_posix()] = path
    return members


def requirements(file_format: str, *, tables: bool = False) -> str:
    """Return requirements.txt: the versions that this studio runs with."""
    names = [*PACKAGES, RUNTIMES[file_format], *(TABLE_PACKAGES if tables else ())]
    pinned = [f"{name}=={importlib.metadata.version(name)}" for name in sorted(names)]
    return "\n".join([*pinned, ""])


def _served(rooms: Sequence[str]) -> Iterator[Path]:
    """Yield the files of the studio that serving needs."""
    studio = ROOT / "studio"
    yield from (studio / name for name in MODULES)
    for room in rooms:
        yield from sorted((studio / room).glob("*.py"))
    yield from sorted(path for path in (studio / ASSETS).rglob("*") if path.is_file())
    asking = sources("studio.ml.predict")
    yield from (path for path in asking if path.parent == studio / "ml")


def _image(endpoint: str) -> str:
    """Return what an image may be called.

    Example:
        >>> _image("My.-Model_")
        'my-model'
    """
    return re.sub("[._-]{2,}", "-", endpoint.lower()).strip("._-")


def _call(endpoint: str, example: str) -> str:
    address = f"http://localhost:{PORT}/v1/models/{endpoint}:predict"
    head = f'curl -H "Authorization: Bearer $KEY" {address} \\\n'
    if example:
        quoted = example.replace("'", "'\\''")
        return f"{head}  -d '{quoted}'"
    body = """'{"instances": [{"b64": "'$(base64 < picture.png | tr -d '\\n')'"}]}'"""
    return f"{head}  -d {body}"


def example_of(texts: list[str]) -> str:
    """Return the JSON of a request with some texts.

    Example:
        >>> example_of(["Good film!"])
        '{"instances": ["Good film!"]}'
    """
    return json.dumps({"instances": texts}, ensure_ascii=False)


DOCKERFILE = """\
# The endpoint of {title}, made with Studio. Build and start: docker compose up --build

# Wheels are made in the full image, which has a compiler for those that no index has ready-made.
FROM python:{python} AS wheels
COPY requirements.txt .
RUN pip wheel --no-cache-dir --wheel-dir /wheels -r requirements.txt

# Debian, not Alpine: LiteRT and ONNX Runtime are built for glibc, and need libstdc++, which is here.
FROM python:{python}-slim
LABEL org.opencontainers.image.title="{endpoint}" org.opencontainers.image.description="{title}, made with Studio"
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 STUDIO_HOME={home} STUDIO_ALLOWED_HOSTS=localhost
RUN --mount=type=bind,from=wheels,source=/wheels,target=/wheels \\
    --mount=type=bind,source=requirements.txt,target=/tmp/requirements.txt \\
    pip install --no-cache-dir --no-index --find-links=/wheels -r /tmp/requirements.txt \\
    && useradd --uid 10001 --create-home studio
WORKDIR /app
COPY studio/ studio/
COPY --chown=studio:studio workspace/ {home}/
USER studio
VOLUME {home}
EXPOSE {port}
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \\
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:{port}/health', timeout=4)"]
CMD ["python", "-m", "studio", "serve", "--host", "0.0.0.0", "--port", "{port}"]
"""

COMPOSE = """\
# docker compose up --build
# From other machines: STUDIO_ALLOWED_HOSTS=their-name-for-this-machine docker compose up
services:
  "{endpoint}":
    build: .
    image: studio-{image}
    ports:
      - "${{STUDIO_PORT:-{port}}}:{port}"
    environment:
      STUDIO_ALLOWED_HOSTS: "localhost,{endpoint},${{STUDIO_ALLOWED_HOSTS:-}}"
    volumes:
      - workspace:{home}
    restart: unless-stopped
    init: true
    stop_grace_period: 15s
    read_only: true
    tmpfs:
      - /tmp
    cap_drop:
      - ALL
    security_opt:
      - no-new-privileges:true
volumes:
  workspace:
"""

README = """\
# {title} as a container

    docker compose up --build

builds the image, which needs a package index once, and answers on port {port}; `STUDIO_PORT=80 docker compose up`
answers on another one.

## The key

    {key}

It is shown here and nowhere else: the workspace inside keeps only its hash. Keep it where you keep passwords, and
remove this file from what you pass on. It is not copied into the image.

## Ask it

    KEY={key}
{call}

`GET http://localhost:{port}/v1/models/{endpoint}/metadata` says what it takes and what its classes are called, and
`http://localhost:{port}/docs` lists all addresses.

## Good to know

- It runs as a user of its own, on a file system that it cannot write to; only the volume `workspace` can be written.
- The model travels in the volume's first filling. After a build with another model, empty it: `docker compose down -v`.
- Callers from other machines use a name that has to be known: `STUDIO_ALLOWED_HOSTS=models.school.example`.
- `docker compose down` lets requests that are being answered end.
"""
