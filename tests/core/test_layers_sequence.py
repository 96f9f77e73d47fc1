from __future__ import annotations

import pytest

from studio.core.configs import ModelConfig
from studio.core.dataset import DatasetManifest, SplitConfig
from studio.core.errors import InvalidInput
from studio.core.fit import check_fits, fits
from studio.core.layers import Conv2D, Dense, Layer
from studio.core.layers_sequence import (
    Conv1D,
    Embedding,
    GlobalMaxPooling1D,
    MaxPooling1D,
    Projection,
)
from studio.core.presets import PRESETS
from studio.core.presets_text import TEXT_PRESETS
from studio.core.text import TextSettings

NO_SHAPE = (0, 0, 0)
PROJECTED = TextSettings(unit="projection", length=8, hash_words=2)


def model(*layers: Layer, text: TextSettings = TextSettings(length=8)) -> ModelConfig:  # noqa: B008
    return ModelConfig(input="text", text=text, layers=layers)


def version(task: str) -> DatasetManifest:
    return DatasetManifest.model_validate(
        {
            "task": task,
            "samples": "a",
            "labels": "b",
            "split": "c",
            "class_names": ("no", "yes"),
            "shape": NO_SHAPE if task == "text" else (8, 8, 1),
            "count": 2,
            "class_counts": (1, 1),
            "split_counts": (1, 0, 1),
            "split_config": SplitConfig(),
            "source": {},
        }
    )


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (model(), "begins with the layer Embedding"),
        (model(Dense()), "begins with the layer Embedding"),
        (model(Projection()), "begins with the layer Embedding"),
        (model(Embedding(), text=PROJECTED), "begins with the layer Projection"),
        (model(Embedding(buckets=100)), "Layer 1: Embedding tells apart 100 tokens"),
        (model(Embedding(), Embedding()), "Layer 2: Embedding cannot stand here"),
        (ModelConfig(layers=(Dense(), Embedding())), "Layer 2: Embedding cannot stand here"),
        (ModelConfig(layers=(Projection(),)), "Layer 1: Projection"),
        (model(Embedding(), Conv2D()), "Layer 2: Conv2D cannot follow"),
        (ModelConfig(layers=(Conv1D(),)), "Layer 1: Conv1D cannot follow"),
        (
            model(Embedding(), Conv1D(kernel_size=9, padding="valid")),
            "does not fit a sequence of 8",
        ),
        (model(Embedding(), MaxPooling1D(pool_size=9)), "pooling window of 9 does not fit"),
        (model(Embedding(), GlobalMaxPooling1D(), Conv1D()), "Layer 3: Conv1D cannot follow"),
    ],
    ids=range(13),
)
def test_stacks_that_cannot_read_what_comes_in_are_refused(config: ModelConfig, said: str) -> None:
    with pytest.raises(InvalidInput, match=said.replace("(", r"\(")):
        config.rows((8, 8, 1) if config.input == "images" else NO_SHAPE, 2)


def test_presets_of_texts_follow_from_the_smallest_idea_to_the_one_for_devices() -> None:
    parameters = {name: config.parameters(NO_SHAPE, 2) for name, config in TEXT_PRESETS.items()}
    assert list(parameters) == [
        "text-average",
        "text-convolution",
        "text-characters",
        "text-device",
    ]
    assert parameters["text-average"] == 20_000 * 64 + 64 * 2 + 2
    assert parameters["text-device"] < 100_000
    assert PRESETS.items() >= TEXT_PRESETS.items()


def test_a_model_is_for_one_kind_of_samples() -> None:
    texts, pictures = version("text"), version("images")
    reader, looker = PRESETS["text-average"], PRESETS["drawing-classifier"]
    strokes = ModelConfig(input="strokes", layers=(Conv1D(), GlobalMaxPooling1D()))
    assert [fits(c, v) for c in (reader, looker) for v in (texts, pictures)] == [
        True, False, False, True,
    ]  # fmt: skip
    with pytest.raises(InvalidInput, match="holds texts, and this model reads pictures") as caught:
        check_fits(looker, texts)
    assert "text-average" in caught.value.fix
    with pytest.raises(InvalidInput, match="holds pictures, and this model reads texts") as caught:
        check_fits(reader, pictures)
    assert "drawing-classifier" in caught.value.fix
    with pytest.raises(InvalidInput, match="reads strokes") as caught:
        check_fits(strokes, pictures)
    assert "with their strokes" in caught.value.fix
