"""Verbs of endpoints: deploy, list, show, set, move, promote, retire, and those of their keys."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from studio.cli.endpoint_keys import ONCE, add_key_verbs
from studio.cli.endpoint_traffic import add_traffic
from studio.cli.parser import Verbs, author, given, noun, verb, with_workspace
from studio.cli.reply import Reply, facts_table, moment, table
from studio.core.endpoint import EndpointSettings
from studio.core.errors import InvalidInput
from studio.core.model import Endpoint

if TYPE_CHECKING:
    from studio.workspace import Workspace

NONE = "none"
"""As a value: no challenger, no origins."""
SETTINGS_HELP = {
    "traffic": "off, canary (the challenger answers a share) or shadow (it is only compared)",
    "challenger": "model:version or model@alias for the same classes; none",
    "origins": "where web pages may ask from, such as https://school.example; none",
}


def add_verbs(verbs: Verbs) -> None:
    """Add `endpoints` and its verbs."""
    endpoints = noun(verbs, "endpoints", "models that somebody may call")
    deploy = verb(endpoints, "deploy", with_workspace(_deploy), "let a model answer under a name")
    deploy.add_argument("model", metavar="MODEL[:VERSION|@ALIAS]")
    deploy.add_argument("--name", required=True, metavar="ENDPOINT")
    verb(endpoints, "list", with_workspace(_list), "list the endpoints that answer")
    show = verb(endpoints, "show", with_workspace(_show), "show settings and what was changed")
    change = verb(endpoints, "set", with_workspace(_set), "change settings; it follows in a second")
    move = verb(endpoints, "move", with_workspace(_move), "serve another model under the name")
    promote = verb(endpoints, "promote", with_workspace(_promote), "let the challenger take over")
    retire = verb(endpoints, "retire", with_workspace(_retire), "let an endpoint answer no more")
    for parser in (show, change, move, promote, retire):
        parser.add_argument("name", metavar="ENDPOINT")
    move.add_argument("model", metavar="MODEL[:VERSION|@ALIAS]")
    promote.add_argument("--reason", default="", metavar="TEXT", help="why; kept in the history")
    promote.add_argument("--override", action="store_true", help="although gates are against it")
    for name, field in EndpointSettings.model_fields.items():
        change.add_argument(
            f"--{name.replace('_', '-')}",
            nargs="+" if name == "origins" else None,
            metavar="VALUE",
            help=(field.description or SETTINGS_HELP[name]).replace("%", "%%"),
        )
    add_key_verbs(endpoints)
    add_traffic(endpoints)


def _deploy(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    endpoint, key = workspace.deploy(arguments.model, arguments.name)
    text = (
        f"Endpoint {endpoint.name} answers with {endpoint.target}.\n"
        f"Key: {key}\n{ONCE}\n"
        "Start answering with: python -m studio serve"
    )
    return Reply({**endpoint_facts(endpoint), "key": key}, text)


def _list(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    endpoints = workspace.endpoints()
    text = table(
        ["endpoint", "model", "key ends in", "created"],
        [[e.name, e.target, e.key_hint, moment(e.created)] for e in endpoints],
        empty="No endpoints yet. Try: python -m studio endpoints deploy MODEL --name ENDPOINT",
    )
    return Reply({"endpoints": [endpoint_facts(endpoint) for endpoint in endpoints]}, text)


def _retire(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    workspace.retire_endpoint(arguments.name)
    return Reply(
        {"name": arguments.name, "retired": True}, f"Endpoint {arguments.name} answers no more."
    )


def _show(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    endpoint = workspace.endpoint(arguments.name)
    changes = workspace.endpoint_changes(endpoint.name)
    settings = {
        name.replace("_", " "): str(value)
        for name, value in endpoint.settings.model_dump(mode="json").items()
    }
    told = table(
        ["when", "who", "what"], [[moment(c.time), c.author, c.what] for c in changes],
        empty="Nothing was changed since it was deployed.",
    )  # fmt: skip
    text = f"{facts_table({'endpoint': endpoint.name, 'serves': endpoint.target, **settings})}\n\n{told}"
    facts = {"changes": [change.model_dump(mode="json") for change in changes]}
    return Reply({**endpoint_facts(endpoint), **facts}, text)


def _set(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    changes = given(arguments, *EndpointSettings.model_fields)
    if not changes:
        raise InvalidInput(
            "No setting was named.",
            "Settings that are not named stay as they are.",
            "Name one, such as --share 25; --help lists them.",
        )
    if changes.get("challenger") == NONE:
        changes["challenger"] = None
    if changes.get("origins") == [NONE]:
        changes["origins"] = ()
    endpoint = workspace.set_endpoint(arguments.name, author=author(), **changes)
    said = ", ".join(f"{name.replace('_', ' ')} {_said(endpoint, name)}" for name in changes)
    return Reply(endpoint_facts(endpoint), f"Endpoint {endpoint.name}: {said}.")


def _said(endpoint: Endpoint, name: str) -> str:
    value = getattr(endpoint.settings, name)
    if isinstance(value, tuple):
        return ", ".join(value) or NONE
    return NONE if value is None else str(value)


def _move(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    endpoint = workspace.move_endpoint(arguments.name, arguments.model, author=author())
    return Reply(
        endpoint_facts(endpoint), f"Endpoint {endpoint.name} answers with {endpoint.target}."
    )


def _promote(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    version = workspace.promote_challenger(
        arguments.name, author=author(), reason=arguments.reason, override=arguments.override
    )
    endpoint = workspace.endpoint(arguments.name)
    return Reply(
        endpoint_facts(endpoint), f"Endpoint {endpoint.name} answers with {version.title}."
    )


def endpoint_facts(endpoint: Endpoint) -> dict[str, Any]:
    """Return what programs are told about an endpoint: never its key's hash."""
    described = endpoint.model_dump(mode="json", exclude={"id", "key_hash", "retired"})
    return {**described, "target": endpoint.target}
