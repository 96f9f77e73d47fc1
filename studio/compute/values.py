"""What steps take and give, and how it is kept: from views in memory to port values in JSON, and back.

A step of a Dataset gets `Data`, one of a Model `TrainedModel`; all other ports carry the port value itself.
"""

from __future__ import annotations

import hashlib
import io
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast, get_args

import numpy as np
from numpy.typing import NDArray

from studio.core.configs import ModelConfig
from studio.core.dataset import DatasetManifest
from studio.core.errors import StudioError
from studio.core.evaluation import Evaluation
from studio.core.foreign import runnable_format
from studio.core.model_spec import ModelSpec
from studio.core.port_values import DatasetValue, FileValue, MetricsValue, ModelValue, PortValue
from studio.core.quality import QualityReport
from studio.core.run import RunArtifact
from studio.workspace import Artifacts

if TYPE_CHECKING:
    from studio.ml.predict import Predictor

VALUES: tuple[type, ...] = get_args(get_args(PortValue)[0])
"""The classes of port values."""


@dataclass(frozen=True)
class Data:
    """A dataset on its way through a pipeline.

    Args:
        title: `name:version`, or the name alone when the run itself makes the version.
        manifest: Its artifacts and the facts about them.
        codes: The split to use instead of the stored one, uint8 (N,); memory-mapped where it was kept before.
    """

    title: str
    manifest: DatasetManifest
    codes: NDArray[np.uint8] | None = None


class TrainedModel:
    """A model on its way through a pipeline. Its files are opened when somebody asks, once.

    Args:
        spec: What is known of it; `title` is "" when this run trained it.
        artifacts: Where its files are.
        keras: As Keras has it, where that is in memory already.
        predictor: As exported, where that is in memory already.
    """

    def __init__(
        self,
        spec: ModelSpec,
        artifacts: Artifacts,
        *,
        keras: Any = None,
        predictor: Predictor | None = None,
    ) -> None:
        self.spec = spec
        self._artifacts = artifacts
        self._keras = keras
        self._predictor = predictor
        self._lock = threading.Lock()

    @property
    def config(self) -> ModelConfig | None:
        """Its stack; None for a model of another program."""
        return self.spec.config

    @property
    def sizes(self) -> dict[str, int]:
        """Format -> bytes of its file."""
        return self.spec.sizes

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of its outputs."""
        return self.spec.class_names

    @property
    def title(self) -> str:
        """`name:version` or `run/NAME` of a model that was there before the run; "" when the run trained it."""
        return self.spec.title

    @property
    def keras(self) -> Any:
        """As Keras has it; None for a model of another program. TensorFlow is loaded for it."""
        with self._lock:
            if self._keras is None and self.config is not None:
                from studio.ml.export import load_keras

                self._keras = load_keras(self._artifacts.path(self.spec.files["keras"]))
            return self._keras

    @property
    def predictor(self) -> Predictor:
        """As exported; asks its file, without TensorFlow."""
        with self._lock:
            if self._predictor is None:
                from studio.ml.predict import Predictor

                runnable = runnable_format(self.spec.files)
                self._predictor = Predictor(
                    self._artifacts.path(self.spec.files[runnable]),
                    text=self.spec.text,
                    table=self.spec.table,
                    adapter=self.spec.adapter,
                    shape=self.spec.shape,
                    file_format=runnable,
                )
            return self._predictor


def keep(made: Any, artifacts: Artifacts) -> PortValue:
    """Return what a step gave, as it is kept. Arrays and reports become artifacts.

    Args:
        made: `Data`, `TrainedModel`, a report, a file, or a port value, which stays as it is.
        artifacts: Where the files are.

    Raises:
        StudioError: Nothing that flows through wires.
    """
    match made:
        case Data():
            codes = (
                "" if made.codes is None else artifacts.put_array(made.codes, "split.npy").digest
            )
            return DatasetValue(title=made.title, manifest=made.manifest, codes=codes)
        case TrainedModel():
            return ModelValue(title=made.title, spec=made.spec)
        case RunArtifact():
            return FileValue(title=made.name, file=made)
        case Evaluation():
            content = made.model_dump_json(indent=1).encode()
            return MetricsValue(
                title=made.dataset,
                kind="evaluation",
                headline=_plain(made.headline()),
                file=artifacts.put(content, "evaluation.json").digest,
            )
        case QualityReport():
            content = made.model_dump_json().encode()
            return MetricsValue(
                kind="quality",
                headline=_plain(made.model_dump(mode="json", exclude={"dataset", "samples"})),
                file=artifacts.put(content, "quality.json").digest,
            )
    if isinstance(made, VALUES):
        return cast(PortValue, made)
    raise StudioError(
        f"A step gave a {type(made).__name__}.",
        "Nothing of that kind flows through the wires of a pipeline.",
        "Report it: the component is not finished.",
    )


def view(value: PortValue, artifacts: Artifacts) -> Any:
    """Return what a step takes of a value that was kept: `Data`, `TrainedModel`, or the value itself.

    Raises:
        NotFound: A file is missing from the disk.
    """
    if isinstance(value, DatasetValue):
        codes = artifacts.open_array(value.codes) if value.codes else None
        return Data(value.title, value.manifest, codes)
    if isinstance(value, ModelValue):
        return TrainedModel(value.spec, artifacts)
    return value


def _codes(codes: NDArray[np.uint8], artifacts: Artifacts) -> str:
    """Return the digest of split codes, which are stored unless they are there: the step has often done so."""
    content = io.BytesIO()
    np.save(content, codes, allow_pickle=False)
    digest = hashlib.sha256(content.getbuffer()).hexdigest()
    return digest if artifacts.has(digest) else artifacts.put_array(codes, "split.npy").digest


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the numbers and words among facts, what is nested left out."""
    return {k: v for k, v in facts.items() if v is None or isinstance(v, float | int | str)}
