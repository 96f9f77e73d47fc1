"""Verbs of explanations: have a model say what it looks at in some samples, and read what it said."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.dataset import DatasetVersion
from studio.core.explanation import (
    EXPLAINED_LIMIT,
    NO_CLASS,
    Explanation,
    Word,
    explanation_key,
    main_file,
    parse_explain,
)
from studio.core.model_spec import ModelSpec
from studio.core.run import Run
from studio.core.standard import explain_pipeline
from studio.store import runs as run_rows
from studio.workspace.models import Models
from studio.workspace.versions import check_rows

NEIGHBOURS = 8
LISTED = 50
"""So many of the newest runs are looked through for those that go on."""


class Explanations(Models):
    """What models look at, found out by runs and kept: the same question is never computed twice."""

    def explain(
        self,
        reference: str,
        version: DatasetVersion,
        samples: Sequence[int],
        *,
        others: Sequence[int] = (),
        neighbours: int = NEIGHBOURS,
        author: str = "unnamed",
    ) -> Run | None:
        """Have a model say what it looks at in some samples.

        Args:
            reference: To the model: `name:3`, `name@champion` or `run/NAME`.
            version: The samples' dataset version.
            samples: Their numbers. What was explained before is left out, and of the rest the first 64 are taken.
            others: For each sample a second class whose evidence is shown, as an output of the model; -1 for none.
            neighbours: So many training samples that the model takes for most alike are looked up.

        Returns:
            The run, or the one that explains some of these samples already; None when nothing is left to explain.

        Raises:
            NotFound: No such model or sample. Conflict: The run has no model. InvalidInput: No sample is named, or too
                many neighbours are.
        """
        check_rows(samples, version)
        pinned = self.pinned_model(reference)
        known = self.explanations(pinned, version, samples, neighbours=neighbours)
        left = [place for place, sample in enumerate(samples) if sample not in known]
        if not left:
            return None
        left = left[:EXPLAINED_LIMIT]
        params = parse_explain(
            {
                "samples": [samples[place] for place in left],
                "others": [others[place] for place in left] if others else [],
                "neighbours": neighbours,
            }
        )
        under_way = self.explaining(pinned, version)
        asked = set(params.samples)
        for run in under_way:
            if asked & set(run.pipeline.node("explain").params["samples"]):
                return run
        training = self.neighbour_version(pinned, version)
        pipeline = explain_pipeline(
            pinned,
            (version.dataset, version.version),
            (training.dataset, training.version),
            params,
        )
        name = self.free_run_name(f"explain-{pinned.rpartition('/')[2].replace(':', '-')}"[:60])
        return self.submit(pipeline, name=name, author=author)

    def explaining(self, reference: str, version: DatasetVersion) -> list[Run]:
        """Return the runs that wait or go on and explain what a model makes of samples of a version, newest first."""
        pinned = self.pinned_model(reference)
        wanted = {"name": version.dataset, "version": version.version}
        return [
            run
            for run in self.runs(kind="explain", limit=LISTED)
            if not run.is_terminal
            and run.pipeline.node("model").params["reference"] == pinned
            and run.pipeline.node("dataset").params == wanted
        ]

    def failed_explanation(self, reference: str, version: DatasetVersion) -> Run | None:
        """Return the newest run that explains a model's answers about a version if it failed, else None."""
        pinned = self.pinned_model(reference)
        newest = next(
            (
                run
                for run in self.runs(kind="explain", limit=LISTED)
                if run.pipeline.node("model").params["reference"] == pinned
                and run.pipeline.node("dataset").params["name"] == version.dataset
            ),
            None,
        )
        return newest if newest is not None and newest.status == "failed" else None

    def neighbour_version(self, reference: str, version: DatasetVersion) -> DatasetVersion:
        """Return the dataset version a model learned from; the given one where it is not in this workspace."""
        return self.known_version(self.model_spec(reference).dataset) or version

    def explanations(
        self,
        reference: str,
        version: DatasetVersion,
        samples: Sequence[int],
        *,
        neighbours: int = NEIGHBOURS,
    ) -> dict[int, Explanation]:
        """Return what is known already of some samples: number -> explanation. Args and Raises as `explain`."""
        spec = self.model_spec(reference)
        key = self._explanation_key(spec, reference, version, neighbours)
        wanted = set(samples)
        found: dict[int, Explanation] = {}
        for run in run_rows.completed_with(self._studio, "explain", "explained", key):
            explained: list[int] = run.result["samples"]  # type: ignore[assignment]
            rows = [r for r, s in enumerate(explained) if s in wanted and s not in found]
            if rows:
                found |= self._read(run, explained, rows)
        return found

    def _explanation_key(
        self, spec: ModelSpec, reference: str, version: DatasetVersion, neighbours: int
    ) -> str:
        training = self.neighbour_version(reference, version)
        return explanation_key(main_file(spec.files), version.samples, training.digest, neighbours)

    def _read(self, run: Run, explained: list[int], rows: list[int]) -> dict[int, Explanation]:
        files = self.run_artifacts(run.name)
        arrays: dict[str, NDArray[Any]] = {
            name.removesuffix(".npy"): np.asarray(self.artifacts.open_array(file.digest))
            for name, file in files.items()
            if name.endswith(".npy")
        }
        words = (
            json.loads(self.artifacts.read(files["words.json"].digest))
            if "words.json" in files
            else None
        )
        found = {}
        for row in rows:
            classes = tuple(c for c in arrays["classes"][row].tolist() if c != NO_CLASS)
            one = {name: array[row] for name, array in arrays.items()}
            evidence, regions = one.get("evidence"), one.get("regions")
            found[explained[row]] = Explanation(
                sample=explained[row],
                classes=classes,
                probabilities=one["probabilities"],
                method=run.result["method"],  # type: ignore[arg-type]
                seen=one.get("seen"),
                evidence=None if evidence is None else evidence[: len(classes)],
                regions=None if regions is None else regions[: len(classes)],
                words=tuple(Word(s, e, tuple(w)) for s, e, w in words[row]) if words else (),
                neighbours=one["neighbours"],
                similarities=one["similarities"],
                compared=int(str(run.result["compared"])),
            )
        return found
