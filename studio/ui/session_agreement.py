"""How much the people of a labelling session agree, in numbers with plain words beside them."""

from __future__ import annotations

import streamlit as st

from studio.core.agreement_facts import Agreement
from studio.core.label_session import LabelSession
from studio.ui.feedback import show_numbers

SCALE = (
    "Of each coefficient 1 means always alike, and 0 as alike as people who answer by chance. "
    "Above 0.8 answers are commonly relied on; below 0.67 look at what people disagree about."
)
PERCENT = (
    "Share of pairs of answers to the same sample that are alike. Chance alone can make it high when one class "
    "is common."
)
COHEN = "Cohen's kappa compares two people, each with their own habits. 1: always alike, 0: as alike as by chance."
FLEISS = (
    "Fleiss' kappa compares everybody at once, as if all had the same habits. 1: always alike, 0: as alike as "
    "by chance."
)
ALPHA = (
    "Krippendorff's alpha compares everybody at once, and allows for few answers and for samples that not "
    "everybody answered. 1: always alike, 0: as alike as by chance."
)
MASI = "Krippendorff's alpha over whole sets of classes: sets that share some classes are partly alike (MASI distance)."
F1 = "Share of the boxes that the other person has drawn too: they overlap by half or more, and have the same class."
IOU = "How well boxes around the same thing lie on each other: 100 % is the same box."


def show_agreement(session: LabelSession, found: Agreement) -> None:
    """Show how much people agree: over all, each two of them, and class by class."""
    if not found.items:
        st.info(
            "Agreement shows once two people have answered the same sample."
            + (
                " This session asks for one answer a sample; ask for more in its settings."
                if session.config.overlap == 1
                else ""
            ),
            icon=":material/handshake:",
        )
        return
    boxes, sets = session.config.answer == "boxes", session.config.answer == "multi"
    metrics: dict[str, tuple[str, str | None]] = {}
    if boxes:
        metrics["Same boxes"] = (_percent(found.f1), F1)
        metrics["Overlap"] = (_percent(found.iou), IOU)
    metrics["Same class" if boxes else "Alike"] = (_percent(found.percent), PERCENT)
    metrics["Cohen"] = (_coefficient(found.cohen), f"{COHEN} Mean over all pairs of people.")
    metrics["Fleiss"] = (_coefficient(found.fleiss), FLEISS)
    metrics["Krippendorff"] = (_coefficient(found.alpha), ALPHA)
    if sets:
        metrics["Krippendorff, sets"] = (_coefficient(found.masi), MASI)
    show_numbers(metrics)
    what = f"{found.items:,} samples with {found.answers:,} answers by several people."
    if boxes:
        what += (
            f" Coefficients compare the classes of {found.things or 0:,} things that several people drew a box "
            "around."
        )
    if sets:
        what += (
            " Cohen, Fleiss and Krippendorff are means over the classes, each with or without it."
        )
    st.caption(f"{what} {SCALE} – means that there is nothing to compare, or one class only.")
    _show_pairs(found, f"numbers_pairs_{session.id}", boxes=boxes)
    _show_class_agreement(found, f"numbers_class_agreement_{session.id}")


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def _coefficient(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _hundred(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _show_pairs(found: Agreement, key: str, *, boxes: bool) -> None:
    st.markdown("**Each two people**")
    rows = []
    for pair in sorted(found.pairs, key=lambda pair: -pair.items):
        row = {"One": pair.one, "Other": pair.other, "Samples": pair.items}
        if boxes:
            row |= {
                "Same boxes (%)": _hundred(pair.f1),
                "Overlap (%)": _hundred(pair.iou),
                "Same things": pair.things,
            }
        row |= {"Alike (%)": _hundred(pair.percent), "Cohen's kappa": pair.cohen}
        rows.append(row)
    st.dataframe(
        rows,
        key=key,
        hide_index=True,
        column_config={
            "Alike (%)": st.column_config.NumberColumn(format="%.1f %%", help=PERCENT),
            "Same boxes (%)": st.column_config.NumberColumn(format="%.1f %%", help=F1),
            "Overlap (%)": st.column_config.NumberColumn(format="%.1f %%", help=IOU),
            "Cohen's kappa": st.column_config.NumberColumn(format="%.3f", help=COHEN),
        },
    )


def _show_class_agreement(found: Agreement, key: str) -> None:
    st.markdown("**Each class against all others**")
    rows = [
        {
            "Class": row.class_name,
            "Answers": row.answers,
            "Another says so too (%)": _hundred(row.also),
            "Alike (%)": _hundred(row.percent),
            "Cohen's kappa": row.cohen,
            "Fleiss' kappa": row.fleiss,
            "Krippendorff's alpha": row.alpha,
        }
        for row in sorted(found.classes, key=lambda row: (row.also is None, row.also))
    ]
    st.dataframe(
        rows,
        key=key,
        hide_index=True,
        column_config={
            "Another says so too (%)": st.column_config.NumberColumn(
                format="%.1f %%", help="When somebody says this class, so often does another one."
            ),
            "Alike (%)": st.column_config.NumberColumn(format="%.1f %%", help=PERCENT),
            "Cohen's kappa": st.column_config.NumberColumn(format="%.3f", help=COHEN),
            "Fleiss' kappa": st.column_config.NumberColumn(format="%.3f", help=FLEISS),
            "Krippendorff's alpha": st.column_config.NumberColumn(format="%.3f", help=ALPHA),
        },
    )
    st.caption("The classes that people disagree about most come first.")
