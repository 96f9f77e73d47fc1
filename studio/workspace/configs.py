"""Verbs of named model configurations: the presets every workspace has, and those people save."""

from __future__ import annotations

from studio.core.configs import ModelConfig
from studio.core.errors import Conflict, unknown
from studio.core.names import check_name
from studio.core.presets import PRESETS
from studio.store import configs as rows
from studio.workspace.hall import Hall


class ModelConfigs(Hall):
    """Stacks of layers, by name."""

    def model_configs(self) -> dict[str, ModelConfig]:
        """Return name -> configuration: the presets first, then the saved ones by name."""
        return {**PRESETS, **rows.all_configs(self._studio)}

    def model_config(self, name: str) -> ModelConfig:
        """Return a configuration.

        Raises:
            NotFound: No preset and no saved configuration has that name.
        """
        known = self.model_configs()
        if name not in known:
            raise unknown("model configuration", name, known)
        return known[name]

    def save_model_config(
        self, name: str, config: ModelConfig, *, author: str = "unnamed", replace: bool = False
    ) -> None:
        """Keep a configuration under a name.

        Raises:
            InvalidInput: The name is not possible.
            Conflict: The name is a preset's, or taken and `replace` is False.
        """
        check_name("model configuration", name)
        if name in PRESETS:
            raise Conflict(
                f'"{name}" is a preset.', "Presets never change.", "Choose another name."
            )
        if not replace and name in rows.all_configs(self._studio):
            raise Conflict(
                f'A model configuration called "{name}" is there already.',
                "Saving would replace it.",
                "Choose another name, or allow replacing.",
            )
        rows.save(self._studio, name, config, author, self._now())

    def delete_model_config(self, name: str) -> None:
        """Forget a saved configuration. Runs that used it keep their own copy.

        Raises:
            NotFound: No saved configuration has that name.
        """
        if not rows.delete(self._studio, name):
            raise unknown("saved model configuration", name, rows.all_configs(self._studio))
