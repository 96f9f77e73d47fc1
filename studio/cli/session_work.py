"""Verbs of working in a labelling session, for scripts: next, answer, mine, release, asks, keys, review."""

from __future__ import annotations

import argparse
import json
import uuid
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from studio.cli.parser import Verbs, author, noun, verb, with_workspace
from studio.cli.reply import Reply, facts_table, table
from studio.cli.session_reply import items_table, progress_facts, review_table, shown_value
from studio.core.errors import InvalidInput, refuse
from studio.core.label_answer import LabelValue, SessionAnswerInput
from studio.core.label_review import REVIEW_TITLES, ReviewInput

if TYPE_CHECKING:
    from studio.workspace import Workspace

Model = TypeVar("Model", bound=BaseModel)


def add_verbs(verbs: Verbs) -> None:
    """Add the verbs to those of `sessions`."""
    given = verb(verbs, "next", with_workspace(_next), "get the next samples to answer")
    answer = verb(verbs, "answer", with_workspace(_answer), "say what a sample is")
    mine = verb(verbs, "mine", with_workspace(_mine), "list what somebody has answered")
    release = verb(verbs, "release", with_workspace(_release), "give back what somebody holds")
    asks = verb(verbs, "asks", with_workspace(_asks), "say which classes are to be drawn next")
    keys = verb(verbs, "keys", with_workspace(_keys), "show or set somebody's own keys")
    for parser in (given, answer, mine, release, asks, keys):
        parser.add_argument("name", metavar="NAME")
        _person(parser, "who answers")
    given.add_argument("--count", type=int, default=10, metavar="N", help="default %(default)s")
    given.add_argument("--together", action="store_true", help="only samples of one cluster")
    asks.add_argument("--count", type=int, default=10, metavar="N", help="default %(default)s")
    keys.add_argument(
        "keys", nargs="*", metavar="ACTION=CODE", help="such as class:cat=KeyQ or skip=Minus"
    )
    mine.add_argument("--limit", type=int, default=100, metavar="N", help="default %(default)s")
    mine.add_argument("--skip", type=int, default=0, metavar="N", help="leave out the latest")
    _value(answer)
    act = answer.add_mutually_exclusive_group()
    act.add_argument("--skip", action="store_const", const="skip", dest="act", help="say nothing")
    act.add_argument(
        "--take-back", action="store_const", const="take_back", dest="act", help="un-say it"
    )
    answer.set_defaults(act="answer")
    answer.add_argument("--unsure", action="store_true", help="somebody should look at it")
    answer.add_argument("--comment", default="", metavar="TEXT", help="for whoever reviews")
    _op_id(answer)
    _add_review(verbs)


def _add_review(verbs: Verbs) -> None:
    review = noun(verbs, "review", "look at what was answered, and decide")
    listed = verb(review, "list", with_workspace(_list), "list samples to review")
    listed.add_argument("name", metavar="NAME")
    listed.add_argument(
        "--queue", choices=[*REVIEW_TITLES], default="disputed", help="default %(default)s"
    )
    listed.add_argument("--after", type=int, default=-1, metavar="SAMPLE")
    listed.add_argument("--limit", type=int, default=50, metavar="N", help="default %(default)s")
    accept = verb(review, "accept", with_workspace(_review), "say what counts")
    back = verb(review, "return", with_workspace(_review), "send an answer back to who gave it")
    reopen = verb(review, "reopen", with_workspace(_review), "take a decision back")
    for decision, parser in (("accept", accept), ("return", back), ("reopen", reopen)):
        parser.set_defaults(decision=decision, classes=[], value=None, annotator="")
        parser.add_argument("name", metavar="NAME")
        if decision == "accept":
            _value(parser)
        else:
            parser.add_argument("item", type=int, metavar="SAMPLE")
        parser.add_argument("--comment", default="", metavar="TEXT")
        _op_id(parser)
    back.add_argument("annotator", metavar="WHO", help="whose answer goes back")
    for parser in (listed, accept, back, reopen):
        _person(parser, "who reviews")


def _person(parser: argparse.ArgumentParser, text: str) -> None:
    parser.add_argument("--person", default=None, metavar="WHO", help=f"{text}; default: you")


def _op_id(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--op-id", metavar="ID", help="your own id of this act; sending it twice changes nothing"
    )


