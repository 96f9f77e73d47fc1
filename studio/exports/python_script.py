"""Reads a script that `pipeline_python` wrote, or that somebody wrote like it: calls, plain values, CANVAS."""

from __future__ import annotations

import ast
from collections.abc import Container
from dataclasses import dataclass, field
from typing import Any, NoReturn

from studio.core.catalog import CATALOG
from studio.core.draft import Draft, parse_draft
from studio.core.errors import InvalidInput, unknown

SPARED = "spared"
"""What a script says beside a node's settings: the target, which a node for all columns leaves as it is."""
_CANVAS = ("positions", "titles", "notes", "groups", "origin")


@dataclass
class Script:
    """What a script says."""

    calls: dict[str, ast.Call] = field(default_factory=dict)
    defaults: dict[str, Any] = field(default_factory=dict)
    canvas: dict[str, Any] = field(default_factory=dict)
    setting: str = ""

    def draft(self) -> Draft:
        """Return it as a draft.

        Raises:
            InvalidInput, NotFound: What is wrong with it.
        """
        ids = {variable: self._held("nodes").get(variable, variable) for variable in self.calls}
        nodes, links, asked = {}, [], []
        for variable, call in self.calls.items():
            component = CATALOG[call.func.id]  # type: ignore[attr-defined]
            node, params = ids[variable], {}
            for word, value in _words(call):
                if word == SPARED:
                    continue
                if isinstance(value, ast.Name | ast.Attribute):
                    source, out = self._wire(value)
                    links.append(
                        {
                            "source": ids[source],
                            "source_port": out,
                            "target": node,
                            "target_port": word,
                        }
                    )
                    continue
                name = word.removesuffix(self.setting)
                name = name if name in component.inputs else word
                parameter = self._asked(value)
                if parameter is None:
                    params[name] = plain(value)
                else:
                    asked.append((parameter, node, name))
            nodes[node] = {"id": node, "component": component.name, "params": params}
        self._give_back(nodes)
        order = [node for node in self._held("order", list) if node in nodes]
        place = {node: number for number, node in enumerate(order)}
        if len(place) == len(nodes):
            nodes = {node: nodes[node] for node in order}
        place = {node: number for number, node in enumerate(nodes)}
        links.sort(key=lambda link: place[link["target"]])
        return parse_draft(
            {
                "pipeline": {"nodes": list(nodes.values()), "links": links},
                "kind": self.canvas.get("kind", "training"),
                "parameters": self._parameters(asked),
                **{name: self.canvas[name] for name in _CANVAS if name in self.canvas},
            }
        )

    def _held(self, name: str, kind: type = dict) -> Any:
        held = self.canvas.get(name, kind())
        if not isinstance(held, kind):
            _refuse(f"CANVAS says nothing about {name} that can be read")
        return held

    def _wire(self, value: ast.Name | ast.Attribute) -> tuple[str, str]:
        """Return the variable that a wire comes from, and the output."""
        holder = value.value if isinstance(value, ast.Attribute) else value
        if not isinstance(holder, ast.Name):
            _refuse("A wire is a variable, or VARIABLE.OUTPUT", value)
        if holder.id not in self.calls:
            raise unknown("variable above", holder.id, self.calls)
        made = CATALOG[self.calls[holder.id].func.id].outputs  # type: ignore[attr-defined]
        if isinstance(value, ast.Attribute):
            return holder.id, value.attr
        if len(made) != 1:
            _refuse(f"{holder.id} gives {', '.join(made) or 'nothing'}: say which", value)
        return holder.id, next(iter(made))

    def _asked(self, value: ast.expr) -> str | None:
        """Return the name of the pipeline parameter that `asked[NAME]` stands for; None where it is a value."""
        if not isinstance(value, ast.Subscript):
            return None
        name = plain(value.slice)
        if not isinstance(value.value, ast.Name) or value.value.id != "asked":
            _refuse("A value is plain, or asked[NAME]", value)
        if name not in self.defaults:
            raise unknown("pipeline parameter", str(name), self.defaults)
        return str(name)

    def _give_back(self, nodes: dict[str, Any]) -> None:
        """Put the settings back that stand on the canvas behind a pipeline parameter."""
        for node, params in self._held("own").items():
            if node in nodes:
                held = {**nodes[node]["params"], **params}
                order = self._held("settings").get(node, ())
                nodes[node]["params"] = {
                    name: held[name] for name in dict.fromkeys([*order, *held]) if name in held
                }

    def _parameters(self, asked: list[tuple[str, str, str]]) -> list[dict[str, Any]]:
        described = {p["name"]: p for p in self._held("parameters", list)}
        places = {(node, name) for _, node, name in asked}
        found = []
        for name, default in self.defaults.items():
            known = described.get(name, {})
            targets = [t for t in map(tuple, known.get("targets", ())) if t in places]
            targets += [
                (node, param)
                for asks, node, param in asked
                if asks == name and (node, param) not in targets
            ]
            found.append(
                {
                    "name": name,
                    "targets": targets,
                    "default": default,
                    "description": known.get("description", ""),
                }
            )
        return found


