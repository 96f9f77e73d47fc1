"""The walk of a conversion: from where samples come in, node by node, to the model and its answers."""

from __future__ import annotations

import re
from typing import Any

from studio.core.component import Component
from studio.core.conversion import (
    KIND_WORDS,
    ConversionPlan,
    Fate,
    InferenceKind,
    NodeChange,
    Outputs,
    asked,
    chosen_chain,
    main_input,
    makes_model,
    path_to,
    source_of,
    target_of,
    without_target,
)
from studio.core.conversion_sketch import Sketch
from studio.core.conversion_words import (
    DROPPED_ROWS,
    SECOND_TABLE,
    UNFIT,
    removed_because,
)
from studio.core.draft import DATASETS, Draft
from studio.core.errors import Conflict, InvalidInput
from studio.core.inference import input_of
from studio.core.pipeline import component_of
from studio.core.port_values import DatasetValue, PortValue, TableValue, TransformValue

Port = tuple[str, str]


def plan_conversion(
    draft: Draft,
    kind: InferenceKind,
    *,
    run: str,
    outputs: Outputs,
    model: str,
    node: str = "",
) -> ConversionPlan:
    """Return the inference pipeline that asks what a training pipeline has learned.

    Args:
        draft: The training pipeline as it ran.
        run: Name of that completed run.
        outputs: What went through the wires of that run.
        model: Reference to its model, such as `pets@champion`; not used where the pipeline only asks a model of the
            registry.
        node: The node whose model it is; "" where there is only one.

    Raises:
        InvalidInput: There is no model or several, or a node cannot be part of such a pipeline.
        Conflict: It is an inference pipeline already, or what the run made is not known any more.
    """
    if draft.kind != "training":
        raise Conflict(
            "This is an inference pipeline already.",
            "Only a pipeline that trains can be converted.",
            "Convert the pipeline that it was made from.",
        )
    return Walk(draft, kind, run, outputs, model, chosen_chain(draft.pipeline, node)).plan()


