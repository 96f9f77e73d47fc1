"""Verbs by which answers leave and come as files, and a session becomes a dataset version."""

from __future__ import annotations

import re
import shutil
import uuid
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from studio.core.answer_formats import answers_name, check_answer_format
from studio.core.dataset import DatasetManifest, DatasetVersion
from studio.core.errors import Conflict, NotFound, StudioError
from studio.core.label_answer import LabelValue, SessionAnswerInput, Suggestion
from studio.core.label_session import LabelSession, check_member
from studio.core.samples import Words
from studio.exports.answers import AnswerContent, write_answers
from studio.sources import Progress
from studio.sources.answers import Fault, KnownSamples, Said, read_answers
from studio.store import label_sessions as session_rows
from studio.store import session_answers as answer_rows
from studio.workspace.append import append
from studio.workspace.datasets import silent
from studio.workspace.drawn import drawn_manifest, published_until
from studio.workspace.publishing import check_base, published, settled
from studio.workspace.session_items import later_value
from studio.workspace.session_numbers import SessionNumbers
from studio.workspace.taken_answers import Taken, blocks, is_same

STALE_SECONDS = 24 * 3600.0
_TOKEN = re.compile(r"[0-9a-f]{32}")


class SessionFiles(SessionNumbers):
    """Answers as files of other programs, and what a session found out as a version of its dataset."""

    def export_answers(
        self, name: str, format_name: str, output: Path, *, progress: Progress = silent
    ) -> dict[str, Any]:
        """Write a session's answers to a file, now and here. People may go on answering meanwhile.

        Args:
            format_name: A name of ANSWER_FORMATS.
            output: The file, which must not be there.
            progress: Told how many samples are done; may raise Cancelled, and then no file is left.

        Returns:
            Facts: format, samples, answers, waiting (samples left out, as nothing counts for them yet), bytes.

        Raises:
            NotFound: No such session or format. Conflict: The file is there.
            InvalidInput: The format cannot hold such answers, or nothing was said yet.
        """
        session = self.session(name)
        check_answer_format(format_name, session.config.answer, name)
        if output.exists():
            raise Conflict(
                f"{output} is there already.",
                "An export never overwrites a file.",
                "Choose another name, or remove the file.",
            )
        version = self.session_version(session)
        texts = cast(Words, self.samples(version)) if version.shown_as == "text" else None
        content = AnswerContent(
            session=session,
            manifest=version,
            title=version.title,
            records=self.session_records(name),
            total=session_rows.counts(self._studio, session.id)["items"],
            texts=texts,
            names=self.names(version),
            split=self.split(version),
            suggestion=self._suggested(session),
        )
        return write_answers(content, format_name, output, progress)

    def answers_file(self, name: str, format_name: str) -> Path:
        """Return a new place for an export that somebody downloads; files older than a day are forgotten.

        The name of the folder around it is the token for `answers_download`.
        """
        root = self.home / "answers"
        root.mkdir(parents=True, exist_ok=True)
        for folder in root.iterdir():
            if self._now() - folder.stat().st_mtime > STALE_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
        folder = root / uuid.uuid4().hex
        folder.mkdir()
        return folder / answers_name(self.session(name).name, format_name)

    def answers_download(self, token: str) -> Path:
        """Return the file of an export.

        Raises:
            NotFound: No such export, or it was forgotten.
        """
        folder = self.home / "answers" / token
        files = sorted(folder.iterdir()) if _TOKEN.fullmatch(token) and folder.is_dir() else []
        if len(files) != 1:
            raise NotFound(
                "There is no such file of answers.",
                "Exported answers are kept for a day.",
                "Export them again.",
            )
        return files[0]

    def import_answers(
        self,
        name: str,
        path: Path,
        format_name: str,
        *,
        annotator: str = "",
        author: str = "unnamed",
        as_suggestions: bool = False,
        progress: Progress = silent,
    ) -> dict[str, Any]:
        """Take answers out of a file, as answers of people or as suggestions.

        The whole file is checked before anything is kept. Answers are appended a thousand at a time; what is there
        already changes nothing, so that a cancelled or killed import is gone on with by the same call.

        Args:
            format_name: A name of ANSWER_FORMATS.
            annotator: Whose answers they are; "": whoever the file names.
            author: Who imports.
            as_suggestions: They are suggested to people, in place of what is suggested now.
            progress: Told how far it is; may raise Cancelled.

        Returns:
            Facts: format, answers (in the file), added, unchanged, samples, people, ignored (marks of other kinds).

        Raises:
            NotFound: No such session or format. Forbidden: Somebody is not among its people.
            Conflict: The session is closed. InvalidInput: An entry cannot be taken; TooLarge: The file is too large.
        """
        session = self.session(name)
        check_answer_format(format_name, session.config.answer, name)
        version = self.session_version(session)
        samples = KnownSamples(
            title=version.title,
            count=version.count,
            task=version.shown_as,
            shape=version.shape,
            names=self.names(version),
            texts=cast(Words, self.samples(version)) if version.shown_as == "text" else None,
        )
        source = f"import {path.name}"[:200]
        taken = Taken(path.name, bytearray(version.count))
        if as_suggestions:
            found = read_answers(path, format_name, samples, progress, wish="suggestions")
            named = f"file {path.name}"[:200]
            self.suggest(name, self._suggestions_of(session, found, taken), named)
            return {"format": format_name, **taken.facts(), "suggestions": True, "author": author}
        if annotator:
            annotator = check_member(session, annotator, "label")
        seen = path.stat()
        for block in blocks(read_answers(path, format_name, samples, progress)):
            self._check_block(session, block, annotator, taken)
        taken.refuse()
        for person in taken.people:
            check_member(session, person, "label")

        def tick(done: int = 0, total: int = 0, unit: str = "", message: str = "") -> None:
            progress(taken.done, taken.answers, "answers", "importing answers")

        now = path.stat()
        if (now.st_size, now.st_mtime_ns) != (seen.st_size, seen.st_mtime_ns):
            raise Conflict(
                f"“{path.name[:80]}” changed while it was checked.",
                "What would be kept is not what was checked.",
                "Import it again when it is complete.",
            )
        for block in blocks(read_answers(path, format_name, samples, tick)):
            self._append_block(session, block, annotator, source, taken)
        tick()
        return {"format": format_name, **taken.facts(), "suggestions": False, "author": author}

    def publish_session(
        self, name: str, *, author: str = "unnamed", message: str = ""
    ) -> DatasetVersion:
        """Make a new version of the session's dataset with what counts in the session; people may go on.

        One class becomes the label of a sample, several become its tags, boxes and spans replace those of the samples.
        Drawings are put behind the samples, each once.

        Raises:
            NotFound: No such session. Conflict: Nothing counts yet, or nothing that the newest version does not hold;
                or its samples were imported anew since.
        """
        session = self.session(name)
        if session.config.answer == "drawings":
            return self._publish_drawings(session, author, message)
        dataset = session.config.dataset
        check_base(session, self.dataset(dataset))
        found = settled(self._studio, session)
        if not len(found.items):
            raise Conflict(
                f"{name} has nothing to publish yet.",
                "No sample has the answers it needs, and no reviewer has decided one.",
                "Label some samples first.",
            )

        def changed(version: DatasetVersion) -> DatasetManifest:
            check_base(session, version)
            manifest, labels, _ = self._with_answers(version)
            manifest = self._with_labels(
                *published(self.artifacts, session, found, manifest, labels)
            )
            if manifest.digest == version.digest:
                raise Conflict(
                    f"{version.title} holds everything that counts in {name}.",
                    "It was published already, and nothing was answered since.",
                    "Label more samples first.",
                )
            return manifest

        text = message or f"{len(found.items):,} samples labelled in session {name}"
        origin = f"session:{session.id}:{uuid.uuid4().hex}"
        number = self._change(dataset, changed, author=author, message=text, origin=origin)
        return self.dataset(dataset, number)

    def _publish_drawings(self, session: LabelSession, author: str, message: str) -> DatasetVersion:
        dataset = session.config.dataset
        after = published_until(self.dataset(dataset).source, session.name)
        more = drawn_manifest(self._studio, self.artifacts, session.name, after)
        if more is None:
            raise Conflict(
                f"{session.name} has nothing to publish.",
                f"Every drawing of it is in {dataset} already." if after else "Nobody has drawn anything yet.",
                "Draw something first.",
            )  # fmt: skip
        drawn = more

        def changed(version: DatasetVersion) -> DatasetManifest:
            if published_until(version.source, session.name) != after:
                raise Conflict(
                    f"The drawings of {session.name} were published a moment ago.",
                    "Publishing them twice would double them.",
                    "Look at the newest version.",
                )
            return append(self.artifacts, version, drawn)

        text = message or f"{more.count:,} drawings made in session {session.name}"
        origin = f"session:{session.id}:{uuid.uuid4().hex}"
        number = self._change(dataset, changed, author=author, message=text, origin=origin)
        return self.dataset(dataset, number)

    def _suggested(self, session: LabelSession) -> Callable[[int], Suggestion | None]:
        """Return a function that looks up what is suggested for a sample."""
        prelabels = session.prelabels
        if prelabels is None or not prelabels.count:
            return lambda item: None
        items = self.artifacts.open_array(prelabels.items)
        values = self.artifacts.open_samples(prelabels.values)
        scores = self.artifacts.open_array(prelabels.scores)
        known, source = set(session.config.class_names), prelabels.source

        def find(item: int) -> Suggestion | None:
            at = bisect_left(items, item)  # searchsorted costs more than a few steps by hand
            if at == len(items) or items[at] != item:
                return None
            value = later_value(session, answer_rows.parse_value(str(values[at])))
            if not value.names <= known:
                return None
            return Suggestion(value=value, score=float(scores[at]), source=source)

        return find

    def _suggestions_of(
        self, session: LabelSession, found: Iterator[Said | Fault], taken: Taken
    ) -> Iterator[tuple[int, LabelValue, float]]:
        """Yield suggestions; refuse all at the end if one of them cannot be taken."""
        for block in blocks(found):
            for said, op in self._check_block(session, block, "the file", taken):
                if op.value is not None:
                    taken.added += 1
                    yield op.item, op.value, said.score
        taken.refuse()
        taken.people.clear()

    def _check_block(
        self, session: LabelSession, block: Sequence[Said | Fault], annotator: str, taken: Taken
    ) -> list[tuple[Said, SessionAnswerInput]]:
        """Note what of a block can be taken, and what cannot; return what can if that is all."""
        acts = [act for said in block if (act := taken.act(session, said, annotator))]
        try:
            checked = {op.op_id: op for op in self._checked(session, [op for _, op in acts])}
        except StudioError:
            for said, op in acts:
                try:
                    self._checked(session, [op])
                except NotFound as error:
                    taken.fault(Fault(said.place, f"{error.what} {error.fix}"))
                except StudioError as error:
                    taken.fault(Fault(said.place, error.what))
            return []
        return [(said, checked[op.op_id]) for said, op in acts]

    def _append_block(
        self,
        session: LabelSession,
        block: Sequence[Said | Fault],
        annotator: str,
        source: str,
        taken: Taken,
    ) -> None:
        """Append the answers of a block that their people have not given just so already."""
        acts: dict[str, list[SessionAnswerInput]] = {}
        for entry in block:
            if found := taken.act(session, entry, annotator, again=True):
                said, op = found
                acts.setdefault(annotator or said.annotator.strip(), []).append(op)
        items = sorted({op.item for ops in acts.values() for op in ops})
        given = {
            (record.item, answer.annotator): answer
            for record in self._records_of(session.name, items)
            for answer in record.answers
        }
        for person, ops in acts.items():
            fresh: dict[str, SessionAnswerInput] = {}
            for op in ops:
                last = given.get((op.item, person))
                if last is None or not is_same(last, op):
                    fresh[op.op_id] = op
                    given.pop((op.item, person), None)
            known = answer_rows.known(self._studio, list(fresh))
            if new := [op for op in fresh.values() if op.op_id not in known]:
                self.answer_session(session.name, person, new, source=source)
            taken.added += len(new)
            taken.done += len(ops)
