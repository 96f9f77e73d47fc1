"""The command line: `python -m studio VERB ...`. The verbs are in `studio.cli`."""

from __future__ import annotations

import sys

from studio.cli import main

if __name__ == "__main__":
    sys.exit(main())
