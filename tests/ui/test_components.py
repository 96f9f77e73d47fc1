from __future__ import annotations

import json
import re

import pytest
from streamlit.testing.v1 import AppTest

from studio.core.errors import InvalidInput
from studio.ui.components import (
    FigureClick,
    bundles,
    camera,
    drawing_pad,
    sample_grid,
    sample_selector,
)

GRID = {
    "mode": "browse",
    "dataset": "digits",
    "version": 1,
    "samples_digest": "ab" * 32,
    "class_names": ["apple", "banana"],
}
PROPS = {
    "browser_replay": {"model": "fish", "version": 3},
    "camera": {"class_name": "cat", "size": 64, "upload": "0123"},
    "drawing_pad": {"mode": "collect", "collection": "mine", "class_name": "cat"},
    "sample_grid": GRID,
    "flag_queue": {
        "run": "search",
        "annotator": "ann",
        "likely": 3,
        "samples_digest": None,
        "class_names": [],
    },
    "labeller": {"session": "first", "annotator": "ann", "mode": "one"},
    "live_chart": {"run": "run-1", "metrics": ["loss", "val_loss"]},
    "row_pad": {
        "endpoint": "kinds",
        "columns": [{"name": "age", "kind": "number", "categories": []}],
        "examples": [{"row": {"age": 3}, "label": ""}],
    },
    "text_pad": {"endpoint": "mood", "examples": [{"text": "a film", "label": "good"}]},
    "uploader": {"kind": "npy"},
}
SOME_FIGURE = {"data": [{"type": "bar", "x": ["apple"], "y": [3]}], "layout": {"height": 240}}


def page(name: str, props: dict[str, object]) -> None:
    import streamlit as st

    from studio.ui import components

    value = getattr(components, name)(key="subject", **props)
    st.text(repr(value))


def mount(name: str, props: dict[str, object]) -> AppTest:
    app = AppTest.from_function(page, kwargs={"name": name, "props": props}, default_timeout=120)
    return app.run()


def test_chart_of_a_group_is_told_the_group_and_no_run():
    app = mount("group_chart", {"group": "seeds", "metrics": ["loss"]})
    assert not app.exception
    (component,) = app.get("bidi_component")
    sent = json.loads(component.proto.json or component.proto.mixed.json)
    assert (sent["group"], "run" in sent) == ("seeds", False)


SELECTOR = {name: value for name, value in GRID.items() if name != "mode"}


@pytest.mark.parametrize("name", PROPS)
def test_component_mounts_with_its_props_and_no_value(name):
    app = mount(name, PROPS[name])
    assert not app.exception
    assert app.text[0].value == "None"
    (component,) = app.get("bidi_component")
    sent = json.loads(component.proto.json or component.proto.mixed.json)
    assert sent.items() >= PROPS[name].items()


def test_figure_is_told_its_data_and_brings_a_click_back_once():
    props = {"fig": SOME_FIGURE, "alt": "Drawings", "table": [{"Class": "apple", "Drawings": 3}]}
    app = mount("figure", props)
    assert not app.exception
    assert app.text[0].value == "None"
    (component,) = app.get("bidi_component")
    sent = json.loads(component.proto.json or component.proto.mixed.json)
    figure = json.loads(sent["figure"])
    assert (figure["data"][0]["type"], "template" in figure["layout"]) == ("bar", False)
    assert (sent["height"], sent["table"]["rows"]) == (240, [["apple", 3]])
    app.session_state["subject"] = {"clicked": {"curve": 0, "point": 0, "x": "apple", "y": 3}}
    app.run()
    assert app.text[0].value == repr(FigureClick(curve=0, point=0, x="apple", y=3))


def test_manifest_names_hashed_files_that_exist():
    files = bundles.manifest()
    assert set(files) == {*PROPS, "figure", "pipeline_canvas"}
    for name, file in files.items():
        assert re.fullmatch(rf"{name}-[A-Z0-9]{{8}}\.js", file)
        assert (bundles.ASSETS / file).stat().st_size > 1_000


def test_what_streamlit_sends_again_on_every_rerun_is_small():
    app = mount("sample_grid", GRID)
    (component,) = app.get("bidi_component")
    assert bundles.manifest()["sample_grid"] in component.proto.js_content
    assert len(component.proto.js_content) < 600


def test_components_carry_no_address_of_another_host():
    # Names that elements are made with, and words of React's and React Flow's errors: nothing is fetched from them.
    namespace = "http://www.w3.org"
    words = {"https://react.dev", "https://reactflow.dev"}
    for file in bundles.ASSETS.glob("*.js"):
        found = set(re.findall(r"https?://[\w.-]+", file.read_text(encoding="utf-8")))
        allowed = words if file.name.startswith("pipeline_canvas") else set()
        assert found <= {namespace, *allowed}, file.name


@pytest.mark.parametrize(
    ("mode", "companion"), [("collect", "endpoint"), ("predict", "collection")]
)
def test_drawing_pad_without_its_companion_says_what_is_missing(mode, companion):
    with pytest.raises(InvalidInput, match="lacks its companion"):
        drawing_pad(mode=mode, key="pad", **{companion: "something"})


def test_sample_grid_refuses_captions_that_do_not_fit_the_ids():
    with pytest.raises(InvalidInput, match="1 captions for 2 ids"):
        sample_grid(key="grid", **GRID, ids=[1, 2], captions=[("true: apple",)])


def test_selector_begins_with_nothing_selected():
    app = mount("sample_selector", {**SELECTOR, "search": "fox", "annotator_filter": "ann"})
    assert not app.exception
    assert app.text[0].value == "[]"
    (component,) = app.get("bidi_component")
    sent = json.loads(component.proto.json or component.proto.mixed.json)
    assert (sent["mode"], sent["search"], sent["annotator_filter"]) == ("select", "fox", "ann")


def test_selection_made_in_another_version_is_no_selection():
    app = AppTest.from_function(
        page, kwargs={"name": "sample_selector", "props": {**SELECTOR, "version": 2}}
    )
    app.session_state["subject"] = {"selected": {"of": "digits:1", "ids": [3, 5]}}
    app.run()
    assert app.text[0].value == "[]"
    app.session_state["subject"] = {"selected": {"of": "digits:2", "ids": [3, 5]}}
    app.run()
    assert app.text[0].value == "[3, 5]"


def test_selector_refuses_captions_without_ids():
    with pytest.raises(InvalidInput, match="2 captions for 0 ids"):
        sample_selector(key="grid", **SELECTOR, captions=[("a",), ("b",)])


@pytest.mark.parametrize("size", [0, 15, 1025])
def test_camera_refuses_pictures_of_no_use(size):
    with pytest.raises(InvalidInput, match=f"size={size}"):
        camera(key="camera", class_name="cat", size=size)


def test_labelling_needs_a_name():
    with pytest.raises(InvalidInput, match="no annotator"):
        sample_grid(key="grid", **{**GRID, "mode": "label"})
