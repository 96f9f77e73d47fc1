"""Verbs of published pipelines: publish, submit, versions, default, disable, keys, schedules."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from studio.cli.parser import Verbs, author, verb, with_workspace
from studio.cli.pipeline_settings import add_values, pair
from studio.cli.reply import Reply, moment, table
from studio.core.errors import InvalidInput
from studio.core.published import PipelineKey, PublishedVersion, ScheduleSettings

if TYPE_CHECKING:
    from studio.workspace import Workspace

ONCE = "It is shown this once and stored hashed. Keep it now."
NEWEST = "newest"


def add_published(pipeline: Verbs) -> None:
    """Add the verbs to `pipeline`."""
    publish = verb(pipeline, "publish", with_workspace(_publish), "publish a draft or a file")
    publish.add_argument("source", metavar="FILE|DRAFT")
    publish.add_argument("name", metavar="PUBLISHED")
    publish.add_argument("--description", default="", metavar="TEXT", help="why")

    submit = verb(pipeline, "submit", with_workspace(_submit), "submit a published pipeline")
    submit.add_argument("source", metavar="PUBLISHED[:VERSION]")
    add_values(submit)
    submit.add_argument("--wait", action="store_true", help="until it has ended")

    versions = verb(pipeline, "versions", with_workspace(_versions), "list versions")
    versions.add_argument("name", metavar="PUBLISHED")
    default = verb(pipeline, "default", with_workspace(_default), "say which version is submitted")
    default.add_argument("name", metavar="PUBLISHED")
    default.add_argument("version", metavar="VERSION", help=f"its number, or {NEWEST}")
    for word, disabled in (("disable", True), ("enable", False)):
        one = verb(pipeline, word, with_workspace(_disable), f"{word} a version")
        one.set_defaults(disabled=disabled)
        one.add_argument("name", metavar="PUBLISHED")
        one.add_argument("version", metavar="VERSION", type=int)

    keys = verb(pipeline, "keys", with_workspace(_keys), "list who may submit it over HTTP")
    add = verb(pipeline, "add-key", with_workspace(_add_key), "make a key; endpoints are started")
    revoke = verb(pipeline, "revoke-key", with_workspace(_revoke_key), "let a key open nothing")
    for parser in (keys, add, revoke):
        parser.add_argument("name", metavar="PUBLISHED")
    add.add_argument("key_name", metavar="NAME", help="who uses it")
    revoke.add_argument("key", metavar="KEY_ID", type=int)

    plan = verb(pipeline, "schedule", with_workspace(_schedule), "submit by clock or new version")
    plan.add_argument("name", metavar="SCHEDULE", help="what the schedule is called")
    plan.add_argument("source", metavar="PUBLISHED[:VERSION]", nargs="?")
    plan.add_argument("--cron", default="", metavar="FIELDS", help='such as "0 3 * * 1"')
    plan.add_argument("--on-version", default="", metavar="DATASET", help="at each new version")
    plan.add_argument("--as", default="", dest="data_parameter", metavar="PARAMETER",
                      help="the pipeline parameter that is given the new version")  # fmt: skip
    plan.add_argument("--param", action="append", default=[], metavar="NAME=VALUE")
    plan.add_argument("--data", action="append", default=[], metavar="NAME=DATASET[:VERSION]")
    rest = plan.add_mutually_exclusive_group()
    rest.add_argument("--pause", action="store_true", help="let it rest")
    rest.add_argument("--resume", action="store_true", help="let it go on")
    verb(pipeline, "schedules", with_workspace(_schedules), "list schedules and triggers")
    drop = verb(pipeline, "unschedule", with_workspace(_unschedule), "forget a schedule")
    history = verb(pipeline, "history", with_workspace(_history), "list what a schedule did")
    for parser in (drop, history):
        parser.add_argument("name", metavar="SCHEDULE")


def _publish(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    from studio.cli.pipelines import find_pipeline

    found = find_pipeline(workspace, arguments.source)
    version = workspace.publish(
        found.draft, arguments.name, description=arguments.description, author=author()
    )
    return Reply(version_facts(version), f"Published as {version.title}.")


def _submit(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    from studio.cli.pipelines import submitted

    name, number = named(arguments.source)
    run = workspace.submit_published(
        name,
        version=number,
        parameters=_pairs(arguments.param),
        datasets=_datasets(arguments.data),
        experiment=arguments.experiment,
        author=author(),
    )
    return submitted(workspace, run, arguments)


def named(source: str) -> tuple[str, int | None]:
    """Return name and version of `name` or `name:0`.

    Raises:
        InvalidInput: What follows the colon is not a number.
    """
    name, colon, number = source.partition(":")
    if not colon or (number.isascii() and number.isdecimal()):
        return name, int(number) if colon else None
    raise InvalidInput(
        f'"{source}" points at no version.',
        f'"{number}" is not a version number; published pipelines count from 0.',
        f"Write {name}:0, or {name} for the default version.",
    )


def _pairs(texts: list[str]) -> dict[str, Any]:
    return dict(pair(text, "--param epochs=3") for text in texts)


def _datasets(texts: list[str]) -> dict[str, str]:
    return {pair(t, "--data data=digits:2")[0]: t.partition("=")[2] for t in texts}


def version_facts(version: PublishedVersion) -> dict[str, Any]:
    """Return what programs are told about a version."""
    facts = version.model_dump(mode="json", exclude={"draft"})
    parameters = [p.model_dump(mode="json") for p in version.draft.parameters]
    return {**facts, "kind": version.draft.kind, "parameters": parameters}


def _versions(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    found = workspace.published_versions(arguments.name)
    rows = [[v.title, _state(v), v.description[:60], v.author, moment(v.created)] for v in found]
    text = table(["version", "state", "why", "by", "published"], rows)
    return Reply({"versions": [version_facts(version) for version in found]}, text)


def _state(version: PublishedVersion) -> str:
    return "disabled" if version.disabled else "default" if version.default else "good"


def _default(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    number = (
        None if arguments.version == NEWEST else named(f"{arguments.name}:{arguments.version}")[1]
    )
    version = workspace.set_default_version(arguments.name, number)
    return Reply(version_facts(version), f"{version.title} is submitted when none is named.")


def _disable(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    version = workspace.disable_version(arguments.name, arguments.version, arguments.disabled)
    return Reply(version_facts(version), f"{version.title} is {_state(version)}.")


def _keys(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    keys = workspace.pipeline_keys(arguments.name)
    rows = [[k.id, k.name, k.key_hint, moment(k.created), moment(k.revoked)] for k in keys]
    text = table(["id", "name", "ends in", "made", "revoked"], rows)
    return Reply({"keys": [key_facts(key) for key in keys]}, text)


def _add_key(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    from studio.processes import ensure_serve

    made, key = workspace.add_pipeline_key(arguments.name, arguments.key_name)
    host, port = ensure_serve(workspace.home)
    address = f"http://{host}:{port}/pipelines/{made.pipeline}"
    text = f"Key of {made.name}: {key}\n{ONCE}\nAddress: {address}"
    return Reply({**key_facts(made), "key": key, "address": address}, text)


def _revoke_key(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    key = workspace.revoke_pipeline_key(arguments.name, arguments.key)
    return Reply(key_facts(key), f"The key {key.name} opens nothing any more.")


def key_facts(key: PipelineKey) -> dict[str, Any]:
    """Return what programs are told about a key: never its hash."""
    return key.model_dump(mode="json", exclude={"key_hash"})


def _schedule(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    from studio.processes import ensure_worker

    if arguments.pause or arguments.resume:
        found = workspace.pause_schedule(arguments.name, arguments.pause)
    else:
        name, number = named(arguments.source or arguments.name)
        settings = ScheduleSettings(
            pipeline=name,
            version=number,
            cron=arguments.cron[:100],
            dataset=arguments.on_version,
            parameters=_pairs(arguments.param),
            datasets=_datasets(arguments.data),
            dataset_parameter=arguments.data_parameter,
        )
        found = workspace.set_schedule(arguments.name, settings, author=author())
        ensure_worker(workspace.home)
    times = workspace.next_times(found.name)
    when = ", ".join(map(moment, times)) or ("paused" if found.settings.paused else "a new version")
    facts = {**found.model_dump(mode="json"), "next_times": times}
    return Reply(facts, f"{found.name} submits {found.settings.pipeline}. Next: {when}.")


def _schedules(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    found = workspace.schedules()
    rows = [
        [
            s.name,
            s.settings.pipeline,
            s.settings.cron or f"new version of {s.settings.dataset}",
            "paused" if s.settings.paused else moment(s.next_time),
            s.last_run or "-",
            s.last_error[:60],
        ]
        for s in found
    ]
    head = ["schedule", "pipeline", "when", "next", "last run", "last error"]
    return Reply({"schedules": [s.model_dump(mode="json") for s in found]}, table(head, rows))


def _unschedule(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    workspace.delete_schedule(arguments.name)
    return Reply({"name": arguments.name}, f"{arguments.name} submits nothing any more.")


def _history(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    found = workspace.schedule_history(arguments.name)
    rows = [[moment(f.due), f.dataset or "-", f.run, f.error or "submitted"] for f in found]
    text = table(["time", "new version", "run", "outcome"], rows)
    return Reply({"history": [firing.model_dump(mode="json") for firing in found]}, text)
