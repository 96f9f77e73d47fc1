"""Training learns, says how it goes, stops when asked, and goes on after a kill."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from studio.core.configs import ModelConfig
from studio.core.control import RunControl
from studio.core.errors import InvalidInput, StudioError
from studio.core.layers import BatchNormalization, Conv2D, Dense, Dropout
from studio.core.training import TrainingConfig
from studio.ml import resume, watch
from studio.ml import train as training_module
from studio.ml.arrays import Split, TrainingData, load_training_data
from studio.ml.backend import tf
from studio.ml.export import save_keras
from studio.ml.train import Trained, train
from tests.compute.conftest import until
from tests.conftest import ROOT
from tests.ml.conftest import TRAINING, Arrays, Heard, Training

TINY = ModelConfig(layers=(Dense(units=8), BatchNormalization(), Dropout(rate=0.1)))


def data_of(digits: Arrays, count: int = 400, *, validation: bool = True) -> TrainingData:
    data = load_training_data(
        digits.samples[:count], digits.labels[:count], digits.codes[:count], digits.classes
    )
    return data if validation else TrainingData(data.train, None, data.classes)


def run(
    training: TrainingConfig,
    data: TrainingData,
    folder: Path,
    *,
    config: ModelConfig = TINY,
    heard: Heard | None = None,
    control: Callable[[], RunControl] = RunControl,
    weights: Path | None = None,
) -> Trained:
    return train(
        config,
        training,
        data,
        checkpoints=folder,
        emit=heard or Heard(),
        control=control,
        weights=weights,
    )


def after(step: int, heard: Heard, **wish: bool | int | float) -> Callable[[], RunControl]:
    """Ask for something (default: stop) after the point of a step, and from then on."""
    wanted = RunControl.model_validate(wish or {"stop": True})
    return lambda: wanted if heard.last_step >= step else RunControl()


@pytest.fixture
def step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let people be heard after every batch, and an epoch not be judged once they ask for the end."""
    monkeypatch.setattr(training_module, "CHUNK_SECONDS", 0.0)
    monkeypatch.setattr(training_module, "PATIENCE_SECONDS", 0.0)


def assert_equal_weights(found: Trained, expected: Trained) -> None:
    pairs = zip(found.model.get_weights(), expected.model.get_weights(), strict=True)
    for one, other in pairs:
        np.testing.assert_array_equal(one, other)


def measured(trained: Trained, split: Split) -> dict[str, float]:
    """Return what the kept model, in float32, comes to."""
    answers = trained.model.predict(np.asarray(split.samples), verbose=0)
    own = answers[np.arange(split.count), split.labels]
    right = answers.argmax(axis=1) == split.labels
    return {"loss": float(-np.log(own).mean()), "accuracy": float(right.mean())}


def test_training_learns_real_digits(training: Training) -> None:
    assert training.trained.facts["val_accuracy"] > 0.9
    assert training.trained.facts["accuracy"] > 0.9
    assert training.trained.epochs_done == TRAINING.epochs
    assert not training.trained.stopped
    assert not training.trained.diverged


def test_points_are_numbered_by_batches_over_all_epochs(training: Training) -> None:
    heard, steps = training.heard, training.trained.steps_done // TRAINING.epochs
    ends = [steps * epoch for epoch in range(1, TRAINING.epochs + 1)]
    for name in ("loss", "accuracy", "top_k"):
        curve = heard.curve(name)
        assert set(ends) <= set(curve)
        assert 1 in curve
        assert list(curve) == sorted(curve)
    for name in ("epoch_loss", "epoch_accuracy", "val_loss", "val_accuracy", "val_top_k"):
        assert list(heard.curve(name)) == ends
    for name in ("loss", "accuracy"):
        epoch, batches = heard.curve(f"epoch_{name}"), list(heard.curve(name).values())
        means = [float(np.mean(batches[end - steps : end])) for end in ends]
        assert list(epoch.values()) == pytest.approx(means, rel=0.02)
    for name in ("learning_rate", "memory"):
        assert list(heard.curve(name)) == list(heard.curve("loss"))
    assert heard.curve("val_loss")[ends[-1]] < heard.curve("val_loss")[ends[0]]


