"""Forms in which a model leaves the studio, and the gate that each of them has to pass."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from studio.core.errors import unknown

if TYPE_CHECKING:
    from studio.core.run import RunArtifact

ModelInput = Literal["image", "text", "strokes", "row"]
INPUTS: dict[str, ModelInput] = {
    "images": "image",
    "text": "text",
    "strokes": "strokes",
    "table": "row",
}
INPUT_NOUNS: dict[ModelInput, str] = {
    "image": "pictures",
    "text": "texts",
    "strokes": "strokes",
    "row": "rows of a table",
}
"""Kind of input of a stack of layers -> what forms call it."""
IDENTITY = ("keras", "tflite", "onnx")
"""The first of these files that a model has is what it is known by."""
ExportKind = Literal["float", "int8", "package"]
REPORT = "parity.json"
"""Name of the artifact with the report of a run that exports a model."""
REPLAYED_ANSWERS = "replayed.npz"
"""And of the one with what the model itself said: ids, labels and probabilities, for who tries a file elsewhere."""
REPLAYED = 1000
"""So many samples each export answers, at least."""
FLOAT_AGREEMENT = 0.999
"""A float export that agrees with the model about fewer samples is refused."""
INT8_DROP = 0.01
"""An int8 export whose accuracy is lower by more is refused."""
ROUNDING = 1e-9
"""Shares of samples that differ by less are the same: 0.92 - 0.91 is a little more than 0.01."""


@dataclass(frozen=True)
class ModelExport:
    """One form.

    Args:
        title: What people read.
        suffix: Of its file.
        kind: "float" and "int8" are judged by the gate; a "package" holds files that were, or is replayed itself.
        inputs: Kinds of models that it can hold.
        description: One sentence: what it is for.
        made: Whether a run makes and replays it; False: it is put together of others' files when it is asked for.
    """

    title: str
    suffix: str
    kind: ExportKind
    inputs: tuple[ModelInput, ...]
    description: str
    made: bool = True


ALL: tuple[ModelInput, ...] = ("image", "text", "strokes", "row")
SEEN: tuple[ModelInput, ...] = ("image", "text", "strokes")
MODEL_EXPORTS: dict[str, ModelExport] = {
    "keras": ModelExport("Keras", ".keras", "float", ALL, "To go on training with, in Python."),
    "savedmodel": ModelExport(
        "SavedModel", ".savedmodel.zip", "float", ALL,
        "For TensorFlow Serving: the folder of version 1, which takes pixels, picture files or texts.",
    ),
    "tflite": ModelExport(
        "LiteRT", ".tflite", "float", ALL, "For phones, small computers and this studio's endpoints."
    ),
    "float16": ModelExport(
        "LiteRT, float16", ".float16.tflite", "float", ALL, "Half the size, nearly the same answers."
    ),
    "int8": ModelExport(
        "LiteRT, weights in int8", ".int8.tflite", "int8", ALL,
        "A quarter of the size, and often twice as fast.",
    ),
    "full_int8": ModelExport(
        "LiteRT, all in int8", ".full_int8.tflite", "int8", ("image",),
        "For chips that calculate with whole numbers only; its ranges come from training samples.",
    ),
    "onnx": ModelExport("ONNX", ".onnx", "float", ALL, "For ONNX Runtime and other programs."),
    "c_array": ModelExport(
        "C array", ".c.zip", "int8", ("image",),
        "For microcontrollers: the smallest LiteRT file as C source, to compile in.",
    ),
    "teachable": ModelExport(
        "Teachable Machine", ".tm.zip", "float", ("image",),
        "The three files that Teachable Machine's libraries load, where every layer has its like there.",
    ),
    "browser": ModelExport(
        "Web page, as files", ".web.zip", "package", SEEN,
        "A page that predicts in any browser, offline; put the folder on any web server.",
    ),
    "page": ModelExport(
        "Web page, one file", ".html", "package", SEEN,
        "The same page as a single file that opens from disk, a stick or an e-mail.",
    ),
    "mlflow": ModelExport(
        "MLflow", ".mlflow.zip", "package", ALL, "A folder that mlflow.pyfunc.load_model opens."
    ),
    "docker": ModelExport(
        "Container", ".docker.zip", "package", ALL,
        "The endpoint with Dockerfile and compose file: docker compose up.", made=False,
    ),
    "zip": ModelExport(
        "Studio", ".zip", "package", ALL, "To restore in another studio.", made=False
    ),
}  # fmt: skip


class ModelExportParams(BaseModel):
    """What is made of a model, and how it is tried.

    Args:
        formats: Names of MODEL_EXPORTS; empty: all that fit the model.
        samples: So many samples each export answers: held-out ones first, then others where there are fewer.
        accept: Keep exports that the gate refuses.
        split: Digest of the split that the model's training made itself; "": the one stored with the dataset.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    formats: tuple[str, ...] = ()
    samples: int = Field(
        REPLAYED, ge=100, le=20_000, title="Replayed samples",
        description="Each form answers the same held-out samples; the differences are shown.",
    )  # fmt: skip
    accept: bool = Field(
        False,
        title="Keep what differs too much",
        description="Forms that answer otherwise than the model are refused unless you say so.",
    )
    split: str = ""


