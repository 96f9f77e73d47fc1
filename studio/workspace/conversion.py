"""Verbs of conversion: inference pipelines from training pipelines, proven, and deployed."""

from __future__ import annotations

from itertools import count
from typing import Any

from studio.core.components_inference import FittedParams
from studio.core.conversion import (
    ConversionPlan,
    InferenceKind,
    Outputs,
    chosen_chain,
    model_chains,
)
from studio.core.conversion_plan import plan_conversion
from studio.core.draft import Draft, SavedDraft
from studio.core.errors import Conflict
from studio.core.evaluation import Evaluation
from studio.core.inference import TRANSFORMS, inference_of, learned
from studio.core.model import Endpoint, ModelVersion
from studio.core.model_spec import RUN_PREFIX
from studio.core.names import check_name, slug
from studio.core.pipeline import Pipeline
from studio.core.pipeline_run import PipelineRun
from studio.core.port_values import MetricsValue, ModelValue, TransformValue
from studio.core.registering import registered_body
from studio.core.run import Run
from studio.store import drafts as draft_rows
from studio.store import models as model_rows
from studio.store import runs as run_rows
from studio.workspace.endpoints import FOLLOWED
from studio.workspace.guided_outputs import GUIDED, GuidedOutputs

REPLAYED = 1000
"""So many held-out samples are replayed at most."""
CONVERSION = "equivalence"
"""Component, and id of the node, that tries an inference pipeline."""