def test_progress_counts_up_to_the_end(training: Training) -> None:
    progresses = training.heard.progresses
    total = training.trained.steps_done
    assert [p.done for p in progresses] == sorted(p.done for p in progresses)
    assert {p.total for p in progresses} == {total}
    assert progresses[0].message == "epoch 1 of 6"
    assert progresses[-1].done == total
    assert progresses[-1].message == "epoch 6 of 6"
    assert progresses[-1].seconds_left == 0
    assert {p.unit for p in progresses} == {"steps"}


def test_the_log_says_what_it_runs_on_and_how_epochs_end(training: Training) -> None:
    lines = training.heard.lines
    assert " on the CPU (" in lines[0] or " on the GPU (" in lines[0]
    assert any(line.startswith("Epoch 6 of 6: loss ") for line in lines)
    assert lines[-1].startswith("Keeping the weights of epoch ")


def test_best_keeps_the_epoch_with_the_lowest_validation_loss(
    training: Training, digits: Arrays
) -> None:
    heard, trained = training.heard, training.trained
    losses = list(heard.curve("val_loss").values())
    assert trained.best_epoch == np.argmin(losses) + 1
    assert trained.facts["val_loss"] == min(losses)
    watched = data_of(digits, len(digits.labels)).validation
    assert watched is not None
    found = measured(trained, watched)
    assert found["accuracy"] == pytest.approx(trained.facts["val_accuracy"], abs=0.02)
    assert found["loss"] == pytest.approx(trained.facts["val_loss"], rel=0.02)


def test_last_keeps_the_last_epoch(digits: Arrays, tmp_path: Path) -> None:
    training = TrainingConfig(
        epochs=4,
        batch_size=64,
        learning_rate=0.3,
        optimizer="sgd",
        keep="last",
        precision="float32",
    )
    data, heard = data_of(digits), Heard()
    trained = run(training, data, tmp_path, heard=heard)
    assert trained.best_epoch == 4
    assert data.validation is not None
    found = measured(trained, data.validation)
    assert found["loss"] == pytest.approx(list(heard.curve("val_loss").values())[-1], rel=1e-4)


def test_an_epoch_may_be_shorter_than_the_data(digits: Arrays, tmp_path: Path) -> None:
    training = TrainingConfig(epochs=3, batch_size=16, steps_per_epoch=5)
    heard = Heard()
    trained = run(training, data_of(digits, validation=False), tmp_path, heard=heard)
    assert trained.steps_done == 15
    assert list(heard.curve("epoch_loss")) == [5, 10, 15]
    assert "val_loss" not in {name for name, _, _ in heard.points}


def test_an_epoch_may_be_longer_than_the_data(digits: Arrays, tmp_path: Path) -> None:
    data = data_of(digits, 100)
    training = TrainingConfig(epochs=2, batch_size=32, steps_per_epoch=9)
    assert data.train.steps(32) < 9
    assert run(training, data, tmp_path).steps_done == 18


def test_samples_on_disk_train_the_same_as_in_memory_ones(digits: Arrays, tmp_path: Path) -> None:
    data = load_training_data(
        digits.samples, digits.labels, digits.codes, digits.classes, memory_limit=0
    )
    assert not data.train.in_memory
    trained = run(TrainingConfig(epochs=8, batch_size=32, learning_rate=0.01), data, tmp_path)
    assert trained.facts["val_accuracy"] > 0.8


