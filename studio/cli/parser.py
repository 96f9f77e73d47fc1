"""The grammar of the command line: `--workspace` and `--json` everywhere, errors as what/why/fix."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from studio.cli.reply import Reply, Usage

Verb = Callable[[Path, argparse.Namespace], Reply | int]


class Parser(argparse.ArgumentParser):
    """An argument parser that raises Usage instead of ending the process."""

    def error(self, message: str) -> NoReturn:
        """Say what was not understood.

        Raises:
            Usage: Always.
        """
        raise Usage(
            f"{self.prog}: {message}.",
            "The command line does not know it that way.",
            f"Read: {self.prog} --help",
        )


Verbs = Any
"""What `add_subparsers` returns; argparse keeps its type to itself."""


def common() -> argparse.ArgumentParser:
    """Return the options that every verb takes, before it or behind it."""
    options = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    options.add_argument(
        "--workspace",
        metavar="DIR",
        help="folder of the workspace (default: $STUDIO_HOME, else data/workspace)",
    )
    options.add_argument(
        "--json", action="store_true", help="print one JSON object instead of text"
    )
    return options


def noun(verbs: Verbs, name: str, text: str) -> Verbs:
    """Add a noun such as `datasets`, and return what its verbs are added to."""
    parser = verbs.add_parser(name, help=text, description=text, parents=[common()])
    return parser.add_subparsers(dest=f"{name}_verb", metavar="VERB", required=True)


def verb(verbs: Verbs, name: str, run: Verb, text: str) -> argparse.ArgumentParser:
    """Add a verb, and return the parser its arguments are added to."""
    parser: argparse.ArgumentParser = verbs.add_parser(
        name, help=text, description=text, parents=[common()]
    )
    parser.set_defaults(run=run)
    return parser


def build_parser() -> Parser:
    """Return the whole grammar."""
    from studio.cli import processes

    parser = Parser(
        prog="python -m studio",
        description="Datasets, training, evaluation and deployment, without a browser.",
        parents=[common()],
    )
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for module in (processes,):
        module.add_verbs(verbs)
    return parser


def home_of(arguments: argparse.Namespace) -> Path:
    """Return the workspace's folder: `--workspace`, else `$STUDIO_HOME`, else data/workspace."""
    from studio.workspace import default_home

    given: str | None = getattr(arguments, "workspace", None)
    return default_home() if given is None else Path(os.path.expanduser(given)).resolve()


def wants_json(words: Sequence[str]) -> bool:
    """Return whether the answer, or the reason there is none, is to be JSON."""
    return "--json" in words
