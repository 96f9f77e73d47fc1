"""The command line: the verbs of `Workspace` for people in a terminal and for scripts.

One module a noun. A verb reads its arguments, calls the workspace and returns a `Reply`: facts for `--json`, text for
people. It decides nothing that the workspace could decide. What runs in a process of its own (worker, execute,
serve) is imported only when that verb is called, so that no other command waits for TensorFlow or FastAPI.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from studio.cli.parser import build_parser, home_of
from studio.cli.reply import Interrupted, Reply, Usage, print_error, print_reply
from studio.core.errors import Cancelled, StudioError

INTERRUPTED = 130
"""Exit status after Ctrl+C, as shells have it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: The words behind `python -m studio`. Default: those of this process.

    Returns:
        The exit status: 0 done, 1 refused or failed, 2 not understood, 130 interrupted.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in words
    home: Path | None = None
    try:
        arguments = build_parser().parse_args(words)
        home = home_of(arguments)
        reply = arguments.run(home, arguments)
        if isinstance(reply, Reply):
            print_reply(reply, as_json=as_json)
            return reply.code
        return int(reply)
    except Usage as error:
        print_error(error, as_json=as_json)
        return 2
    except (Cancelled, Interrupted) as error:
        print_error(error, as_json=as_json)
        return INTERRUPTED
    except StudioError as error:
        print_error(error, as_json=as_json)
        return 1
    except KeyboardInterrupt:
        print_error(
            StudioError("Interrupted.", "Ctrl+C was pressed.", "Run the command again."),
            as_json=as_json,
        )
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has gone; what is left of it goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        print_error(_refused(error), as_json=as_json)
        return 1
    except Exception as error:  # noqa: BLE001 - the door of the command line
        print_error(_fault(error, home), as_json=as_json)
        return 1


def _refused(error: OSError) -> StudioError:
    place = f"{error.filename}: " if error.filename else ""
    return StudioError(
        f"{place}{error.strerror or error}.",
        "The operating system refused it.",
        "Check that the path exists, that it may be written to, and that the disk has room.",
    )


def _fault(error: Exception, home: Path | None) -> StudioError:
    """Keep the traceback where whoever repairs the studio finds it."""
    where = "Report it with the command you ran."
    if home is not None and home.is_dir():
        log = home / "logs" / "errors.log"
        log.parent.mkdir(exist_ok=True)
        with open(log, "a", encoding="utf-8") as file:
            file.writelines(traceback.format_exception(error))
        where = f"Report it with the end of {log}."
    return StudioError(
        f"{type(error).__name__}: {error}.",
        "This is a fault in the studio, not in your input.",
        where,
    )
