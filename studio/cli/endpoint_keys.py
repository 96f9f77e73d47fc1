"""Verbs of endpoints' keys: keys, add-key, revoke-key, renew-key."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from studio.cli.parser import Verbs, author, verb, with_workspace
from studio.cli.reply import Reply, moment, table
from studio.core.endpoint import SCOPES, EndpointKey

if TYPE_CHECKING:
    from studio.workspace import Workspace

ONCE = "It is shown this once and stored hashed. Keep it now."


def add_key_verbs(endpoints: Verbs) -> None:
    """Add the verbs to `endpoints`."""
    listing = verb(endpoints, "keys", with_workspace(_keys), "list who may ask an endpoint")
    adding = verb(endpoints, "add-key", with_workspace(_add_key), "make one key more")
    revoking = verb(endpoints, "revoke-key", with_workspace(_revoke_key), "let a key open nothing")
    renew = verb(endpoints, "renew-key", with_workspace(_renew_key), "replace a key of an endpoint")
    for parser in (listing, adding, revoking, renew):
        parser.add_argument("name", metavar="ENDPOINT")
    adding.add_argument("key_name", metavar="NAME", help="who uses it")
    adding.add_argument(
        "--scope",
        action="append",
        choices=tuple(SCOPES),
        dest="scopes",
        help="what it opens; may be given again (predict)",
    )
    adding.add_argument("--rate-per-minute", type=int, metavar="N", help="requests; 0: any number")
    adding.add_argument("--days", type=float, metavar="N", help="how long it is good (for ever)")
    revoking.add_argument("key", metavar="KEY_ID", type=int, help="as `endpoints keys` lists it")
    renew.add_argument("--key", metavar="KEY_ID", type=int, help="which key (the first)")


def _keys(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    keys = workspace.keys(arguments.name)
    rows = [
        [
            key.id,
            key.name,
            key.key_hint,
            ", ".join(key.scopes),
            key.rate_per_minute,
            moment(key.created),
            moment(key.expires),
            moment(key.revoked),
        ]
        for key in keys
    ]
    head = ["id", "name", "ends in", "opens", "a minute", "made", "good until", "revoked"]
    return Reply({"keys": [key_facts(key) for key in keys]}, table(head, rows))


def _add_key(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    made, key = workspace.add_key(
        arguments.name,
        arguments.key_name,
        arguments.scopes or ("predict",),
        rate_per_minute=arguments.rate_per_minute,
        days=arguments.days,
        author=author(),
    )
    return Reply({**key_facts(made), "key": key}, f"Key of {made.name}: {key}\n{ONCE}")


def _revoke_key(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    key = workspace.revoke_key(arguments.name, arguments.key, author=author())
    return Reply(key_facts(key), f"The key {key.title} opens nothing any more.")


def _renew_key(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    key = workspace.renew_key(arguments.name, arguments.key, author=author())
    return Reply({"name": arguments.name, "key": key}, f"New key: {key}\n{ONCE}")


def key_facts(key: EndpointKey) -> dict[str, Any]:
    """Return what programs are told about a key: never its hash."""
    return key.model_dump(mode="json", exclude={"endpoint_id", "key_hash"})
