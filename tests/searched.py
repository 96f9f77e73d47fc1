"""A search that has tried some settings, recorded as a worker does; no training happens."""

from __future__ import annotations

from studio.core.choices import Choice
from studio.core.configs import ModelConfig
from studio.core.events import EndEvent, Event, ObservationEvent, ResultEvent
from studio.core.layers import Dense
from studio.core.run import Run
from studio.core.search import SearchParams
from studio.core.standard import search_pipeline
from studio.core.trials import Trial
from studio.workspace import Workspace

PARAMS = SearchParams(
    models={"small": ModelConfig(layers=(Dense(units=4),)), "large": ModelConfig(layers=(Dense(units=64),))},
    space=(
        Choice(field="learning_rate", low=0.0003, high=0.03, log=True),
        Choice(field="layers.0.units", low=2, high=64),
        Choice(field="early_stopping", values=(None, 5)),
    ),
)  # fmt: skip
TRIALS = (
    Trial(number=1, state="completed", value=0.81, curve=((1, 0.5), (2, 0.81)), epochs=2, epochs_wanted=2, seconds=3,
          params={"model": "small", "learning_rate": 0.001, "layers.0.units": 4, "early_stopping": None}),
    Trial(number=2, state="pruned", value=0.3, curve=((1, 0.3),), epochs=1, epochs_wanted=2, seconds=1,
          params={"model": "large", "learning_rate": 0.0004, "layers.0.units": 9, "early_stopping": 5}),
    Trial(number=3, state="completed", value=0.93, curve=((1, 0.7), (2, 0.93)), epochs=2, epochs_wanted=2, seconds=3,
          params={"model": "large", "learning_rate": 0.02, "layers.0.units": 32, "early_stopping": 5},
          importances={"learning_rate": 0.7, "model": 0.2, "layers.0.units": 0.06, "early_stopping": 0.04}),
    Trial(number=4, state="failed", reason="Memory did not suffice. <b>It</b> was too large.", epochs_wanted=2,
          params={"model": "large", "learning_rate": 0.01, "layers.0.units": 64, "early_stopping": None}),
    Trial(number=5, state="running", value=0.6, curve=((1, 0.6),), epochs=1, epochs_wanted=2, seconds=1,
          params={"model": "small", "learning_rate": 0.006, "layers.0.units": 16, "early_stopping": None}),
)  # fmt: skip


def add_search(workspace: Workspace, dataset: str, name: str, *, over: bool = False) -> Run:
    """Record a search on a dataset that is there: five trials, one of them under way unless it is `over`."""
    workspace.submit(search_pipeline(dataset, PARAMS), name=name)
    run = workspace.claim_run("worker", 600.0)
    assert run is not None
    trials = TRIALS[:4] if over else TRIALS
    events: list[Event] = [
        ObservationEvent(seq=number, time=0, kind="trial", step=trial.number, body=trial.model_dump(mode="json"))
        for number, trial in enumerate(trials, start=1)
    ]  # fmt: skip
    if over:
        result = {"accuracy": 0.9, "search": {"best_trial": 3}}
        events.append(ResultEvent(seq=len(events) + 1, time=0, result=result))
        events.append(EndEvent(seq=len(events) + 1, time=0, status="completed"))
    assert workspace.record_events(run, events)
    return workspace.run(name)
