"""A small real implementation of the routes that the components call, with faults on demand.

State is in memory and keyed by dataset, collection or run, so that tests sharing one server do not
meet. ``POST /_test/fault`` makes the next calls of a route fail; ``GET /_test/state`` shows what the
server has been told.
"""

from __future__ import annotations

import asyncio
import base64
import io
import itertools
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import plotly
from PIL import Image
from starlette.applications import Starlette
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

ASSETS = Path(__file__).parents[3] / "studio" / "ui" / "components" / "assets"
CLASS_NAMES = ["apple", "banana", "cat"]
UNLABELLED_EVERY = 2

answers: dict[str, dict[int, str | None]] = defaultdict(dict)
annotated: dict[str, set[int]] = defaultdict(set)
sizes: dict[str, int] = defaultdict(lambda: 600)
label_ops: dict[str, list[dict[str, Any]]] = defaultdict(list)
label_posts: Counter[str] = Counter()
drawings: dict[str, dict[str, Any]] = {}
uploads: dict[str, dict[str, int]] = {}
heads: dict[str, dict[str, str]] = defaultdict(dict)
upload_requests: Counter[str] = Counter()
states: dict[str, dict[int, str]] = defaultdict(dict)
deleted_uploads: list[str] = []
runs: dict[str, dict[str, Any]] = {}
metric_polls: Counter[str] = Counter()
predictions: list[str] = []
faults: dict[str, list[int]] = defaultdict(list)
delays: dict[str, float] = defaultdict(float)
upload_ids = itertools.count(1)


def fail(status: int, what: str = "The harness was told to fail.") -> JSONResponse:
    error = {"what": what, "why": "A test asked for it.", "fix": "Wait, or ask for something else."}
    return JSONResponse({"error": error}, status_code=status)


async def gate(request: Request, name: str) -> Response | None:
    """Refuse what the studio refuses, and what a test told this route to refuse."""
    await asyncio.sleep(delays[name])
    if faults[name]:
        return fail(faults[name].pop(0))
    if request.method != "GET":
        token = request.headers.get("x-xsrftoken")
        if not token or token != request.cookies.get("_streamlit_xsrf"):
            return fail(403, "The request carries no valid XSRF token.")
    return None


async def asset(request: Request) -> Response:
    return FileResponse(
        ASSETS / request.path_params["file"],
        headers={"cache-control": "public, max-age=31536000, immutable"},
        media_type="text/javascript",
    )


async def plotly_js(request: Request) -> Response:
    return FileResponse(Path(plotly.__file__).parent / "package_data" / "plotly.min.js")


def answer(dataset: str, sample: int) -> str | None:
    if sample in answers[dataset]:
        return answers[dataset][sample]
    return None if sample % UNLABELLED_EVERY else CLASS_NAMES[sample % len(CLASS_NAMES)]


def excerpt(dataset: str, sample: int) -> str | None:
    """Return the text of a sample; datasets whose names begin with "texts" hold texts."""
    if not dataset.startswith("texts"):
        return None
    if sample % 7 == 6:
        return "Short."
    return f"Text {sample}: " + "the parcel came late and one cup was broken. " * (1 + sample % 5)


def row(dataset: str, sample: int) -> dict[str, Any]:
    text = excerpt(dataset, sample)
    return {
        "id": sample,
        "class_name": answer(dataset, sample),
        "split": "validation" if sample % 5 == 0 else "train",
        "annotated": sample in annotated[dataset],
        "state": states[dataset].get(sample, "kept"),
        "text": text and text[:200],
        "name": None if text else f"{sample:04}.png",
    }


def matches(row: dict[str, Any], query: QueryParams) -> bool:
    wanted = query.get("status", "all")
    state = wanted if wanted in ("quarantined", "removed") else "kept"
    by_status = {
        "labelled": row["class_name"] is not None,
        "unlabelled": row["class_name"] is None,
        "annotated": row["annotated"],
    }
    words = " ".join(str(row[name] or "") for name in ("text", "name", "class_name"))
    return (
        row["state"] == state
        and by_status.get(wanted, True)
        and query.get("class_name") in (None, row["class_name"])
        and query.get("split") in (None, row["split"])
        and query.get("search", "").lower() in words.lower()
    )


