from __future__ import annotations

from playwright.sync_api import expect

from tests.compute.conftest import until

TEXT = "A warm, <b>funny</b> film."
PROPS = {"endpoint": "mood", "examples": [{"text": TEXT, "label": ""}]}


def test_the_model_answers_while_one_types(show, state):
    page = show("text_pad", PROPS)
    expect(page.get_by_text("The model answers while you type.")).to_be_visible()
    field = page.get_by_role("textbox", name="Text")
    field.press_sequentially("not bad")
    rows = page.locator(".bars li")
    expect(rows).to_have_count(5)
    expect(rows.first).to_contain_text("fish")
    expect(page.get_by_text("answered in 1.2 ms")).to_be_visible()
    until(lambda: state()["predictions"][-1] == "not bad")
    page.get_by_role("button", name="Try an example").click()
    expect(field).to_have_value(TEXT)
    expect(field).to_be_focused()
    until(lambda: state()["predictions"][-1] == TEXT)
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("The model answers while you type.")).to_be_visible()
    expect(page.get_by_role("button", name="Clear")).to_be_disabled()
    field.fill("   ")
    expect(rows.first).to_be_hidden()
    expect(page.get_by_text("Runs of the page: 1")).to_be_visible()


def test_a_refusal_says_what_why_and_how_to_go_on(show, tell):
    page = show("text_pad", PROPS, expected=("409",))
    tell("fault", route="predict", status=409, times=1)
    page.get_by_role("textbox", name="Text").fill("a text")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The harness was told to fail.")
    alert.get_by_role("button", name="Try again").click()
    expect(page.locator(".bars li")).to_have_count(5)
    expect(alert).to_have_count(0)
