"""Models made by other programs: what is said about them when they are brought in, and what was found in them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from studio.core.adapter import InputAdapter, Layout, OutputKind
from studio.core.errors import Forbidden, InvalidInput
from studio.core.names import check_class_name

ForeignFormat = Literal["keras", "h5", "tflite", "onnx", "savedmodel", "pytorch"]
FOREIGN_FORMATS: tuple[ForeignFormat, ...] = (
    "keras", "h5", "tflite", "onnx", "savedmodel", "pytorch",
)  # fmt: skip
RunnableFormat = Literal["tflite", "onnx"]
FileFormat = Literal["tflite", "onnx", "keras"]
RUNNABLE: tuple[RunnableFormat, ...] = ("tflite", "onnx")
"""What endpoints, evaluations and suggestions can ask, the preferred one first."""
SUFFIXES: dict[str, ForeignFormat] = {
    ".keras": "keras",
    ".h5": "h5",
    ".hdf5": "h5",
    ".tflite": "tflite",
    ".onnx": "onnx",
    ".zip": "savedmodel",
    ".pt2": "pytorch",
}
TITLES: dict[ForeignFormat, str] = {
    "keras": "Keras (.keras)",
    "h5": "older Keras (.h5)",
    "tflite": "TensorFlow Lite (.tflite)",
    "onnx": "ONNX (.onnx)",
    "savedmodel": "TensorFlow SavedModel (.zip)",
    "pytorch": "PyTorch exported program (.pt2)",
}
MAY_HOLD_CODE: tuple[ForeignFormat, ...] = ("savedmodel", "pytorch")
"""Reading these can run what their maker put in."""
TRUST_VARIABLE = "STUDIO_TRUST_MODELS"
"""Set to 1 by who runs the studio: files that may hold code are read where somebody says that they trust them."""
MODEL_LIMIT_BYTES = 2 * 10**9
SIDE_LIMIT = 4096
CLASSES_LIMIT = 10_000

Scaling = Literal["0..1", "-1..1", "0..255", "imagenet"]
SCALINGS: dict[Scaling, str] = {
    "0..1": "0 to 1 (divided by 255)",
    "-1..1": "-1 to 1",
    "0..255": "0 to 255, as they are",
    "imagenet": "as ImageNet models of PyTorch want them (mean and spread of each colour)",
}
"""How pixels are scaled, in words, the way people know it of their model."""
_IMAGENET = {"mean": (0.485, 0.456, 0.406), "std": (0.229, 0.224, 0.225)}


class ForeignInput(BaseModel):
    """What people say of a model's input and output; whatever they leave open is told from the file.

    Args:
        adapter: How pixels are scaled, in numbers instead of words; where its channels are, and of which type they are,
            the file says.
        scaling: How pixels are scaled, in words; "" to tell it from the file.
        reverse: Whether it wants blue first, then green and red.
        output: Whether it gives probabilities or logits; "" to tell it from its answers.
        height, width: Of its pictures; 0: as the file says.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    adapter: InputAdapter | None = None
    scaling: Scaling | Literal[""] = ""
    reverse: bool = False
    output: OutputKind | Literal[""] = ""
    height: int = Field(0, ge=0, le=SIDE_LIMIT)
    width: int = Field(0, ge=0, le=SIDE_LIMIT)


class ImportModelParams(ForeignInput):
    """A model file of another program, uploaded, and what its inputs and outputs mean.

    Args:
        upload: Id of the upload.
        model: Registered name it becomes a version of; "" only tries it: the upload is kept.
        format: "" to tell it from the file.
        class_names: Names of the outputs, in order; empty: taken from the file where it has them, else those of the
            dataset it is tried on, where there are as many.
        trusted: The file may hold code that is run while it is read (SavedModel, PyTorch); only an admin's setting
            allows that.
    """

    upload: str
    model: str
    alias: str | None = None
    format: ForeignFormat | Literal[""] = ""
    class_names: tuple[str, ...] = Field((), max_length=CLASSES_LIMIT)
    trusted: bool = False

    @property
    def trial(self) -> bool:
        """Whether nothing is registered."""
        return not self.model


class ForeignRequest(ForeignInput):
    """What the process with limits is told: which file, of which format."""

    file: str
    format: ForeignFormat


