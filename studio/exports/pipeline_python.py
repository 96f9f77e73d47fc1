"""A pipeline draft as a Python script that runs without the studio, and back: one call a node, wires are variables.

Read as text: nothing of a script is ever run to find out what it describes.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from studio.core.catalog import CATALOG
from studio.core.draft import DATASETS, Draft
from studio.core.errors import InvalidInput
from studio.core.node_outputs import spared_columns
from studio.core.pipeline import Node, Pipeline
from studio.exports.python_script import SPARED, Script, read_script

STEPS = Path(__file__).parent / "assets" / "pipeline_python"
"""The functions that scripts call, one module a subject."""
CORE = Path(__file__).parents[1] / "core"
TAKEN_OVER = ("augmentation", "preparing", "preparing_text", "tokens")
"""Modules of the core that scripts use as they are: NumPy and the standard library only."""
PACKAGE = "studio.exports.assets.pipeline_python"
FORMS: dict[str, str] = {
    **dict.fromkeys(
        ("dataset", "split", "sample", "filter_classes", "join_datasets", "relabel", "remove_duplicates", "balance"),
        "data",
    ),
    **dict.fromkeys(("resize", "normalise", "augment"), "pictures"),
    "preprocess_text": "texts",
    **dict.fromkeys(
        ("table", "enter_data", "select_columns", "clean_missing", "encode", "scale", "join_tables", "split_table",
         "apply_transform", "choose_target", "export_table", "python_script"),
        "tables",
    ),
    **dict.fromkeys(("drawing_classifier", "text_classifier", "table_classifier", "layers"), "models"),
    **dict.fromkeys(("train", "evaluate", "score", "compare", "predictions_table"), "judging"),
}  # fmt: skip
"""Component -> module with its plain-Python form."""
SETTING = "_setting"
"""Stands behind a setting that is called like a port."""
HEAD = '''"""A pipeline of Studio as plain Python: it runs without the studio, on NumPy and Keras (tables: pandas, too).

    pip install -r requirements.txt
    python pipeline.py{asking}

The functions are in the folder steps, the data is in the folder data. The studio reads this file as a pipeline again:
each call is a node, and each variable a wire. It reads calls, plain values and CANVAS, and runs nothing.
"""
'''
REQUIREMENTS = "numpy\nkeras\ntensorflow\npillow\npandas\npyarrow\n"


def draft_python(draft: Draft) -> str:
    """Return a draft as a script; `parse_pipeline_python` makes the same of it, but for the order of its wires.

    Raises:
        InvalidInput: A component has no plain-Python form.
    """
    check_forms(draft.pipeline)
    return Writer(draft).text()


def check_forms(pipeline: Pipeline) -> None:
    """Refuse a pipeline that has no plain-Python form.

    Raises:
        InvalidInput: It has components without one, by their names.
    """
    without = sorted({n.component for n in pipeline.nodes} - FORMS.keys())
    if without:
        titles = ", ".join(CATALOG[name].title if name in CATALOG else name for name in without)
        raise InvalidInput(
            f"The pipeline cannot be written as plain Python: {titles}.",
            "What they do needs the studio.",
            "Take these nodes out of a copy of the draft, or export it as YAML.",
        )


def python_members(draft: Draft) -> dict[str, bytes]:
    """Return path -> content of all that a script needs besides its data.

    Raises:
        InvalidInput: A component has no plain-Python form.
    """
    members = {
        "pipeline.py": draft_python(draft).encode(),
        "requirements.txt": REQUIREMENTS.encode(),
    }
    names: dict[str, list[str]] = {}
    for component, module in FORMS.items():
        names.setdefault(module, []).append(component)
    lines = ['"""What the nodes of the pipeline do."""', "", "from steps.asking import ask"]
    lines += [f"from steps.{module} import {', '.join(held)}" for module, held in names.items()]
    exported = ", ".join(f'"{name}"' for name in ("ask", *FORMS))
    members["steps/__init__.py"] = "\n".join([*lines, "", f"__all__ = [{exported}]", ""]).encode()
    for path in [*sorted(STEPS.glob("*.py")), *(CORE / f"{name}.py" for name in TAKEN_OVER)]:
        members[f"steps/{path.name}"] = _moved(path.read_text(encoding="utf-8")).encode()
    return members


def _moved(text: str) -> str:
    """Return a module's text as it stands in the folder of a script: it imports nothing of the studio."""
    text = re.sub(r"  # type: ignore\[.*\]", "", text.replace(PACKAGE, "steps"))
    for name in TAKEN_OVER:
        text = text.replace(f"from studio.core.{name} import", f"from steps.{name} import")
    return re.sub(r"from (?:studio\.core\.\w+|pydantic) import", "from steps.standins import", text)


