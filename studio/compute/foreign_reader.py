"""Starts the process with limits that reads a model of another program, and takes over what it made."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from studio.compute.watched import LOG, run_watched
from studio.core.errors import Cancelled, InvalidInput, StudioError, TooLarge
from studio.core.foreign import MODEL_LIMIT_BYTES, ForeignFacts, ForeignRequest
from studio.core.run import Failure
from studio.processes import ROOT

REQUEST, FACTS, FAILURE = "request.json", "facts.json", "failure.json"
FACTS_LIMIT_BYTES = 4_000_000
SECONDS = 330.0
"""The process ends itself before; this is for one that does not."""


@contextmanager
def read_foreign(
    file: Path, request: ForeignRequest, folder: Path, should_stop: Callable[[], bool]
) -> Iterator[tuple[ForeignFacts, dict[str, Path]]]:
    """Have a model file read by a process with limits; what it made is there for the time of a `with`.

    Args:
        file: The file as it was uploaded.
        request: What is known of it; its `file` is the name it gets.
        folder: Where there is room.
        should_stop: Asked all the while.

    Yields:
        What was found, and format -> path of the model's new files.

    Raises:
        StudioError: What the process said is wrong, or how it ended. Cancelled: `should_stop` said so.
    """
    if file.stat().st_size > MODEL_LIMIT_BYTES:
        raise TooLarge(
            f'"{file.name}" has {file.stat().st_size:,} bytes.',
            f"A model has at most {MODEL_LIMIT_BYTES:,}.",
            "Import a smaller model.",
        )
    place = Path(tempfile.mkdtemp(prefix="foreign-", dir=folder))
    try:
        shutil.copyfile(file, place / request.file)
        (place / REQUEST).write_text(request.model_dump_json())
        status = _run(place, should_stop)
        yield _found(place, status)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _run(place: Path, should_stop: Callable[[], bool]) -> int:
    """Start the process, wait for its end, and return its status."""

    def heed() -> None:
        if should_stop():
            raise Cancelled(
                "The import of the model was stopped.",
                "Somebody asked for it.",
                "Import it again.",
            )

    own = {"PYTHONPATH": os.environ["PYTHONPATH"]} if "PYTHONPATH" in os.environ else {}
    return run_watched(
        [sys.executable, "-m", "studio", "read-model", str(place)],
        place,
        at=ROOT,
        variables={
            **own,
            "STUDIO_HOME": str(place),
            "CUDA_VISIBLE_DEVICES": "-1",
            "TF_CPP_MIN_LOG_LEVEL": "2",
        },
        seconds=SECONDS,
        heed=heed,
    )


def _found(place: Path, status: int) -> tuple[ForeignFacts, dict[str, Path]]:
    """Return what the process wrote down, believing it no more than the file it read."""
    try:
        if (said := _small(place / FAILURE)) is not None:
            failure = Failure.model_validate_json(said)
            raise InvalidInput(failure.what[:500], failure.why[:500], failure.fix[:500])
        if status == 0 and (said := _small(place / FACTS)) is not None:
            facts = ForeignFacts.model_validate_json(said)
            return facts, {name: _file(place, file) for name, file in facts.files.items()}
    except ValidationError as error:
        raise _died("it wrote down what makes no sense") from error
    if status in (-signal.SIGALRM, -signal.SIGXCPU, -signal.SIGKILL):
        raise _died("it took too long, or more memory than there is")
    raise _died(f"signal {-status} ended it" if status < 0 else _last_words(place))


def _small(path: Path) -> bytes | None:
    if path.is_symlink() or not path.is_file() or path.stat().st_size > FACTS_LIMIT_BYTES:
        return None
    return path.read_bytes()


def _file(place: Path, name: str) -> Path:
    path = place / name
    if Path(name).name != name or path.is_symlink() or not path.is_file():
        raise _died("it named a file that it did not make")
    return path


def _last_words(place: Path) -> str:
    with open(place / LOG, "rb") as log:
        log.seek(max(0, log.seek(0, os.SEEK_END) - 4096))
        lines = [
            line for line in log.read().decode("utf-8", "replace").splitlines() if line.strip()
        ]
    last = lines[-1].strip()[:200] if lines else "nothing"
    if "MemoryError" in last or "bad_alloc" in last:
        return "it took more memory than there is"
    return f"its last words were: {last}"


def _died(how: str) -> StudioError:
    return StudioError(
        "The model file could not be read.",
        f"It is read by a process of its own with limits, and {how}.",
        "The file is damaged, very large, or made to do harm. Export the model again, or in another format.",
    )
