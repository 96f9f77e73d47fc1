"""Random drafts for tests: any components, any legal wires, any settings, with all that a canvas holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st

from studio.core.catalog import CATALOG
from studio.core.draft import Draft, NodeGroup, Note, PipelineParameter
from studio.core.errors import InvalidInput
from studio.core.pipeline import Pipeline

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
    | st.sampled_from(
        ["on", "no", "1e3", "0x1f", "2026-01-01", "~", "", "a: b", "# c", "- d", "1_0"]
    )
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=4
)  # fmt: skip
NUMBERS = st.floats(-1e6, 1e6).map(lambda number: number + 0.0)
PLACES = st.tuples(NUMBERS, NUMBERS)


@st.composite
def drafts(draw: Any, components: Iterable[str] = tuple(CATALOG), most: int = 6) -> Draft:
    """A draft of some of these components, its wires legal, its settings by the components' names and any value."""
    chosen = draw(st.lists(st.sampled_from(sorted(components)), max_size=most))
    names = draw(
        st.lists(
            TEXT.filter(bool) | st.sampled_from(["train", "a.b", "1", "class", "true"]),
            min_size=len(chosen),
            max_size=len(chosen),
            unique=True,
        )
    )
    pipeline = Pipeline()
    for name, component in zip(names, chosen, strict=True):
        fields = sorted(CATALOG[component].params.model_fields)
        params = (
            draw(st.dictionaries(st.sampled_from(fields), VALUES, max_size=2)) if fields else {}
        )
        pipeline = pipeline.add(name, component, **params)
    for node in pipeline.nodes:
        for port, kind in CATALOG[node.component].inputs.items():
            sources = [
                (other.id, out)
                for other in pipeline.nodes
                for out, made in CATALOG[other.component].outputs.items()
                if made == kind and other.id != node.id
            ]
            if sources and draw(st.booleans()):
                source, out = draw(st.sampled_from(sources))
                try:
                    pipeline = pipeline.connect(source, out, node.id, port)
                except InvalidInput:
                    continue  # it would close a circle
    ids, few = (st.sampled_from(names), 3) if names else (st.just(""), 0)
    targets = [
        (node.id, param) for node in pipeline.nodes for param in CATALOG[node.component].params.model_fields
    ]  # fmt: skip
    parameters = []
    for name in draw(st.lists(TEXT.filter(bool), max_size=2 if targets else 0, unique=True)):
        sets = draw(st.lists(st.sampled_from(targets), min_size=1, max_size=2, unique=True))
        parameters.append(
            PipelineParameter(
                name=name, targets=tuple(sets), default=draw(VALUES), description=draw(TEXT)
            )
        )
        targets = [target for target in targets if target not in sets] or targets
    some = st.lists(ids, max_size=few, unique=True)
    return Draft(
        pipeline=pipeline,
        kind=draw(st.sampled_from(["training", "realtime", "batch"])),
        positions=draw(st.dictionaries(ids, PLACES, max_size=few)),
        titles=draw(st.dictionaries(ids, TEXT, max_size=few)),
        notes=tuple(
            Note(id=str(i), text=text, position=draw(PLACES))
            for i, text in enumerate(draw(st.lists(TEXT, max_size=2)))
        ),
        groups=tuple(
            NodeGroup(id=f"g{i}", title=title, nodes=tuple(draw(some)), folded=draw(st.booleans()))
            for i, title in enumerate(draw(st.lists(TEXT, max_size=1)))
        ),
        parameters=tuple(parameters),
        origin=draw(st.none() | st.dictionaries(TEXT, VALUES, max_size=2)),
    )


def with_settled_wires(draft: Draft) -> Draft:
    """Return the draft with its wires in the order of the nodes they lead to: the order that files have."""
    place = {node.id: number for number, node in enumerate(draft.pipeline.nodes)}
    links = sorted(draft.pipeline.links, key=lambda link: place[link.target])
    pipeline = Pipeline(nodes=draft.pipeline.nodes, links=tuple(links))
    return draft.model_copy(update={"pipeline": pipeline})
