"""What every step works with, and what flows between steps. TensorFlow is imported inside only."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from studio.compute.base import Paused, RunSpec
from studio.compute.encoding import Encoded, encoded, fitted
from studio.compute.events import EventWriter
from studio.compute.folder import RunFolder
from studio.compute.prepare import drawings_files, drawings_strokes
from studio.compute.values import Data, TrainedModel
from studio.core.configs import ModelConfig
from studio.core.control import RunControl
from studio.core.dataset import EXCLUDED
from studio.core.errors import Cancelled
from studio.core.model import TEXT_FORMATS
from studio.core.model_spec import ModelSpec
from studio.core.pipeline import Node
from studio.core.run import Progress, RunArtifact
from studio.core.text import TextSettings
from studio.sources import Places
from studio.workspace import Artifacts, active_split

if TYPE_CHECKING:
    from studio.ml.arrays import Split

__all__ = ["Context", "Data", "Step", "StepProgress", "TrainedModel"]

SAY_SECONDS = 0.1
"""Progress is said at most so often."""


@dataclass
class Context:
    """What every step works with.

    Args:
        spec: What the run's process was told.
        folder: The run's folder.
        artifacts: Where files go.
        emit: Where events go.
        control: Returns what people ask of the run by now.
        stopped: Set by a step that ended early because of that.
    """

    spec: RunSpec
    folder: RunFolder
    artifacts: Artifacts
    emit: EventWriter
    control: Callable[[], RunControl]
    stopped: bool = False

    def should_stop(self) -> bool:
        """Return whether to end soon, for whatever reason."""
        return self.control().ends

    def params(self, node: Node) -> Any:
        """Return a node's checked params."""
        return self.spec.pipeline.params(node.id)

    def checkpoints(self, node: Node) -> Path:
        """Return the folder in which a node writes down how far it is, for when the run's process is killed."""
        return self.folder.checkpoints / str(self.spec.pipeline.nodes.index(node))

    def places(self) -> Places:
        """Return where sources look."""
        return Places(
            data=Path(self.spec.data),
            cache=Path(self.spec.cache),
            uploads=Path(self.spec.uploads),
            drawings=self._drawings,
        )

    def _drawings(
        self, collection: str
    ) -> tuple[tuple[str, ...], Iterable[tuple[bytes, int, str]], int] | None:
        if collection not in self.spec.drawings:
            return None
        class_names, count = self.spec.drawings[collection]
        number = list(self.spec.drawings).index(collection)
        pixels, labels = (
            np.load(file, mmap_mode="r") for file in drawings_files(self.folder.drawings, number)
        )
        strokes = drawings_strokes(self.folder.drawings, number)

        def rows() -> Iterator[tuple[bytes, int, str]]:
            with strokes.open() as lines:
                for i, line in zip(range(count), lines, strict=False):
                    yield pixels[i].tobytes(), int(labels[i]), line

        return class_names, rows(), count

    def split(self, data: Data, code: int, config: ModelConfig) -> Split:
        """Return the labelled samples of one split, as a model takes them."""
        from studio.ml.arrays import load_split

        return load_split(*self.arrays(data, config), code)

    def arrays(
        self, data: Data, config: ModelConfig
    ) -> tuple[Encoded, NDArray[np.int32], NDArray[np.uint8]]:
        """Return samples as a model takes them, labels and split codes, EXCLUDED for samples that are not kept.

        Raises:
            InvalidInput: The model reads another kind of samples.
        """
        samples = encoded(self.artifacts, data.manifest, config, self.folder.encoded)
        return samples, *self.labels_and_codes(data)

    def fitted(self, data: Data, config: ModelConfig) -> ModelConfig:
        """Return a model that knows what its first layers learn before it is trained; see `encoding.fitted`."""
        codes = np.asarray(self.labels_and_codes(data)[1])
        return fitted(self.artifacts, data.manifest, config, codes, self.folder.encoded)

    def labels_and_codes(self, data: Data) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
        """Return labels, -1 for none, and split codes, EXCLUDED for samples that are not kept."""
        codes = active_split(self.artifacts, data.manifest)
        if data.codes is not None:
            codes = np.where(codes == EXCLUDED, codes, data.codes)
        return self.artifacts.open_array(data.manifest.labels), codes

    def keep_model(
        self,
        model: Any,
        config: ModelConfig,
        class_names: tuple[str, ...],
        shape: tuple[int, int, int] | None = None,
    ) -> tuple[TrainedModel, dict[str, Any]]:
        """Store a Keras model as `.keras` and `.tflite` artifacts; one of texts also in its formats.

        Args:
            shape: Of a sample of its dataset. Default: what the model takes, where that is a picture.

        Returns:
            The model, and format -> artifact as JSON.
        """
        from studio.ml.export import save_keras, to_tflite
        from studio.ml.predict import Predictor

        with self.artifacts.draft() as draft:
            save_keras(model, draft)
            keras_file = self.artifacts.adopt(draft, "model.keras")
        exported = to_tflite(model)
        tflite_file = self.artifacts.put(exported, "model.tflite")
        files = {"keras": keras_file, "tflite": tflite_file}
        if config.input == "text":
            files |= self._text_files(model, config.text, class_names)
        for file in files.values():
            self.emit.artifact(file)
        described = {name: file.model_dump(mode="json") for name, file in files.items()}
        predictor = Predictor(
            exported,
            text=config.text if config.input == "text" else None,
            table=config.table if config.input == "table" else None,
        )
        if shape is None:
            taken = predictor.shape
            shape = (taken[0], taken[1], taken[2]) if len(taken) == 3 else (0, 0, 0)
        spec = ModelSpec(
            title="",
            config=config,
            class_names=class_names,
            shape=shape,
            files={name: file.digest for name, file in files.items()},
            sizes={name: file.size for name, file in files.items()},
        )
        return TrainedModel(spec, self.artifacts, keras=model, predictor=predictor), described

    def _text_files(
        self, model: Any, text: TextSettings, class_names: tuple[str, ...]
    ) -> dict[str, RunArtifact]:
        """Store a model of texts as a small file for devices, and as one that takes strings, for servers."""
        from studio.ml.export import to_tflite
        from studio.ml.text_server import text_server_archive

        small = to_tflite(model, int8=True)
        with self.artifacts.draft() as draft:
            text_server_archive(model, text, class_names, draft)
            server = self.artifacts.adopt(draft, TEXT_FORMATS["server"])
        return {
            "int8": self.artifacts.put(small, TEXT_FORMATS["int8"]),
            "server": server,
        }