class ForeignFacts(BaseModel):
    """What a process with limits found in a model file, and wrote down beside what it made of it.

    Args:
        format: What the file is.
        files: Format -> name of the file that it wrote.
        shape: (height, width, channels) of the pictures it takes.
        adapter: As said, or as guessed.
        outputs: How many numbers it gives.
        class_names: As the file says; empty where it does not.
        parameters: Weights; 0 where that was not counted.
        notes: What was guessed or changed, in sentences.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: ForeignFormat
    files: dict[FileFormat, str]
    shape: tuple[int, int, int]
    adapter: InputAdapter
    outputs: int = Field(ge=1, le=CLASSES_LIMIT)
    class_names: tuple[str, ...] = Field((), max_length=CLASSES_LIMIT)
    parameters: int = Field(0, ge=0)
    notes: tuple[str, ...] = Field((), max_length=20)

    @field_validator("notes")
    @classmethod
    def _short(cls, notes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(note[:300] for note in notes)

    @property
    def classes(self) -> int:
        """How many classes it tells apart: one number stands for two."""
        return max(2, self.outputs)


def adapter_of(
    scaling: Scaling, channels: int, *, reverse: bool = False, layout: Layout = "nhwc"
) -> InputAdapter:
    """Return the adapter for a scaling in words.

    Example:
        >>> adapter_of("-1..1", 3).offset
        -1.0
    """
    common = {"channels": channels, "reverse": reverse, "layout": layout}
    if scaling == "imagenet" and channels == 3:
        return InputAdapter.model_validate({**common, **_IMAGENET})
    scale, offset = {"-1..1": (1 / 127.5, -1.0), "0..255": (1.0, 0.0)}.get(scaling, (1 / 255, 0.0))
    return InputAdapter.model_validate({**common, "scale": scale, "offset": offset})


def runnable_format(files: Iterable[str]) -> RunnableFormat:
    """Return in which of its formats a model is asked.

    Raises:
        InvalidInput: In none of them.

    Example:
        >>> runnable_format(["keras", "tflite"]), runnable_format(["onnx"])
        ('tflite', 'onnx')
    """
    there = set(files)
    for found in RUNNABLE:
        if found in there:
            return found
    raise InvalidInput(
        "The model has no file that can be asked.",
        f"It is there as: {', '.join(sorted(there)) or 'nothing'}; {' or '.join(RUNNABLE)} is needed.",
        "Import the model again.",
    )


def format_of(name: str, start: bytes) -> ForeignFormat:
    """Return what a file is, from its first bytes and its name.

    Args:
        name: Of the file.
        start: Its first 16 bytes or so.

    Raises:
        InvalidInput: It is none of the formats, or is not what its name says.

    Example:
        >>> format_of("model.tflite", b"\\x1c\\x00\\x00\\x00TFL3")
        'tflite'
    """
    said = next((kind for suffix, kind in SUFFIXES.items() if name.lower().endswith(suffix)), None)
    looks = {
        "tflite": start[4:8] == b"TFL3",
        "h5": start[:8] == b"\x89HDF\r\n\x1a\n",
        "keras": start[:4] == b"PK\x03\x04",
        "savedmodel": start[:4] == b"PK\x03\x04",
        "pytorch": start[:4] == b"PK\x03\x04",
        "onnx": start[:1] in (b"\x08", b"\x12", b"\x1a", b"\x22", b"\x3a", b"\x42"),
    }
    if said is None:
        said = next((kind for kind in ("tflite", "h5") if looks[kind]), None)
    if said is None:
        raise InvalidInput(
            f'"{name[:80]}" is no model that can be imported.',
            f"It must be one of: {', '.join(TITLES.values())}.",
            "Save the model in one of these formats, with its usual ending.",
        )
    if not looks[said]:
        raise InvalidInput(
            f'"{name[:80]}" is no {TITLES[said]} file.',
            "Its first bytes are those of something else.",
            "Save the model again, or give the file the ending of what it is.",
        )
    return said


def trusts_models() -> bool:
    """Return whether who runs the studio lets files be read that may hold code."""
    return os.environ.get(TRUST_VARIABLE, "").strip() == "1"


def check_trust(format_name: ForeignFormat, trusted: bool) -> None:
    """Refuse what may hold code, unless the admin and the person who imports it trust it.

    Raises:
        Forbidden: One of them does not.
    """
    if format_name not in MAY_HOLD_CODE:
        return
    title = TITLES[format_name]
    if not trusts_models():
        raise Forbidden(
            f"A {title} is not read here.",
            "Such a file can hold code of its maker, which runs while the file is read.",
            f"Export the model as .keras, .tflite or ONNX; or have who runs this studio set {TRUST_VARIABLE}=1.",
        )
    if not trusted:
        raise Forbidden(
            f"A {title} is read only when you say that you trust it.",
            "Such a file can hold code of its maker, which runs while the file is read.",
            "Confirm that you trust where it comes from, and import it again.",
        )


def checked_classes(names: Iterable[str], wanted: int) -> tuple[str, ...]:
    """Return the names of a model's outputs.

    Raises:
        InvalidInput: They are not so many, one is there twice, or one is not plain.
    """
    found = tuple(check_class_name(name) for name in names)
    if len(found) != wanted or len(set(found)) != len(found):
        twice = next((name for name in found if found.count(name) > 1), None)
        why = (
            f'"{twice}" is there twice.'
            if twice is not None
            else f"The model tells {wanted:,} classes apart, and {len(found):,} names were given."
        )
        raise InvalidInput(
            "The class names do not fit the model.",
            why,
            "Give one name for each output, in the order of the outputs.",
        )
    return found
