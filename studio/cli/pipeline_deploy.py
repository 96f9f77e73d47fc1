"""Verb of pipelines: deploy a real-time inference pipeline."""

from __future__ import annotations

import argparse
from typing import Any

from studio.cli.endpoint_keys import ONCE
from studio.cli.parser import author, verb, with_workspace
from studio.cli.reply import Reply
from studio.workspace import Workspace


def add_deploy(pipeline: Any) -> None:
    """Add the verb."""
    deploy = verb(
        pipeline,
        "deploy",
        with_workspace(_deploy),
        "let a real-time inference pipeline answer under a name",
    )
    deploy.add_argument("draft", metavar="DRAFT")
    deploy.add_argument("--name", metavar="ENDPOINT", default="", help="default: that of the draft")


def _deploy(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    draft = workspace.draft(arguments.draft)
    endpoint, key = workspace.deploy_pipeline(
        draft.draft, arguments.name or draft.name, title=draft.name, author=author()
    )
    text = (
        f"Endpoint {endpoint.name} prepares samples as {draft.name} does and asks {endpoint.target}.\n"
        f"Key: {key}\n{ONCE}\n"
        "Start answering with: python -m studio serve"
    )
    return Reply({"endpoint": endpoint.name, "model": endpoint.target, "key": key}, text)
