"""Pipelines: frozen graphs of nodes (a component and its params) and links between typed ports."""

from __future__ import annotations

import hashlib
import json
from graphlib import CycleError, TopologicalSorter
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from studio.core.catalog import CATALOG
from studio.core.component import Component
from studio.core.errors import Conflict, InvalidInput, StudioError, from_validation, unknown


class Node(BaseModel):
    """A component at work in a pipeline."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    component: str
    params: dict[str, Any] = Field(default_factory=dict)


class Link(BaseModel):
    """A wire from an output port to an input port."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    source_port: str
    target: str
    target_port: str


def component_of(node: Node) -> Component:
    """Return the declaration of the node's component.

    Raises:
        NotFound: No such component.
    """
    if node.component not in CATALOG:
        raise unknown("component", node.component, CATALOG)
    return CATALOG[node.component]


class Pipeline(BaseModel):
    """A graph of nodes and links. Every verb returns a new pipeline; nothing changes in place."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    nodes: tuple[Node, ...] = ()
    links: tuple[Link, ...] = ()

    def node(self, node_id: str) -> Node:
        """Return the node with this id.

        Raises:
            NotFound: No such node.
        """
        for node in self.nodes:
            if node.id == node_id:
                return node
        raise unknown("node", node_id, [node.id for node in self.nodes])

    def add(self, node_id: str, component: str, /, **params: Any) -> Pipeline:
        """Return the pipeline with one node more.

        Raises:
            Conflict: The id is taken. NotFound: no such component.
        """
        if any(node.id == node_id for node in self.nodes):
            raise Conflict(
                f'A node called "{node_id}" is there already.',
                "Node ids are unique within a pipeline.",
                "Choose another id.",
            )
        node = Node(id=node_id, component=component, params=params)
        component_of(node)
        return self.model_copy(update={"nodes": (*self.nodes, node)})

    def connect(self, source: str, source_port: str, target: str, target_port: str) -> Pipeline:
        """Return the pipeline with one wire more.

        Raises:
            NotFound: No such node or port.
            InvalidInput: The port types differ, the input is taken, or the wire closes a circle.
        """
        outputs = component_of(self.node(source)).outputs
        inputs = component_of(self.node(target)).inputs
        if source_port not in outputs:
            raise unknown("output port", source_port, outputs)
        if target_port not in inputs:
            raise unknown("input port", target_port, inputs)
        wire = f"{source}.{source_port} -> {target}.{target_port}"
        if outputs[source_port] != inputs[target_port]:
            raise InvalidInput(
                f"The wire {wire} is not possible.",
                f"It would carry a {outputs[source_port]} into a port for a {inputs[target_port]}.",
                "Connect ports of the same type.",
            )
        if any(link.target == target and link.target_port == target_port for link in self.links):
            raise InvalidInput(
                f"The wire {wire} is not possible.",
                "An input takes one wire, and this one has it already.",
                "Remove the other wire first.",
            )
        link = Link(source=source, source_port=source_port, target=target, target_port=target_port)
        connected = self.model_copy(update={"links": (*self.links, link)})
        connected.order()
        return connected

    def remove(self, node_id: str) -> Pipeline:
        """Return the pipeline without a node and without the wires that touch it."""
        self.node(node_id)
        return Pipeline(
            nodes=tuple(node for node in self.nodes if node.id != node_id),
            links=tuple(link for link in self.links if node_id not in (link.source, link.target)),
        )

    def set_params(self, node_id: str, /, **params: Any) -> Pipeline:
        """Return the pipeline with some params of one node changed."""
        self.node(node_id)
        nodes = tuple(
            node.model_copy(update={"params": {**node.params, **params}})
            if node.id == node_id
            else node
            for node in self.nodes
        )
        return self.model_copy(update={"nodes": nodes})

    def params(self, node_id: str) -> BaseModel:
        """Return a node's params, checked against the component's declaration, defaults filled in.

        Raises:
            InvalidInput: An impossible value. NotFound: an unknown param.
        """
        node = self.node(node_id)
        declared = component_of(node).params
        for name in node.params:
            if name not in declared.model_fields:
                raise unknown(f"setting of {node_id}", name, declared.model_fields)
        try:
            return declared.model_validate(node.params, context={"wired": self.inputs(node_id)})
        except ValidationError as error:
            raise from_validation(f"settings of {node_id}", error) from error

    def inputs(self, node_id: str) -> dict[str, tuple[str, str]]:
        """Return, for each wired input port of a node, the (node, port) it is fed from."""
        return {
            link.target_port: (link.source, link.source_port)
            for link in self.links
            if link.target == node_id
        }

    def targets_after(self, node_id: str) -> tuple[str, ...]:
        """Return the columns that nodes behind a node of tables take as the class, in the order of their names."""
        found, waiting, seen = set(), [node_id], {node_id}
        while waiting:
            here = self.node(waiting.pop())
            made = component_of(here).outputs
            for link in self.links:
                carried = made.get(link.source_port) if link.source == here.id else None
                if carried in ("Table", "Transform") and link.target not in seen:
                    seen.add(link.target)
                    waiting.append(link.target)
                    found.add(self.node(link.target).params.get("target"))
        return tuple(sorted(name for name in found if isinstance(name, str) and name))

    def order(self) -> list[str]:
        """Return node ids so that each comes after those it depends on.

        Raises:
            InvalidInput: The wires form a circle.
        """
        graph: dict[str, set[str]] = {node.id: set() for node in self.nodes}
        for link in self.links:
            graph[link.target].add(link.source)
        try:
            return list(TopologicalSorter(graph).static_order())
        except CycleError as error:
            circle = " -> ".join(error.args[1])
            raise InvalidInput(
                f"The wires form a circle: {circle}.",
                "A node cannot wait for its own result.",
                "Remove one of these wires.",
            ) from None

    def problems(self, node_id: str) -> list[str]:
        """Return what keeps a node from running, in words: impossible settings and open inputs; none when it can."""
        found = []
        try:
            self.params(node_id)
        except StudioError as error:
            found.append(error.what)
        component, fed = component_of(self.node(node_id)), self.inputs(node_id)
        found += [
            f'Input "{port}" is not connected.'
            for port in component.inputs
            if port not in fed and port not in component.optional
        ]
        return found

    def check_wires(self) -> None:
        """Refuse a node id twice, an unknown component, an illegal wire, a circle.

        Raises:
            InvalidInput, Conflict, NotFound: What is wrong with it.
        """
        nodes: dict[str, Node] = {}
        for node in self.nodes:
            if node.id in nodes:
                self.add(node.id, node.component)  # refuses
            component_of(node)
            nodes[node.id] = node
        taken: set[tuple[str, str]] = set()
        for link in self.links:
            ends = dict.fromkeys((link.source, link.target))
            near = [nodes[end] for end in ends if end in nodes]  # all only to say what is there
            wire = (link.source, link.source_port, link.target, link.target_port)
            Pipeline(nodes=tuple(near) if len(near) == len(ends) else self.nodes).connect(*wire)
            if (link.target, link.target_port) in taken:
                self.connect(*wire)  # refuses
            taken.add((link.target, link.target_port))
        self.order()

    def check(self) -> None:
        """Refuse a pipeline that cannot run.

        Raises:
            InvalidInput: It is empty, an input port is open, a wire is illegal or a param is impossible.
        """
        if not self.nodes:
            raise InvalidInput(
                "The pipeline is empty.",
                "There is nothing to run.",
                "Add a dataset and components.",
            )
        self.check_wires()
        for node in self.nodes:
            self.params(node.id)
            for port in component_of(node).inputs:
                if port not in self.inputs(node.id) and port not in component_of(node).optional:
                    raise InvalidInput(
                        f'Input "{port}" of {node.id} is not connected.',
                        "Every input needs a wire before the pipeline can run.",
                        f'Connect something to "{port}".',
                    )

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of nodes and links, whatever their order."""
        content = {
            "nodes": sorted((node.model_dump(mode="json") for node in self.nodes), key=_by_json),
            "links": sorted((link.model_dump(mode="json") for link in self.links), key=_by_json),
        }
        return hashlib.sha256(_by_json(content).encode()).hexdigest()


def _by_json(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
