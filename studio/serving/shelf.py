"""Versions that are ready to be asked, those that are only just being loaded, and those that failed."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor

from studio.core.errors import StudioError
from studio.core.foreign import runnable_format
from studio.core.model import ModelVersion
from studio.serving.line import Line
from studio.serving.live import Loaded, Refused
from studio.serving.loading import example, load, try_out, unexpected, version_key
from studio.workspace import Workspace

SPARE_MODELS, SPARE_BYTES = 16, 512 * 2**20
"""So many models stay loaded beside those in service, and files of so many bytes: the most recently asked ones."""
REFUSED_SECONDS = 60.0
"""A version that failed is tried again after this, should anybody still want it."""
Try = Callable[[str, ModelVersion], StudioError | bool]
"""Says whether a version, known by its key, works: True; why not; or False while that is being found out."""


class Shelf:
    """Loads every model once, however many endpoints serve it.

    Args:
        workspace: Where the versions are registered.
        tried: Tries versions before they are loaded, in a thread of the shelf's own, so that nobody has to wait to
            learn anything else. Default: they are tried and loaded by whoever wants them.
        wake: Called when a version has been loaded.
    """

    def __init__(self, workspace: Workspace, tried: Try | None, wake: Callable[[], None]) -> None:
        self._workspace, self._tried, self._wake = workspace, tried, wake
        self._loaded: OrderedDict[str, Loaded] = OrderedDict()
        self._refused: dict[str, Refused] = {}
        self._loads: dict[str, tuple[str, Future[Loaded]]] = {}
        self._loader = None if tried is None else ThreadPoolExecutor(1, "loader")
        self._served: set[str] = set()
        self._lock = threading.RLock()

    def __len__(self) -> int:
        return len(self._loaded)

    def close(self) -> None:
        """Load no more."""
        if self._loader is not None:
            self._loader.shutdown(wait=False, cancel_futures=True)
        for loaded in list(self._loaded.values()):
            loaded.line.close()

    def ready(self, version: ModelVersion) -> Loaded | Refused | None:
        """Return a version ready to be asked, or why it is not; None while that is being found out."""
        try:
            key = version_key(version)
        except StudioError as error:
            return Refused(version.title, error, time.monotonic())
        with self._lock:
            self._take_over()
            loaded = self._loaded.get(key)
            if loaded is None:
                refused = self._refused.get(key)
                if refused is not None and time.monotonic() < refused.until:
                    return refused
                try:
                    loaded = self._begin(key, version)
                except StudioError as error:
                    return self._refuse(key, version.title, error)
                if loaded is None:
                    return None
            if loaded.version != version:
                loaded = Loaded(version, loaded.line)
            self._loaded[key] = loaded
            self._loaded.move_to_end(key)
            return loaded

    def spare(self, version: ModelVersion) -> Loaded | Refused | None:
        """Return a version that no endpoint serves; as `ready`."""
        with self._lock:
            found = self.ready(version)
            self._unload()
            return found

    def keep(self, served: Iterable[Loaded]) -> None:
        """Let go of models that are not in service and that nobody asked for longest.

        Requests that still ask them keep them.
        """
        with self._lock:
            self._served = {version_key(loaded.version) for loaded in served}
            self._unload()

    def _begin(self, key: str, version: ModelVersion) -> Loaded | None:
        """Have a version tried and loaded; None while that goes on.

        Raises:
            StudioError: It does not work.
        """
        if key in self._loads:
            return None
        verdict = True if self._tried is None else self._tried(key, version)
        if isinstance(verdict, StudioError):
            raise verdict
        if not verdict:
            return None
        if self._loader is None:
            return self._load(version)
        work = self._loader.submit(self._load, version)
        self._loads[key] = version.title, work
        work.add_done_callback(lambda _: self._wake())
        return None

    def _load(self, version: ModelVersion) -> Loaded:
        try:
            model = load(self._workspace, version)
            try_out(model, version)
            return Loaded(version, Line(model, example(model), steady=model.steady))
        except StudioError:
            raise
        except Exception as error:  # what one file does is no reason for others to stand still
            raise unexpected(version.title, error) from error

    def _take_over(self) -> None:
        """Take over what the loading thread is done with."""
        for key in [key for key, (_, work) in self._loads.items() if work.done()]:
            title, work = self._loads.pop(key)
            if work.cancelled():
                continue
            error = work.exception()
            if isinstance(error, StudioError):
                self._refuse(key, title, error)
            elif error is None:
                self._loaded[key] = work.result()
                self._refused.pop(key, None)

    def _refuse(self, key: str, title: str, error: StudioError) -> Refused:
        refused = self._refused[key] = Refused(title, error, time.monotonic() + REFUSED_SECONDS)
        return refused

    def _unload(self) -> None:
        spare = [key for key in self._loaded if key not in self._served]
        size = sum(_size(self._loaded[key]) for key in spare)
        while len(spare) > SPARE_MODELS or (len(spare) > 1 and size > SPARE_BYTES):
            size -= _size(self._loaded.pop(spare.pop(0)))


def _size(loaded: Loaded) -> int:
    files = loaded.version.files
    return files[runnable_format(files)].size
