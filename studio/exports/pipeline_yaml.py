"""A pipeline draft as YAML that people read, change and keep beside their code, and back without a loss.

Read as YAML 1.2 reads JSON: `on`, `yes` and 2026-01-01 are text, a name twice is an error, and no line can make the
reader call anything or grow without end.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from studio.core.draft import Draft, parse_draft
from studio.core.errors import InvalidInput, unknown
from studio.core.pipeline import Link

FORMAT = 1
SIZE_LIMIT = 2_000_000
"""Characters of a file; pipelines have some thousands."""
VALUES_LIMIT = 60_000
_KEYS = ("pipeline", "kind", "parameters", "nodes", "notes", "groups", "origin")
_NODE_KEYS = ("component", "title", "params", "inputs", "position")


def draft_yaml(draft: Draft) -> str:
    """Return a draft as YAML; `parse_pipeline_yaml` makes the same of it, but for the order of its wires.

    Example:
        >>> from studio.core.pipeline import Pipeline
        >>> print(draft_yaml(Draft(pipeline=Pipeline().add("digits", "dataset", name="digits"))), end="")
        pipeline: 1
        kind: training
        nodes:
          digits:
            component: dataset
            params:
              name: digits
    """
    described: dict[str, Any] = {"pipeline": FORMAT, "kind": draft.kind}
    plain = draft.model_dump(mode="json")
    if draft.parameters:
        described["parameters"] = {
            parameter.name: {
                "default": parameter.default,
                **({"description": parameter.description} if parameter.description else {}),
                "sets": [_place(node, param) for node, param in parameter.targets],
            }
            for parameter in draft.parameters
        }
    described["nodes"] = {node.id: _node(draft, node.id) for node in draft.pipeline.nodes}
    for name in ("notes", "groups"):
        if plain[name]:
            described[name] = [
                {key: _Flow(v) if isinstance(v, list) else v for key, v in each.items()}
                for each in plain[name]
            ]
    if draft.origin is not None:
        described["origin"] = plain["origin"]
    text: str = yaml.dump(described, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    return text


def _node(draft: Draft, node_id: str) -> dict[str, Any]:
    node = draft.pipeline.node(node_id)
    described: dict[str, Any] = {"component": node.component}
    if node_id in draft.titles:
        described["title"] = draft.titles[node_id]
    if node.params:
        described["params"] = draft.pipeline.node(node_id).model_dump(mode="json")["params"]
    inputs = draft.pipeline.inputs(node_id)
    if inputs:
        described["inputs"] = {port: ".".join(source) for port, source in inputs.items()}
    if node_id in draft.positions:
        described["position"] = _Flow(draft.positions[node_id])
    return described


def _place(node: str, param: str) -> Any:
    return f"{node}.{param}" if "." not in param else _Flow((node, param))


def parse_pipeline_yaml(text: str) -> Draft:
    """Return the draft that YAML (or JSON) describes; it may be unfinished, never illegal.

    Raises:
        InvalidInput: It is no YAML, or describes no pipeline. NotFound: An unknown word, component or node.
        Conflict: A node is there twice.
    """
    described = _read(text)
    for key in described:
        if key not in _KEYS:
            raise unknown("word of a pipeline file", str(key), _KEYS)
    if described.get("pipeline", FORMAT) != FORMAT:
        raise InvalidInput(
            f"The pipeline file is of format {described['pipeline']!r}.",
            f"This studio reads format {FORMAT}.",
            "Export it again, or bring this studio up to date.",
        )
    nodes = _mapping(described.get("nodes") or {}, "nodes")
    draft = parse_draft(
        {
            "pipeline": {"nodes": _nodes(nodes), "links": _links(nodes)},
            "kind": described.get("kind", "training"),
            "positions": {n: each["position"] for n, each in nodes.items() if "position" in each},
            "titles": {n: each["title"] for n, each in nodes.items() if "title" in each},
            "notes": described.get("notes") or (),
            "groups": described.get("groups") or (),
            "parameters": _parameters(described.get("parameters") or {}),
            "origin": described.get("origin"),
        }
    )
    draft.check_drawn()
    for node in (*draft.positions, *(n for p in draft.parameters for n, _ in p.targets)):
        draft.pipeline.node(node)
    return draft


def _nodes(nodes: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for name, each in nodes.items():
        for key in _mapping(each, f"nodes.{name}"):
            if key not in _NODE_KEYS:
                raise unknown(f"word of node {name}", str(key), _NODE_KEYS)
        if "component" not in each:
            raise InvalidInput(
                f'Node "{name}" has no component.',
                "A node is a component at work.",
                "Write, for instance: component: train",
            )
        found.append(
            {"id": name, "component": each["component"], "params": each.get("params") or {}}
        )
    return found


def _links(nodes: dict[str, Any]) -> list[Link]:
    links = []
    for name, each in nodes.items():
        for port, source in _mapping(each.get("inputs") or {}, f"nodes.{name}.inputs").items():
            node, dot, source_port = str(source).rpartition(".")
            if not dot:
                raise InvalidInput(
                    f'"{source}" at {name}.{port} is no output of a node.',
                    "A wire comes from NODE.PORT.",
                    "Write, for instance: dataset: split.dataset",
                )
            links.append(
                Link(source=node, source_port=source_port, target=name, target_port=str(port))
            )
    return links


def _parameters(described: Any) -> list[dict[str, Any]]:
    found = []
    for name, each in _mapping(described, "parameters").items():
        rest = dict(_mapping(each, f"parameters.{name}"))
        targets = [
            tuple(place) if isinstance(place, list) else str(place).rpartition(".")[::2]
            for place in _list(rest.pop("sets", ()), f"parameters.{name}.sets")
        ]
        found.append({"name": name, **rest, "targets": targets})
    return found


def _kind(value: Any) -> str:
    """Return what a value is, in words."""
    if value is None:
        return "empty"
    if isinstance(value, dict):
        return "a group of names"
    return "a list" if isinstance(value, list | tuple) else f"the single value {str(value)[:40]!r}"


def _list(value: Any, place: str) -> list[Any] | tuple[Any, ...]:
    if isinstance(value, list | tuple):
        return value
    raise InvalidInput(
        f"{place} of the pipeline file is {_kind(value)}.",
        "It is a list.",
        "Write - NODE.SETTING, one a line.",
    )


def _mapping(value: Any, place: str) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise InvalidInput(
        f"{place} of the pipeline file is {_kind(value)}.",
        "It has names, each with what it is called for.",
        "Write NAME: VALUE, one a line, further in than the line above.",
    )


def _read(text: str) -> dict[str, Any]:
    if len(text) > SIZE_LIMIT:
        raise InvalidInput(
            f"The pipeline file has {len(text):,} characters.",
            f"A pipeline takes at most {SIZE_LIMIT:,}.",
            "Choose the file that describes the pipeline; data lies beside it.",
        )
    try:
        found = yaml.load(text, Loader=_Loader)  # noqa: S506  a safe loader, with fewer words
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        problem = " ".join(str(error).split())[:200] or type(error).__name__
        raise InvalidInput(
            "The pipeline file is no YAML that can be read.",
            f"{problem}.",
            "Start from a file that this studio wrote: python -m studio pipeline export NAME",
        ) from error
    return _mapping(found, "The top")


class _Flow(list[Any]):
    """A list that is written on one line."""


class _Loader(yaml.SafeLoader):
    """YAML without dates, yes and no, aliases, and names that are there twice."""

    values = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        self.values += 1
        if self.values > VALUES_LIMIT:
            raise yaml.YAMLError(f"It has more than {VALUES_LIMIT:,} values")
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("Aliases (*name) are not read; write the value again")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            key = str(key) if isinstance(key, int | float | bool) else key
            if not isinstance(key, str):
                raise yaml.YAMLError(f"{key!r} names nothing; names are text")
            if key in found:
                raise yaml.YAMLError(
                    f'"{key}" is there twice, in line {key_node.start_mark.line + 1}'
                )
            found[key] = self.construct_object(value_node, deep=deep)
        return found


class _Dumper(yaml.SafeDumper):
    """Writes what `_Loader` reads."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


