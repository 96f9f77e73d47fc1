"""Registered models: their files, restoring a saved one."""

from __future__ import annotations

import streamlit as st

from studio.core.errors import InvalidInput
from studio.core.model import ModelVersion
from studio.core.names import check_name, slug
from studio.core.standard import restore_pipeline
from studio.ui.components import uploader
from studio.ui.feedback import attempt, plain, say_next, show_error
from studio.ui.session import author, go, once, used_up, workspace

FORMATS = {
    "keras": ("Keras (.keras)", "For Python: load it with keras.models.load_model."),
    "tflite": ("TFLite (.tflite)", "For phones, small devices and the endpoint."),
    "int8": ("TFLite, 8 bits (.tflite)", "For small devices: a quarter of the size."),
    "server": ("SavedModel (.zip)", "For TensorFlow Serving: takes texts as they are."),
    "onnx": ("ONNX (.onnx)", "For ONNX Runtime and programs that read ONNX."),
    "zip": ("Everything (.zip)", "To restore the model in this or another studio."),
    "mlflow": ("MLflow (.zip)", "Unpack it, and mlflow.pyfunc.load_model opens the folder."),
}
SUFFIXES = {
    "zip": "studio.zip", "int8": "int8.tflite", "server": "server.zip", "mlflow": "mlflow.zip",
}  # fmt: skip


def show_files(version: ModelVersion) -> None:
    """Show a download button for each format, made when it is pressed; for a model of texts also its settings."""
    with st.container(horizontal=True):
        offered = workspace().model_formats(version)
        for file_format, (label, text) in FORMATS.items():
            if file_format not in offered:
                continue
            suffix = SUFFIXES.get(file_format, file_format)

            def content(wanted: str = file_format) -> bytes:
                return workspace().model_bytes(version, wanted)

            st.download_button(
                label,
                content,
                file_name=f"{version.model}-{version.version}.{suffix}",
                mime="application/octet-stream",
                icon=":material/download:",
                help=text,
                on_click="ignore",
                key=f"download_{version.title}_{file_format}",
            )
        settings = workspace().text_settings(version)
        if settings is not None:
            st.download_button(
                "Text settings (.json)",
                settings,
                file_name=f"{version.model}-{version.version}.text.json",
                mime="application/json",
                icon=":material/download:",
                help="How texts become the numbers that the files take, and the names of the classes.",
                on_click="ignore",
                key=f"download_{version.title}_text",
            )


def show_restore() -> None:
    """Show a form that registers a model saved as a zip again."""
    st.markdown(
        "A model saved with **Everything (.zip)** comes back with its layers, weights and numbers. Its "
        "weights are read into a model built here; nothing in the file is run."
    )
    found = uploader(kind="model", key=once("restore upload"))
    name = st.text_input(
        "Name of the model",
        slug(found["label"].removesuffix(".zip")) if found else "restored",
        max_chars=64,
        key=f"restore_name_{bool(found)}",
    )
    if st.button(
        "Restore model", icon=":material/settings_backup_restore:", disabled=found is None
    ):
        with attempt():
            if found is None:
                raise InvalidInput(
                    "No file is uploaded.", "There is nothing to restore.", "Drop a zip."
                )
            check_name("model", str(name).strip())
            run = workspace().submit(
                restore_pipeline(found["upload"], str(name).strip()),
                name=workspace().free_run_name(f"restore-{name}"),
                author=author(),
            )
            used_up("restore upload")
            go("models", restoring=run.name)


def show_restoring() -> None:
    """Show how the restore that the address names goes on, until it ends."""
    name = st.query_params.get("restoring")
    if not name:
        return
    run = workspace().run(name)
    if not run.is_terminal:

        @st.fragment(run_every=1.0)
        def watch() -> None:
            now = workspace().run(name)
            text = now.progress.message if now.progress else "Waiting for its turn"
            st.info(f"Restoring: {plain(text)} …", icon=":material/hourglass_top:")
            if now.is_terminal:
                st.rerun()

        watch()
    elif run.status == "completed":
        say_next(f"{run.result['model']}:{run.result['version']} is restored.")
        go("models", model=str(run.result["model"]))
    elif run.failure:
        show_error(run.failure)
