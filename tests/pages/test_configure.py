"""Configure: what a model looks at, presets and layers that fit."""

from __future__ import annotations

from typing import Any

from streamlit.testing.v1 import AppTest

from studio.core.presets import PRESETS
from studio.ui.layers import KINDS
from studio.workspace import Workspace
from tests.pages.conftest import OpenPage


def select(app: AppTest, label: str) -> Any:
    return next(box for box in app.selectbox if box.label == label)


def look_at(app: AppTest, kind: str) -> AppTest:
    return app.button_group[0].set_value(kind).run()


def titles(app: AppTest) -> list[str]:
    return [str(m.value).strip("*").split(" · ")[1] for m in app.markdown if " · " in str(m.value)]


def test_each_kind_of_sample_has_its_presets_its_layers_and_its_own_draft(
    open_page: OpenPage, digits: Workspace
) -> None:
    app = open_page("configure")
    assert "drawing-strokes" not in select(app, "Start from").options
    select(app, "Start from").set_value("drawing-residual").run()
    assert titles(app).count("Batch normalization") == 3
    assert titles(app)[-3:] == ["Residual block", "Dense", "Dropout"]
    for kind, first in (
        ("strokes", "Convolution of a sequence (Conv1D)"),
        ("text", "Embedding"),
        ("table", "Dense"),
    ):
        app = look_at(app, kind)
        assert not app.error
        assert titles(app)[0] == first
        names = [name for name, config in PRESETS.items() if config.input == kind]
        assert len(select(app, "Start from").options) == len(names)
        offered = select(app, "Layer to add").options
        assert not any(option.startswith("Pictures") for option in offered)
    app = look_at(app, "images")
    assert titles(app)[-3:] == ["Residual block", "Dense", "Dropout"]
    assert set(KINDS) == {"images", "strokes", "text", "table"}


def test_a_pretrained_network_says_which_file_it_needs(
    open_page: OpenPage, digits: Workspace
) -> None:
    app = open_page("configure")
    select(app, "Start from").set_value("transfer-mobilenet-v2").run()
    assert not app.error
    assert any("no_top.h5" in str(caption.value).replace("\\", "") for caption in app.caption)


def test_the_settings_of_texts_are_those_of_their_tokens(
    open_page: OpenPage, digits: Workspace
) -> None:
    app = look_at(open_page("configure"), "text")
    select(app, "Start from").set_value("text-device").run()
    assert select(app, "Token").value == "projection"
    labels = [number.label for number in app.number_input]
    assert any(label.startswith("Fingerprint size") for label in labels)
    assert not any(label.startswith("Buckets") for label in labels)
    select(app, "Token").set_value("words").run()
    assert len(app.error) == 1  # the stack reads fingerprints, and says so
