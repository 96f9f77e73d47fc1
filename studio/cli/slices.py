"""The verb `slices`: how a model does on the samples that share some fact."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from studio.cli.parser import Verbs, verb, with_workspace
from studio.cli.reply import Reply, table

if TYPE_CHECKING:
    from studio.workspace import Workspace


def add_verbs(verbs: Verbs) -> None:
    """Add `slices`."""
    slices = verb(
        verbs,
        "slices",
        with_workspace(_slices),
        "list how a model does on samples that share a fact",
    )
    slices.add_argument("name", metavar="RUN", help="of the evaluation")
    slices.add_argument("--by", metavar="FACT", help="default: list the facts there are")


def _slices(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    facts = workspace.slice_facts(arguments.name)
    if arguments.by is None:
        listed = table(["fact", "what it is"], [[name, title] for name, title in facts.items()])
        return Reply(
            {"facts": facts},
            f"{listed}\n\nTry: python -m studio slices {arguments.name} --by class",
        )
    found = workspace.slices(arguments.name, arguments.by)
    rows = [
        {
            "slice": one.name,
            "samples": len(one.rows),
            "right": one.right,
            "accuracy": one.accuracy,
            "low": one.low,
            "high": one.high,
            "stands_out": one.stands_out,
        }
        for one in found
    ]
    text = table(
        [facts[arguments.by], "samples", "accuracy", "95 % from", "to", "stands out"],
        [
            [r["slice"], r["samples"], r["accuracy"], r["low"], r["high"], r["stands_out"]]
            for r in rows
        ],
        empty="No sample has anything of this.",
    )
    return Reply({"by": arguments.by, "slices": rows}, text)
