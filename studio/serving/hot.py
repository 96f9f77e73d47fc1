"""The short way of a request: from its bytes to a dialect, a model's line and back, with nothing in between."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from studio.core.endpoint import Role
from studio.core.endpoint import Scope as KeyScope
from studio.core.errors import InvalidInput, StudioError, Unauthorized
from studio.serving import cors
from studio.serving.body import receive_body
from studio.serving.deployments import Deployments
from studio.serving.dialects import DIALECTS, LOGINS
from studio.serving.errors import Unexpected, extra_headers
from studio.serving.exchange import Asked, Dialect, Exchange, Observer, Query, Reply, Target
from studio.serving.keys import Doorkeeper, is_near
from studio.serving.line import Probabilities
from studio.serving.live import Live, Loaded
from studio.serving.reading import read_query
from studio.serving.routes import allowed, match

MODEL_HEADER = "studio-model"
"""Response header of a prediction: `name:version` of the model that answered."""
METRICS = "/metrics"
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SHADOWS_AT_ONCE = 32
"""More requests than this are not sent to the shadow as well: it must not hold up those who wait."""
Headers = Mapping[str, str]
_log = logging.getLogger("studio.serving")


@dataclass(slots=True)
class Noted:
    """What is known of a request so far, for the observer."""

    live: Live | None = None
    key: str = ""
    role: Role = "champion"
    loaded: Loaded | None = None
    query: Query | None = None
    probabilities: Probabilities | None = None
    batch: int = 0
    shadow: Loaded | None = None
    answered: Probabilities | None = None


class Hot:
    """ASGI application that answers everything the dialects know.

    Args:
        rest: Answers everything else.
        observer: Told of every request to a model. Default: nobody.
        seed: Of the chance by which a challenger is chosen. Default: another one in each process.
    """

    def __init__(
        self,
        rest: ASGIApp,
        deployments: Deployments,
        doorkeeper: Doorkeeper,
        observer: Observer | None = None,
        seed: int | None = None,
    ) -> None:
        self._rest = rest
        self._deployments = deployments
        self._doorkeeper = doorkeeper
        self._observer = observer
        self._random = Random(seed)  # noqa: S311 - who answers is no secret
        self._learned: object = None
        self._shadows: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._rest(scope, receive, send)
            return
        method, path = scope["method"], scope["path"]
        target = match("GET" if method == "HEAD" else method, path)
        if target is None and path != METRICS and not (known := allowed(path)):
            await self._rest(scope, receive, send)
            return
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        if target is None:
            if path == METRICS:
                reply = await self._metrics(method, headers, scope)
            else:
                reply = await self._preflight(method, path, known, headers)
        elif target.action == "predict":
            reply = await self._predict(target, headers, scope, receive)
        else:
            reply = await self._describe(target, headers)
        await send(
            {
                "type": "http.response.start",
                "status": reply.status,
                "headers": [
                    (b"content-type", reply.content_type.encode()),
                    (b"content-length", b"%d" % len(reply.body)),
                    *[
                        (name.encode("latin-1"), value.encode("latin-1"))
                        for name, value in reply.headers
                    ],
                ],
            }
        )
        await send({"type": "http.response.body", "body": b"" if method == "HEAD" else reply.body})

    async def _predict(
        self, target: Target, headers: Headers, scope: Scope, receive: Receive
    ) -> Reply:
        """Return the answer of a model, or why there is none; the observer is told either way."""
        started = time.perf_counter()
        dialect = DIALECTS[target.dialect]
        noted = Noted()
        status = 500
        try:
            reply = await self._asked(target, dialect, headers, scope, receive, noted)
            status = reply.status
        except StudioError as error:
            reply = _failed(dialect, error)
            status = reply.status
        except ClientDisconnect:
            noted.live = None
            raise
        except Exception:  # noqa: BLE001 - the door of a prediction: its dialect says this as all failures
            _log.exception("%s %s failed", scope["method"], scope["path"])
            reply = _failed(dialect, Unexpected())
        finally:
            self._note(noted, target.dialect, status, time.perf_counter() - started)
        if noted.shadow is not None and noted.query is not None:
            self._ask_shadow(noted, noted.shadow, noted.query, target.dialect)
        return _with(reply, cors.answer_headers(noted.live.state if noted.live else None, headers))

    async def _asked(
        self,
        target: Target,
        dialect: Dialect,
        headers: Headers,
        scope: Scope,
        receive: Receive,
        noted: Noted,
    ) -> Reply:
        deployments = self._deployments
        basic = target.dialect in LOGINS
        name = target.endpoint or await self._unnamed(headers, basic)
        live = deployments.live.get(name)
        if live is None or live.champion is None or not deployments.fresh_seconds:
            live = await deployments.endpoint(name)
        noted.live = live
        noted.key, live = await let_in(deployments, self._doorkeeper, live, headers, scope, basic)
        noted.live = live
        loaded, noted.role, shadow = self._chosen(live, headers)
        if target.version is not None:
            loaded, noted.role, shadow = (
                await deployments.version(live, target.version),
                "champion",
                None,
            )
        noted.loaded = loaded
        settings = live.state.endpoint.settings
        loaded.line.check_room(settings)
        body = await receive_body(receive, headers.get("content-length", "0"))
        asked = Asked(headers, body)
        noted.query = query = await read_query(dialect, asked, loaded.version)
        noted.probabilities, noted.batch = await loaded.line.ask(query.samples, settings)
        reply = dialect.answer(query, noted.probabilities, name, loaded.version)
        noted.shadow = shadow
        return _with(reply, ((MODEL_HEADER, loaded.version.title),))

    def _chosen(self, live: Live, headers: Headers) -> tuple[Loaded, Role, Loaded | None]:
        """Return who answers, as what, and who is asked in the shadow."""
        champion, challenger = live.champion, live.challenger
        assert champion is not None
        assert live.split is not None
        if challenger is None:
            return champion, "champion", None
        chosen = live.split.choose(self._random, headers)
        if chosen.role == "challenger":
            return challenger, "challenger", None
        return champion, "champion", challenger if chosen.shadow is not None else None

    async def _unnamed(self, headers: Headers, basic: bool = False) -> str:
        """Return the endpoint that an address without a name means: the key's, or the only one.

        Raises:
            InvalidInput: There are several.
        """
        live = await self._deployments.current()
        self._learn()
        name = self._doorkeeper.endpoint_of(headers, basic=basic)
        if name is None and len(live) != 1:
            live = await self._deployments.newer()
            self._learn()
            name = self._doorkeeper.endpoint_of(headers, basic=basic)
        if name is not None:
            return name
        if len(live) == 1:
            return next(iter(live))
        names = ", ".join(sorted(live)[:8]) or "none yet"
        raise InvalidInput(
            "The address does not say which endpoint is asked.",
            f"There are several: {names}; and the key belongs to none of them."
            if live
            else "Nothing is deployed yet.",
            "Send an endpoint's key, or name the endpoint in the address.",
        )

    def _learn(self) -> None:
        states = self._deployments.states
        if states is not self._learned:
            self._learned = states
            self._doorkeeper.learn(states.values())

    async def _describe(self, target: Target, headers: Headers) -> Reply:
        dialect = DIALECTS[target.dialect]
        state = None
        try:
            await self._deployments.current()
            states = self._deployments.states
            if target.endpoint is not None:
                live = await self._deployments.endpoint(target.endpoint)
                state = live.state
                states = self._deployments.states
                if target.version is not None:  # nothing is loaded for somebody without a key
                    named = await self._deployments.named(live, target.version)
                    state = state.model_copy(update={"champion": named})
                    states = {**states, target.endpoint: state}
            reply = dialect.describe(target, states)
        except StudioError as error:
            reply = _failed(dialect, error)
        return _with(reply, cors.answer_headers(state, headers))

    async def _preflight(
        self, method: str, path: str, known: tuple[str, ...], headers: Headers
    ) -> Reply:
        """Answer a browser that asks whether a page may ask, and who uses the wrong method."""
        target = match(known[0], path)
        assert target is not None
        live = await self._deployments.current()
        if method == "OPTIONS":
            name = target.endpoint
            meant = [
                each.state for each in live.values() if name in (None, each.state.endpoint.name)
            ]
            reply = cors.preflight(meant, headers)
            if reply is not None:
                return reply
        error = _WrongMethod(
            f"{method[:20]} {path[:80]} is not answered.",
            "The address is known, and not for this method.",
            f"Use {' or '.join(known)}.",
        )
        return _with(_failed(DIALECTS[target.dialect], error), (("allow", ", ".join(known)),))

    async def _metrics(self, method: str, headers: Headers, scope: Scope) -> Reply:
        """Return the numbers: of all endpoints to this machine, of one to who has a key that opens them."""
        tfserving = DIALECTS["tfserving"]
        try:
            if method not in ("GET", "HEAD") or self._observer is None:
                raise _WrongMethod(
                    f"{method[:20]} {METRICS} is not answered.", "Numbers are read.", "Use GET."
                )
            client, server = scope.get("client"), scope.get("server")
            name = None
            if not is_near(headers, client, server):
                name = await self._unnamed(headers)
                live = await self._deployments.endpoint(name)
                await let_in(
                    self._deployments, self._doorkeeper, live, headers, scope, False, "watch"
                )
        except StudioError as error:
            return _failed(tfserving, error)
        told = self._observer.metrics
        numbers = await asyncio.get_running_loop().run_in_executor(None, told, name)
        return Reply(numbers, 200, METRICS_TYPE)

    def _note(self, noted: Noted, dialect: str, status: int, seconds: float) -> None:
        """Tell the observer what happened."""
        if self._observer is None or noted.live is None:
            return
        endpoint = noted.live.state.endpoint
        self._observer.note(
            Exchange(
                endpoint=endpoint.id,
                name=endpoint.name,
                time=time.time(),
                model=noted.loaded.version.title if noted.loaded else "",
                role=noted.role,
                dialect=dialect,
                status=status,
                seconds=seconds,
                samples=noted.query.samples if noted.query else None,
                probabilities=noted.probabilities,
                key=noted.key,
                batch=noted.batch,
                answered=noted.answered,
            )
        )

    def _ask_shadow(self, noted: Noted, shadow: Loaded, query: Query, dialect: str) -> None:
        """Ask the challenger as well, once the caller's answer is there; nobody waits for it."""
        if len(self._shadows) >= SHADOWS_AT_ONCE:
            return
        aside = Noted(noted.live, noted.key, "shadow", shadow, query, batch=query.count)
        aside.answered = noted.probabilities
        task = asyncio.get_running_loop().create_task(self._shadow(aside, shadow, query, dialect))
        self._shadows.add(task)
        task.add_done_callback(self._shadows.discard)

    async def _shadow(self, noted: Noted, shadow: Loaded, query: Query, dialect: str) -> None:
        started = time.perf_counter()
        status = 500
        try:
            noted.probabilities = await shadow.line.ask_aside(query.samples)
            status = 200
        except StudioError as error:
            status = error.status
        finally:
            self._note(noted, dialect, status, time.perf_counter() - started)


