"""Labels that look wrong, judged one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from studio.core.errors import InvalidInput
from studio.core.label_errors import FlagView, VerdictCounts
from studio.ui.components.bundles import renderer, unchanged


def flag_queue(
    *,
    key: str,
    run: str,
    annotator: str,
    samples_digest: str | None,
    class_names: Sequence[str],
    likely: int,
    view: FlagView = "open",
    on_change: Callable[[], None] | None = None,
) -> VerdictCounts | None:
    """Show the flags of a search for label errors, to say of each what is true.

    Verdicts are painted at once, sent in the background, and kept in the browser until the studio has confirmed
    them. Judging never reruns the page, but when the person pauses.

    Args:
        key: Streamlit key.
        run: Name of the search.
        annotator: Who judges.
        samples_digest: SHA-256 of the samples artifact, from which pictures are cut; None for texts.
        class_names: The classes that a label may be.
        likely: So many flags are taken for errors.
        view: Which flags.
        on_change: Called before a rerun that new verdicts caused.

    Returns:
        How far judging is, as last reported; None before the first report.

    Raises:
        InvalidInput: Nobody judges.
    """
    if not annotator.strip():
        raise InvalidInput(
            "flag_queue() was given no annotator.",
            "Every verdict is stored with the name of whoever gave it.",
            "Pass annotator=... .",
        )
    result = renderer("flag_queue")(
        key=key,
        data={
            "run": run,
            "annotator": annotator.strip(),
            "view": view,
            "samples_digest": samples_digest,
            "class_names": list(class_names),
            "likely": likely,
        },
        default={"counts": None},
        on_counts_change=on_change or unchanged,
    )
    found = result.get("counts")
    if not found or found["run"] != run:
        return None
    return VerdictCounts.model_validate(found["counts"])
