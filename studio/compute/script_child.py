"""The program that runs one Python script of a person, in a process of its own: files in, files out.

It is started by its path, knows nothing of the studio, and has no more than what lies in its folder: `code.py`,
`first.parquet`, perhaps `second.parquet`. It leaves `result.parquet`, or `failure.json`.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import os
import resource
import signal
import sys
import traceback
from types import CodeType
from typing import Any

CODE, RESULT, FAILURE = "code.py", "result.parquet", "failure.json"
TABLES = ("first", "second")
SHOWN = "your script"
"""What tracebacks call the code."""
MEMORY_BYTES = 4 * 10**9
FILE_BYTES = 4 * 10**9
SECONDS = 300
MORE_PROCESSES = 64
PR_SET_PDEATHSIG = 1
CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x20000, 0x10000000, 0x20000000, 0x40000000
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
SIGNALLED = 128
CAPABILITIES = 0x20080522
NOBODY = 65534


class Refused(Exception):
    """The script is not what it should be."""


def main() -> int:
    """Run the script that lies here. Returns the exit status, 0 also when the script fails."""
    limit()
    signal.alarm(SECONDS)
    with open(CODE, encoding="utf-8") as file:
        text = file.read()
    try:
        answer(compile(text, SHOWN, "exec"), text)
    except MemoryError:
        fail("MemoryError: it took more memory than a script may", None, "")
    except Refused as error:
        fail(str(error), None, "")
    except SyntaxError as error:
        fail(f"SyntaxError: {error.msg}", error.lineno, error.text or "")
    except SystemExit:
        fail("It ended the program instead of giving a table", None, "")
    except Exception as error:  # noqa: BLE001 - whatever a person's code raises is told to that person
        line = last_line(error)
        lines = text.splitlines()
        shown = lines[line - 1] if line and line <= len(lines) else ""
        fail(f"{type(error).__name__}: {error}", line, shown)
    return 0


def limit() -> None:
    """Let this process have so much memory, time, room and processes, no core file.

    Where the kernel allows it, it has no network either, sees nothing of the workspace but its folder, and all that it
    started ends with it.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    wanted = {
        resource.RLIMIT_AS: MEMORY_BYTES,
        resource.RLIMIT_FSIZE: FILE_BYTES,
        resource.RLIMIT_CPU: SECONDS,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: tasks() + MORE_PROCESSES,
    }
    for kind, value in wanted.items():
        _, hard = resource.getrlimit(kind)
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (allowed, allowed))
    with contextlib.suppress(AttributeError):
        alone(libc)


def tasks() -> int:
    """Return how many threads the user has by now, who may own as many and some more."""
    count = 0
    for name in filter(str.isdigit, os.listdir("/proc") if os.path.isdir("/proc") else ()):
        with contextlib.suppress(OSError):
            if os.stat(f"/proc/{name}").st_uid == os.getuid():
                count += len(os.listdir(f"/proc/{name}/task"))
    return count


def alone(libc: ctypes.CDLL) -> None:
    """Go on in a world of its own: this process then waits for the one that goes on, and ends as it ends."""
    user, group = os.getuid(), os.getgid()
    if libc.unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET):
        libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)
        return
    with contextlib.suppress(OSError):
        for name, said in (
            ("setgroups", "deny"),
            ("uid_map", f"{NOBODY} {user} 1"),
            ("gid_map", f"{NOBODY} {group} 1"),
        ):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(said)
    if len(sys.argv) > 1:
        hide(libc, sys.argv[1])
    for _ in range(
        2
    ):  # the first is the init of that world: with it the kernel ends all others there
        child = os.fork()
        if child:
            wait_for(child)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    nothing = (ctypes.c_uint32 * 6)()
    libc.capset((ctypes.c_uint32 * 2)(CAPABILITIES, 0), nothing)  # what is hidden stays hidden


def wait_for(child: int) -> None:
    """End as a child ends."""
    gone = status = 0
    while gone != child:
        gone, status = os.wait()
    code = os.waitstatus_to_exitcode(status)
    if code > SIGNALLED:  # the init below said by which signal
        code = SIGNALLED - code
    if code < 0:
        os.kill(os.getpid(), -code)  # an init does not heed it
        code = SIGNALLED - code
    os._exit(code)


def hide(libc: ctypes.CDLL, home: str) -> None:
    """Put an empty folder over the workspace, with nothing in it but the folder of the script."""
    here = os.getcwd()
    inside = os.path.join(home, "")
    if any(os.path.realpath(p).startswith(inside) for p in (sys.prefix, sys.executable, __file__)):
        return
    folder = os.open(here, os.O_RDONLY | os.O_DIRECTORY)
    libc.mount(None, b"/", None, MS_REC | MS_PRIVATE, None)
    if libc.mount(b"none", home.encode(), b"tmpfs", 0, b"size=1m") == 0:
        with contextlib.suppress(OSError):
            os.makedirs(here)
        libc.mount(f"/proc/self/fd/{folder}".encode(), here.encode(), None, MS_BIND, None)
        with contextlib.suppress(OSError):
            os.chdir(here)
    os.close(folder)


def answer(code: CodeType, text: str) -> None:
    """Call `run` with the tables and write down the one that it returns."""
    pd: Any = importlib.import_module("pandas")
    names: dict[str, Any] = {"__name__": "script"}
    exec(code, names)  # noqa: S102 - what this process is for
    run = names.get("run")
    if not callable(run):
        raise Refused("It defines no function called run")
    found = run(
        *(pd.read_parquet(f"{t}.parquet") for t in TABLES if os.path.exists(f"{t}.parquet"))
    )
    if isinstance(found, pd.Series):
        found = found.to_frame()
    if not isinstance(found, pd.DataFrame):
        raise Refused(f"run returns a {type(found).__name__} and no pandas data frame")
    try:
        found = found.reset_index(drop=all(name is None for name in found.index.names))
    except ValueError as error:
        raise Refused(f"The names of its index are those of columns, too ({error})") from error
    found.columns = [str(name) for name in found.columns]
    twice = found.columns[found.columns.duplicated()].tolist()
    if twice:
        raise Refused(f'Its table has two columns called "{twice[0]}"')
    try:
        found.to_parquet(RESULT)
    except (ValueError, TypeError, OverflowError) as error:
        raise Refused(f"A column of its table holds values of different kinds ({error})") from error


def last_line(error: Exception) -> int | None:
    """Return the last line of the script that was running; None when it was none."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == SHOWN]
    return frames[-1].lineno if frames else None


def fail(said: str, line: int | None, shown: str) -> None:
    """Write down what is wrong."""
    with open(FAILURE, "w", encoding="utf-8") as file:
        json.dump({"said": said[:2000], "line": line, "shown": shown.strip()[:200]}, file)


if __name__ == "__main__":
    sys.exit(main())
