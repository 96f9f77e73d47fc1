"""Sizes, rooms, and who may import what; the walls inside studio/ are import-linter contracts."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STUDIO = ROOT / "studio"
SCRIPTS = [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py"))]
ASSETS = "assets"  # what is written into other people's folders
MODULES = sorted(path for path in STUDIO.rglob("*.py") if ASSETS not in path.parts)
PACKAGES = [module for module in MODULES if module.name == "__init__.py"]

PAGE_LINES, APP_LINES, MODULE_LINES = 80, 40, 400
PAGE_IMPORTS = ("streamlit", "studio.core", "studio.ui")
APP_IMPORTS = (*PAGE_IMPORTS, "studio.api", "starlette.routing")
# A page says what is shown; files, networks and clocks are behind the workspace.
PAGE_STDLIB = (
    "__future__",
    "collections",
    "dataclasses",
    "datetime",
    "enum",
    "functools",
    "itertools",
)
PAGE_STDLIB += ("json", "math", "operator", "typing")
APP_STDLIB = (*PAGE_STDLIB, "contextlib", "os", "pathlib")
STREAMLIT_ROOMS = ("ui",)
SPAWNING_ROOMS = ("processes.py", "compute")
SPAWNING_CALLS = {"Popen", "posix_spawn", "posix_spawnp", "fork", "forkpty", "popen", "system"}
NAVIGATION = "studio.ui.navigation"  # a script that only Streamlit can run
TENSORFLOW = ("tensorflow", "keras", "ai_edge_litert")
CDN_HOSTS = re.compile(
    r"(cdn\.|jsdelivr|unpkg\.com|esm\.sh|skypack|cdnjs|cloudflare|fonts\.(googleapis|gstatic)"
    r"|ajax\.googleapis|bootstrapcdn|code\.jquery)",
    re.IGNORECASE,
)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=name(path))


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def imports(path: Path) -> Iterator[str]:
    """Yield the full name of everything the file imports, wherever in the file it does so."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, (
                f"{name(path)}:{node.lineno} imports relatively; say the whole name"
            )
            # `from studio import store` names a room just as `import studio.store` does.
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(imported: str, *packages: str) -> bool:
    return any(imported == package or imported.startswith(package + ".") for package in packages)


def in_room(path: Path, *rooms: str) -> bool:
    return path.is_relative_to(STUDIO) and path.relative_to(STUDIO).parts[0] in rooms


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_scripts_stay_short(path: Path) -> None:
    limit = APP_LINES if path.name == "app.py" else PAGE_LINES
    assert lines(path) <= limit, f"{name(path)} has {lines(path)} lines; move logic into studio/ui"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_modules_stay_small(path: Path) -> None:
    assert lines(path) <= MODULE_LINES, f"{name(path)} has {lines(path)} lines; split it by noun"


def test_rooms_have_one_level_of_folders() -> None:
    deep = [
        name(path)
        for path in MODULES
        if len(path.relative_to(STUDIO).parts) > 2
        and not path.is_relative_to(STUDIO / "ui" / "components")
    ]
    assert not deep


def test_every_folder_with_modules_is_a_package() -> None:
    folders = {module.parent for module in MODULES}
    assert not [name(folder) for folder in folders if not (folder / "__init__.py").is_file()]


@pytest.mark.parametrize("path", [*PACKAGES, *SCRIPTS], ids=name)
def test_packages_and_scripts_say_what_they_are_for(path: Path) -> None:
    assert ast.get_docstring(tree(path))


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_scripts_import_only_the_front_of_the_house(path: Path) -> None:
    is_app = path.name == "app.py"
    allowed = (*APP_IMPORTS, *APP_STDLIB) if is_app else (*PAGE_IMPORTS, *PAGE_STDLIB)
    strangers = [imported for imported in imports(path) if not within(imported, *allowed)]
    assert not strangers, f"{name(path)} may import {', '.join(allowed)}, not {strangers}"


@pytest.mark.parametrize("path", [*SCRIPTS, *MODULES], ids=name)
def test_streamlit_and_plotly_stay_in_front(path: Path) -> None:
    if path in SCRIPTS or in_room(path, *STREAMLIT_ROOMS):
        return
    assert not [found for found in imports(path) if within(found, "streamlit", "plotly")]


@pytest.mark.parametrize("path", [*SCRIPTS, *MODULES], ids=name)
def test_only_two_rooms_start_processes(path: Path) -> None:
    if in_room(path, *SPAWNING_ROOMS):
        return
    assert not [found for found in imports(path) if within(found, "subprocess", "multiprocessing")]
    calls = [
        f"{name(path)}:{node.lineno} {node.attr}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and (node.attr in SPAWNING_CALLS or node.attr.startswith(("spawn", "exec")))
        and isinstance(node.value, ast.Name)
        and node.value.id in {"os", "subprocess"}
    ]
    assert not calls


@pytest.mark.parametrize("path", [*SCRIPTS, *MODULES], ids=name)
def test_no_error_is_swallowed(path: Path) -> None:
    """Every exception is caught at doors only, and the line says which door it is."""
    source = path.read_text(encoding="utf-8").splitlines()
    blind = [
        f"{name(path)}:{handler.lineno}"
        for handler in ast.walk(tree(path))
        if isinstance(handler, ast.ExceptHandler)
        and (
            handler.type is None
            or {"Exception", "BaseException"}
            & {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)}
        )
        and not isinstance(handler.body[-1], ast.Raise)
        and "#" not in source[handler.lineno - 1]
    ]
    assert not blind, "catch what you expect; a door says in a comment that it is one"


def test_every_library_is_required_by_name() -> None:
    """What the studio imports stands in requirements.txt, not only below something that does."""
    lines_of_text = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    required = {re.split("[<>=~ ]", line)[0] for line in lines_of_text if line[:1].isalpha()}
    makers = packages_distributions()
    missing = {
        library
        for path in [*SCRIPTS, *MODULES]
        for library in (imported.split(".")[0] for imported in imports(path))
        if library != "studio" and library not in sys.stdlib_module_names
        if not required & {maker.lower().replace("_", "-") for maker in makers.get(library, [])}
    }
    assert not missing


def test_nothing_is_fetched_from_other_hosts() -> None:
    """No CDN in anything that reaches a browser: Python, the components and their sources, config."""
    paths = [
        path
        for folder in ("studio", "pages", "frontend", ".streamlit")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".ts", ".tsx", ".js", ".mjs", ".css", ".html", ".toml"}
        and "node_modules" not in path.parts
    ]
    found = [
        f"{name(path)}: {match.group()}"
        for path in [ROOT / "app.py", *paths]
        for match in CDN_HOSTS.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not found


@pytest.mark.parametrize(
    "module",
    [
        "studio.workspace",
        "studio.processes",
        "studio.sources",
        "studio.api",
        "studio.ui",
        "studio.compute.worker",
        "studio.__main__",
    ],
)
def test_tensorflow_is_not_loaded_by(module: str) -> None:
    """What import-linter proves on paper holds in a fresh interpreter, submodules included."""
    script = f"""
import importlib, pkgutil, sys
module = importlib.import_module({module!r})
for found in pkgutil.walk_packages(getattr(module, "__path__", []), module.__name__ + "."):
    if found.name != {NAVIGATION!r}:
        importlib.import_module(found.name)
print(*sorted(set({TENSORFLOW!r}) & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


def test_walls_between_rooms() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
