"""`--set KEY=VALUE`: settings of a training and of its split, by the names they are declared under."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from studio.core.catalog import SplitParams
from studio.core.errors import InvalidInput, refuse, unknown
from studio.core.training import TrainingConfig, parse_training

SPLIT_KEYS = tuple(f"split.{name}" for name in SplitParams.model_fields)


def training_settings(
    settings: Sequence[str], **options: Any
) -> tuple[TrainingConfig, SplitParams | None]:
    """Return how to train, and the split when it is not to be the stored one.

    Args:
        settings: `KEY=VALUE` each; KEY is a training setting (`train.` before it is allowed) or `split.` and
            a setting of the split. VALUE is read as JSON, else it is text.
        options: Settings that have an option of their own; None where it was not given.

    Raises:
        InvalidInput: A setting has no value, or an impossible one. NotFound: No setting has that name.

    Example:
        >>> training, split = training_settings(["learning_rate=0.01", "split.seed=3"], epochs=2)
        >>> training.epochs, training.learning_rate, split.seed, split.stored
        (2, 0.01, 3, False)
    """
    training = {name: value for name, value in options.items() if value is not None}
    split: dict[str, Any] = {}
    for setting in settings:
        key, equals, text = setting.partition("=")
        key = key.strip().removeprefix("train.")
        if not equals:
            raise InvalidInput(
                f'"{setting}" sets nothing.',
                "A setting is written KEY=VALUE, without spaces.",
                "Write, for instance: --set learning_rate=0.01",
            )
        if key in SPLIT_KEYS:
            split[key.removeprefix("split.")] = _value(text)
        elif key in TrainingConfig.model_fields:
            training[key] = _value(text)
        else:
            raise unknown("setting", key, [*TrainingConfig.model_fields, *SPLIT_KEYS])
    return parse_training(training), _split(split) if split else None


def _split(values: dict[str, Any]) -> SplitParams:
    try:
        return SplitParams.model_validate({"stored": False, **values})
    except ValidationError as error:
        refuse("split settings", error)


def _value(text: str) -> Any:
    """Return what JSON makes of the text, the text itself where it is none.

    Example:
        >>> _value("0.01"), _value("true"), _value("adam")
        (0.01, True, 'adam')
    """
    try:
        return json.loads(text)
    except ValueError:
        return text
