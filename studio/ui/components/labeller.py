"""Labelling in a session: one sample at a time or a page at once, drawing on request, and review."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from studio.core.errors import InvalidInput
from studio.core.label_review import ReviewQueue
from studio.core.label_session import SessionProgress
from studio.ui.components.bundles import renderer, unchanged

PAGE_SIZES = (16, 64, 100, 144, 196, 256, 400)
"""Samples a page of the grid that people choose from."""
LARGEST_PAGE = PAGE_SIZES[-1]


def labeller(
    *,
    key: str,
    session: str,
    annotator: str,
    mode: Literal["one", "grid", "review"],
    page_size: int = 64,
    queue: ReviewQueue = "disputed",
    height: int = 640,
    on_change: Callable[[], None] | None = None,
) -> SessionProgress | None:
    """Show what a labelling session asks, to answer or to review it.

    Answers are painted at once, sent in the background, and kept in the browser until the studio has
    confirmed them; so are drafts. Labelling never reruns the page.

    Args:
        key: Streamlit key.
        session: Name of the session. Its settings say what is shown: pictures, texts, boxes, drawings.
        annotator: Who answers or reviews.
        mode: ``"one"`` shows one sample large, ``"grid"`` a page of them, ``"review"`` what others answered.
        page_size: Samples a page of the grid, at most 400.
        queue: What is reviewed.
        height: Height of the samples in CSS pixels; less where the screen is smaller.
        on_change: Called before a rerun that new progress caused: when the person pauses for some
            seconds, or has finished.

    Returns:
        The progress last reported; None before the first report.

    Raises:
        InvalidInput: Nobody answers, or the page is too large.
    """
    if not annotator.strip():
        raise InvalidInput(
            "labeller() was given no annotator.",
            "Every answer is stored with the name of whoever gave it.",
            "Pass annotator=... .",
        )
    if not 1 <= page_size <= LARGEST_PAGE:
        raise InvalidInput(
            f"labeller(page_size={page_size}) is no size of a page.",
            f"A page has between 1 and {LARGEST_PAGE} samples.",
            "Pass page_size=64.",
        )
    result = renderer("labeller")(
        key=key,
        data={
            "session": session,
            "annotator": annotator.strip(),
            "mode": mode,
            "page_size": page_size,
            "queue": queue,
            "height": height,
        },
        default={"progress": None},
        on_progress_change=on_change or unchanged,
    )
    found = result.get("progress")
    return SessionProgress.model_validate(found) if found else None
