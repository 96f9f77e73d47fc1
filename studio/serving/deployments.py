"""What each endpoint serves now: read from the workspace again and again, loaded once a model, switched when ready.

Requests see a snapshot, which is replaced whole. A version takes an endpoint over only after it was tried (in a process
of its own, where there is one) and loaded here; one that fails never does, and the former goes on.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from typing import Any

from studio.core.challenger import check_challenger
from studio.core.errors import NotFound, StudioError
from studio.core.model import EndpointState, ModelVersion
from studio.serving.live import Live, Loaded, Refused, not_ready, ready
from studio.serving.prometheus import Now
from studio.serving.registered import Registered
from studio.serving.shelf import Shelf, Try
from studio.serving.traffic import Split
from studio.workspace import Workspace

FRESH_SECONDS = 0.5
"""What an endpoint serves is read again after this long: aliases, keys and retirements take effect."""
SHARED_SECONDS = 0.02
"""Those who cannot wait for that share what was read this long ago."""
STRANGER_SECONDS = 0.25
"""Callers whose key or endpoint is not known let the workspace be read again at most this often, all together."""
FIRST_SECONDS = 15.0
"""A request waits this long for an endpoint's first model."""
_log = logging.getLogger("studio.serving")
Report = dict[str, dict[str, Any]]


