"""Verbs of endpoints: deploy, list, retire, renew-key."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from studio.cli.parser import Verbs, noun, verb, with_workspace
from studio.cli.reply import Reply, moment, table
from studio.core.model import Endpoint

if TYPE_CHECKING:
    from studio.workspace import Workspace

ONCE = "It is shown this once and stored hashed. Keep it now."


def add_verbs(verbs: Verbs) -> None:
    """Add `endpoints` and its verbs."""
    endpoints = noun(verbs, "endpoints", "models that somebody may call")
    deploy = verb(endpoints, "deploy", with_workspace(_deploy), "let a model answer under a name")
    deploy.add_argument("model", metavar="MODEL[:VERSION|@ALIAS]")
    deploy.add_argument("--name", required=True, metavar="ENDPOINT")
    verb(endpoints, "list", with_workspace(_list), "list the endpoints that answer")
    retire = verb(endpoints, "retire", with_workspace(_retire), "let an endpoint answer no more")
    renew = verb(endpoints, "renew-key", with_workspace(_renew_key), "replace an endpoint's key")
    for parser in (retire, renew):
        parser.add_argument("name", metavar="ENDPOINT")


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


def _renew_key(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    key = workspace.renew_key(arguments.name)
    return Reply({"name": arguments.name, "key": key}, f"New key: {key}\n{ONCE}")


def endpoint_facts(endpoint: Endpoint) -> dict[str, Any]:
    """Return what programs are told about an endpoint: never its key's hash."""
    described = endpoint.model_dump(mode="json", exclude={"id", "key_hash", "retired"})
    return {**described, "target": endpoint.target}