@pytest.mark.usefixtures("step_by_step")
@pytest.mark.parametrize("calls", [1, 4])
def test_stopping_in_the_first_epoch_keeps_what_there_is(
    digits: Arrays, tmp_path: Path, calls: int
) -> None:
    heard = Heard()
    trained = run(
        TrainingConfig(epochs=3, batch_size=32),
        data_of(digits),
        tmp_path,
        heard=heard,
        control=after(calls, heard),
    )
    assert trained.stopped
    assert (trained.steps_done, trained.epochs_done, trained.best_epoch) == (calls, 0, 1)
    assert heard.lines[-1].startswith(f"Stopped after step {calls} of ")
    assert trained.facts.keys() >= {"loss", "accuracy", "top_k", "seconds"}
    assert "val_loss" not in trained.facts
    assert heard.progresses[-1].done == calls


@pytest.mark.usefixtures("step_by_step")
def test_stopping_later_keeps_the_best_epoch(digits: Arrays, tmp_path: Path) -> None:
    data, heard = data_of(digits, validation=False), Heard()
    training = TrainingConfig(epochs=50, batch_size=64)
    steps = data.train.steps(64)
    trained = run(training, data, tmp_path, heard=heard, control=after(2 * steps + 2, heard))
    assert trained.stopped
    assert (trained.steps_done, trained.epochs_done) == (2 * steps + 2, 2)
    assert trained.best_epoch == 2
    assert trained.facts["loss"] == min(heard.curve("epoch_loss").values())


@pytest.mark.usefixtures("step_by_step")
def test_stopping_while_validating_ends_training(digits: Arrays, tmp_path: Path) -> None:
    data, heard = data_of(digits), Heard()
    steps = data.train.steps(64)
    trained = run(
        TrainingConfig(epochs=9, batch_size=64),
        data,
        tmp_path,
        heard=heard,
        control=after(steps, heard),
    )
    assert trained.stopped
    assert (trained.steps_done, trained.epochs_done, trained.best_epoch) == (steps, 1, 1)


@pytest.mark.usefixtures("step_by_step")
def test_last_keeps_the_running_epoch_when_stopped(digits: Arrays, tmp_path: Path) -> None:
    data, heard = data_of(digits, validation=False), Heard()
    steps = data.train.steps(64)
    trained = run(
        TrainingConfig(epochs=9, batch_size=64, keep="last"),
        data,
        tmp_path,
        heard=heard,
        control=after(steps + 2, heard),
    )
    assert (trained.epochs_done, trained.best_epoch) == (1, 2)
    assert not any(line.startswith("Keeping") for line in heard.lines)


def test_a_checkpoint_that_cannot_be_written_says_so(digits: Arrays, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StudioError, match="A checkpoint could not be written") as caught:
        run(TrainingConfig(epochs=1), data_of(digits), tmp_path / "file" / "folder")
    assert "Make room" in caught.value.fix


def test_an_empty_training_split_is_refused(digits: Arrays, tmp_path: Path) -> None:
    data = load_training_data(
        digits.samples, np.full_like(digits.labels, -1), digits.codes, digits.classes
    )
    with pytest.raises(InvalidInput, match="no labelled samples"):
        run(TrainingConfig(), data, tmp_path)


MIXED = ModelConfig(
    layers=(Conv2D(filters=4), Conv2D(filters=8), BatchNormalization(), Dropout(rate=0.1))
)
WILD = ModelConfig(layers=tuple(Dense(units=32, activation="linear") for _ in range(6)))


def test_a_loss_that_is_no_number_names_the_step_and_the_fix(
    digits: Arrays, tmp_path: Path
) -> None:
    training = TrainingConfig(epochs=3, batch_size=8, learning_rate=10, optimizer="sgd")
    with pytest.raises(StudioError) as caught:
        run(training, data_of(digits), tmp_path, config=WILD)
    assert "no number any more after step" in caught.value.what
    assert "lower learning rate" in caught.value.fix


def test_after_a_good_epoch_a_loss_that_is_no_number_keeps_it(
    digits: Arrays, tmp_path: Path
) -> None:
    training = TrainingConfig(
        epochs=60, batch_size=8, steps_per_epoch=1, learning_rate=10, optimizer="sgd", keep="last"
    )
    heard = Heard()
    trained = run(training, data_of(digits, validation=False), tmp_path, config=WILD, heard=heard)
    assert trained.diverged
    assert 1 <= trained.best_epoch < trained.steps_done
    assert all(np.isfinite(value) for _, _, value in heard.points)
    assert "A lower learning rate helps." in "".join(heard.lines)


