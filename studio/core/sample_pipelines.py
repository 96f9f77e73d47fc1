"""Six pipelines to begin with, on the starter data: each runs as it is, and is there to be changed."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from studio.core.draft import Draft, Note, PipelineParameter
from studio.core.draft_layout import laid_out
from studio.core.pipeline import Pipeline

StarterSet = Literal["digits", "sentences", "seabirds"]
STARTER_SETS: dict[StarterSet, str] = {
    "digits": "1,797 handwritten digits",
    "sentences": "made-up sentences about three subjects",
    "seabirds": "made-up measurements of seabirds",
}
"""Name that a starter set has as a dataset -> what it is."""


class SamplePipeline(BaseModel):
    """A pipeline to begin with.

    Args:
        name: How the command line calls it, and the first name of the draft made from it.
        data: The starter set that it is about; as a dataset it has the same name.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    title: str
    description: str
    icon: str
    data: StarterSet
    draft: Draft


def sample_pipelines() -> dict[str, SamplePipeline]:
    """Return name -> sample, in the order in which they are shown.

    Example:
        >>> list(sample_pipelines())[:3]
        ['drawings', 'augmented-pictures', 'text']
    """
    samples = (
        SamplePipeline(
            name="drawings",
            title="Drawings",
            description="Learns to read handwritten digits, and says how well.",
            icon="draw",
            data="digits",
            draft=_drawings(),
        ),
        SamplePipeline(
            name="augmented-pictures",
            title="Pictures with augmentation",
            description="Makes pictures alike, adds turned and moved copies, learns from all of them.",
            icon="auto_awesome_motion",
            data="digits",
            draft=_augmented(),
        ),
        SamplePipeline(
            name="text",
            title="Text",
            description="Cleans sentences and learns what they are about.",
            icon="notes",
            data="sentences",
            draft=_text(),
        ),
        SamplePipeline(
            name="table",
            title="Table",
            description="Fills gaps in a table, scales its numbers, and learns one column from the others.",
            icon="table",
            data="seabirds",
            draft=_table(),
        ),
        SamplePipeline(
            name="two-models",
            title="Compare two models",
            description="Trains two models on the same samples, side by side, and compares them.",
            icon="compare_arrows",
            data="digits",
            draft=_two_models(),
        ),
        SamplePipeline(
            name="label-train-relabel",
            title="Label, train, relabel",
            description="Learns, puts aside the samples that the model is least sure of, and learns again with your "
            "answers about them.",
            icon="cycle",
            data="digits",
            draft=_relabel(),
        ),
    )
    return {sample.name: sample for sample in samples}


class _Drawing:
    """A pipeline that is being written: nodes with their wires."""

    def __init__(self) -> None:
        self.pipeline = Pipeline()

    def node(
        self, node: str, component: str, wires: dict[str, str] | None = None, **params: Any
    ) -> None:
        """Add a node; `wires` says for each input from which NODE or NODE.PORT it is fed."""
        self.pipeline = self.pipeline.add(node, component, **params)
        for port, source in (wires or {}).items():
            name, _, out = source.partition(".")
            self.pipeline = self.pipeline.connect(name, out or port, node, port)


def _done(
    drawing: _Drawing, titles: dict[str, str], parameters: tuple[PipelineParameter, ...], note: str
) -> Draft:
    draft = laid_out(drawing.pipeline)
    below = 160 + max(y for _, y in draft.positions.values())
    notes = (Note(id="note-1", text=note, position=(0, below), size=(520, 130)),)
    return draft.model_copy(update={"titles": titles, "parameters": parameters, "notes": notes})


def _data(name: str) -> PipelineParameter:
    return PipelineParameter(
        name="data", targets=(("data", "name"),), default=name, description="Which dataset."
    )


def _epochs(default: int, *nodes: str) -> PipelineParameter:
    return PipelineParameter(
        name="epochs",
        targets=tuple((node, "epochs") for node in nodes),
        default=default,
        description="How often the model sees all training samples.",
    )


def _judged(drawing: _Drawing, data: str, epochs: int, **training: Any) -> None:
    """Add training and evaluation on the samples of a node."""
    drawing.node(
        "train",
        "train",
        {"model": "model", "dataset": data},
        epochs=epochs,
        batch_size=64,
        **training,
    )
    drawing.node("evaluate", "evaluate", {"model": "train", "dataset": data})


def _drawings() -> Draft:
    drawing = _Drawing()
    drawing.node("data", "dataset", name="digits")
    drawing.node("split", "split", {"dataset": "data"}, stored=False, test_share=0.2)
    drawing.node("model", "drawing_classifier", filters=16, units=64)
    _judged(drawing, "split", 12)
    drawing.node("score", "score", {"model": "train", "dataset": "split"})
    return _done(
        drawing,
        {"data": "Handwritten digits"},
        (_data("digits"), _epochs(12, "train")),
        "Submit it, then move one setting and submit it again: only what comes after it is done anew.",
    )