class Walk:
    """One conversion.

    Args:
        draft, kind, run, outputs, model: As of `plan_conversion`.
        chain: The nodes that made the model, the one that trained first.
    """

    def __init__(
        self,
        draft: Draft,
        kind: InferenceKind,
        run: str,
        outputs: Outputs,
        model: str,
        chain: tuple[str, ...],
    ) -> None:
        self._draft, self._kind, self._run = draft, kind, run
        self._outputs, self._model, self._chain = outputs, model, chain
        self._was = draft.pipeline
        self._sketch = Sketch(node.id for node in self._was.nodes)
        self._fates: dict[str, NodeChange] = {}
        self._added: list[NodeChange] = []

    def plan(self) -> ConversionPlan:
        """Return what comes of it. Raises as `plan_conversion`."""
        path = path_to(self._was, source_of(self._was, self._chain)[0])
        for node in path[1:]:
            self._check_second(node, component_of(self._was.node(node)))
        self._value(path[0], _only_output(component_of(self._was.node(path[0]))))
        self._target = target_of(self._was, path, self._outputs)
        at = self._begin(path[0])
        for node in path[1:]:
            at = self._step(node, at)
        self._end(at, self._pin())
        for left in self._was.nodes:
            if left.id not in self._fates:
                self._note(left.id, "removed", "", removed_because(component_of(left)))
        draft = self._sketch.draft(self._kind, self._draft.titles)
        changes = (*(self._fates[node.id] for node in self._was.nodes), *self._added)
        return ConversionPlan(
            draft=draft, changes=changes, run=self._run, model=self._reference, kind=self._kind
        )

    def _check_second(self, node: str, component: Component) -> None:
        """Refuse a node that needs a second source where there cannot be one."""
        second = self._was.inputs(node).get("second")
        if second is None:
            return
        if self._joins_alike(node, component):
            first = self._was.inputs(node)["first"]
            if self._prepared(first[0]) != self._prepared(second[0]):
                raise InvalidInput(
                    f"{self._title(node)} puts together what was prepared in two ways.",
                    "What comes in later can be prepared in one way only.",
                    "Put the samples together first, and prepare them after that.",
                )
        elif self._kind == "realtime":
            raise self._unfit(node, UNFIT.get(component.name, SECOND_TABLE))

    def _joins_alike(self, node: str, component: Component) -> bool:
        """Return whether a node puts samples below samples, so that one source can stand for both."""
        return component.name == "join_datasets" or (
            component.name == "join_tables" and self._was.node(node).params.get("how") == "append"
        )

    def _prepared(self, node: str) -> list[tuple[str, dict[str, Any]]]:
        """Return what is done to samples on their way from the source to a node, that node's work included."""
        component = component_of(self._was.node(node))
        if component.conversion == "source":
            return []
        before = self._prepared(self._was.inputs(node)[main_input(component)][0])
        if component.conversion in ("keep", "fitted"):
            before.append((component.name, self._was.node(node).params))
        return before

    def _begin(self, node: str) -> Port:
        """Put in what stands for the source."""
        component = component_of(self._was.node(node))
        port = _only_output(component)
        if self._kind == "realtime":
            name = "web_input_table" if component.outputs[port] == "Table" else "web_input"
            made = self._sketch.add("web_input", name, self._web_input(self._value(node, port)))
            dropped = (
                f' The target column "{self._target}" is not asked for.' if self._target else ""
            )
            self._note(
                node,
                "replaced",
                made,
                f"Samples of a request take the place of its samples.{dropped}",
            )
            self._also(made, f"What a request brings has the form of {self._title(node)}.")
            return made, port
        params = self._was.node(node).params
        if component.name == "enter_data":
            self._sketch.add(node, component.name, params)
            self._sketch.ask("rows", node, "csv", params.get("csv", ""), "The rows to score.")
        else:
            name = str(params["name"])
            kept = component.name if component.name in DATASETS else "dataset"
            self._sketch.add(node, kept, {"name": name})
            self._sketch.ask("data", node, "name", name, "What is scored: a name, or name:version.")
        self._note(
            node,
            "kept" if component.name == self._sketch.pipeline.node(node).component else "replaced",
            node,
            "What is scored is a pipeline parameter now: another one can be said for every run.",
        )
        return node, port

    def _web_input(self, value: PortValue) -> dict[str, Any]:
        if isinstance(value, TableValue):
            return {"task": "table", "shape": [0, 0, 0], "columns": self._columns(value.columns)}
        assert isinstance(value, DatasetValue)
        return input_of(value.manifest).model_dump(mode="json")

    def _columns(self, columns: Any) -> list[dict[str, Any]]:
        return [column.model_dump(mode="json") for column in columns if column.name != self._target]

    def _step(self, node: str, at: Port) -> Port:
        """Put in what stands for one node behind the source; return where samples are now."""
        found = self._was.node(node)
        component = component_of(found)
        port = main_input(component)
        if component.conversion == "target":
            made = self._sketch.add(self._sketch.free("rows"), "rows", {})
            self._sketch.connect(at, made, "table")
            why = f'The target column "{self._target}" is what is asked for: it does not come in any more.'
            self._note(node, "replaced", made, why)
            self._also(made, "Makes samples of rows whose class is not known.")
            return made, "dataset"
        joins = component.name == "join_tables" and not self._joins_alike(node, component)
        if component.conversion == "fitted":
            if found.params.get("method") == "drop":
                self._note(node, "removed", "", DROPPED_ROWS)
                return at
            return self._fitted(node, at)
        if component.name == "apply_transform" and self._drops(node):
            self._note(node, "removed", "", DROPPED_ROWS)
            return at
        if component.conversion != "keep" and not joins:
            self._note(node, "removed", "", removed_because(component))
            return at
        if self._kind == "realtime" and component.name in UNFIT:
            raise self._unfit(node, UNFIT[component.name])
        self._check_target(node)
        if not joins:
            self._check_rows(node, port)
        self._sketch.add(node, component.name, without_target(found.params, self._target))
        self._sketch.connect(at, node, port)
        self._note(node, "kept", node, "It works on every sample by itself, and does so here, too.")
        for other, (source, source_port) in self._was.inputs(node).items():
            if other != port and component.inputs[other] == "Transform":
                self._sketch.connect(
                    (self._transform(source, source_port), "transform"), node, other
                )
            elif other != port:
                self._copy(source)
                self._sketch.connect((source, source_port), node, other)
        return node, _only_output(component, "Dataset", "Table")

    def _check_target(self, node: str) -> None:
        """Refuse a query that reads the column which is not there any more."""
        query = str(self._was.node(node).params.get("query", ""))
        named = rf"\b{re.escape(self._target)}\b"
        if not query or not self._target or not re.search(named, query, re.IGNORECASE):
            return
        source, port = self._was.inputs(node)["first"]
        value = self._value(source, port)
        if isinstance(value, TableValue) and self._target in {c.name for c in value.columns}:
            raise InvalidInput(
                f'{self._title(node)} reads the target column "{self._target}".',
                "It is what is asked for, so it does not come in any more.",
                "Write a query that works without it, such as SELECT *, price / rooms AS share FROM first.",
            )

    def _check_rows(self, node: str, port: str) -> None:
        """Refuse a query or script that left rows out or made more: the held-out rows, all kept, would not show it."""
        source, source_port = self._was.inputs(node)[port]
        given, made = self._outputs.get(source, {}).get(source_port), self._outputs.get(node, {})
        counts = [v.count for v in (given, *made.values()) if isinstance(v, TableValue)]
        if len(set(counts)) > 1:
            raise InvalidInput(
                f"{self._title(node)} gave {counts[1]:,} rows for {counts[0]:,}.",
                "Every row that comes in gets one answer.",
                "Make one row of each there. Clean missing values and Split rows choose the rows to learn from, "
                "and are left out here.",
            )

    def _fitted(self, node: str, at: Port) -> Port:
        """Put in what a node learned from the training rows, and what does it to other rows."""
        pinned = self._transform(node, "transform")
        self._sketch.add(node, "apply_transform", {})
        self._sketch.connect((pinned, "transform"), node, "transform")
        self._sketch.connect(at, node, "table")
        self._note(
            node,
            "replaced",
            node,
            f"It does what it learned from the training rows of {self._run}, and learns nothing new.",
        )
        return node, "table"

    def _drops(self, node: str) -> bool:
        """Return whether what is applied at a node leaves rows out."""
        value = self._value(*self._was.inputs(node)["transform"])
        return isinstance(value, TransformValue) and "drop" in value.fitted

    def _transform(self, node: str, port: str) -> str:
        """Put in a pinned transform; return its node."""
        value = self._value(node, port)
        assert isinstance(value, TransformValue)
        pinned = self._sketch.free(f"{node}-fitted")
        title = f"{self._title(node)} in {self._run}"
        self._sketch.add(
            pinned,
            "fitted",
            {
                "learned_by": value.component,
                "fitted": value.fitted,
                "title": title,
                "node": node,
            },
            aside=True,
        )
        self._also(pinned, f"Holds what {self._title(node)} learned from the training rows.")
        return pinned

    def _copy(self, node: str) -> None:
        """Put in a node of a second branch as it is, with all before it."""
        if self._sketch.has(node):
            return
        found = self._was.node(node)
        self._sketch.add(node, found.component, found.params, aside=True)
        self._note(node, "kept", node, "It makes the second table, which stays the same.")
        for port, (source, source_port) in self._was.inputs(node).items():
            self._copy(source)
            self._sketch.connect((source, source_port), node, port)

    def _pin(self) -> str:
        """Put in the trained model; return its node."""
        first = self._was.node(self._chain[0])
        if not makes_model(self._was, self._chain):
            self._reference = str(first.params["reference"])
            self._sketch.add(first.id, "model", first.params, aside=True)
            self._note(first.id, "kept", first.id, "It is a model of the registry already.")
            return first.id
        self._reference = self._model
        made = self._sketch.add(
            self._sketch.free("model"), "model", {"reference": self._model}, aside=True
        )
        _, _, alias = self._model.partition("@")
        follows = (
            " When a better version gets the alias, this pipeline asks that one." if alias else ""
        )
        for node in self._chain:
            why = (
                "The model is in the registry, where this pipeline asks it."
                if self._was.node(node).component == "register"
                else f"Its trained model is pinned as {self._model}.{follows}"
            )
            self._note(node, "replaced", made, why)
        self._also(made, f"The trained model of {self._run}.")
        return made

    def _end(self, at: Port, model: str) -> None:
        """Put in who asks the model, and where its answers go."""
        scores = [
            n for n in asked(self._was, self._chain) if self._was.node(n).component == "score"
        ]
        score = self._sketch.add(
            scores[0] if scores else self._sketch.free("score"), "score", {"split": "all"}
        )
        self._sketch.connect((model, "model"), score, "model")
        self._sketch.connect(at, score, "dataset")
        if scores:
            self._note(score, "kept", score, "It asks the model, about every sample that comes in.")
        else:
            self._also(score, "Asks the model about every sample that comes in.")
        if self._kind == "realtime":
            made = self._sketch.add("web_output", "web_output", {})
            self._sketch.connect((score, "predictions"), made, "predictions")
            self._also(made, "Sends the answers back to who asked.")
            return
        table = self._sketch.add(self._sketch.free("answers"), "predictions_table", {})
        self._sketch.connect((score, "predictions"), table, "predictions")
        self._also(table, "Makes one row a sample, with the answer.")
        name = f"{self._run}-answers"[:60]
        made = self._sketch.add(self._sketch.free("save"), "save_table", {"name": name})
        self._sketch.connect((table, "table"), made, "table")
        self._sketch.ask("save_as", made, "name", name, "The table that the answers are kept as.")
        self._also(made, "Keeps the rows as a table of the workspace.")

    def _value(self, node: str, port: str) -> PortValue:
        value = self._outputs.get(node, {}).get(port)
        if value is None:
            raise Conflict(
                f"What {self._title(node)} made in {self._run} is not known any more.",
                "A conversion pins what the run has made.",
                "Run the pipeline again, and convert that run.",
            )
        return value

    def _title(self, node: str) -> str:
        titled = self._draft.titles.get(node)
        return titled or f"{component_of(self._was.node(node)).title} ({node})"

    def _unfit(self, node: str, why: str) -> InvalidInput:
        return InvalidInput(
            f"{self._title(node)} cannot be part of a {KIND_WORDS[self._kind]}.",
            why,
            "Convert to a batch inference pipeline, or train without it.",
        )

    def _note(self, node: str, fate: Fate, becomes: str, why: str) -> None:
        self._fates[node] = NodeChange(
            node=node, title=self._title(node), fate=fate, becomes=becomes, why=why
        )

    def _also(self, node: str, why: str) -> None:
        title = component_of(self._sketch.pipeline.node(node)).title
        self._added.append(NodeChange(node=node, title=title, fate="added", becomes=node, why=why))


def _only_output(component: Component, *types: str) -> str:
    return next(port for port, made in component.outputs.items() if not types or made in types)