_RESOLVERS: tuple[tuple[str, str, str], ...] = (
    ("tag:yaml.org,2002:bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("tag:yaml.org,2002:int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    (
        "tag:yaml.org,2002:float",
        r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[-+]?\.inf|\.nan",
        "-+0123456789.",
    ),
    ("tag:yaml.org,2002:null", r"~|null|Null|NULL|", "~nN\0"),
)
for _class in (_Loader, _Dumper):
    _class.yaml_implicit_resolvers = {}
    for _tag, _words, _first in _RESOLVERS:
        _class.add_implicit_resolver(
            _tag, re.compile(rf"^(?:{_words})$"), [c if c != "\0" else "" for c in _first]
        )


_BREAKS = re.compile("[\r\x85\u2028\u2029]")
"""Ends of lines to YAML, besides the usual one."""
_LINES = re.compile(r"(?!\s)[^\t\r\x85\u2028\u2029]*\S\n?")


def _text(dumper: Any, value: str) -> Any:
    """Write a text: several lines as they are where YAML gives them back so, else between quotes with escapes."""
    style = None
    if "\n" in value or _BREAKS.search(value):
        whole = (
            _LINES.fullmatch(value) and " \n" not in value and value.replace("\n", "").isprintable()
        )
        style = "|" if whole else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _number(dumper: Any, value: float) -> Any:
    words = {float("inf"): ".inf", float("-inf"): "-.inf"}
    return dumper.represent_scalar("tag:yaml.org,2002:float", words.get(value, repr(value)))


_Dumper.add_representer(str, _text)
_Dumper.add_representer(float, _number)
_Dumper.add_representer(
    _Flow,
    lambda dumper, value: dumper.represent_sequence(
        "tag:yaml.org,2002:seq", value, flow_style=True
    ),
)
