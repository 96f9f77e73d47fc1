"""What a component is: a kind of node, with typed ports and declared params."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel

PortType = Literal[
    "Dataset", "Table", "Untrained", "Model", "Transform", "Metrics", "Predictions", "File"
]
"""What flows through a wire; `studio.core.port_values` has one class for each."""
PORT_TYPES: dict[PortType, str] = {
    "Dataset": "labelled samples: pictures, texts or rows",
    "Table": "rows and columns",
    "Untrained": "a model that has not learned yet",
    "Model": "a trained model",
    "Transform": "what a step learned from the training rows, to be used on other rows",
    "Metrics": "how good a model is",
    "Predictions": "what a model answered",
    "File": "a file to download",
}
"""Port type -> what people read about it."""

ComponentGroup = Literal[
    "Data", "Transform", "Tables", "Text", "Models", "Train", "Score and evaluate", "Script", "Inference", ""
]  # fmt: skip
COMPONENT_GROUPS: tuple[ComponentGroup, ...] = (
    "Data", "Transform", "Tables", "Text", "Models", "Train", "Score and evaluate", "Script", "Inference",
)  # fmt: skip
"""Groups of the palette in their order; "" is the group of what only the guided pages write."""

Conversion = Literal["drop", "keep", "fitted", "model", "source", "target"]
"""What becomes of a node in an inference pipeline.

drop: it is only needed to train (split, train, evaluate, balance ...). keep: it works on every sample by itself and
stays. fitted: it stays, and uses what it learned from the training rows. model: its trained model is pinned.
source: it gives the samples, the web-service input or a dataset takes its place. target: it names the target column,
which is not there any more.
"""


@dataclass(frozen=True)
class Component:
    """One kind of node.

    Args:
        name: How pipelines call it.
        title: What people read.
        params: The pydantic model its params must satisfy.
        inputs, outputs: Port name -> type of what flows through it.
        optional: Names of inputs that may stay open.
        group: Where it stands in the palette; "" for what only the guided pages write.
        description: What it does, in a sentence.
        icon: Name of a Material Symbol.
        version: Grows whenever the same inputs and params give another outcome: outputs kept before count no more.
        cached: Whether the outputs may be used again; False for what reads the world or writes to the workspace.
        conversion: What becomes of it in an inference pipeline.
    """

    name: str
    title: str
    params: type[BaseModel]
    inputs: dict[str, PortType] = field(default_factory=dict)
    outputs: dict[str, PortType] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    group: ComponentGroup = ""
    description: str = ""
    icon: str = "widgets"
    version: int = 1
    cached: bool = True
    conversion: Conversion = "drop"
