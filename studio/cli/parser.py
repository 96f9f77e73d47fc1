"""The grammar of the command line: `--workspace` and `--json` everywhere, errors as what/why/fix."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from studio.cli.reply import Reply, Usage
from studio.core.errors import InvalidInput

if TYPE_CHECKING:
    from studio.workspace import Workspace

Run = Callable[[Path, argparse.Namespace], Reply | int]
"""What carries a verb out, given the workspace's folder and the arguments."""
Verbs = Any
"""What nouns and verbs are added to; argparse keeps the type to itself."""


class Parser(argparse.ArgumentParser):
    """An argument parser that raises Usage instead of ending the process, and completes no option."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(allow_abbrev=False, **settings)

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


def common() -> argparse.ArgumentParser:
    """Return the options that every verb takes, before it or behind it."""
    options = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    options.add_argument(
        "--workspace",
        metavar="DIR",
        help="folder of the workspace (default: $STUDIO_HOME, else data/workspace)",
    )
    options.add_argument(
        "--json", action="store_true", dest="as_json", help="print one JSON object instead of text"
    )
    return options


def noun(verbs: Verbs, name: str, text: str) -> Verbs:
    """Add a noun such as `datasets`, and return what its verbs are added to."""
    parser = verbs.add_parser(name, help=text, description=text, parents=[common()])
    return parser.add_subparsers(metavar="VERB", required=True)


def verb(verbs: Verbs, name: str, run: Run, text: str) -> argparse.ArgumentParser:
    """Add a verb, and return the parser its arguments are added to."""
    parser: argparse.ArgumentParser = verbs.add_parser(
        name, help=text, description=text, parents=[common()]
    )
    parser.set_defaults(run=run)
    return parser


def with_workspace(run: Callable[[Workspace, argparse.Namespace], Reply]) -> Run:
    """Return a verb that opens the workspace, is carried out in it, and closes it."""

    def opened(home: Path, arguments: argparse.Namespace) -> Reply:
        from studio.workspace import Workspace

        workspace = Workspace.open(home)
        try:
            return run(workspace, arguments)
        finally:
            workspace.close()

    return opened


def build_parser() -> Parser:
    """Return the whole grammar."""
    from studio.cli import (
        allowed,
        configs,
        datasets,
        demo,
        endpoints,
        evaluations,
        models,
        pipelines,
        processes,
        review,
        runs,
        scoring,
        search,
        sessions,
        slices,
    )

    parser = Parser(
        prog="python -m studio",
        description="Datasets, training, evaluation and deployment, without a browser.",
        parents=[common()],
    )
    parser.set_defaults(workspace=None, as_json=False)
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    for module in (
        datasets,
        sessions,
        configs,
        runs,
        search,
        evaluations,
        slices,
        review,
        models,
        scoring,
        pipelines,
        endpoints,
        processes,
        allowed,
        demo,
    ):
        module.add_verbs(verbs)
    return parser


def home_of(arguments: argparse.Namespace) -> Path:
    """Return the workspace's folder: `--workspace`, else `$STUDIO_HOME`, else data/workspace."""
    if arguments.workspace is None:
        from studio.workspace import default_home

        return default_home()
    return Path(arguments.workspace).expanduser().resolve()


def given(arguments: argparse.Namespace, *names: str) -> dict[str, Any]:
    """Return the arguments among `names` that were given a value."""
    found = {name: getattr(arguments, name, None) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def reference(text: str) -> tuple[str, int | None]:
    """Return name and version of `name` or `name:3`.

    Raises:
        InvalidInput: What follows the colon is not a number.

    Example:
        >>> reference("digits:3"), reference("digits")
        (('digits', 3), ('digits', None))
    """
    name, colon, number = text.partition(":")
    if not colon:
        return name, None
    if not (number.isascii() and number.isdigit()):
        raise InvalidInput(
            f'"{text}" points at no version.',
            f'"{number}" is not a version number.',
            f'Write "{name}:1", or "{name}" for the newest.',
        )
    return name, int(number)


def author() -> str:
    """Return who works here, as the system knows them."""
    return os.environ.get("USER") or os.environ.get("LOGNAME") or "unnamed"