def _augmented() -> Draft:
    drawing = _Drawing()
    drawing.node("data", "dataset", name="digits")
    drawing.node("split", "split", {"dataset": "data"}, stored=False, test_share=0.2)
    drawing.node("resize", "resize", {"dataset": "split"}, height=16, width=16)
    drawing.node("normalise", "normalise", {"dataset": "resize"}, method="stretch")
    drawing.node(
        "augment", "augment", {"dataset": "normalise"}, copies=1, rotation=12.0, shift=0.1, zoom=0.1
    )
    drawing.node("model", "drawing_classifier", filters=16, units=64, dropout=0.2)
    _judged(drawing, "augment", 8)
    return _done(
        drawing,
        {"data": "Handwritten digits"},
        (_data("digits"), _epochs(8, "train")),
        "Copies are made of the training pictures only: test pictures stay as they came.",
    )


def _text() -> Draft:
    drawing = _Drawing()
    drawing.node("data", "dataset", name="sentences")
    drawing.node("clean", "preprocess_text", {"dataset": "data"}, digits=True)
    drawing.node("split", "split", {"dataset": "clean"}, stored=False, test_share=0.25)
    drawing.node("model", "text_classifier", preset="text-average")
    _judged(drawing, "split", 25, learning_rate=0.01)
    return _done(
        drawing,
        {"data": "Sentences", "clean": "Clean sentences"},
        (_data("sentences"), _epochs(25, "train")),
        "Texts of your own: import a CSV file with the columns text and label on the Datasets page.",
    )


def _table() -> Draft:
    drawing = _Drawing()
    drawing.node("data", "table", name="seabirds")
    drawing.node("less", "select_columns", {"table": "data"}, columns=["observed"], keep=False)
    drawing.node(
        "split",
        "split_table",
        {"table": "less"},
        test_share=0.25,
        stratified=True,
        target="species",
    )
    drawing.node("clean", "clean_missing", {"table": "split"}, method="median")
    drawing.node("scale", "scale", {"table": "clean"}, method="standard")
    drawing.node("target", "choose_target", {"table": "scale"}, target="species")
    drawing.node("model", "table_classifier", units=[32, 16], dropout=0.1)
    _judged(drawing, "target.dataset", 30, learning_rate=0.01)
    return _done(
        drawing,
        {"data": "Seabirds", "less": "Without the day", "target": "Which species"},
        (_data("seabirds"), _epochs(30, "train")),
        "Gaps are filled and numbers are scaled by what the training rows say, never by the test rows.",
    )


def _two_models() -> Draft:
    drawing = _Drawing()
    drawing.node("data", "dataset", name="digits")
    drawing.node("split", "split", {"dataset": "data"}, stored=False, test_share=0.2)
    drawing.node("small", "layers", name="dense-baseline")
    drawing.node("large", "drawing_classifier", filters=16, units=64)
    for size in ("small", "large"):
        drawing.node(
            f"train-{size}",
            "train",
            {"model": f"{size}.model", "dataset": "split"},
            epochs=8,
            batch_size=64,
        )
        drawing.node(
            f"evaluate-{size}",
            "evaluate",
            {"model": f"train-{size}.model", "dataset": "split"},
        )
    drawing.node(
        "compare",
        "compare",
        {"first": "evaluate-small.metrics", "second": "evaluate-large.metrics"},
    )
    return _done(
        drawing,
        {"small": "Dense layers", "large": "Convolutions"},
        (_data("digits"), _epochs(8, "train-small", "train-large")),
        "Both are judged on the very same samples, so their difference has an interval.",
    )


def _relabel() -> Draft:
    drawing = _Drawing()
    drawing.node("data", "dataset", name="digits")
    drawing.node("answers", "dataset", name="digits")
    drawing.node(
        "together", "join_datasets", {"first": "answers.dataset", "second": "data.dataset"}
    )
    drawing.node("once", "remove_duplicates", {"dataset": "together"})
    drawing.node("split", "split", {"dataset": "once"}, stored=False, test_share=0.2)
    drawing.node("model", "drawing_classifier", filters=16, units=64)
    _judged(drawing, "split", 8)
    drawing.node("score", "score", {"model": "train", "dataset": "split"}, split="all")
    drawing.node(
        "unsure", "unsure", {"predictions": "score", "dataset": "split"}, count=40, unlabelled=True
    )
    drawing.node("to-label", "save_dataset", {"dataset": "unsure"}, name="digits-to-label")
    return _done(
        drawing,
        {"answers": "Your answers", "once": "Each sample once", "to-label": "For you to label"},
        (
            _data("digits"),
            PipelineParameter(
                name="answers",
                targets=(("answers", "name"),),
                default="digits",
                description="The dataset with what people answered; its classes count before those of the data.",
            ),
            _epochs(8, "train"),
        ),
        "1. Submit it: the samples that the model is least sure of become the dataset digits-to-label.\n"
        "2. Label them on the Label page.\n"
        "3. Submit it again with answers = digits-to-label: the model learns from your answers, too.",
    )
