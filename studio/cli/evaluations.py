"""Verbs of evaluations: evaluate (show one, or judge a model), evaluations (list), calibrate."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from studio.cli.parser import Verbs, author, given, reference, verb, with_workspace
from studio.cli.reply import Failed, Reply, facts_table, moment, size, table
from studio.cli.run_controls import run_facts
from studio.cli.wait import wait_for_run
from studio.core.errors import NotFound, StudioError
from studio.core.model_spec import RUN_PREFIX
from studio.core.run import Run

if TYPE_CHECKING:
    from studio.core.evaluation import Evaluation, Interval
    from studio.workspace import Workspace

CONFUSIONS_SHOWN = 5
PARTS = ("train", "validation", "test", "all")


def add_verbs(verbs: Verbs) -> None:
    """Add `evaluate`, `evaluations` and `calibrate`."""
    evaluate = verb(
        verbs,
        "evaluate",
        with_workspace(_evaluate),
        "show how a run's model did; or judge a model on a dataset, as a run of its own",
    )
    evaluate.add_argument("name", metavar="RUN|MODEL[:VERSION|@ALIAS]")
    evaluate.add_argument(
        "--dataset", metavar="NAME[:VERSION]", help="judge on this one; default: as trained on"
    )
    evaluate.add_argument("--split", choices=PARTS, help="judge on this part; default: test")
    evaluate.add_argument("--top-k", type=int, metavar="K", help="default: 5")
    evaluate.add_argument("--name", dest="run_name", metavar="RUN", help="of the new run")
    evaluate.add_argument("--wait", action="store_true", help="judge, and wait for the result")
    listed = verb(verbs, "evaluations", with_workspace(_list), "list evaluations, newest first")
    listed.add_argument("--model", metavar="MODEL[:VERSION|@ALIAS]", help="only of this one")
    listed.add_argument("--dataset", metavar="NAME[:VERSION]", help="only on this one")
    listed.add_argument("--limit", type=int, default=50, metavar="N", help="default %(default)s")
    calibrate = verb(
        verbs, "calibrate", with_workspace(_calibrate), "make a model as sure as it is right"
    )
    calibrate.add_argument("name", metavar="RUN|MODEL[:VERSION|@ALIAS]")
    calibrate.add_argument(
        "--split", choices=PARTS[1:3], help="samples to calibrate on; default: validation"
    )
    calibrate.add_argument("--name", dest="run_name", metavar="RUN", help="of the new run")
    calibrate.add_argument("--wait", action="store_true", help="until it has ended")


def _evaluate(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    judging = given(arguments, "dataset", "split", "top_k", "run_name")
    if not judging and not arguments.wait and _is_run(workspace, arguments.name):
        return evaluation_reply(workspace, arguments.name)
    settings = given(arguments, "split", "top_k")
    if arguments.dataset:
        settings["dataset"], settings["version"] = reference(arguments.dataset)
    run = workspace.evaluate_model(
        _reference(workspace, arguments.name),
        name=arguments.run_name,
        author=author(),
        **settings,
    )
    return _started(workspace, run, arguments)


def _calibrate(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    run = workspace.calibrate_model(
        _reference(workspace, arguments.name),
        split=arguments.split or "validation",
        name=arguments.run_name,
        author=author(),
    )
    return _started(workspace, run, arguments)


def _started(workspace: Workspace, run: Run, arguments: argparse.Namespace) -> Reply:
    """Have a run carried out; show its evaluation when it was waited for."""
    from studio.processes import ensure_worker

    ensure_worker(workspace.home)
    if not arguments.wait:
        return Reply(run_facts(run), f"Started. See: python -m studio evaluate {run.name}")
    run = wait_for_run(workspace, run.name, quiet=arguments.as_json)
    if run.status != "completed":
        raise Failed(
            f'Run "{run.name}" was {run.status}.',
            "Somebody ended it before the model was judged.",
            "Start it again.",
        )
    return evaluation_reply(workspace, run.name)


def _list(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    found = workspace.evaluations(
        model=arguments.model, dataset=arguments.dataset, limit=max(arguments.limit, 1)
    )
    text = table(
        ["run", "model", "dataset", "part", "samples", "accuracy", "mAP", "when"],
        [
            [
                one.run,
                one.title,
                one.dataset,
                one.split,
                one.headline.get("test_count"),
                one.headline.get("accuracy"),
                one.headline.get("mean_average_precision"),
                moment(one.created),
            ]
            for one in found
        ],
        empty="No evaluations yet. Try: python -m studio evaluate MODEL --wait",
    )
    return Reply({"evaluations": [one.model_dump(mode="json") for one in found]}, text)


def _is_run(workspace: Workspace, name: str) -> bool:
    try:
        workspace.run(name)
    except NotFound:
        return False
    return True


def _reference(workspace: Workspace, name: str) -> str:
    """Return a model's reference: of the registered one called so, else of the run called so."""
    try:
        return workspace.pinned_model(name)
    except StudioError:
        if not _is_run(workspace, name):
            raise
        return f"{RUN_PREFIX}{name}"


