"""Published pipelines over HTTP: who has a key of one submits it with other values, and asks how the run goes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import FastAPI, Request
from starlette.responses import JSONResponse

from studio.core.errors import InvalidInput, NotFound, StudioError, TooMany, nearest, unknown
from studio.core.plain import check_plain
from studio.core.published import PublishedVersion
from studio.core.run import Run
from studio.processes import ensure_worker
from studio.serving.body import read_body
from studio.serving.keys import Doorkeeper, sent_key
from studio.serving.openapi_schemas import Schema, ref
from studio.serving.parse import parse_body
from studio.workspace import Workspace

TITLE = "Published pipelines"
BASE = "/pipelines"
FIELDS = ("ExperimentName", "ParameterAssignments", "DataPathAssignments")
FORM = '{"ExperimentName": "...", "ParameterAssignments": {}, "DataPathAssignments": {}}'
EXAMPLE = {
    "ExperimentName": "nightly",
    "ParameterAssignments": {"epochs": 3},
    "DataPathAssignments": {"data": "digits"},
}
WAITING_LIMIT = 200
RETRY_SECONDS = 60.0
T = TypeVar("T")


def install(app: FastAPI, workspace: Workspace, doorkeeper: Doorkeeper) -> None:
    """Add the addresses of published pipelines to the application of the endpoints.

    Args:
        workspace: Where they are published.
        doorkeeper: Knows the studio's own page.
    """

    async def ask(act: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(None, act)

    def admitted(request: Request, name: str | None) -> str:
        """Return which pipeline a caller may use, "" for all.

        Raises:
            Unauthorized: The key is missing or wrong. NotFound: It opens another one; which there are is not told.
        """
        scope = request.scope
        key = sent_key(request.headers)
        if doorkeeper.is_studio(key, scope.get("client"), scope.get("server")):
            return ""
        opened = workspace.opened_pipeline(key).pipeline
        if name is not None and name != opened:
            raise unknown("published pipeline of this key", name[:80], [opened])
        return opened

    @app.get(BASE)
    async def listed(request: Request) -> JSONResponse:
        """List the published pipelines that the key opens."""

        def act() -> dict[str, Any]:
            own = admitted(request, None)
            return {"value": [facts(v) for v in workspace.published() if own in ("", v.name)]}

        return JSONResponse(await ask(act))

    @app.get(BASE + "/runs/{run}")
    async def state(request: Request, run: str) -> JSONResponse:
        """Say how a run of a published pipeline goes, node by node."""

        def act() -> dict[str, Any]:
            own = admitted(request, None)
            try:
                found = workspace.pipeline_run(run)
            except NotFound:
                raise unknown("run of this pipeline", run[:80], []) from None
            if not found.published or own not in ("", found.published):
                raise unknown("run of this pipeline", run[:80], [])
            states = workspace.node_states(run).values()
            failure = found.run.failure
            return {
                **run_facts(found.run, found.published, found.version),
                "Nodes": {each.node: each.state for each in states},
                "Result": {k: v for k, v in found.run.result.items() if not isinstance(v, dict | list)},
                "Error": None if failure is None else f"{failure.what} {failure.why} {failure.fix}",
            }  # fmt: skip

        return JSONResponse(await ask(act))

    @app.get(BASE + "/{name}")
    async def described(request: Request, name: str) -> JSONResponse:
        """Say what a published pipeline asks for, and which versions there are."""

        def act() -> dict[str, Any]:
            admitted(request, name)
            versions = workspace.published_versions(name)
            chosen = next((v for v in versions if v.default), versions[0])
            return {**facts(chosen), "Versions": [facts(version) for version in versions]}

        return JSONResponse(await ask(act))

    async def submit(request: Request, name: str, version: str | None) -> JSONResponse:
        body = await read_body(request)

        def act() -> dict[str, Any]:
            own = admitted(request, name)
            asked = parse_body(body, FORM)
            _check_fields(asked)
            found = workspace.published_version(name, _number(version))
            _check_queue(workspace)
            try:
                run = workspace.submit_published(
                    name,
                    version=found.version,
                    parameters=_assignments(asked, "ParameterAssignments"),
                    datasets=_datasets(_assignments(asked, "DataPathAssignments")),
                    experiment=_text(asked, "ExperimentName"),
                    author="over HTTP",
                )
            except NotFound as error:
                if not own:
                    raise
                # what else is in the workspace is not the business of who has a key
                fix = f"GET {BASE}/{name} says what is asked for; whoever gave you the key knows the rest."
                raise NotFound(error.what[:200], error.why, fix) from None
            ensure_worker(workspace.home)
            return run_facts(run, name, found.version)

        made = await ask(act)
        return JSONResponse(made, 202, {"location": made["RunUrl"]})

    @app.post(BASE + "/{name}", status_code=202)
    async def submit_default(request: Request, name: str) -> JSONResponse:
        """Submit the default version of a published pipeline."""
        return await submit(request, name, None)

    @app.post(BASE + "/{name}/versions/{version}", status_code=202)
    async def submit_version(request: Request, name: str, version: str) -> JSONResponse:
        """Submit a version of a published pipeline."""
        return await submit(request, name, version)


def facts(version: PublishedVersion) -> dict[str, Any]:
    """Return what callers are told about a version."""
    datasets = version.dataset_parameters
    return {
        "Name": version.name,
        "Version": str(version.version),
        "Description": version.description,
        "Default": version.default,
        "Disabled": version.disabled,
        "Kind": version.draft.kind,
        "Parameters": {
            p.name: p.model_dump(mode="json")["default"]
            for p in version.draft.parameters
            if p.name not in datasets
        },
        "DataPaths": {p.name: p.default for p in version.draft.parameters if p.name in datasets},
    }


def run_facts(run: Run, pipeline: str, version: int | None) -> dict[str, Any]:
    """Return what callers are told about a run."""
    return {
        "Id": run.name,
        "RunUrl": f"{BASE}/runs/{run.name}",
        "Status": run.status,
        "Pipeline": pipeline,
        "Version": str(version),
    }


def _check_queue(workspace: Workspace) -> None:
    """Refuse one more run where programs have filled the queue: it would hold up those of people, too.

    Raises:
        TooMany: Too many pipeline runs wait.
    """
    waiting = len(workspace.queued_runs(("pipeline",)))
    if waiting >= WAITING_LIMIT:
        raise TooMany(
            f"{waiting:,} pipeline runs wait already.",
            f"Over HTTP no more are taken while {WAITING_LIMIT:,} wait.",
            "Ask again when some of them have ended.",
            seconds=RETRY_SECONDS,
        )


def _number(version: str | None) -> int | None:
    if version is None or (version.isascii() and version.isdecimal() and len(version) < 10):
        return None if version is None else int(version)
    raise unknown("version of the pipeline", version[:40], [])


def _check_fields(asked: dict[str, Any]) -> None:
    """Refuse what cannot be kept, and a field written wrongly, for which the run would take the usual values.

    Fields that are like none of ours pass: Azure's clients send some.
    """
    check_plain(asked, "the body")
    for name in asked.keys() - set(FIELDS):
        meant = nearest(name, FIELDS)
        if meant is not None:
            raise InvalidInput(
                f'The body has a field called "{name[:60]}".',
                f'None is called so; "{meant}" may be what is meant.',
                f"Send: {FORM}",
            )


def _assignments(asked: dict[str, Any], name: str) -> dict[str, Any]:
    found = asked.get(name) or {}
    if isinstance(found, dict):
        return found
    raise _misshapen(name, found, "names with their values, such as {}")


def _datasets(found: dict[str, Any]) -> dict[str, str]:
    for name, value in found.items():
        if not isinstance(value, str):
            raise _misshapen(name, value, 'a dataset of the studio: "NAME" or "NAME:VERSION"')
    return found


def _text(asked: dict[str, Any], name: str) -> str:
    found = asked.get(name) or ""
    if isinstance(found, str) and len(found) <= 200:
        return found
    raise _misshapen(name, found, "a name of up to 200 characters")


def _misshapen(name: str, value: Any, wanted: str) -> StudioError:
    return InvalidInput(
        f"{name[:60]} = {repr(value)[:60]} is not possible.",
        f"It is {wanted}.",
        f"Send: {FORM}",
    )


TEXT: Schema = {"type": "string"}
SCHEMAS: dict[str, Schema] = {
    "SubmitRequest": {
        "type": "object",
        "properties": {
            "ExperimentName": {**TEXT, "maxLength": 200},
            "ParameterAssignments": {"type": "object"},
            "DataPathAssignments": {"type": "object", "additionalProperties": TEXT},
        },
    },
    "PipelineRun": {
        "type": "object",
        "properties": {
            **dict.fromkeys(("Id", "RunUrl", "Status", "Pipeline", "Version"), TEXT),
            "Nodes": {"type": "object", "additionalProperties": TEXT},
            "Result": {"type": "object"},
            "Error": {"type": ["string", "null"]},
        },
        "required": ["Id", "RunUrl", "Status", "Pipeline", "Version"],
    },
    "PublishedPipeline": {
        "type": "object",
        "properties": {
            **dict.fromkeys(("Name", "Version", "Description", "Kind"), TEXT),
            **{key: {"type": "boolean"} for key in ("Default", "Disabled")},
            **{key: {"type": "object"} for key in ("Parameters", "DataPaths")},
            "Versions": {"type": "array", "items": {"type": "object"}},
        },
        "required": ["Name", "Version"],
    },
    "PublishedPipelines": {
        "type": "object",
        "properties": {"value": {"type": "array", "items": ref("PublishedPipeline")}},
        "required": ["value"],
    },
}


def paths() -> dict[str, dict[str, dict[str, Any]]]:
    """Return the addresses as the OpenAPI document has them."""
    return {
        BASE: {"get": _operation("listPipelines", "List what the key opens", "PublishedPipelines")},
        BASE + "/{pipeline}": {
            "get": _operation("getPipeline", "Say what it asks for", "PublishedPipeline", "pipeline"),
            "post": _submission("submitPipeline", "Submit the default version", "pipeline"),
        },
        BASE + "/{pipeline}/versions/{number}": {
            "post": _submission("submitPipelineVersion", "Submit a version", "pipeline", "number")
        },
        BASE + "/runs/{run}": {"get": _operation("getPipelineRun", "Say how it goes", "PipelineRun", "run")},
    }  # fmt: skip


def _submission(name: str, summary: str, *places: str) -> dict[str, Any]:
    operation = _operation(name, summary, "PipelineRun", *places)
    operation["responses"]["202"] = operation["responses"].pop("200")
    content = {"application/json": {"schema": ref("SubmitRequest"), "example": EXAMPLE}}
    return {**operation, "requestBody": {"required": True, "content": content}}


def _operation(name: str, summary: str, answer: str, *places: str) -> dict[str, Any]:
    failure = {"content": {"application/json": {"schema": ref("Error")}}}
    content = {"application/json": {"schema": ref(answer)}}
    return {
        "tags": [TITLE],
        "operationId": name,
        "summary": summary,
        "parameters": [
            {
                "name": place,
                "in": "path",
                "required": True,
                "schema": {**TEXT, "pattern": "^[^/:]+$"},
                "example": "0" if place == "number" else place.upper(),
            }
            for place in places
        ],
        "responses": {
            "200": {"description": "The answer", "content": content},
            "4XX": {"description": "It cannot be answered, and why", **failure},
            "5XX": {"description": "It is not answered now, and why", **failure},
        },
        "security": [{"bearer": []}, {"header": []}],
    }
