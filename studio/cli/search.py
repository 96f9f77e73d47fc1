"""Verbs of searches: search, trials."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from studio.cli.parser import Verbs, author, given, reference, verb, with_workspace
from studio.cli.reply import Reply, duration, table
from studio.cli.runs import run_reply
from studio.cli.settings import training_settings
from studio.cli.wait import wait_for_run
from studio.core.automl import automl
from studio.core.choices import Choice, Value
from studio.core.errors import Conflict, InvalidInput
from studio.core.search import SearchParams, parse_search
from studio.core.standard import search_pipeline
from studio.core.trials import Trial, best_trial, trials_of

if TYPE_CHECKING:
    from studio.core.catalog import SplitParams
    from studio.workspace import Workspace

AUTOML_MINUTES = 10.0


def add_verbs(verbs: Verbs) -> None:
    """Add `search` and `trials`."""
    search = verb(
        verbs,
        "search",
        with_workspace(_search),
        "find the best model: in a given time, or among settings you choose, as a run",
    )
    search.add_argument("--dataset", required=True, metavar="NAME[:VERSION]")
    search.add_argument(
        "--choose",
        action="append",
        default=[],
        metavar="FIELD=VALUES",
        help="a setting and what it may be: optimizer=adam,sgd or ~learning_rate=0.0001..0.01 (~: logarithmic) "
        "or epochs=5..20/5 (in steps) or layers.0.filters=8,16; without any, everything is chosen for you",
    )
    search.add_argument(
        "--model", action="append", default=[], metavar="NAME", help="one or several times"
    )
    search.add_argument("--trials", type=int, metavar="N", help="default 20 with --choose")
    search.add_argument("--minutes", type=float, metavar="M", help="default 10 without --choose")
    search.add_argument("--sampler", metavar="NAME", help="bayesian (default), random, grid")
    search.add_argument("--pruner", metavar="NAME", help="asha (default), none")
    search.add_argument(
        "--objective", metavar="NAME", help="accuracy (default), loss, top_k, f1 ..."
    )
    search.add_argument("--seed", type=int, metavar="N", help="default 0")
    search.add_argument(
        "--set",
        action="append",
        default=[],
        dest="settings",
        metavar="KEY=VALUE",
        help="a setting that stays the same, such as epochs=20 or split.test_share=0.2",
    )
    search.add_argument("--name", metavar="RUN", help="default: made of the dataset")
    search.add_argument("--wait", action="store_true", help="until it has ended")

    trials = verb(verbs, "trials", with_workspace(_trials), "list the trials of a search")
    trials.add_argument("name", metavar="RUN")


def _search(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    from studio.processes import ensure_worker

    name, number = reference(arguments.dataset)
    params, split = _params(workspace, arguments)
    run = workspace.submit(
        search_pipeline(name, params, version=number, split=split),
        name=arguments.name or workspace.free_run_name(f"{name}-search"),
        author=author(),
    )
    ensure_worker(workspace.home)
    if arguments.wait:
        run = wait_for_run(workspace, run.name, quiet=arguments.as_json)
    return run_reply(workspace, run)


def _params(
    workspace: Workspace, arguments: argparse.Namespace
) -> tuple[SearchParams, SplitParams | None]:
    """Return what to try: as chosen, else whatever suits the samples."""
    training, split = training_settings(arguments.settings)
    models = {name: workspace.model_config(name) for name in arguments.model}
    if not arguments.choose and len(models) < 2:
        version = workspace.dataset(*reference(arguments.dataset))
        minutes = AUTOML_MINUTES if arguments.minutes is None else arguments.minutes
        params = automl(models or workspace.model_configs(), version, minutes)
        same = {**params.training.model_dump(), **training.model_dump(exclude_unset=True)}
    else:
        if not models:
            models = {"drawing-classifier": workspace.model_config("drawing-classifier")}
        same = training.model_dump()
        params = SearchParams(models=models, space=tuple(map(choice_of, arguments.choose)))
        if arguments.minutes is not None:
            same_time = {"trials": None, "minutes": arguments.minutes}
            params = params.model_copy(update=same_time)
    changes = given(arguments, "trials", "minutes", "sampler", "pruner", "objective", "seed")
    described: dict[str, Any] = {**params.model_dump(mode="json"), **changes, "training": same}
    return parse_search(described), split


def choice_of(text: str) -> Choice:
    """Return what `FIELD=VALUES` says.

    Raises:
        InvalidInput: It says nothing.

    Example:
        >>> choice_of("optimizer=adam,sgd").values, choice_of("epochs=5..20/5").step
        (('adam', 'sgd'), 5.0)
        >>> choice_of("~learning_rate=0.0001..0.01").log
        True
    """
    field, equals, words = text.partition("=")
    field, log = field.strip().removeprefix("~"), field.strip().startswith("~")
    low, dots, rest = words.partition("..")
    if not equals or not words:
        raise InvalidInput(
            f'"{text}" says nothing about what a setting may be.',
            "It is written FIELD=VALUES, without spaces.",
            "Write, for instance: --choose optimizer=adam,sgd or --choose ~learning_rate=0.0001..0.01",
        )
    if not dots:
        return Choice(field=field, values=tuple(_value(word) for word in words.split(",")))
    high, _, step = rest.partition("/")
    try:
        return Choice(
            field=field,
            low=float(low),
            high=float(high),
            step=float(step) if step else None,
            log=log,
        )
    except ValueError:
        raise InvalidInput(
            f'"{words}" is no range.',
            "A range goes from a number to a larger one, in steps larger than nothing if any.",
            "Write, for instance: 0.0001..0.01 or 5..20/5",
        ) from None


def _value(word: str) -> Value:
    """Return what JSON makes of a word, the word itself where that is no plain value."""
    try:
        found = json.loads(word)
    except ValueError:
        return None if word == "none" else word
    return found if isinstance(found, bool | int | float | str | None) else word


def _trials(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    run = workspace.run(arguments.name)
    found = [run.pipeline.params(node.id) for node in run.pipeline.nodes]
    params = next((p for p in found if isinstance(p, SearchParams)), None)
    if params is None:
        raise Conflict(
            f'Run "{run.name}" has no trials.',
            f"It is of kind {run.kind}.",
            "Name a search: python -m studio runs list shows them.",
        )
    trials = trials_of(workspace.observations(run.name, kinds=("trial",))[1])
    best = best_trial(trials, lower_is_better=params.lower_is_better)
    facts = {
        "run": run.name,
        "objective": params.objective,
        "best": best.number if best else None,
        "trials": [trial.model_dump(mode="json") for trial in trials],
    }
    fields = [choice.field for choice in params.choices]
    text = table(
        ["trial", "state", params.objective, "epochs", "time", *fields],
        [_row(trial, fields, trial is best) for trial in trials],
        empty="No trial yet.",
    )
    return Reply(facts, text)


def _row(trial: Trial, fields: list[str], best: bool) -> list[object]:
    value = "" if trial.value is None else trial.value
    chosen = [_said(trial.params.get(field)) for field in fields]
    state = f"{trial.state}, the best" if best else trial.state
    epochs = f"{trial.epochs} of {trial.epochs_wanted}"
    return [trial.number, state, value, epochs, duration(trial.seconds), *chosen]


def _said(value: Value) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
