"""Verbs that follow from a review: explain (what a model looks at), train-again."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from studio.cli.parser import Verbs, author, reference, verb, with_workspace
from studio.cli.reply import Failed, Reply, table
from studio.cli.run_controls import run_facts
from studio.cli.versions import parse_samples
from studio.cli.wait import wait_for_run
from studio.core.explanation import METHOD_TITLES, Explanation

if TYPE_CHECKING:
    from studio.core.dataset import DatasetVersion
    from studio.workspace import Workspace

WEIGHTS = ("random", "model")
WORDS = 5


def add_verbs(verbs: Verbs) -> None:
    """Add `explain` and `train-again`."""
    explain = verb(
        verbs,
        "explain",
        with_workspace(_explain),
        "say what a model looks at in some samples, and which training samples it takes for alike",
    )
    explain.add_argument("model", metavar="MODEL", help="name:version, name@alias or run/NAME")
    explain.add_argument("samples", metavar="SAMPLES", help="such as 1,5,8-10; 64 at a time")
    explain.add_argument(
        "--dataset", metavar="NAME[:VERSION]", help="default: the one it was trained on"
    )
    explain.add_argument("--wait", action="store_true", help="until all are explained")
    again = verb(
        verbs,
        "train-again",
        with_workspace(_train_again),
        "train a model anew on the newest version of its dataset, with the same settings",
    )
    again.add_argument("model", metavar="MODEL", help="name:version, name@alias or run/NAME")
    again.add_argument(
        "--weights", choices=WEIGHTS, default="random", help="start from these; default %(default)s"
    )
    again.add_argument("--name", dest="run_name", metavar="RUN", help="of the new run")


def _explain(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    samples = list(dict.fromkeys(parse_samples(arguments.samples)))
    model = workspace.pinned_model(arguments.model)
    title = arguments.dataset or workspace.model_spec(model).dataset
    version = workspace.dataset(*reference(title))
    while (run := workspace.explain(model, version, samples, author=author())) is not None:
        from studio.processes import ensure_worker

        ensure_worker(workspace.home)
        if not arguments.wait:
            return Reply(run_facts(run), f"Started {run.name}. Ask again for what it found.")
        run = wait_for_run(workspace, run.name, quiet=arguments.as_json)
        if run.status != "completed":
            raise Failed(
                f'Run "{run.name}" was {run.status}.', "Somebody ended it.", "Start it again."
            )
    found = workspace.explanations(model, version, samples)
    return _explained(workspace, version, model, [found[sample] for sample in samples])


def _explained(
    workspace: Workspace, version: DatasetVersion, model: str, found: list[Explanation]
) -> Reply:
    names = workspace.model_spec(model).class_names
    known = workspace.neighbour_version(model, version)
    labels = workspace.labels(known)
    facts: list[dict[str, Any]] = []
    for one in found:
        said = one.classes[0]
        text = str(workspace.samples(version)[one.sample]) if one.words else ""
        words = sorted(one.words, key=lambda word: -abs(word.weights[0]))[:WORDS]
        facts.append(
            {
                "sample": one.sample,
                "said": names[said],
                "probability": round(float(one.probabilities[said]), 6),
                "words": {text[w.start : w.end]: w.weights[0] for w in words},
                "neighbours": [
                    {
                        "sample": sample,
                        "class": known.class_names[labels[sample]] if labels[sample] >= 0 else None,
                        "alike": round(alike, 6),
                    }
                    for sample, alike in zip(
                        one.neighbours.tolist(), one.similarities.tolist(), strict=True
                    )
                ],
            }
        )
    shown = table(
        ["sample", "said", "probability", "words", f"nearest in {known.title}"],
        [
            [
                fact["sample"],
                fact["said"],
                fact["probability"],
                ", ".join(f"{word} {weight:+.3f}" for word, weight in fact["words"].items()),
                ", ".join(f"{n['sample']} {n['class']}" for n in fact["neighbours"][:3]),
            ]
            for fact in facts
        ],
        empty="No sample.",
    )
    methods = dict.fromkeys(METHOD_TITLES[one.method] for one in found)
    return Reply({"model": model, "explanations": facts}, "\n".join([shown, *methods]))


def _train_again(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    from studio.processes import ensure_worker

    run = workspace.train_again(
        arguments.model, weights=arguments.weights, name=arguments.run_name, author=author()
    )
    ensure_worker(workspace.home)
    return Reply(run_facts(run), f"Started {run.name}. See: python -m studio runs show {run.name}")
