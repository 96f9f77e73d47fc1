"""Steps of data: datasets, imports, splits, checks, exports, and models that are there already."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from studio.compute.context import Context, Data, Step, StepProgress, TrainedModel
from studio.compute.rebuild import refuse_copies, settled
from studio.core.catalog import ExportParams, ImportParams, SplitParams
from studio.core.model_spec import ModelParams
from studio.core.pipeline import Node
from studio.core.quality import QualityParams
from studio.core.run import Progress
from studio.workspace import (
    alike_groups,
    build_manifest,
    export_name,
    features_of,
    manifest_of,
    open_content,
    samples_of,
    split_kept,
    staging_key,
)


def dataset(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Give the pinned version."""
    version = context.spec.datasets[node.id]
    return {"dataset": Data(version.title, manifest_of(version))}


def import_data(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Read a source into artifacts, and announce the version that the worker records."""
    params: ImportParams = context.params(node)
    manifest = context.emit.announced_manifest() or build_manifest(
        params.source,
        context.artifacts,
        params.split,
        places=context.places(),
        progress=StepProgress(context, "import"),
        key=staging_key(context.spec.run, node.id),
        behind=context.spec.datasets.get(node.id) if params.append else None,
    )
    context.emit.dataset(
        params.name,
        manifest,
        author=params.author,
        message=params.message,
        append=params.append,
    )
    count = manifest.count
    context.emit.progress(Progress(done=count, total=count, unit="samples", message="imported"))
    context.emit.log(f"{count:,} samples of {len(manifest.class_names):,} classes.")
    return {"dataset": Data(params.name, manifest)}


def quality(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Look for copies, near-duplicates and blank samples, and lay some out on a map."""
    from studio.quality import check_quality

    params: QualityParams = context.params(node)
    data: Data = inputs["dataset"]
    manifest = data.manifest
    found = check_quality(
        samples_of(context.artifacts, manifest),
        context.artifacts.open_array(manifest.labels),
        context.artifacts.open_array(manifest.state) if manifest.state else None,
        params,
        title=data.title,
        digest=manifest.samples,
        progress=StepProgress(context, "check"),
        numbers=features_of(context.artifacts, manifest),
    )
    for name in ("groups", "flags", "map_rows", "map_points"):
        array = getattr(found, name)
        context.emit.artifact(context.artifacts.put_array(array, f"{name}.npy"))
    context.emit.result(
        {"samples": manifest.samples, "report": found.report.model_dump(mode="json")}
    )
    context.emit.log(
        f"{found.report.near_duplicates:,} near-duplicates and {found.report.copies:,} copies "
        f"among {found.report.count:,} samples."
    )
    return {"metrics": found.report}


def export(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Write a dataset version as a file of another program's format."""
    from studio.exports import write_export

    params: ExportParams = context.params(node)
    data: Data = inputs["dataset"]
    content = open_content(context.artifacts, settled(context, data), data.title)
    with context.artifacts.draft() as draft:
        facts = write_export(content, params.format, draft, StepProgress(context, "export"))
        file = context.artifacts.adopt(draft, "export")
    context.emit.result(
        {
            "file": export_name(data.title.replace(", ", "-").replace(" ", "-"), params.format),
            **facts,
        }
    )
    context.emit.artifact(file)
    return {"file": file}


def model(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Give a model that is there already."""
    params: ModelParams = context.params(node)
    return {"model": TrainedModel(context.spec.models[params.reference], context.artifacts)}


def split(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Use the stored split, or divide anew and keep the codes as `split.npy`."""
    params: SplitParams = context.params(node)
    data: Data = inputs["dataset"]
    if params.stored:
        return {"dataset": data}
    refuse_copies(
        data,
        "divided anew",
        "copies of one sample would come into the training and into the test part.",
        'Put "Split data" before it.',
    )
    manifest, artifacts = data.manifest, context.artifacts
    groups = None
    if params.together:
        groups = alike_groups(artifacts, manifest, StepProgress(context, "split"))
    state = artifacts.open_array(manifest.state) if manifest.state else None
    codes = split_kept(params, artifacts.open_array(manifest.labels), state, groups)
    context.emit.artifact(context.artifacts.put_array(codes, "split.npy"))
    return {"dataset": replace(data, codes=codes)}


STEPS: dict[str, Step] = {
    "dataset": dataset,
    "import": import_data,
    "split": split,
    "quality": quality,
    "export": export,
    "model": model,
}
