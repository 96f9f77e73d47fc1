"""Verbs of trying a model's web page in somebody's browser: the samples, and what came of it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from studio.core.browser_parity import browser_row, replayed_count
from studio.core.configs import ModelInput
from studio.core.dataset import DatasetVersion
from studio.core.errors import Conflict, InvalidInput
from studio.core.model import ModelVersion
from studio.core.model_export import REPLAYED_ANSWERS, REPORT, ParityReport, ParityRow
from studio.core.run import RunArtifact
from studio.core.samples import Words
from studio.store import browser_parity as rows
from studio.workspace.model_exports import ModelExports

PAGE, FOLDER = "model.html", "model.web.zip"
SAME = "Replayed as the single file: both hold the same model and code."


@dataclass(frozen=True)
class Replay:
    """What a browser is asked, and what the model said.

    Args:
        page: The file that is tried; `folder` is the same page as a folder, None where there is none.
        dataset: Whose samples they are; `ids` are their numbers.
        labels: int32 (n,), places in the model's classes, -1 for none.
        reference: float32 (n, classes), of the model itself.
        answers: The file in which these answers are kept.
    """

    page: RunArtifact
    folder: RunArtifact | None
    dataset: DatasetVersion
    ids: NDArray[np.int64]
    labels: NDArray[np.int32]
    reference: NDArray[np.float32]
    answers: RunArtifact

    @property
    def tried(self) -> str:
        """What is tried on what; another one once the page, or what it is asked, is another."""
        return f"{self.page.digest[:32]}{self.answers.digest[:32]}"


class BrowserParity(ModelExports):
    """Verbs of trying a model's web page in somebody's browser."""

    def replay(self, version: ModelVersion) -> Replay:
        """Return what a browser is asked about a model's page, and what the model said to that.

        Raises:
            Conflict: No page of it was made yet, or the samples are not in this workspace any more.
        """
        for run in self._export_runs(version):
            made = self.run_artifacts(run.name)
            if not {PAGE, REPLAYED_ANSWERS, REPORT} <= made.keys():
                continue
            report = ParityReport.model_validate_json(self.artifacts.read(made[REPORT].digest))
            dataset = self.known_version(report.dataset)
            if dataset is None:
                raise _gone(version, report.dataset)
            with np.load(self.artifacts.path(made[REPLAYED_ANSWERS].digest)) as kept:
                reference = kept["probabilities"]
                count = replayed_count(*reference.shape)
                return Replay(
                    made[PAGE],
                    made.get(FOLDER),
                    dataset,
                    kept["ids"][:count],
                    kept["labels"][:count],
                    reference[:count],
                    made[REPLAYED_ANSWERS],
                )
        raise Conflict(
            f"There is no web page of {version.title} to try yet.",
            "It is made together with the other files, and the model's own answers are kept then.",
            "Press Make and check all.",
        )

    def replay_page(self, version: ModelVersion) -> bytes:
        """Return the page that is tried, checked against its SHA-256. Raises as `replay`."""
        return self.artifacts.read(self.replay(version).page.digest)

    def replay_kind(self, version: ModelVersion) -> ModelInput:
        """Return what the page of a model is asked: "images", "text" or "strokes"."""
        return "images" if version.adapter is not None else version.config.input

    def replay_samples(
        self, version: ModelVersion, start: int, count: int
    ) -> NDArray[np.uint8] | list[str]:
        """Return some of the samples: pictures as the page takes them, texts, or strokes as JSON.

        Raises:
            Conflict: As `replay`, or the pictures are of another size than the model takes.
            InvalidInput: There are no such samples.
        """
        replay = self.replay(version)
        ids = replay.ids[start : start + count]
        if start < 0 or not len(ids):
            raise InvalidInput(
                f"There is no sample {start} to replay.",
                f"There are samples 0 to {len(replay.ids) - 1}.",
                "Reload the page.",
            )
        kind = self.replay_kind(version)
        if kind == "images":
            return self._pictures_of(version, replay.dataset, ids)
        digest = replay.dataset.samples if kind == "text" else replay.dataset.strokes
        words = cast(Words, self.artifacts.open_samples(digest))
        return [str(words[int(row)]) for row in ids]

    def _pictures_of(
        self, version: ModelVersion, dataset: DatasetVersion, ids: NDArray[np.int64]
    ) -> NDArray[np.uint8]:
        order = np.argsort(ids, kind="stable")
        pictures = np.asarray(self.pictures(dataset)[ids[order]])[np.argsort(order, kind="stable")]
        adapter = version.adapter
        channels = version.shape[2] if adapter is None else adapter.channels
        if pictures.shape[1:] != (*version.shape[:2], channels):
            raise Conflict(
                f"{version.title} cannot be tried in a browser on {dataset.title}.",
                "The page takes pictures that have the model's own size and colours already.",
                "Export the model on a dataset of such pictures.",
            )
        return pictures

    def record_browser_parity(
        self,
        version: ModelVersion,
        browser: str,
        answers: NDArray[np.float32],
        milliseconds: float | None = None,
        *,
        tried: str = "",
    ) -> ParityRow:
        """Compare a browser's answers with the model's, and keep what comes of it for the page and for the folder.

        Args:
            browser: Its name and version.
            answers: float32 (n, classes), about the first n samples.
            milliseconds: Median time for one.
            tried: As of the `Replay` that was asked; "": as it is now.

        Raises:
            Conflict: As `replay`, or the page was made anew meanwhile. InvalidInput: They are no answers.
        """
        replay = self.replay(version)
        if tried not in ("", replay.tried):
            raise Conflict(
                f"The web page of {version.title} was made anew meanwhile.",
                "What this browser answered was about the one before.",
                "Press Replay in this browser again.",
            )
        row = browser_row(
            ParityRow(
                format="page",
                where=browser,
                bytes=replay.page.size,
                samples=0,
                milliseconds=milliseconds,
            ),
            answers,
            replay.reference,
            replay.labels,
        )
        now = time.time()
        rows.record(self._studio, replay.page.digest, row, now)
        if replay.folder is not None:
            same = {"format": "browser", "bytes": replay.folder.size, "note": SAME}
            rows.record(self._studio, replay.folder.digest, row.model_copy(update=same), now)
        return row


def drawings_of(texts: list[str]) -> list[object]:
    """Return strokes that are kept as JSON; "" is a drawing without strokes."""
    return [json.loads(text) if text else [] for text in texts]


def _gone(version: ModelVersion, dataset: str) -> Conflict:
    return Conflict(
        f"{version.title} cannot be tried in a browser.",
        f"The samples that the model was asked about were those of {dataset}, which is not in this workspace.",
        "Export the model again, on a dataset that is here.",
    )
