"""Stands in for what functions taken over from the studio name and need nothing of here: settings and errors."""

from __future__ import annotations

from typing import Any

from studio.exports.assets.pipeline_python.settings import Settings

BaseModel = NormaliseParams = PreprocessTextParams = ResizeParams = TextSettings = (
    TrainingConfig
) = Settings
InvalidInput = ValidationError = ValueError
Shape = Task = Flip = str


def unknown(noun: str, name: str, known: Any) -> ValueError:
    """Return the error that there is no such thing."""
    return ValueError(f"There is no {noun} called {name}; known are: {', '.join(known)}.")


def from_validation(noun: str, error: Exception) -> ValueError:
    """Return the error that something is not possible."""
    return ValueError(f"{noun}: {error}")
