"""Verbs that are processes of their own: the worker, a run's child, the endpoints."""

from __future__ import annotations

import argparse
from pathlib import Path

from studio.cli.parser import Verbs, verb
from studio.processes import HOST, SERVE_PORT


def add_verbs(verbs: Verbs) -> None:
    """Add `worker`, `execute`, `read-model`, `serve`, and the processes that `serve` starts."""
    verb(verbs, "worker", _worker, "carry out waiting runs until stopped")
    execute = verb(verbs, "execute", _execute, "carry out one run in this process")
    execute.add_argument("name", metavar="RUN", help="name of the run")
    reader = verb(verbs, "read-model", _read_model, "read a model of another program, with limits")
    reader.add_argument("folder", metavar="FOLDER", type=Path)
    serve = verb(verbs, "serve", _serve, "answer the deployed endpoints over HTTP")
    serve.add_argument("--host", default=HOST, help="address to listen on (%(default)s)")
    serve.add_argument(
        "--port", type=int, default=SERVE_PORT, metavar="N", help="port (%(default)s)"
    )
    serve.add_argument(
        "--processes", type=int, default=1, metavar="N", help="processes that answer (%(default)s)"
    )
    serve.add_argument(
        "--tries",
        type=int,
        default=1,
        metavar="N",
        help="ports to try, one after the other, where the first is taken (%(default)s)",
    )
    answers = verb(verbs, "serve-process", _serve_process, "answer endpoints for `serve`")
    answers.add_argument("number", metavar="NUMBER", type=int)
    answers.add_argument("--host", default=HOST)
    answers.add_argument("--socket", metavar="FILE", type=int, required=True)
    answers.add_argument("--link", metavar="FILE", type=int, required=True)
    prober = verb(verbs, "serve-prober", _serve_prober, "try versions of models for `serve`")
    prober.add_argument("--link", metavar="FILE", type=int, required=True)


def _worker(home: Path, arguments: argparse.Namespace) -> int:
    from studio.compute import worker

    return worker.main(home)


def _execute(home: Path, arguments: argparse.Namespace) -> int:
    from studio.compute import executor

    return executor.main(home, arguments.name)


def _read_model(home: Path, arguments: argparse.Namespace) -> int:
    from studio.ml import foreign

    return foreign.main(arguments.folder)


def _serve(home: Path, arguments: argparse.Namespace) -> int:
    from studio.serving import serve

    return serve.main(home, arguments.host, arguments.port, arguments.processes, arguments.tries)


def _serve_process(home: Path, arguments: argparse.Namespace) -> int:
    from studio.serving import server

    return server.main(home, arguments.number, arguments.link, arguments.socket, arguments.host)


def _serve_prober(home: Path, arguments: argparse.Namespace) -> int:
    from studio.serving import prober

    return prober.main(home, arguments.link)
