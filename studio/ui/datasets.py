"""Forms that add a dataset, one a source, and the table of versions."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from studio.core.dataset import DatasetVersion, SplitConfig
from studio.core.errors import InvalidInput
from studio.core.names import check_name, slug
from studio.core.quickdraw import ATTRIBUTION, CATEGORIES
from studio.core.sources import (
    DigitsSource,
    DrawingsSource,
    FolderSource,
    QuickDrawSource,
    SourceSpec,
    parse_source,
)
from studio.core.standard import import_pipeline
from studio.ui.components import drawing_pad, uploader
from studio.ui.feedback import attempt, plain, say_next
from studio.ui.forms import fields
from studio.ui.session import author, go, once, used_up, workspace

SOURCES = {
    "digits": "Handwritten digits",
    "quickdraw": "Quick, Draw!",
    "upload": "Your pictures",
    "draw": "Draw your own",
}
COMMON = ("unlabelled_share",)


def add_digits(name: str = "digits", unlabelled_share: float = 0.0) -> None:
    """Add the embedded starter set and show it."""
    workspace().add_dataset(
        name,
        DigitsSource(unlabelled_share=unlabelled_share),
        author=author(),
        message="The embedded starter set",
    )
    say_next(f"Dataset {name} is ready.")
    go("datasets", dataset=name)


def _submit_import(name: str, source: SourceSpec, message: str) -> None:
    check_name("dataset", name)
    pipeline = import_pipeline(name, source, split=SplitConfig(), author=author(), message=message)
    run = workspace().submit(
        pipeline, name=workspace().free_run_name(f"import-{name}"), author=author()
    )
    say_next(f"Importing {name}: it goes on in the background.")
    used_up("upload")
    used_up("npy upload")
    go("datasets", importing=run.name, add="upload" if source.kind == "folder" else source.kind)


def _name(suggestion: str, key: str) -> str:
    return str(st.text_input("Name of the dataset", suggestion, max_chars=64, key=key)).strip()


def _digits_form() -> None:
    st.markdown(
        "1,797 digits that people wrote by hand, 8×8 pixels each. They come with the studio: "
        "nothing is downloaded, and the first model trains in seconds."
    )
    with st.form("add_digits", border=False):
        name = _name("digits", "digits_name")
        values = fields(DigitsSource, {}, "digits", only=COMMON)
        if st.form_submit_button("Add digits", type="primary", icon=":material/add:"):
            with attempt():
                add_digits(name, values["unlabelled_share"])


def _roots() -> list[str]:
    """Return the folders of this machine that pages may offer: `$STUDIO_DATA_ROOTS`."""
    listed = os.environ.get("STUDIO_DATA_ROOTS", "").split(os.pathsep)
    return [root for root in listed if root and Path(root).is_dir()]


def _quickdraw_form() -> None:
    st.markdown(
        "Fifty million doodles of 345 things. Choose what to tell apart; the first drawings of each "
        "category are downloaded once and kept."
    )
    roots = _roots()
    where = st.segmented_control(
        "Where from",
        ["Download", *(["Server folder"] if roots else []), "Upload .npy files"],
        default="Server folder" if roots else "Download",
        required=True,
        key="quickdraw_where",
    )
    folder = upload = None
    available = list(CATEGORIES)
    if where == "Server folder":
        folder = st.selectbox("Folder", roots, key="quickdraw_folder")
        available = [c for c in CATEGORIES if folder and Path(folder, f"{c}.npy").is_file()]
    elif where == "Upload .npy files":
        found = uploader(kind="npy", key=once("npy upload"))
        upload = found["upload"] if found else None
    categories = st.multiselect(
        "Categories",
        available,
        key=f"quickdraw_categories_{where}",
        placeholder="Type to search: apple, bicycle, cat …",
        help="Two or more. Each becomes a class.",
        select_all=False,
    )
    values = fields(QuickDrawSource, {}, "quickdraw", only=("per_class", *COMMON), columns=2)
    name = _name(slug("-".join(categories[:2]) or "drawings"), f"quickdraw_name_{categories[:2]}")
    st.caption(plain(ATTRIBUTION))
    if st.button("Import drawings", type="primary", icon=":material/add:"):
        with attempt():
            if not categories:
                raise InvalidInput(
                    "No category is chosen.",
                    "Each category becomes a class, and a classifier needs two or more.",
                    "Choose categories above.",
                )
            if where == "Upload .npy files" and upload is None:
                raise InvalidInput(
                    "No file is uploaded.", "There is nothing to import.", "Drop .npy files above."
                )
            source = parse_source(
                {"kind": "quickdraw", "categories": categories, "folder": folder,
                 "upload": upload, **values}
            )  # fmt: skip
            _submit_import(name, source, f"Quick, Draw!: {', '.join(categories)}"[:200])


def _upload_form() -> None:
    st.markdown(
        "A folder or a zip of pictures. The folder a picture lies in is its class: "
        "`cats/1.png`, `dogs/1.png`. Pictures outside any folder arrive without a class."
    )
    found = uploader(kind="images", key=once("upload"))
    values = fields(
        FolderSource, {}, "folder", only=("size", "colour", "invert", *COMMON), columns=2
    )
    name = _name(slug(found["label"]) if found else "pictures", f"folder_name_{bool(found)}")
    if (
        st.button("Import pictures", type="primary", icon=":material/add:", disabled=found is None)
        and found
    ):
        with attempt():
            source = parse_source({"kind": "folder", "upload": found["upload"], **values})
            _submit_import(name, source, f"Pictures from {found['label']}")


def _draw_form() -> None:
    st.markdown(
        "Draw the samples yourself: type a class, draw, press **Add**, and again. "
        "Ten drawings a class are a start; more are better."
    )
    left, right = st.columns(2)
    name = left.text_input("Name of the dataset", "my-drawings", max_chars=64, key="draw_name")
    class_name = right.text_input("Class", "", max_chars=100, key="draw_class", placeholder="cat")
    collection = slug(str(name))
    if str(class_name).strip():
        drawing_pad(
            mode="collect",
            key="collect_pad",
            collection=collection,
            class_name=str(class_name).strip(),
            counts=workspace().drawing_counts(collection),
            notify=True,
        )
    else:
        st.info("Type what you are going to draw, such as cat.", icon=":material/edit:")
    counts = workspace().drawing_counts(collection)
    if counts:
        listed = ", ".join(f"{plain(c)}: {n}" for c, n in counts.items())
        st.markdown(f"**{sum(counts.values())} drawings** · {listed}")
    if st.button(
        "Make a dataset of the drawings", type="primary", icon=":material/add:", disabled=not counts
    ):
        with attempt():
            version = workspace().add_dataset(
                collection,
                DrawingsSource(collection=collection),
                author=author(),
                message=f"{sum(counts.values())} drawings made on the pad",
            )
            say_next(f"Dataset {version.title} is ready.")
            go("datasets", dataset=version.dataset)


def add_dataset(source: str) -> None:
    """Show the form of one source: a key of `SOURCES`."""
    {
        "digits": _digits_form,
        "quickdraw": _quickdraw_form,
        "upload": _upload_form,
        "draw": _draw_form,
    }[source]()


def version_table(versions: list[DatasetVersion]) -> list[dict[str, object]]:
    """Return the rows of the table of versions, newest first."""
    return [
        {
            "Version": version.version,
            "What changed": version.message,
            "By": version.author,
            "Samples": version.count,
            "With a class": version.labelled,
            "Classes": len(version.class_names),
            "Train / validation / test": " / ".join(f"{n:,}" for n in version.split_counts),
            "Digest": version.digest[:12],
        }
        for version in versions
    ]
