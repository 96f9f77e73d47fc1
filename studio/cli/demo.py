"""The whole walk without a browser, on the embedded digits, in a workspace that is thrown away."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx
import numpy as np
from numpy.typing import NDArray

from studio.cli.parser import Verbs, author, verb
from studio.cli.reply import Failed, Interrupted, Reply, duration, size
from studio.cli.wait import wait_for_run
from studio.core.annotation import AnnotationInput
from studio.core.dataset import TEST
from studio.core.model import ModelVersion
from studio.core.sources import DigitsSource
from studio.core.standard import training_pipeline
from studio.core.training import TrainingConfig

if TYPE_CHECKING:
    from studio.core.evaluation import Evaluation
    from studio.workspace import Workspace

STEPS = 8
RUN = "first"
END_SECONDS = 10.0
LABELLED_BY_HAND = 5
TRAINING = TrainingConfig(epochs=8, batch_size=32, learning_rate=0.002)
SHADES = " .:-=+*#%@"
TOLERANCE = 1e-4
"""How far a probability that went over the wire may be from the one asked here."""


def add_verbs(verbs: Verbs) -> None:
    """Add `demo`."""
    verb(verbs, "demo", _demo, "walk from data to a deployed model, in about half a minute")


def _demo(home: Path, arguments: argparse.Namespace) -> Reply:
    """Walk in a temporary workspace, whatever `--workspace` says; keep it only when something fails."""
    folder = Path(tempfile.mkdtemp(prefix="studio-demo-"))
    walk = _Walk(folder, quiet=arguments.as_json)
    try:
        reply = walk.all()
    except (KeyboardInterrupt, Interrupted):
        walk.end()
        shutil.rmtree(folder)
        raise Interrupted(
            "The walk was interrupted, and its workspace removed.",
            "Ctrl+C was pressed.",
            "Start it again: python -m studio demo",
        ) from None
    except BaseException:
        walk.end()
        walk.say(f"\nThe folder of this walk was kept: {folder} (logs are in workspace/logs)")
        raise
    walk.end()
    shutil.rmtree(folder)
    return reply


class _Walk:
    """The eight steps, each printed before it is taken."""

    def __init__(self, folder: Path, *, quiet: bool) -> None:
        from studio.workspace import Workspace

        self.home = folder / "workspace"
        self.quiet = quiet
        self.workspace: Workspace = Workspace.open(self.home)
        self._folder = folder
        self._step = 0

    def end(self) -> None:
        """End the processes that were started, a training included, and let go of the files."""
        from studio.compute.folder import RunFolder
        from studio.processes import serve_lock, stop_serve, stop_worker, worker_lock

        locks = [serve_lock(self.home), worker_lock(self.home), RunFolder.of(self.home, RUN).lock()]
        processes = [lock.pid for lock in locks]
        stop_serve(self.home)
        stop_worker(self.home)
        training = processes[-1]
        for process in filter(None, processes):
            _wait_for_end(process, kill=process == training)
        self.workspace.close()

    def say(self, text: str) -> None:
        """Print, unless one JSON object is all that may be printed."""
        if not self.quiet:
            print(text, flush=True)

    def step(self, title: str, command: str) -> None:
        """Print what comes next, and the command that does it in a workspace of one's own."""
        self._step += 1
        self.say(f"\n[{self._step}/{STEPS}] {title}\n      $ python -m studio {command}")

    def all(self) -> Reply:
        """Walk. Returns what was reached.

        Raises:
            StudioError: A step failed.
        """
        started = time.monotonic()
        self.say(
            "The whole walk, on 1,797 handwritten digits, in a workspace that is removed at the end."
        )
        self.add()
        self.label()
        self.train()
        evaluation = self.evaluate()
        version = self.register()
        self.export()
        key = self.deploy()
        answer = self.predict(key, evaluation)
        seconds = time.monotonic() - started
        facts = {
            "accuracy": evaluation.accuracy,
            "model": version.title,
            "prediction": answer,
            "seconds": round(seconds, 1),
        }
        text = (
            f"\nDone in {duration(seconds)}: every step answered, and its processes have ended.\n"
            "The same walk in the browser: make start"
        )
        return Reply(facts, text)

    def add(self) -> None:
        """Datasets."""
        self.step("Add a dataset", "datasets add digits --name digits --unlabelled-share 0.01")
        version = self.workspace.add_dataset(
            "digits", DigitsSource(unlabelled_share=0.01), author=author()
        )
        train, _, test = version.split_counts
        self.say(
            f"      {version.count:,} samples of 8x8 pixels, {len(version.class_names)} classes, "
            f"{version.count - version.labelled} of them not labelled yet.\n"
            f"      Split at random: {train:,} to train on, {test:,} held out to judge the model."
        )

    def label(self) -> None:
        """Label, then freeze."""
        self.step("Label some samples by hand, and freeze a new version", "datasets freeze digits")
        version = self.workspace.dataset("digits")
        answers = _answers_of_a_person()
        page = self.workspace.sample_page(version, status="unlabelled", limit=LABELLED_BY_HAND)
        ops = [
            AnnotationInput(
                op_id=uuid4().hex, sample=row.id, class_name=version.class_names[answers[row.id]]
            )
            for row in page.samples
        ]
        pictures = self.workspace.pictures(version)
        shown = [_drawn(pictures[op.sample]) for op in ops]
        for lines in zip(*shown, strict=True):
            self.say("      " + "  ".join(lines))
        self.say("      " + "  ".join(f"-> {op.class_name}".ljust(16) for op in ops).rstrip())
        self.workspace.annotate("digits", author(), ops)
        frozen = self.workspace.freeze("digits", author=author())
        self.say(f"      {frozen.title}: {frozen.message}.")

    def train(self) -> None:
        """Train in a process of its own."""
        from studio.processes import ensure_worker

        self.step(
            f"Train the drawing classifier for {TRAINING.epochs} epochs",
            f"train --dataset digits --epochs {TRAINING.epochs} --batch-size {TRAINING.batch_size} "
            f"--set learning_rate={TRAINING.learning_rate} --name {RUN} --wait",
        )
        model = self.workspace.model_config("drawing-classifier")
        version = self.workspace.dataset("digits")
        for line in model.summary(version.shape, len(version.class_names)).splitlines():
            self.say(f"      {line}")
        self.workspace.submit(
            training_pipeline("digits", model, TRAINING), name=RUN, author=author()
        )
        ensure_worker(self.home)
        run = wait_for_run(self.workspace, RUN, quiet=self.quiet)
        _, curves = self.workspace.curves(RUN)
        losses = ", ".join(f"{value:.3f}" for _, value in curves.get("epoch_loss", []))
        self.say(f"      {run.status} in {duration(run.seconds)}; loss by epoch: {losses or '-'}")

    def evaluate(self) -> Evaluation:
        """Evaluate on the test split."""
        self.step("Judge it on the samples it has never seen", f"evaluate {RUN}")
        evaluation = self.workspace.evaluation(RUN)
        self.say(
            f"      accuracy {evaluation.accuracy:.1%}, top {evaluation.k} {evaluation.top_k:.1%}, "
            f"mean average precision {evaluation.mean_average_precision:.3f}, "
            f"{evaluation.milliseconds_per_sample:.2f} ms a sample"
        )
        if evaluation.accuracy < 0.5:
            raise Failed(
                f"The model is right on {evaluation.accuracy:.1%} of the test samples only.",
                "On these digits the default model reaches more than 90 %.",
                "Run the tests (make test) to find what is broken.",
            )
        return evaluation

    def register(self) -> ModelVersion:
        """Register."""
        self.step(
            "Register it under a name", f"models register {RUN} --name reader --alias champion"
        )
        version = self.workspace.register_model(RUN, "reader", alias="champion", author=author())
        self.say(f"      {version.title}, alias champion, trained on {version.dataset}")
        return version

    def export(self) -> None:
        """Export in every format."""
        self.step("Export it", "export reader --format tflite --output reader.tflite")
        for file_format in ("keras", "tflite", "zip"):
            output = self._folder / f"reader.{file_format}"
            self.workspace.export_model("reader", file_format, output)
            self.say(f"      {output.name}: {size(output.stat().st_size)}")

    def deploy(self) -> str:
        """Deploy. Returns the endpoint's key."""
        self.step("Deploy it as an endpoint", "endpoints deploy reader --name digits")
        endpoint, key = self.workspace.deploy("reader", "digits")
        self.say(
            f"      {endpoint.name} answers with {endpoint.target}; its key ends in {key[-4:]}"
        )
        return key

    def predict(self, key: str, evaluation: Evaluation) -> dict[str, Any]:
        """Ask the endpoint about a test digit, and ask the evaluated model itself."""
        from studio.processes import ensure_serve

        self.step("Ask it over HTTP about a digit of the test split", "serve")
        host, port = ensure_serve(self.home)
        version = self.workspace.dataset("digits")
        labels = self.workspace.labels(version)
        held_out = (self.workspace.split(version) == TEST) & (labels >= 0)
        sample = int(np.flatnonzero(held_out)[0])
        picture = self.workspace.pictures(version)[sample]
        address = f"http://{host}:{port}/v1/models/digits:predict"
        self.say(f"      POST {address}")
        answered = httpx.post(
            address,
            json={"instances": [picture.tolist()]},
            headers={"Authorization": f"Bearer {key}"},
            timeout=30,
            trust_env=False,
        )
        served = _probabilities(answered)
        for line in _drawn(picture):
            self.say(f"      {line}")
        named = version.class_names[int(served.argmax())]
        true = version.class_names[int(labels[sample])]
        self._compare(picture, served, sample, named, evaluation)
        self.say(
            f"      The endpoint says {named} ({served.max():.1%}), as the evaluated model does; "
            f"the person who wrote it says {true}."
        )
        return {
            "sample": sample,
            "class_name": named,
            "probability": round(float(served.max()), 4),
            "true": true,
        }

    def _compare(
        self,
        picture: NDArray[np.uint8],
        served: NDArray[np.float64],
        sample: int,
        named: str,
        evaluation: Evaluation,
    ) -> None:
        from studio.ml.predict import Predictor

        file = self.workspace.run_artifacts(RUN)["model.tflite"]
        asked = Predictor(self.workspace.artifacts.path(file.digest)).predict(picture[None])[0]
        mistaken = {mistake.sample: mistake.predicted for mistake in evaluation.mistakes}
        agrees = served.shape == asked.shape and np.allclose(served, asked, atol=TOLERANCE)
        if not agrees or mistaken.get(sample, named) != named:
            raise Failed(
                f"The endpoint says {named} about test sample {sample}, the evaluated model does not.",
                f"Their probabilities are {served.round(4).tolist()} and {asked.round(4).tolist()}.",
                "Look at the log of the endpoint process.",
            )


