from __future__ import annotations

import time

from studio.core.traffic import LATENCY_EDGES, LoggedRequest, TrafficSums
from studio.sources.pictures import encode
from studio.workspace import Workspace
from tests.cli.conftest import Studio
from tests.trained import register


def test_traffic_and_requests_are_read_labelled_and_deleted(
    studio: Studio, workspace: Workspace
) -> None:
    version = register(workspace, "drawings", alias="champion")
    endpoint = workspace.deploy("drawings@champion", "fruit")[0].id
    assert "Nobody asked fruit in the last 24 hours" in studio("endpoints", "traffic", "fruit").out
    assert "None is written down" in studio("endpoints", "requests", "fruit").out
    now = int(time.time()) // 5 * 5
    sums = TrafficSums(
        requests=200,
        statuses={200: 199, 400: 1},
        latency={LATENCY_EDGES.index(0.002): 200},
        confidence={19: 199},
        confidence_sum=199.0,
        features={"ink": {0: 199}},
    )
    row = LoggedRequest(
        endpoint=endpoint,
        time=float(now),
        model="drawings:1",
        role="champion",
        dialect="oip",
        status=200,
        milliseconds=2.0,
        class_name="fish",
        confidence=0.4,
        kind="png",
        sample=encode(workspace.pictures(workspace.dataset("drawings"))[0]),
    )
    workspace.record_traffic({(endpoint, now, 0, "drawings:1", "champion"): sums}, [row])
    facts = studio("endpoints", "traffic", "fruit", "--hours", 1, "--json").json
    assert facts["sums"]["requests"] == 200
    assert {r["name"]: r["verdict"] for r in facts["drift"]["rows"]}["ink"] == "different"
    said = studio("endpoints", "traffic", "fruit").out
    assert "99 % within, ms" in said
    assert "like the training data" in said or "different" in said
    listed = studio("endpoints", "requests", "fruit", "--below", 0.5, "--json").json["requests"]
    assert [(one["class_name"], one["kind"]) for one in listed] == [("fish", "png")]
    assert "fish" in studio("endpoints", "requests", "fruit").out
    made = studio("endpoints", "label-requests", "fruit", "--json").json
    assert made == {"session": "fruit-requests-1", "dataset": "fruit-requests:1", "samples": 1}
    assert workspace.dataset("fruit-requests").class_names == version.class_names
    refused = studio("endpoints", "label-requests", "fruit")
    assert refused.code == 1
    assert "no sample that waits" in refused.refusal["what"]
    assert studio("endpoints", "requests", "fruit", "--clear", "--json").json == {"deleted": 1}
