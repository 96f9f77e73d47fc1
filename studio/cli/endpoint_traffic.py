"""Verbs of what endpoints were asked: traffic, requests, label-requests."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

from studio.cli.parser import Verbs, author, verb, with_workspace
from studio.cli.reply import Reply, facts_table, moment, table
from studio.core.traffic import UNSURE

if TYPE_CHECKING:
    from studio.workspace import Workspace


def add_traffic(endpoints: Verbs) -> None:
    """Add the verbs to the noun `endpoints`."""
    traffic = verb(
        endpoints,
        "traffic",
        with_workspace(_traffic),
        "say how much an endpoint is asked, and how it answers",
    )
    traffic.add_argument("--hours", type=float, default=24.0, help="how far back (default: 24)")
    requests = verb(
        endpoints, "requests", with_workspace(_requests), "list requests that were written down"
    )
    requests.add_argument(
        "--limit", type=int, default=20, help="so many of the newest (default: 20)"
    )
    requests.add_argument("--clear", action="store_true", help="delete all of them instead")
    label = verb(
        endpoints,
        "label-requests",
        with_workspace(_label),
        "make a labelling session of kept samples that the model was unsure about",
    )
    for parser in (requests, label):
        parser.add_argument(
            "--below", type=float, metavar="SHARE", help="only less sure answers, such as 0.6"
        )
    for parser in (traffic, requests, label):
        parser.add_argument("name", metavar="ENDPOINT")


def _traffic(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    since = time.time() - 3600 * arguments.hours
    found = workspace.traffic_summary(arguments.name, since)
    drift = workspace.endpoint_drift(arguments.name, since)
    facts = found.model_dump(mode="json") | {"drift": drift.model_dump(mode="json")}
    if not found.requests:
        return Reply(facts, f"Nobody asked {arguments.name} in the last {arguments.hours:g} hours.")
    numbers: dict[str, object] = {
        "requests": found.requests,
        "a second": found.rate,
        "errors": found.errors,
        "half within, ms": found.p50,
        "95 % within, ms": found.p95,
        "99 % within, ms": found.p99,
        "mean confidence": found.confidence,
    }
    roles = table(
        ["model", "role", "requests", "errors", "p50, ms", "p99, ms", "confidence", "agrees"],
        [
            [
                one.model,
                one.role,
                one.requests,
                one.errors,
                one.p50,
                one.p99,
                one.confidence,
                one.agreement,
            ]
            for one in found.roles
        ],
    )
    compared = table(
        ["feature", "asked", "trained", "PSI", "KS", "says"],
        [
            [row.title, row.mean, row.reference_mean, row.psi, row.ks, row.words]
            for row in drift.rows
        ],
        empty=drift.why,
    )
    return Reply(facts, f"{facts_table(numbers)}\n\n{roles}\n\n{compared}")


def _requests(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    if arguments.clear:
        gone = workspace.clear_requests(arguments.name)
        return Reply({"deleted": gone}, f"{gone:,} requests to {arguments.name} are deleted.")
    rows = workspace.requests_logged(arguments.name, below=arguments.below, limit=arguments.limit)
    text = table(
        ["id", "when", "model", "asked by", "status", "ms", "answer", "confidence", "kept"],
        [
            [
                str(one.id), moment(one.time), one.model, one.dialect, str(one.status), one.milliseconds,
                one.class_name, one.confidence, one.kind or "-",
            ]
            for one in rows
        ],
        empty="None is written down. Set how many are: the endpoint's settings, Logged requests.",
    )  # fmt: skip
    facts = [one.model_dump(mode="json", exclude={"sample", "endpoint"}) for one in rows]
    return Reply({"requests": facts}, text)


def _label(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    below = UNSURE if arguments.below is None else arguments.below
    session = workspace.label_requests(arguments.name, below=below, author=author())
    dataset = f"{session.config.dataset}:{session.dataset_version}"
    return Reply(
        {"session": session.name, "dataset": dataset, "samples": session.total},
        f"{session.total:,} samples wait in the session {session.name}, over {dataset}.",
    )