async def let_in(
    deployments: Deployments,
    doorkeeper: Doorkeeper,
    live: Live,
    headers: Headers,
    scope: Scope,
    basic: bool,
    opens: KeyScope = "predict",
) -> tuple[str, Live]:
    """Let a caller in; a key that is not known may just have been made, so the workspace is asked again.

    Args:
        basic, opens: As `basic` and `scope` of `Doorkeeper.admit`.

    Returns:
        Name of the key, and the endpoint as it is now.

    Raises:
        Unauthorized, Forbidden, TooMany: As `Doorkeeper.admit`.
    """
    client, server = scope.get("client"), scope.get("server")
    try:
        return doorkeeper.admit(live.state, headers, client, server, opens, basic=basic), live
    except Unauthorized:
        newer = (await deployments.newer()).get(live.state.endpoint.name)
        if newer is None or newer.champion is None:
            raise
        return doorkeeper.admit(newer.state, headers, client, server, opens, basic=basic), newer


class _WrongMethod(StudioError):
    """An address that is answered, asked in another way (HTTP 405)."""

    status = 405


def _failed(dialect: Dialect, error: StudioError) -> Reply:
    return _with(dialect.fail(error), tuple(extra_headers(error).items()))


def _with(reply: Reply, headers: tuple[tuple[str, str], ...]) -> Reply:
    """Return an answer with headers it does not have yet."""
    if not headers:
        return reply
    there = {name.lower() for name, _ in reply.headers}
    more = tuple(pair for pair in headers if pair[0] not in there)
    return Reply(reply.body, reply.status, reply.content_type, (*reply.headers, *more))
