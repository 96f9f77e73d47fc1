"""Components that make datasets from datasets."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from studio.core.component import Component


class _Params(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SampleParams(_Params):
    """How many samples are kept, at random."""

    share: float = Field(
        0.1,
        gt=0,
        le=1,
        title="Share",
        description="Share of the samples that is kept.",
        json_schema_extra={"unit": "share", "step": 0.05},
    )
    per_class: bool = Field(
        True, title="Of every class", description="The same share of every class is kept."
    )
    seed: int = Field(0, ge=0, le=2**31 - 1, title="Seed", description="Same seed, same samples.")


class FilterClassesParams(_Params):
    """Which classes are kept."""

    classes: tuple[str, ...] = Field(
        (), title="Classes", description="Names of the classes, one a line."
    )
    keep: bool = Field(
        True, title="Keep them", description="Off: these classes are left out, the others are kept."
    )
    unlabelled: bool = Field(
        False, title="Unlabelled too", description="Samples without a class are kept as well."
    )


class JoinDatasetsParams(_Params):
    """How two datasets become one: classes of the same name are one class."""


class RelabelParams(_Params):
    """Classes that get another name; two that get the same name become one."""

    classes: dict[str, str] = Field(
        {}, title="New names", description="Old name = new name, one a line."
    )


class RemoveDuplicatesParams(_Params):
    """Which of several samples alike stay."""

    near: bool = Field(
        False,
        title="Near-duplicates too",
        description="Samples that look alike count as copies, too; off: only those with the very same content.",
    )


class ResizeParams(_Params):
    """The size that pictures get."""

    height: int = Field(28, ge=1, le=1024, title="Height", json_schema_extra={"unit": "pixels"})
    width: int = Field(28, ge=1, le=1024, title="Width", json_schema_extra={"unit": "pixels"})
    fit: Literal["stretch", "pad", "crop"] = Field(
        "pad",
        title="Fit",
        description="stretch: fill it. pad: keep the proportions, add a border. crop: cut the rest off.",
    )
    grey: bool = Field(False, title="Grey", description="Colours become shades of grey.")


class NormaliseParams(_Params):
    """How the brightness of every picture is evened out."""

    method: Literal["stretch", "invert", "invert_dark", "centre"] = Field(
        "stretch",
        title="Method",
        description="stretch: darkest to black, brightest to white. invert: swap black and white. invert_dark: the "
        "background becomes black. centre: move what is drawn into the middle.",
    )


class AugmentParams(_Params):
    """Changed copies of the training samples."""

    copies: int = Field(1, ge=1, le=20, title="Copies", description="Of every training sample.")
    rotation: float = Field(
        10.0,
        ge=0,
        le=180,
        title="Rotation",
        description="At most so far, either way.",
        json_schema_extra={"unit": "degrees"},
    )
    shift: float = Field(
        0.08,
        ge=0,
        le=0.5,
        title="Shift",
        description="At most this share of the picture.",
        json_schema_extra={"unit": "share", "step": 0.01},
    )
    zoom: float = Field(
        0.1,
        ge=0,
        le=0.5,
        title="Zoom",
        description="At most this much larger or smaller.",
        json_schema_extra={"unit": "share", "step": 0.01},
    )
    mirror: bool = Field(False, title="Mirror", description="Half of the copies are mirrored.")
    noise: float = Field(0.0, ge=0, le=0.5, title="Noise", json_schema_extra={"step": 0.01})
    seed: int = Field(0, ge=0, le=2**31 - 1, title="Seed", description="Same seed, same copies.")


class BalanceParams(_Params):
    """How classes come to have equally many training samples."""

    method: Literal["fewest", "most", "count"] = Field(
        "fewest",
        title="Method",
        description="fewest: large classes lose samples. most: samples of small classes are repeated. count: as below.",
    )
    count: int = Field(
        1000, ge=1, le=1_000_000, title="Samples a class", description="For the method count."
    )
    seed: int = Field(0, ge=0, le=2**31 - 1, title="Seed", description="Same seed, same samples.")


class PreprocessTextParams(_Params):
    """What is cleaned away in every text."""

    lower: bool = Field(
        True, title="Small letters", description="Capital letters become small ones."
    )
    accents: bool = Field(False, title="No accents", description="é becomes e.")
    addresses: bool = Field(
        True, title="No addresses", description="Web and mail addresses are left out."
    )
    digits: bool = Field(False, title="No digits", description="Digits are left out.")
    punctuation: bool = Field(
        False,
        title="No punctuation",
        description="Signs other than letters and digits are left out.",
    )
    repeated: bool = Field(True, title="No long runs", description="sooooo becomes soo.")
    stop_words: tuple[str, ...] = Field(
        (), title="Stop words", description="Words that are left out, one a line."
    )


class SaveDatasetParams(_Params):
    """As a version of which dataset the samples are kept in the workspace."""

    name: str = Field(
        title="Name", description="Of the dataset; a new version of it where it is there already."
    )
    message: str = Field("", title="Message", max_length=400)


DATASETS = {"dataset": "Dataset"}
COMPONENTS = (
    Component(
        "sample",
        "Sample data",
        SampleParams,
        {"dataset": "Dataset"},
        {"dataset": "Dataset"},
        group="Transform",
        icon="colorize",
        description="Keeps a random share of the samples.",
    ),
    Component(
        "filter_classes",
        "Filter classes",
        FilterClassesParams,
        {"dataset": "Dataset"},
        {"dataset": "Dataset"},
        group="Transform",
        icon="filter_alt",
        description="Keeps the samples of some classes.",
    ),
    Component(
        "join_datasets",
        "Join datasets",
        JoinDatasetsParams,
        {"first": "Dataset", "second": "Dataset"},
        {"dataset": "Dataset"},
        group="Transform",
        icon="merge",
        description="Puts the samples of two datasets together.",
    ),
    Component(
        "relabel",
        "Rename or merge classes",
        RelabelParams,
        {"dataset": "Dataset"},
        {"dataset": "Dataset"},
        group="Transform",
        icon="label",
        description="Gives classes other names; classes with the same name become one.",
    ),
    Component(
        "remove_duplicates",
        "Remove duplicates",
        RemoveDuplicatesParams,
        {"dataset": "Dataset"},
        {"dataset": "Dataset"},
        group="Transform",
        icon="content_copy",
        description="Keeps one of several samples that are alike.",
    ),
    Component(
        "resize",
        "Resize pictures",
        ResizeParams,
        {"dataset": "Dataset"},
        {"dataset": "Dataset"},
        group="Transform",
        icon="aspect_ratio",
        description="Gives all pictures another size.",
        conversion="keep",
    ),
    Component(
        "normalise",
        "Normalise pictures",
        NormaliseParams,
        {"dataset": "Dataset"},
        {"dataset": "Dataset"},
        group="Transform",
        icon="contrast",
        description="Evens out the brightness of every picture.",
        conversion="keep",
    ),
    Component(
        "augment",
        "Augment pictures",
        AugmentParams,
        {"dataset": "Dataset"},
        {"dataset": "Dataset"},
        group="Transform",
        icon="auto_awesome_motion",
        description="Adds turned, moved and zoomed copies of the training pictures.",
    ),
    Component(
        "balance",
        "Balance classes",
        BalanceParams,
        {"dataset": "Dataset"},
        {"dataset": "Dataset"},
        group="Transform",
        icon="balance",
        description="Gives all classes equally many training samples.",
    ),
    Component(
        "preprocess_text",
        "Preprocess text",
        PreprocessTextParams,
        {"dataset": "Dataset"},
        {"dataset": "Dataset"},
        group="Text",
        icon="text_fields",
        description="Cleans every text.",
        conversion="keep",
    ),
    Component(
        "save_dataset",
        "Save dataset",
        SaveDatasetParams,
        {"dataset": "Dataset"},
        {"dataset": "Dataset"},
        group="Data",
        icon="save",
        description="Keeps the samples as a dataset version of the workspace.",
        cached=False,
    ),
)
