"""Runs for tests in the browser that never trained: what they would have said is recorded straight away."""

from __future__ import annotations

import math
import time
from typing import Any

import numpy as np

from studio.core.dataset import DatasetManifest, SplitConfig, split_codes
from studio.core.events import EndEvent, Event, MetricsEvent, ObservationEvent, Point, ProgressEvent
from studio.core.presets import PRESETS
from studio.core.run import Progress, Run
from studio.core.standard import training_pipeline
from studio.core.training import TrainingConfig
from studio.workspace import Workspace
from tests.frontend.sessions import CLASS_NAMES, pictures

SAMPLES = 40
TRAINED = SAMPLES - round(SAMPLES * 0.3)
STEPS_PER_EPOCH = 20
ENGINE = {
    "precision": "mixed_bfloat16",
    "reason": "this processor multiplies bfloat16 numbers (amx_bf16)",
    "device": "Some Processor 9000",
    "kind": "CPU",
    "cores": 2,
}


def learning(first: int, last: int, seed: int = 0) -> list[Point]:
    """Return the points of steps `first` to `last - 1` of a training that learns and then overfits."""
    generator = np.random.default_rng(seed)
    noise = generator.normal(0, 0.06, last)
    found: list[Point] = []
    for step in range(first, last):
        loss = (
            0.15
            + 0.04 * seed
            + 2.1 * math.exp(-step / 60) * (1 + noise[step])
            + 0.05 * abs(noise[step])
        )
        found.append(("loss", step, loss))
        found.append(("accuracy", step, 1 - 0.4 * loss))
        found.append(("learning_rate", step, 0.001 * (0.5 + 0.5 * math.cos(step / last))))
        found.append(("samples_per_second", step, 10_400 + 900 * noise[step]))
        found.append(("memory", step, 1.1e9 + 1e5 * step))
        if step % STEPS_PER_EPOCH == 0:
            worse = max(0, step - 120) / 900
            found.append(("epoch_loss", step, 0.15 + 2.1 * math.exp(-(step - 8) / 60)))
            found.append(("val_loss", step, 0.3 + 2.0 * math.exp(-step / 55) + worse))
            found.append(("val_accuracy", step, 0.87 - 0.7 * math.exp(-step / 55) - worse / 9))
    return found


def predictions(epoch: int, count: int = 6) -> dict[str, Any]:
    """Return what a model that gets better from epoch to epoch says of the first samples."""
    tops = []
    for sample in range(count):
        true = sample % len(CLASS_NAMES)
        share = min(0.97, 0.2 + 0.08 * epoch + 0.05 * (sample % 3))
        others = [c for c in range(len(CLASS_NAMES)) if c != true]
        top = [[true, share], [others[0], (1 - share) * 0.7], [others[1], (1 - share) * 0.3]]
        tops.append(sorted(top, key=lambda answer: -answer[1]))
    truth = [sample % len(CLASS_NAMES) for sample in range(count)]
    return {"epoch": epoch, "samples": list(range(count)), "true": truth, "top": tops}


def histogram(epoch: int, width: float) -> dict[str, list[float]]:
    """Return a histogram that grows wider with the epochs, or narrower where `epoch` is negative."""
    values = np.random.default_rng(1).normal(0, width * 1.1**epoch, 2000)
    counts, edges = np.histogram(values, 30)
    return {"edges": edges.tolist(), "counts": counts.tolist()}


def histograms(epoch: int) -> dict[str, Any]:
    """Return the distributions of three layers."""
    names = ("conv2d", "conv2d_1", "dense")
    return {
        "epoch": epoch,
        "layers": [
            {
                "name": name,
                "weights": histogram(epoch, 0.05),
                "gradients": None if name == "conv2d_1" else histogram(-epoch / 2, 0.002),
            }
            for name in names
        ],
    }


class Runs:
    """Runs of a workspace and what they say."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._seqs: dict[str, int] = {}
        self._claimed: dict[str, Run] = {}

    def dataset(self, texts: tuple[str, ...] = ()) -> str:
        """Make the dataset that the runs train on, once; return its name."""
        name = "run-texts" if texts else "run-pictures"
        artifacts = self.workspace.artifacts
        if name in [dataset.name for dataset in self.workspace.datasets()]:
            return name
        count = len(texts) or SAMPLES
        labels = (np.arange(count) % len(CLASS_NAMES)).astype(np.int32)
        codes = split_codes(count, SplitConfig())
        manifest = DatasetManifest(
            task="text" if texts else "images",
            samples=artifacts.put_texts(list(texts), "texts")
            if texts
            else artifacts.put_array(pictures(count), "samples.npy").digest,
            labels=artifacts.put_array(labels, "labels.npy").digest,
            split=artifacts.put_array(codes, "split.npy").digest,
            class_names=CLASS_NAMES,
            shape=(0, 0, 0) if texts else (28, 28, 1),
            count=count,
            class_counts=tuple(np.bincount(labels).tolist()),
            split_counts=tuple(int((codes == part).sum()) for part in (0, 1, 2)),
            split_config=SplitConfig(),
            source={"kind": "test"},
        )
        self.workspace.record_dataset(name, manifest, author="test", message="")
        return name

    def start(self, name: str, *, group: str = "", points: list[Point] | None = None) -> None:
        """Make a run that a worker has started, with what it has said so far."""
        training = TrainingConfig(epochs=20, steps_per_epoch=STEPS_PER_EPOCH)
        pipeline = training_pipeline(self.dataset(), PRESETS["dense-baseline"], training)
        self.workspace.submit(pipeline, name=name, group=group)
        claimed = None
        while claimed is None or claimed.name != name:  # other tests' runs may wait before it
            claimed = self.workspace.claim_run("worker", 3600.0)
            assert claimed is not None
        self._claimed[name], self._seqs[name] = claimed, 0
        if points:
            self.points(name, points)

    def points(self, name: str, points: list[Point]) -> None:
        """Record points."""
        self._record(name, MetricsEvent(seq=0, time=time.time(), points=points))

    def see(self, name: str, kind: str, step: int, body: dict[str, Any]) -> None:
        """Record what was seen at a step."""
        event = {"seq": 0, "time": time.time(), "kind": kind, "step": step, "body": body}
        self._record(name, ObservationEvent.model_validate(event))

    def see_nodes(self, name: str, states: dict[int, dict[str, Any]]) -> None:
        """Record how many nodes of a pipeline run stand, at once: place in the pipeline -> state."""
        events: list[Event] = []
        for place, body in states.items():
            self._seqs[name] += 1
            event = {"seq": self._seqs[name], "time": time.time(), "kind": "node"}
            events.append(ObservationEvent.model_validate({**event, "step": place, "body": body}))
        assert self.workspace.record_events(self._claimed[name], events)

    def progress(self, name: str, done: int, total: int) -> None:
        """Record how far it is."""
        epochs = f"epoch {done // STEPS_PER_EPOCH} of {total // STEPS_PER_EPOCH}"
        progress = Progress(done=done, total=total, unit="steps", message=epochs, seconds_left=95.0)
        self._record(name, ProgressEvent(seq=0, time=time.time(), progress=progress))

    def end(self, name: str) -> None:
        """Complete it."""
        self._record(name, EndEvent(seq=0, time=time.time(), status="completed"))

    def _record(self, name: str, event: Event) -> None:
        self._seqs[name] += 1
        numbered = event.model_copy(update={"seq": self._seqs[name]})
        assert self.workspace.record_events(self._claimed[name], [numbered])
