from __future__ import annotations

import json

from playwright.sync_api import expect

from tests.compute.conftest import until

PROPS = {
    "endpoint": "kinds",
    "columns": [
        {"name": "bill_mm", "kind": "number", "categories": []},
        {"name": "island", "kind": "category", "categories": ["north", "<b>south</b>"]},
        {"name": "ringed", "kind": "boolean", "categories": []},
        {"name": "seen", "kind": "time", "categories": []},
    ],
    "examples": [
        {
            "row": {"bill_mm": 39.5, "island": "east", "ringed": True, "seen": None},
            "label": "narrow",
        }
    ],
}


def test_the_model_answers_while_one_fills_in_a_row(show, state):
    page = show("row_pad", PROPS)
    expect(page.get_by_text("The model answers while you type.")).to_be_visible()
    page.get_by_label("bill_mm").press_sequentially("39.5")
    page.get_by_label("island").select_option("<b>south</b>")
    rows = page.locator(".bars li")
    expect(rows).to_have_count(5)
    row = {"bill_mm": 39.5, "island": "<b>south</b>", "ringed": None, "seen": None}
    until(lambda: json.loads(state()["predictions"][-1]) == row)
    page.get_by_role("button", name="Try an example").click()
    expect(page.get_by_label("bill_mm")).to_have_value("39.5")
    expect(page.get_by_text("In the dataset it is called: narrow")).to_be_visible()
    row = {"bill_mm": 39.5, "island": "east", "ringed": True, "seen": None}
    until(lambda: json.loads(state()["predictions"][-1]) == row)
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("The model answers while you type.")).to_be_visible()
    expect(page.get_by_label("ringed")).to_have_value("")
