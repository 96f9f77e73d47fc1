"""What each component of the catalog does when its node's turn comes. TensorFlow is imported inside only."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from studio.compute.base import Paused, RunSpec
from studio.compute.encoding import Encoded, encoded
from studio.compute.events import EventWriter
from studio.compute.folder import RunFolder
from studio.compute.prepare import drawings_files, drawings_strokes
from studio.core.catalog import (
    ExportParams,
    ImportParams,
    SplitParams,
)
from studio.core.configs import ModelConfig
from studio.core.control import RunControl
from studio.core.dataset import EXCLUDED, DatasetManifest
from studio.core.errors import Cancelled
from studio.core.foreign import runnable_format
from studio.core.model import TEXT_FORMATS
from studio.core.model_spec import ModelParams
from studio.core.pipeline import Node
from studio.core.quality import QualityParams
from studio.core.run import Progress, RunArtifact
from studio.core.text import TextSettings
from studio.sources import Places
from studio.workspace import (
    Artifacts,
    active_split,
    build_manifest,
    export_name,
    near_groups,
    open_content,
    split_kept,
    staging_key,
)

if TYPE_CHECKING:
    from studio.ml.arrays import Split
    from studio.ml.predict import Predictor


ASKED_ONLY = frozenset({"scoring"})
"""Components that ask a model's file only: TensorFlow is not loaded for them."""
SAY_SECONDS = 0.1
"""Progress is said at most so often."""


@dataclass(frozen=True)
class Data:
    """A dataset on its way through a pipeline.

    Args:
        title: `name:version`, or the name alone when the run itself makes the version.
        manifest: Its artifacts and the facts about them.
        codes: The split to use instead of the stored one, uint8 (N,).
    """

    title: str
    manifest: DatasetManifest
    codes: NDArray[np.uint8] | None = None


@dataclass(frozen=True)
class TrainedModel:
    """A model on its way through a pipeline.

    Args:
        config: Its stack; None for a model of another program.
        keras: As Keras has it; None for a model of another program, and where it is only asked.
        predictor: As exported.
        sizes: Format -> bytes of its file.
        class_names: Names of its outputs where they may differ from the dataset's; empty: the dataset's.
        title: `name:version` or `run/NAME` of a model that was there before the run.
    """

    config: ModelConfig | None
    keras: Any
    predictor: Predictor
    sizes: dict[str, int]
    class_names: tuple[str, ...] = ()
    title: str = ""


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

    def name(self, node: Node, name: str) -> str:
        """Return what a file is called: plainly, or with its node where a second node makes such files."""
        alike = [n.id for n in self.spec.pipeline.nodes if n.component == node.component]
        return name if node.id == alike[0] else f"{node.id}.{name}"

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

    def labels_and_codes(self, data: Data) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
        """Return labels, -1 for none, and split codes, EXCLUDED for samples that are not kept."""
        codes = active_split(self.artifacts, data.manifest)
        if data.codes is not None:
            codes = np.where(codes == EXCLUDED, codes, data.codes)
        return self.artifacts.open_array(data.manifest.labels), codes

    def keep_model(
        self, node: Node, model: Any, config: ModelConfig, class_names: tuple[str, ...]
    ) -> tuple[TrainedModel, dict[str, Any]]:
        """Store a Keras model as `.keras` and `.tflite` artifacts; one of texts also in its formats.

        Returns:
            The model, and format -> artifact as JSON.
        """
        from studio.ml.export import save_keras, to_tflite
        from studio.ml.predict import Predictor

        with self.artifacts.draft() as draft:
            save_keras(model, draft)
            keras_file = self.artifacts.adopt(draft, self.name(node, "model.keras"))
        exported = to_tflite(model)
        tflite_file = self.artifacts.put(exported, self.name(node, "model.tflite"))
        files = {"keras": keras_file, "tflite": tflite_file}
        if config.input == "text":
            files |= self._text_files(node, model, config.text, class_names)
        for file in files.values():
            self.emit.artifact(file)
        sizes = {name: file.size for name, file in files.items()}
        described = {name: file.model_dump(mode="json") for name, file in files.items()}
        text = config.text if config.input == "text" else None
        return TrainedModel(config, model, Predictor(exported, text=text), sizes), described

    def _text_files(
        self, node: Node, model: Any, text: TextSettings, class_names: tuple[str, ...]
    ) -> dict[str, RunArtifact]:
        """Store a model of texts as a small file for devices, and as one that takes strings, for servers."""
        from studio.ml.export import to_tflite
        from studio.ml.text_server import text_server_archive

        small = to_tflite(model, int8=True)
        with self.artifacts.draft() as draft:
            text_server_archive(model, text, class_names, draft)
            server = self.artifacts.adopt(draft, self.name(node, TEXT_FORMATS["server"]))
        return {
            "int8": self.artifacts.put(small, self.name(node, TEXT_FORMATS["int8"])),
            "server": server,
        }


