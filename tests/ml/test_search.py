"""Searches end with the best model, however often they are killed on the way."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from studio.core.choices import Choice
from studio.core.configs import ModelConfig
from studio.core.control import RunControl
from studio.core.errors import Cancelled, InvalidInput, StudioError
from studio.core.layers import Dense
from studio.core.run import Progress
from studio.core.search import SearchParams
from studio.core.training import TrainingConfig
from studio.core.trials import Trial
from studio.ml.build import build
from studio.ml.search import Found, search
from studio.ml.state import Emit
from studio.ml.study import JOURNAL, MOST_STARTS, Study
from studio.ml.train import Trained
from tests.ml.conftest import Heard

SMALL = ModelConfig(layers=(Dense(units=2),))
RATE = Choice(field="learning_rate", low=0.001, high=1.0, log=True)
SIZE = Choice(field="batch_size", values=(1, 2, 3))
EPOCHS = 9


class Killed(BaseException):
    """Stands for SIGKILL: nothing of the studio catches it."""


@dataclass
class Quick:
    """Trains in no time: the accuracy is known from the settings, and grows with the epochs.

    `dies` ends the process before that epoch (of all, over all trials). Checkpoints: how many epochs are done.
    """

    dies: float = float("inf")
    fails: Callable[[TrainingConfig], bool] = lambda training: False
    trained: list[tuple[TrainingConfig, int]] = field(default_factory=list)
    epochs: int = 0
    rate: float = 20.0

    def __call__(
        self, config: ModelConfig, training: TrainingConfig, checkpoints: Path, emit: Emit,
        control: Callable[[], RunControl],
    ) -> Trained:  # fmt: skip
        if self.fails(training):
            raise InvalidInput("This trial cannot be.", "It is so.", "Try another.")
        file = checkpoints / "epoch"
        checkpoints.mkdir(exist_ok=True)
        done = int(file.read_text()) if file.exists() else 0
        self.trained.append((training, done))
        reached, wish = 0.0, control()
        while done < (wish.epochs or training.epochs) and not wish.ends:
            self.epochs += 1
            if self.epochs >= self.dies:
                raise Killed
            emit.progress(
                Progress(done=2 * done + 1, total=2 * training.epochs, unit="steps", rate=self.rate)
            )
            done += 1
            reached = accuracy(training, done)
            emit.metrics([("val_accuracy", 2 * done, reached), ("val_loss", 2 * done, 1 - reached)])
            file.write_text(str(done))
            wish = control()
        facts = {"val_accuracy": reached, "val_loss": 1 - reached} if done else {}
        return Trained(
            model=build(config, (2, 2, 1), 2, seed=training.batch_size), best_epoch=done, epochs_done=done,
            steps_done=2 * done, stopped=wish.stop, paused=wish.pause, cancelled=wish.cancel,
            early_stopped=False, diverged=False, facts=facts,
        )  # fmt: skip


def accuracy(training: TrainingConfig, epoch: int) -> float:
    """Return what a trial reaches: the best with a learning rate of 0.03 and the largest batch size."""
    return epoch / EPOCHS * (1 - abs(training.learning_rate - 0.03) / 2) * training.batch_size / 3


def params(**changes: Any) -> SearchParams:
    wanted: dict[str, Any] = {
        "models": {"small": SMALL}, "training": TrainingConfig(epochs=EPOCHS), "space": (RATE, SIZE), "trials": 8,
    }  # fmt: skip
    return SearchParams(**(wanted | changes))


def told(heard: Heard) -> list[Trial]:
    """Return the trials as the last word about each says."""
    found = {
        step: Trial.model_validate(body)
        for kind, step, body in heard.observations
        if kind == "trial"
    }
    return [found[step] for step in sorted(found)]


def run(wanted: SearchParams, folder: Path, train: Quick, heard: Heard, **how: Any) -> Found:
    return search(wanted, train, folder=folder / "2", emit=heard, **how)


def essence(trials: list[Trial]) -> list[dict[str, Any]]:
    return [trial.model_dump(exclude={"seconds"}) for trial in trials]


def test_best_model_is_kept_and_bad_trials_end_early(tmp_path: Path) -> None:
    heard, quick = Heard(), Quick()
    found = run(params(trials=16), tmp_path, quick, heard)
    trials = told(heard)
    assert [trial.number for trial in trials] == list(range(1, 17))
    assert essence(trials)[0]["params"] == {"learning_rate": 0.001} | {
        "batch_size": trials[0].params["batch_size"]
    }
    assert {trial.state for trial in trials} == {"completed", "pruned"}
    assert all(trial.epochs < EPOCHS for trial in trials if trial.state == "pruned")
    whole = [trial for trial in trials if trial.state == "completed"]
    assert found.trial is not None
    assert found.trial.value == max(trial.value or 0 for trial in whole)
    assert found.training is not None
    assert found.training.learning_rate == found.trial.params["learning_rate"]
    assert found.facts["val_accuracy"] == found.trial.value
    seeded = build(SMALL, (2, 2, 1), 2, seed=found.training.batch_size)
    assert found.model.get_weights()[0].tolist() == seeded.get_weights()[0].tolist()
    assert sum(trials[-1].importances.values()) == pytest.approx(1, abs=0.01)
    assert not list(tmp_path.glob("2-trial-*"))
    assert len(list((tmp_path / "2").glob("best-*"))) == 1
    assert heard.progresses[-1].done == 16
    assert len([line for line in heard.lines if line.startswith("Trial ")]) == 16


@pytest.mark.parametrize("sampler", ["bayesian", "random", "grid"])
def test_killed_search_ends_as_one_that_was_not(tmp_path: Path, sampler: str) -> None:
    wanted = params(sampler=sampler, trials=7)
    whole = Heard()
    best = run(wanted, tmp_path / "whole", Quick(), whole)
    heard, calls = Heard(), list[tuple[TrainingConfig, int]]()
    for epoch in itertools.cycle((1, 2, 7, 3, 5)):
        quick = Quick(dies=epoch)
        try:
            found = run(wanted, tmp_path / "killed", quick, heard)
        except Killed:
            calls += quick.trained
            continue
        calls += quick.trained
        break
    assert essence(told(heard)) == essence(told(whole))
    assert found.trial is not None
    assert best.trial is not None
    assert found.trial.number == best.trial.number
    begun = [training for training, done in calls]
    assert len({training.model_dump_json() for training in begun}) == 7
    assert any(done > 0 for _, done in calls)  # some went on from their checkpoint


def test_journal_with_a_torn_end_is_mended(tmp_path: Path) -> None:
    heard = Heard()
    with pytest.raises(Killed):
        run(params(), tmp_path, Quick(dies=20), heard)
    journal = tmp_path / "2" / JOURNAL
    journal.write_bytes(journal.read_bytes() + b'{"op_code":7,"wor')
    run(params(), tmp_path, Quick(), heard)
    assert len(told(heard)) == 8


def test_grid_tries_every_combination_once(tmp_path: Path) -> None:
    heard = Heard()
    space = (SIZE, Choice(field="optimizer", values=("adam", "sgd")))
    run(params(sampler="grid", space=space, trials=None, pruner="none"), tmp_path, Quick(), heard)
    tried = [(trial.params["batch_size"], trial.params["optimizer"]) for trial in told(heard)]
    assert sorted(tried) == sorted(itertools.product((1, 2, 3), ("adam", "sgd")))  # type: ignore[type-var]
    assert {trial.epochs for trial in told(heard)} == {EPOCHS}


def test_nothing_is_tried_twice(tmp_path: Path) -> None:
    heard = Heard()
    run(params(space=(SIZE,), trials=20, sampler="random"), tmp_path, Quick(), heard)
    assert sorted(trial.params["batch_size"] for trial in told(heard)) == [1, 2, 3]  # type: ignore[type-var]
    assert [trial.number for trial in told(heard)] == [1, 2, 3]
    assert "Everything was tried." in heard.lines


def test_trial_that_fails_is_told_and_the_search_goes_on(tmp_path: Path) -> None:
    heard = Heard()
    space = (SIZE, Choice(field="seed", values=(0, 1)))
    quick = Quick(fails=lambda training: training.batch_size == 2)
    found = run(params(space=space, sampler="grid"), tmp_path, quick, heard)
    failed = [trial for trial in told(heard) if trial.state == "failed"]
    assert len(failed) == 2
    assert failed[0].reason == "This trial cannot be. It is so."
    assert found.trial is not None
    assert found.trial.params["batch_size"] == 3
    with pytest.raises(StudioError, match="cannot be"):
        run(params(), tmp_path / "all", Quick(fails=lambda training: True), Heard())


def test_trial_that_kills_the_process_again_and_again_is_given_up(tmp_path: Path) -> None:
    heard = Heard()
    for _ in range(MOST_STARTS):
        with pytest.raises(Killed):
            run(params(trials=2), tmp_path, Quick(dies=1), heard)
    run(params(trials=2), tmp_path, Quick(), heard)
    first, second = told(heard)
    assert (first.state, second.state) == ("failed", "completed")
    assert "again and again" in first.reason


def after(trained: Quick, epochs: int, **wish: bool) -> RunControl:
    return RunControl(**wish) if trained.epochs >= epochs else RunControl()  # type: ignore[arg-type]


def test_pause_stop_and_cancel(tmp_path: Path) -> None:
    wanted, heard = params(trials=3, pruner="none"), Heard()
    quick = Quick()
    found = run(wanted, tmp_path, quick, heard, control=partial(after, quick, 12, pause=True))
    assert found.paused
    assert quick.epochs == 12
    quick = Quick()
    found = run(wanted, tmp_path, quick, heard, control=partial(after, quick, 2, cancel=True))
    assert found.cancelled
    assert quick.trained[0][1] == 3  # went on from its third epoch
    quick = Quick()
    found = run(wanted, tmp_path, quick, heard, control=partial(after, quick, 1, stop=True))
    assert found.stopped
    assert found.model is not None
    assert [trial.state for trial in told(heard)] == ["completed", "stopped"]
    with pytest.raises(Cancelled):
        run(wanted, tmp_path / "new", Quick(), Heard(), control=lambda: RunControl(stop=True))


def test_time_ends_a_search_and_shortens_its_trials(tmp_path: Path) -> None:
    # At its pace an epoch of 2 steps takes 4,000 s, and a trial may take a sixth of 60,000 s.
    heard, quick = Heard(), Quick(rate=0.0005)
    run(params(minutes=1000, trials=3, pruner="none"), tmp_path, quick, heard)
    assert {trial.epochs_wanted for trial in told(heard)} == {2}
    assert {trial.epochs for trial in told(heard)} == {2}
    heard = Heard()
    run(params(minutes=1e-9, trials=None), tmp_path / "none", Quick(), heard)
    assert len(told(heard)) == 1  # the first trial trains an epoch in any case


def test_importances_name_what_matters(tmp_path: Path) -> None:
    space = (SIZE, Choice(field="seed", low=0, high=1000))
    wanted = params(space=space, trials=24, sampler="random", pruner="none")
    run(wanted, tmp_path, Quick(), Heard())
    found = Study(wanted, tmp_path / "2").importances()
    assert found["batch_size"] > 0.5 > found["seed"]
