from __future__ import annotations

import re

import pytest

from studio.core.model import Endpoint, ModelVersion, hash_key, key_matches, new_key


def test_keys_are_long_random_and_fit_into_a_header() -> None:
    keys = {new_key() for _ in range(100)}
    assert len(keys) == 100
    for key in keys:
        assert re.fullmatch(r"studio_[A-Za-z0-9_-]{43}", key)


def test_only_the_key_itself_matches() -> None:
    key = new_key()
    stored = hash_key(key)
    assert key not in stored
    assert key_matches(key, stored)
    for wrong in ("", key[:-1], key.upper(), stored, "ключ"):
        assert not key_matches(wrong, stored)


@pytest.mark.parametrize(
    ("alias", "version", "target"), [("champion", None, "pets@champion"), (None, 3, "pets:3")]
)
def test_an_endpoint_says_what_it_follows(
    alias: str | None, version: int | None, target: str
) -> None:
    endpoint = Endpoint(
        id=1,
        name="e",
        model="pets",
        alias=alias,
        version=version,
        key_hash="",
        key_hint="",
        created=0.0,
    )
    assert endpoint.target == target


def test_a_version_has_a_title() -> None:
    version = ModelVersion(
        id=1,
        model="pets",
        version=2,
        run=None,
        dataset="pets:1",
        class_names=("cat",),
        shape=(8, 8, 1),
        files={},
        facts={},
        author="ann",
        created=0.0,
    )
    assert version.title == "pets:2"
