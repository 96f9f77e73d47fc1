"""What a script asks for: `python pipeline.py NAME=VALUE ...`."""

from __future__ import annotations

import json
import sys
from typing import Any


def ask(defaults: dict[str, Any]) -> dict[str, Any]:
    """Return the values of the pipeline parameters: as the command line says, else the usual ones.

    Args:
        defaults: Name -> usual value.

    Raises:
        SystemExit: The command line has something else.
    """
    values = dict(defaults)
    for word in sys.argv[1:]:
        name, equals, text = word.partition("=")
        if not equals or name not in defaults:
            known = ", ".join(f"{name}={json.dumps(value)}" for name, value in defaults.items())
            raise SystemExit(f"{word} is not asked for. Known are: {known or 'none'}.")
        try:
            values[name] = json.loads(text)
        except ValueError:
            values[name] = text
    return values
