"""Published pipelines on the designer page: versions, submitting again, keys for programs, schedules."""

from __future__ import annotations

import json
from typing import Any

import streamlit as st

from studio.core.draft import PipelineParameter
from studio.core.endpoint import KEY_NAME_LIMIT
from studio.core.names import slug
from studio.core.pipeline import component_of
from studio.core.published import PublishedVersion
from studio.processes import ensure_worker
from studio.ui.endpoints import PLACEHOLDER, address
from studio.ui.feedback import attempt, plain, say_next
from studio.ui.node_panel_fields import Field, show_field
from studio.ui.overview import when
from studio.ui.schedules import show_schedules
from studio.ui.session import author, choose, once, used_up, workspace

FRESH = "fresh_pipeline_key"
"""In the session: (name of the pipeline, the key of it that was made last)."""


def show() -> None:
    """Show the published pipelines of the workspace, one of them in full."""
    found = workspace().published()
    with st.container(horizontal=True):
        _show_publish(bool(found))
        _show_import()
    if not found:
        st.info(
            "Nothing is published yet. A published pipeline never changes: it is submitted again by hand, by the "
            "clock, when a dataset gets a new version, or by a program, with other datasets and settings.",
            icon=":material/inventory_2:",
        )
        return
    name = choose("Published pipeline", [version.name for version in found], "pipeline")
    versions = workspace().published_versions(name)
    submit, kept, calls, plans = st.tabs(["Submit", "Versions", "From programs", "By itself"])
    with submit:
        _show_submit(name, versions)
    with kept:
        _show_versions(name, versions)
    with calls:
        _show_calls(name, versions)
    with plans:
        show_schedules(name, versions)


def _show_publish(any_yet: bool) -> None:
    drafts = [draft.name for draft in workspace().drafts()]
    with st.popover(
        "Publish a draft",
        icon=":material/publish:",
        type="secondary" if any_yet else "primary",
        key=f"popover {once('publish why')}",
    ):
        if not drafts:
            st.caption("There is no draft yet: draw one in the view Canvas.")
            return
        draft = str(st.selectbox("Draft", drafts, key="publish draft"))
        name = st.text_input("Name", slug(draft), max_chars=64, key=f"publish name {draft}")
        why = st.text_input("What is it for?", max_chars=400, key=once("publish why"))
        if st.button("Publish", type="primary", key="publish"):
            with attempt():
                version = workspace().publish(
                    draft, str(name).strip(), description=str(why), author=author()
                )
                used_up("publish why")
                say_next(f"Published as {version.title}.")
                st.query_params["pipeline"] = version.name
                st.rerun()


def _show_import() -> None:
    with st.popover(
        "Import", icon=":material/upload_file:", key=f"popover {once('import published')}"
    ):
        file = st.file_uploader(
            "A published pipeline of another studio", ["zip"], key=once("import published"),
            max_upload_size=20,
        )  # fmt: skip
        if file is not None and st.button("Publish it here", type="primary"):
            with attempt():
                version = workspace().import_published(file.getvalue(), author=author())
                used_up("import published")
                say_next(f"Published as {version.title}.")
                st.query_params["pipeline"] = version.name
                st.rerun()


def _show_submit(name: str, versions: list[PublishedVersion]) -> None:
    good = {version.version: version for version in versions if not version.disabled}
    if not good:
        st.warning("All versions are disabled: none can be submitted.", icon=":material/block:")
        return
    numbers = sorted(good, key=lambda number: not good[number].default)
    number = st.selectbox(
        "Version", numbers, format_func=lambda n: _version_words(good[n]), key=f"submit {name}"
    )
    version = good[number]
    if version.draft.kind == "realtime":
        st.info(
            "This is a real-time inference pipeline: it answers requests of an endpoint and is not submitted.",
            icon=":material/bolt:",
        )
        return
    values = {p.name: show_parameter(version, p, "submit") for p in version.draft.parameters}
    if not values:
        st.caption("It asks for nothing: it runs as it was published.")
    experiment = st.text_input(
        "Experiment", max_chars=60, key=f"experiment {name}", help="What the run is one of; it is called by it."
    )  # fmt: skip
    if st.button("Submit", type="primary", icon=":material/play_arrow:", key=f"submit now {name}"):
        with attempt():
            run = workspace().submit_published(
                name,
                version=number,
                parameters=values,
                experiment=slug(str(experiment)) if str(experiment).strip() else "",
                author=author(),
            )
            ensure_worker(workspace().home)
            say_next(f"{run.name} is submitted.")
            st.query_params.from_dict({"view": "runs", "run": run.name})
            st.rerun()


def show_parameter(version: PublishedVersion, parameter: PipelineParameter, use: str) -> Any:
    """Show the widget of a pipeline parameter: that of the setting it sets first. Returns its value.

    Args:
        use: What for; part of the widget's key.
    """
    node_id, param = parameter.targets[0]
    node = version.draft.pipeline.node(node_id)
    component = component_of(node)
    st.markdown(f"**{plain(parameter.name)}** {plain(parameter.description)}".strip())
    return show_field(
        workspace(),
        Field(
            component=component.name,
            name=param,
            declared=component.params.model_fields[param],
            value=parameter.default,
            key=f"{use} {version.title} {parameter.name}",
            settings=dict(node.params),
        ),
    )


def _version_words(version: PublishedVersion) -> str:
    about = f", {version.description}" if version.description else ""
    return f"{version.version}{' (default)' if version.default else ''}{about}"


