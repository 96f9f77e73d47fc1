"""Forms that add a dataset, one a source."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from studio.core.dataset import SplitConfig
from studio.core.errors import InvalidInput
from studio.core.names import check_name, slug
from studio.core.quickdraw import ATTRIBUTION, CATEGORIES
from studio.core.sources import SOURCES as SOURCE_KINDS
from studio.core.sources import (
    DigitsSource,
    DrawingsSource,
    FolderSource,
    QuickDrawSource,
    SeabirdsSource,
    SourceSpec,
    parse_source,
)
from studio.core.standard import import_pipeline
from studio.ui.components import camera, drawing_pad, uploader
from studio.ui.feedback import attempt, plain, say_next
from studio.ui.forms import fields
from studio.ui.places import Kind, choose_place
from studio.ui.session import author, go, once, used_up, workspace

SOURCES = {
    "digits": "Handwritten digits",
    "quickdraw": "Quick, Draw!",
    "upload": "Your pictures",
    "camera": "Webcam",
    "draw": "Draw your own",
    "text": "Texts",
    "table": "Tables",
    "more": "Other formats",
}
COMMON = ("unlabelled_share",)
NOT_SHOWN = {"kind", "path", "upload", "url", "seed", "class_names"}
"""Settings of sources that a form does not show: `choose_place` fills them in, or few people need them."""
DEFAULT_NAMES = {"text": "texts", "table": "table", "strokes": "drawings"}
IMPORTED = {"text": "Import texts", "table": "Import table"}
UPLOADS = (
    "npy upload",
    "camera upload",
    *(
        f"{kind} upload"
        for kind in (
            "folder",
            "text",
            "table",
            "arrays",
            "idx",
            "strokes",
            "coco",
            "yolo",
            "labelstudio",
        )
    ),
)
"""Uploaders that start afresh after an import."""


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


def _submit_import(
    name: str, source: SourceSpec, message: str, *, append: bool = False, tab: str = ""
) -> None:
    check_name("dataset", name)
    pipeline = import_pipeline(
        name, source, split=SplitConfig(), author=author(), message=message, append=append
    )
    run = workspace().submit(
        pipeline, name=workspace().free_run_name(f"import-{name}"), author=author()
    )
    say_next(f"Importing {name}: it goes on in the background.")
    for upload in UPLOADS:
        used_up(upload)
    go("datasets", importing=run.name, add=tab or source.kind)


def _name(suggestion: str, key: str) -> str:
    return str(st.text_input("Name of the dataset", suggestion, max_chars=64, key=key)).strip()


def _target(suggestion: str, key: str) -> tuple[str, bool]:
    """Let a person name the dataset. Returns the name, and whether to add to the samples it has."""
    name = _name(suggestion, key)
    if name not in {dataset.name for dataset in workspace().datasets()}:
        return name, False
    ways = ["Add to its samples", "Replace its samples"]
    way = st.segmented_control(
        "This dataset is there already",
        ways,
        default=ways[0],
        required=True,
        key=f"{key}_append",
        help="Either way a new version is made, and the earlier ones stay.",
    )
    return name, way == ways[0]


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


def _quickdraw_form() -> None:
    st.markdown(
        "Fifty million doodles of 345 things. Choose what to tell apart; the first drawings of each "
        "category are downloaded once and kept."
    )
    roots = workspace().server_roots()
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
    name, append = _target(
        slug("-".join(categories[:2]) or "drawings"), f"quickdraw_name_{categories[:2]}"
    )
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
            message = f"Quick, Draw!: {', '.join(categories)}"[:200]
            _submit_import(name, source, message, append=append)


def _files_form(kind: str, tab: str, words: str, hint: str, accepts: Kind) -> None:
    """Show the form of a source that reads files: where they are, its settings, the dataset's name."""
    st.markdown(words)
    place, label = choose_place(accepts, kind, hint)
    settings, _ = SOURCE_KINDS[kind]
    shown = [n for n in settings.model_fields if n not in NOT_SHOWN]
    values = fields(settings, {}, f"source_{kind}", only=shown, columns=2)
    name, append = _target(label or DEFAULT_NAMES.get(kind, "pictures"), f"name_{kind}_{label}")
    if st.button(
        IMPORTED.get(kind, "Import pictures"),
        type="primary",
        icon=":material/add:",
        disabled=place is None,
        key=f"import_{kind}",
    ):
        with attempt():
            given = {name: value for name, value in values.items() if value not in (None, "")}
            source = parse_source({"kind": kind, **(place or {}), **given})
            message = f"Imported from {label or 'files'} ({SOURCE_KINDS[kind][1]})"
            _submit_import(name, source, message, append=append, tab=tab)