def _value(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("item", type=int, metavar="SAMPLE")
    parser.add_argument("classes", nargs="*", metavar="CLASS")
    parser.add_argument(
        "--value", metavar="JSON", help="instead of classes: {classes, spans, boxes}"
    )


def _who(arguments: argparse.Namespace) -> str:
    return str(arguments.person or author())


def _parsed(model: type[Model], title: str, value: object) -> Model:
    """Return the model of a value.

    Raises:
        InvalidInput: It is none.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        refuse(title, error)


def _said(arguments: argparse.Namespace) -> LabelValue:
    if arguments.value is None:
        return LabelValue(classes=tuple(arguments.classes))
    if arguments.classes:
        raise InvalidInput(
            "The answer is there twice.",
            "Classes were named, and a --value was given.",
            "Give one of the two.",
        )
    try:
        value = json.loads(arguments.value)
    except ValueError:
        raise InvalidInput(
            f'"{arguments.value[:40]}" is no JSON.',
            "A value is an object with classes, spans or boxes.",
            """Write, for instance: --value '{"classes": ["cat"]}'""",
        ) from None
    return _parsed(LabelValue, "an answer", value)


def _next(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    found = workspace.next_items(
        arguments.name, _who(arguments), arguments.count, together=arguments.together
    )
    empty = "Others hold what is left." if found.waiting else "Nothing is left for you."
    left = f"\n\nUp to {found.left:,} more after these." if found.left else ""
    return Reply(found.model_dump(mode="json"), items_table(found.items, empty) + left)


def _answer(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    from studio.processes import ensure_worker

    name, act = arguments.name, arguments.act
    if act != "answer" and (arguments.classes or arguments.value is not None):
        raise InvalidInput(
            "A skip, or what is taken back, says nothing.",
            "A class or a value was given as well.",
            "Leave it out.",
        )
    value = _said(arguments) if act == "answer" else None
    op = _parsed(
        SessionAnswerInput,
        "an answer",
        {
            "op_id": arguments.op_id or uuid.uuid4().hex,
            "item": arguments.item,
            "act": act,
            "value": value,
            "revision": workspace.session(name).revision,
            "unsure": arguments.unsure,
            "comment": arguments.comment,
        },
    )
    acknowledged, progress = workspace.answer_session(name, _who(arguments), [op])
    if workspace.rank_if_due(name) is not None:
        ensure_worker(workspace.home)
    done = {"sample": str(op.item), act.replace("_", " "): shown_value(value)}
    facts: dict[str, Any] = {
        "session": name,
        "item": op.item,
        "acknowledged": acknowledged,
        "progress": progress.model_dump(),
    }
    return Reply(facts, facts_table({**done, **progress_facts(progress)}))


def _mine(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    items = workspace.my_items(
        arguments.name, _who(arguments), skip=arguments.skip, limit=arguments.limit
    )
    return Reply(
        {"items": [item.model_dump(mode="json") for item in items]},
        items_table(items, "Nothing answered yet."),
    )


def _release(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    who = _who(arguments)
    workspace.release_items(arguments.name, who)
    return Reply(
        {"session": arguments.name, "person": who},
        f"What {who} held in {arguments.name} goes to others.",
    )


def _asks(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    asked, counts = workspace.session_asks(arguments.name, _who(arguments), arguments.count)
    said = f"Next: {', '.join(asked)}." if asked else "All drawings are there."
    return Reply(
        {"classes": asked, "counts": counts},
        f"{said}\n\n{table(['class', 'drawings'], counts.items())}",
    )


def _keys(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    who = _who(arguments)
    keys = workspace.session_keys(arguments.name, who)
    if arguments.keys:
        for setting in arguments.keys:
            action, equals, code = setting.rpartition("=")
            if not equals:
                raise InvalidInput(
                    f'"{setting}" sets no key.',
                    "A key is written ACTION=CODE, without spaces.",
                    "Write, for instance: class:cat=KeyQ",
                )
            keys[action] = code
        keys = workspace.set_session_keys(arguments.name, who, keys)
    text = table(["action", "key"], keys.items(), empty="No keys of your own; see the classes.")
    return Reply({"session": arguments.name, "person": who, "keys": keys}, text)


def _list(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    page = workspace.review_page(
        arguments.name,
        arguments.queue,
        after=arguments.after,
        limit=arguments.limit,
        reviewer=_who(arguments),
    )
    counts = workspace.review_counts(arguments.name)
    waiting = ", ".join(
        f"{counts[queue]:,} {title.lower()}" for queue, title in REVIEW_TITLES.items()
    )
    facts = {**page.model_dump(mode="json"), "counts": counts}
    return Reply(facts, f"{review_table(page.items)}\n\n{waiting}")


def _review(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    name, decision = arguments.name, arguments.decision
    value = _said(arguments) if decision == "accept" else None
    op = _parsed(
        ReviewInput,
        "a review",
        {
            "op_id": arguments.op_id or uuid.uuid4().hex,
            "item": arguments.item,
            "decision": decision,
            "value": value,
            "annotator": arguments.annotator,
            "revision": workspace.session(name).revision,
            "comment": arguments.comment,
        },
    )
    acknowledged = workspace.review(name, _who(arguments), [op])
    record = workspace.session_record(name, op.item)
    facts = {
        "session": name,
        "acknowledged": acknowledged,
        "record": record.model_dump(mode="json"),
        "counts": workspace.review_counts(name),
    }
    said = facts_table(
        {"sample": str(op.item), "state": record.state, "counts": shown_value(record.value)}
    )
    return Reply(facts, said)