def _show_versions(name: str, versions: list[PublishedVersion]) -> None:
    for version in versions:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            sign = ":material/block:" if version.disabled else ":material/inventory_2:"
            marks = " · default" if version.default else " · disabled" if version.disabled else ""
            st.markdown(
                f"{sign} **Version {version.version}**{marks}  \n{plain(version.description) or 'No words.'}  \n"
                f"{plain(f'{len(version.draft.pipeline.nodes)} nodes, by {version.author}, {when(version.created)}')}",
                width="stretch",
            )
            _show_version_acts(name, version)
    chosen = [version for version in versions if version.default]
    older = bool(chosen) and chosen[0].version != versions[0].version
    if older and st.button("Let the newest version be the default", key=f"newest {name}"):
        workspace().set_default_version(name, None)
        st.rerun()


def _show_version_acts(name: str, version: PublishedVersion) -> None:
    key = f"{name} {version.version}"
    other = not version.disabled and not version.default
    if other and st.button("Make default", icon=":material/star:", key=f"default {key}"):
        workspace().set_default_version(name, version.version)
        st.rerun()
    word = "Enable" if version.disabled else "Disable"
    if st.button(
        word, key=f"disable {key}", help="A disabled version is submitted no more, by nobody."
    ):
        workspace().disable_version(name, version.version, not version.disabled)
        st.rerun()
    st.download_button(
        "Take along", lambda: workspace().export_published(name, version.version),
        f"{name}-{version.version}.zip", on_click="ignore", icon=":material/download:", key=f"file {key}",
        help="One file without data, to be imported in another studio.",
    )  # fmt: skip
    if st.button("Copy as draft", icon=":material/content_copy:", key=f"draft {key}"):
        with attempt():
            wanted = workspace().free_draft_name(name)
            made = workspace().make_draft(wanted, version.draft, author=author())
            st.query_params.from_dict({"view": "canvas", "draft": made.name})
            st.rerun()


def _show_calls(name: str, versions: list[PublishedVersion]) -> None:
    st.caption(
        "Programs submit it over HTTP with a key of it, and ask how the run goes. Give each program its own key."
    )
    keys = workspace().pipeline_keys(name)
    for key in (key for key in keys if key.revoked is None):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(
                f":material/key: **{plain(key.name)}** · ends in `{key.key_hint}`, made {when(key.created)}",
                width="stretch",
            )
            with st.popover("Revoke", icon=":material/block:", key=f"revoke {key.id}"):
                st.markdown("Whoever uses it is refused at once. This cannot be undone.")
                if st.button("Revoke key", type="primary", key=f"really revoke {key.id}"):
                    workspace().revoke_pipeline_key(name, key.id)
                    st.session_state.pop(FRESH, None)
                    st.rerun()
    with st.form(f"new key {name}"):
        title = st.text_input("Who uses it", max_chars=KEY_NAME_LIMIT, key=once(f"key of {name}"))
        if st.form_submit_button("Make a key", icon=":material/add:"):
            with attempt():
                _, secret = workspace().add_pipeline_key(name, str(title))
                st.session_state[FRESH] = (name, secret)
                used_up(f"key of {name}")
                st.rerun()
    if not any(key.revoked is None for key in keys):
        return
    fresh = st.session_state.get(FRESH)
    key_text = str(fresh[1]) if fresh and fresh[0] == name else PLACEHOLDER
    if key_text != PLACEHOLDER:
        st.success(
            "Copy the key now: it is shown this once and stored hashed.", icon=":material/key:"
        )
        st.code(key_text, language=None, wrap_lines=True)
    base = address()
    default = next((version for version in versions if version.default), None)
    if base is not None and default is not None:
        _show_snippets(base, default, key_text)


def _show_snippets(base: str, version: PublishedVersion, key: str) -> None:
    asked, url = body(version), f"{base}/pipelines/{version.name}"
    curl, python = st.tabs(["curl", "Python"])
    text = json.dumps(asked, ensure_ascii=False).replace("'", "'\\''")
    curl.code(
        f"curl -X POST {url} \\\n  -H 'Authorization: Bearer {key}' \\\n"
        f"  -H 'Content-Type: application/json' \\\n  -d '{text}'",
        language="bash",
        wrap_lines=True,
    )
    python.code(
        "import time\n\nimport requests\n\n"
        f'headers = {{"Authorization": "Bearer {key}"}}\n'
        f"body = {asked!r}\n"
        f"run = requests.post({url!r}, json=body, headers=headers).json()\n"
        'while run["Status"] in ("queued", "running"):\n    time.sleep(2)\n'
        f'    run = requests.get({base!r} + run["RunUrl"], headers=headers).json()\n'
        'print(run["Id"], run["Status"], run["Result"])',
        language="python",
        wrap_lines=True,
    )
    st.caption(
        f"A version of its own: {url}/versions/0. A lost key is revoked, and another one made in its place."
    )
    st.link_button("All its addresses", f"{base}/docs", icon=":material/api:")


def body(version: PublishedVersion) -> dict[str, Any]:
    """Return what a program sends to submit a version with its usual values."""
    defaults = {p.name: p.model_dump(mode="json")["default"] for p in version.draft.parameters}
    datasets = {name: defaults.pop(name) for name in version.dataset_parameters}
    return {
        "ExperimentName": version.name,
        "ParameterAssignments": defaults,
        "DataPathAssignments": datasets,
    }