def _upload_form() -> None:
    _files_form(
        "folder",
        "upload",
        "A folder or a zip of pictures. The folder a picture lies in is its class: "
        "`cats/1.png`, `dogs/1.png`. Pictures outside any folder arrive without a class.",
        "https://example.org/pets.zip",
        "images",
    )


def _text_form() -> None:
    _files_form(
        "text",
        "text",
        "A table of texts: a `.csv`, `.tsv` or `.jsonl` file with one text a row and, in another "
        "column, its class. Texts without a class can be labelled by hand.",
        "https://example.org/reviews.csv",
        "text",
    )


def _table_form() -> None:
    with st.container(border=True):
        st.markdown(
            "**Try it with birds.** 600 birds of three species with their measurements, made up for this studio. "
            "Nothing is downloaded."
        )
        if st.button("Add the birds", icon=":material/add:", key="add_seabirds"):
            with attempt():
                version = workspace().add_dataset(
                    "seabirds", SeabirdsSource(), author=author(), message="The starter table"
                )
                say_next(f"Dataset {version.title} is ready.")
                go("datasets", dataset=version.dataset)
    _files_form(
        "table",
        "table",
        "Rows and columns: a `.csv`, `.tsv` or `.parquet` file with the names of the columns in its first row. One "
        "column is the target: the class that a model learns to tell from the others. It can be chosen later, too.",
        "https://example.org/customers.csv",
        "table",
    )


FORMATS: dict[str, tuple[str, str, str, Kind]] = {
    "arrays": (
        "NumPy arrays (.npy, .npz)",
        "One `.npy` file for each class, named after it, or an `.npz` with pictures and labels.",
        "https://example.org/mnist.npz",
        "arrays",
    ),
    "idx": (
        "IDX, as MNIST has it",
        "`train-images-idx3-ubyte` with `train-labels-idx1-ubyte`, packed as `.gz` or not. Files "
        "called `t10k` become the test part.",
        "https://example.org/train-images-idx3-ubyte.gz",
        "idx",
    ),
    "strokes": (
        "Quick, Draw! strokes (.ndjson)",
        "Drawings as strokes, simplified or raw, one a line. They are drawn the way Google draws its "
        "28×28 pictures.",
        "https://example.org/cat.ndjson",
        "strokes",
    ),
    "coco": (
        "COCO annotations",
        "A folder or zip with pictures and a COCO file such as `instances_train.json`.",
        "https://example.org/coco.zip",
        "annotated",
    ),
    "yolo": (
        "YOLO labels",
        "A folder or zip with `data.yaml`, `images` and `labels`.",
        "https://example.org/yolo.zip",
        "annotated",
    ),
    "labelstudio": (
        "Label Studio (JSON)",
        "A folder or zip with Label Studio's JSON export, beside its pictures.",
        "https://example.org/project.zip",
        "annotated",
    ),
}
"""Kind of source -> its title, what it needs, an example of an address, what the uploader takes."""


def _more_form() -> None:
    kind = str(
        st.selectbox("Format", list(FORMATS), format_func=lambda k: FORMATS[k][0], key="format")
    )
    _, words, hint, accepts = FORMATS[kind]
    _files_form(kind, "more", words, hint, accepts)


def _camera_form() -> None:
    st.markdown(
        "Take pictures with the camera of this device, class by class: type a class, show the thing, "
        "press **Take a picture**, and again. Twenty pictures a class are a start."
    )
    class_name = str(
        st.text_input("Class", "", max_chars=100, key="camera_class", placeholder="cup")
    ).strip()
    shots = None
    if st.toggle("Turn the camera on", key="camera_on", help="The browser asks for permission."):
        shots = camera(key=once("camera upload"), class_name=class_name or None)
    if shots:
        listed = ", ".join(f"{plain(c)}: {n}" for c, n in shots["counts"].items())
        st.markdown(f"**{shots['total']} pictures** · {listed}")
    values = fields(
        FolderSource, {"colour": "rgb", "size": 64}, "camera", only=("size", "colour"), columns=2
    )
    name, append = _target("my-pictures", "camera_name")
    if st.button(
        "Make a dataset of the pictures", type="primary", icon=":material/add:", disabled=not shots
    ):
        with attempt():
            source = parse_source(
                {"kind": "folder", "upload": shots["upload"], **values} if shots else {}
            )
            _submit_import(
                name, source, "Pictures taken with the camera", append=append, tab="camera"
            )


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
        "camera": _camera_form,
        "draw": _draw_form,
        "text": _text_form,
        "table": _table_form,
        "more": _more_form,
    }[source]()
