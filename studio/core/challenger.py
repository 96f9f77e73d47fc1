"""Challengers: whether one version can be asked what another one is asked, and its answers compared."""

from __future__ import annotations

from studio.core.errors import InvalidInput
from studio.core.layer import format_shape
from studio.core.model import ModelVersion

SHOWN_CLASSES = 6


def check_challenger(champion: ModelVersion, challenger: ModelVersion) -> None:
    """Check that a version can answer in place of another: it takes the same and knows the same classes.

    Raises:
        InvalidInput: It takes something else, or its classes are others or in another order.
    """
    champion, challenger = champion.behind or champion, challenger.behind or challenger
    wanted, found = _taken(champion), _taken(challenger)
    if wanted != found:
        raise InvalidInput(
            f"{challenger.title} cannot challenge {champion.title}.",
            f"It takes {found}; {champion.title} takes {wanted}.",
            "Choose a version that is asked in the same way.",
        )
    if champion.class_names != challenger.class_names:
        raise InvalidInput(
            f"{challenger.title} cannot challenge {champion.title}.",
            f"Its classes are {_names(challenger)}; those of {champion.title} are {_names(champion)}. "
            "Callers go by their order.",
            "Choose a version with the same classes in the same order.",
        )


def _taken(version: ModelVersion) -> str:
    """Return what a version takes, in words: those of two versions are the same where one request suits both."""
    config = version.config
    match config.input:
        case "text":
            return "texts"
        case "strokes":
            return f"strokes of {config.strokes.points} points"
        case "features":
            return f"features {format_shape(version.input_shape)}"
    return f"pictures {format_shape(version.shape)}"


def _names(version: ModelVersion) -> str:
    more = len(version.class_names) - SHOWN_CLASSES
    shown = ", ".join(version.class_names[:SHOWN_CLASSES])
    return f"{shown} and {more} more" if more > 0 else shown
