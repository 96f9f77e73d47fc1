"""Trying a page in a browser, as the component asks: the run that made the page is recorded as a worker does it."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest

from studio.core.dataset import DatasetVersion
from studio.core.errors import Conflict
from studio.core.events import ArtifactEvent, EndEvent, ResultEvent
from studio.core.model import ModelVersion
from studio.core.model_export import (
    REPLAYED_ANSWERS,
    REPORT,
    ModelExportParams,
    ParityReport,
    ParityRow,
)
from studio.core.standard import model_export_pipeline
from studio.workspace import Workspace
from tests.judged_runs import judged_run

IDS = np.array([7, 2, 11], np.int64)
PAGE = b"<!doctype html><script>1</script>"


def record_export(
    workspace: Workspace,
    version: ModelVersion,
    reference: np.ndarray,
    of: str,
    *,
    accept: bool = False,
) -> None:
    """Record a run that exported a page, whose samples were IDS."""
    name, number = version.dataset.split(":")
    params = ModelExportParams(accept=accept)
    pipeline = model_export_pipeline(version.title, name, int(number), params)
    workspace.submit(pipeline, name=workspace.free_run_name("export"))
    run = workspace.claim_run("worker", 60.0)
    assert run is not None
    row = ParityRow(format="page", bytes=len(PAGE), samples=0)
    report = ParityReport(
        model=version.title, dataset=version.dataset, samples=3, held_out=3, accuracy=None,
        rows=(row, row.model_copy(update={"format": "browser"})),
    )  # fmt: skip
    answers = io.BytesIO()
    labels = np.array([0, -1, 1], np.int32)
    np.savez(answers, ids=IDS, labels=labels, probabilities=reference)
    files = {
        "model.html": PAGE,
        "model.web.zip": b"zip",
        REPORT: report.model_dump_json().encode(),
        REPLAYED_ANSWERS: answers.getvalue(),
    }
    events = [
        ArtifactEvent(seq=seq, time=0, artifact=workspace.artifacts.put(content, file))
        for seq, (file, content) in enumerate(files.items(), start=1)
    ]
    result = {"model": version.title, "of": of, "formats": ["page"], "refused": []}
    end = len(events) + 1
    ending = [
        ResultEvent(seq=end, time=0, result=result),
        EndEvent(seq=end + 1, time=0, status="completed"),
    ]
    assert workspace.record_events(run, [*events, *ending])


@pytest.fixture
def version(workspace: Workspace, digits: DatasetVersion) -> ModelVersion:
    judged_run(workspace, digits)
    return workspace.register_model("first", "ten")


@pytest.fixture
def reference() -> np.ndarray:
    scores = np.random.default_rng(0).random((3, 10)).astype(np.float32)
    return scores / scores.sum(axis=1, keepdims=True)


def body(answers: np.ndarray, **more: object) -> dict[str, object]:
    encoded = base64.b64encode(answers.astype("<f4").tobytes()).decode()
    return {"browser": "Chrome 149", "probabilities": encoded, **more}


def test_a_browser_gets_the_page_and_the_samples_and_its_answers_are_kept(
    client, workspace, version, digits, reference
):
    record_export(workspace, version, reference, version.files["keras"].digest)

    plan = client.get("/replay/ten/1").json()
    page = client.get("/replay/ten/1/page")
    chunk = client.get("/replay/ten/1/samples", params={"start": 1, "count": 2}).json()
    pixels = np.frombuffer(base64.b64decode(chunk["pixels"]), np.uint8).reshape(2, 8, 8, 1)
    for shift in (0.0, 0.01):
        kept = client.post("/replay/ten/1", json=body(reference + shift, milliseconds=0.5))

    tried = plan.pop("tried")
    assert plan == {"samples": 3, "classes": 10, "bytes": len(PAGE), "dataset": digits.title}
    again = client.post("/replay/ten/1", json=body(reference, tried=tried))
    other = client.post("/replay/ten/1", json=body(reference + 1, tried="0" * 64))
    assert (again.status_code, other.status_code) == (200, 409)
    assert "made anew meanwhile" in other.json()["error"]["what"]
    assert client.post("/replay/ten/1", json=body(reference + 0.01)).status_code == 200
    assert page.content == PAGE
    assert page.headers["content-type"] == "application/octet-stream"
    assert page.headers["content-disposition"] == "attachment"
    np.testing.assert_array_equal(pixels, np.asarray(workspace.pictures(digits))[IDS[1:]])
    assert kept.json()["max_difference"] == pytest.approx(0.01, abs=1e-6)
    rows = workspace.exported(version).rows
    assert [(row.format, row.where, row.samples) for row in rows] == [
        ("browser", "Python", 0),
        ("browser", "Chrome 149", 3),
        ("page", "Python", 0),
        ("page", "Chrome 149", 3),
    ]
    assert rows[3].max_difference == pytest.approx(0.01, abs=1e-6)
    assert "single file" in rows[1].note


def test_a_page_that_answers_otherwise_in_a_browser_is_not_given_out(
    client, workspace, version, reference
):
    record_export(workspace, version, reference, version.files["keras"].digest)
    assert workspace.model_bytes(version, "page") == PAGE

    kept = client.post("/replay/ten/1", json=body(np.roll(reference, 1, axis=1))).json()

    assert "99.9 % are wanted" in kept["refused"]
    found = workspace.exported(version)
    assert (set(found.refused), found.files) == ({"page", "browser"}, {})
    assert not {"page", "browser"} & set(workspace.model_formats(version))
    with pytest.raises(Conflict, match="not given out"):
        workspace.model_bytes(version, "page")
    assert client.get("/replay/ten/1/page").content == PAGE  # to be tried again

    record_export(workspace, version, reference, version.files["keras"].digest, accept=True)
    assert workspace.model_bytes(version, "page") == PAGE
    (row,) = [r for r in workspace.exported(version).rows if r.format == "page" and r.samples]
    assert (row.where, row.accepted) == ("Chrome 149", True)


def test_what_is_no_answer_is_refused_and_changes_nothing(client, workspace, version, reference):
    record_export(workspace, version, reference, version.files["keras"].digest)

    refused = [
        client.post("/replay/ten/1", json=sent).status_code
        for sent in (
            body(reference[:, :7]),
            body(np.concatenate([reference, reference])),
            body(reference, browser="<script>"),
            body(reference) | {"probabilities": "no base64"},
        )
    ]

    assert refused == [400, 400, 400, 400]
    assert client.get("/replay/ten/1/samples", params={"start": 3}).status_code == 400
    assert {row.where for row in workspace.exported(version).rows} == {"Python"}


def test_without_a_page_it_is_said_what_to_do(client, version):
    answer = client.get("/replay/ten/1")

    assert answer.status_code == 409
    assert answer.json()["error"]["fix"] == "Press Make and check all."
    assert client.get("/replay/none/1").status_code == 404
