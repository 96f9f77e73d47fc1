"""How the classes of a session change while people answer, and who is asked to draw which."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from studio.core.errors import Conflict, InvalidInput, unknown
from studio.core.label_session import LabelClass, LabelSession, SessionConfig, parse_session
from studio.core.names import check_class_name


class Changed(NamedTuple):
    """The settings after a change.

    Args:
        config: With the classes as they are from now on.
        names: Former -> later name of the classes that are called something else now.
        what: The change, as people read it.
    """

    config: SessionConfig
    names: dict[str, str]
    what: str


def with_class(session: LabelSession, added: LabelClass) -> Changed:
    """Return the session's settings with one class more.

    A name that another class had before may be given again: an answer says which revision of the classes it was given
    under.

    Raises:
        Conflict: There is a class of that name.
    """
    config = session.config
    if added.name in config.class_names:
        raise Conflict(
            f'There is a class "{added.name}" already.',
            "Class names are unique within a session.",
            "Choose another name.",
        )
    return Changed(_with(config, [*config.classes, added]), {}, f"added {added.name}")


def with_name(session: LabelSession, old: str, new: str) -> Changed:
    """Return the settings with a class that is called something else.

    Raises:
        NotFound: No such class. Conflict: The other name is taken, or drawings carry the old one.
    """
    config, new = session.config, check_class_name(new)
    _check_renaming(session, [old])
    if new in config.class_names:
        raise Conflict(
            f'There is a class "{new}" already.',
            "Two classes of one name would be one class.",
            f'Merge "{old}" into "{new}".' if new != old else "Choose another name.",
        )
    classes = [_named(c, new) if c.name == old else c for c in config.classes]
    return Changed(_with(config, classes), {old: new}, f"renamed {old} to {new}")


def with_merged(session: LabelSession, names: Sequence[str], into: str) -> Changed:
    """Return the settings with several classes as one.

    Args:
        names: Classes that go into the other one.
        into: One of them, another class of the session, or a new name, which the first of them takes.

    Raises:
        NotFound: No such class. InvalidInput: Fewer than two classes. Conflict: Drawings carry their names.
    """
    config, into = session.config, check_class_name(into)
    _check_renaming(session, names)
    gone = [c.name for c in config.classes if c.name in names and c.name != into]
    kept = into if into in config.class_names else next(iter(gone), into)
    if len({*gone, kept}) < 2:
        raise InvalidInput(
            "There is nothing to merge.",
            "Merging makes one class out of two or more.",
            "Choose at least two classes, or rename one.",
        )
    classes = [
        _named(c, into) if c.name == kept else c
        for c in config.classes
        if c.name == kept or c.name not in gone
    ]
    what = f"merged {' and '.join(dict.fromkeys([*gone, kept]))} into {into}"
    return Changed(_with(config, classes), dict.fromkeys(gone, into), what)


def with_split(session: LabelSession, name: str, into: str, count: int) -> Changed:
    """Return the settings with the class that a part of another one's samples move to.

    Args:
        into: A new class, or one that is there.
        count: Samples that move.

    Raises:
        NotFound: No such class. InvalidInput: Nothing moves. Conflict: Drawings carry its name.
    """
    config, into = session.config, check_class_name(into)
    _check_renaming(session, [name])
    if name == into or count == 0:
        raise InvalidInput(
            f'No sample of "{name}" moves.',
            "Splitting moves some samples of a class to another class.",
            "Choose samples, and the name of another class.",
        )
    classes = list(config.classes)
    if into not in config.class_names:
        classes.insert(config.class_names.index(name) + 1, LabelClass(name=into))
    what = f"split {count:,} samples off {name} as {into}"
    return Changed(_with(config, classes), {}, what)


def with_details(session: LabelSession, name: str, details: Mapping[str, Any]) -> Changed:
    """Return the settings with another colour, key, description or other examples of a class.

    A key that another class has changes hands: the other one gets a free key.

    Raises:
        NotFound: No such class. InvalidInput: An impossible value.
    """
    config = session.config
    _check_known(config, [name])
    given = {field: value for field, value in details.items() if value is not None}
    key = given.get("key")
    classes = [
        {**c.model_dump(), **given}
        if c.name == name
        else {**c.model_dump(), **({"key": ""} if key and c.key == key else {})}
        for c in config.classes
    ]
    return Changed(_with(config, classes), {}, f"described {name} anew")


def renamed_keys(keys: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """Return somebody's keys, "class:NAME" -> `event.code`, with later class names.

    Of two classes that became one, the key that was there under its name stays, else the first one's.

    Example:
        >>> renamed_keys({"class:a": "KeyA", "class:b": "KeyB", "skip": "KeyS"}, {"a": "b"})
        {'class:b': 'KeyB', 'skip': 'KeyS'}
    """
    later: dict[str, str] = {}
    for name, code in keys.items():
        former = name.removeprefix("class:")
        if former == name or former not in names:
            later[name] = code
        else:
            target = f"class:{names[former]}"
            if target not in keys:
                later.setdefault(target, code)
    return later


def asked_classes(
    class_names: Sequence[str], drawn: Mapping[str, int], wanted: int, count: int, person: str
) -> list[str]:
    """Return which classes somebody is to draw next, those with the fewest drawings first.

    Args:
        class_names: Of the session.
        drawn: Class -> drawings so far.
        wanted: Drawings of each class.
        count: At most so many are returned; fewer when less is missing.
        person: People who start together begin with different classes.
    """
    counts = {name: drawn.get(name, 0) for name in class_names}
    turn = {name: hashlib.sha256(f"{person}\n{name}".encode()).digest() for name in class_names}
    asked: list[str] = []
    while len(asked) < count and counts:
        name = min(counts, key=lambda n: (counts[n], turn[n]))
        if counts[name] >= wanted:
            break
        counts[name] += 1
        asked.append(name)
    return asked


def _with(config: SessionConfig, classes: Sequence[LabelClass | dict[str, Any]]) -> SessionConfig:
    plain = [c.model_dump() if isinstance(c, LabelClass) else c for c in classes]
    return parse_session({**config.model_dump(), "classes": plain})


def _named(label_class: LabelClass, name: str) -> LabelClass:
    return label_class.model_copy(update={"name": name})


def _check_known(config: SessionConfig, names: Sequence[str]) -> None:
    for name in names:
        if name not in config.class_names:
            raise unknown("class", name, config.class_names)


def _check_renaming(session: LabelSession, names: Sequence[str]) -> None:
    _check_known(session.config, names)
    if session.config.answer == "drawings":
        raise Conflict(
            f"The classes of {session.name} keep their names.",
            "Its drawings carry the name of the class they were asked for.",
            "Add a class, or make a new session.",
        )