def evaluation_reply(workspace: Workspace, run_name: str) -> Reply:
    """Return what people and programs are told about an evaluation."""
    evaluation = workspace.evaluation(run_name)
    facts = {"run": run_name, **evaluation.model_dump(mode="json")}
    return Reply(facts, _evaluation_text(evaluation))


def _evaluation_text(evaluation: Evaluation) -> str:
    between = evaluation.intervals
    part = "samples" if evaluation.split == "all" else f"{evaluation.split} samples"
    error = evaluation.expected_calibration_error
    headline = facts_table(
        {
            "model": evaluation.model or None,
            "dataset": evaluation.dataset,
            "accuracy": f"{evaluation.accuracy:.1%} of {evaluation.test_count:,} {part}"
            + _within(between.get("accuracy"), percent=True),
            f"top {evaluation.k}": f"{evaluation.top_k:.1%}"
            + _within(between.get("top_k"), percent=True),
            "mean average precision": f"{evaluation.mean_average_precision:.3f}"
            + _within(between.get("mean_average_precision")),
            "macro F1": None
            if evaluation.macro_f1 is None
            else f"{evaluation.macro_f1:.3f}" + _within(between.get("macro_f1")),
            "loss": f"{evaluation.loss:.3f}" + _within(between.get("loss")),
            "calibration error": None
            if error is None
            else f"{error:.3f}" + _within(between.get("expected_calibration_error")),
            "left out": f"{evaluation.not_judged:,} samples of classes that the model does not know"
            if evaluation.not_judged
            else None,
            "time": f"{evaluation.milliseconds_per_sample:.2f} ms a sample "
            f"({evaluation.milliseconds_per_sample_batched:.3f} ms in batches)",
            "parameters": evaluation.parameters or None,
            "files": ", ".join(
                f"{name} {size(count)}" for name, count in evaluation.model_size_bytes.items()
            ),
        }
    )
    classes = table(
        ["class", "precision", "recall", "F1", "average precision", "ROC AUC", "samples"],
        [
            [c.class_name, c.precision, c.recall, c.f1, c.average_precision, c.roc_auc, c.support]
            for c in evaluation.per_class
        ],
    )
    return f"{headline}\n\n{classes}\n\n{_mistakes(evaluation)}"


def _within(interval: Interval | None, *, percent: bool = False) -> str:
    if interval is None:
        return ""
    low, high = interval
    return f"  (95 %: {low:.1%} to {high:.1%})" if percent else f"  (95 %: {low:.3f} to {high:.3f})"


def _mistakes(evaluation: Evaluation) -> str:
    taken = sorted(
        (
            (count, true, predicted)
            for i, (true, row) in enumerate(
                zip(evaluation.class_names, evaluation.confusion_matrix, strict=True)
            )
            for j, (predicted, count) in enumerate(zip(evaluation.class_names, row, strict=True))
            if i != j and count
        ),
        reverse=True,
    )
    return table(
        ["true class", "taken for", "times"],
        [[true, predicted, count] for count, true, predicted in taken[:CONFUSIONS_SHOWN]],
        empty="No mistakes on these samples.",
    )