Step = Callable[[Context, Node, dict[str, Any]], dict[str, Any]]
"""From (context, node, input port -> value) to output port -> value."""


def dataset(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Give the pinned version."""
    version = context.spec.datasets[node.id]
    fields = version.model_dump(include=set(DatasetManifest.model_fields))
    return {"dataset": Data(version.title, DatasetManifest.model_validate(fields))}


def import_data(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Read a source into artifacts, and announce the version that the worker records."""
    params: ImportParams = context.params(node)
    manifest = context.emit.announced_manifest() or build_manifest(
        params.source,
        context.artifacts,
        params.split,
        places=context.places(),
        progress=StepProgress(context, "import"),
        key=staging_key(context.spec.run, node.id),
        behind=context.spec.datasets.get(node.id) if params.append else None,
    )
    context.emit.dataset(
        params.name,
        manifest,
        author=params.author,
        message=params.message,
        append=params.append,
    )
    count = manifest.count
    context.emit.progress(Progress(done=count, total=count, unit="samples", message="imported"))
    context.emit.log(f"{count:,} samples of {len(manifest.class_names):,} classes.")
    return {"dataset": Data(params.name, manifest)}


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
        if control.pause and not (control.stop or control.cancel):
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


def quality(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Look for copies, near-duplicates and blank samples, and lay some out on a map."""
    from studio.quality import check_quality

    params: QualityParams = context.params(node)
    data: Data = inputs["dataset"]
    manifest = data.manifest
    found = check_quality(
        context.artifacts.open_samples(manifest.samples),
        context.artifacts.open_array(manifest.labels),
        context.artifacts.open_array(manifest.state) if manifest.state else None,
        params,
        title=data.title,
        digest=manifest.samples,
        progress=StepProgress(context, "check"),
    )
    for name in ("groups", "flags", "map_rows", "map_points"):
        array = getattr(found, name)
        context.emit.artifact(context.artifacts.put_array(array, context.name(node, f"{name}.npy")))
    context.emit.result(
        {"samples": manifest.samples, "report": found.report.model_dump(mode="json")}
    )
    context.emit.log(
        f"{found.report.near_duplicates:,} near-duplicates and {found.report.copies:,} copies "
        f"among {found.report.count:,} samples."
    )
    return {"metrics": found.report}


def export(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Write a dataset version as a file of another program's format."""
    from studio.exports import write_export

    params: ExportParams = context.params(node)
    data: Data = inputs["dataset"]
    content = open_content(context.artifacts, data.manifest, data.title)
    with context.artifacts.draft() as draft:
        facts = write_export(content, params.format, draft, StepProgress(context, "export"))
        file = context.artifacts.adopt(draft, context.name(node, "export"))
    context.emit.result({"file": export_name(data.title, params.format), **facts})
    context.emit.artifact(file)
    return {"file": file}


def model(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Give a model that is there already."""
    from studio.ml.predict import Predictor

    params: ModelParams = context.params(node)
    spec = context.spec.models[params.reference]
    config = spec.config
    wanted = {link.target for link in context.spec.pipeline.links if link.source == node.id}
    asked = all(context.spec.pipeline.node(target).component in ASKED_ONLY for target in wanted)
    own = context.artifacts.path(spec.files["keras"]) if config is not None and not asked else None
    runnable = runnable_format(spec.files)
    predictor = Predictor(
        context.artifacts.path(spec.files[runnable]),
        text=spec.text,
        adapter=spec.adapter,
        shape=spec.shape,
        file_format=runnable,
    )
    if own is None:
        keras = None
    else:
        from studio.ml.export import load_keras

        keras = load_keras(own)
    kept = TrainedModel(
        config,
        keras,
        predictor,
        spec.sizes,
        spec.class_names,
        spec.title,
    )
    return {"model": kept}


def split(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Use the stored split, or divide anew and keep the codes as `split.npy`."""
    params: SplitParams = context.params(node)
    data: Data = inputs["dataset"]
    if params.stored:
        return {"dataset": data}
    manifest, artifacts = data.manifest, context.artifacts
    groups = None
    if params.together:
        samples = artifacts.open_samples(manifest.samples)
        groups = near_groups(samples, StepProgress(context, "split"))
    state = artifacts.open_array(manifest.state) if manifest.state else None
    codes = split_kept(params, artifacts.open_array(manifest.labels), state, groups)
    context.emit.artifact(context.artifacts.put_array(codes, context.name(node, "split.npy")))
    return {"dataset": replace(data, codes=codes)}
