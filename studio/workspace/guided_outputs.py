"""What went through the wires of a guided page's run: it is known, though its nodes were one piece of work."""

from __future__ import annotations

from studio.core.catalog import DatasetParams, SplitParams
from studio.core.conversion import Outputs
from studio.core.model_spec import RUN_PREFIX
from studio.core.node_outputs import MODEL_MAKERS, file_prefix
from studio.core.port_values import DatasetValue, ModelValue, PortValue
from studio.core.run import Run, RunKind
from studio.workspace.datasets import manifest_of
from studio.workspace.pipeline_runs import PipelineRuns

GUIDED: tuple[RunKind, ...] = ("training", "search")
"""Runs of guided pages that a conversion begins with: they made a model of their own."""


class GuidedOutputs(PipelineRuns):
    """Runs of the guided pages, seen as the pipelines that they are."""

    def guided_outputs(self, run: Run) -> Outputs:
        """Return node -> port -> what went through it: the pinned version, its split, and the model that was kept.

        What a node gave that leaves nothing behind is left out.

        Raises:
            Conflict: The run has no model.
        """
        spec = self.model_spec(f"{RUN_PREFIX}{run.name}").model_copy(update={"title": ""})
        divided = self.run_artifacts(run.name).get("split.npy")
        found: dict[str, dict[str, PortValue]] = {}
        for node_id in run.pipeline.order():
            params, fed = run.pipeline.params(node_id), run.pipeline.inputs(node_id)
            if isinstance(params, DatasetParams):
                version = self.dataset_by_id(run.inputs[node_id])
                manifest = manifest_of(version)
                found[node_id] = {"dataset": DatasetValue(title=version.title, manifest=manifest)}
            elif file_prefix(run.pipeline, node_id):
                continue  # the files of a run are those of the first node of a kind
            elif isinstance(params, SplitParams):
                given = found.get(fed["dataset"][0], {}).get("dataset")
                if given is None or (not params.stored and divided is None):
                    continue
                if divided is not None and not params.stored:
                    given = given.model_copy(update={"codes": divided.digest})
                found[node_id] = {"dataset": given}
            elif run.pipeline.node(node_id).component in MODEL_MAKERS:
                found[node_id] = {"model": ModelValue(spec=spec)}
        return found
