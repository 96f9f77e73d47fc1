"""The workspace, as routes ask for it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from studio.workspace import Workspace


async def _opened(request: Request) -> Workspace:
    state = request.app.state
    if not isinstance(state.workspace, Workspace):
        state.workspace = state.workspace()
    workspace: Workspace = state.workspace
    return workspace


Opened = Annotated[Workspace, Depends(_opened)]
