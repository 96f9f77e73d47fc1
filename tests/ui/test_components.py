from __future__ import annotations

import json
import re

import pytest
from streamlit.testing.v1 import AppTest

from studio.core.errors import InvalidInput
from studio.ui.components import bundles, drawing_pad, sample_grid

GRID = {
    "mode": "browse",
    "dataset": "digits",
    "version": 1,
    "samples_digest": "ab" * 32,
    "class_names": ["apple", "banana"],
}
PROPS = {
    "drawing_pad": {"mode": "collect", "collection": "mine", "class_name": "cat"},
    "sample_grid": GRID,
    "live_chart": {"run": "run-1", "metrics": ["loss", "val_loss"]},
    "uploader": {"kind": "npy"},
}


def page(name: str, props: dict[str, object]) -> None:
    import streamlit as st

    from studio.ui import components

    value = getattr(components, name)(key="subject", **props)
    st.text(repr(value))


def mount(name: str, props: dict[str, object]) -> AppTest:
    app = AppTest.from_function(page, kwargs={"name": name, "props": props})
    return app.run()


@pytest.mark.parametrize("name", PROPS)
def test_component_mounts_with_its_props_and_no_value(name):
    app = mount(name, PROPS[name])
    assert not app.exception
    assert app.text[0].value == "None"
    (component,) = app.get("bidi_component")
    sent = json.loads(component.proto.json or component.proto.mixed.json)
    assert sent.items() >= PROPS[name].items()


def test_manifest_names_hashed_files_that_exist():
    files = bundles.manifest()
    assert set(files) == set(PROPS)
    for name, file in files.items():
        assert re.fullmatch(rf"{name}-[A-Z0-9]{{8}}\.js", file)
        assert (bundles.ASSETS / file).stat().st_size > 1_000


def test_what_streamlit_sends_again_on_every_rerun_is_small():
    app = mount("sample_grid", GRID)
    (component,) = app.get("bidi_component")
    assert bundles.manifest()["sample_grid"] in component.proto.js_content
    assert len(component.proto.js_content) < 600


def test_components_carry_no_address_of_another_host():
    for file in bundles.ASSETS.glob("*.js"):
        assert not re.findall(r"https?://[\w.-]+", file.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("mode", "companion"), [("collect", "endpoint"), ("predict", "collection")]
)
def test_drawing_pad_without_its_companion_says_what_is_missing(mode, companion):
    with pytest.raises(InvalidInput, match="lacks its companion"):
        drawing_pad(mode=mode, key="pad", **{companion: "something"})


def test_sample_grid_refuses_captions_that_do_not_fit_the_ids():
    with pytest.raises(InvalidInput, match="1 captions for 2 ids"):
        sample_grid(key="grid", **GRID, ids=[1, 2], captions=[("true: apple",)])


def test_labelling_needs_a_name():
    with pytest.raises(InvalidInput, match="no annotator"):
        sample_grid(key="grid", **{**GRID, "mode": "label"})