class Deployments:
    """The endpoints of a workspace.

    Args:
        workspace: Where they are deployed.
        fresh_seconds: How long what was read is good for. Default 0.5; 0 reads again for every request.
        tried: Tries versions before they are loaded here, as `Shelf`. Default: they are tried here.
        former: Name of an endpoint -> `name:version` that it served before this process began.
        changed: Told what `report` returns whenever that changes.
    """

    def __init__(
        self,
        workspace: Workspace,
        fresh_seconds: float = FRESH_SECONDS,
        *,
        tried: Try | None = None,
        former: Mapping[str, str] | None = None,
        changed: Callable[[Report], None] | None = None,
    ) -> None:
        self.workspace = workspace
        self.live: Mapping[str, Live] = {}
        self.states: Mapping[str, EndpointState] = {}
        self.fresh_seconds = fresh_seconds
        self.swaps = 0
        self._former, self._changed = dict(former or {}), changed
        self._wake = threading.Event()
        self._shelf = Shelf(workspace, tried, self._wake.set)
        self._registered = Registered(workspace, fresh_seconds)
        self._lock = threading.RLock()
        self._read_at = self._strangers_at = float("-inf")
        self._closed = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Read the workspace now, and again in a thread of its own from now on."""
        if self._thread is None:
            self._thread = threading.Thread(
                target=_follow,
                args=(weakref.ref(self), self._wake, self.fresh_seconds),
                daemon=True,
            )
            self._thread.start()

    def close(self) -> None:
        """Read no more."""
        self._closed = True
        self._wake.set()
        self._shelf.close()

    def wake(self) -> None:
        """Read the workspace again at once: a version has been tried."""
        self._wake.set()

    async def current(self) -> Mapping[str, Live]:
        """Return all endpoints by their names, as fresh as was asked for."""
        if not self.fresh_seconds:
            await self.fresh(0.0)
        elif self._read_at == float("-inf"):
            self.start()
            await self.fresh()
        return self.live

    async def fresh(self, seconds: float = SHARED_SECONDS) -> Mapping[str, Live]:
        """Return all endpoints as they are now, read off the event loop."""
        await asyncio.get_running_loop().run_in_executor(None, self.refresh, seconds)
        return self.live

    async def newer(self) -> Mapping[str, Live]:
        """Return all endpoints as they are now, for callers who are not known and may only just have become so.

        They share what is read for them: however many they are, the workspace is not read more often.
        """
        if not self.fresh_seconds:
            return await self.fresh()
        asked = time.monotonic()
        while self._read_at <= asked and not self._closed:
            if self._strangers_at > time.monotonic():
                await asyncio.sleep(SHARED_SECONDS)
                continue
            self._strangers_at = float("inf")
            try:
                await self.fresh(0.0)
            finally:
                self._strangers_at = time.monotonic() + STRANGER_SECONDS
        return self.live

    async def endpoint(self, name: str) -> Live:
        """Return an endpoint whose model is ready, waiting for its first one.

        Raises:
            NotFound: No such endpoint, or its alias points at nothing. Unready: It has no model that works.
        """
        live = (await self.current()).get(name)
        if live is not None and live.champion is not None:
            return live
        if live is None or not live.pending:
            live = (await self.newer()).get(name)
        deadline = time.monotonic() + FIRST_SECONDS
        while live is not None and live.awaited and time.monotonic() < deadline:
            await asyncio.sleep(SHARED_SECONDS)
            live = (await self.current()).get(name)
        return ready(live, name, self.live)

    async def named(self, live: Live, number: str) -> ModelVersion:
        """Return a version of an endpoint's model by its number, loaded or not.

        Raises:
            NotFound: No such version.
        """
        own = live.own(number)
        if own is not None:
            return own.version
        loop = asyncio.get_running_loop()
        endpoint = live.state.endpoint
        return endpoint.seen(
            await loop.run_in_executor(None, self._registered.find, endpoint, number)
        )

    async def version(self, live: Live, number: str) -> Loaded:
        """Return a version of an endpoint's model by its number, ready to be asked.

        Raises:
            NotFound: No such version. StudioError: It does not work.
        """
        own = live.own(number)
        if own is not None:
            return own
        version = await self.named(live, number)
        loop = asyncio.get_running_loop()
        deadline = time.monotonic() + FIRST_SECONDS
        while (found := await loop.run_in_executor(None, self._shelf.spare, version)) is None:
            if time.monotonic() > deadline:
                raise not_ready(version.title)
            await asyncio.sleep(SHARED_SECONDS)
        if isinstance(found, Refused):
            raise found.error
        return found

    def known(self) -> Mapping[str, EndpointState]:
        """Return all endpoints by their names, read now or a moment ago; for those who may wait."""
        self.refresh(self.fresh_seconds)
        return self.states

    def refresh(self, seconds: float = 0.0) -> None:
        """Read the workspace, unless that was done less than `seconds` ago; try, load and switch."""
        asked = time.monotonic()
        with self._lock:
            if self._read_at > asked - seconds:
                return
            begun = time.monotonic()
            live = {
                state.endpoint.name: self._step(self.live.get(state.endpoint.name), state)
                for state in self.workspace.serving_states()
            }
            before, self.live = self.live, live
            self.states = {name: each.state for name, each in live.items()}
            self._read_at = begun
            self._shelf.keep(
                loaded
                for each in live.values()
                for loaded in (each.champion, each.challenger)
                if loaded is not None
            )
        self._tell(before)

    def report(self) -> Report:
        """Return, for each endpoint, which version serves since when, and what was refused and why."""
        return {
            name: {
                "serving": live.champion.version.title if live.champion else None,
                "since": live.since,
                "challenger": live.challenger.version.title if live.challenger else None,
                "pending": live.pending,
                "refused": [{"title": r.title, **r.error.as_dict()} for r in live.refused],
            }
            for name, live in self.live.items()
        }

    def now(self) -> Now:
        """Return what is going on, for those who keep count."""
        return Now(
            waiting={
                name: live.champion.line.waiting
                for name, live in self.live.items()
                if live.champion is not None
            },
            models=len(self._shelf),
            swaps=self.swaps,
            refused={name: len(live.refused) for name, live in self.live.items()},
        )

    def _tell(self, before: Mapping[str, Live]) -> None:
        """Log what changed, and tell whoever wants to know."""
        for name, live in self.live.items():
            known = before.get(name)
            served = live.champion and live.champion.version.title
            was = known and known.champion and known.champion.version.title
            if served and served != was:
                self.swaps += was is not None
                _log.info("%s serves %s.", name, served)
            for refused in live.refused:
                if known is None or refused not in known.refused:
                    _log.warning("%s does not take %s: %s", name, refused.title, refused.error)
        if self._changed is not None and self.live != before:
            self._changed(self.report())

    def _step(self, before: Live | None, state: EndpointState) -> Live:
        """Return an endpoint as it is served from now on."""
        if before is not None and before.state.endpoint.id != state.endpoint.id:
            before = None
        refused: list[Refused] = []
        pending = False
        champion = None if state.champion is None else self._shelf.ready(state.champion)
        if isinstance(champion, Refused):
            refused.append(champion)
        elif champion is None and state.champion is not None:
            pending = True
        if not isinstance(champion, Loaded):
            champion = self._previous(before, state)
        challenger = self._challenger(champion, state, refused)
        title = champion and champion.version.title
        same = before is not None and before.champion and before.champion.version.title == title
        served = state.model_copy(
            update={
                "champion": champion and champion.version,
                "challenger": challenger and challenger.version,
            }
        )
        return Live(
            state=served,
            champion=champion,
            challenger=challenger,
            refused=tuple(refused),
            since=before.since if before is not None and same else time.time(),
            pending=pending,
            split=Split.of(served) if champion else None,
        )

    def _previous(self, before: Live | None, state: EndpointState) -> Loaded | None:
        """Return what goes on while the version that should serve cannot, or not yet."""
        if state.champion is None:
            return None
        if before is not None and before.champion is not None:
            return before.champion
        title = self._former.get(state.endpoint.name, "")
        model, _, number = title.partition(":")
        if not number.isdecimal() or title == state.champion.title:
            return None
        try:
            former = self.workspace.model(model, version=int(number))
            found = self._shelf.ready(state.endpoint.seen(former))
        except NotFound:
            return None
        return found if isinstance(found, Loaded) else None

    def _challenger(
        self, champion: Loaded | None, state: EndpointState, refused: list[Refused]
    ) -> Loaded | None:
        """Return the challenger, if it is ready and can be asked what the champion is asked."""
        if champion is None or state.challenger is None:
            return None
        try:
            check_challenger(champion.version, state.challenger)
        except StudioError as error:
            refused.append(Refused(state.challenger.title, error))
            return None
        found = self._shelf.ready(state.challenger)
        if isinstance(found, Refused):
            refused.append(found)
        return found if isinstance(found, Loaded) else None


def _follow(
    deployments: weakref.ref[Deployments], wake: threading.Event, fresh_seconds: float
) -> None:
    """Read the workspace again and again, for as long as somebody wants to know."""
    while True:
        found = deployments()
        if found is None or found._closed:
            return
        try:
            found.refresh()
        except Exception:  # noqa: BLE001 - the door of the thread: what was read before stays good
            _log.exception("The endpoints could not be read; they go on as they are.")
        del found
        wake.wait(fresh_seconds or FRESH_SECONDS)
        wake.clear()


__all__ = ["FRESH_SECONDS", "Deployments", "Report", "Try"]
