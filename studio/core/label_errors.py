"""Labels that look wrong: how they are looked for, what a search found, and what people say about it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from studio.core.configs import ModelConfig
from studio.core.dataset import DatasetManifest
from studio.core.errors import InvalidInput, refuse
from studio.core.names import check_class_name
from studio.core.presets import DRAWING_PRESETS
from studio.core.presets_table import TABLE_PRESETS
from studio.core.presets_text import TEXT_PRESETS
from studio.core.training import TrainingConfig

VerdictKind = Literal["wrong", "right", "skipped", "open"]
"""What a person says about a flag; "open" takes back what they said."""
FlagView = Literal["open", "skipped", "wrong", "right", "all"]
"""Which flags are shown: those nobody has judged, and those that somebody skipped, or judged."""

PICTURE_MODEL = DRAWING_PRESETS["drawing-normalized"]
"""Learns in few epochs, which many trainings in a row are glad of."""
TEXT_MODEL = TEXT_PRESETS["text-average"]
TABLE_MODEL = TABLE_PRESETS["table-classifier"]
PICTURE_TRAINING = TrainingConfig(epochs=5, shift=0.1, rotate=15, scale=0.1)
"""Pictures that change a little each time are harder to learn by heart, and so are wrong labels."""
FEWEST_STEPS, MOST_EPOCHS = 300, 40
"""Few samples are seen more often."""


class LabelErrorParams(BaseModel):
    """How suspected label errors are looked for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    folds: int = Field(
        4,
        ge=2,
        le=20,
        title="Folds",
        description="The samples are divided into so many parts; each part is judged by a model trained on the others.",
    )
    together: bool = Field(
        True,
        title="Near-duplicates together",
        description="Samples of a class that look alike come into the same part, so that a model has not nearly seen "
        "what it judges.",
    )
    model: ModelConfig = PICTURE_MODEL
    training: TrainingConfig = PICTURE_TRAINING
    seed: int = Field(0, ge=0, le=2**31 - 1, title="Seed", description="Same seed, same folds.")


def parse_label_errors(value: object) -> LabelErrorParams:
    """Return the settings described by a mapping such as ``{"folds": 5}``.

    Raises:
        InvalidInput: An unknown setting or an impossible value.
    """
    try:
        return LabelErrorParams.model_validate(value)
    except ValidationError as error:
        refuse("settings of the search for label errors", error)