def answered_by(dataset: str, annotator: str) -> set[int]:
    return {op["sample"] for op in label_ops[dataset] if op["annotator"] == annotator}


async def samples(request: Request) -> Response:
    if refused := await gate(request, "samples"):
        return refused
    query = request.query_params
    dataset = query["dataset"]
    everyone = range(sizes[dataset])
    who = query.get("annotator")
    asked = everyone if who is None else sorted(answered_by(dataset, who))
    found = [found for sample in asked if matches(found := row(dataset, sample), query)]
    later = [sample for sample in found if sample["id"] > int(query.get("after", -1))]
    limit = int(query.get("limit", 200))
    page = later[:limit]
    return JSONResponse(
        {
            "samples": page,
            "next": page[-1]["id"] if len(later) > limit else None,
            "total": len(found),
            "samples_digest": "ab" * 32,
        }
    )


async def sample(request: Request) -> Response:
    if refused := await gate(request, "sample"):
        return refused
    query = request.query_params
    dataset, number = query["dataset"], int(query["id"])
    if number >= sizes[dataset]:
        return fail(404, f"There is no sample {number}.")
    found = row(dataset, number)
    boxes = [
        {"class_name": "cat", "left": 0.1, "top": 0.02, "width": 0.4, "height": 0.5},
        {"class_name": "banana", "left": 0.45, "top": 0.4, "width": 0.5, "height": 0.55},
    ]
    history = [
        {"time": 1.75e9, "who": "ann", "what": "Answered: cat.", "version": None},
        {"time": 1.7e9, "who": "bob", "what": "Came in: class apple.", "version": f"{dataset}:1"},
    ]
    facts = {
        "Class": found["class_name"] or "none",
        "Part": found["split"],
        "State": found["state"],
        "Dataset": f"{dataset}:1",
        "Came from": "a folder, pets.zip",
    }
    if found["name"]:
        facts |= {"Name": found["name"], "Pixels": "28\u00d728, grey"}
    return JSONResponse(
        {
            "sample": found,
            "text": excerpt(dataset, number),
            "facts": facts,
            "boxes": boxes if dataset.startswith("boxes") else [],
            "history": history if number % 2 == 0 else [],
        }
    )


