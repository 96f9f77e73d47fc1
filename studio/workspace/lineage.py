"""Where a model comes from, and what depends on it: read from what versions, runs and answers say of themselves."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from studio.core.catalog import TrainParams
from studio.core.dataset import DatasetVersion
from studio.core.errors import NotFound
from studio.core.lineage import Drawn, Lineage, LineageNode
from studio.core.model import ModelVersion
from studio.core.model_spec import RUN_PREFIX, ModelParams
from studio.core.run import Run
from studio.store import datasets as dataset_rows
from studio.store import lineage as rows
from studio.workspace.drawn import UNTIL
from studio.workspace.endpoints import Endpoints

SHOWN_VERSIONS = 12
"""Of a longer line of versions the first and the last ones are shown; those between are one node."""
SHOWN_PEOPLE = 20
SHOWN_EVALUATIONS = 20
CHAIN_LIMIT = 20
"""So many trainings that each began with the weights of another are followed."""


class Lineages(Endpoints):
    """The graph around a model: sources, people, sessions, dataset versions, runs; evaluations and endpoints."""

    def lineage(self, reference: str) -> Lineage:
        """Return where a model comes from, back to every label given by hand, and what uses it.

        Args:
            reference: `name`, `name:version`, `name@alias`, or `run/NAME`.

        Raises:
            NotFound: No such model or run.
        """
        drawn = Drawn()
        if reference.startswith(RUN_PREFIX):
            start = self._trace_run(drawn, reference.removeprefix(RUN_PREFIX), CHAIN_LIMIT)
            if start is None:
                self.run(reference.removeprefix(RUN_PREFIX))
            return drawn.lineage(start or reference)
        version = self.resolve_model(reference)
        start = self._trace_model(drawn, version)
        self._trace_uses(drawn, version, start)
        return drawn.lineage(start)

    def _trace_model(self, drawn: Drawn, version: ModelVersion) -> str:
        """Add a registered version and all that it comes from."""
        aliases = f"{', '.join(version.aliases)} · " if version.aliases else ""
        node = LineageNode(
            id=f"model:{version.title}",
            kind="model",
            title=version.title,
            detail=f"{aliases}registered by {version.author}",
            time=version.created,
            page="models",
            query={"model": version.model, "version": str(version.version)},
        )
        trained = None if version.run is None else self._trace_run(drawn, version.run, CHAIN_LIMIT)
        if trained is None:
            trained = self._trace_stranger(drawn, version)
        drawn.add(node)
        drawn.connect(trained, node.id, "registered as")
        return node.id

    def _trace_stranger(self, drawn: Drawn, version: ModelVersion) -> str:
        """Add the file a version came with, or the run that is not here any more; and its dataset, where it is here."""
        facts = version.facts
        if version.run is not None:
            title, detail = version.run, "a run that is not here any more"
        elif before := facts.get("restored_from"):
            title, detail = str(before), "saved by a studio, and restored here"
        else:
            title = str(facts.get("imported_from") or "a file")
            detail = f"{facts.get('imported_format', '')} file, made by another program".strip()
        source = drawn.add(
            LineageNode(
                id=f"source:model {version.title}", kind="source", title=title, detail=detail
            )
        )
        dataset = self.known_version(version.dataset)
        if dataset is not None and version.run is not None:
            drawn.connect(self._trace_dataset(drawn, dataset), source, "trained on")
        return source

    def _trace_run(self, drawn: Drawn, name: str, chain: int) -> str | None:
        """Add a run and what it worked with; None where it is not here any more."""
        try:
            run = self.run(name)
        except NotFound:
            return None
        node_id = f"run:{name}"
        if node_id in drawn.nodes:
            return node_id
        versions = [self.dataset_by_id(number) for number in dict.fromkeys(run.inputs.values())]
        if not versions and "dataset" in run.result:
            versions = [self.trained_on(run)]
        before = [self._trace_dataset(drawn, version) for version in versions]
        started = _started_from(run)
        weights = self._trace_run(drawn, started, chain - 1) if started and chain else None
        models = [self._trace_reference(drawn, one, chain - 1) for one in _models_of(run) if chain]
        accuracy = run.result.get("accuracy")
        reached = f" · accuracy {accuracy:.4f}" if isinstance(accuracy, float) else ""
        drawn.add(
            LineageNode(
                id=node_id,
                kind="run",
                title=name,
                detail=f"{run.kind} by {run.author}, {run.status}{reached}",
                time=run.created,
                page="runs" if run.kind in ("training", "search", "pipeline") else "",
                query={"run": name, "view": "run"},
            )
        )
        for version in before:
            drawn.connect(version, node_id, "trained on")
        if weights is not None:
            drawn.connect(weights, node_id, "began with its weights")
        for model in models:
            if model is not None:
                drawn.connect(model, node_id, "made from")
        return node_id

    def _trace_reference(self, drawn: Drawn, reference: str, chain: int) -> str | None:
        """Add a model that a run was made from; None where it is not here any more."""
        if reference.startswith(RUN_PREFIX):
            return self._trace_run(drawn, reference.removeprefix(RUN_PREFIX), chain)
        try:
            return self._trace_model(drawn, self.resolve_model(reference))
        except NotFound:
            return None

    def _trace_dataset(self, drawn: Drawn, version: DatasetVersion) -> str:
        """Add a version, those before it, and who labelled them."""
        node_id = _dataset_id(version)
        if node_id in drawn.nodes:
            return node_id
        every = dataset_rows.list_versions(self._studio, version.dataset)
        line = [v for v in reversed(every) if v.version <= version.version]
        origins = rows.origins(self._studio, version.dataset)
        folded = (
            range(1, len(line) - SHOWN_VERSIONS + 1) if len(line) > SHOWN_VERSIONS + 1 else range(0)
        )
        last: str | None = None
        for at, one in enumerate(line):
            before = line[at - 1] if at else None
            if at in folded:
                if at != folded[0]:
                    continue
                shown = _folded(line[folded[0] : folded[-1] + 1])
                drawn.add(shown)
                self._trace_hands(drawn, shown.id, line[folded[-1]], before, "")
            else:
                if before is not None and at - 1 in folded:
                    before = line[folded[-1]]
                shown = _dataset_node(one)
                drawn.add(shown)
                self._trace_hands(drawn, shown.id, one, before, origins.get(one.version, ""))
            if last is not None:
                drawn.connect(last, shown.id, "changed into")
            last = shown.id
        return node_id

    def _trace_hands(
        self,
        drawn: Drawn,
        node_id: str,
        version: DatasetVersion,
        before: DatasetVersion | None,
        origin: str,
    ) -> None:
        """Add who and what a version differs from the one before by: sources, people, a session, an import."""
        known = [] if before is None else _parts(before)
        for part in _parts(version):
            if part not in known:
                self._trace_source(drawn, node_id, part)
        mark = 0 if before is None or before.base != version.base else before.annotation_mark
        if version.annotation_mark > mark:
            hands = rows.answers(
                self._studio, version.dataset, version.base, mark, version.annotation_mark
            )
            self._trace_people(drawn, node_id, hands, "labels")
        maker, _, rest = origin.partition(":")
        number = rest.partition(":")[0]
        if maker == "session" and number.isdecimal():
            self._trace_session(drawn, node_id, int(number), version.created)
        if maker == "run" and number.isdecimal():
            name = rows.run_name(self._studio, int(number))
            if name is not None and name not in {
                n.title for n in drawn.nodes.values() if n.kind == "run"
            }:
                imported = LineageNode(
                    id=f"run:{name}", kind="run", title=name, detail="brought the samples in"
                )
                drawn.connect(drawn.add(imported), node_id, "imported")

    def _trace_source(self, drawn: Drawn, node_id: str, part: dict[str, Any]) -> None:
        digest = hashlib.sha256(json.dumps(part, sort_keys=True, default=str).encode()).hexdigest()
        kind, place = str(part.get("kind", "unknown")), _place(part)
        source = drawn.add(
            LineageNode(
                id=f"source:{digest[:16]}",
                kind="source",
                title=place or kind,
                detail=_source_words(kind),
            )
        )
        drawn.connect(source, node_id, "samples")
        if kind == "drawings" and place:
            until = int(part.get(UNTIL, 0)) or 2**62
            self._trace_people(drawn, source, rows.drawings(self._studio, place, until), "drawings")

    def _trace_session(self, drawn: Drawn, node_id: str, session: int, until: float) -> None:
        name = rows.session_name(self._studio, session)
        if name is None:
            return
        node = LineageNode(
            id=f"session:{name}",
            kind="session",
            title=name,
            detail="its answers were published",
            page="label",
            query={"session": name},
        )
        drawn.connect(drawn.add(node), node_id, "published")
        self._trace_people(
            drawn, node.id, rows.session_answers(self._studio, session, until), "answers"
        )

    @staticmethod
    def _trace_people(drawn: Drawn, node_id: str, counts: dict[str, int], unit: str) -> None:
        named = list(counts.items())
        for name, count in named[:SHOWN_PEOPLE]:
            person = LineageNode(id=f"person:{name}", kind="person", title=name)
            drawn.connect(drawn.add(person), node_id, f"{count:,} {unit}")
        if more := named[SHOWN_PEOPLE:]:
            others = LineageNode(
                id=f"person: others of {node_id}", kind="person", title=f"{len(more):,} others"
            )
            total = sum(count for _, count in more)
            drawn.connect(drawn.add(others), node_id, f"{total:,} {unit}")

    def _trace_uses(self, drawn: Drawn, version: ModelVersion, node_id: str) -> None:
        """Add evaluations of a version, and endpoints that serve it."""
        for record in self.evaluations(model=version.title, limit=SHOWN_EVALUATIONS):
            if record.run == version.run:
                continue  # its training judged it, too: that run is there already
            accuracy = record.headline.get("accuracy")
            said = f"accuracy {accuracy:.4f}" if isinstance(accuracy, float) else ""
            node = LineageNode(
                id=f"evaluation:{record.run}",
                kind="evaluation",
                title=record.run,
                detail=f"{said} on the {record.split} part of {record.dataset}".strip(),
                time=record.created,
                page="evaluate",
                query={"run": record.run},
            )
            drawn.connect(node_id, drawn.add(node), "judged")
            if (on := f"dataset:{record.dataset}") in drawn.nodes:
                drawn.connect(on, node.id, "judged on")
        for endpoint in self.endpoints():
            try:
                serving = self.endpoint_model(endpoint)
            except NotFound:
                continue
            if serving.title == version.title:
                node = LineageNode(
                    id=f"endpoint:{endpoint.name}",
                    kind="endpoint",
                    title=endpoint.name,
                    detail=f"answers as {endpoint.target}",
                    time=endpoint.created,
                    page="deploy",
                    query={"endpoint": endpoint.name},
                )
                drawn.connect(node_id, drawn.add(node), "served by")


def _dataset_id(version: DatasetVersion) -> str:
    return f"dataset:{version.title}"


def _dataset_node(version: DatasetVersion) -> LineageNode:
    message = f" · {version.message}" if version.message else ""
    return LineageNode(
        id=_dataset_id(version),
        kind="dataset",
        title=version.title,
        detail=f"{version.kept:,} samples, {version.labelled:,} labelled · by {version.author}{message}",
        time=version.created,
        page="datasets",
        query={"dataset": version.dataset},
    )


def _folded(line: list[DatasetVersion]) -> LineageNode:
    first, last = line[0], line[-1]
    return LineageNode(
        id=f"dataset:{first.title} to {last.version}",
        kind="dataset",
        title=f"{first.dataset}:{first.version} to {last.version}",
        detail=f"{len(line):,} versions between",
        time=last.created,
        page="datasets",
        query={"dataset": first.dataset},
    )


def _parts(version: DatasetVersion) -> list[dict[str, Any]]:
    source = version.source
    if source.get("kind") == "appended":
        return [dict(part) for part in source["parts"]]
    return [source]


def _place(part: dict[str, Any]) -> str:
    """Return the last word of where samples came from: where a folder lies on this machine is nobody's business."""
    if part.get("kind") == "made":
        return " and ".join(part["from"])
    place = next((str(part[k]) for k in ("path", "folder", "url", "collection") if part.get(k)), "")
    return place.rstrip("/").rpartition("/")[2]


def _source_words(kind: str) -> str:
    words = {
        "digits": "digits that come with the studio",
        "quickdraw": "Quick, Draw! drawings",
        "strokes": "drawings as strokes",
        "drawings": "drawn here",
        "folder": "a folder of pictures",
        "text": "a table of texts",
        "arrays": "NumPy arrays",
        "made": "made of it by a pipeline",
    }
    return words.get(kind, kind)


def _models_of(run: Run) -> list[str]:
    """Return the models that were there before a run and that it works with."""
    every = [run.pipeline.params(node.id) for node in run.pipeline.nodes]
    return [params.reference for params in every if isinstance(params, ModelParams)]


def _started_from(run: Run) -> str | None:
    """Return the run whose weights a training began with."""
    for node in run.pipeline.nodes:
        params = run.pipeline.params(node.id)
        if isinstance(params, TrainParams) and params.start_from is not None:
            return params.start_from
    return None