class ParityRow(BaseModel):
    """How one export answers beside the model itself, on the same samples.

    Args:
        bytes: Size of its file.
        where: "Python", or the browser that it ran in.
        samples: So many were replayed; 0: none, and `note` says why.
        max_difference: Largest difference of any probability.
        agreement: Share of the samples about whose most likely class both agree.
        accuracy, accuracy_drop: On those of them that are labelled, and how much lower it is than the model's own.
        milliseconds: Median time for one sample; None where it was not timed.
        refused: Why the gate refused it; "" when it passed.
        accepted: It was refused, and somebody wants it nonetheless.
    """

    model_config = ConfigDict(frozen=True)

    format: str
    where: str = "Python"
    bytes: int
    samples: int
    max_difference: float | None = None
    agreement: float | None = None
    accuracy: float | None = None
    accuracy_drop: float | None = None
    milliseconds: float | None = None
    refused: str = ""
    accepted: bool = False
    note: str = ""


class ParityReport(BaseModel):
    """What a run that exported a model found.

    Args:
        model, dataset: Titles; `held_out` of the `samples` replayed were not learned from.
        accuracy: Of the model itself on those that are labelled.
        rows: One an export, refused ones too.
        left_out: Format -> why it was not made at all.
    """

    model_config = ConfigDict(frozen=True)

    model: str
    dataset: str
    samples: int
    held_out: int
    accuracy: float | None
    rows: tuple[ParityRow, ...]
    left_out: dict[str, str] = {}
    device: str = ""


@dataclass(frozen=True)
class Exported:
    """What is known of a model's forms: the newest word about each.

    Args:
        rows: One a form, in the order of MODEL_EXPORTS; those of browsers behind that of their file.
        files: Form -> its file; refused ones are not there.
        runs: Names of the runs that said so, newest first.
        left_out: Form -> why it could not be made.
        replayed: What the newest of the runs asked about, in words; "" without one.
    """

    rows: tuple[ParityRow, ...] = ()
    files: dict[str, RunArtifact] = field(default_factory=dict)
    runs: tuple[str, ...] = ()
    left_out: dict[str, str] = field(default_factory=dict)
    replayed: str = ""

    @property
    def refused(self) -> dict[str, str]:
        """Form -> why it is not given out: what Python or a browser found, and nobody wanted it nonetheless."""
        return {row.format: row.refused for row in self.rows if row.refused and not row.accepted}


def check_formats(names: tuple[str, ...]) -> None:
    """Refuse names of forms that no run makes.

    Raises:
        NotFound: One is no form, or is put together when it is asked for.

    Example:
        >>> check_formats(("onnx", "int8"))
    """
    made = [name for name, export in MODEL_EXPORTS.items() if export.made]
    for name in names:
        if name not in made:
            raise unknown("form of a model", name, made)


def refusal(kind: ExportKind, row: ParityRow) -> str:
    """Return why an export may not leave, "" when it may.

    Example:
        >>> row = ParityRow(format="onnx", bytes=1, samples=1000, agreement=0.9985, accuracy_drop=0.0)
        >>> refusal("float", row)
        'It agrees with the model about 99.85 % of the samples; 99.9 % are wanted.'
        >>> refusal("int8", row)
        ''
    """
    if kind == "int8" and row.accuracy_drop is not None:
        if row.accuracy_drop > INT8_DROP + ROUNDING:
            return (
                f"Its accuracy is {100 * row.accuracy_drop:.2f} points lower than the model's; "
                f"{100 * INT8_DROP:g} is allowed."
            )
        return ""
    # Without labels nothing is known of the accuracy; it cannot be lower by more than they disagree.
    wanted = FLOAT_AGREEMENT if kind != "int8" else 1 - INT8_DROP
    if row.agreement is not None and row.agreement < wanted - ROUNDING:
        return (
            f"It agrees with the model about {math.floor(1e4 * row.agreement + ROUNDING) / 100:g} % of the samples; "
            f"{100 * wanted:g} % are wanted."
        )
    return ""