@pytest.mark.parametrize(
    "error", [MemoryError(), tf.errors.ResourceExhaustedError(None, None, "OOM")]
)
def test_out_of_memory_says_what_to_do(digits: Arrays, tmp_path: Path, error: Exception) -> None:
    def exhausted() -> RunControl:
        raise error

    with pytest.raises(StudioError) as caught:
        run(TrainingConfig(), data_of(digits), tmp_path, control=exhausted)
    assert "batches of 256 samples" in caught.value.what
    assert "smaller batch size" in caught.value.fix


class Killed(Exception):
    """Stands for the end of the process, within it."""


@pytest.mark.usefixtures("step_by_step")
def test_a_killed_training_ends_with_the_same_weights_bit_for_bit(
    digits: Arrays, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resume, "LONG_EPOCH_SECONDS", 0.0)
    monkeypatch.setattr(resume, "SAVE_SHARE", 1e9)
    data = data_of(digits)
    training = TrainingConfig(
        epochs=3,
        batch_size=32,
        deterministic=True,
        optimizer="adamw",
        schedule="cosine",
        warm_up=0.1,
        rotate=10,
        mixup=0.2,
        points_every=3,
        metrics=("accuracy", "f1"),
    )
    steps = data.train.steps(32)

    def interrupted() -> RunControl:
        if (tmp_path / "a" / f"step-{steps + 3:012d}").exists():
            raise Killed
        return RunControl()

    heard, undisturbed = Heard(), Heard()
    with pytest.raises(Killed):
        run(training, data, tmp_path / "a", config=MIXED, control=interrupted)
    monkeypatch.setattr(training_module, "CHUNK_SECONDS", 0.5)
    resumed = run(training, data, tmp_path / "a", config=MIXED, heard=heard)
    whole = run(training, data, tmp_path / "b", config=MIXED, heard=undisturbed)
    assert f"Going on after step {steps + 3} of {3 * steps}." in heard.lines
    for name in ("loss", "epoch_loss", "epoch_f1", "val_loss", "learning_rate"):
        expected = {s: v for s, v in undisturbed.curve(name).items() if s > steps + 3}
        assert heard.curve(name) == expected
    assert (resumed.best_epoch, resumed.steps_done) == (whole.best_epoch, 3 * steps)
    assert_equal_weights(resumed, whole)


def test_a_finished_training_is_not_trained_again(digits: Arrays, tmp_path: Path) -> None:
    data, training = data_of(digits), TrainingConfig(epochs=2, batch_size=64)
    first = run(training, data, tmp_path)
    heard = Heard()
    again = run(training, data, tmp_path, heard=heard)
    assert not heard.points
    assert (again.epochs_done, again.best_epoch) == (2, first.best_epoch)
    for found, expected in zip(again.model.get_weights(), first.model.get_weights(), strict=True):
        np.testing.assert_array_equal(found, expected)


def test_checkpoints_of_another_training_are_not_used(digits: Arrays, tmp_path: Path) -> None:
    data = data_of(digits)
    run(TrainingConfig(epochs=1, batch_size=64), data, tmp_path)
    heard = Heard()
    trained = run(TrainingConfig(epochs=2, batch_size=64), data, tmp_path, heard=heard)
    assert not any(line.startswith("Going on") for line in heard.lines)
    assert trained.steps_done == 2 * data.train.steps(64)


