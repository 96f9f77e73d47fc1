"""A model's web page, tried in the person's own browser."""

from __future__ import annotations

from studio.ui.components.bundles import renderer, unchanged


def browser_replay(*, key: str, model: str, version: int) -> None:
    """Show a button that lets the exported page of a model answer samples in this browser.

    The page runs in a frame that may do nothing but run its scripts; its answers go to the studio, which compares them
    with the model's and keeps what comes of it. The page reruns when that is done.

    Args:
        key: Streamlit key.
        model, version: Of a registered model.
    """
    renderer("browser_replay")(
        key=key,
        data={"model": model, "version": version},
        default={"replayed": None},
        on_replayed_change=unchanged,
    )