class StepProgress:
    """Passes on how far a step is, with rate and time left, and ends it when somebody asked for the end.

    Args:
        context: Of the run.
        noun: What is going on: import, check, export.
    """

    def __init__(self, context: Context, noun: str) -> None:
        self._context = context
        self._noun = noun
        self._phase = ("", "")
        self._began = (0.0, 0)
        self._said = 0.0

    def __call__(self, done: int, total: int, unit: str, message: str) -> None:
        """Report.

        Raises:
            Cancelled: Somebody asked to stop. Paused: Somebody asked to pause.
        """
        control = self._context.control()
        if control.pauses:
            raise Paused
        if control.ends:
            raise Cancelled(
                f"The {self._noun} was stopped after {done:,} of {total:,} {unit}.",
                "Somebody asked to stop.",
                f"Start the {self._noun} again; what was downloaded is kept.",
            )
        now = time.monotonic()
        if (unit, message) != self._phase:
            self._phase, self._began = (unit, message), (now, done)
        since, first = self._began
        rate = (done - first) / (now - since) if done > first and now > since else None
        left = (total - done) / rate if rate and total >= done else None
        if now - self._said < SAY_SECONDS and done != total:
            return
        self._said = now
        self._context.emit.progress(
            Progress(
                done=done, total=total, unit=unit, message=message, seconds_left=left, rate=rate
            )
        )


Step = Callable[[Context, Node, dict[str, Any]], dict[str, Any]]
"""From (context, node, input port -> value) to output port -> value."""
