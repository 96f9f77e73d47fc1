"""A Label Studio ML backend that suggests answers: asked in its own protocol, and trusted in nothing that it answers.

`/setup` is told the labelling page of the session, `/predict` is asked batch by batch; pictures travel inside the
tasks, so that the backend need reach nothing of the studio. Where it may be is judged by `addresses`.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple, NoReturn

import httpx

from studio.core.errors import Cancelled, Forbidden, InvalidInput, StudioError, TooLarge
from studio.core.label_answer import LabelValue
from studio.core.label_session import SessionConfig
from studio.core.labelstudio import controls_of, read_results
from studio.core.labelstudio_page import labelling_config
from studio.sources.addresses import (
    CONNECT_SECONDS,
    HOSTS_VARIABLE,
    PublicWeb,
    check_url,
    is_trusted,
    shown,
)
from studio.sources.base import Progress
from studio.sources.transfer import HEADERS, Interrupted, Tally, run_aside

LOGIN_VARIABLE = "STUDIO_BACKEND_LOGIN"
"""Environment variable: `user:password` for backends whose host is named in `$STUDIO_URL_HOSTS`, and no others."""
BATCH_ITEMS = 32
BATCH_BYTES = 4 * 2**20
"""Bytes of texts and base64 that one request holds, if there are several samples in it."""
ANSWER_BYTES = 16 * 2**20
TIMEOUT = httpx.Timeout(100.0, connect=CONNECT_SECONDS)
TOTAL_SECONDS = 300.0
"""One request ends within this, however slowly its answer trickles."""
PAUSES = (0.5, 2.0, 5.0)
"""Seconds to wait before each new try."""
BUSY_STATUS = {408, 425, 429, 502, 503, 504}

Item = tuple[int, str | bytes, tuple[int, int]]
"""Number of a sample; its text, or its picture as PNG; width and height of that, (0, 0) for texts."""


class Task(NamedTuple):
    """A sample as it is asked about: its number, its text (None for pictures), and the task."""

    item: int
    text: str | None
    body: dict[str, Any]


def backend_suggestions(
    url: str, session_config: SessionConfig, items: Iterator[Item], *, progress: Progress
) -> Iterator[tuple[int, LabelValue, float]]:
    """Yield what a backend suggests: number of the sample, answer, and confidence from 0 to 1.

    Samples about which it says nothing, or nothing that the session asks for, are left out.

    Args:
        url: Of the backend, such as http://host:9090.
        session_config: What is asked, of which classes.
        items: Samples, all texts or all pictures.
        progress: Told the samples that were asked about; when it raises Cancelled, the work ends.

    Raises:
        InvalidInput, Forbidden: The address is none, or one that may not be asked.
        StudioError: The backend cannot be reached, refuses, fails, suggests nothing that can be used, or answers what
            cannot be understood.
    """
    return _Backend(backend_address(url), session_config, progress).suggestions(items)


def backend_address(url: str) -> httpx.URL:
    """Return the address of a backend, as far as its text tells.

    Raises:
        InvalidInput: It is no http(s) address, holds a login, or names a port that is not for the web.
    """
    try:
        found = check_url(url)
    except InvalidInput as error:
        raise InvalidInput(
            f"{url.rpartition('@')[2][:200]!r} is not the address of an ML backend.",
            error.why,
            f"Give it as http://host:9090, without a login; that goes into {LOGIN_VARIABLE}.",
        ) from error
    return found.copy_with(query=None)


@dataclass
class _Asked(Tally):
    """Tells how many samples were asked about, also while an answer is awaited."""

    done: int = 0

    def tick(self) -> None:
        """Report."""
        if self.left:
            raise Cancelled("The suggestions were interrupted.", "", "Start them again.")
        self.progress(self.done, 0, "samples", f"asking {self.current}")


class _Backend:
    """One backend, asked for one session."""

    def __init__(self, address: httpx.URL, config: SessionConfig, progress: Progress) -> None:
        self.address, self.config = address, config
        self.name = shown(address)
        self.asked = _Asked(progress, current=address.host)
        self.size = BATCH_ITEMS
        self.page = ""
        self.project = f"{zlib.crc32(config.name.encode())}.0"
        self.fault: StudioError | None = None
        self.strange: set[str] = set()

    def suggestions(self, items: Iterator[Item]) -> Iterator[tuple[int, LabelValue, float]]:
        """Ask about all samples."""
        first = next(items, None)
        if first is None:
            return
        task = "text" if isinstance(first[1], str) else "images"
        key = controls_of("text" if task == "text" else "images").data
        self.page = labelling_config(
            self.config.classes,
            self.config.answer,
            "text" if task == "text" else "images",
            spans=self.config.spans,
        )
        self.asked.tick()
        self._ask("setup", schema=self.page, hostname="", access_token="")
        used = 0
        for batch in self._batches(key, chain([first], items)):
            for sample, prediction in zip(batch, self._predict(batch), strict=True):
                found = self._read(sample, prediction)
                if found is not None:
                    used += 1
                    yield sample.item, *found
            self.asked.done += len(batch)
            self.asked.tick()
        if not used:
            raise self.fault or self._useless()

    def _batches(self, key: str, items: Iterator[Item]) -> Iterator[list[Task]]:
        """Yield tasks for one request each."""
        batch: list[Task] = []
        size = 0
        for item, content, _ in items:
            text = content if isinstance(content, str) else None
            if isinstance(content, bytes):
                content = f"data:image/png;base64,{base64.b64encode(content).decode()}"
            if batch and (len(batch) >= self.size or size + len(content) > BATCH_BYTES):
                yield batch
                batch, size = [], 0
            body = {"id": item, "data": {key: content}, "annotations": [], "predictions": []}
            batch.append(Task(item, text, body))
            size += len(content)
        if batch:
            yield batch

    def _predict(self, batch: list[Task]) -> list[dict[str, Any] | None]:
        """Return the best prediction for each task, None where there is none."""
        answer = self._ask(
            "predict",
            tasks=[task.body for task in batch],
            label_config=self.page,
            params={"login": "", "password": "", "context": None},
        )
        results = answer.get("results")
        if not isinstance(results, list):
            raise self._unclear('Its answer has no list of "results".')
        if len(results) == 1 < len(batch):  # as Label Studio reads it: one task at a time
            self.size = 1
            return [self._predict([task])[0] for task in batch]
        if len(results) != len(batch):
            raise self._unclear(
                f"It was asked about {len(batch)} tasks, and answered {len(results)}."
            )
        return [self._best(result) for result in results]

    def _best(self, result: Any) -> dict[str, Any] | None:
        """Return the prediction for a task, the surest if there are several."""
        several = result if isinstance(result, list) else [result]
        for prediction in several:
            if not isinstance(prediction, dict) or not isinstance(prediction.get("result"), list):
                raise self._unclear('A prediction has no list called "result".')
        return max(several, key=self._score, default=None)

    def _score(self, prediction: dict[str, Any]) -> float:
        """Return how sure a prediction is, from 0 to 1; where only its parts say so, the least sure of them counts."""
        scores = [prediction.get("score")]
        if scores[0] is None:
            parts = (p for p in prediction["result"] if isinstance(p, dict))
            scores = [s for s in (part.get("score") for part in parts) if s is not None]
        return min(map(self._number, scores), default=0.0)

    def _number(self, score: Any) -> float:
        if type(score) in (int, float) and abs(score) < 1e300:
            return min(max(float(score), 0.0), 1.0)
        raise self._unclear(f"A score is {str(score)[:40]!r}, which is no finite number.")

    def _read(
        self, task: Task, prediction: dict[str, Any] | None
    ) -> tuple[LabelValue, float] | None:
        """Return what a prediction says of what the session asks for, None where that is nothing."""
        if prediction is None or not prediction["result"]:
            return None
        try:
            said = read_results(prediction["result"], text=task.text).value
        except InvalidInput as error:
            self.fault = self.fault or self._unclear(error.what)
            return None
        config = self.config
        known = set(config.class_names)
        self.strange |= said.names - known if len(self.strange) < 20 else set()
        boxes, length = config.answer == "boxes", len(task.text or "")
        value = LabelValue(
            classes=() if boxes else tuple(name for name in said.classes if name in known),
            boxes=tuple(b for b in said.boxes if boxes and b.class_name in known),
            spans=tuple(
                s for s in said.spans if config.spans and s.class_name in known and s.end <= length
            ),
        )
        if value == LabelValue() or (config.answer == "single" and len(value.classes) != 1):
            return None
        return value, self._score(prediction)

    def _ask(self, verb: str, **body: Any) -> dict[str, Any]:
        """Return the answer to one request, tried again where that may help."""
        content = json.dumps({"project": self.project, **body}).encode()
        target = self.address.copy_with(path=f"{self.address.path.rstrip('/')}/{verb}")
        return run_aside(self._insist(target, content), self.asked)

    async def _insist(self, target: httpx.URL, content: bytes) -> dict[str, Any]:
        web = PublicWeb(TIMEOUT)
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                for pause in PAUSES:
                    try:
                        return await self._try(web, target, content)
                    except (httpx.TransportError, Interrupted) as error:
                        self._give_up(error)
                    await asyncio.sleep(pause)
                return await self._try(web, target, content)
        except (httpx.TransportError, Interrupted) as error:
            self._give_up(error)
            raise self._unreachable(error) from error
        except TimeoutError as error:
            raise self._too_slow() from error
        finally:
            await web.close()

    def _give_up(self, error: Exception) -> None:
        """Refuse to try again what a new try makes worse: a backend that is at work still."""
        late = isinstance(error, httpx.TimeoutException)
        if late and not isinstance(error, httpx.ConnectTimeout):
            raise self._too_slow() from error

    async def _try(self, web: PublicWeb, target: httpx.URL, content: bytes) -> dict[str, Any]:
        headers = HEADERS | {"content-type": "application/json"} | self._login()
        body = bytearray()
        try:
            async with web.post(target, headers, content) as answer:
                if answer.status_code in BUSY_STATUS:
                    raise Interrupted(f"it answered with status {answer.status_code}")
                if answer.headers.get("content-encoding", "identity") != "identity":
                    raise self._unclear("It packs its answers, though that was not asked for.")
                async for block in answer.aiter_raw():
                    body += block
                    if len(body) > ANSWER_BYTES:
                        raise TooLarge(
                            f"The answer of the ML backend at {self.name} is too large.",
                            f"At most {ANSWER_BYTES:,} bytes are read.",
                            "Check the address, and what the backend answers.",
                        )
        except Forbidden as error:
            raise self._private(error) from error
        if answer.status_code not in (200, 201):
            raise self._refusal(answer.status_code, bytes(body))
        return self._parsed(bytes(body))

    def _login(self) -> dict[str, str]:
        """Return the header with the login; whoever names a backend of their own must not get it."""
        login = os.environ.get(LOGIN_VARIABLE, "")
        if not login or not is_trusted(self.address.raw_host.decode("ascii")):
            return {}
        return {"authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}

    def _parsed(self, body: bytes) -> dict[str, Any]:
        try:
            parsed = json.loads(body, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            reason = "it is nested too deeply" if isinstance(error, RecursionError) else error
            raise self._unclear(f"Its answer is not JSON: {str(reason)[:100]}.") from error
        if not isinstance(parsed, dict):
            raise self._unclear("Its answer is no JSON object.")
        return parsed

    def _private(self, error: Forbidden) -> Forbidden:
        host = self.address.host
        return Forbidden(
            f"The ML backend at {self.name} may not be asked.",
            error.what,
            f"Ask the administrator to start the studio with the host in {HOSTS_VARIABLE}: {HOSTS_VARIABLE}={host}.",
        )

    def _refusal(self, status: int, body: bytes) -> StudioError:
        if status in (401, 403):
            return Forbidden(
                f"The ML backend at {self.name} wants a login.",
                f"It answered with status {status}.",
                f"Ask the administrator to set {LOGIN_VARIABLE} to user:password, and {HOSTS_VARIABLE} to the host.",
            )
        said = body[:4096].decode("utf-8", "replace")
        try:
            parsed = json.loads(said)
            said = str(parsed.get("detail") or parsed.get("error") or said)
        except (ValueError, RecursionError, AttributeError):
            pass  # not every failure is told in JSON
        words = " ".join("".join(c if c.isprintable() else " " for c in said).split())[:200]
        return StudioError(
            f"The ML backend at {self.name} answered with status {status}.",
            f"It says: {words}." if words else "It does not say why.",
            "Check the address, and look into the log of the backend.",
        )

    def _unclear(self, why: str) -> StudioError:
        return StudioError(
            f"The ML backend at {self.name} answered in a way that cannot be used.",
            why,
            "Check the address, and that the backend speaks Label Studio's protocol.",
        )

    def _useless(self) -> StudioError:
        names = ", ".join(sorted(self.strange)[:8])
        return StudioError(
            f"The ML backend at {self.name} suggests nothing that the session asks for.",
            f"It speaks of: {names}."
            if names
            else "Its predictions are empty, or of another kind.",
            "Give the session's classes the names that the backend uses, or choose another backend.",
        )

    def _unreachable(self, error: Exception) -> StudioError:
        return StudioError(
            f"The ML backend at {self.name} cannot be reached.",
            f"It was tried {len(PAUSES) + 1} times: {str(error) or type(error).__name__}.",
            "Check that it runs, and that this machine can reach it.",
        )

    def _too_slow(self) -> StudioError:
        return StudioError(
            f"The ML backend at {self.name} takes too long.",
            f"An answer begins within {TIMEOUT.read:g} seconds and ends within {TOTAL_SECONDS:g}.",
            "Check the backend's log, or give it a faster machine.",
        )


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")
