"""Verbs that follow from a review: give samples their classes, have people look at them, train again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from studio.core.configs import parse_model
from studio.core.dataset import KEPT, DatasetManifest, DatasetVersion
from studio.core.errors import Conflict, InvalidInput
from studio.core.label_session import LabelSession
from studio.core.model_spec import RUN_PREFIX
from studio.core.names import check_class_name
from studio.core.run import Run
from studio.core.run_settings import trained_on_settings
from studio.core.standard import training_pipeline
from studio.core.training import parse_training
from studio.store import label_sessions as session_rows
from studio.store import session_items as item_rows
from studio.workspace.queues import Queues
from studio.workspace.versions import check_rows

Weights = Literal["random", "model"]
AGAIN = "-again"
LISTED = 500
"""So many of the newest trainings are looked through for those that were made of another."""


class ReviewActs(Queues):
    """What people do about what they saw in an evaluation."""

    def classes_now(self, version: DatasetVersion, samples: Sequence[int]) -> list[str | None]:
        """Return the class that each sample has now, answers given since the version was made included."""
        answers = self._answers(version)
        labels = [answers.label(sample) for sample in samples]
        return [answers.class_names[label] if label >= 0 else None for label in labels]

    def relabel_each(
        self,
        name: str,
        classes: Mapping[int, str | None],
        *,
        author: str = "unnamed",
        message: str = "",
    ) -> DatasetVersion:
        """Give each of some samples a class of its own, in one version; None takes its class away.

        Args:
            classes: Number of the sample -> name of the class, which is made when it is new.

        Raises:
            NotFound: No such sample. InvalidInput: A name is not possible, or no sample is named.
        """
        wanted = {
            None if name is None else check_class_name(name): [
                s for s, n in classes.items() if n == name
            ]
            for name in dict.fromkeys(classes.values())
        }

        def change(
            manifest: DatasetManifest, labels: NDArray[np.int32]
        ) -> tuple[DatasetManifest, NDArray[np.int32]]:
            check_rows(list(classes), manifest)
            for class_name, samples in wanted.items():
                rows = check_rows(samples, manifest)
                manifest, labels = self._labelled_as(manifest, labels, rows, class_name)
            return manifest, labels

        text = message or f"{len(classes):,} samples have other classes"
        return self._relabel(name, change, author, text)

    def add_to_session(self, name: str, samples: Sequence[int]) -> tuple[LabelSession, int]:
        """Have people of a labelling session look at some samples before all others.

        Samples it lacks come in; those that wait in it move to the front. They stay there until its order is made
        anew. Samples that were given out already are left alone.

        Args:
            name: Of the session.
            samples: Numbers of the samples.

        Returns:
            The session, and how many of the samples come first now.

        Raises:
            NotFound: No such session or sample. Conflict: The session is closed, or all were given out already.
            InvalidInput: It asks for drawings, or a sample is taken out of the dataset.
        """
        session = self._open_session(name)
        version = self.session_version(session)
        rows = check_rows(samples, version)
        state = self.state(version)
        if state is not None and np.any(state[rows] != KEPT):
            away = rows[np.asarray(state)[rows] != KEPT]
            raise InvalidInput(
                f"Sample {away[0]} takes no part in {version.title}.",
                "It is quarantined or removed there.",
                "Bring it back first, or choose others.",
            )
        with self._studio.tx() as connection:
            session = self._open_session(name)
            given = item_rows.with_rows(self._studio, session.id, rows.tolist())
            first = rows[~np.isin(rows, list(given))]
            if not len(first):
                raise Conflict(
                    f"All of these samples were given out in {name} already.",
                    "Each is answered once for every answer that the session asks for.",
                    "Make a new session for them.",
                )
            put = self.artifacts.put_array
            before, shuffled = session_rows.files(self._studio, session.id)
            pool = np.union1d(self.artifacts.open_array(before), first)
            orders = {
                digest: put(_first(first, self.artifacts.open_array(digest)), "queue.npy").digest
                for digest in {shuffled, session.queue} - {""}
            }
            session_rows.set_pool(
                connection,
                session.id,
                pool=put(pool, "pool.npy").digest,
                total=len(pool),
                shuffled=orders[shuffled],
                queue=orders.get(session.queue, ""),
                groups=self._with_group(session, first),
            )
        return self.session(name), len(first)

    def _with_group(self, session: LabelSession, first: NDArray[np.int64]) -> str:
        """Return the clusters of a session's queue with one more in front, for samples that are put there."""
        if not session.groups:
            return ""
        groups = self.artifacts.open_array(session.groups)
        kept = groups[~np.isin(self.artifacts.open_array(session.queue), first)]
        own = np.full(len(first), groups.max(initial=-1) + 1, groups.dtype)
        return self.artifacts.put_array(np.concatenate([own, kept]), "groups.npy").digest

    def train_again(
        self,
        reference: str,
        *,
        weights: Weights = "random",
        name: str | None = None,
        author: str = "unnamed",
    ) -> Run:
        """Train a model anew on the newest version of its dataset, with the settings it was trained with.

        Args:
            reference: To the model: `name:3`, `name@champion` or `run/NAME`.
            weights: Start from random weights, or from those of the model.
            name: Of the run. Default: made of the former one's.

        Raises:
            NotFound: No such model. Conflict: It was not trained here, or its weights do not fit the classes of
                today. InvalidInput: The newest version cannot be trained on.
        """
        before = self.run(self._trained_by(reference))
        version = self.trained_on(before)
        found = before.result.get("search")
        if isinstance(found, dict):
            model, training = parse_model(found["model"]), parse_training(found["training"])
            split = trained_on_settings(before.pipeline)[1]
        else:
            settings = self.run_settings(before.name)
            model, training, split = settings.model, settings.training, settings.split
        newest = self.dataset(version.dataset)
        pipeline = training_pipeline(
            newest.dataset,
            model,
            training,
            version=newest.version,
            split=None if split.stored else split,
        )
        if weights == "model":
            pipeline = pipeline.set_params("train", start_from=before.name)
        return self.submit(
            pipeline, name=name or self.free_run_name(f"{before.name[:54]}{AGAIN}"), author=author
        )

    def trained_again(self, reference: str) -> list[Run]:
        """Return the trainings that `train_again` made of a model, newest first; none where it was not trained here."""
        try:
            wanted = f"{self._trained_by(reference)[:54]}{AGAIN}"
        except Conflict:
            return []
        runs = self.runs(kind="training", limit=LISTED)
        return [run for run in runs if run.name.startswith(wanted) and run.deleted is None]

    def _trained_by(self, reference: str) -> str:
        """Return the name of the run that trained a model."""
        pinned = self.pinned_model(reference)
        if pinned.startswith(RUN_PREFIX):
            return pinned.removeprefix(RUN_PREFIX)
        run = self.resolve_model(pinned).run
        if run is None or self._find(run).kind not in ("training", "search"):
            raise Conflict(
                f"{pinned} cannot be trained again.",
                "It was not trained here, so the studio does not know how.",
                "Train a model of the studio on the same dataset.",
            )
        return run


def _first(first: NDArray[np.int64], order: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([first, order[~np.isin(order, first)]])