def usual_params(
    version: DatasetManifest, model: ModelConfig | None = None, **changes: Any
) -> LabelErrorParams:
    """Return settings that suit a dataset and a model.

    Args:
        version: The dataset.
        model: What is trained. Default: a small model that learns fast, of the dataset's kind of samples.
        changes: Settings to use instead, such as `folds=5`.

    Raises:
        InvalidInput: An unknown setting or an impossible value.
    """
    model = (
        model or {"images": PICTURE_MODEL, "text": TEXT_MODEL, "table": TABLE_MODEL}[version.task]
    )
    pictures = version.task == "images"
    training = PICTURE_TRAINING if pictures else TrainingConfig(epochs=8, batch_size=64)
    if model.backbone():  # a pretrained network need look only once at pictures that do not change
        training = TrainingConfig(epochs=training.epochs)
    steps = max(1, version.labelled * 3 // 4 // training.batch_size)
    if steps * training.epochs < FEWEST_STEPS:
        training = training.model_copy(
            update={"epochs": min(MOST_EPOCHS, -(-FEWEST_STEPS // steps))}
        )
    return parse_label_errors({"model": model, "training": training, **changes})


class ClassPair(BaseModel):
    """Labels of one class that are estimated to be of another.

    Args:
        given: The label.
        true: What it should be.
        estimated: So many labels.
        share: Of the labels `given`.
    """

    model_config = ConfigDict(frozen=True)

    given: str
    true: str
    estimated: int
    share: float


class LabelErrorReport(BaseModel):
    """What a search for label errors found.

    Args:
        dataset: `name:version` that was looked at.
        base: Numbers of samples hold for every version with this base.
        labels: Digest of the labels then.
        class_names: The classes then.
        folds: So many models were trained.
        judged: Samples that a model judged without having seen them.
        left_out: Labelled samples that were not, as their class has fewer samples than there are folds.
        agreement: Share of the judged labels that the models agree with.
        estimated: Labels that are estimated to be wrong.
        likely: Flags that are taken for errors: the first ones.
        flags: All flags; those behind the likely ones are doubtful.
        pairs: Where labels are wrong, the most frequent first.
        seconds: How long it took in its last process.
    """

    model_config = ConfigDict(frozen=True)

    dataset: str
    base: str
    labels: str
    class_names: tuple[str, ...]
    folds: int
    judged: int
    left_out: int
    agreement: float
    estimated: int
    likely: int
    flags: int
    pairs: tuple[ClassPair, ...] = ()
    seconds: float = 0.0


class VerdictInput(BaseModel):
    """What a client sends about one flag.

    Args:
        op_id: The client's own id of this act; sending it twice changes nothing.
        sample: Number of the sample.
        verdict: wrong, right, skipped, or open to take it back.
        class_name: Where the label is wrong, the class it should have; None: none of them, set it aside.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    op_id: str = Field(min_length=1, max_length=64)
    sample: int = Field(ge=0)
    verdict: VerdictKind
    class_name: str | None = None

    @field_validator("class_name")
    @classmethod
    def _checked(cls, value: str | None) -> str | None:
        return None if value is None else check_class_name(value)

    @model_validator(mode="after")
    def _only_for_wrong_labels(self) -> VerdictInput:
        if self.class_name is not None and self.verdict != "wrong":
            raise InvalidInput(
                f'A verdict "{self.verdict}" came with the class "{self.class_name}".',
                "Only a label that is wrong gets another class.",
                "Leave the class out.",
            )
        return self


class Verdict(BaseModel):
    """The word that counts about a sample's label: the latest.

    Args:
        id: Grows with time within a workspace.
        run: The search whose flag it was said about.
        given: The label it was said about.
        suggested: What the search suggested.
        time: Unix seconds.
    """

    model_config = ConfigDict(frozen=True)

    id: int
    sample: int
    run: str
    given: str
    suggested: str
    verdict: VerdictKind
    class_name: str | None
    annotator: str
    time: float


class Flag(BaseModel):
    """A label that looks wrong.

    Args:
        place: From 0, the most suspicious first.
        sample: Number of the sample.
        given, suggested: The label, and what the model says.
        given_probability, suggested_probability: What the model that has not seen it gives them.
        likely: Whether it is taken for an error, or is doubtful.
        verdict: What was said about it; "open" for nothing.
        class_name: Where the label is wrong, the class it should have; None: set aside.
        annotator: Who said so.
        text: The text, of a sample that is one.
    """

    place: int
    sample: int
    given: str
    suggested: str
    given_probability: float
    suggested_probability: float
    likely: bool
    verdict: VerdictKind = "open"
    class_name: str | None = None
    annotator: str = ""
    text: str | None = None


class VerdictCounts(BaseModel):
    """How far the flags of a search are judged.

    Args:
        wrong, right, skipped: Flags by verdict.
        open: Likely flags that nobody has judged.
        waiting: Wrong labels that no version of the dataset has corrected yet.
        precision: Share of the judged flags whose label is wrong; None when none is judged.
        low, high: Its 95 % interval (Wilson).
    """

    wrong: int
    right: int
    skipped: int
    open: int
    waiting: int
    precision: float | None = None
    low: float | None = None
    high: float | None = None


class FlagPage(BaseModel):
    """Some flags of a search in their order, and how far all of them are."""

    flags: list[Flag]
    more: bool
    counts: VerdictCounts
