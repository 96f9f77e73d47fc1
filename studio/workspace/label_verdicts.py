"""Verbs of verdicts: what people say about labels that look wrong, and a version with the wrong ones corrected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from studio.core.annotation import AnnotationInput
from studio.core.dataset import KEPT, QUARANTINED, DatasetManifest, DatasetVersion
from studio.core.errors import Conflict, InvalidInput, NotFound, unknown
from studio.core.intervals import wilson
from studio.core.label_errors import (
    Flag,
    FlagPage,
    FlagView,
    Verdict,
    VerdictCounts,
    VerdictInput,
)
from studio.core.names import check_class_name
from studio.store import label_verdicts as rows
from studio.workspace.label_errors import FoundErrors, LabelErrors
from studio.workspace.labelling import OPS_LIMIT, check_ops

TEXT_LIMIT = 2000
"""Characters of a text that travel with its flag."""


class LabelVerdicts(LabelErrors):
    """What people say about the flags of a search for label errors."""

    def label_flags(
        self, run: str, *, view: FlagView = "open", after: int = -1, limit: int = 60
    ) -> FlagPage:
        """Return the flags that follow the one at a place, and how far all of them are judged.

        Flags whose label was changed meanwhile, or whose sample was set aside, are not open any more.

        Args:
            view: Which of them.
            after: Place of a flag; -1 begins at the first.
            limit: At most so many.

        Raises:
            NotFound, Conflict: As `label_errors_of`, or the dataset has other samples now.
        """
        found, version = self._judged_now(run)
        verdicts = self._verdicts(found, version)
        current = self._current(found, version)
        chosen: list[Flag] = []
        for place in range(after + 1, len(found.samples)):
            sample = int(found.samples[place])
            verdict = verdicts.get(sample)
            said = verdict.verdict if verdict else "open"
            if view != "all" and (said != view or (view == "open" and not current[place])):
                continue
            if len(chosen) == limit:
                return FlagPage(
                    flags=self._with_texts(version, chosen),
                    more=True,
                    counts=self._counts(found, version, verdicts, current),
                )
            chosen.append(_flag(found, place, verdict))
        return FlagPage(
            flags=self._with_texts(version, chosen),
            more=False,
            counts=self._counts(found, version, verdicts, current),
        )

    def verdict_counts(self, run: str) -> VerdictCounts:
        """Return how far the flags of a search are judged. Raises as `label_flags`."""
        found, version = self._judged_now(run)
        current = self._current(found, version)
        return self._counts(found, version, self._verdicts(found, version), current)

    def judge_flags(
        self, run: str, annotator: str, ops: Sequence[VerdictInput]
    ) -> tuple[list[str], VerdictCounts]:
        """Append what a person says about flags. Sending an `op_id` twice changes nothing.

        Returns:
            The acknowledged op_ids (all of them), and how far judging is.

        Raises:
            NotFound: No such run, flag or class. InvalidInput: A wrong label would keep its class, or too many ops.
            Conflict: As `label_flags`.
        """
        check_ops(len(ops), "verdicts")
        found, version = self._judged_now(run)
        known = {*self.class_names(version), *version.renamed}
        names = found.report.class_names
        checked: list[tuple[VerdictInput, str, str]] = []
        for op in ops:
            place = found.place_of.get(op.sample)
            if place is None:
                raise NotFound(
                    f"Sample {op.sample} has no flag.",
                    f'Run "{run}" did not doubt its label.',
                    "Reload the page.",
                )
            given, suggested = (names[code] for code in found.classes[place].tolist())
            if op.class_name is not None and op.class_name not in known:
                raise unknown("class", op.class_name, known)
            if op.class_name == given:
                raise InvalidInput(
                    f'Sample {op.sample} is "{given}" already.',
                    "A label that is wrong gets another class.",
                    "Choose another class, or say that the label is right.",
                )
            checked.append((op, given, suggested))
        rows.append(
            self._studio,
            self._dataset_id(version.dataset),
            version.base,
            run,
            check_class_name(annotator),
            checked,
            self._now(),
        )
        return [op.op_id for op in ops], self.verdict_counts(run)

    def apply_verdicts(self, run: str, *, author: str = "unnamed") -> DatasetVersion:
        """Make a version in which the labels found wrong are corrected, and samples of no class are set aside.

        Each correction is an answer of the person who judged it; answers given since the newest version are inside.

        Raises:
            NotFound, Conflict: As `label_flags`, or no wrong label waits to be corrected.
        """
        found, version = self._judged_now(run)
        waiting = self._waiting(found, version)
        if not waiting:
            raise Conflict(
                f"No label of {version.title} waits to be corrected.",
                "Labels are corrected once somebody has said that they are wrong.",
                "Judge some flags first.",
            )
        corrected = [verdict for verdict in waiting if verdict.class_name is not None]
        for annotator in sorted({verdict.annotator for verdict in corrected}):
            ops = [
                AnnotationInput(
                    op_id=f"verdict-{verdict.id}-{version.version}",
                    sample=verdict.sample,
                    class_name=verdict.class_name,
                )
                for verdict in corrected
                if verdict.annotator == annotator
            ]
            for start in range(0, len(ops), OPS_LIMIT):
                self.annotate(version.dataset, annotator, ops[start : start + OPS_LIMIT])
        aside = [verdict.sample for verdict in waiting if verdict.class_name is None]

        def change(newest: DatasetVersion) -> DatasetManifest:
            manifest, labels, _ = self._with_answers(newest)
            if aside:
                stored = self.state(newest)
                state = np.zeros(newest.count, np.uint8) if stored is None else np.array(stored)
                state[aside] = QUARANTINED
                digest = self.artifacts.put_array(state, "state.npy").digest
                manifest = manifest.model_copy(update={"state": digest})
            return self._with_labels(manifest, labels)

        words = [f"{_plural(len(corrected), 'label')} corrected"] if corrected else []
        words += [f"{_plural(len(aside), 'sample')} set aside"] if aside else []
        text = f"{', '.join(words)} after a search for label errors ({run})"
        return self.dataset(
            version.dataset, self._change(version.dataset, change, author=author, message=text)
        )

    def _judged_now(self, run: str) -> tuple[FoundErrors, DatasetVersion]:
        """Return what a search found, and the newest version of its dataset."""
        found = self.label_errors_of(run)
        version = self.dataset(found.dataset)
        if version.base != found.report.base:
            raise Conflict(
                f'The flags of "{run}" are of other samples than {version.title} has.',
                f"They are of {found.report.dataset}, and the samples were imported anew since.",
                "Look for label errors again.",
            )
        return found, version

    def _verdicts(self, found: FoundErrors, version: DatasetVersion) -> dict[int, Verdict]:
        """Return sample -> the verdict that counts, of flags whose label it was said about."""
        names, latest = (
            found.report.class_names,
            rows.latest(self._studio, self._dataset_id(version.dataset), version.base),
        )
        kept: dict[int, Verdict] = {}
        for verdict in latest:
            place = found.place_of.get(verdict.sample)
            if place is None or verdict.verdict == "open":
                continue
            given = names[found.classes[place, 0]]
            renamed = version.renamed
            if renamed.get(given, given) == renamed.get(verdict.given, verdict.given):
                kept[verdict.sample] = verdict
        return kept

    def _current(self, found: FoundErrors, version: DatasetVersion) -> NDArray[np.bool_]:
        """Return bool (m,): the flags whose sample is kept and still has the label that was doubted."""
        names = {name: code for code, name in enumerate(version.class_names)}
        codes = [names.get(version.renamed.get(n, n), -2) for n in found.report.class_names]
        doubted = np.array([*codes, -2])[found.classes[:, 0]]
        same: NDArray[np.bool_] = np.asarray(self.labels(version)[found.samples]) == doubted
        state = self.state(version)
        return same if state is None else same & (np.asarray(state)[found.samples] == KEPT)

    def _counts(
        self,
        found: FoundErrors,
        version: DatasetVersion,
        verdicts: dict[int, Verdict],
        current: NDArray[np.bool_],
    ) -> VerdictCounts:
        said = Counter(verdict.verdict for verdict in verdicts.values())
        judged = said["wrong"] + said["right"]
        low, high = wilson(said["wrong"], judged) or (None, None)
        likely = found.samples[: found.report.likely][current[: found.report.likely]]
        return VerdictCounts(
            wrong=said["wrong"],
            right=said["right"],
            skipped=said["skipped"],
            open=sum(sample not in verdicts for sample in likely.tolist()),
            waiting=len(self._waiting(found, version, verdicts, current)),
            precision=said["wrong"] / judged if judged else None,
            low=low,
            high=high,
        )

    def _waiting(
        self,
        found: FoundErrors,
        version: DatasetVersion,
        verdicts: dict[int, Verdict] | None = None,
        current: NDArray[np.bool_] | None = None,
    ) -> list[Verdict]:
        """Return the verdicts about labels that are wrong and still there."""
        verdicts = self._verdicts(found, version) if verdicts is None else verdicts
        current = self._current(found, version) if current is None else current
        return [
            verdict
            for verdict in verdicts.values()
            if verdict.verdict == "wrong" and current[found.place_of[verdict.sample]]
        ]

    def _with_texts(self, version: DatasetVersion, flags: list[Flag]) -> list[Flag]:
        if version.shown_as != "text":
            return flags
        texts = self.samples(version)
        return [
            flag.model_copy(update={"text": str(texts[flag.sample])[:TEXT_LIMIT]}) for flag in flags
        ]


def _flag(found: FoundErrors, place: int, verdict: Verdict | None) -> Flag:
    names = found.report.class_names
    given, suggested = (names[code] for code in found.classes[place].tolist())
    of_given, of_suggested = found.scores[place].tolist()
    said = (
        {}
        if verdict is None
        else verdict.model_dump(include={"verdict", "class_name", "annotator"})
    )
    return Flag(
        place=place,
        sample=int(found.samples[place]),
        given=given,
        suggested=suggested,
        given_probability=of_given,
        suggested_probability=of_suggested,
        likely=place < found.report.likely,
        **said,
    )


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
