"""Verbs of label errors: look for them, list the flags, judge them, correct the labels."""

from __future__ import annotations

import argparse
import uuid
from typing import TYPE_CHECKING, Any

from studio.cli.parser import Verbs, author, given, noun, verb, with_workspace
from studio.cli.reply import Reply, facts_table, table
from studio.core.errors import InvalidInput, NotFound
from studio.core.label_errors import FlagPage, VerdictCounts, VerdictInput, usual_params

if TYPE_CHECKING:
    from studio.workspace import Workspace
    from studio.workspace.label_errors import FoundErrors

VIEWS = ("open", "skipped", "wrong", "right", "all")
SAID = ("wrong", "right", "skipped", "open")
LISTED = 30


def add_verbs(verbs: Verbs) -> None:
    """Add the noun to those of `datasets`."""
    verbs = noun(verbs, "label-errors", "labels that look wrong, judged and corrected")
    find = verb(
        verbs, "find", with_workspace(_find), "doubt every label by models that have not seen it"
    )
    find.add_argument("name", metavar="NAME", help="of the dataset")
    find.add_argument("--folds", type=int, metavar="N", help="default 4")
    find.add_argument("--epochs", type=int, metavar="N", help="default: what suits the dataset")
    find.add_argument("--model", metavar="CONFIG", help="name of a model configuration")
    find.add_argument("--seed", type=int, metavar="N", help="of all random choices; default 0")
    find.add_argument("--no-wait", action="store_true", help="let it run in the background")
    show = verb(verbs, "list", with_workspace(_list), "list the flags of the newest search")
    show.add_argument("name", metavar="NAME")
    show.add_argument("--view", choices=VIEWS, default="open", help="default: those not judged")
    show.add_argument("--limit", type=int, default=LISTED, metavar="N", help=f"default {LISTED}")
    judge = verb(verbs, "judge", with_workspace(_judge), "say whether a label is wrong")
    judge.add_argument("name", metavar="NAME")
    judge.add_argument("sample", type=int, metavar="SAMPLE")
    judge.add_argument("verdict", choices=SAID, help="open takes back what was said")
    judge.add_argument(
        "--class", dest="class_name", metavar="CLASS",
        help='of a wrong label; default: what is suggested, "" sets the sample aside',
    )  # fmt: skip
    apply = verb(verbs, "apply", with_workspace(_apply), "correct the wrong labels, as a version")
    apply.add_argument("name", metavar="NAME")


def _find(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    """Have a worker's child process look, as the page does, and wait."""
    from studio.cli.wait import wait_for_run
    from studio.processes import ensure_worker

    version = workspace.dataset(arguments.name)
    model = None if arguments.model is None else workspace.model_config(arguments.model)
    params = usual_params(version, model, **given(arguments, "folds", "seed"))
    changes = given(arguments, "epochs", "seed")
    if changes:
        settings = {**params.training.model_dump(), **changes}
        params = usual_params(
            version, model, **given(arguments, "folds", "seed"), training=settings
        )
    run = workspace.find_label_errors(arguments.name, params, author=author())
    ensure_worker(workspace.home)
    if arguments.no_wait:
        return Reply({"run": run.name, "status": run.status}, f"{run.name} is {run.status}.")
    ended = wait_for_run(workspace, run.name, quiet=arguments.as_json)
    if ended.status != "completed":
        return Reply({"run": run.name, "status": ended.status}, f"{run.name} is {ended.status}.")
    found = workspace.label_errors_of(run.name)
    return Reply(
        {"run": run.name, **found.report.model_dump(mode="json", exclude={"class_names"})},
        facts_table(_facts(found, workspace.verdict_counts(run.name))),
    )


def _newest(workspace: Workspace, name: str) -> FoundErrors:
    version = workspace.dataset(name)
    found = workspace.label_errors(version)
    if found is None:
        raise NotFound(
            f"Nobody has looked for label errors in {version.title}.",
            "There is no completed search among its samples.",
            f"Look for them: python -m studio datasets label-errors find {name}",
        )
    return found


def _list(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    if arguments.limit < 1:
        raise InvalidInput(
            f"--limit {arguments.limit} is no number of flags.",
            "At least one is listed.",
            f"Write --limit {LISTED}.",
        )
    found = _newest(workspace, arguments.name)
    page = workspace.label_flags(found.run.name, view=arguments.view, limit=arguments.limit)
    return Reply(
        {"run": found.run.name, **page.model_dump(mode="json")},
        f"{_flags_table(page)}\n\n{facts_table(_facts(found, page.counts))}",
    )


def _flags_table(page: FlagPage) -> str:
    return table(
        ["sample", "label", "%", "suggested", "%", "", "verdict"],
        [
            [
                flag.sample,
                flag.given,
                f"{100 * flag.given_probability:.0f}",
                flag.suggested,
                f"{100 * flag.suggested_probability:.0f}",
                "likely" if flag.likely else "doubtful",
                flag.verdict if flag.verdict != "wrong" else f"wrong: {flag.class_name or 'none'}",
            ]
            for flag in page.flags
        ],
        empty="No such flags.",
    )


def _facts(found: FoundErrors, counts: VerdictCounts) -> dict[str, object]:
    facts: dict[str, object] = {
        "run": found.run.name,
        "judged by models": f"{found.report.judged:,} labels",
        "likely errors": f"{found.report.likely:,}",
        "doubtful": f"{found.report.flags - found.report.likely:,}",
        "not looked at": f"{counts.open:,}",
        "wrong / right": f"{counts.wrong:,} / {counts.right:,}",
        "to be corrected": f"{counts.waiting:,}",
    }
    if counts.precision is not None and counts.low is not None and counts.high is not None:
        facts["flags that are right"] = (
            f"{counts.precision:.0%} (95 %: {100 * counts.low:.0f} to {100 * counts.high:.0f})"
        )
    return facts


def _judge(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    found = _newest(workspace, arguments.name)
    class_name = arguments.class_name or None
    if arguments.verdict == "wrong" and arguments.class_name is None:
        place = found.place_of.get(arguments.sample)
        if place is not None:
            class_name = found.report.class_names[int(found.classes[place, 1])]
    op: dict[str, Any] = {
        "op_id": uuid.uuid4().hex,
        "sample": arguments.sample,
        "verdict": arguments.verdict,
        "class_name": class_name,
    }
    _, counts = workspace.judge_flags(found.run.name, author(), [VerdictInput(**op)])
    return Reply(counts.model_dump(mode="json"), facts_table(_facts(found, counts)))


def _apply(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    from studio.cli.datasets import version_reply

    found = _newest(workspace, arguments.name)
    return version_reply(workspace.apply_verdicts(found.run.name, author=author()))
