from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.dataset import SPLIT_NAMES, STATE_NAMES, DatasetVersion, SplitConfig
from studio.core.errors import NotFound
from studio.core.sample import SamplePage
from studio.core.samples import JoinedTexts, Texts
from studio.workspace import Workspace, browsing, search
from studio.workspace.search import rows_with_letters
from tests.workspace.sources import Made, Sample, add, answer, labels_of

LETTERS = "aAbB1 äÄпПёЁ😀"
WORDS = st.text(LETTERS, max_size=6)
CLASSES = ("Cat", "дом", "1a")


@dataclass
class Seen:
    """A sample as a person would look through them all by hand."""

    id: int
    label: str | None
    part: str
    state: str
    name: str
    text: str
    answered: bool
    by: frozenset[str]

    def matches(
        self,
        class_name: str | None,
        split: str | None,
        status: str,
        annotator: str | None,
        search: str,
    ) -> bool:
        state = status if status in ("quarantined", "removed") else "kept"
        wanted = search.strip()
        found = any(
            wanted.lower() in text.lower() for text in (self.label or "", self.name, self.text)
        )
        return (
            self.state == state
            and (class_name is None or self.label == class_name)
            and (split is None or self.part == split)
            and (annotator is None or annotator in self.by)
            and (status != "labelled" or self.label is not None)
            and (status != "unlabelled" or self.label is None)
            and (status != "annotated" or self.answered)
            and (not wanted or found or _is_number(wanted, self.id))
        )


def _is_number(text: str, number: int) -> bool:
    return text.isascii() and text.isdecimal() and int(text) == number


def walk(workspace: Workspace, version: DatasetVersion, limit: int, **how: Any) -> list[SamplePage]:
    """All pages, one after the other."""
    pages = [workspace.sample_page(version, limit=limit, **how)]
    while (after := pages[-1].next) is not None:
        assert len(pages[-1].samples) == limit
        pages.append(workspace.sample_page(version, limit=limit, after=after, **how))
    return pages


ANSWERS = st.lists(
    st.tuples(
        st.integers(0, 11), st.sampled_from([None, *CLASSES]), st.sampled_from(["ann", "bob"])
    ),
    max_size=8,
)
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "class_name": st.sampled_from(CLASSES),
        "split": st.sampled_from(SPLIT_NAMES),
        "status": st.sampled_from(
            ["all", "labelled", "unlabelled", "annotated", "quarantined", "removed"]
        ),
        "annotator": st.sampled_from(["ann", "bob", "nobody"]),
        "search": WORDS | st.sampled_from(["3", "11", " 7 ", "at", "ДО", "Ä"]),
    },
)


@pytest.fixture
def made_once(workspace: Workspace) -> list[str]:
    """Names for the datasets of one test, each used once."""
    return [f"d{number}" for number in range(1000)][::-1]


