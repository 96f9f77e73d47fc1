"""Verbs of labelling sessions: make, list, change, close; and how far each is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.dataset import DatasetVersion
from studio.core.errors import Conflict, InvalidInput, unknown
from studio.core.label_answer import LabelValue
from studio.core.label_session import (
    LabelSession,
    SessionConfig,
    SessionProgress,
    changed_config,
    check_config,
    check_member,
)
from studio.core.names import check_class_name
from studio.store import drawings as drawing_rows
from studio.store import label_sessions as rows
from studio.store import session_items as item_rows
from studio.store.database import IntegrityError
from studio.workspace.drawings import Drawings
from studio.workspace.exports import Exports
from studio.workspace.versions import check_rows


class Sessions(Exports, Drawings):
    """Labelling sessions: which samples, which classes, who, how often each."""

    def create_session(
        self,
        config: SessionConfig,
        *,
        samples: Sequence[int] | None = None,
        author: str = "unnamed",
    ) -> LabelSession:
        """Make a session over a version of a dataset. Its first order is a random one, so that nobody waits.

        Args:
            config: Its settings; the newest version is pinned where none is named.
            samples: Numbers of the samples that are labelled, whatever else the settings say; None: those they say.

        Raises:
            NotFound: No such dataset or version. Conflict: The name is taken.
            InvalidInput: It cannot be answered, or there is nothing to label.
        """
        version = self.dataset(config.dataset, config.version)
        config = config.model_copy(update={"version": version.version})
        answers = self._answers(version)
        with answers.lock:
            labels, class_names = answers.labels(), list(answers.class_names)
        kept = self._kept(version)
        check_config(config, version.task, _class_counts(labels[kept], class_names))
        check_examples(config, version)
        generator = np.random.default_rng(config.seed)
        gold = _gold(config, labels, class_names, kept, generator)
        chosen = None if samples is None else check_rows(samples, version)
        pool = self._pool(config, version, labels, kept, gold, generator, chosen)
        digest = self.artifacts.put_array(pool, "pool.npy").digest
        shuffled = self._shuffled(pool, config.seed)
        now = self._now()
        try:
            with self._studio.tx() as connection:
                session = rows.insert(
                    connection, config, version, dataset=self._dataset_id(config.dataset), pool=digest,
                    total=len(pool), author=author, now=now,
                )  # fmt: skip
                rows.set_shuffled(connection, session, shuffled, _random(config.seed), now)
                item_rows.add(
                    connection, session, [(item, None) for item in gold], wanted=item_rows.GOLD_WANTED,
                    now=now, gold={i: LabelValue(classes=(class_names[labels[i]],)) for i in gold},
                )  # fmt: skip
        except IntegrityError:
            raise Conflict(
                f'A session called "{config.name}" is there already.',
                "Session names are unique within a workspace.",
                "Choose another name.",
            ) from None
        return self.session(config.name)

    def sessions(self, dataset: str | None = None) -> list[LabelSession]:
        """Return all sessions, or those of one dataset, newest first."""
        return rows.list_sessions(self._studio, dataset)

    def session(self, name: str) -> LabelSession:
        """Return a session.

        Raises:
            NotFound: No such session.
        """
        found = rows.find(self._studio, name)
        if found is None:
            raise unknown("session", name, rows.names(self._studio))
        return found

    def session_version(self, session: LabelSession) -> DatasetVersion:
        """Return the dataset version whose samples are labelled."""
        return self.dataset_by_id(session.version_id)

    def change_session(self, name: str, **changes: Any) -> LabelSession:
        """Change settings of a session, those of CHANGEABLE. Another overlap counts for what is still open.

        Raises:
            NotFound: No such session. InvalidInput: The setting may not change, or has an impossible value.
        """
        before = self.session(name)
        config = changed_config(before.config, changes)
        shuffled = None
        if config.strategy == "random" and {"strategy", "seed"} & changes.keys():
            shuffled = self._shuffled(self._session_pool(before), config.seed)
        with self._studio.tx() as connection:
            session = self.session(name)
            config = changed_config(session.config, changes)
            rows.save_config(connection, session.id, config)
            if shuffled is not None:
                rows.set_shuffled(
                    connection, session.id, shuffled, _random(config.seed), self._now()
                )
            if config.overlap != session.config.overlap:
                judged = item_rows.set_wanted(connection, session.id, config.overlap)
                item_rows.refresh(self._studio, connection, session, judged, self._now())
        return self.session(name)

    def close_session(self, name: str) -> LabelSession:
        """Let nobody answer or review any more; everything is kept. Closing it twice changes nothing."""
        session = self.session(name)
        if session.closed is None:
            with self._studio.tx() as connection:
                rows.set_closed(connection, session.id, self._now())
        return self.session(name)

    def reopen_session(self, name: str) -> LabelSession:
        """Let a closed session go on."""
        with self._studio.tx() as connection:
            rows.set_closed(connection, self.session(name).id, None)
        return self.session(name)

    def add_drawing(
        self,
        collection: str,
        class_name: str,
        pixels: NDArray[np.uint8],
        strokes: str,
        *,
        op_id: str,
        author: str = "unnamed",
    ) -> dict[str, int]:
        """Keep one drawing, as `Drawings.add_drawing`. In a session's collection only its people draw its classes.

        Raises:
            Forbidden: Not among the session's people. Conflict: It is closed. NotFound: Not one of its classes.
        """
        session = rows.find(self._studio, collection)
        asked = session is not None and session.config.answer == "drawings"
        if session is not None and asked and not drawing_rows.is_known(self._studio, op_id):
            check_member(session, author, "label")
            if class_name not in session.config.class_names:
                raise unknown("class", class_name, session.config.class_names)
        return super().add_drawing(
            collection, class_name, pixels, strokes, op_id=op_id, author=author
        )

    def session_progress(self, name: str, person: str = "") -> SessionProgress:
        """Return how far a session is, and how much of it one person did; quick at any size.

        Raises:
            NotFound: No such session.
        """
        return self._session_progress(self.session(name), person and check_class_name(person))

    def _session_progress(self, session: LabelSession, person: str) -> SessionProgress:
        if session.config.answer == "drawings":
            return self._drawn(session, person)
        counts = rows.counts(self._studio, session.id)
        mine = rows.person(self._studio, session.id, person)["answered"] if person else 0
        return SessionProgress(
            total=session.total,
            done=counts["done"],
            disputed=counts["disputed"],
            started=counts["started"],
            answers=counts["counted"],
            wanted=session.total * session.config.overlap,
            unsure=counts["unsure"],
            mine=mine,
        )

    def _drawn(self, session: LabelSession, person: str) -> SessionProgress:
        counts = drawing_rows.counts(self._studio, session.name)
        asked, classes = session.config.drawings, session.config.class_names
        drawn = sum(counts.values())
        total = asked * len(classes)
        return SessionProgress(
            total=total,
            done=sum(min(asked, counts.get(name, 0)) for name in classes),
            disputed=0,
            started=drawn,
            answers=drawn,
            wanted=total,
            mine=drawing_rows.count_of(self._studio, session.name, person) if person else 0,
            drawings=drawn,
        )

    def _session_pool(self, session: LabelSession) -> NDArray[np.int64]:
        """Return int64 (total,), the samples to label, ascending; memory-mapped and read-only."""
        return self.artifacts.open_array(rows.files(self._studio, session.id)[0])

    def _pool(
        self,
        config: SessionConfig,
        version: DatasetVersion,
        labels: NDArray[np.int32],
        kept: NDArray[np.bool_],
        gold: list[int],
        generator: np.random.Generator,
        chosen: NDArray[np.int64] | None = None,
    ) -> NDArray[np.int64]:
        """Return int64 (n,), the samples to label, ascending."""
        if config.answer == "drawings":
            return np.empty(0, np.int64)
        wanted = kept.copy()
        wanted[gold] = False
        if chosen is not None:
            wanted &= np.isin(np.arange(version.count), chosen)
        elif config.wanted == "unlabelled" and config.answer == "boxes":
            wanted[self.boxes(version)[:, 0].astype(np.int64)] = False
        elif config.wanted == "unlabelled":
            wanted &= labels < 0
        pool = np.flatnonzero(wanted).astype(np.int64)
        if not len(pool):
            raise InvalidInput(
                f"There is nothing to label in {version.title}.",
                "All its samples are labelled already, or taken out."
                if config.wanted == "unlabelled" and chosen is None
                else "None of its samples is left, gold ones not counted.",
                "Choose all samples instead, or another dataset.",
            )
        if config.limit is not None and config.limit < len(pool):
            pool = np.sort(generator.choice(pool, config.limit, replace=False))
        return pool

    def _shuffled(self, pool: NDArray[np.int64], seed: int) -> str:
        order = np.random.default_rng([seed, 1]).permutation(pool)
        return self.artifacts.put_array(order, "queue.npy").digest


def _random(seed: int) -> str:
    return f"At random, seed {seed}."


def _class_counts(labels: NDArray[np.int32], class_names: list[str]) -> dict[str, int]:
    counts = np.bincount(labels[labels >= 0], minlength=len(class_names))
    return dict(zip(class_names, counts.tolist(), strict=False))


def check_examples(config: SessionConfig, version: DatasetVersion) -> None:
    """Refuse a class whose examples are no samples of the version."""
    wrong = [i for c in config.classes for i in c.examples if not 0 <= i < version.count]
    if wrong:
        raise InvalidInput(
            f"There is no sample {wrong[0]} to show as an example.",
            f"{version.title} has samples 0 to {version.count - 1}.",
            "Choose another example.",
        )


def _gold(
    config: SessionConfig,
    labels: NDArray[np.int32],
    class_names: list[str],
    kept: NDArray[np.bool_],
    generator: np.random.Generator,
) -> list[int]:
    """Return labelled samples of the session's classes, of every class alike as far as they go, in random order."""
    if not config.gold:
        return []
    codes = [class_names.index(name) for name in config.class_names if name in class_names]
    piles = [generator.permutation(np.flatnonzero(kept & (labels == c))).tolist() for c in codes]
    chosen: list[int] = []
    while len(chosen) < config.gold:
        for pile in piles:
            if pile and len(chosen) < config.gold:
                chosen.append(pile.pop())
    return [chosen[place] for place in generator.permutation(len(chosen)).tolist()]
