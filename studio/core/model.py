"""Models: registered names with versions and aliases; endpoints: a model somebody may call."""

from __future__ import annotations

import hashlib
import secrets
from typing import Literal

from pydantic import BaseModel, ConfigDict

from studio.core.adapter import InputAdapter
from studio.core.configs import ModelConfig, parse_model
from studio.core.endpoint import EndpointKey, EndpointSettings
from studio.core.inference import Inference
from studio.core.layer import Shape
from studio.core.run import RunArtifact
from studio.core.table_input import TableInput
from studio.core.text import TextSettings

ModelFormat = Literal["keras", "tflite"]
MODEL_FORMATS: tuple[ModelFormat, ...] = ("keras", "tflite")
TEXT_FORMATS = {"int8": "model.int8.tflite", "server": "model.server.zip"}
"""Format that models of texts have beside these -> name of its file in a run."""
KEY_PREFIX = "studio_"


class ModelVersion(BaseModel):
    """One version of a registered model.

    Args:
        run: Name of the run that trained it; None for a restored model.
        dataset: `name:version` it was trained on.
        class_names: Names of the outputs, in order.
        shape: (height, width, channels) of a sample, uint8; (0, 0, 0) for texts and rows.
        files: Format -> artifact: "keras" and "tflite", and for texts those of TEXT_FORMATS; of another program's model
            "tflite" or "onnx" at least.
        facts: The evaluation's headline numbers and where the model comes from.
        aliases: Names such as "champion" that point at this version.
        behind: Of a version whose samples an inference pipeline prepares, the version that is asked then: this one is
            what callers see, its shape and columns are those of what they send.
        inference: What is done to samples before that.
    """

    model_config = ConfigDict(frozen=True)

    id: int
    model: str
    version: int
    run: str | None
    dataset: str
    class_names: tuple[str, ...]
    shape: tuple[int, int, int]
    files: dict[str, RunArtifact]
    facts: dict[str, object]
    aliases: tuple[str, ...] = ()
    author: str
    created: float
    behind: ModelVersion | None = None
    inference: Inference | None = None

    @property
    def title(self) -> str:
        """`name:version`."""
        return f"{self.model}:{self.version}"

    @property
    def config(self) -> ModelConfig:
        """The stack of layers it was trained with."""
        return parse_model(self.facts.get("config", {"layers": []}))

    @property
    def adapter(self) -> InputAdapter | None:
        """How pictures become what it takes, for a model of another program; None for one of the studio."""
        found = self.facts.get("adapter")
        return None if found is None else InputAdapter.model_validate(found)

    @property
    def input_shape(self) -> Shape:
        """Shape of what its files take: of a picture, or of a text as numbers."""
        return self.config.input_shape(self.shape)

    @property
    def text(self) -> TextSettings | None:
        """How texts become numbers for it, None for a model of something else."""
        config = self.config
        return config.text if config.input == "text" else None

    @property
    def table(self) -> TableInput | None:
        """How rows become numbers for it, None for a model of something else."""
        config = self.config
        return config.table if config.input == "table" else None


def prepared_version(version: ModelVersion, inference: Inference) -> ModelVersion:
    """Return a version as callers see it whose samples a pipeline prepares: it takes what the pipeline takes."""
    config = version.config
    if not inference.steps or config.input == "strokes":
        return version
    shape = inference.input.shape if inference.input.task == "images" else version.shape
    facts = dict(version.facts)
    if config.input == "table":
        table = TableInput(columns=inference.input.columns)
        facts["config"] = config.model_copy(update={"table": table}).model_dump(mode="json")
    own = inference.learned_with(version.facts)
    changes = {"shape": shape, "facts": facts, "behind": version, "inference": own}
    return version.model_copy(update=changes)


class Model(BaseModel):
    """A registered name and its versions, newest first."""

    model_config = ConfigDict(frozen=True)

    name: str
    created: float
    versions: tuple[ModelVersion, ...]


class AliasMove(BaseModel):
    """An alias was pointed somewhere else.

    Args:
        version: What it points at from then on; None: at nothing, it was removed.
        previous: What it pointed at before; None: at nothing, or it was new.
        author, time: Who moved it, and when, in Unix seconds.
        reason: Why.
        overridden: What its gates said against it; somebody moved it nonetheless.
    """

    model_config = ConfigDict(frozen=True)

    model: str
    alias: str
    version: int | None
    previous: int | None
    author: str
    time: float
    reason: str = ""
    overridden: tuple[str, ...] = ()


VersionText = Literal["note", "intended_use", "limits"]
"""What people write beside a version: a note; and for its card what it is for, and what it cannot do."""
VERSION_TEXTS: dict[VersionText, str] = {
    "note": "Note",
    "intended_use": "What it is for",
    "limits": "What it cannot do",
}
TEXT_LIMIT = 10_000
"""Characters of such a text."""


class Endpoint(BaseModel):
    """A model that somebody may call under a name.

    Args:
        model: Name of the registered model.
        alias: Alias it follows; None when pinned to `version`.
        version: Version it is pinned to; None when it follows an alias.
        key_hint: Last four characters of its first key, to tell keys apart.
        settings: Who may ask, which versions answer, what is written down.
        pipeline: What is done to samples before a model is asked; None: nothing.
    """

    model_config = ConfigDict(frozen=True)

    id: int
    name: str
    model: str
    alias: str | None
    version: int | None
    key_hash: str
    key_hint: str
    created: float
    retired: float | None = None
    settings: EndpointSettings = EndpointSettings()
    pipeline: Inference | None = None

    @property
    def target(self) -> str:
        """`model@alias` or `model:version`."""
        return f"{self.model}@{self.alias}" if self.alias else f"{self.model}:{self.version}"

    def seen(self, version: ModelVersion) -> ModelVersion:
        """Return a version of its model as its callers see it."""
        return version if self.pipeline is None else prepared_version(version, self.pipeline)


class EndpointState(BaseModel):
    """All that the serving process has to know of an endpoint, as it stands now.

    Args:
        keys: Those that open it, revoked and expired ones left out.
        champion: The version it serves; None when its alias points at nothing.
        challenger: The version of `settings.challenger`; None without, or when there is none.
    """

    model_config = ConfigDict(frozen=True)

    endpoint: Endpoint
    keys: tuple[EndpointKey, ...]
    champion: ModelVersion | None
    challenger: ModelVersion | None = None


def new_key() -> str:
    """Return a new random API key: 32 bytes from the system's generator."""
    return KEY_PREFIX + secrets.token_urlsafe(32)


def hash_key(key: str) -> str:
    """Return the SHA-256 (hex) under which a key is stored."""
    return hashlib.sha256(key.encode()).hexdigest()


def key_matches(key: str, key_hash: str) -> bool:
    """Compare in constant time.

    Example:
        >>> key_matches("studio_x", hash_key("studio_x"))
        True
    """
    return secrets.compare_digest(hash_key(key), key_hash)
