"""Models by wire, cross-validation, comparison and registering, with tiny real models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.compute.base import Paused
from studio.compute.context import Data, TrainedModel
from studio.compute.events import EventWriter
from studio.compute.model_steps import chosen_model
from studio.compute.steps import STEPS
from studio.compute.values import keep
from studio.core.configs import DRAWING_CLASSIFIER, ModelConfig
from studio.core.control import RunControl
from studio.core.cross_validation import CrossValidation
from studio.core.dataset import DatasetManifest, SplitConfig
from studio.core.draft import Draft
from studio.core.errors import InvalidInput, NotFound
from studio.core.events import EndEvent, ModelEvent
from studio.core.layers import Dense, Dropout
from studio.core.metric_comparison import MetricComparison
from studio.core.pipeline import Pipeline
from studio.core.port_values import MetricsValue, UntrainedValue
from studio.core.presets_text import TEXT_PRESETS
from studio.workspace import Workspace
from studio.workspace.manifest import recount
from tests.compute.drawn import carry_out as drawn_out
from tests.compute.drawn import states, submit
from tests.compute.made_data import Bench, pictures

TINY = UntrainedValue(title="tiny", config=ModelConfig(layers=(Dense(units=4),)))
SETTINGS: dict[str, Any] = {
    "epochs": 4,
    "batch_size": 16,
    "learning_rate": 0.02,
    "precision": "float32",
    "metrics": ["accuracy"],
}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def halves(bench: Bench, count: int = 90) -> Data:
    """Return pictures that are bright above or below; the third class is rare."""
    rng = np.random.default_rng(0)
    labels = (np.arange(count) % 2).astype(np.int32)
    labels[:2] = 2
    samples = rng.integers(0, 90, (count, 4, 4, 1)).astype(np.uint8)
    samples[labels == 0, :2] += 150
    samples[labels == 1, 2:] += 150
    codes = rng.choice([0, 0, 2], count).astype(np.uint8)
    artifacts = bench.artifacts
    digest = artifacts.put_array(samples, "samples.npy").digest
    manifest = DatasetManifest(
        samples=digest,
        labels=artifacts.put_array(labels, "labels.npy").digest,
        split=artifacts.put_array(codes, "split.npy").digest,
        class_names=("above", "below", "rare"),
        shape=(4, 4, 1),
        count=count,
        class_counts=(),
        split_counts=(0, 0, 0),
        split_config=SplitConfig(),
        source={"kind": "test"},
    )
    return Data("halves:1", recount(manifest, labels, codes, None))


def test_untrained_models_are_what_their_settings_say(bench: Bench) -> None:
    def config(component: str, **params: Any) -> ModelConfig:
        value: UntrainedValue = bench.step(component, {}, **params)["model"]
        return value.config

    assert config("drawing_classifier") == DRAWING_CLASSIFIER
    small = config("drawing_classifier", filters=2, units=8, dropout=0.5)
    assert [getattr(layer, "filters", None) for layer in small.layers] == [2, 4, 8, None, None]
    assert small.layers[-1] == Dropout(rate=0.5)
    assert config("text_classifier", preset="text-device") == TEXT_PRESETS["text-device"]
    table = config("table_classifier", units=[5], dropout=0)
    assert (table.input, table.layers) == ("table", (Dense(units=5),))
    own = config("layers", name="mine", model=TINY.config.model_dump(mode="json"))
    assert own == TINY.config
    assert chosen_model({"model": TINY}, DRAWING_CLASSIFIER) == TINY.config
    assert chosen_model({}, DRAWING_CLASSIFIER) == DRAWING_CLASSIFIER
    for preset in TEXT_PRESETS:
        assert config("text_classifier", preset=preset).input == "text"


def test_a_model_by_wire_is_trained_searched_judged_compared_and_registered(bench: Bench) -> None:
    data = halves(bench)
    trained: TrainedModel = bench.step("train", {"model": TINY, "dataset": data}, **SETTINGS)[
        "model"
    ]
    assert trained.config == TINY.config
    assert trained.spec.dataset == "halves:1"
    judged = keep(
        bench.step("evaluate", {"model": trained, "dataset": data})["metrics"], bench.artifacts
    )
    assert isinstance(judged, MetricsValue)
    found: TrainedModel = bench.step(
        "search",
        {"model": TINY, "dataset": data},
        training={**SETTINGS, "epochs": 1},
        space=[{"field": "learning_rate", "values": [0.01, 0.03]}],
        sampler="grid",
        pruner="none",
    )["model"]
    assert found.config == TINY.config
    other = keep(
        bench.step("evaluate", {"model": found, "dataset": data})["metrics"], bench.artifacts
    )
    compared: MetricsValue = bench.step("compare", {"first": judged, "second": other})["metrics"]
    report = MetricComparison.model_validate_json(bench.artifacts.read(compared.file))
    assert report.headlines["first"] == judged.headline
    assert report.differences[0].count == judged.headline["test_count"]
    assert not report.apart
    assert compared.headline["first accuracy"] == judged.headline["accuracy"]
    kept = bench.step(
        "register", {"model": trained, "metrics": judged}, name="halves", alias="champion"
    )
    assert kept["model"] is trained
    (event,) = [event for event in bench.said() if isinstance(event, ModelEvent)]
    assert (event.model, event.alias) == ("halves", "champion")
    assert (event.body["dataset"], event.body["class_names"]) == (
        "halves:1",
        ["above", "below", "rare"],
    )
    assert event.body["facts"]["accuracy"] == judged.headline["accuracy"]
    assert event.body["facts"]["config"] == TINY.config.model_dump(mode="json")
    assert set(event.body["files"]) == {"keras", "tflite"}
    assert event.body["files"]["keras"]["size"] == trained.sizes["keras"]
    bench.emit.close()
    bench.emit = EventWriter(
        bench.folder.events
    )  # the process was killed, and another does it again
    bench.step("register", {"model": trained, "metrics": judged}, name="halves", alias="champion")
    assert len([event for event in bench.said() if isinstance(event, ModelEvent)]) == 1
    with pytest.raises(InvalidInput, match="cannot name a model"):
        bench.step("register", {"model": trained}, name="a b")
    with pytest.raises(NotFound, match=r"layers\.3\.units"):
        bench.step(
            "search",
            {"model": TINY, "dataset": data},
            space=[{"field": "layers.3.units", "values": [2, 3]}],
        )


def test_every_sample_is_judged_by_a_model_that_has_not_seen_it(bench: Bench) -> None:
    data = halves(bench)
    pipeline = Pipeline().add("node", "cross_validate", folds=3, **SETTINGS)
    done = bench.folder.checkpoints / "0" / "fold-1.done"
    context = bench.context(pipeline)
    context.control = lambda: RunControl(pause=done.exists())
    inputs = {"model": TINY, "dataset": data}
    with pytest.raises(Paused):
        STEPS["cross_validate"](context, pipeline.node("node"), inputs)
    first = (bench.folder.checkpoints / "0" / "answers.npy").stat().st_ino
    value: MetricsValue = STEPS["cross_validate"](
        bench.context(pipeline), pipeline.node("node"), inputs
    )["metrics"]
    assert (bench.folder.checkpoints / "0" / "answers.npy").stat().st_ino == first
    found = CrossValidation.model_validate_json(bench.artifacts.read(value.file))
    assert (found.left_out, sum(fold.count for fold in found.folds)) == (2, 88)
    assert found.mean["accuracy"] == pytest.approx(np.mean([fold.accuracy for fold in found.folds]))
    assert found.mean["accuracy"] > 0.8
    assert value.headline["accuracy_deviation"] == pytest.approx(
        np.std([fold.accuracy for fold in found.folds], ddof=1)
    )
    ids = bench.open(found.answers["ids"])
    assert len(np.unique(ids)) == 88
    answers = bench.open(found.answers["probabilities"])
    right = answers.argmax(axis=1) == bench.open(found.answers["labels"])
    assert right.mean() == pytest.approx(sum(f.count * f.accuracy for f in found.folds) / 88)
    twice: MetricsValue = bench.step("compare", {"first": value, "second": value})["metrics"]
    report = MetricComparison.model_validate_json(bench.artifacts.read(twice.file))
    assert (report.differences[0].count, report.differences[0].difference) == (88, 0)
    assert twice.headline["winner"] == "none by more than chance"


def test_copies_and_rare_classes_are_no_ground_for_cross_validation(bench: Bench) -> None:
    data = bench.made("augment", halves(bench))
    with pytest.raises(InvalidInput, match="Augment pictures"):
        bench.step("cross_validate", {"dataset": data})
    with pytest.raises(InvalidInput, match="cannot be divided anew"):
        bench.step("split", {"dataset": data}, stored=False)
    with pytest.raises(InvalidInput, match="Fewer than two classes"):
        bench.step("cross_validate", {"dataset": pictures(bench, 1, 4)}, folds=5)


def test_other_reports_are_not_compared_and_other_samples_have_no_difference(bench: Bench) -> None:
    file = bench.artifacts.put(b"{}", "x").digest
    report = MetricsValue(kind="quality", headline={"copies": 1}, file=file)
    with pytest.raises(InvalidInput, match="nothing to compare"):
        bench.step("compare", {"first": report, "second": report})


def test_a_drawn_pipeline_prepares_trains_registers_and_saves(digits: Workspace) -> None:
    pipeline = (
        Pipeline()
        .add("data", "dataset", name="digits")
        .add("few", "sample", share=0.2)
        .add("two", "filter_classes", classes=["1", "7"])
        .add("small", "resize", height=4, width=4)
        .add("kept", "save_dataset", name="small-digits")
        .add("own", "layers", name="", model=TINY.config.model_dump(mode="json"))
        .add("train", "train", **SETTINGS)
        .add("judge", "evaluate")
        .add("keep", "register", name="digits", alias="champion")
        .connect("data", "dataset", "few", "dataset")
        .connect("few", "dataset", "two", "dataset")
        .connect("two", "dataset", "small", "dataset")
        .connect("small", "dataset", "kept", "dataset")
        .connect("small", "dataset", "train", "dataset")
        .connect("own", "model", "train", "model")
        .connect("train", "model", "judge", "model")
        .connect("small", "dataset", "judge", "dataset")
        .connect("train", "model", "keep", "model")
        .connect("judge", "metrics", "keep", "metrics")
    )
    submit(digits, Draft(pipeline=pipeline), "one")
    end = drawn_out(digits, "one")[-1]
    assert isinstance(end, EndEvent)
    assert (end.status, end.failure) == ("completed", None)
    saved = digits.dataset("small-digits")
    assert (saved.shape, saved.class_names, saved.author) == ((4, 4, 1), ("1", "7"), "unnamed")
    assert saved.count == sum(saved.class_counts) == sum(saved.split_counts)
    version = digits.model("digits", alias="champion")
    assert (version.dataset, version.class_names, version.shape) == (
        "digits:1",
        ("1", "7"),
        (4, 4, 1),
    )
    assert version.config == TINY.config
    assert version.facts["prepared"] == ["sampled", "filtered", "4x4"]
    assert version.run == "one"
    assert version.facts["accuracy"] == digits.run("one").result["accuracy"]
    assert digits.predictions("one").base == saved.base
    submit(digits, Draft(pipeline=pipeline), "two")
    drawn_out(digits, "two")
    found = states(digits, "two")
    assert {node for node, state in found.items() if state == "completed"} == {"kept", "keep"}
    assert digits.dataset_versions("small-digits") == [saved], "what is there already is kept once"
    assert digits.model("digits", alias="champion") == version
    assert len(digits.alias_moves("digits")) == 1
    made = digits.run("two").result
    assert (made["datasets_made"], made["models_made"]) == (
        {"kept": "small-digits:1"},
        {"keep": "digits:1"},
    )


def test_a_search_in_a_pipeline_varies_the_layers_that_come_by_wire(digits: Workspace) -> None:
    config = ModelConfig(layers=(Dense(units=8), Dense(units=4)))
    digits.save_model_config("mine", config, author="ann")
    pipeline = (
        Pipeline()
        .add("data", "dataset", name="digits")
        .add("few", "sample", share=0.1)
        .add("own", "layers", name="mine")
        .add(
            "tune",
            "search",
            training={**SETTINGS, "epochs": 1},
            space=[{"field": "layers.1.units", "values": [2, 3]}],
            sampler="grid",
            pruner="none",
        )
        .connect("data", "dataset", "few", "dataset")
        .connect("few", "dataset", "tune", "dataset")
        .connect("own", "model", "tune", "model")
    )
    assert digits.wired_model(pipeline, "tune") == config
    assert digits.wired_model(pipeline, "few") is None
    wrong = pipeline.set_params("tune", space=[{"field": "layers.2.units", "values": [2, 3]}])
    with pytest.raises(NotFound, match=r"layers\.2\.units"):
        digits.submit_pipeline(Draft(pipeline=wrong), name="wrong")
    submit(digits, Draft(pipeline=pipeline), "tuned")
    assert digits.estimated_memory(digits.run("tuned")) > 0
    end = drawn_out(digits, "tuned")[-1]
    assert isinstance(end, EndEvent)
    assert (end.status, end.failure) == ("completed", None)
    found: Any = digits.run("tuned").result["search"]
    assert [layer["units"] for layer in found["model"]["layers"]] == [
        8,
        found["params"]["layers.1.units"],
    ]
