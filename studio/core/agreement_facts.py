"""What is said about the agreement of several people.

Of every coefficient 1 means always alike, 0 as alike as people who answer by chance, below 0 less than that.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class PairAgreement(BaseModel):
    """Two people compared over the samples that both have answered.

    Args:
        items: So many samples; of boxes, `things` that both drew a box around.
        percent: Share of alike answers, 0 to 1.
        cohen: Cohen's kappa; of several classes a sample the mean over the classes.
        f1, iou: Of boxes: share of the boxes that the other has drawn as well (place and class), mean overlap of those.
    """

    model_config = ConfigDict(frozen=True)

    one: str
    other: str
    items: int
    things: int | None = None
    percent: float | None
    cohen: float | None
    f1: float | None = None
    iou: float | None = None


class ClassAgreement(BaseModel):
    """One class against all others, over all people.

    Args:
        answers: Answers with the class, among samples that several people answered.
        percent: Share of pairs of answers that are alike in having the class or not, 0 to 1.
        also: When somebody says this class, so often does another one, too, 0 to 1.
        cohen: Mean of Cohen's kappa over the pairs of people. fleiss, alpha: Fleiss' kappa, Krippendorff's alpha.
    """

    model_config = ConfigDict(frozen=True)

    class_name: str
    answers: int
    percent: float | None
    also: float | None
    cohen: float | None
    fleiss: float | None
    alpha: float | None


class Agreement(BaseModel):
    """How much the people of a session agree.

    Args:
        items: Samples that at least two people answered. answers: Their answers.
        things: Of boxes: things that at least two people drew a box around; what follows compares their classes.
        percent: Share of pairs of answers that are alike, 0 to 1.
        cohen: Mean of Cohen's kappa over the pairs of people (Light 1971).
        fleiss: Fleiss' kappa (1971); where samples have unequally many answers each sample weighs alike (Gwet 2014).
        alpha: Krippendorff's alpha for names (nominal).
        masi: Krippendorff's alpha over whole sets of classes with the MASI distance (Passonneau 2006).
        f1, iou: Of boxes, over all pairs of people; see PairAgreement.

    Of several classes a sample, `cohen`, `fleiss` and `alpha` are means over the classes for which they are defined.
    """

    model_config = ConfigDict(frozen=True)

    items: int = 0
    answers: int = 0
    things: int | None = None
    percent: float | None = None
    cohen: float | None = None
    fleiss: float | None = None
    alpha: float | None = None
    masi: float | None = None
    f1: float | None = None
    iou: float | None = None
    classes: tuple[ClassAgreement, ...] = ()
    pairs: tuple[PairAgreement, ...] = ()
