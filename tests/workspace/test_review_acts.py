from __future__ import annotations

import numpy as np
import pytest

from studio.core.annotation import AnnotationInput
from studio.core.errors import Conflict, InvalidInput, NotFound
from studio.core.label_session import LabelClass, SessionConfig
from studio.store import label_sessions as session_rows
from studio.workspace import Workspace
from tests.workspace.asking import CLASSES, make_session, noise_dataset, numbers
from tests.workspace.conftest import TrainedRun


def names(workspace: Workspace, samples: list[int]) -> list[str | None]:
    return workspace.classes_now(workspace.dataset("pets"), samples)


# --- other classes ---


def test_each_sample_gets_its_own_class_and_back(workspace: Workspace) -> None:
    version = noise_dataset(workspace, labels=[0, 1, 2, 0, -1])
    workspace.annotate("pets", "ann", [AnnotationInput(op_id="1", sample=4, class_name="dog")])
    before = dict(zip([0, 3, 4], names(workspace, [0, 3, 4]), strict=True))
    assert before == {0: "cat", 3: "cat", 4: "dog"}
    made = workspace.relabel_each("pets", {0: "dog", 3: "a new one", 4: None}, author="eve")
    assert (made.version, made.author, made.base) == (2, "eve", version.base)
    assert made.class_names == (*CLASSES, "a new one")
    assert names(workspace, [0, 1, 3, 4]) == ["dog", "dog", "a new one", None]
    back = workspace.relabel_each("pets", before)
    assert names(workspace, [0, 1, 3, 4]) == ["cat", "dog", "cat", "dog"]
    assert back.version == 3


def test_a_sample_that_is_not_there_changes_nothing(workspace: Workspace) -> None:
    noise_dataset(workspace, labels=[0, 1])
    with pytest.raises(NotFound, match="sample"):
        workspace.relabel_each("pets", {0: "dog", 2: "dog"})
    with pytest.raises(InvalidInput):
        workspace.relabel_each("pets", {})
    assert workspace.dataset("pets").version == 1


# --- labelling sessions ---


def session_of(workspace: Workspace, samples: list[int]) -> SessionConfig:
    classes = tuple(LabelClass(name=c) for c in CLASSES)
    config = SessionConfig(name="again", dataset="pets", classes=classes, wanted="unlabelled")
    workspace.create_session(config, samples=samples)
    return config


def dealt(workspace: Workspace, name: str, count: int) -> list[int]:
    return numbers(workspace.next_items(name, "ann", count=count, have=[]).items)


def test_a_session_may_ask_about_chosen_samples_only(workspace: Workspace) -> None:
    noise_dataset(workspace, labels=[0, 1, 2, 0, 1, -1])
    session_of(workspace, [4, 1])
    assert workspace.session("again").total == 2
    assert sorted(dealt(workspace, "again", 9)) == [1, 4]
    workspace.set_state("pets", [3], "removed")
    config = SessionConfig(name="gone", dataset="pets", classes=(LabelClass(name="cat"),))
    with pytest.raises(InvalidInput, match="nothing to label"):
        workspace.create_session(config, samples=[3])


def test_chosen_samples_come_first_in_a_session_that_goes_on(workspace: Workspace) -> None:
    noise_dataset(workspace, labels=[-1] * 20 + [0] * 5)
    session = make_session(workspace)
    first = dealt(workspace, session.name, 2)
    waiting = next(n for n in range(20) if n not in first)
    changed, count = workspace.add_to_session(session.name, [22, waiting, first[0]])
    assert (count, changed.total) == (2, 21)
    assert dealt(workspace, session.name, 4)[2:] == sorted([waiting, 22])
    rest = dealt(workspace, session.name, 100)
    assert len(rest) == len(set(rest)) == 21
    with pytest.raises(Conflict, match="given out"):
        workspace.add_to_session(session.name, [22])


def test_clusters_of_an_order_stay_with_their_samples(workspace: Workspace) -> None:
    noise_dataset(workspace, labels=[-1] * 6 + [0] * 2)
    session = make_session(workspace)
    put = workspace.artifacts.put_array
    queue, groups = np.array([5, 4, 3, 2, 1, 0]), np.array([0, 0, 1, 1, 2, 2], np.int32)
    with workspace._studio.tx() as connection:
        session_rows.set_queue(
            connection,
            session.id,
            queue=put(queue, "queue.npy").digest,
            groups=put(groups, "groups.npy").digest,
            source="by hand",
            answers=0,
            now=0.0,
        )
    changed, _ = workspace.add_to_session(session.name, [7, 3])
    assert workspace.artifacts.open_array(changed.queue).tolist() == [3, 7, 5, 4, 2, 1, 0]
    assert workspace.artifacts.open_array(changed.groups).tolist() == [3, 3, 0, 0, 1, 2, 2]


def test_a_closed_session_takes_nothing_in(workspace: Workspace) -> None:
    noise_dataset(workspace, labels=[-1, -1, 0])
    session = make_session(workspace)
    workspace.set_state("pets", [2], "quarantined")
    workspace.close_session(session.name)
    with pytest.raises(Conflict, match="closed"):
        workspace.add_to_session(session.name, [2])


# --- training again ---


def test_training_again_takes_the_newest_version_and_the_same_settings(
    workspace: Workspace, trained_run: TrainedRun
) -> None:
    run = trained_run()
    model = workspace.register_model(run.name, "pets-model")
    workspace.relabel("pets", [0], "dog")
    again = workspace.train_again("run/first", author="eve")
    assert (again.name, again.kind, again.author) == ("first-again", "training", "eve")
    assert again.pipeline.node("dataset").params == {"name": "pets", "version": 2}
    before, now = run.pipeline.node("train").params, again.pipeline.node("train").params
    assert now == before
    warm = workspace.train_again(model.title, weights="model")
    assert warm.pipeline.node("train").params["start_from"] == "first"
    assert [r.name for r in workspace.trained_again("pets-model")] == [warm.name, again.name]
    assert workspace.trained_again("run/first")[0].name == "first-again-2"


def test_weights_do_not_fit_other_classes(workspace: Workspace, trained_run: TrainedRun) -> None:
    trained_run()
    workspace.relabel("pets", [0], "cow")
    with pytest.raises(Conflict, match="do not fit"):
        workspace.train_again("run/first", weights="model")
    assert workspace.train_again("run/first").name == "first-again"