CHILD = """
import json, sys, time
from pathlib import Path
from studio.core.control import RunControl
from studio.core.training import TrainingConfig
from studio.ml import resume
from studio.ml.train import train
from tests.ml.conftest import Heard, read_digits
from tests.ml.test_train import TINY, data_of

resume.SAVE_SECONDS = 0.0
resume.SAVE_SHARE = 1e9

folder, enough = Path(sys.argv[2]), int(sys.argv[3])

def unhurried():
    while any(int(path.name[5:]) >= enough for path in folder.glob("step-*")):
        time.sleep(0.01)  # until it is killed
    return RunControl()

training = TrainingConfig.model_validate_json(sys.argv[1])
train(TINY, training, data_of(read_digits()), checkpoints=folder, emit=Heard(), control=unhurried)
"""


@pytest.mark.drill
def test_a_killed_training_resumes_and_ends_as_if_undisturbed(
    digits: Arrays, tmp_path: Path
) -> None:
    training = TrainingConfig(epochs=8, batch_size=32, deterministic=True)
    data = data_of(digits)
    steps = data.train.steps(32)
    folder = tmp_path / "checkpoints"
    asked = json.dumps(training.model_dump(mode="json"))
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, asked, str(folder), str(3 * steps)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:

        def far() -> bool:
            return any(int(path.name[5:]) >= 3 * steps for path in folder.glob("step-*"))

        until(lambda: far() or child.poll() is not None)
        assert child.poll() is None, child.communicate()[1]
        child.send_signal(signal.SIGKILL)
    heard = Heard()
    resumed = run(training, data, folder, heard=heard)
    going_on = next(line for line in heard.lines if line.startswith("Going on after step "))
    assert int(going_on.split()[4]) >= 3 * steps
    assert min(step for _, step, _ in heard.points) > 3 * steps
    assert (resumed.epochs_done, resumed.steps_done) == (8, 8 * steps)
    whole = run(training, data, tmp_path / "undisturbed")
    assert resumed.facts["loss"] == whole.facts["loss"]
    assert resumed.best_epoch == whole.best_epoch
    assert_equal_weights(resumed, whole)


@pytest.mark.usefixtures("step_by_step")
def test_a_pause_saves_at_once_and_goes_on_as_if_there_had_been_none(
    digits: Arrays, tmp_path: Path
) -> None:
    data = data_of(digits)
    training = TrainingConfig(epochs=3, batch_size=64, deterministic=True)
    heard = Heard()
    wish = after(7, heard, pause=True)
    paused = run(training, data, tmp_path / "a", heard=heard, control=wish)
    assert (paused.paused, paused.stopped, paused.steps_done) == (True, False, 7)
    assert (tmp_path / "a" / "step-000000000007").exists()
    heard = Heard()
    resumed = run(training, data, tmp_path / "a", heard=heard)
    assert not resumed.paused
    assert min(heard.curve("loss")) == 8
    assert_equal_weights(resumed, run(training, data, tmp_path / "b"))


@pytest.mark.usefixtures("step_by_step")
def test_a_pause_at_an_epochs_end_judges_it_first(digits: Arrays, tmp_path: Path) -> None:
    data, heard = data_of(digits), Heard()
    steps = data.train.steps(64)
    run(
        TrainingConfig(epochs=3, batch_size=64),
        data,
        tmp_path,
        heard=heard,
        control=after(steps, heard, pause=True),
    )
    assert list(heard.curve("val_loss")) == [steps]


@pytest.mark.usefixtures("step_by_step")
def test_a_cancelled_training_says_so_and_saves_nothing(digits: Arrays, tmp_path: Path) -> None:
    heard = Heard()
    wish = after(1, heard, cancel=True)
    trained = run(TrainingConfig(), data_of(digits), tmp_path, heard=heard, control=wish)
    assert (trained.cancelled, trained.stopped, trained.steps_done) == (True, False, 1)
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("step_by_step")
def test_epochs_and_learning_rate_change_while_it_runs(digits: Arrays, tmp_path: Path) -> None:
    data, heard = data_of(digits), Heard()
    training = TrainingConfig(epochs=2, batch_size=64)
    steps = data.train.steps(64)
    wish = after(2, heard, epochs=3, learning_rate=0.0001)
    trained = run(training, data, tmp_path, heard=heard, control=wish)
    assert trained.epochs_done == 3
    rates = heard.curve("learning_rate")
    assert [rates[1], rates[2], rates[3], rates[3 * steps]] == pytest.approx(
        [0.001, 0.001, 0.0001, 0.0001]
    )
    longer = run(training, data, tmp_path, control=after(0, heard, epochs=5))
    assert longer.epochs_done == 5