@pytest.mark.parametrize("task", ["images", "text"])
def test_pages_are_what_looking_through_everything_finds(
    workspace: Workspace, made_once: list[str], task: str
) -> None:
    @settings(max_examples=15)
    @given(
        words=st.lists(st.tuples(WORDS, WORDS), min_size=12, max_size=12),
        labels=st.lists(st.integers(-1, 2), min_size=12, max_size=12),
        states=st.lists(st.sampled_from([*STATE_NAMES, "kept", "kept"]), min_size=12, max_size=12),
        before=ANSWERS,
        since=ANSWERS,
        filters=st.lists(FILTERS, min_size=1, max_size=8),
        limit=st.integers(1, 5),
    )
    def check(
        words: list[tuple[str, str]],
        labels: list[int],
        states: list[str],
        before: list[Any],
        since: list[Any],
        filters: list[dict[str, Any]],
        limit: int,
    ) -> None:
        name = made_once.pop()
        samples = [
            Sample(text if task == "text" else number, label, called or None)
            for number, ((text, called), label) in enumerate(zip(words, labels, strict=True))
        ]
        split = SplitConfig(test_share=0.3, validation_share=0.2)
        for part in (samples[:5], samples[5:]):
            add(workspace, name, Made(part, CLASSES), split=split, append=True)
        given_by: dict[int, set[str]] = {number: set() for number in range(12)}
        current = dict(enumerate(labels_of(workspace, workspace.dataset(name))))
        for given_answers in (before, since):
            answered = set()
            for sample, class_name, by in given_answers:
                answer(workspace, name, (sample, class_name), by=by)
                current[sample] = class_name
                given_by[sample].add(by)
                answered.add(sample)
            if given_answers is before and answered:
                workspace.freeze(name)
        for state in ("quarantined", "removed"):
            if state in states:
                rows = [row for row, found in enumerate(states) if found == state]
                workspace.set_state(name, rows, state)  # type: ignore[arg-type]
        newest = workspace.dataset(name)
        older = workspace.dataset(name, 2)
        stored = labels_of(workspace, older)
        for version, shown, touched in (
            (newest, current, answered),
            (older, dict(enumerate(stored)), set()),
        ):
            if version is older and older.version == newest.version:
                continue
            codes, state = workspace.split(version), workspace.state(version)
            everything = [
                Seen(
                    number,
                    shown[number],
                    SPLIT_NAMES[codes[number]],
                    "kept" if state is None else STATE_NAMES[state[number]],
                    called,
                    text if task == "text" else "",
                    number in touched,
                    frozenset(given_by[number]),
                )
                for number, (text, called) in enumerate(words)
            ]
            for wanted in filters:
                asked = {
                    **dict.fromkeys(("class_name", "split", "annotator")),
                    "status": "all",
                    "search": "",
                    **wanted,
                }
                expected = [seen for seen in everything if seen.matches(**asked)]
                pages = walk(workspace, version, limit, **wanted)
                rows = [row for page in pages for row in page.samples]
                assert {page.total for page in pages} == {len(expected)}
                assert {page.samples_digest for page in pages} == {version.samples}
                assert [
                    (r.id, r.class_name, r.split, r.state, r.annotated, r.name or "", r.text or "")
                    for r in rows
                ] == [
                    (e.id, e.label, e.part, e.state, e.answered, e.name, e.text) for e in expected
                ]
                assert all((row.text is None) == (task == "images") for row in rows)

    check()


@given(
    st.lists(st.text(LETTERS, max_size=9), max_size=12), st.text(LETTERS, min_size=1, max_size=3)
)
def test_letters_are_found_in_whatever_case(texts: list[str], wanted: str) -> None:
    expected = [row for row, text in enumerate(texts) if wanted.lower() in text.lower()]
    half = len(texts) // 2
    joined = JoinedTexts([Texts.of(texts[:half]), Texts.of([]), Texts.of(texts[half:])])
    with pytest.MonkeyPatch.context() as patch:
        for size in (1, 7, 2**20):  # in blocks of whatever size
            patch.setattr(search, "SEARCH_BYTES", size)
            assert rows_with_letters(Texts.of(texts), wanted).tolist() == expected
            assert rows_with_letters(joined, wanted).tolist() == expected


@pytest.mark.parametrize(
    ("texts", "wanted", "expected"),
    [
        (["ab", "ab", "b"], "ba", []),  # across two texts is in none of them
        (["aab", "aaab"], "aab", [0, 1]),
        (["xa", "aab", "a"], "aab", [1]),
        (["a", "ab", "abab"], "abab", [2]),
        (["1.5", "115", "(1"], "1.5", [0]),  # letters, no pattern
        (["1.5", "115", "(1"], "(", [2]),
        (["Straße", "STRASSE", "strasse"], "straße", [0, 1, 2]),
        (["Привет, мир", "ПРИВЕТ", "пока"], "привет", [0, 1]),
        (["half \ud83d"], "\ud83d", [0]),  # half a character is stored as a question mark
    ],
)
def test_letters_are_letters(texts: list[str], wanted: str, expected: list[int]) -> None:
    assert rows_with_letters(Texts.of(texts), wanted).tolist() == expected


def test_long_texts_are_shortened_in_lists_only(workspace: Workspace) -> None:
    long = "ä" * 239 + "bcd"
    version = add(workspace, "news", [Sample("short", 0), Sample(long, 1), Sample("ä" * 240)])
    texts = [row.text for row in workspace.sample_page(version).samples]
    assert texts == ["short", "ä" * 239 + "…", "ä" * 240]
    assert workspace.sample_facts(version, 1).text == long
    assert [row.id for row in workspace.sample_page(version, search="CD").samples] == [1]


