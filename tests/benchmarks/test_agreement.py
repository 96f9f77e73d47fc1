"""Agreement and numbers of 100,000 labels: single classes, several classes, boxes; and a reference beside them."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import krippendorff
import numpy as np
import pytest

from studio.core.agreement import agreement
from studio.core.answer_table import AnswerTable
from studio.core.label_answer import LabelValue
from studio.core.label_session import AnswerKind, LabelClass, SessionConfig
from studio.core.sample import Box
from studio.workspace import Workspace
from tests.benchmarks.test_browse import add_samples

LABELS = 100_000
SAMPLES = 60_000
NOON = 1_767_268_800.0
ROUNDS = 5
LIMIT_SECONDS = 2.0


def random_answers(
    kind: AnswerKind, people: int, overlap: int, classes: int, each: int, seed: int = 0
) -> AnswerTable:
    """Make 100,000 labels, most of them right, by `overlap` of the people about each sample."""
    generator = np.random.default_rng(seed)
    samples = LABELS // (overlap * each)
    order = generator.random((samples, people)).argsort(axis=1)[:, :overlap]
    items, annotators = np.repeat(np.arange(samples), overlap), order.reshape(-1)
    true = generator.integers(0, classes, (samples, each))
    said = np.repeat(true, overlap, axis=0)
    wrong = generator.random(said.shape) < 0.2
    said[wrong] = generator.integers(0, classes, int(wrong.sum()))
    owners = np.repeat(np.arange(len(items)), each)
    marks = said.reshape(-1)
    boxes = None
    if kind == "boxes":
        places = np.repeat(generator.uniform(0.0, 0.8, (samples, each, 4)), overlap, axis=0)
        places[..., 2:] = 0.2
        boxes = (places + generator.normal(0, 0.01, places.shape)).reshape(-1, 4)
    else:
        cells = np.unique(owners * classes + marks)
        owners, marks = cells // classes, cells % classes
    return AnswerTable(
        items=items,
        annotators=annotators,
        names=tuple(f"person {n}" for n in range(people)),
        owners=owners,
        classes=marks,
        class_names=tuple(f"class {n}" for n in range(classes)),
        boxes=boxes,
    )


def seconds(work: Callable[[], object]) -> float:
    """Return the median seconds of a few calls."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times)


@pytest.mark.parametrize(
    ("kind", "people", "overlap", "classes", "each"),
    [
        ("single", 2, 2, 10, 1),
        ("single", 30, 3, 10, 1),
        ("single", 30, 20, 345, 1),
        ("multi", 30, 3, 50, 2),
        ("boxes", 30, 3, 20, 4),
    ],
)
def test_agreement_of_a_hundred_thousand_labels(
    kind: AnswerKind, people: int, overlap: int, classes: int, each: int
) -> None:
    table = random_answers(kind, people, overlap, classes, each)
    taken = seconds(lambda: agreement(table, kind))
    found = agreement(table, kind)
    line = (
        f"{kind:6} {people:2} people, {overlap:2} each, {classes:3} classes: {1000 * taken:6.0f} ms"
    )
    assert found.alpha is not None
    if kind == "single" and overlap == people:
        grid = np.zeros((people, LABELS // overlap))
        grid[table.annotators, table.items] = table.classes
        start = time.perf_counter()
        reference = krippendorff.alpha(grid, level_of_measurement="nominal")
        theirs = time.perf_counter() - start
        assert abs(reference - found.alpha) < 1e-9
        line += f"; krippendorff's alpha alone, by its own package: {1000 * theirs:.0f} ms"
    print(f"\n{line}")
    assert taken <= LIMIT_SECONDS


@pytest.mark.parametrize("answer", ["single", "boxes"])
def test_numbers_of_a_session_with_a_hundred_thousand_answers(
    workspace: Workspace, answer: AnswerKind
) -> None:
    version = add_samples(workspace, "many", SAMPLES)
    names = [f"class {n}" for n in range(10)]
    config = SessionConfig(
        name="many",
        dataset=version.dataset,
        classes=tuple(LabelClass(name=name) for name in names),
        answer=answer,
        wanted="all",
        overlap=2,
    )
    session = workspace.create_session(config)
    fill(workspace, session.id, names, boxes=answer == "boxes", first=0, count=LABELS)
    start = time.perf_counter()
    found = workspace.session_numbers("many")
    first = time.perf_counter() - start
    assert sum(person.answers for person in found.people) == LABELS
    fill(workspace, session.id, names, boxes=answer == "boxes", first=LABELS, count=100)
    start = time.perf_counter()
    workspace.session_numbers("many")
    after = time.perf_counter() - start
    idle = seconds(lambda: workspace.session_numbers("many"))
    print(
        f"\n{answer:6} numbers of {LABELS:,} answers: first {1000 * first:.0f} ms, "
        f"100 answers later {1000 * after:.0f} ms, with nothing new {1000 * idle:.1f} ms"
    )
    if answer == "single":
        assert first < 2 * LIMIT_SECONDS
        assert after < LIMIT_SECONDS / 2


def fill(
    workspace: Workspace, session: int, names: list[str], *, boxes: bool, first: int, count: int
) -> None:
    """Write answers as they are stored: ten people, two about each sample."""
    generator = np.random.default_rng(first)
    rows = []
    for number in range(first, first + count):
        item = number // 2 % SAMPLES
        name = names[item % 10 if generator.random() < 0.8 else int(generator.integers(10))]
        value = LabelValue(classes=(name,))
        if boxes:
            left = 0.3 + 0.01 * float(generator.random())
            box = Box(class_name=name, left=left, top=0.2, width=0.3, height=0.3)
            value = LabelValue(boxes=(box,))
        person = f"person {2 * (item % 5) + number % 2}"
        rows.append((f"op{number}", session, item, person, value.as_json(), NOON + number))
    with workspace._studio.tx() as connection:
        connection.conn.executemany(
            """
            INSERT INTO session_answers (op_id, session_id, item, annotator, act, value, revision, unsure, comment,
                                         seconds, accepted, counted, source, time)
            VALUES (?, ?, ?, ?, 'answer', ?, 0, 0, '', 2.5, 0, 1, '', ?)
            """,
            rows,
        )
