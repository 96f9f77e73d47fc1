"""Pictures of a model card as SVG: drawn from numbers alone, on white paper, the same everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from studio.core.evaluation import ClassEvaluation, Evaluation

BLUE, ORANGE, INK, FAINT = "#3b82b5", "#d9822b", "#333333", "#dddddd"
FONT = 'font-family="sans-serif" font-size="12"'
SHOWN_CLASSES = 30
"""Of more classes, those are shown that the model finds least well."""
SHOWN_CELLS = 40
"""Of more classes, the matrix shows those that are confused most."""
NAME_LETTERS = 18


def card_plots(evaluation: Evaluation) -> dict[str, str]:
    """Return name -> SVG of what an evaluation has: classes, confusion, calibration."""
    plots = {}
    if evaluation.per_class:
        plots["classes"] = class_bars(evaluation.per_class)
    if evaluation.confusion_matrix:
        plots["confusion"] = confusion_picture(evaluation)
    if any(one.count for one in evaluation.reliability):
        plots["calibration"] = reliability_picture(evaluation)
    return plots


def class_bars(rows: Sequence[ClassEvaluation]) -> str:
    """Return bars: the F1 of each class, lowest first, with precision and recall as marks."""
    shown = sorted((row for row in rows if row.support), key=lambda row: row.f1)[:SHOWN_CLASSES]
    left, width, step = 140, 360, 20
    height = 44 + step * len(shown)
    parts = [
        f'<text x="{left}" y="16" {FONT} fill="{INK}">F1 (bar), precision (blue dot), recall (orange dot)</text>'
    ]
    for at in (0, 0.25, 0.5, 0.75, 1):
        x = left + at * width
        parts.append(_line(x, 24, x, height - 18, FAINT))
        parts.append(_text(x, height - 4, f"{at:g}", "middle"))
    for number, row in enumerate(shown):
        y = 28 + step * number
        parts.append(_text(left - 6, y + 12, _short(row.class_name), "end"))
        parts.append(
            f'<rect x="{left}" y="{y + 2}" width="{width * row.f1:.1f}" height="12" fill="#c9dcea"/>'
        )
        for value, colour in ((row.precision, BLUE), (row.recall, ORANGE)):
            parts.append(
                f'<circle cx="{left + width * value:.1f}" cy="{y + 8}" r="3.5" fill="{colour}"/>'
            )
    return _svg(left + width + 30, height, "F1, precision and recall of each class", parts)


def confusion_picture(evaluation: Evaluation) -> str:
    """Return the matrix of true classes (rows) against predicted ones, as shares of the row; the diagonal included."""
    matrix, names = evaluation.confusion_matrix, evaluation.class_names
    wrong = [
        sum(row) - row[i] + sum(other[i] for other in matrix) - matrix[i][i]
        for i, row in enumerate(matrix)
    ]
    order = sorted(range(len(names)), key=lambda i: -wrong[i])[:SHOWN_CELLS]
    shown = sorted(order) if len(names) > SHOWN_CELLS else list(range(len(names)))
    cell = max(12, min(34, 480 // max(1, len(shown))))
    left, top = 140, 24
    side = cell * len(shown)
    parts = [_text(left, 16, "rows: true class, columns: predicted, in % of the row", "start")]
    for r, i in enumerate(shown):
        total = max(1, sum(matrix[i]))
        y = top + r * cell
        parts.append(_text(left - 6, y + cell / 2 + 4, _short(names[i]), "end"))
        for c, j in enumerate(shown):
            share = matrix[i][j] / total
            if share:
                x = float(left + c * cell)
                parts.append(
                    f'<rect x="{x}" y="{y}" width="{cell}" height="{cell}" fill="{BLUE}" '
                    f'fill-opacity="{max(0.04, share):.3f}"><title>{escape(names[i])} as {escape(names[j])}: '
                    f"{matrix[i][j]:,}</title></rect>"
                )
                if cell >= 24:
                    colour = "#ffffff" if share > 0.55 else INK
                    parts.append(
                        f'<text x="{x + cell / 2}" y="{y + cell / 2 + 4}" text-anchor="middle" '
                        f'font-family="sans-serif" font-size="10" fill="{colour}">{100 * share:.0f}</text>'
                    )
    parts.append(
        f'<rect x="{left}" y="{top}" width="{side}" height="{side}" fill="none" stroke="{FAINT}"/>'
    )
    for c, j in enumerate(shown):
        x, y = left + (c + 0.5) * cell + 4, top + side + 6
        parts.append(
            f'<text x="{x}" y="{y}" transform="rotate(-60 {x} {y})" text-anchor="end" {FONT} '
            f'fill="{INK}">{escape(_short(names[j]))}</text>'
        )
    longest = max((len(_short(names[j])) for j in shown), default=0)
    return _svg(left + side + 20, top + side + 24 + 6 * longest, "Confusion matrix", parts)


def reliability_picture(evaluation: Evaluation) -> str:
    """Return bars: how often the model is right among answers it is about equally sure of, against the diagonal."""
    left, top, side = 50, 24, 280
    bins = evaluation.reliability
    total = max(1, sum(one.count for one in bins))
    parts = [_text(left, 16, "share that is right, by confidence", "start")]
    for at in (0, 0.5, 1):
        parts.append(_line(left, top + side * (1 - at), left + side, top + side * (1 - at), FAINT))
        parts.append(_text(left - 6, top + side * (1 - at) + 4, f"{at:g}", "end"))
        parts.append(_text(left + side * at, top + side + 16, f"{at:g}", "middle"))
    width = side / len(bins)
    for number, one in enumerate(bins):
        if one.count:
            height = side * one.accuracy
            parts.append(
                f'<rect x="{left + number * width + 1:.1f}" y="{top + side - height:.1f}" width="{width - 2:.1f}" '
                f'height="{height:.1f}" fill="{BLUE}" fill-opacity="{0.35 + 0.65 * one.count / total:.2f}">'
                f"<title>{one.count:,} answers at confidence {one.confidence:.3f}: {one.accuracy:.3f} right"
                "</title></rect>"
            )
    parts.append(_line(left, top + side, left + side, top, ORANGE))
    parts.append(_text(left + side / 2, top + side + 34, "confidence", "middle"))
    return _svg(left + side + 20, top + side + 46, "Reliability", parts)


def _short(name: str) -> str:
    return name if len(name) <= NAME_LETTERS else name[: NAME_LETTERS - 1] + "…"


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {FONT} fill="{INK}">{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def _svg(width: float, height: float, title: str, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img"><title>{escape(title)}</title>'
        f'<rect width="100%" height="100%" rx="6" fill="#ffffff"/>{"".join(parts)}</svg>'
    )