def read_script(text: str, forms: Container[str], setting: str) -> Script:
    """Return what a script says.

    Args:
        forms: Components that may be called.
        setting: What stands behind a setting that is called like a port.

    Raises:
        InvalidInput: It is no Python, or has something else than calls of components. NotFound: An unknown component.
    """
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        _refuse(f"It is no Python: {error}")
    script = Script(setting=setting)
    for number, statement in enumerate(body):
        if isinstance(statement, ast.ImportFrom) or (number == 0 and _is_text(statement)):
            continue
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        if not isinstance(target, ast.Name) or len(statement.targets) != 1:  # type: ignore[attr-defined]
            _refuse("Every line is VARIABLE = COMPONENT(...)", statement)
        value = statement.value  # type: ignore[attr-defined]
        if target.id == "CANVAS":
            script.canvas = _mapping(value)
        elif not isinstance(value, ast.Call) or not isinstance(value.func, ast.Name):
            _refuse("Every line is VARIABLE = COMPONENT(...)", statement)
        elif target.id == "asked" and value.func.id == "ask":
            script.defaults = _mapping(value.args[0]) if value.args else {}
        else:
            component_of_name(value.func.id, forms)
            if target.id in script.calls:
                _refuse(f"{target.id} is there twice", statement)
            script.calls[target.id] = value
    return script


def component_of_name(name: str, forms: Container[str]) -> None:
    """Refuse what is no component with a plain-Python form.

    Raises:
        NotFound: It is none.
    """
    if name not in CATALOG or name not in forms:
        raise unknown("component with a plain-Python form", name, CATALOG)


def _words(call: ast.Call) -> list[tuple[str, ast.expr]]:
    if call.args:
        _refuse("Settings and wires are given by their names", call)
    words: list[tuple[str, ast.expr]] = []
    for word in call.keywords:
        if word.arg is not None:
            words.append((word.arg, word.value))
        elif isinstance(word.value, ast.Dict):
            for key, value in zip(word.value.keys, word.value.values, strict=True):
                words.append((str(plain(key)) if key is not None else "", value))
        else:
            _refuse("Settings are given by their names", call)
    return words


def plain(value: ast.expr) -> Any:
    """Return a plain value that is written out.

    Raises:
        InvalidInput: It would have to be worked out.
    """
    try:
        return ast.literal_eval(value)
    except (ValueError, TypeError, RecursionError, MemoryError) as error:
        raise _refusal("It has a value that would have to be worked out", value) from error


def _mapping(value: ast.expr) -> dict[str, Any]:
    found = plain(value)
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        _refuse("ask and CANVAS are given names with plain values", value)
    return found


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _refusal(why: str, at: ast.AST | None = None) -> InvalidInput:
    line = getattr(at, "lineno", None)
    return InvalidInput(
        "The script is no pipeline that can be read" + (f": line {line}." if line else "."),
        f"{why}.",
        "Start from a script that the studio wrote: python -m studio pipeline export NAME --format python",
    )


def _refuse(why: str, at: ast.AST | None = None) -> NoReturn:
    raise _refusal(why, at)


__all__ = ["Script", "read_script"]
