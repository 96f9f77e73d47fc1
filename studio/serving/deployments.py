"""What each endpoint serves now: read from the workspace, loaded once a model."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError, unknown
from studio.core.foreign import runnable_format
from studio.core.model import Endpoint, ModelVersion
from studio.ml.predict import Predictor
from studio.serving.errors import Broken
from studio.workspace import Workspace

FRESH_SECONDS = 0.5
"""What an endpoint serves is read again after this long: aliases, keys and retirements take effect."""
LOADED_MODELS = 16
"""So many models stay loaded, the most recently asked ones."""


@dataclass(frozen=True)
class Deployed:
    """An endpoint, the model version it serves, and that version ready to be asked."""

    endpoint: Endpoint
    version: ModelVersion
    predictor: Predictor

    def predict(self, samples: NDArray[np.uint8] | Sequence[str]) -> NDArray[np.float32]:
        """Return probabilities, float32 (n, classes), for uint8 (n, height, width, channels), or for n texts.

        Raises:
            Broken: The model answers with something that is no number.
        """
        probabilities: NDArray[np.float32] = self.predictor.predict(samples)
        if not np.isfinite(probabilities).all():
            raise Broken(
                f"{self.version.title} answers with something that is no number.",
                "Its weights are damaged, or its training went astray.",
                "Point the endpoint at another version.",
            )
        return probabilities


class Deployments:
    """The endpoints of a workspace.

    Args:
        workspace: Where they are deployed.
        fresh_seconds: How long an answer of the workspace is good for. Default 0.5.
    """

    def __init__(self, workspace: Workspace, fresh_seconds: float = FRESH_SECONDS) -> None:
        self.workspace = workspace
        self._fresh_seconds = fresh_seconds
        self._found: dict[tuple[str, str | None], tuple[float, Deployed]] = {}
        self._predictors: OrderedDict[str, Predictor] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, name: str, version: str | None = None) -> Deployed:
        """Return what an endpoint serves.

        Args:
            name: Of the endpoint.
            version: Another version of the endpoint's model than the one it serves.

        Raises:
            NotFound: No such endpoint or version. Broken: The model cannot be loaded.
        """
        now = time.monotonic()
        until, deployed = self._found.get((name, version), (0.0, None))
        if deployed is not None and now < until:
            return deployed
        self._found.pop((name, version), None)
        deployed = self._look_up(name, version)
        self._found[name, version] = now + self._fresh_seconds, deployed
        return deployed

    def _look_up(self, name: str, version: str | None) -> Deployed:
        endpoint = self.workspace.endpoint(name)
        if version is None:
            found = self.workspace.endpoint_model(endpoint)
        elif version.isascii() and version.isdecimal() and len(version) <= 9:
            found = self.workspace.model(endpoint.model, version=int(version))
        else:
            raise unknown(f"version of {name}", version[:40], [])
        return Deployed(endpoint, found, self._predictor(found))

    def _predictor(self, version: ModelVersion) -> Predictor:
        adapter = version.adapter
        said = adapter.model_dump_json() if adapter is not None else ""
        key = f"{version.files[runnable_format(version.files)].digest} {version.shape} {said}"
        with self._lock:
            predictor = self._predictors.get(key)
            if predictor is None:
                predictor = self._predictors[key] = self._load(version)
            self._predictors.move_to_end(key)
            while len(self._predictors) > LOADED_MODELS:
                self._predictors.popitem(last=False)
        return predictor

    def _load(self, version: ModelVersion) -> Predictor:
        runnable = runnable_format(version.files)
        try:
            predictor = Predictor(
                self.workspace.model_bytes(version, runnable),
                text=version.text,
                adapter=version.adapter,
                shape=version.shape,
                file_format=runnable,
            )
        except StudioError as error:
            raise Broken(error.what, error.why, error.fix) from error
        if predictor.shape != version.input_shape or predictor.classes != len(version.class_names):
            raise Broken(
                f"The .{runnable} file of {version.title} is of another model.",
                f"It takes {predictor.shape} and knows {predictor.classes} classes; the registered "
                f"model takes {version.input_shape} and knows {len(version.class_names)}.",
                "Register the model again.",
            )
        return predictor