def test_pages_have_bounds(workspace: Workspace) -> None:
    version = add(workspace, "pets", [Sample(n, 0) for n in range(5)])
    workspace.set_state("pets", [4], "removed")
    for shown, total in ((version, 5), (workspace.dataset("pets"), 4)):
        for after, limit, ids in (
            (-1, 2, [0, 1]),
            (1, 0, [2]),
            (-7, 1, [0]),
            (3, 10**9, [4][: total - 4]),
            (99, 10, []),
            (2**62, 10, []),
        ):
            page = workspace.sample_page(shown, after=after, limit=limit)
            assert [row.id for row in page.samples] == ids
            assert page.total == total
            assert page.next == (ids[-1] if ids and ids[-1] < total - 1 else None)


def test_numbers_too_large_for_any_sample_are_letters_only(workspace: Workspace) -> None:
    version = add(workspace, "pets", [Sample(n, 0, f"p{n}") for n in range(3)])
    found = {text: workspace.sample_page(version, search=text).total for text in ("2", "02", "3")}
    assert found == {"2": 1, "02": 1, "3": 0}
    assert workspace.sample_page(version, search="0" * 20 + "1").total == 0
    assert workspace.sample_page(version, search="²").total == 0


def test_an_unknown_class_is_not_found(workspace: Workspace) -> None:
    version = add(workspace, "pets", [Sample(1, 0)])
    with pytest.raises(NotFound, match="cta") as caught:
        workspace.sample_page(version, class_name="cta")
    assert "cat" in caught.value.fix
    workspace.add_class("pets", "cow")
    assert workspace.sample_page(version, class_name="cow").total == 0
    workspace.set_state("pets", [0], "quarantined")
    with pytest.raises(NotFound):
        workspace.sample_page(version, class_name="cow")  # it is no class of the older version


def test_a_page_is_not_remembered_too_long(workspace: Workspace) -> None:
    """Filters are remembered, until somebody answers, also where an older version is looked at."""
    older = add(workspace, "pets", [Sample(n, 0) for n in range(6)])
    newest = workspace.set_state("pets", [5], "removed")
    guest = Workspace.open(workspace.home)

    def ids(version: DatasetVersion, **how: Any) -> list[int]:
        return [row.id for row in workspace.sample_page(version, **how).samples]

    filters: list[tuple[DatasetVersion, dict[str, Any]]] = [
        (newest, {"class_name": "dog"}),
        (newest, {"status": "annotated"}),
        (newest, {"annotator": "bob"}),
        (older, {"annotator": "bob"}),
    ]
    assert len(filters) <= browsing.CACHED_SEARCHES
    for number in range(3):
        for version, wanted in filters:
            assert ids(version, **wanted) == list(range(number))
        answer(guest, "pets", (number, "dog"), by="bob")
    assert ids(older, class_name="dog") == []
    guest.close()


