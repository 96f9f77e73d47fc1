from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.lineage import Drawn, Lineage, LineageNode


def graph(links: list[tuple[int, int]], count: int) -> Lineage:
    drawn = Drawn()
    for number in range(count):
        drawn.add(LineageNode(id=str(number), kind="run", title=str(number)))
    for source, target in links:
        drawn.connect(str(source), str(target))
    return drawn.lineage("0")


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 9), st.data())
def test_causes_stand_left_of_their_effects(count: int, data: st.DataObject) -> None:
    pairs = [(a, b) for b in range(count) for a in range(b)]
    links = data.draw(st.lists(st.sampled_from(pairs), max_size=15)) if pairs else []
    found = graph(links, count)
    columns = found.columns()
    assert set(columns) == {node.id for node in found.nodes}
    assert all(columns[link.source] < columns[link.target] for link in found.links)
    for node in found.nodes:
        before = {other.id for other, _ in found.before(node.id)}
        assert before == {str(a) for a, b in links if str(b) == node.id}
        after = {other.id for other, _ in found.after(node.id)}
        assert after == {str(b) for a, b in links if str(a) == node.id}


def test_things_and_links_are_there_once() -> None:
    found = graph([(0, 1), (0, 1)], 2)
    assert len(found.links) == 1
    assert found.node("1").title == "1"
