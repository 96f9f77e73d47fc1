"""Verbs of a session's queue: have it put in order, have answers suggested; both happen in the background."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.dataset import TASK_NOUNS
from studio.core.errors import Conflict, InvalidInput
from studio.core.fit import task_of
from studio.core.foreign import runnable_format
from studio.core.label_answer import LabelValue
from studio.core.label_session import LabelSession, Prelabels, SessionConfig
from studio.core.prelabels import PrelabelArrays, prelabel_arrays
from studio.core.ranking import (
    AT_ONCE,
    LEARNING,
    OWN_SOURCE,
    Answered,
    PrelabelParams,
    PrelabelSource,
    RankParams,
    SessionFacts,
    is_due,
)
from studio.core.run import Run, RunKind
from studio.core.standard import prelabel_pipeline, ranking_pipeline
from studio.store import label_sessions as session_rows
from studio.store import queues as rows
from studio.store.artifacts import Artifacts
from studio.workspace.models import Models
from studio.workspace.run_controls import RunControls
from studio.workspace.session_classes import SessionClasses

LISTED = 100
"""So many of the newest runs are looked through for those of a session."""


class Queues(SessionClasses, Models, RunControls):
    """Orders of labelling sessions that learn from the answers, and suggestions."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self._submitting = threading.Lock()

    def create_session(
        self,
        config: SessionConfig,
        *,
        samples: Sequence[int] | None = None,
        author: str = "unnamed",
    ) -> LabelSession:
        """Make a session; where its strategy has an order to make before any answer, that is begun at once."""
        session = super().create_session(config, samples=samples, author=author)
        if session.config.strategy in AT_ONCE and config.answer != "drawings":
            self.rank_session(session.name, author=author)
        return self.session(session.name)

    def change_session(self, name: str, **changes: Any) -> LabelSession:
        """Change settings of a session; another strategy has the queue put in order anew."""
        before = self.session(name)
        session = super().change_session(name, **changes)
        if session.config.strategy == before.config.strategy:
            return session
        for run in self._runs_of(name, "ranking"):
            if not run.is_terminal:
                self.stop_run(run.name)
        if session.config.strategy in LEARNING and session.closed is None and _has_queue(session):
            self._submit_ranking(session, session.author)
        return self.session(name)

    def rank_session(self, name: str, *, author: str = "unnamed") -> Run:
        """Have the queue put in order by the session's strategy, and answers suggested where enough are there.

        Raises:
            NotFound: No such session. Conflict: That is being done, or the session is closed.
            InvalidInput: The session has no queue, or its order is random.
        """
        session = self._open_session(name)
        if session.config.strategy not in LEARNING:
            raise InvalidInput(
                f"The order of {name} is random.",
                "There is nothing to be learned for it.",
                "Choose another order first.",
            )
        with self._submitting:
            self._refuse_second(session, "ranking")
            return self._submit_ranking(session, author)

    def rank_if_due(self, name: str) -> Run | None:
        """Have the queue put in order anew if enough was answered since; quick, to be called after answers.

        Returns:
            The run, None when there is nothing to do yet.

        Raises:
            NotFound: No such session.
        """
        session = self.session(name)
        strategy, done = session.config.strategy, session.queue_answers
        if session.closed is not None or not _has_queue(session):
            return None
        if not is_due(strategy, session.answers, done, bool(done or session.groups)):
            return None
        with self._submitting:
            newest = next(iter(self._runs_of(name, "ranking")), None)
            if newest is not None:
                # What failed, or was stopped, is tried again when there is more to learn from, not at each answer.
                tried = RankParams.model_validate(newest.pipeline.nodes[-1].params).answers
                if not newest.is_terminal or not is_due(
                    strategy, session.answers, max(done, tried), True
                ):
                    return None
            return self._submit_ranking(session, session.author)

    def prelabel_session(
        self, name: str, source: PrelabelSource, *, author: str = "unnamed"
    ) -> Run:
        """Have a registered model, or a Label Studio ML backend, suggest answers for what is not done yet.

        Raises:
            NotFound: No such session or model. Conflict: That is being done, or the session is closed.
            InvalidInput: The model cannot answer what the session asks, or knows none of its classes; or the address of
                the backend is none.
        """
        session = self._open_session(name)
        if source.kind == "model":
            params = self._model_params(session, source)
        else:
            from studio.sources.ml_backend import backend_address  # the network, when it is needed

            backend_address(source.url)  # one with a password inside must not be kept
            title = f"the backend at {source.url}"
            params = PrelabelParams(session=name, source=source, title=title)
        with self._submitting:
            self._refuse_second(session, "prelabel")
            version = self.session_version(session)
            pipeline = prelabel_pipeline(session.config.dataset, version.version, params)
            run_name = self.free_run_name(f"suggestions-{name}")
            return self.submit(pipeline, name=run_name, author=author)

    def suggest(
        self, name: str, found: Iterable[tuple[int, LabelValue, float]], source: str
    ) -> LabelSession:
        """Keep suggestions in place of those there are.

        Args:
            found: (number of the sample, what is suggested in today's class names, score 0 to 1), in any order.
            source: What made them: "file boxes.json".

        Raises:
            NotFound: No such session.
        """
        session = self.session(name)
        kept = store_prelabels(
            self.artifacts, prelabel_arrays(found), source=source, revision=session.revision
        )
        with self._studio.tx() as connection:
            session_rows.set_prelabels(connection, session.id, kept)
        return self.session(name)

    def session_known(self, name: str) -> tuple[Answered, SessionFacts]:
        """Return what is known of a session: what a ranking learns from, and which samples it puts in order.

        Raises:
            NotFound: No such session.
        """
        session = self.session(name)
        pool = np.asarray(self._session_pool(session))
        given, done = (np.array(found, np.int64) for found in rows.taken(self._studio, session.id))
        items, labels = self._labels(session)
        own = session.prelabels is None or session.prelabels.source == OWN_SOURCE
        facts = SessionFacts(
            config=session.config, revision=session.revision, answers=session.answers, suggest=own
        )
        known = Answered(
            waiting=np.setdiff1d(pool, given, assume_unique=True),
            open=np.setdiff1d(pool, done, assume_unique=True),
            items=items,
            labels=labels,
            class_names=session.config.class_names,
        )
        return known, facts

    def _labels(
        self, session: LabelSession
    ) -> tuple[NDArray[np.int64], NDArray[np.integer[Any]] | None]:
        """Return int64 (n,), samples with an answer, ascending, and int32 (n,), their classes.

        Where a sample may have several classes, uint8 (n, C); where there are boxes, None.
        """
        found: dict[int, tuple[str, int]] = {}
        for item, value, revision in rows.open_values(self._studio, session.id):
            found[item] = value, revision
        for item, value in rows.values(self._studio, session.id):
            found[item] = value, session.revision
        codes = {n: code for code, n in enumerate(session.config.class_names)}
        seen: dict[tuple[str, int], list[int]] = {}
        chosen: dict[int, list[int]] = {}
        for item, key in found.items():
            if key not in seen:
                said = LabelValue.model_validate_json(key[0])
                names = said.renamed(session.names_since(key[1])).classes
                seen[key] = [codes[n] for n in names if n in codes]
            chosen[item] = seen[key]
        answer = session.config.answer
        if answer == "single":
            chosen = {item: numbers for item, numbers in chosen.items() if numbers}
        items = np.array(sorted(chosen), np.int64)
        if answer == "single":
            return items, np.array([chosen[item][0] for item in items.tolist()], np.int32)
        if answer != "multi":
            return items, None
        several = np.zeros((len(items), len(codes)), np.uint8)
        for row, item in enumerate(items.tolist()):
            several[row, chosen[item]] = 1
        return items, several

    def _submit_ranking(self, session: LabelSession, author: str) -> Run:
        config = session.config
        params = RankParams(
            session=session.name,
            strategy=config.strategy,
            seed=config.seed,
            answers=session.answers,
        )
        version = self.session_version(session)
        pipeline = ranking_pipeline(config.dataset, version.version, params)
        return self.submit(
            pipeline, name=self.free_run_name(f"ranking-{session.name}"), author=author
        )

    def _model_params(self, session: LabelSession, source: PrelabelSource) -> PrelabelParams:
        model = self.resolve_model(source.model)
        title = f"model {model.model}:{model.version}"
        if session.config.answer == "boxes":
            raise InvalidInput(
                f"The {title} cannot answer what {session.name} asks.",
                "It says which class a whole sample has, and the session asks for boxes.",
                "Import suggestions from a file, or ask a Label Studio backend.",
            )
        held = TASK_NOUNS[self.session_version(session).task]
        read = TASK_NOUNS[task_of(model.config)] if model.adapter is None else "pictures"
        if held != read:
            raise InvalidInput(
                f"The {title} cannot answer what {session.name} asks.",
                f"It reads {read}, and the session asks about {held}.",
                f"Choose a model that was trained on {held}.",
            )
        if model.adapter is None and tuple(model.shape) != tuple(session.shape):
            raise InvalidInput(
                f"The {title} cannot read the pictures of {session.name}.",
                f"It takes pictures of {model.shape}, and these are of {session.shape} (height, width, channels).",
                "Choose a model that was trained on such pictures.",
            )
        if not set(model.class_names) & set(session.config.class_names):
            raise InvalidInput(
                f"The {title} knows none of the classes of {session.name}.",
                f"It knows: {', '.join(model.class_names[:20])}. Classes are matched by their names.",
                "Choose another model, or rename the classes.",
            )
        runnable = runnable_format(model.files)
        return PrelabelParams(
            session=session.name,
            source=source,
            title=title,
            digest=model.files[runnable].digest,
            class_names=model.class_names,
            text=model.text,
            table=model.table,
            format=runnable,
            adapter=model.adapter,
            shape=model.shape if model.adapter is not None else None,
        )

    def _open_session(self, name: str) -> LabelSession:
        session = self.session(name)
        if session.closed is not None:
            raise Conflict(
                f"The session {name} is closed.",
                "Nothing is answered in it any more.",
                "Reopen it on the Label page.",
            )
        if not _has_queue(session):
            raise InvalidInput(
                f"The session {name} has no queue.",
                "It asks for drawings, which do not exist yet.",
                "Only sessions that label samples have an order and suggestions.",
            )
        return session

    def _refuse_second(self, session: LabelSession, kind: RunKind) -> None:
        active = next((r for r in self._runs_of(session.name, kind) if not r.is_terminal), None)
        if active is not None:
            raise Conflict(
                f"{session.name} is being worked on already.",
                f"The run {active.name} is {active.status}.",
                "Wait until it has ended, or cancel it.",
            )

    def _runs_of(self, name: str, kind: RunKind) -> list[Run]:
        """Return the newest runs of a kind that are about a session, newest first."""
        runs = self.runs(kind=kind, limit=LISTED)
        return [run for run in runs if run.pipeline.nodes[-1].params.get("session") == name]


def store_prelabels(
    artifacts: Artifacts, arrays: PrelabelArrays, *, source: str, revision: int
) -> Prelabels:
    """Store suggestions as artifacts.

    Args:
        arrays: Items, JSON of values, scores, as `prelabel_arrays` makes them.
        source: What made them, for people. revision: Of the classes whose names they use.
    """
    items, values, scores = arrays
    return Prelabels(
        items=artifacts.put_array(items, "prelabel_items.npy").digest,
        values=artifacts.put_texts(values, "prelabel_values"),
        scores=artifacts.put_array(scores, "prelabel_scores.npy").digest,
        count=len(items),
        source=source,
        revision=revision,
    )


def _has_queue(session: LabelSession) -> bool:
    return session.config.answer != "drawings"
