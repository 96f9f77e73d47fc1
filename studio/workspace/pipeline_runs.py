"""Verbs of pipeline runs: submit, follow by node, resume, compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

from studio.core.catalog import TrainParams, model_references
from studio.core.components_models import LayersParams
from studio.core.configs import ModelConfig
from studio.core.draft import Draft
from studio.core.errors import Conflict, InvalidInput
from studio.core.names import check_name
from studio.core.node_outputs import Pinned, reusable
from studio.core.node_state import NodeState
from studio.core.pipeline import Pipeline
from studio.core.pipeline_run import PipelineComparison, PipelineRun, compare_pipelines
from studio.core.port_values import MetricsValue
from studio.core.run import Run
from studio.core.untrained import described_model, params_given
from studio.store import pipeline_runs as rows
from studio.store import run_controls as control_rows
from studio.store import runs as run_rows
from studio.workspace.configs import ModelConfigs
from studio.workspace.drafts import Drafts
from studio.workspace.run_controls import RunControls

MOST_SWEPT = 200
"""So many runs come of one sweep at most."""


class PipelineRuns(Drafts, ModelConfigs, RunControls):
    """Runs of drawn pipelines: every node with a state of its own, and nothing done twice."""

    def submit_pipeline(
        self,
        draft: Draft,
        *,
        name: str,
        values: Mapping[str, Any] | None = None,
        author: str = "unnamed",
        draft_name: str = "",
        published: str = "",
        version: int | None = None,
        experiment: str = "",
        group: str = "",
    ) -> Run:
        """Queue a run of a drawn pipeline; what earlier runs did already is taken from them.

        Args:
            draft: What is on the canvas.
            name: New among runs.
            values: Pipeline parameter -> value; the others take their default.
            draft_name, published, version: What it is a run of, where it is of something kept.
            experiment: What the work it belongs to is called; "" for nothing.
            group: Name of the group of runs it belongs to; "" for none.

        Raises:
            InvalidInput: The pipeline, a setting, a value or a dataset cannot be run.
            NotFound: No such pipeline parameter, dataset or model. Conflict: The name is taken.
        """
        if group:
            check_name("group", group)
        self._submit_each(
            draft,
            {name: dict(values or {})},
            author,
            group,
            draft=draft_name,
            published=published,
            version=version,
            experiment=experiment,
        )
        return self.run(name)

    def submit_sweep(
        self,
        draft: Draft,
        grid: Mapping[str, Sequence[Any]],
        *,
        name: str,
        values: Mapping[str, Any] | None = None,
        author: str = "unnamed",
        draft_name: str = "",
    ) -> list[Run]:
        """Queue one run for each combination of values of pipeline parameters, as one group.

        Args:
            grid: Pipeline parameter -> the values it shall take in turn.
            name: Of the group; the runs are called `name-1`, `name-2` ...
            values: Of the other pipeline parameters, the same for all.

        Raises:
            InvalidInput: As `submit_pipeline`, or there are none or more than 200 combinations.
            Conflict: The name is taken.
        """
        check_name("group", name)
        count = prod(len(each) for each in grid.values()) if grid else 0
        if not 1 <= count <= MOST_SWEPT:
            raise InvalidInput(
                f"A sweep of {count:,} runs cannot be submitted.",
                f"It is one run for each combination of values, 1 to {MOST_SWEPT}.",
                "Choose values for one pipeline parameter at least, and fewer of them where there are too many.",
            )
        self._check_new_group(name)
        combinations = [dict(zip(grid, one, strict=True)) for one in product(*grid.values())]
        wanted = {f"{name}-{i}": {**(values or {}), **one} for i, one in enumerate(combinations, 1)}
        self._submit_each(draft, wanted, author, name, draft=draft_name)
        return self.group_runs(name)

    def _submit_each(
        self,
        drawn: Draft,
        values: dict[str, dict[str, Any]],
        author: str,
        group: str,
        **facts: Any,
    ) -> None:
        """Queue a run for each set of values. Args: name of the run -> values; facts as of `rows.add`."""
        drawn.check_drawn()
        pipelines = {name: drawn.bind(each) for name, each in values.items()}
        self._queue_drawn(drawn, pipelines, values, author, group, **facts)

    def _queue_drawn(
        self,
        drawn: Draft,
        pipelines: dict[str, Pipeline],
        values: Mapping[str, dict[str, Any]],
        author: str,
        group: str,
        **facts: Any,
    ) -> None:
        def note(connection: Any, run: str, pinned: Pipeline) -> None:
            body = drawn.model_copy(update={"pipeline": pinned}).model_dump_json()
            rows.add(connection, run, body=body, parameters=values[run], **facts)

        self._queue(pipelines, author, group, kind="pipeline", note=note)

    def _pinned(self, name: str, pipeline: Pipeline) -> tuple[Pipeline, dict[str, int]]:
        """Pin the models of the Configure page, too, as they are now; refuse a search of what one has not."""
        pipeline, inputs = super()._pinned(name, pipeline)
        for node in pipeline.nodes:
            params = pipeline.params(node.id)
            if isinstance(params, LayersParams) and params.name:
                config = self.model_config(params.name).model_dump(mode="json")
                pipeline = pipeline.set_params(node.id, model=config)
        for node in pipeline.nodes:
            params_given(pipeline, node.id)
        return pipeline, inputs

    def wired_model(self, pipeline: Pipeline, node: str) -> ModelConfig | None:
        """Return the model that comes to a node by wire, as it would be if it was submitted now; None for none.

        Raises:
            InvalidInput, NotFound: What gives it has an impossible setting.
        """
        source = pipeline.inputs(node).get("model")
        params = None if source is None else pipeline.params(source[0])
        if isinstance(params, LayersParams) and params.name:
            return self.model_config(params.name)
        return None if params is None else described_model(params)

    def reusable_nodes(
        self, draft: Draft, values: Mapping[str, Any] | None = None
    ) -> dict[str, float]:
        """Return node id -> seconds that reusing it spares, for the nodes of which that is known before they run.

        Raises:
            InvalidInput, NotFound: As `submit_pipeline`.
        """
        pipeline, inputs = self._pinned("forecast", draft.bind(dict(values or {})))
        params = [pipeline.params(node.id) for node in pipeline.nodes]
        weights = {
            node.id: self.run_artifacts(chosen.start_from)["model.keras"].digest
            for node, chosen in zip(pipeline.nodes, params, strict=True)
            if isinstance(chosen, TrainParams) and chosen.start_from is not None
        }
        pinned = Pinned(
            datasets={node: self.dataset_by_id(number) for node, number in inputs.items()},
            models={r: self.model_spec(r) for chosen in params for r in model_references(chosen)},
            weights=weights,
        )
        found = reusable(pipeline, pinned, self.node_outputs.find)
        return {node: kept.seconds for node, kept in found.items()}

    def pipeline_run(self, name: str) -> PipelineRun:
        """Return a pipeline run with what it was submitted as. Of any other run it is its pipeline, laid out.

        Raises:
            NotFound: No such run.
        """
        run = self.run(name)
        row = rows.find(self._studio, run.id)
        if row is None:
            return PipelineRun(run=run, draft=self.draft_of_run(name))
        return PipelineRun(
            run=run,
            draft=Draft.model_validate_json(row["body"]),
            values=row["parameters"],
            draft_name=row["draft"],
            published=row["published"],
            version=row["version"],
            experiment=row["experiment"],
            resumed=row["resumed"],
        )

    def node_states(self, name: str) -> dict[str, NodeState]:
        """Return node id -> how it is, for every node of a run, in the order of the pipeline.

        Raises:
            NotFound: No such run.
        """
        run = self._find(name)
        states = {node.id: NodeState(node=node.id) for node in run.pipeline.nodes}
        for event in self.observations(name, kinds=("node",))[1]:
            state = NodeState.model_validate(event.body)
            if state.node in states:
                states[state.node] = state
        if run.is_terminal:
            ended = "cancelled" if run.status == "cancelled" else "skipped"
            for state in states.values():
                if not state.ended and run.kind == "pipeline":
                    was = ended if state.state == "waiting" else "cancelled"
                    states[state.node] = state.model_copy(update={"state": was, "progress": None})
        return states

    def runs_of_draft(self, name: str, *, limit: int = 100) -> list[Run]:
        """Return the runs of a draft with their progress, newest first."""
        ids = rows.run_ids(self._studio, name, limit)
        found = [run_rows.find_by_id(self._studio, number) for number in ids]
        return self._with_progress([run for run in found if run is not None])

    def cancel_node(self, name: str, node: str) -> Run:
        """Ask one node of a pipeline run to end without keeping anything; what comes after it is skipped.

        Raises:
            NotFound: No such run or node. Conflict: It is no pipeline run, or has ended.
        """
        run = self._find(name)
        run.pipeline.node(node)
        if run.kind != "pipeline" or self.node_states(name)[node].ended:
            raise Conflict(
                f'Node "{node}" of run "{name}" cannot be cancelled.',
                "It has ended already."
                if run.kind == "pipeline"
                else f"The run is of kind {run.kind}, and is cancelled as a whole.",
                "Look at its results." if run.kind == "pipeline" else "Cancel the run.",
            )
        if not control_rows.cancel_node(self._studio, name, node):
            self._refuse(name, "changed")
        return self.run(name)

    def resume_run(self, name: str) -> Run:
        """Let a paused run go on; of a pipeline run that failed or was ended, start another one where it was.

        Returns:
            The run, or the new one: the same pipeline, in which everything that was done is reused.
        """
        run = self._find(name)
        if run.kind != "pipeline" or not run.is_terminal:
            return super().resume_run(name)
        if run.status == "completed":
            self._refuse(name, "resumed")
        before = self.pipeline_run(name)
        new = self.free_run_name(f"{name[:54]}-resumed")
        self._queue_drawn(
            before.draft,
            {new: run.pipeline},
            {new: before.values},
            run.author,
            run.group,
            draft=before.draft_name,
            published=before.published,
            version=before.version,
            experiment=before.experiment,
            resumed=name,
        )
        return self.run(new)

    def compare_pipeline_runs(self, first: str, second: str) -> PipelineComparison:
        """Return how two runs differ: their graphs, their settings and what was measured.

        Raises:
            NotFound: No such run.
        """
        one, other = self.pipeline_run(first), self.pipeline_run(second)
        mine, theirs = self._measured(one.run), self._measured(other.run)
        names = [*mine, *(name for name in theirs if name not in mine)]
        return PipelineComparison(
            first=one,
            second=other,
            metrics=tuple((name, mine.get(name), theirs.get(name)) for name in names),
            **compare_pipelines(one.run.pipeline, other.run.pipeline),
        )

    def _measured(self, run: Run) -> dict[str, float | int | str | None]:
        """Return what the Metrics nodes of a run say, `node: number` -> value; of other runs, their result."""
        found: dict[str, float | int | str | None] = {
            f"{state.node}: {name}": value
            for state in self.node_states(run.name).values()
            for output in state.outputs.values()
            if isinstance(output, MetricsValue)
            for name, value in output.headline.items()
        }
        if run.kind == "pipeline":
            return found
        return {k: v for k, v in run.result.items() if isinstance(v, float | int | str)}
