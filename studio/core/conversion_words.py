"""Why a node of a training pipeline is not in the inference pipeline made from it, in plain words."""

from __future__ import annotations

from studio.core.component import Component

REMOVED: dict[str, str] = {
    "split": "It divides samples into those to learn from and those to judge by; now every sample is answered.",
    "split_table": "It divides rows into those to learn from and those to judge by; now every row is answered.",
    "sample": "It chose samples to learn from; now every sample is answered.",
    "filter_classes": "It chose what to learn from by its class, and a sample that comes in has none yet.",
    "join_datasets": "It put samples to learn from together; now one source gives them.",
    "relabel": "It renamed classes; the model has learned the new names and answers with them.",
    "remove_duplicates": "It kept copies out of the training; now every sample is answered, copies too.",
    "augment": "It made changed copies to learn from; what comes in is asked about as it is.",
    "balance": "It gave all classes equally many samples to learn from; nothing is learned here.",
    "save_dataset": "It kept samples of the training in the workspace.",
    "save_table": "It kept rows of the training in the workspace.",
    "evaluate": "It judged the model on samples with known classes, and those that come in have none.",
    "cross_validate": "It judged models on samples with known classes.",
    "compare": "It put evaluations side by side, and nothing is evaluated here.",
    "quality": "It checked the training data.",
    "label_errors": "It looked for wrong labels in the training data.",
    "export": "It wrote the training data as a file.",
    "export_table": "It wrote rows of the training as a file.",
    "model_export": "It wrote the model's files for other programs.",
    "finder": "It looked for a learning rate.",
    "register": "The model is in the registry already, and this pipeline asks it there.",
    "score": "It asked another model, or about other samples.",
    "predictions_table": "It made a table of another model's answers.",
}
"""Component -> why none of its nodes is needed."""
DROPPED_ROWS = "It left rows with missing values out of the training; now every row gets an answer."
NOT_REACHED = "What it makes does not reach the model that is asked."
UNTRAINED = "The trained model takes the place of the one that had not learned yet."
TRAINING_ONLY = "It is only needed while a model learns."


def removed_because(component: Component) -> str:
    """Return why a node of a component is not needed where nothing is learned."""
    if component.name in REMOVED:
        return REMOVED[component.name]
    if "Untrained" in component.outputs.values():
        return UNTRAINED
    return TRAINING_ONLY if component.conversion in ("drop", "model") else NOT_REACHED


UNFIT: dict[str, str] = {
    "python_script": "A script runs in a process of its own, guarded and with a time limit: too slow to wait for in "
    "a request.",
    "join_tables": "A join needs the rows of a second table, and a request brings one.",
}
"""Component -> why it cannot be part of a real-time inference pipeline."""
SECOND_TABLE = "It reads a second table, and a request brings one."