def _wait_for_end(process: int, *, kill: bool) -> None:
    """Return when a process is gone: it lets go of its lock a moment before."""
    deadline = time.monotonic() + END_SECONDS
    with contextlib.suppress(ProcessLookupError):
        if kill:
            os.kill(process, signal.SIGKILL)
        while time.monotonic() < deadline:
            os.kill(process, 0)
            time.sleep(0.02)


def _probabilities(answered: httpx.Response) -> NDArray[np.float64]:
    if answered.status_code != httpx.codes.OK:
        raise Failed(
            f"The endpoint answered with HTTP {answered.status_code}.",
            answered.text[:300] or "It gave no reason.",
            "Look at the log of the endpoint process.",
        )
    return np.asarray(answered.json()["predictions"][0], np.float64)


def _answers_of_a_person() -> NDArray[np.int64]:
    """Return what the people who wrote the digits say they are, int64 (1797,)."""
    from studio.workspace import DATA

    with np.load(DATA / "digits.npz", allow_pickle=False) as starter:
        return np.asarray(starter["labels"], np.int64)


def _drawn(picture: NDArray[np.uint8]) -> Sequence[str]:
    """Return a picture as lines of text, two characters a pixel."""
    shades = picture[..., 0].astype(int) * (len(SHADES) - 1) // 255
    return ["".join(SHADES[shade] * 2 for shade in row) for row in shades]
