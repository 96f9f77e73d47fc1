"""Verbs of settings that only an administrator changes: whether pipelines may run Python scripts."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from studio.cli.parser import Verbs, noun, verb, with_workspace
from studio.cli.reply import Reply, facts_table

if TYPE_CHECKING:
    from studio.workspace import Workspace


def add_verbs(verbs: Verbs) -> None:
    """Add `settings` and its verbs."""
    settings = noun(verbs, "settings", "what only an administrator may allow")
    verb(settings, "show", with_workspace(_show), "show what is allowed")
    scripts = verb(
        settings, "scripts", with_workspace(_scripts), "allow Python scripts in pipelines, or not"
    )
    scripts.add_argument("switch", choices=("on", "off"))


def _show(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    facts = {"scripts": workspace.scripts_allowed()}
    return Reply(facts, facts_table({"Python scripts in pipelines": _word(facts["scripts"])}))


def _scripts(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    workspace.allow_scripts(arguments.switch == "on")
    return _show(workspace, arguments)


def _word(allowed: bool) -> str:
    return "allowed" if allowed else "not allowed"
