"""The files of a labelling session: answers that leave and come, and the version it becomes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from studio.core.answer_formats import ANSWER_FORMATS, possible_formats
from studio.core.label_session import LabelSession
from studio.core.labelstudio_page import labelling_config
from studio.ui import jobs
from studio.ui.components import uploader
from studio.ui.feedback import attempt, plain, say_next
from studio.ui.jobs import Report
from studio.ui.session import author, go, once, used_up, workspace

MINE, NAMED, SUGGESTED = "Answers of one person", "Answers of the people it names", "Suggestions"


def show_files(session: LabelSession) -> None:
    """Let a person make a version of the dataset, export the answers, and import some."""
    with st.container(border=True):
        _publish(session)
    if session.config.answer == "drawings":
        return
    with st.container(border=True):
        _export(session)
    with st.container(border=True):
        _import(session)


def _publish(session: LabelSession) -> None:
    dataset = session.config.dataset
    drawings = session.config.answer == "drawings"
    st.markdown(
        f"**A new version of {plain(dataset)}**  \n"
        + (
            "The drawings that are not in it yet are put behind its samples."
            if drawings
            else "What is agreed, or decided by a reviewer, goes into it; everything else stays as it is. "
            "People may go on, and you may do it again."
        )
    )
    message = st.text_input(
        "Message",
        key=f"publish_message_{session.id}",
        max_chars=200,
        placeholder=f"{'drawings made' if drawings else 'samples labelled'} in session {session.name}",
    )
    key = f"publish_{session.id}"
    if st.button("Make the version", type="primary", icon=":material/publish:", key=key):
        with attempt():
            made = workspace().publish_session(session.name, author=author(), message=message)
            say_next(f"{made.title}: {made.message}.")
            go("datasets", dataset=dataset)


def _export(session: LabelSession) -> None:
    st.markdown("**Export answers**")
    chosen = st.selectbox(
        "Format",
        possible_formats(session.config.answer),
        format_func=lambda name: ANSWER_FORMATS[name].title,
        key=f"answers_format_{session.id}",
    )
    st.caption(ANSWER_FORMATS[chosen].keeps)
    key = f"export_{session.id}_{author()}"
    if st.button("Export", icon=":material/download:", key=f"answers_export_{session.id}"):
        title = f"Exporting {session.name} as {ANSWER_FORMATS[chosen].title}"

        def work(report: Report) -> dict[str, Any]:
            path = workspace().answers_file(session.name, chosen)
            facts = workspace().export_answers(session.name, chosen, path, progress=report)
            return {**facts, "name": path.name, "token": path.parent.name}

        jobs.begin(key, title, work)
    jobs.show(key, _offer)
    if chosen == "labelstudio":
        with st.expander("Labelling page for the Label Studio project"):
            st.caption(
                "Paste it under Settings, Labeling Interface, Code. Pictures come with the export of the dataset."
            )
            config = session.config
            page = labelling_config(config.classes, config.answer, session.task, spans=config.spans)
            st.code(page, language="xml")


def _offer(facts: dict[str, Any]) -> None:
    waiting = f" · {facts['waiting']:,} samples wait for answers" if facts["waiting"] else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{plain(facts['name'])}**  \n{facts['bytes'] / 1e6:,.1f} MB · {facts['samples']:,} samples · "
            f"{facts['answers']:,} answers{waiting}"
        )
        st.link_button(
            "Download", f"api/answers/{facts['token']}", icon=":material/download:", width="content"
        )


def _import(session: LabelSession) -> None:
    st.markdown("**Import answers or suggestions**")
    left, right = st.columns(2)
    format_name = left.selectbox(
        "Format",
        possible_formats(session.config.answer),
        format_func=lambda name: ANSWER_FORMATS[name].title,
        key=f"import_format_{session.id}",
    )
    meant = right.selectbox("As", [MINE, NAMED, SUGGESTED], key=f"import_as_{session.id}")
    st.caption(ANSWER_FORMATS[format_name].reads)
    annotator = ""
    if meant == MINE:
        annotator = st.text_input(
            "Whose answers", value=author(), max_chars=100, key=f"import_person_{session.id}"
        ).strip()
    elif meant == SUGGESTED:
        st.caption("People see them, and accept them by one key. Suggestions there are go.")
    drop = f"answers upload {session.id}"
    found = uploader(kind="answers", key=once(drop))
    key = f"import_{session.id}_{author()}"
    ready = found is not None and (meant != MINE or bool(annotator))
    pressed = st.button(
        "Import", icon=":material/upload:", disabled=not ready, key=f"answers_import_{session.id}"
    )
    if pressed and found is not None:
        upload, name = found["upload"], author()

        def work(report: Report) -> dict[str, Any]:
            return workspace().import_answers(
                session.name,
                _only_file(upload),
                format_name,
                annotator=annotator,
                author=name,
                as_suggestions=meant == SUGGESTED,
                progress=report,
            )

        jobs.begin(key, f"Importing into {session.name}", work)
        used_up(drop)
    jobs.show(key, _taken)


def _only_file(upload: str) -> Path:
    """Return the file of an upload; its folder where there are several, which is refused with a reason."""
    folder = workspace().upload_folder(upload)
    files = [path for path in folder.rglob("*") if path.is_file()]
    return files[0] if len(files) == 1 else folder


def _taken(facts: dict[str, Any]) -> None:
    noun = "suggestions" if facts["suggestions"] else "answers"
    words = f"{facts['added']:,} {noun} about {facts['samples']:,} samples came in."
    if facts["unchanged"] and not facts["suggestions"]:
        words += f" {facts['unchanged']:,} were there already."
    if facts["people"]:
        words += f" From: {', '.join(facts['people'][:20])}."
    if facts["ignored"]:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in facts["ignored"].items())
        words += f" Left out, as the studio has no such marks: {kinds}."
    st.success(plain(words), icon=":material/check_circle:")
