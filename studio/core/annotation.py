"""Annotations: one person's answer about one sample, append-only."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field, field_validator

from studio.core.names import check_class_name


class AnnotationInput(BaseModel):
    """What a labelling client sends.

    Args:
        op_id: The client's own id of this act; sending it twice changes nothing.
        sample: Row of the sample.
        class_name: The answer; None takes the answer back.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    op_id: str = Field(min_length=1, max_length=64)
    sample: int = Field(ge=0)
    class_name: str | None

    @field_validator("class_name")
    @classmethod
    def _checked(cls, value: str | None) -> str | None:
        return None if value is None else check_class_name(value)


class Annotation(BaseModel):
    """A stored answer. `id` grows with time within a workspace; `time` is Unix seconds."""

    model_config = ConfigDict(frozen=True)

    id: int
    op_id: str
    sample: int
    class_name: str | None
    annotator: str
    time: float


class LabelProgress(BaseModel):
    """How far labelling is: samples with a class, all samples, samples with an answer not yet frozen."""

    model_config = ConfigDict(frozen=True)

    labelled: int
    total: int
    annotated: int


def resolve(annotations: Iterable[Annotation]) -> dict[int, str | None]:
    """Return sample -> the answer that counts: the latest, None when it was taken back.

    Example:
        >>> one = Annotation(id=1, op_id="a", sample=7, class_name="cat", annotator="ann", time=0)
        >>> two = Annotation(id=2, op_id="b", sample=7, class_name="dog", annotator="ann", time=1)
        >>> resolve([two, one])
        {7: 'dog'}
    """
    latest: dict[int, Annotation] = {}
    for annotation in annotations:
        known = latest.get(annotation.sample)
        if known is None or known.id < annotation.id:
            latest[annotation.sample] = annotation
    return {sample: annotation.class_name for sample, annotation in latest.items()}