class Writer:
    """Writes a draft as a script."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._variables = _variables([node.id for node in draft.pipeline.nodes])
        self._asked = {
            place: parameter.name
            for parameter in draft.parameters
            for target in parameter.targets
            for place in _places(draft.pipeline, target)
        }

    def text(self) -> str:
        """Return the script."""
        used = sorted({node.component for node in self._draft.pipeline.nodes})
        asks = [p.name for p in self._draft.parameters]
        lines = [
            HEAD.format(asking=f' "{asks[0]}=VALUE"' if asks and asks[0].isidentifier() else "")
        ]
        names = (["ask"] if asks else []) + used
        if names:
            lines += [f"from steps import {', '.join(names)}", ""]
        if asks:
            defaults = {
                p.name: p.model_dump(mode="json")["default"] for p in self._draft.parameters
            }
            lines += [f"asked = ask({literal(defaults)})", ""]
        lines += [self._call(node) for node in _ordered(self._draft.pipeline)]
        return "\n".join([*lines, "", f"CANVAS = {literal(self._canvas())}", ""])

    def _call(self, node: Node) -> str:
        component = CATALOG[node.component]
        words = []
        for port, (source, out) in self._draft.pipeline.inputs(node.id).items():
            made = CATALOG[self._draft.pipeline.node(source).component].outputs
            variable = self._variables[source]
            words.append(f"{port}={variable if len(made) == 1 else f'{variable}.{out}'}")
        if spared := spared_columns(self._draft.pipeline, node.id):
            words.append(f"{SPARED}={literal(spared)}")
        more: dict[str, Any] = {}
        params = node.model_dump(mode="json")["params"]
        for name in [*params, *(p for n, p in self._asked if n == node.id and p not in params)]:
            asked = self._asked.get((node.id, name))
            if asked is None and (name in _owned(node, self._asked)):
                continue
            value = f"asked[{asked!r}]" if asked is not None else literal(params[name])
            word = name + SETTING if name in component.inputs else name
            if word.isidentifier() and not keyword.iskeyword(word) and _ascii(word):
                words.append(f"{word}={value}")
            else:
                more[name] = value
        if more:
            words.append("**{" + ", ".join(f"{k!r}: {v}" for k, v in more.items()) + "}")
        line = f"{self._variables[node.id]} = {node.component}({', '.join(words)})"
        if len(line) <= 100:
            return line
        inside = "".join(f"    {word},\n" for word in words)
        return f"{self._variables[node.id]} = {node.component}(\n{inside})"

    def _canvas(self) -> dict[str, Any]:
        """Return what a canvas shows beside the calls; empty parts are left out."""
        draft, plain = self._draft, self._draft.model_dump(mode="json")
        ordered = [node.id for node in _ordered(draft.pipeline)]
        own: dict[str, dict[str, Any]] = {}
        for node in plain["pipeline"]["nodes"]:
            held = {
                name: value
                for name, value in node["params"].items()
                if (node["id"], name) in self._asked
                or name in _owned(draft.pipeline.node(node["id"]), self._asked)
            }
            if held:
                own[node["id"]] = held
        canvas = {
            "kind": draft.kind,
            "nodes": {v: node for node, v in self._variables.items() if v != node},
            "order": [n.id for n in draft.pipeline.nodes]
            if ordered != [n.id for n in draft.pipeline.nodes]
            else [],
            "own": own,
            "settings": {
                node.id: list(node.params) for node in draft.pipeline.nodes if node.id in own
            },
            "parameters": [
                {"name": p["name"], "targets": p["targets"], "description": p["description"]}
                for p in plain["parameters"]
            ],
            **{k: plain[k] for k in ("positions", "titles", "notes", "groups")},
        }
        kept = {name: value for name, value in canvas.items() if value}
        return kept if draft.origin is None else {**kept, "origin": plain["origin"]}


def _owned(node: Node, asked: Mapping[tuple[str, str], str]) -> tuple[str, ...]:
    """Return the settings that an asked name of a dataset brings along."""
    chosen = node.component in DATASETS and (node.id, "name") in asked
    return ("version",) if chosen and (node.id, "version") not in asked else ()


def _places(pipeline: Pipeline, target: tuple[str, str]) -> list[tuple[str, str]]:
    return [target] if any(node.id == target[0] for node in pipeline.nodes) else []


def _ordered(pipeline: Pipeline) -> list[Node]:
    """Return the nodes so that each comes after those it depends on, else in their own order."""
    before = {
        n.id: {source for source, _ in pipeline.inputs(n.id).values()} for n in pipeline.nodes
    }
    done: dict[str, Node] = {}
    left = list(pipeline.nodes)
    while left:
        node = next(n for n in left if before[n.id] <= done.keys())
        done[node.id] = node
        left.remove(node)
    return list(done.values())


def _ascii(word: str) -> bool:
    return word.isascii()


def _variables(nodes: list[str]) -> dict[str, str]:
    """Return node id -> variable: the id itself where that is possible."""
    taken = {*FORMS, *dir(builtins), "ask", "asked", "CANVAS"}
    found: dict[str, str] = {}
    for node in nodes:
        base = re.sub(r"[^A-Za-z0-9_]", "_", node)[:40] or "node"
        base = base if base.isidentifier() and not keyword.iskeyword(base) else f"n_{base}"
        base = base + "_1" if base in FORMS or base in dir(builtins) else base
        variable, number = base, 1
        while variable in taken:
            number += 1
            variable = f"{base}_{number}"
        taken.add(variable)
        found[node] = variable
    return found


def literal(value: Any, indent: int = 0) -> str:
    """Return JSON-able content as Python writes it, over several lines where it is long."""
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return "1e999" if value > 0 else "-1e999"
    if not isinstance(value, dict | list | tuple) or not value:
        return repr(list(value) if isinstance(value, tuple) else value)
    short = _flat(value)
    if len(short) + indent <= 96:
        return short
    space = " " * (indent + 4)
    if isinstance(value, dict):
        held = [f"{space}{k!r}: {literal(v, indent + 4)},\n" for k, v in value.items()]
        return "{\n" + "".join(held) + " " * indent + "}"
    return (
        "[\n" + "".join(f"{space}{literal(v, indent + 4)},\n" for v in value) + " " * indent + "]"
    )


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k!r}: {_flat(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flat, value)) + "]"
    return literal(value)


def parse_pipeline_python(text: str) -> Draft:
    """Return the draft that a script describes. Nothing of it is run.

    Raises:
        InvalidInput: It is no Python, or does more than calls of components. NotFound: An unknown component or port.
    """
    script: Script = read_script(text, FORMS, SETTING)
    draft = script.draft()
    draft.check_drawn()
    return draft


__all__ = ["FORMS", "draft_python", "parse_pipeline_python", "python_members"]
