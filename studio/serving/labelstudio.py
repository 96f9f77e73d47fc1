"""Label Studio's ML-backend protocol: every endpoint can be connected to a Label Studio project as its model.

The protocol is that of `label_studio_ml`: `/setup` hands over the labelling page, `/predict` asks about tasks. Nothing
is remembered between the two: the page comes with each request. The host name and token in `/setup` are not used,
because whoever has an endpoint's key would decide with them where the studio connects.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from fastapi import FastAPI, Request
from numpy.typing import NDArray
from starlette.responses import JSONResponse

from studio.core.errors import Conflict, InvalidInput, StudioError, Unauthorized
from studio.core.label_answer import LabelValue
from studio.core.labelstudio import Controls, results_of
from studio.core.labelstudio_page import read_config
from studio.core.model import ModelVersion
from studio.serving.body import read_body
from studio.serving.deployments import Deployments
from studio.serving.exchange import Exchange, Observer, Samples
from studio.serving.hot import let_in
from studio.serving.instances import BATCH_LIMIT
from studio.serving.keys import Doorkeeper
from studio.serving.live import Live, Loaded
from studio.serving.parse import parse_body
from studio.serving.task_pictures import Found, TaskPictures

BASE = "/labelstudio/{name}"
PREDICT_FORM = '{"tasks": [...], "label_config": "<View>...</View>"}'
SETUP_FORM = '{"schema": "<View>...</View>"}'
TRAINING = "START_TRAINING"


class Offered(NamedTuple):
    """What a labelling page offers of a model's classes: their places, ascending, and what the page calls them."""

    places: tuple[int, ...]
    names: tuple[str, ...]


def install(
    app: FastAPI,
    deployments: Deployments,
    doorkeeper: Doorkeeper,
    observer: Observer | None = None,
) -> None:
    """Add the routes of the protocol to the application of the endpoints.

    Args:
        observer: Told of every prediction. Default: nobody.
    """
    pictures = TaskPictures()

    async def admit(request: Request, name: str) -> tuple[Live, Loaded, str]:
        live = await deployments.endpoint(name)
        try:
            key, live = await let_in(
                deployments, doorkeeper, live, request.headers, request.scope, True
            )
        except Unauthorized as error:
            raise Unauthorized(
                error.what,
                "Label Studio asks with the endpoint's key.",
                "Choose basic authentication for the model, with any user name, and the key as the password.",
            ) from error
        champion = live.champion
        assert champion is not None
        return live, champion, key

    @app.get(BASE)
    @app.get(BASE + "/health")
    async def health(name: str) -> dict[str, str]:
        """Say that the endpoint answers; as its status in the other dialect, this needs no key."""
        champion = (await deployments.endpoint(name)).champion
        assert champion is not None
        return {"status": "UP", "model_version": champion.version.title}

    @app.post(BASE + "/setup")
    async def setup(request: Request, name: str) -> dict[str, str]:
        """Check that the model knows classes of the labelling page, and name its version."""
        _, champion, _ = await admit(request, name)
        body = parse_body(await read_body(request), SETUP_FORM)
        _check_seen(champion.version)
        offered(page_of(body, "schema"), champion.version.class_names)
        return {"model_version": champion.version.title}

    @app.get(BASE + "/versions")
    @app.post(BASE + "/versions")
    async def versions(request: Request, name: str) -> dict[str, list[str]]:
        """Name the version that the endpoint serves."""
        _, champion, _ = await admit(request, name)
        return {"versions": [champion.version.title]}

    @app.post(BASE + "/predict")
    async def predict(request: Request, name: str) -> JSONResponse:
        """Return a prediction for every task, an empty one where its picture or text cannot be read."""
        started = time.perf_counter()
        live, champion, key = await admit(request, name)
        endpoint = live.state.endpoint
        champion.line.check_room(endpoint.settings)
        body = parse_body(await read_body(request), PREDICT_FORM)
        _check_seen(champion.version)
        controls = page_of(body, "label_config")
        known = offered(controls, champion.version.class_names)
        tasks = tasks_of(body)
        values = [task_value(task, controls.data) for task in tasks[:BATCH_LIMIT]]
        # Label Studio sends all tasks at once; one result tells it to ask for one task at a time.
        values = values if len(tasks) <= BATCH_LIMIT else values[:1]
        found: Sequence[Found | str]
        if champion.version.text is None:
            found = await pictures.read(values, champion.version.shape)
        else:
            found = [_text(value, f"tasks[{place}]") for place, value in enumerate(values)]
        samples = _samples(found)
        probabilities, batch = None, 0
        if samples is not None:
            probabilities, batch = await champion.line.ask(samples, endpoint.settings)
        answer = _predictions(champion.version.title, controls, known, found, probabilities)
        if observer is not None:
            observer.note(
                Exchange(
                    endpoint=endpoint.id,
                    name=endpoint.name,
                    time=time.time(),
                    model=champion.version.title,
                    role="champion",
                    dialect="labelstudio",
                    status=200,
                    seconds=time.perf_counter() - started,
                    samples=samples,
                    probabilities=probabilities,
                    key=key,
                    batch=batch,
                )
            )
        return JSONResponse({**answer, "errors": _errors(tasks, found)})

    @app.post(BASE + "/webhook")
    async def webhook(request: Request, name: str) -> dict[str, str]:
        """Take note of nothing; refuse to train."""
        await admit(request, name)
        if parse_body(await read_body(request), '{"action": "..."}').get("action") == TRAINING:
            raise _no_training(name)
        return {"status": "ignored"}

    @app.post(BASE + "/train")
    async def train(request: Request, name: str) -> None:
        """Refuse to train."""
        await admit(request, name)
        raise _no_training(name)


