"""An ear for trainings that nobody watches."""

from __future__ import annotations


class Silent:
    """Hears everything and says nothing."""

    def progress(self, progress: object) -> None:
        """Hear how far it is."""

    def metrics(self, points: object) -> None:
        """Hear points of curves."""

    def observation(self, kind: object, step: object, body: object) -> None:
        """Hear what was seen at a step."""

    def log(self, text: str) -> None:
        """Hear a line."""
