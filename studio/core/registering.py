"""A model as it is registered: what a run or a conversion knows of it."""

from __future__ import annotations

from typing import Any

from studio.core.dataset import origin
from studio.core.evaluation import Evaluation
from studio.core.model_spec import ModelSpec
from studio.core.run import RunArtifact


def registered_body(spec: ModelSpec, evaluation: Evaluation | None) -> dict[str, Any]:
    """Return a model as it is registered, JSON-able.

    Args:
        spec: What is known of it.
        evaluation: How good it is, where it was judged.
    """
    judged = evaluation.dataset if evaluation else ""
    dataset = origin(spec.dataset or judged)
    done = judged.split(", ")[1:] if origin(judged) == dataset else []
    facts: dict[str, Any] = {"model_size_bytes": dict(spec.sizes)}
    if spec.config is not None:
        facts["config"] = spec.config.model_dump(mode="json")
    if spec.adapter is not None:
        facts["adapter"] = spec.adapter.model_dump(mode="json")
    if evaluation is not None:
        facts = {**evaluation.headline(), **facts}
    if done:
        facts["prepared"] = done
    if spec.title:
        facts["registered_from"] = spec.title
    return {
        "dataset": dataset,
        "class_names": list(spec.class_names),
        "shape": list(spec.shape),
        "files": {
            name: RunArtifact(
                name=f"model.{name}", digest=digest, size=spec.sizes.get(name, 0)
            ).model_dump(mode="json")
            for name, digest in spec.files.items()
        },
        "facts": facts,
    }
