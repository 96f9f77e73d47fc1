"""Model cards: what a model is for, what it learned from, how good it is and what it cannot do, as Markdown with plots.

The front matter is what model hubs read; the text is for people. All of it follows from stored facts, but for what
people wrote about its use and its limits.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from studio.core.card_plots import card_plots
from studio.core.evaluation import Evaluation, EvaluationRecord
from studio.core.layer import format_shape
from studio.core.lineage import Lineage
from studio.core.model import ModelVersion

PLOTS = "plots"
"""Folder beside the card in which its pictures lie."""
SHOWN_CLASSES = 100
SHOWN_PAIRS = 10
TITLES = {
    "accuracy": "Accuracy",
    "top_k": "Top-k accuracy",
    "macro_f1": "Macro F1",
    "mean_average_precision": "Mean average precision (mAP)",
    "loss": "Cross-entropy",
    "expected_calibration_error": "Calibration error (ECE)",
}
HUB_METRICS = {
    "accuracy": "accuracy",
    "macro_f1": "f1",
    "mean_average_precision": "mean_average_precision",
}
_SPECIAL = re.compile(r"([\\`*_{}\[\]#|~<>$&])")
_LIST = re.compile(r"^(\d*)([-+=.)])(?=[-=\s]|$)")
"""What begins a list, or a line under a heading, at the start of a line."""


class CardFacts(BaseModel):
    """What a card is written from.

    Args:
        version: The model.
        texts: What people wrote: "note", "intended_use", "limits".
        evaluation: How it did on its own test set; None where that is not stored.
        evaluations: Elsewhere, newest first.
        lineage: Where it comes from.
        data: Name -> value of what is known of its dataset.
        settings: Name -> value of its training.
        layers: One line a layer.
    """

    model_config = ConfigDict(frozen=True)

    version: ModelVersion
    texts: dict[str, str] = {}
    evaluation: Evaluation | None = None
    evaluations: tuple[EvaluationRecord, ...] = ()
    lineage: Lineage | None = None
    data: dict[str, str] = {}
    settings: dict[str, str] = {}
    layers: tuple[str, ...] = ()


class ModelCard(BaseModel):
    """A card: its front matter as YAML, its text as Markdown, its pictures as SVG by name."""

    model_config = ConfigDict(frozen=True)

    front_matter: str
    text: str
    plots: dict[str, str]

    @property
    def markdown(self) -> str:
        """The whole file."""
        return f"---\n{self.front_matter}---\n\n{self.text}"


def model_card(facts: CardFacts) -> ModelCard:
    """Write a card."""
    plots = card_plots(facts.evaluation) if facts.evaluation else {}
    sections = [
        _head(facts),
        _written("What it is for", facts.texts.get("intended_use", ""), _default_use(facts)),
        _written("Limits", facts.texts.get("limits", ""), _default_limits(facts)),
        _metrics(facts),
        _classes(facts, plots),
        _confusion(facts, plots),
        _calibration(facts, plots),
        _speed(facts),
        _elsewhere(facts.evaluations),
        _section("What it learned from", _pairs(facts.data)),
        _section("Where that comes from", _origins(facts.lineage)),
        _section("How it was trained", _pairs(facts.settings)),
        _section("Layers", "\n".join(f"1. {plain(line)}" for line in facts.layers)),
        _written("Note", facts.texts.get("note", ""), ""),
    ]
    text = "\n\n".join(section for section in sections if section) + "\n"
    return ModelCard(front_matter=_front_matter(facts), text=text, plots=plots)


def plain(text: str) -> str:
    """Return text that Markdown shows as it is, on one line, whatever a person typed.

    Example:
        >>> print(plain("a|b <i> 0.5"), plain("- no list"), plain(":no sign:"))
        a\\|b \\<i\\> 0.5 \\- no list \\:no sign\\:
    """
    kept = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    if kept.count(":") > 1 or "://" in kept:
        kept = kept.replace(":", "\\:")
    return _LIST.sub(r"\1\\\2", kept)


def _front_matter(facts: CardFacts) -> str:
    version, evaluation = facts.version, facts.evaluation
    kind = "text-classification" if version.text else "image-classification"
    value: dict[str, Any] = {
        "model_name": version.title,
        "library_name": "keras" if "keras" in version.files else "tflite",
        "pipeline_tag": kind,
        "tags": ["studio", *version.aliases],
        "datasets": [version.dataset] if version.dataset else [],
        "metrics": [HUB_METRICS[n] for n in HUB_METRICS if _number(facts, n) is not None],
        "date": _day(version.created),
        "author": version.author,
        "dataset_digest": version.facts.get("dataset_digest"),
        "files": {name: file.digest for name, file in version.files.items()},
    }
    measured = [
        {"type": HUB_METRICS[name], "name": TITLES[name], "value": number}
        for name in HUB_METRICS
        if (number := _number(facts, name)) is not None
    ]
    if measured:
        dataset = evaluation.dataset if evaluation else version.dataset
        split = evaluation.split if evaluation else "test"
        on = {"type": dataset.partition(":")[0], "name": dataset, "split": split}
        result = {"task": {"type": kind}, "dataset": on, "metrics": measured}
        value["model-index"] = [{"name": version.title, "results": [result]}]
    return "".join(
        f"{name}: {json.dumps(content, ensure_ascii=True)}\n" for name, content in value.items()
    )


def _head(facts: CardFacts) -> str:
    version = facts.version
    named = f" ({', '.join(version.aliases)})" if version.aliases else ""
    takes = "texts" if version.text else f"pictures of {format_shape(version.shape)}"
    names = ", ".join(version.class_names[:12]) + (" …" if len(version.class_names) > 12 else "")
    parameters = version.facts.get("parameters")
    size = (
        f" It has {parameters:,} parameters." if isinstance(parameters, int) and parameters else ""
    )
    return (
        f"# {plain(version.title + named)}\n\n"
        f"Tells {len(version.class_names):,} classes of {plain(takes)} apart: {plain(names)}.{size} "
        f"Registered by {plain(version.author)} on {_day(version.created)}."
    )


def _default_use(facts: CardFacts) -> str:
    thing = "texts" if facts.version.text else "pictures"
    return (
        f"Classifying {thing} like those of {plain(facts.version.dataset or 'its training data')}."
    )


def _default_limits(facts: CardFacts) -> str:
    """Say what the numbers themselves show."""
    lines = [
        f"- It always names one of its {len(facts.version.class_names):,} classes, also for what is none of them.",
        "- It was judged on samples from the same source as those it learned from; others may be harder.",
    ]
    evaluation = facts.evaluation
    if evaluation:
        weak = sorted((r for r in evaluation.per_class if r.support), key=lambda r: r.f1)[:3]
        if weak and weak[0].f1 < 0.9:
            said = ", ".join(f"{plain(r.class_name)} (F1 {r.f1:.2f})" for r in weak if r.f1 < 0.9)
            lines.append(f"- It knows these least well: {said}.")
        few = [r.class_name for r in evaluation.per_class if r.support < 30]
        if few:
            more = " …" if len(few) > 8 else ""
            lines.append(
                f"- Judged on fewer than 30 samples each, so their numbers are rough: "
                f"{plain(', '.join(few[:8]))}{more}."
            )
    else:
        lines.append("- No evaluation of it is stored here.")
    return "\n".join(lines)


def _written(title: str, text: str, otherwise: str) -> str:
    """Return a section of what a person wrote, in their own paragraphs, none of it read as Markdown."""
    paragraphs = [plain(part) for part in re.split(r"\n\s*\n", text) if part.strip()]
    return _section(title, "\n\n".join(paragraphs) or otherwise)


def _metrics(facts: CardFacts) -> str:
    rows = []
    intervals = _intervals(facts)
    for name, title in TITLES.items():
        value = _number(facts, name)
        if value is None:
            continue
        if name == "top_k" and facts.evaluation:
            title = f"Top-{facts.evaluation.k} accuracy"
        low, high = intervals.get(name, (None, None))
        between = "" if low is None else f"{low:.4f} to {high:.4f}"
        rows.append((title, f"{value:.4f}", between))
    if not rows:
        return ""
    evaluation = facts.evaluation
    count = evaluation.test_count if evaluation else facts.version.facts.get("test_count")
    on = evaluation.dataset if evaluation else facts.version.dataset
    said = f"On {count:,} test samples of {plain(on)}." if isinstance(count, int) else ""
    return _section(
        "How good it is", f"{said}\n\n{_table(('Measure', 'Value', '95 % interval'), rows)}"
    )


def _classes(facts: CardFacts, plots: Mapping[str, str]) -> str:
    if facts.evaluation is None or not facts.evaluation.per_class:
        return ""
    per_class = facts.evaluation.per_class
    shown = (
        sorted(per_class, key=lambda row: row.f1)[:SHOWN_CLASSES]
        if len(per_class) > SHOWN_CLASSES
        else per_class
    )
    rows = [
        (row.class_name, f"{row.precision:.3f}", f"{row.recall:.3f}", f"{row.f1:.3f}",
         f"{row.average_precision:.3f}", f"{row.support:,}")
        for row in shown
    ]  # fmt: skip
    head = ("Class", "Precision", "Recall", "F1", "Average precision", "Test samples")
    few = (
        f"The {len(shown)} of {len(per_class)} classes it knows least well.\n\n"
        if len(shown) < len(per_class)
        else ""
    )
    return _section("Class by class", few + _picture("classes", plots) + _table(head, rows))


def _confusion(facts: CardFacts, plots: Mapping[str, str]) -> str:
    if facts.evaluation is None or not facts.evaluation.confusion_matrix:
        return ""
    names = facts.evaluation.class_names
    pairs = sorted(
        (
            (count, names[i], names[j])
            for i, row in enumerate(facts.evaluation.confusion_matrix)
            for j, count in enumerate(row)
            if i != j and count
        ),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )[:SHOWN_PAIRS]
    rows = [(true, predicted, f"{count:,}") for count, true, predicted in pairs]
    table = _table(("True", "Taken for", "Samples"), rows) if rows else "It confused nothing."
    return _section("What it confuses", _picture("confusion", plots) + table)


def _calibration(facts: CardFacts, plots: Mapping[str, str]) -> str:
    error = _number(facts, "expected_calibration_error")
    if error is None:
        return ""
    return _section(
        "How much its confidence is worth",
        _picture("calibration", plots)
        + f"Confidence and share of right answers lie {error:.4f} apart on average (ECE).",
    )


def _speed(facts: CardFacts) -> str:
    rows = []
    for name, title in (
        ("milliseconds_per_sample", "One sample at a time"),
        ("milliseconds_per_sample_batched", "Many at a time, each"),
    ):
        value = _number(facts, name)
        if value is not None:
            rows.append((title, f"{value:.3f} ms"))
    rows += [
        (f"File {name}", f"{file.size / 1000:,.1f} kB")
        for name, file in facts.version.files.items()
    ]
    return _section("Speed and size", _table(("What", "Value"), rows))


def _elsewhere(records: Sequence[EvaluationRecord]) -> str:
    rows = [
        (
            record.dataset,
            record.split,
            _shown(record.headline.get("accuracy")),
            _shown(record.headline.get("mean_average_precision")),
            _day(record.created),
        )
        for record in records
    ]
    return _section(
        "Judged elsewhere",
        _table(("Dataset", "Part", "Accuracy", "mAP", "When"), rows) if rows else "",
    )


def _origins(lineage: Lineage | None) -> str:
    """Return one line a link that ends at data: who gave how many labels, which source, which session."""
    if lineage is None:
        return ""
    lines = []
    for link in lineage.links:
        source, target = lineage.node(link.source), lineage.node(link.target)
        if source.kind in ("source", "person", "session") or target.kind == "dataset":
            how = f" ({plain(link.label)})" if link.label else ""
            lines.append(f"- {plain(source.title)} → {plain(target.title)}{how}")
    return "\n".join(lines)


def _intervals(facts: CardFacts) -> dict[str, Any]:
    if facts.evaluation:
        return dict(facts.evaluation.intervals)
    known = facts.version.facts.get("intervals")
    return dict(known) if isinstance(known, dict) else {}


def _number(facts: CardFacts, name: str) -> float | None:
    found = getattr(facts.evaluation, name, None)
    if found is None:
        found = facts.version.facts.get(name)
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None


def _shown(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, float) else ""


def _day(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%d")


def _section(title: str, body: str) -> str:
    return f"## {title}\n\n{body.strip()}" if body.strip() else ""


def _picture(name: str, plots: Mapping[str, str]) -> str:
    return f"![{name}]({PLOTS}/{name}.svg)\n\n" if name in plots else ""


def _pairs(values: Mapping[str, str]) -> str:
    return _table(("What", "Value"), values.items()) if values else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(plain(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines)
