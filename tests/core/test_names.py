from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.errors import InvalidInput
from studio.core.names import check_class_name, check_name, slug


@pytest.mark.parametrize("name", ["a", "0", "My-run_2.1", "x" * 64])
def test_plain_names_pass(name: str) -> None:
    assert check_name("run", name) == name


@pytest.mark.parametrize(
    "name",
    ["", " ", ".hidden", "-x", "_x", "a b", "a/b", "..", "a\n", "é", "x" * 65, "a\0", "<b>"],
)
def test_other_names_are_refused_with_one_that_passes(name: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_name("run", name)
    assert len(caught.value.what) < 100
    suggested = caught.value.fix.removeprefix('Try "').removesuffix('".')
    assert check_name("run", suggested) == suggested


@given(st.text(max_size=200))
def test_a_slug_is_always_a_name(text: str) -> None:
    assert check_name("run", slug(text)) == slug(text) == slug(slug(text))


@pytest.mark.parametrize(
    ("name", "cleaned"), [(" apple ", "apple"), ("hot dog", "hot dog"), ("りんご", "りんご")]
)
def test_class_names_are_words_of_any_script(name: str, cleaned: str) -> None:
    assert check_class_name(name) == cleaned


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\0", "x" * 101, "\u202egnp"])
def test_class_names_without_visible_characters_are_refused(name: str) -> None:
    with pytest.raises(InvalidInput):
        check_class_name(name)
