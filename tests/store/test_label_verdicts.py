from __future__ import annotations

from studio.core.label_errors import VerdictInput
from studio.store import label_verdicts
from studio.workspace import Workspace
from tests.workspace.conftest import small_manifest


def test_the_latest_word_counts_and_an_op_is_taken_once(workspace: Workspace) -> None:
    version = workspace.record_dataset(
        "pets", small_manifest(workspace, [0, 1]), author="ann", message=""
    )
    db, dataset = workspace._studio, workspace._dataset_id("pets")

    def say(op_id: str, sample: int, verdict: str, person: str, base: str = version.base) -> None:
        op = VerdictInput(op_id=op_id, sample=sample, verdict=verdict)  # type: ignore[arg-type]
        label_verdicts.append(db, dataset, base, "search", person, [(op, "cat", "dog")], 1.0)

    say("a", 1, "wrong", "ann")
    say("b", 0, "right", "ann")
    say("c", 1, "right", "bob")
    say("a", 1, "skipped", "eve")
    say("d", 0, "wrong", "eve", "other samples")
    latest = label_verdicts.latest(db, dataset, version.base)
    assert [(v.sample, v.verdict, v.annotator) for v in latest] == [
        (0, "right", "ann"),
        (1, "right", "bob"),
    ]
    assert [v.given for v in latest] == ["cat", "cat"]
