"""Verbs of pipelines: list, show, new, export, import, run, resume, cancel-node, compare, convert."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from studio.cli.parser import Verbs, author, noun, verb, with_workspace
from studio.cli.pipeline_deploy import add_deploy
from studio.cli.pipeline_settings import add_values, named_values, with_settings
from studio.cli.published import add_published, named
from studio.cli.reply import Reply, moment, table
from studio.cli.run_controls import run_facts
from studio.cli.runs import run_reply
from studio.cli.wait import wait_for_run
from studio.core.conversion import InferenceKind
from studio.core.draft import Draft
from studio.core.errors import InvalidInput, NotFound, unknown
from studio.core.run import Run
from studio.core.sample_pipelines import sample_pipelines

if TYPE_CHECKING:
    from studio.workspace import Workspace

NOT_COMPLETED = 3
"""Exit status of a run that was waited for and that somebody stopped, cancelled or paused."""


def add_verbs(verbs: Verbs) -> None:
    """Add `pipeline` and its verbs."""
    pipeline = noun(verbs, "pipeline", "pipelines that are drawn, run, published and scheduled")
    verb(pipeline, "list", with_workspace(_list), "list drafts, published pipelines and samples")
    show = verb(pipeline, "show", with_workspace(_show), "show nodes, parameters and problems")
    _source_argument(show)

    new = verb(pipeline, "new", with_workspace(_new), "make a draft: of a sample, of a run, empty")
    new.add_argument("name", metavar="DRAFT", nargs="?", default="")
    new.add_argument("--sample", metavar="SAMPLE", help="as `pipeline list` has them")
    new.add_argument("--run", metavar="RUN", dest="of_run", help="with the pipeline of a run")

    export = verb(pipeline, "export", with_workspace(_export), "write a pipeline as a file")
    _source_argument(export)
    export.add_argument(
        "--format",
        choices=("yaml", "python", "published"),
        default="yaml",
        help="yaml (default); python: a zip with script, functions and data; published: a version in one file",
    )
    export.add_argument("--output", metavar="FILE", type=Path, help="default: yaml is printed")

    take = verb(
        pipeline, "import", with_workspace(_import), "make a draft of a file, or publish it"
    )
    take.add_argument(
        "file", metavar="FILE", type=Path, help=".yaml, .json, .py or an exported .zip"
    )
    take.add_argument("--name", default="", help="of the draft; default: the file's")
    take.add_argument("--publish", action="store_true", help="a zip: publish it, as NAME")

    run = verb(pipeline, "run", with_workspace(_run), "run a file, a draft or a published pipeline")
    _source_argument(run)
    run.add_argument(
        "--set",
        action="append",
        default=[],
        dest="settings",
        metavar="NODE.SETTING=VALUE",
        help="such as train.learning_rate=0.01",
    )
    add_values(run)
    run.add_argument("--name", default="", metavar="RUN", help="default: made of the pipeline")
    run.add_argument(
        "--no-wait", action="store_false", dest="wait", help="return as soon as it is submitted"
    )

    resume = verb(pipeline, "resume", with_workspace(_resume), "go on where a run failed")
    resume.add_argument("name", metavar="RUN")
    resume.add_argument("--no-wait", action="store_false", dest="wait")
    cancel = verb(pipeline, "cancel-node", with_workspace(_cancel_node), "cancel a node of a run")
    cancel.add_argument("name", metavar="RUN")
    cancel.add_argument("node", metavar="NODE")
    compare = verb(pipeline, "compare", with_workspace(_compare), "say how two runs differ")
    compare.add_argument("first", metavar="RUN")
    compare.add_argument("second", metavar="RUN")
    convert = verb(
        pipeline,
        "convert",
        with_workspace(_convert),
        "make an inference pipeline of a run, checked",
    )
    convert.add_argument("name", metavar="RUN", help="of a pipeline, a training or a search")
    convert.add_argument("kind", choices=get_args(InferenceKind))
    convert.add_argument("--alias", default="champion", help="default %(default)s")
    convert.add_argument("--node", default="", help="whose model it asks, where there are several")
    convert.add_argument("--model", default="", help="its name in the registry, where it is new")
    convert.add_argument("--no-wait", action="store_false", dest="wait")
    add_deploy(pipeline)
    add_published(pipeline)


def _source_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source", metavar="FILE|DRAFT|PUBLISHED[:VERSION]", help="what is there under that name"
    )


class Found:
    """What a name stands for: a draft, and what it is a draft of."""

    def __init__(self, draft: Draft, title: str, **kept: Any) -> None:
        self.draft, self.title, self.kept = draft, title, kept


def find_pipeline(workspace: Workspace, source: str) -> Found:
    """Return the pipeline in a file, of a draft, or a published one.

    Raises:
        NotFound: There is nothing under that name. InvalidInput: The file holds no pipeline.
    """
    path = Path(source).expanduser()
    if path.is_file():
        return Found(workspace.read_pipeline(path.name, path.read_bytes()), path.stem)
    drafts = [draft.name for draft in workspace.drafts()]
    if source in drafts:
        return Found(workspace.draft(source).draft, source, draft_name=source)
    name = source.partition(":")[0]
    published = {version.name for version in workspace.published()}
    if name not in published:
        raise unknown("file, draft or published pipeline", source, [*drafts, *published])
    version = workspace.published_version(*named(source))
    return Found(version.draft, name, published=name, version=version.version)


def _list(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    drafts, published = workspace.drafts(), workspace.published()
    samples = sample_pipelines().values()
    rows = [["draft", row.name, "", moment(row.changed)] for row in drafts]
    rows += [["published", v.title, v.description[:50], moment(v.created)] for v in published]
    rows += [["sample", sample.name, sample.description[:50], ""] for sample in samples]
    facts = {
        "drafts": [row.model_dump(mode="json") for row in drafts],
        "published": [version.model_dump(mode="json", exclude={"draft"}) for version in published],
        "samples": [sample.model_dump(mode="json", exclude={"draft"}) for sample in samples],
    }
    return Reply(facts, table(["kind", "pipeline", "about", "changed"], rows))


def _show(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    found = find_pipeline(workspace, arguments.source)
    draft, problems = found.draft, found.draft.problems()
    rows = [
        [
            node.id,
            draft.title(node.id),
            ", ".join(f"{p} from {s}.{o}" for p, (s, o) in draft.pipeline.inputs(node.id).items()),
            " ".join(problems.get(node.id, ())),
        ]
        for node in draft.pipeline.nodes
    ]
    text = table(["node", "is", "inputs", "problems"], rows, empty="No nodes yet.")
    if draft.parameters:
        asked = [
            [p.name, str(p.default), ", ".join(map(".".join, p.targets)), p.description]
            for p in draft.parameters
        ]
        text += "\n\n" + table(["parameter", "default", "sets", "about"], asked)
    facts = {"title": found.title, **draft.model_dump(mode="json"), "problems": problems}
    return Reply(facts, text)


def _new(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    if arguments.sample and arguments.of_run:
        raise InvalidInput(
            "A draft is of a sample or of a run.", "Both were named.", "Leave one of them out."
        )
    if arguments.sample:
        made = workspace.start_sample(arguments.sample, arguments.name, author=author())
    else:
        draft = workspace.draft_of_run(arguments.of_run) if arguments.of_run else Draft()
        made = workspace.make_draft(
            arguments.name or f"{arguments.of_run or 'pipeline'}", draft, author=author()
        )
    return Reply(_draft_facts(made.name, made.draft), f"Draft {made.name} is there.")


def _export(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    found = find_pipeline(workspace, arguments.source)
    target: Path | None = arguments.output
    if arguments.format == "published":
        if "published" not in found.kept:
            raise NotFound(
                f'"{arguments.source}" is no published pipeline.',
                "Only published versions are exported as one file.",
                "Publish it first, or export it as yaml.",
            )
        content = workspace.export_published(found.kept["published"], found.kept["version"])
        target = target or Path(f"{found.title}-{found.kept['version']}.zip")
        target.write_bytes(content)
    elif arguments.format == "python":
        target = target or Path(f"{found.title}-python.zip")
        target.write_bytes(workspace.python_pipeline(found.draft))
    else:
        text = workspace.pipeline_text(found.draft)
        if target is None:
            return Reply({"pipeline": found.title, "yaml": text}, text.rstrip("\n"))
        target.write_text(text, encoding="utf-8")
    facts = {"pipeline": found.title, "file": str(target), "bytes": target.stat().st_size}
    return Reply(facts, f"Written: {target}")


def _import(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    path: Path = arguments.file.expanduser()
    content = path.read_bytes()
    if arguments.publish:
        if path.suffix.lower() != ".zip":
            raise InvalidInput(
                f'"{path.name}" cannot be published by an import.',
                "Only a published version that was exported as one zip can.",
                f"Write: python -m studio pipeline publish {path.name} NAME",
            )
        version = workspace.import_published(content, arguments.name, author=author())
        facts = version.model_dump(mode="json", exclude={"draft"})
        return Reply(facts, f"Published as {version.title}.")
    draft = workspace.read_pipeline(path.name, content)
    made = workspace.make_draft(arguments.name or path.stem, draft, author=author())
    return Reply(_draft_facts(made.name, draft), f"Draft {made.name} is there.")


def _draft_facts(name: str, draft: Draft) -> dict[str, Any]:
    return {"name": name, "nodes": len(draft.pipeline.nodes), "problems": draft.problems()}


def _run(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    found = find_pipeline(workspace, arguments.source)
    draft, values = named_values(found.draft, arguments.param, arguments.data)
    draft = with_settings(draft, arguments.settings)
    kept = found.kept
    if "published" in kept:
        if draft != found.draft:
            raise InvalidInput(
                f'"{found.title}" is published, so its settings never change.',
                "Only its pipeline parameters are asked for.",
                "Use --param, or export it, change the file and run that.",
            )
        run = workspace.submit_published(
            found.title,
            version=kept["version"],
            parameters=values,
            experiment=arguments.experiment,
            author=author(),
            run=arguments.name,
        )
    else:
        run = workspace.submit_pipeline(
            draft,
            values=values,
            name=arguments.name or workspace.free_run_name(arguments.experiment or found.title),
            author=author(),
            experiment=arguments.experiment,
            **kept,
        )
    return submitted(workspace, run, arguments)


def submitted(workspace: Workspace, run: Run, arguments: argparse.Namespace) -> Reply:
    """See to it that a worker lives, wait if that was asked for, and say how the run stands."""
    from studio.processes import ensure_worker

    ensure_worker(workspace.home)
    if not arguments.wait:
        return Reply(run_facts(run), f"Run {run.name} is {run.status}.")
    run = wait_for_run(workspace, run.name, quiet=arguments.as_json)
    reply = run_reply(workspace, run)
    states = workspace.node_states(run.name)
    nodes = table(
        ["node", "state", "seconds"],
        [[node, state.state, state.seconds] for node, state in states.items()],
    )
    facts = {**reply.facts, "nodes": {n: s.model_dump(mode="json") for n, s in states.items()}}
    code = 0 if run.status == "completed" else NOT_COMPLETED
    return Reply(facts, f"{reply.text}\n\n{nodes}", code)


def _resume(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    return submitted(workspace, workspace.resume_run(arguments.name), arguments)


def _cancel_node(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    run = workspace.cancel_node(arguments.name, arguments.node)
    return Reply(run_facts(run), f"{arguments.node} of {run.name} is asked to end.")


def _compare(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    found = workspace.compare_pipeline_runs(arguments.first, arguments.second)
    rows: list[list[object]] = [["only in the first", node, "", ""] for node in found.only_first]
    rows += [["only in the second", node, "", ""] for node in found.only_second]
    rows += [[f"{node}.{name}", "setting", str(a), str(b)] for node, name, a, b in found.changed]
    rows += [[_wire(link), "wire", "yes", "no"] for link in found.wires_first]
    rows += [[_wire(link), "wire", "no", "yes"] for link in found.wires_second]
    rows += [[name, "number", str(a), str(b)] for name, a, b in found.metrics]
    text = table(["what", "kind", arguments.first, arguments.second], rows, empty="They are alike.")
    facts = found.model_dump(mode="json", exclude={"first", "second"})
    return Reply({"first": arguments.first, "second": arguments.second, **facts}, text)


def _wire(link: Any) -> str:
    return f"{link.source}.{link.source_port} -> {link.target}.{link.target_port}"


def _convert(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    run = workspace.convert(
        arguments.name,
        arguments.kind,
        model=arguments.model,
        alias=arguments.alias,
        node=arguments.node,
        author=author(),
    )
    reply = submitted(workspace, run, arguments)
    made = workspace.converted(run.name)
    if made is None:
        return reply
    text = f"{reply.text}\n\nIt became the pipeline draft {made.name}."
    return Reply({**reply.facts, "draft": made.name}, text, reply.code)