class Conversions(GuidedOutputs):
    """Training pipelines become inference pipelines that answer the same."""

    def plan_conversion(
        self,
        run_name: str,
        kind: InferenceKind,
        *,
        model: str = "",
        alias: str = FOLLOWED,
        node: str = "",
    ) -> ConversionPlan:
        """Return what would become of each node of a pipeline run; nothing is written.

        Args:
            run_name: A completed run of a pipeline, or a training or search of a guided page that has a model.
            model: Name under which its model is registered where it is not yet. Default: that of the draft or run.
            alias: The alias that the inference pipeline follows.
            node: The node whose model it asks; "" where there is only one.

        Raises:
            NotFound: No such run. Conflict: It is not completed, or what it made is not known any more.
            InvalidInput: A node cannot be part of such a pipeline, or a name is not possible.
        """
        was, outputs = self._completed(run_name)
        return plan_conversion(
            was.draft,
            kind,
            run=run_name,
            outputs=outputs,
            model=self._reference(was, outputs, model, alias, node),
            node=node,
        )

    def convert(
        self,
        run_name: str,
        kind: InferenceKind,
        *,
        model: str = "",
        alias: str = FOLLOWED,
        node: str = "",
        author: str = "unnamed",
    ) -> Run:
        """Queue a run that tries the inference pipeline of a training; `converted` is what comes of it.

        The model is registered, where it is not yet, and the alias points at it, through its gates. At most 1,000
        held-out samples are replayed through both pipelines; the run fails, with the difference, when they differ.

        Args:
            As `plan_conversion`.

        Raises:
            As `plan_conversion`; also Conflict when a gate of the alias is against the model.
        """
        plan = self.plan_conversion(run_name, kind, model=model, alias=alias, node=node)
        was, outputs = self._completed(run_name)
        chain = chosen_chain(was.draft.pipeline, node)
        if _trained(outputs, chain) is not None:
            self._registered(was, outputs, plan.model, node, author)
        inference = plan.draft.model_copy(
            update={
                "origin": {
                    "run": run_name,
                    "draft": slug(was.draft_name or run_name),
                    "model": plan.model,
                    "changes": [change.model_dump(mode="json") for change in plan.changes],
                }
            }
        )
        pipeline = (
            Pipeline()
            .add("model", "model", reference=plan.model)
            .add(
                CONVERSION,
                CONVERSION,
                run=run_name,
                training=was.draft.model_dump(mode="json"),
                inference=inference.model_dump(mode="json"),
                node=chain[-1],
                outputs={
                    name: {port: value.model_dump(mode="json") for port, value in ports.items()}
                    for name, ports in outputs.items()
                },
                samples=REPLAYED,
            )
            .connect("model", "model", CONVERSION, "model")
        )
        return self.submit_pipeline(
            Draft(pipeline=pipeline, titles={CONVERSION: f"Compare with {run_name}"}),
            name=self.free_run_name(f"{run_name[:50]}-{kind}"),
            author=author,
            draft_name=was.draft_name,
        )

    def conversions(self, run_name: str) -> list[Run]:
        """Return the runs that tried inference pipelines of a run, newest first."""
        found = self.runs(kind="pipeline", limit=500)
        return [run for run in found if _converts(run) == run_name]

    def converted(self, run_name: str) -> SavedDraft | None:
        """Return the inference pipeline that a completed conversion gave, made into a draft once; None for none.

        Args:
            run_name: Name of the run that `convert` queued.

        Raises:
            NotFound: No such run.
        """
        run = self.run(run_name)
        if not _converts(run) or run.status != "completed":
            return None
        known = run.result.get("draft")
        if isinstance(known, str):
            return draft_rows.find(self._studio, known)
        draft = Draft.model_validate(run.pipeline.node(CONVERSION).params["inference"])
        origin = {
            **(draft.origin or {}),
            "conversion": run_name,
            "equivalence": run.result.get("equivalence"),
        }
        name = self._kept_once(draft.model_copy(update={"origin": origin}), run.author)
        with self._studio.tx() as connection:
            run_rows.merge_result(connection, run.id, {"draft": name})
        return self.draft(name)

    def _kept_once(self, draft: Draft, author: str) -> str:
        """Make a draft under a free name, once however many ask for it at the same time; return its name."""
        assert draft.origin is not None
        wanted = f"{str(draft.origin['draft'])[:50]}-{draft.kind}"
        for number in count(1):
            name = wanted if number == 1 else f"{wanted}-{number}"
            if draft_rows.add(
                self._studio, name, draft, what="Converted", author=author, now=self._now()
            ):
                return name
            there = draft_rows.find(self._studio, name)
            origin = there.draft.origin if there is not None else None
            if origin is not None and origin.get("conversion") == draft.origin["conversion"]:
                return name
        raise AssertionError("there is always a free name")

    def registered_body(self, run: Run, node: str, body: dict[str, Any]) -> dict[str, Any]:
        """Add what was learned about columns: an inference pipeline needs it with just this model."""
        if run.kind != "pipeline":
            return body
        states = self.node_states(run.name)
        outputs = {name: dict(state.outputs) for name, state in states.items()}
        return _with_transforms(body, run.pipeline, outputs, node)

    def _pinned(self, name: str, pipeline: Pipeline) -> tuple[Pipeline, dict[str, int]]:
        """Pin what the pinned model learned about columns, too: a newer version brings its own."""
        pipeline, inputs = super()._pinned(name, pipeline)
        models = [node for node in pipeline.nodes if node.component == "model"]
        for node in pipeline.nodes:
            params = pipeline.params(node.id)
            if not isinstance(params, FittedParams) or len(models) != 1:
                continue
            reference = str(models[0].params["reference"])
            if not params.node or reference.startswith(RUN_PREFIX):
                continue
            found = learned(self.resolve_model(reference).facts, params.node, params.learned_by)
            if found is not None:
                pipeline = pipeline.set_params(node.id, fitted=found.fitted)
        return pipeline, inputs

    def run_ended(self, run: Run) -> None:
        """Make the draft of a conversion that was completed."""
        super().run_ended(run)
        if _converts(run):
            self.converted(run.name)

    def deploy_pipeline(
        self, draft: Draft, name: str, *, title: str = "", author: str = "unnamed"
    ) -> tuple[Endpoint, str]:
        """Let a real-time inference pipeline answer under a name.

        Args:
            draft: The pipeline.
            name: New among live endpoints.
            title: What the pipeline is called.

        Returns:
            The endpoint and its key, which is shown this once and stored hashed.

        Raises:
            InvalidInput: An endpoint cannot carry the pipeline out. NotFound: Its model is not there.
            Conflict: The name is taken.
        """
        inference = inference_of(draft, title=title)
        endpoint, key = self.deploy(inference.reference, name)
        self.set_endpoint_pipeline(name, inference, author=author)
        return self.endpoint(endpoint.name), key

    def can_convert(self, was: PipelineRun) -> bool:
        """Return whether a run made, or asked, a model, so that an inference pipeline can come of it."""
        run = was.run
        if was.draft.kind != "training" or _converts(run) or not model_chains(was.draft.pipeline):
            return False
        if run.kind == "pipeline":
            return run.status == "completed"
        made = run.kind in GUIDED and run.is_terminal
        return made and {"model.keras", "model.tflite"} <= set(self.run_artifacts(run.name))

    def _completed(self, run_name: str) -> tuple[PipelineRun, Outputs]:
        was = self.pipeline_run(run_name)
        if was.run.kind in GUIDED and was.run.is_terminal:
            return was, self.guided_outputs(was.run)
        if was.run.kind != "pipeline" or was.run.status != "completed" or _converts(was.run):
            raise Conflict(
                f'Run "{run_name}" cannot be converted.',
                f"It is a run of kind {was.run.kind} and {was.run.status}; only a pipeline, a training or a search "
                "that is completed has all that is needed.",
                "Wait until it is completed, or convert another run.",
            )
        states = self.node_states(run_name)
        return was, {node: dict(state.outputs) for node, state in states.items()}

    def _reference(
        self, was: PipelineRun, outputs: Outputs, model: str, alias: str, node: str
    ) -> str:
        """Return the reference that the inference pipeline follows, whether it points at something yet or not."""
        check_name("alias", alias)
        value = _trained(outputs, chosen_chain(was.draft.pipeline, node))
        if value is None:
            return ""
        found = self._version_of(value, model)
        name = found.model if found else model or slug(was.draft_name or was.run.name)
        return f"{check_name('model', name)}@{alias}"

    def _version_of(self, value: ModelValue, model: str = "") -> ModelVersion | None:
        """Return the registered version that a trained model became; None for none."""
        for registered in self.models():
            for version in registered.versions:
                digests = {kind: file.digest for kind, file in version.files.items()}
                alike = digests.get("tflite") == value.spec.files.get("tflite")
                if alike and digests and model in ("", registered.name):
                    return version
        return None

    def _registered(
        self, was: PipelineRun, outputs: Outputs, reference: str, node: str, author: str
    ) -> None:
        """Register a trained model where it is not yet, and let an alias that is free point at it."""
        name, _, alias = reference.partition("@")
        chain = chosen_chain(was.draft.pipeline, node)
        value = _trained(outputs, chain)
        assert value is not None
        found = self._version_of(value, name)
        made = found is None
        if found is None:
            if was.run.kind in GUIDED:
                body = self._body(was.run)
            else:
                body = registered_body(value.spec, self._evaluation_of(was, outputs, chain))
            body = _with_transforms(body, was.draft.pipeline, outputs, chain[-1])
            with self._studio.tx() as connection:
                number = model_rows.add_version(
                    connection, name, body, run=was.run.name, author=author, now=self._now()
                )
            found = self.model(name, version=number)
        if made or self.alias_holder(name, alias) is None:
            reason = f"conversion of {was.run.name}"
            self.set_alias(name, alias, found.version, author=author, reason=reason)

    def _evaluation_of(
        self, was: PipelineRun, outputs: Outputs, chain: tuple[str, ...]
    ) -> Evaluation | None:
        """Return how a run judged a model; None where it did not."""
        for link in was.draft.pipeline.links:
            for value in outputs.get(link.target, {}).values() if link.source in chain else ():
                if isinstance(value, MetricsValue) and value.kind == "evaluation":
                    return Evaluation.model_validate_json(self.artifacts.read(value.file))
        return None


