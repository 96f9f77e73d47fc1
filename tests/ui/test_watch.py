from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from studio.core.drift import Reference, compare
from studio.core.traffic import LATENCY_EDGES, LoggedRequest, TrafficSums
from studio.sources.pictures import encode
from studio.ui import session, watch_charts
from studio.ui.watch_charts import MOST_CLASSES, OTHERS
from studio.workspace import Workspace
from tests.trained import register

PICTURE = encode(np.full((8, 8, 1), 200, np.uint8))


@pytest.fixture
def endpoint(workspace: Workspace) -> Iterator[int]:
    """The id of the endpoint `fruit` in the workspace that pages open."""
    session.workspace.cache_clear()
    register(workspace, "drawings", alias="champion")
    yield workspace.deploy("drawings@champion", "fruit")[0].id
    session.workspace.cache_clear()


def watched() -> None:
    from studio.ui.session import workspace
    from studio.ui.watch import show_watch

    show_watch(workspace().endpoint("fruit"))


def logged(endpoint: int, **facts: object) -> LoggedRequest:
    values = {
        "endpoint": endpoint,
        "time": 1000.0,
        "model": "drawings:1",
        "role": "champion",
        "dialect": "oip",
        "status": 200,
        "milliseconds": 1.5,
        "class_name": "apple",
        "confidence": 0.52,
        **facts,
    }
    return LoggedRequest(**values)


def shown(app: AppTest) -> str:
    return " ".join(part.value for part in (*app.markdown, *app.caption, *app.info))


def test_an_endpoint_that_nobody_asked_says_how_to_ask(endpoint: int) -> None:
    app = AppTest.from_function(watched, default_timeout=120).run()
    assert not app.exception
    assert "Nobody asked fruit in the last 15 minutes" in shown(app)
    assert "too few to tell" in shown(app)
    assert "not written down" in shown(app)


def test_numbers_drift_and_the_log_are_shown(workspace: Workspace, endpoint: int) -> None:
    now = int(time.time()) // 5 * 5
    sums = TrafficSums(
        requests=400,
        samples=400,
        seconds=1.0,
        statuses={200: 396, 503: 4},
        latency={LATENCY_EDGES.index(0.002): 400},
        classes={"apple": 396},
        confidence={10: 396},
        confidence_sum=396 * 0.52,
        features={"ink": {0: 396}},
    )
    rows = [logged(endpoint, sample=PICTURE, kind="png"), *[logged(endpoint, confidence=0.9)] * 30]
    workspace.record_traffic({(endpoint, now, 0, "drawings:1", "champion"): sums}, rows)
    workspace.set_endpoint("fruit", log_share=50.0, keep_samples=True)
    app = AppTest.from_function(watched, default_timeout=120).run()
    assert not app.exception
    numbers = {metric.label: metric.value for metric in app.metric}
    assert (numbers["Requests"], numbers["Errors"], numbers["Confidence"]) == ("400", "1.0%", "52%")
    assert "4 × 503" in shown(app)
    assert "ink (share of bright pixels), classes differ" in shown(app)
    tables = [table.value for table in app.dataframe]
    assert tables[0]["Role"].tolist() == ["answers"]
    assert len(tables[2]) == 25
    app.button("watch_older").click().run()
    assert len(app.dataframe[2].value) == 6
    app.button("watch_newer").click().run()
    app.toggle("watch_unsure").set_value(True).run()
    assert app.dataframe[2].value["Sent"][0].startswith("data:image/png;base64,")
    app.button("watch_delete_now").click().run()
    assert workspace.request_counts("fruit")["logged"] == 0
    assert workspace.traffic_summary("fruit", now).requests == 400


def test_one_click_leads_from_unsure_requests_to_a_session(
    workspace: Workspace, endpoint: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_for: list[tuple[str, str]] = []
    monkeypatch.setattr(
        "studio.ui.watch_log.go", lambda page, session: left_for.append((page, session))
    )
    workspace.record_traffic({}, [logged(endpoint, sample=PICTURE, kind="png")])
    app = AppTest.from_function(watched, default_timeout=120).run()
    app.button("watch_label").click().run()
    assert not app.exception
    assert left_for == [("label", "fruit-requests-1")]
    assert workspace.sessions("fruit-requests")[0].total == 1
    app.run()
    assert app.button("watch_label").label == "Label 0 unsure ones"


def test_names_that_people_typed_are_no_markup_and_many_are_added_up() -> None:
    counts = {f"<b>{number}</b>": 100 - number for number in range(40)}
    made = watch_charts.classes(counts, dict.fromkeys(counts, 1 / 40))
    labels = list(made.data[0].y)
    assert labels[0] == "&lt;b&gt;0&lt;/b&gt;"
    assert len(labels) == MOST_CLASSES + 1
    assert labels[-1] == OTHERS
    assert sum(made.data[0].x) == pytest.approx(1)
    assert sum(made.data[1].x) == pytest.approx(1)
    assert len(watch_charts.classes({}, {}).data) == 1


def test_a_feature_is_drawn_beside_the_training_data() -> None:
    known = Reference(dataset="a:1", samples=10, features={"words": {1: 5, 3: 5}}, classes={})
    row = compare(known, "words", {3: 200})
    assert row is not None
    trained, asked = watch_charts.drift(row).data
    assert list(trained.x) == ["1", "2", "3"]
    assert list(trained.y) == [0.5, 0, 0.5]
    assert list(asked.y) == [0, 0, 1]
