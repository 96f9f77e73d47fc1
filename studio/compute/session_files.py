"""What a run reads of a labelling session: files in its folder, so that its process never opens the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.ranking import Answered, SessionFacts

ARRAYS = ("waiting", "open", "items", "labels")
FACTS = "facts.json"


def write_session(folder: Path, known: Answered, facts: SessionFacts) -> None:
    """Write what is known of a session, in place of what an earlier attempt of the run was told."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ARRAYS:
        (folder / f"{name}.npy").unlink(missing_ok=True)
        if (array := getattr(known, name)) is not None:
            np.save(folder / f"{name}.npy", array, allow_pickle=False)
    (folder / FACTS).write_text(facts.model_dump_json(), encoding="utf-8")


def read_session(folder: Path) -> tuple[Answered, SessionFacts]:
    """Return what `write_session` wrote."""
    facts = SessionFacts.model_validate_json((folder / FACTS).read_bytes())

    def read(name: str) -> NDArray[Any]:
        array: NDArray[Any] = np.load(folder / f"{name}.npy", allow_pickle=False)
        return array

    known = Answered(
        waiting=read("waiting"),
        open=read("open"),
        items=read("items"),
        labels=read("labels") if (folder / "labels.npy").exists() else None,
        class_names=facts.config.class_names,
    )
    return known, facts
