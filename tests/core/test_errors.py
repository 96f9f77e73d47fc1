from __future__ import annotations

import pickle

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from studio.core.errors import (
    Cancelled,
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    StudioError,
    TooLarge,
    Unauthorized,
    from_validation,
    nearest,
    refuse,
    unknown,
)


class Settings(BaseModel):
    model_config = ConfigDict(extra="forbid")
    epochs: int = Field(1, ge=1)
    name: str = "a"

    @field_validator("name")
    @classmethod
    def _checked(cls, value: str) -> str:
        if value == "taken":
            raise Conflict("Taken.", "It is.", "Choose another.")
        if value == "odd":
            raise ValueError("it is odd")
        return value


def validation(**values: object) -> InvalidInput:
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate(values)
    return from_validation("settings", caught.value)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (StudioError, 400),
        (InvalidInput, 400),
        (Unauthorized, 401),
        (Forbidden, 403),
        (NotFound, 404),
        (Conflict, 409),
        (Cancelled, 409),
        (TooLarge, 413),
    ],
)
def test_every_error_has_three_parts_and_a_status(kind: type[StudioError], status: int) -> None:
    error = kind("What.", "Why.", "Fix.")
    assert error.status == status
    assert error.as_dict() == {"what": "What.", "why": "Why.", "fix": "Fix."}
    assert str(error) == "What. Why. Fix."
    copied = pickle.loads(pickle.dumps(error))
    assert type(copied) is kind
    assert copied.as_dict() == error.as_dict()


def test_nearest_ignores_case_and_says_when_nothing_is_near() -> None:
    assert nearest("EPOCHS", ["epochs"]) == "epochs"
    assert nearest("epochs", ["zebra"]) is None
    assert nearest("epochs", []) is None


@pytest.mark.parametrize(
    ("name", "known", "fix"),
    [
        ("digit", ["digits", "pets"], 'Did you mean "digits"?'),
        ("zzz", ["b", "a", "b"], "Choose one of: a, b."),
        ("zzz", "abcdefghij", "Choose one of: a, b, c, d, e, f, g, h, …."),
        ("zzz", [], "Create a run first."),
        (7, ["1", "2"], "Choose one of: 1, 2."),
    ],
)
def test_unknown_names_come_with_what_to_do(name: object, known: list[str], fix: str) -> None:
    error = unknown("run", name, known)
    assert error.what == f'There is no run called "{name}".'
    assert error.fix == fix


def test_impossible_values_are_named() -> None:
    error = validation(epochs="many")
    assert error.what == "epochs = 'many' is not possible in the settings."
    assert "integer" in error.why
    assert error.fix == "Choose another value for epochs."
    assert validation(epochs=0).fix == "Choose 1 or more for epochs."


def test_long_values_are_cut() -> None:
    assert len(validation(epochs="x" * 1000).what) < 120


def test_undeclared_settings_are_named() -> None:
    error = validation(epoch=1)
    assert error.what == 'The settings know no setting called "epoch".'


def test_rules_of_our_own_speak_for_themselves() -> None:
    assert validation(name="odd").why == "it is odd."


def test_a_studio_error_inside_a_validation_passes_through_it() -> None:
    with pytest.raises(Conflict, match="Taken"):
        Settings(name="taken")


def test_refuse_keeps_the_cause() -> None:
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate({"epochs": None})
    with pytest.raises(InvalidInput) as refused:
        refuse("settings", caught.value)
    assert refused.value.__cause__ is caught.value
