"""Settings of the nodes of a draft, and which of them are asked for when it is submitted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studio.core.draft import DATASETS, Draft, PipelineParameter
from studio.core.errors import Conflict, InvalidInput, unknown
from studio.core.names import free_name
from studio.core.pipeline import component_of


def setting(draft: Draft, node: str, param: str) -> Any:
    """Return the value of a setting as it stands, the declared default where nobody set it; None for none.

    Of a dataset's name it is `NAME` or `NAME:VERSION`, as pipeline parameters have it.

    Raises:
        NotFound: No such node or setting.
    """
    found = draft.pipeline.node(node)
    fields = component_of(found).params.model_fields
    if param not in fields:
        raise unknown(f"setting of {node}", param, fields)
    if param in found.params:
        value = found.params[param]
    elif fields[param].is_required():
        value = None
    else:
        value = _plain(fields[param].get_default(call_default_factory=True))
    version = found.params.get("version")
    if found.component in DATASETS and param == "name" and value and version:
        return f"{value}:{version}"
    return value


def with_settings(draft: Draft, node: str, values: Mapping[str, Any]) -> Draft:
    """Return the draft with other settings of one node; what is asked for at submission has them as defaults.

    Raises:
        NotFound: No such node.
    """
    changed = draft.model_copy(
        update={
            "pipeline": draft.pipeline.set_params(node, **{k: _plain(v) for k, v in values.items()})
        }
    )
    touched = {(node, param) for param in values}
    if changed.pipeline.node(node).component in DATASETS:
        touched.add((node, "name"))  # its version is part of it
    parameters = []
    for parameter in changed.parameters:
        of = next((target for target in parameter.targets if target in touched), None)
        if of is not None:
            parameter = parameter.model_copy(update={"default": setting(changed, *of)})
        parameters.append(parameter)
    return _spread(changed, tuple(parameters))


def parameter_of(draft: Draft, node: str, param: str) -> PipelineParameter | None:
    """Return the pipeline parameter that sets a setting, None for none."""
    return next((p for p in draft.parameters if (node, param) in p.targets), None)


def with_parameter(draft: Draft, node: str, param: str, name: str = "") -> Draft:
    """Return the draft with a pipeline parameter more: a setting that is asked for at submission.

    Args:
        node, param: The setting.
        name: Of the parameter. Default: like the setting, with the node or a number where that is taken. An existing
            name joins that parameter: one value then sets both.

    Raises:
        NotFound: No such node or setting. Conflict: The setting is one already.
    """
    value = setting(draft, node, param)
    if parameter_of(draft, node, param) is not None:
        raise Conflict(
            f"{param} of {node} is a pipeline parameter already.",
            "A setting can be set by one parameter only.",
            "Change that parameter.",
        )
    known = {parameter.name: parameter for parameter in draft.parameters}
    if name in known:
        joined = known[name].model_copy(
            update={"targets": (*known[name].targets, (node, param)), "default": value}
        )
        return _spread(draft, tuple(joined if p.name == name else p for p in draft.parameters))
    made = PipelineParameter(
        name=name or _free_name(draft, node, param), targets=((node, param),), default=value
    )
    return draft.model_copy(update={"parameters": (*draft.parameters, made)})


def changed_parameter(draft: Draft, name: str, *, new_name: str, description: str) -> Draft:
    """Return the draft with one pipeline parameter called and described otherwise.

    Raises:
        NotFound: No such parameter. Conflict: The new name is taken. InvalidInput: It is empty or too long.
    """
    known = [parameter.name for parameter in draft.parameters]
    if name not in known:
        raise unknown("pipeline parameter", name, known)
    if not 1 <= len(new_name) <= 64:
        raise InvalidInput(
            f"A pipeline parameter cannot be called {new_name[:70]!r}.",
            "Its name has 1 to 64 characters.",
            "Choose a short word such as learning_rate.",
        )
    if new_name != name and new_name in known:
        raise Conflict(
            f'A pipeline parameter called "{new_name}" is there already.',
            "Each has a name of its own within a draft.",
            "Choose another name.",
        )
    update = {"name": new_name, "description": description[:200]}
    return draft.model_copy(
        update={
            "parameters": tuple(
                p.model_copy(update=update) if p.name == name else p for p in draft.parameters
            )
        }
    )


def without_parameter(draft: Draft, node: str, param: str) -> Draft:
    """Return the draft in which a setting is not asked for any more; its value stays."""
    kept = (
        p.model_copy(update={"targets": tuple(t for t in p.targets if t != (node, param))})
        for p in draft.parameters
    )
    return draft.model_copy(update={"parameters": tuple(p for p in kept if p.targets)})


def _free_name(draft: Draft, node: str, param: str) -> str:
    taken = {parameter.name for parameter in draft.parameters}
    plain = "data" if param == "name" else param
    if draft.pipeline.node(node).component in DATASETS and plain not in taken:
        return plain
    if param not in taken and param != "name":
        return param
    return free_name(f"{node}_{param}"[:60], taken)


def _spread(draft: Draft, parameters: tuple[PipelineParameter, ...]) -> Draft:
    """Return the draft with these parameters, and their defaults as settings of all nodes they set."""
    changed = draft.model_copy(update={"parameters": parameters})
    return changed.model_copy(update={"pipeline": changed.bind()})


def _plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return value