async def sprite(request: Request) -> Response:
    if refused := await gate(request, "sprite"):
        return refused
    ids = [int(part) for part in request.query_params["ids"].split(",")]
    columns = min(16, len(ids))
    sheet = np.zeros((-(-len(ids) // columns) * 28, columns * 28), dtype=np.uint8)
    rows, cols = np.mgrid[0:28, 0:28]
    for place, sample in enumerate(ids):
        y, x = place // columns * 28, place % columns * 28
        radius = np.hypot(rows - 14, cols - 14)
        if sample % 3 == 0:
            cell = np.abs(radius - 6 - sample % 5) < 1.5
        elif sample % 3 == 1:
            cell = (np.abs(rows - cols) < 2) & (radius < 8 + sample % 5)
        else:
            cell = (np.minimum(np.abs(rows - 14), np.abs(cols - 14)) < 1.5) & (radius < 11)
        sheet[y : y + 28, x : x + 28] = cell * 255
    body = io.BytesIO()
    Image.fromarray(sheet).save(body, "PNG")
    return Response(
        body.getvalue(),
        media_type="image/png",
        headers={"cache-control": "public, max-age=31536000, immutable"},
    )


async def labels(request: Request) -> Response:
    body = await request.json()
    label_posts[body["dataset"]] += 1
    if refused := await gate(request, "labels"):
        return refused
    dataset = body["dataset"]
    known = {op["op_id"] for op in label_ops[dataset]}
    for op in body["ops"]:
        if op["class_name"] == "forbidden":
            return fail(400, "There is no class called 'forbidden'.")
    for op in body["ops"]:
        if op["op_id"] not in known:
            label_ops[dataset].append({**op, "annotator": body["annotator"]})
            answers[dataset][op["sample"]] = op["class_name"]
            annotated[dataset].add(op["sample"])
    total = sizes[dataset]
    labelled = sum(answer(dataset, sample) is not None for sample in range(total))
    return JSONResponse(
        {
            "acknowledged": [op["op_id"] for op in body["ops"]],
            "progress": {
                "labelled": labelled,
                "total": total,
                "annotated": len(annotated[dataset]),
            },
        }
    )


def counts(collection: str) -> dict[str, int]:
    kept = [drawing for drawing in drawings.values() if drawing["collection"] == collection]
    return dict(Counter(drawing["class_name"] for drawing in kept))


async def add_drawing(request: Request) -> Response:
    if refused := await gate(request, "drawings"):
        return refused
    body = await request.json()
    drawings[body["op_id"]] = body
    return JSONResponse({"counts": counts(body["collection"])})


async def remove_drawing(request: Request) -> Response:
    if refused := await gate(request, "drawings"):
        return refused
    gone = drawings.pop(request.path_params["op_id"], None)
    if gone is None:
        return fail(404, "There is no such drawing.")
    return JSONResponse({"counts": counts(gone["collection"])})


async def predict(request: Request) -> Response:
    if refused := await gate(request, "predict"):
        return refused
    asked = await request.json()
    text = json.dumps(asked["row"]) if "row" in asked else asked.get("text")
    predictions.append(asked["image"] if text is None else text)
    if text is not None:
        ink = len(text) / 1000
    else:
        ink = float(
            np.asarray(Image.open(io.BytesIO(base64.b64decode(asked["image"])))).mean() / 255
        )
    first = 0.9 - ink
    names = ["fish", "apple", "the Eiffel Tower", "banana", "cat"]
    shares = [first, *(np.array([0.5, 0.25, 0.15, 0.1]) * (1 - first))]
    top = [
        {"class_name": name, "probability": float(share)}
        for name, share in zip(names, shares, strict=True)
    ]
    return JSONResponse({"top": top, "milliseconds": 1.24})


async def create_upload(request: Request) -> Response:
    if refused := await gate(request, "uploads"):
        return refused
    name = f"{next(upload_ids):08x}"
    uploads[name] = {}
    return JSONResponse({"upload": name})


async def put_file(request: Request) -> Response:
    size = 0
    head = b""
    async for part in request.stream():
        head += part[: 4 - len(head)]
        size += len(part)
    upload_requests["files"] += 1
    if refused := await gate(request, "files"):
        return refused
    files = uploads.get(request.path_params["upload"])
    if files is None:
        return fail(404, "There is no such upload.")
    files[request.query_params["name"]] = size
    heads[request.path_params["upload"]][request.query_params["name"]] = head.hex()
    return JSONResponse({"bytes": size})


async def remove_file(request: Request) -> Response:
    if refused := await gate(request, "files"):
        return refused
    files = uploads.get(request.path_params["upload"], {})
    if files.pop(request.query_params["name"], None) is None:
        return fail(404, "There is no such file.")
    return JSONResponse({})


async def put_batch(request: Request) -> Response:
    body = await request.body()
    upload_requests["batch"] += 1
    if refused := await gate(request, "batch"):
        return refused
    files = uploads.get(request.path_params["upload"])
    if files is None:
        return fail(404, "There is no such upload.")
    if len(body) > 8 * 1024**2 or request.headers["content-type"] != "application/octet-stream":
        return fail(413, "That is no batch.")
    found: dict[str, int] = {}
    at = 0
    while at < len(body):
        end = at + 4 + int.from_bytes(body[at : at + 4])
        size = int.from_bytes(body[end : end + 8])
        found[body[at + 4 : end].decode()] = size
        at = end + 8 + size
    if at != len(body) or len(found) > 1000:
        return fail(400, "The batch is damaged.")
    files |= found
    return JSONResponse({"files": len(found), "bytes": sum(found.values())})


async def delete_upload(request: Request) -> Response:
    if refused := await gate(request, "uploads"):
        return refused
    uploads.pop(request.path_params["upload"], None)
    deleted_uploads.append(request.path_params["upload"])
    return JSONResponse({})


async def metrics(request: Request) -> Response:
    name = request.query_params["run"]
    metric_polls[name] += 1
    if refused := await gate(request, "metrics"):
        return refused
    run = runs.get(name)
    if run is None:
        return fail(404, f"There is no run called {name!r}.")
    since = int(request.query_params.get("since", 0))
    points: dict[str, list[list[float]]] = defaultdict(list)
    for metric, step, value in run["rows"][since:]:
        points[metric].append([step, value])
    return JSONResponse(
        {
            "cursor": len(run["rows"]),
            "points": points,
            "status": run["status"],
            "terminal": run["status"] in ("completed", "failed", "stopped"),
            "progress": run["progress"],
            "steps_per_epoch": 10,
        }
    )


async def log(request: Request) -> Response:
    run = runs[request.path_params["name"]]
    since = int(request.query_params.get("since", 0))
    return JSONResponse({"cursor": len(run["log"]), "lines": run["log"][since:]})


async def observations(request: Request) -> Response:
    return JSONResponse({"cursor": 0, "observations": []})


async def set_fault(request: Request) -> Response:
    body = await request.json()
    faults[body["route"]] = [body["status"]] * body["times"]
    delays[body["route"]] = body.get("delay", 0.0)
    return JSONResponse({})


async def set_session_fault(request: Request) -> Response:
    """Make the next calls of a session's route fail."""
    # The real routes are beside this module, and answer with its `fail`.
    from tests.frontend.harness import real

    real.set_fault(await request.json())
    return JSONResponse({})


async def set_run(request: Request) -> Response:
    """Append rows and log lines to a run, and set its status and progress."""
    body = await request.json()
    run = runs.setdefault(
        body["run"], {"rows": [], "log": [], "status": "queued", "progress": None}
    )
    run["rows"].extend(body.get("rows", []))
    run["log"].extend(body.get("log", []))
    run["status"] = body.get("status", run["status"])
    run["progress"] = body.get("progress", run["progress"])
    return JSONResponse({})


async def set_size(request: Request) -> Response:
    body = await request.json()
    sizes[body["dataset"]] = body["size"]
    return JSONResponse({})


async def set_states(request: Request) -> Response:
    body = await request.json()
    states[body["dataset"]] = {int(sample): name for sample, name in body["states"].items()}
    return JSONResponse({})


async def state(request: Request) -> Response:
    return JSONResponse(
        {
            "drawings": drawings,
            "label_ops": label_ops,
            "label_posts": label_posts,
            "uploads": uploads,
            "heads": heads,
            "upload_requests": upload_requests,
            "deleted_uploads": deleted_uploads,
            "metric_polls": metric_polls,
            "predictions": predictions,
        }
    )


api = Starlette(
    routes=[
        Route("/assets/{file}", asset),
        Route("/plotly.min.js", plotly_js),
        Route("/samples", samples),
        Route("/sample", sample),
        Route("/sprite", sprite),
        Route("/labels", labels, methods=["POST"]),
        Route("/drawings", add_drawing, methods=["POST"]),
        Route("/drawings/{op_id}", remove_drawing, methods=["DELETE"]),
        Route("/endpoints/{name}/predict", predict, methods=["POST"]),
        Route("/uploads", create_upload, methods=["POST"]),
        Route("/uploads/{upload}", delete_upload, methods=["DELETE"]),
        Route("/uploads/{upload}/files", put_file, methods=["PUT"]),
        Route("/uploads/{upload}/files", remove_file, methods=["DELETE"]),
        Route("/uploads/{upload}/batch", put_batch, methods=["POST"]),
        Route("/metrics", metrics),
        Route("/runs/{name}/log", log),
        Route("/runs/{name}/observations", observations),
        Route("/_test/fault", set_fault, methods=["POST"]),
        Route("/_test/session_fault", set_session_fault, methods=["POST"]),
        Route("/_test/run", set_run, methods=["POST"]),
        Route("/_test/size", set_size, methods=["POST"]),
        Route("/_test/states", set_states, methods=["POST"]),
        Route("/_test/state", state),
    ]
)