def test_few_searches_are_remembered(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    version = add(workspace, "pets", [Sample(n, n % 2, f"{n:02}") for n in range(20)])
    looked = []
    real = workspace._mask
    monkeypatch.setattr(workspace, "_mask", lambda *a: (looked.append(a[2].search), real(*a))[1])
    for text in ("a", "b", "a", "c", "d", "a", "e", "f", "b", "a"):
        workspace.sample_page(version, search=text)
    assert looked == ["a", "b", "c", "d", "e", "f", "b"]
    assert len(workspace._found) == browsing.CACHED_SEARCHES


def test_annotators_are_listed_by_name(workspace: Workspace) -> None:
    version = add(workspace, "pets", [Sample(1, 0), Sample(2, 0)])
    add(workspace, "others", [Sample(1, 0)])
    assert workspace.annotators(version) == []
    answer(workspace, "pets", (0, "dog"), by="zoe")
    answer(workspace, "pets", (0, "dog"), (1, None), by="ann")
    answer(workspace, "others", (0, "dog"), by="bob")
    assert workspace.annotators(workspace.freeze("pets")) == ["ann", "zoe"]
    assert workspace.annotators(add(workspace, "pets", [Sample(9, 0)])) == []


def test_everything_about_a_sample(workspace: Workspace) -> None:
    boxes = ((1, 0.1, 0.2, 0.3, 0.4), (0, 0.5, 0.5, 0.5, 0.25))
    add(workspace, "pets", [Sample(1, 0), Sample(2, 1, "b.png", "test", boxes)], author="ann")
    version = add(workspace, "pets", Made([Sample(3, -1, "c.png")], shape=(4, 5, 1)), append=True)
    facts = workspace.sample_facts(version, 1)
    assert (facts.sample.id, facts.sample.class_name, facts.sample.name) == (1, "dog", "b.png")
    assert facts.text is None
    assert facts.facts == {
        "Class": "dog",
        "Part": "test",
        "State": "kept",
        "Name": "b.png",
        "Dataset": "pets:2",
        "Came from": "made",
        "Pixels": "5×4, grey",
    }
    assert [box.model_dump() for box in facts.boxes] == [
        {"class_name": "dog", "left": 0.1, "top": 0.2, "width": 0.3, "height": 0.4},
        {"class_name": "cat", "left": 0.5, "top": 0.5, "width": 0.5, "height": 0.25},
    ]
    other = workspace.sample_facts(version, 0)
    assert (other.boxes, "Name" in other.facts) == ([], False)
    assert workspace.sample_facts(version, 2).facts["Class"] == "none"
    for sample in (-1, 3, 10**12):
        with pytest.raises(NotFound, match=f"no sample {sample}"):
            workspace.sample_facts(version, sample)


def test_everything_about_a_text(workspace: Workspace) -> None:
    version = add(workspace, "news", [Sample("one two  three", 0)])
    facts = workspace.sample_facts(version, 0)
    assert facts.text == "one two  three"
    assert facts.facts["Length"] == "14 characters, 3 words"
    assert "Pixels" not in facts.facts


def test_a_sample_knows_the_import_it_came_with(workspace: Workspace) -> None:
    for place in ("a", "b", "c"):
        samples = [Sample(ord(place), 0), Sample(0, 0)]
        manifest = add(workspace, place, samples)
        manifest = manifest.model_copy(
            update={"source": {"kind": "folder", "path": f"/secret/{place}/"}}
        )
        workspace.append_manifest("pets", manifest, author="ann", message="")
    version = workspace.rename_class("pets", "cat", "kitty")
    origins = [workspace.sample_facts(version, row).facts["Came from"] for row in range(6)]
    # Where they lie on the machine is nobody's business.
    assert origins == ["folder a"] * 2 + ["folder b"] * 2 + ["folder c"] * 2


def test_the_history_of_a_sample(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(1000, 2000))
    monkeypatch.setattr(Workspace, "_now", staticmethod(lambda: float(next(clock))))
    add(workspace, "pets", [Sample(7, 0)], author="eve")  # other samples: another history
    add(workspace, "pets", [Sample(1, 0, part="train"), Sample(2, 0)], author="ann")
    answer(workspace, "pets", (0, "dog"), by="bob")
    answer(workspace, "pets", (1, "dog"), (0, None), by="cy")
    workspace.freeze("pets", author="dan")
    workspace.set_state("pets", [0, 1], "quarantined", author="eve")
    workspace.set_state("pets", [1], "kept", author="eve")
    workspace.rename_class("pets", "dog", "wolf", author="fay")
    version = add(workspace, "pets", [Sample(3, 1)], append=True, author="gus")
    history = workspace.sample_facts(version, 0).history
    assert [(event.who, event.version, event.what) for event in history] == [
        ("eve", "pets:4", "state kept → quarantined"),
        ("dan", "pets:3", "class cat → none"),
        ("cy", None, "took the answer back"),
        ("bob", None, "answered “dog”"),
        ("ann", "pets:2", "came in: class cat, part train"),
    ]
    times = [event.time for event in history]
    assert times == sorted(times, reverse=True)
    assert [event.what for event in workspace.sample_facts(version, 1).history][:2] == [
        "class dog → wolf",
        "state quarantined → kept",
    ]
    newest = workspace.sample_facts(version, 2).history
    assert [(event.who, event.version) for event in newest] == [("gus", "pets:7")]