def _check_seen(version: ModelVersion) -> None:
    """Refuse a model of rows.

    Raises:
        InvalidInput: It is one.
    """
    if version.table is not None:
        raise InvalidInput(
            f"{version.title} reads rows of a table.",
            "Label Studio asks about a picture or a text of each task.",
            "Ask the endpoint in one of its other ways, or have rows labelled in the studio.",
        )


def _no_training(name: str) -> Conflict:
    return Conflict(
        f"The endpoint {name} is not trained from Label Studio.",
        "It serves a registered model.",
        "Import the project's JSON export as a dataset, train on it, and move the model's alias.",
    )


def page_of(body: dict[str, Any], field: str) -> Controls:
    """Return the labelling page in a body.

    Raises:
        InvalidInput: There is none, it cannot be read, or it has no choices about a picture.
    """
    xml = body.get(field)
    if not isinstance(xml, str) or not xml.strip():
        raise InvalidInput(
            f'The body has no "{field}".',
            "The labelling page says which classes there are, and what its parts are called.",
            "Send the project's labelling configuration in it.",
        )
    controls = read_config(xml)
    if not controls.classes:
        raise InvalidInput(
            "The labelling page has no choices about what it shows.",
            "The endpoint says which class a whole picture has.",
            "Add <Choices> for the picture to the page.",
        )
    return controls


def offered(controls: Controls, class_names: Sequence[str]) -> Offered:
    """Return which of a model's classes a labelling page offers; the same letters in another case are the same.

    A page whose choices come with each task offers all.

    Raises:
        InvalidInput: None of them.

    Example:
        >>> offered(Controls("image", "image", "class", choices=("Fish", "dog")), ["apple", "fish"])
        Offered(places=(1,), names=('Fish',))
    """
    names = controls.choices or tuple(class_names)
    exact, folded = set(names), {name.casefold(): name for name in reversed(names)}
    pairs = [
        (place, name if name in exact else folded[name.casefold()])
        for place, name in enumerate(class_names)
        if name in exact or name.casefold() in folded
    ]
    if not pairs:
        raise InvalidInput(
            "The model knows none of the choices of the labelling page.",
            f"It knows: {', '.join(class_names[:12])}{', …' if len(class_names) > 12 else ''}.",
            "Give the page's choices the names of the model's classes.",
        )
    return Offered(*zip(*pairs, strict=True))


def tasks_of(body: dict[str, Any]) -> list[Any]:
    """Return the tasks of a body.

    Raises:
        InvalidInput: There is no list of them.
    """
    tasks = body.get("tasks")
    if not isinstance(tasks, list):
        raise InvalidInput(
            'The body has no list of "tasks".',
            "Predictions are made for tasks of Label Studio.",
            f"Send {PREDICT_FORM}.",
        )
    return tasks


def task_value(task: Any, key: str) -> Any:
    """Return what a task says its picture or its text is; None where it says nothing."""
    data = task.get("data") if isinstance(task, dict) else None
    return data.get(key) if isinstance(data, dict) else None


def _text(value: object, place: str) -> str | StudioError:
    if isinstance(value, str):
        return value
    return InvalidInput(
        f"The text of {place} is missing.",
        "Its data has no text where the labelling page looks for it.",
        "Give the tasks a text under the name that the page uses.",
    )


def _samples(found: Sequence[Found | str]) -> Samples | None:
    """Return what can be asked about; None for nothing."""
    texts = [sample for sample in found if isinstance(sample, str)]
    if texts:
        return texts
    pictures = [sample for sample in found if isinstance(sample, np.ndarray)]
    return np.stack(pictures) if pictures else None


def _predictions(
    version: str,
    controls: Controls,
    known: Offered,
    found: Sequence[Found | str],
    probabilities: NDArray[np.float32] | None,
) -> dict[str, Any]:
    """Return the answer: a prediction for each task, the likeliest class among those offered."""
    empty = {"result": [], "score": 0.0, "model_version": version}
    results = [dict(empty) for _ in found]
    if probabilities is not None:
        readable = [place for place, one in enumerate(found) if not isinstance(one, StudioError)]
        likely = probabilities[:, list(known.places)]
        best = likely.argmax(axis=1)
        for place, choice, score in zip(readable, best.tolist(), likely.max(axis=1), strict=True):
            value = LabelValue(classes=(known.names[choice],))
            regions = results_of(value, controls, key=f"studio-{place}-")
            results[place] |= {
                "result": [{**region, "score": float(score)} for region in regions],
                "score": float(score),
            }
    return {"results": results, "model_version": version}


def _errors(tasks: Sequence[Any], found: Sequence[Found | str]) -> list[dict[str, Any]]:
    """Return what Label Studio does not read, but people do: which tasks have no prediction, and why."""
    errors: list[dict[str, Any]] = []
    for place, (task, sample) in enumerate(zip(tasks, found, strict=False)):
        if isinstance(sample, StudioError):
            key = task.get("id") if isinstance(task, dict) else None
            errors.append(
                {"task": key if type(key) is int else None, "place": place, **sample.as_dict()}
            )
    if len(tasks) > BATCH_LIMIT:
        errors.append(
            {
                "task": None,
                "place": None,
                "what": f"Of {len(tasks):,} tasks only the first was answered.",
                "why": f"One request is answered for at most {BATCH_LIMIT} tasks.",
                "fix": "Ask for fewer at once; Label Studio goes on with one at a time by itself.",
            }
        )
    return errors