def test_early_stopping_ends_training_and_plateaus_cut_the_rate(
    digits: Arrays, tmp_path: Path
) -> None:
    heard = Heard()
    training = TrainingConfig(
        epochs=9,
        batch_size=64,
        schedule="on_plateau",
        plateau_patience=1,
        early_stopping=3,
        early_stopping_delta=10.0,
    )
    trained = run(training, data_of(digits), tmp_path, heard=heard)
    assert (trained.early_stopped, trained.stopped, trained.epochs_done) == (True, False, 4)
    rates = list(dict.fromkeys(heard.curve("learning_rate").values()))
    assert rates == pytest.approx([0.001, 0.0005, 0.00025])
    again = run(training, data_of(digits), tmp_path)
    assert (again.epochs_done, again.early_stopped) == (4, True)


def test_what_is_seen_at_epochs_is_said(
    digits: Arrays, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "SECONDS_BETWEEN_LOOKS", 0.0)
    data, heard = data_of(digits), Heard()
    training = TrainingConfig(
        epochs=2,
        batch_size=64,
        histograms=True,
        class_weights="balanced",
        label_smoothing=0.1,
        metrics=("precision", "recall", "f1", "mean_average_precision"),
    )
    trained = run(training, data, tmp_path, heard=heard)
    for name in ("precision", "recall", "f1"):
        assert 0 < heard.curve(f"epoch_{name}")[trained.steps_done] <= 1
        assert 0 < trained.facts[f"val_{name}"] <= 1
    assert 0.1 < trained.facts["val_mean_average_precision"] <= 1
    assert not heard.curve("accuracy")
    found = {kind: body for kind, _, body in heard.observations}
    assert found.keys() == {"engine", "predictions", "histograms"}
    assert found["engine"]["precision"] in ("float32", "mixed_bfloat16")
    assert found["engine"]["reason"]
    assert data.validation is not None
    shown = found["predictions"]
    assert len(shown["samples"]) == len(shown["true"]) == len(shown["top"]) == 12
    assert set(shown["samples"]) <= set(data.validation.ids.tolist())
    assert all(abs(sum(share for _, share in top)) <= 1.001 for top in shown["top"])
    layers = found["histograms"]["layers"]
    assert sum(layers[0]["weights"]["counts"]) == 64 * 8 + 8
    assert sum(layers[0]["gradients"]["counts"]) == 64 * 8 + 8
    json.dumps(found)


def test_points_come_at_the_steps_that_are_asked_for(digits: Arrays, tmp_path: Path) -> None:
    heard, data = Heard(), data_of(digits, validation=False)
    trained = run(
        TrainingConfig(epochs=2, batch_size=32, points_every=4), data, tmp_path, heard=heard
    )
    assert list(heard.curve("loss")) == list(range(4, trained.steps_done + 1, 4))


def test_training_starts_from_the_weights_of_another(digits: Arrays, tmp_path: Path) -> None:
    data, training = data_of(digits), TrainingConfig(epochs=4, batch_size=32, learning_rate=0.01)
    first, heard = run(training, data, tmp_path / "a"), Heard()
    save_keras(first.model, tmp_path / "model.keras")
    run(
        TrainingConfig(epochs=1, batch_size=32, learning_rate=1e-6),
        data,
        tmp_path / "b",
        heard=heard,
        weights=tmp_path / "model.keras",
    )
    assert heard.curve("val_loss").popitem()[1] == pytest.approx(first.facts["val_loss"], abs=0.05)
    with pytest.raises(InvalidInput, match="other layers"):
        run(training, data, tmp_path / "c", config=MIXED, weights=tmp_path / "model.keras")
