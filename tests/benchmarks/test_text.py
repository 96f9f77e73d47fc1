"""Four models of texts on the movie reviews: how good, how large, and what it costs to read strings in a graph.

The epochs and the other settings were chosen on splits of the seeds 0 to 2; these are others. A model learns from the
whole 70 %, and the last epoch counts. Knob: STUDIO_BENCH_SEEDS (3), each another split and another start.
"""

from __future__ import annotations

import csv
import importlib.util
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import mean, median, stdev

import numpy as np
import pytest

from studio.core.dataset import TEST, SplitConfig, split_codes
from studio.core.presets_text import TEXT_PRESETS
from studio.core.tokens import encode
from studio.core.training import TrainingConfig
from studio.ml.arrays import load_split, load_training_data
from studio.ml.backend import tf
from studio.ml.build import build
from studio.ml.export import to_tflite
from studio.ml.predict import Predictor
from studio.ml.text_server import TextServer
from studio.ml.train import train
from tests.benchmarks.silent import Silent

SEEDS = int(os.environ.get("STUDIO_BENCH_SEEDS", "3"))
FIRST_SEED = 10
EPOCHS = {"text-average": 6, "text-convolution": 4, "text-characters": 12, "text-device": 20}
NO_SHAPE = (0, 0, 0)
DEVICE_BYTES = 200_000
ASKED = 4096


def reviews(shared_data: Path) -> tuple[list[str], np.ndarray]:
    file = shared_data / "text" / "movie_reviews.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    labels = np.array([row["label"] == "positive" for row in rows], np.int32)
    return [row["text"] for row in rows], labels


def training(epochs: int, seed: int) -> TrainingConfig:
    return TrainingConfig(
        epochs=epochs,
        batch_size=64,
        optimizer="adamw",
        learning_rate=0.003,
        schedule="one_cycle",
        weight_decay=0.01,
        label_smoothing=0.1,
        keep="last",
        seed=seed,
    )


def test_four_models_of_movie_reviews(shared_data: Path, tmp_path: Path) -> None:
    texts, labels = reviews(shared_data)
    accuracy: dict[str, float] = {}
    print(
        f"\n{len(texts):,} movie reviews, 70/30, {SEEDS} seeds"
        f"\n{'model':<18}{'parameters':>12}{'float32 kB':>12}{'int8 kB':>9}{'accuracy':>16}{'int8':>8}{'ms':>7}"
    )
    for name, config in TEXT_PRESETS.items():
        samples = encode(texts, config.text)
        found, small_found, facts = [], [], (0, 0, 0, 0.0)
        for seed in range(FIRST_SEED, FIRST_SEED + SEEDS):
            split = SplitConfig(test_share=0.3, seed=seed, stratified=True)
            codes = split_codes(len(texts), split, labels)
            data = load_training_data(samples, labels, codes, 2)
            folder = tmp_path / f"{name}-{seed}"
            model = train(
                config, training(EPOCHS[name], seed), data, checkpoints=folder, emit=Silent()
            ).model
            test = load_split(samples, labels, codes, TEST)
            files = [to_tflite(model), to_tflite(model, int8=True)]
            answers = []
            for file in files:
                predictor, began = Predictor(file), time.perf_counter()
                answers.append(predictor.predict(test.samples).argmax(axis=1))
                seconds = time.perf_counter() - began
            found.append(float(np.mean(answers[0] == test.labels)))
            small_found.append(float(np.mean(answers[1] == test.labels)))
            facts = (model.count_params(), *map(len, files), 1000 * seconds / test.count)
        spread = f" ± {stdev(found):.4f}" if SEEDS > 1 else ""
        print(
            f"{name:<18}{facts[0]:>12,}{facts[1] / 1000:>12,.0f}{facts[2] / 1000:>9,.0f}"
            f"{f'{mean(found):.4f}{spread}':>16}{mean(small_found):>8.4f}{facts[3]:>7.3f}"
        )
        accuracy[name] = mean(small_found if name == "text-device" else found)
        if name == "text-device":
            assert facts[2] <= DEVICE_BYTES
    assert max(accuracy.values()) >= 0.75
    assert accuracy["text-device"] >= 0.72


def milliseconds(call: Callable[[], object], rounds: int) -> float:
    call()
    seconds = []
    for _ in range(rounds):
        began = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - began)
    return 1000 * median(seconds)


def test_strings_in_the_graph_against_tokenising_outside(shared_data: Path) -> None:
    texts = reviews(shared_data)[0][:ASKED]
    config = TEXT_PRESETS["text-average"]
    model = build(config, NO_SHAPE, 2)
    answer = tf.function(lambda numbers: model(numbers, training=False))
    cuts = {"TensorFlow": False}
    if importlib.util.find_spec("tensorflow_text"):
        cuts["TensorFlow Text"] = True
    else:
        print("\nNOT RUN with TensorFlow Text: it is not installed")
    print(f"\n{'strings to answers, ms':<34}{'1 text':>9}{f'{ASKED:,} texts':>13}")
    outside = []
    for some, rounds in ((texts[:1], 200), (texts, 7)):
        ways = {
            "outside, the studio's NumPy": lambda s=some: answer(encode(s, config.text)),
            "outside, a text at a time": lambda s=some: answer(
                np.concatenate([encode([text], config.text) for text in s])
            ),
        }
        for place, (way, call) in enumerate(ways.items()):
            outside.append((way, place, milliseconds(call, rounds if place == 0 else 3)))
    for place in range(2):
        way = next(w for w, p, _ in outside if p == place)
        one, many = (took for _, p, took in outside if p == place)
        print(f"{way:<34}{one:>9.2f}{many:>13.1f}")
    for cut, inside in cuts.items():
        server = TextServer(model, config.text, ("negative", "positive"), inside)
        one, many = (
            milliseconds(partial(server.serve, tf.constant(some)), rounds)
            for some, rounds in ((texts[:1], 200), (texts, 7))
        )
        print(f"{f'in the graph, {cut}':<34}{one:>9.2f}{many:>13.1f}")
        np.testing.assert_array_equal(
            server.encode(tf.constant(texts[:200])), encode(texts[:200], config.text)
        )


if __name__ == "__main__":
    pytest.main([__file__, "-s"])
