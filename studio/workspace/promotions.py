"""Whether a version may have an alias: what stored evaluations say to the alias's gates."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from studio.core.dataset import KEPT, TEST, TRAIN
from studio.core.errors import NotFound
from studio.core.gates import Gates, Judged, Promotion, TestGround, check_gates
from studio.core.model_spec import RUN_PREFIX
from studio.core.predictions import IDS
from studio.core.run import RunArtifact
from studio.store import models as rows
from studio.workspace.evaluations import Evaluations
from studio.workspace.model_files import ModelFiles

SPLIT = "split.npy"
"""What a run keeps that divided its samples anew."""
LATENCY = "milliseconds_per_sample"
SERVED = ("tflite", "onnx")
"""Formats that an endpoint serves."""


class Promotions(ModelFiles, Evaluations):
    """Versions before the gates of an alias. Only what is stored counts; nothing is judged here."""

    def gates(self, model: str, alias: str) -> Gates:
        """Return what a version has to reach before an alias points at it; no gate where nobody set one."""
        return rows.gates(self._studio, model).get(alias, Gates())

    def promotion(self, model: str, alias: str, candidate: str) -> Promotion:
        """Return what the gates of an alias say of a candidate.

        Both are compared on the test set of the version that has the alias now.

        Args:
            candidate: `name:version`, or `run/NAME` for a model that is not registered yet.

        Raises:
            NotFound: No such model. Conflict: The run has no model.
        """
        gates = self.gates(model, alias)
        holder = next(
            (v for m in self.models() if m.name == model for v in m.versions if alias in v.aliases),
            None,
        )
        spec = self.model_spec(candidate)
        own = list(self._gate_judged(spec.title))
        size = next((spec.sizes[name] for name in SERVED if name in spec.sizes), None)
        base = own[0] if own else Judged(title=spec.title)
        judged: Judged | None = base
        theirs, ground = None, None
        if holder is not None:
            theirs, judged = _on_same_ground(list(self._gate_judged(holder.title)), own)
            theirs = theirs or Judged(title=holder.title)
            ground = theirs.ground
        if judged is None:  # how fast it is, is known all the same
            latency = base.numbers.get(LATENCY)
            known = {} if latency is None else {LATENCY: latency}
            judged = Judged(title=spec.title, numbers=known, ground=ground)
        judged = judged.model_copy(
            update={"size_bytes": size, "seen": self._gate_seen(spec.title, judged.ground)}
        )
        checks = check_gates(gates, judged, theirs)
        wanting = any(check.verdict == "unknown" and check.gate != "size" for check in checks)
        return Promotion(
            alias=f"{model}@{alias}",
            candidate=spec.title,
            holder=holder.title if holder else None,
            checks=checks,
            judge_on=self._gate_to_judge_on(spec.dataset, ground) if wanting else None,
        )

    def _gate_to_judge_on(self, dataset: str, ground: TestGround | None) -> TestGround | None:
        """Return where a candidate can be judged here; None where that is not possible."""
        wanted = ground or TestGround(dataset=dataset)
        if wanted.ids.startswith(SPLIT) or self.known_version(wanted.dataset) is None:
            return None
        return wanted

    def _gate_judged(self, title: str) -> Iterator[Judged]:
        """Yield what is stored about a model: how it did on its own test set first, then elsewhere, newest first."""
        run = self._gate_run_of(title)
        version = None if title.startswith(RUN_PREFIX) else self.resolve_model(title)
        if version is not None and "accuracy" in version.facts:
            ground = self._gate_ground(
                str(version.facts.get("dataset", version.dataset)), "test", run
            )
            yield Judged(title=title, numbers=_numbers(version.facts), ground=ground)
        for record in sorted(self.evaluations(model=title), key=lambda record: record.run != run):
            yield Judged(
                title=title,
                numbers=_numbers(record.headline),
                ground=self._gate_ground(record.dataset, record.split, record.run),
            )

    def _gate_run_of(self, title: str) -> str | None:
        if title.startswith(RUN_PREFIX):
            return title.removeprefix(RUN_PREFIX)
        return self.resolve_model(title).run

    def _gate_ground(self, dataset: str, split: str, run: str | None) -> TestGround:
        """Return what a run judged on: by its samples' numbers, else by its split, where it kept one of both."""
        made: dict[str, RunArtifact] = {}
        if run is not None:
            try:
                made = self.run_artifacts(run)
            except NotFound:  # the run was deleted; what it came to is in the version
                made = {}
        ids = made[IDS].digest if IDS in made else ""
        if SPLIT in made:
            ids = f"{SPLIT} {ids or made[SPLIT].digest}"
        return TestGround(dataset=dataset, split=split, ids=ids)

    def _gate_seen(self, title: str, ground: TestGround | None) -> int:
        """Return how many samples of a test set a model was trained on, as far as that is known."""
        run = self._gate_run_of(title)
        tested = None if ground is None else self.known_version(ground.dataset)
        if run is None or ground is None or tested is None or ground.split != "test":
            return 0
        try:
            trained = self.trained_on(self.run(run))
            own_split = self.run_artifacts(run).get(SPLIT)
        except NotFound:
            return 0
        if trained.base != tested.base or ground.ids.startswith(SPLIT):
            return 0
        codes = self.split(trained)
        if own_split is not None:
            codes = self.artifacts.open_array(own_split.digest)
        count = min(trained.count, tested.count)
        learned = (codes[:count] == TRAIN) & (self.labels(trained)[:count] >= 0)
        if (state := self.state(trained)) is not None:
            learned &= state[:count] == KEPT
        judged = self.split(tested)[:count] == TEST
        if (state := self.state(tested)) is not None:
            judged &= state[:count] == KEPT
        return int(np.count_nonzero(learned & judged))


def _same(one: TestGround | None, other: TestGround | None) -> bool:
    """Return whether two test sets are the same samples, as far as old evaluations let one know."""
    if one is None or other is None or (one.dataset, one.split) != (other.dataset, other.split):
        return False
    if one.ids and other.ids:
        return one.ids.removeprefix(f"{SPLIT} ") == other.ids.removeprefix(f"{SPLIT} ")
    return not one.ids.startswith(SPLIT) and not other.ids.startswith(SPLIT)


def _on_same_ground(
    holder: list[Judged], candidate: list[Judged]
) -> tuple[Judged | None, Judged | None]:
    """Return both on the holder's own test set; elsewhere only where that one is its run's alone.

    A run that divided its samples anew has a test set on which nobody else can be judged afterwards.
    """
    grounds = [j for j in holder if j.ground is not None]
    if not grounds:
        return None, None
    first = grounds[0]
    alone = first.ground is not None and first.ground.ids.startswith(SPLIT)
    for theirs in grounds if alone else [j for j in grounds if _same(j.ground, first.ground)]:
        for own in candidate:
            if _same(theirs.ground, own.ground):
                return theirs, own
    return first, None


def _numbers(facts: dict[str, object]) -> dict[str, float]:
    """Return the plain numbers among facts."""
    return {
        name: float(value)
        for name, value in facts.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
