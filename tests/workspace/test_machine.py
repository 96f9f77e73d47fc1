"""What a workspace says it trains on."""

from __future__ import annotations

from typing import Any

from studio.core.configs import DRAWING_CLASSIFIER
from studio.core.events import ObservationEvent
from studio.core.precision import choose_precision
from studio.core.sources import DigitsSource
from studio.core.standard import training_pipeline
from studio.core.training import TrainingConfig
from studio.workspace import Workspace

GPU = {"device": "H200", "kind": "GPU", "cores": 16, "precision": "mixed_bfloat16",
       "reason": "the GPU multiplies bfloat16 numbers (H200)"}  # fmt: skip


def seen(workspace: Workspace, name: str, body: dict[str, Any], **settings: Any) -> None:
    """Let a training say what it computes on."""
    training = TrainingConfig(**settings)
    workspace.submit(training_pipeline("digits", DRAWING_CLASSIFIER, training), name=name)
    run = workspace.claim_run("worker", 60)
    assert run is not None
    event = ObservationEvent(seq=1, time=0.0, kind="engine", step=0, body=body)
    assert workspace.record_events(run, [event])


def test_processor_alone_decides_at_first(workspace: Workspace) -> None:
    machine = workspace.machine()
    assert (machine.kind, machine.seen) == ("CPU", False)
    assert machine.cores >= 1
    assert machine.precision in (
        choose_precision("auto", frozenset({"avx512_bf16"}), None)[0],
        "float32",
    )
    assert machine.reason in machine.sentence


def test_newest_training_that_chose_for_itself_knows_better(workspace: Workspace) -> None:
    workspace.add_dataset("digits", DigitsSource())
    seen(workspace, "first", GPU)
    forced = {**GPU, "precision": "float32", "reason": "the settings say so"}
    seen(workspace, "second", forced, precision="float32")
    machine = workspace.machine()
    assert (machine.seen, machine.precision) == (True, "mixed_bfloat16")
    assert machine.sentence.startswith(
        "Trains in bfloat16 on the GPU (H200), because the GPU multi"
    )
