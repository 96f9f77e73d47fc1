"""What a search may choose among: one declared setting and the values it may take."""

from __future__ import annotations

import math
import types
from collections.abc import Mapping
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

from studio.core.configs import ModelConfig
from studio.core.errors import InvalidInput, unknown
from studio.core.layers import LAYER_TITLES
from studio.core.training import TrainingConfig

Value = bool | int | float | str | None
MODEL = "model"
"""The setting that chooses among the models of a search."""
UNSEARCHED = frozenset({"metrics", "top_k", "points_every", "histograms"})
"""They say what is measured, so choosing among them would change nothing."""
GRID_POINTS = 5
"""A range without steps is tried at so many places by a grid."""
GRID_LIMIT = 10_000


class Choice(BaseModel):
    """One setting and what it may be: some values, or a range of numbers.

    Args:
        field: A setting of `TrainingConfig`, `model`, or a place in the model such as `layers.0.filters`.
        values: What it may be.
        low, high: A range instead, both ends included.
        step: Only every so many of the range.
        log: Small numbers of the range are tried as densely as large ones, as suits a learning rate.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str = Field(min_length=1, max_length=100)
    values: tuple[Value, ...] = Field((), max_length=100)
    low: float | None = None
    high: float | None = None
    step: float | None = Field(None, gt=0)
    log: bool = False

    @property
    def is_range(self) -> bool:
        """Whether it is a range of numbers."""
        return self.low is not None or self.high is not None

    @property
    def ends(self) -> tuple[float, float]:
        """The ends of the range."""
        return float(self.low or 0), float(self.high or 0)

    def check(self) -> None:
        """Refuse what is neither some values nor a range.

        Raises:
            InvalidInput: It is so.
        """
        problem = ""
        if self.is_range and self.values:
            problem = "It has values and a range."
        elif not self.is_range and not self.values:
            problem = "It has neither values nor a range."
        elif self.is_range:
            problem = self._problem_of_range()
        elif len(set(map(repr, self.values))) < len(self.values):
            problem = "A value stands there twice."
        if problem:
            raise InvalidInput(
                f"A search cannot choose {self.field}.",
                problem,
                "Give some values, or the lowest and the highest of a range.",
            )

    def _problem_of_range(self) -> str:
        if self.low is None or self.high is None:
            return "Its range has only one end."
        if not (math.isfinite(self.low) and math.isfinite(self.high)) or self.low >= self.high:
            return f"Its range goes from {self.low:g} to {self.high:g}."
        if self.log and self.low <= 0:
            return f"A logarithmic range cannot begin at {self.low:g}."
        if self.log and self.step is not None:
            return "A logarithmic range has no steps."
        if self.step is not None and self.step > self.high - self.low:
            return f"Its step of {self.step:g} is larger than its range."
        return ""


def declared(field: str, models: Mapping[str, ModelConfig]) -> FieldInfo:
    """Return the declaration of a setting.

    Args:
        field: As in `Choice`; it must be there in every model.
        models: The models of the search by name.

    Raises:
        NotFound: There is no such setting.

    Example:
        >>> from studio.core.configs import DRAWING_CLASSIFIER
        >>> declared("layers.0.filters", {"mine": DRAWING_CLASSIFIER}).title
        'Filters'
    """
    if field in TrainingConfig.model_fields and field not in UNSEARCHED:
        return TrainingConfig.model_fields[field]
    found: FieldInfo | None = None
    for config in models.values():
        places = settings_of_model(config)
        if field not in places:
            known = [name for name in TrainingConfig.model_fields if name not in UNSEARCHED]
            raise unknown("setting to search", field, [MODEL, *known, *places])
        found = found or places[field]
    if found is None:
        raise unknown("setting to search", field, TrainingConfig.model_fields)
    return found


def settings_of_model(config: ModelConfig) -> dict[str, FieldInfo]:
    """Return place -> declaration of the settings of a model that a search may choose.

    Example:
        >>> from studio.core.configs import DRAWING_CLASSIFIER
        >>> list(settings_of_model(DRAWING_CLASSIFIER))[:2]
        ['layers.0.filters', 'layers.0.kernel_size']
    """
    places = {
        f"layers.{number}.{name}": info
        for number, layer in enumerate(config.layers)
        for name, info in type(layer).model_fields.items()
        if name != "kind"
    }
    if config.input in ("text", "strokes"):
        part = getattr(config, config.input)
        places |= {f"{config.input}.{name}": info for name, info in type(part).model_fields.items()}
    return {name: info for name, info in places.items() if kind_of_setting(info) is not None}


def kind_of_setting(info: FieldInfo) -> type | list[Any] | None:
    """Return int, float, bool or str, the list of what it may be, or None for what no search can choose.

    Example:
        >>> kind_of_setting(TrainingConfig.model_fields["keep"])
        ['best', 'last']
    """
    kind: Any = info.annotation
    if get_origin(kind) in (Union, types.UnionType):
        kind = next(member for member in get_args(kind) if member is not type(None))
    if get_origin(kind) is Literal:
        return list(get_args(kind))
    return kind if kind in (int, float, bool, str) else None


def is_whole(choice: Choice, models: Mapping[str, ModelConfig]) -> bool:
    """Return whether a range is one of whole numbers."""
    return choice.is_range and kind_of_setting(declared(choice.field, models)) is int


def grid_values(choice: Choice, models: Mapping[str, ModelConfig]) -> list[Value]:
    """Return the values that a grid tries.

    Example:
        >>> grid_values(Choice(field="learning_rate", low=0.0001, high=1, log=True), {})
        [0.0001, 0.001, 0.01, 0.1, 1.0]
        >>> grid_values(Choice(field="epochs", low=1, high=10, step=4), {})
        [1, 5, 9]
    """
    if not choice.is_range:
        return list(choice.values)
    low, high = choice.ends
    count = GRID_POINTS
    if choice.step is not None:
        count = min(GRID_LIMIT, math.floor((high - low) / choice.step * (1 + 1e-9)) + 1)
        high = low + (count - 1) * choice.step
    shares = [place / (count - 1) for place in range(count)] if count > 1 else [0.0]
    if choice.log:
        found = [low * (high / low) ** share for share in shares]
    else:
        found = [low + share * (high - low) for share in shares]
    if is_whole(choice, models):
        return list(dict.fromkeys(round(value) for value in found))
    return list(dict.fromkeys(float(f"{value:.6g}") for value in found))


def title_of(field: str, models: Mapping[str, ModelConfig], *, brief: bool = False) -> str:
    """Return what people call a setting; `brief` leaves out which kind of layer it is one of.

    Example:
        >>> from studio.core.configs import DRAWING_CLASSIFIER
        >>> title_of("layers.1.filters", {"mine": DRAWING_CLASSIFIER}), title_of("learning_rate", {})
        ('Filters of layer 2 (Convolution (Conv2D))', 'Learning rate')
    """
    if field == MODEL:
        return "Model"
    info = declared(field, models)
    title = info.title or field.rpartition(".")[2].replace("_", " ").capitalize()
    part, _, rest = field.partition(".")
    if part != "layers":
        return title
    number = int(rest.partition(".")[0])
    kinds = {config.layers[number].kind for config in models.values()}
    of = f" ({LAYER_TITLES[kinds.pop()]})" if len(kinds) == 1 and not brief else ""
    return f"{title} of layer {number + 1}{of}"