def _with_transforms(
    body: dict[str, Any], pipeline: Pipeline, outputs: Outputs, node: str
) -> dict[str, Any]:
    """Return a model as it is registered, with what the nodes before a node learned about columns."""
    found = {
        name: value.model_dump(mode="json", exclude={"title"})
        for name in _before(pipeline, node)
        for value in outputs.get(name, {}).values()
        if isinstance(value, TransformValue)
    }
    return {**body, "facts": {**body["facts"], TRANSFORMS: found}} if found else body


def _before(pipeline: Pipeline, node: str) -> set[str]:
    """Return the nodes that a node waits for."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        fed = {source for source, _ in pipeline.inputs(waiting.pop()).values()} - found
        found |= fed
        waiting += fed
    return found


def _trained(outputs: Outputs, chain: tuple[str, ...]) -> ModelValue | None:
    """Return the model that a chain of nodes made; None where it is one of the registry."""
    for node in reversed(chain):
        for value in outputs.get(node, {}).values():
            if isinstance(value, ModelValue) and not value.spec.title:
                return value
    return None


def _converts(run: Run) -> str:
    """Return the run whose conversion a run tries; "" for none."""
    params: dict[str, Any] = next(
        (node.params for node in run.pipeline.nodes if node.component == CONVERSION), {}
    )
    return str(params.get("run", ""))
