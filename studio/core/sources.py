"""Where samples come from, as values: what a person filled in, ready to be stored with the version."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from studio.core.errors import refuse
from studio.core.quickdraw import check_category


class _Source(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    unlabelled_share: float = Field(
        0.0,
        ge=0,
        le=1,
        title="Leave without a class",
        description="Share of the samples that arrive without their class, to be labelled by hand.",
        json_schema_extra={"unit": "share", "step": 0.05},
    )
    seed: int = Field(
        0, ge=0, le=2**31 - 1, title="Seed", description="Same seed, same choice of samples."
    )


class DigitsSource(_Source):
    """The embedded starter set: 1,797 handwritten digits of 8x8 pixels. No parameters of its own."""

    kind: Literal["digits"] = "digits"


class QuickDrawSource(_Source):
    """Quick, Draw! bitmaps, 28x28, from the public bucket or from a folder of `<category>.npy`.

    Args:
        categories: Names among the 345 categories.
        per_class: Drawings to take of each category. Default 1,000.
        folder: A folder of the machine the studio runs on. None (default) downloads, with a cache.
        upload: Id of an upload with the `.npy` files, instead of a folder.
    """

    kind: Literal["quickdraw"] = "quickdraw"
    categories: tuple[Annotated[str, Field(max_length=100)], ...] = Field(
        min_length=1, max_length=345, title="Categories", description="What was drawn."
    )
    per_class: int = Field(
        1000,
        ge=1,
        le=1_000_000,
        title="Drawings per class",
        description="How many drawings of each category to take.",
        json_schema_extra={"step": 100},
    )
    folder: str | None = None
    upload: str | None = None
    url: None = None

    @property
    def path(self) -> str | None:
        """The folder, under the name it has in other sources."""
        return self.folder

    def model_post_init(self, context: object) -> None:
        """Refuse categories Quick, Draw! does not have, with the nearest that it has."""
        for category in self.categories:
            check_category(category)


class _Files(_Source):
    """What is read from files: exactly one of the three places.

    Args:
        path: A file or folder of the machine the studio runs on.
        upload: Id of an upload.
        url: http(s) address of one file, which is downloaded first.
        own_split: Where the files say which samples are to test on, they are believed; the rest is divided
            at random. Default True.
    """

    path: str | None = None
    upload: str | None = None
    url: str | None = Field(None, max_length=2000)
    own_split: bool = Field(
        True,
        title="Keep the files' own split",
        description="Where the files say what to train and what to test on, believe them.",
    )


class _Pictures(_Files):
    """Pictures of any size, which become squares.

    Args:
        size: Width and height of a sample, in pixels. Default 28.
        colour: "grey" (1 channel, default) or "rgb" (3 channels).
        fit: "keep" (default) keeps the aspect and fills the margin, "stretch" fills the whole square.
        invert: Dark ink on light paper becomes light ink on dark, as drawings are stored. Default False.
    """

    size: int = Field(
        28,
        ge=8,
        le=512,
        title="Picture size",
        description="Every picture becomes a square of this many pixels.",
        json_schema_extra={"unit": "pixels", "step": 4},
    )
    colour: Literal["grey", "rgb"] = Field(
        "grey", title="Colour", description="Grey has one channel a pixel, rgb three."
    )
    fit: Literal["keep", "stretch"] = Field(
        "keep",
        title="Fit",
        description="Keep the aspect and leave a margin, or stretch the picture over the whole square.",
    )
    invert: bool = Field(
        False,
        title="Invert",
        description="Turn dark ink on light paper into light ink on black, as drawings are stored.",
    )


class FolderSource(_Pictures):
    """Pictures in a folder or a zip: the name of the folder a picture lies in is its class.

    Pictures at the top level have no class. png, jpg, webp, bmp and gif are read. Folders called train,
    validation (or val) and test around the classes are the files' own split.
    """

    kind: Literal["folder"] = "folder"


class StrokesSource(_Files):
    """Quick, Draw! drawings as strokes, simplified or raw: `.ndjson` files, drawn as Google's 28x28 bitmaps are.

    Args:
        per_class: Drawings to take of each word, the first ones; None (default) takes all.
        recognized_only: Leave out drawings that Google's game did not recognise. Default False.
    """

    kind: Literal["strokes"] = "strokes"
    per_class: int | None = Field(
        None,
        ge=1,
        le=1_000_000,
        title="Drawings per class",
        description="How many drawings of each word to take; empty takes all.",
        json_schema_extra={"step": 100},
    )
    recognized_only: bool = Field(
        False,
        title="Recognised only",
        description="Leave out drawings that the game did not recognise.",
    )


class ArraysSource(_Files):
    """NumPy arrays: one `.npy` of pictures, one a class, or an `.npz` of pictures and labels.

    Pictures are uint8 (N, H, W), (N, H, W, 1 or 3) or square ones laid flat, (N, P). In a folder each
    `<class>.npy` is a class; one file alone has no classes. An `.npz` names its arrays as Keras' data sets do
    (`x_train, y_train, x_test, y_test`), or `images`/`x` with `labels`/`y`, and may hold `class_names`.

    Args:
        invert: Dark ink on light paper becomes light ink on dark. Default False.
    """

    kind: Literal["arrays"] = "arrays"
    invert: bool = Field(
        False,
        title="Invert",
        description="Turn dark ink on light paper into light ink on black, as drawings are stored.",
    )


class IdxSource(_Files):
    """IDX files as MNIST has them: `*-images-idx3-ubyte` with `*-labels-idx1-ubyte`, `.gz` or not.

    Of files called train and t10k (or test) the second are the files' own test split.

    Args:
        class_names: Names of the classes 0, 1, 2 ...; the numbers themselves by default.
    """

    kind: Literal["idx"] = "idx"
    class_names: tuple[Annotated[str, Field(max_length=100)], ...] = Field(
        (), max_length=1000, title="Class names", description="Names of the classes 0, 1, 2 …"
    )


class TextSource(_Files):
    """Texts in a `.csv`, `.tsv` or `.jsonl` file, one a row, with their class in a column.

    Args:
        text_column, label_column, split_column: Names of the columns. None (default): text (or sentence,
            review, content, message), label (or class, category, sentiment, class_name), split. A file without
            the label column gives texts without a class.
    """

    kind: Literal["text"] = "text"
    text_column: str | None = Field(
        None, max_length=200, title="Text column", description="Empty: text, sentence, review …"
    )
    label_column: str | None = Field(
        None, max_length=200, title="Class column", description="Empty: label, class, category …"
    )
    split_column: str | None = Field(
        None, max_length=200, title="Split column", description="Empty: split."
    )


class TableSource(_Files):
    """Rows and columns in a `.csv`, `.tsv` or `.parquet` file.

    Args:
        target: Name of the column that is the class of a row. None (default): target, label, class or species, where
            there is such a column with few different values; else the rows have no class.
        split_column: Name of the column that says train, validation or test. None (default): split.
    """

    kind: Literal["table"] = "table"
    target: str | None = Field(
        None,
        max_length=200,
        title="Target column",
        description="The class of a row. Empty: target, label, class, species, or none.",
    )
    split_column: str | None = Field(
        None, max_length=200, title="Split column", description="Empty: split."
    )


class SeabirdsSource(_Source):
    """The embedded starter table: 600 made-up birds of three species with their measurements."""

    kind: Literal["seabirds"] = "seabirds"


class _Annotated(_Pictures):
    """Pictures with boxes around things.

    Args:
        take: "pictures" (default): a sample is a picture with its boxes, and the class its boxes share, none
            where they differ. "boxes": a sample is what is inside one box, with the box's class.
    """

    take: Literal["pictures", "boxes"] = Field(
        "pictures",
        title="A sample is",
        description="A whole picture with its boxes, or what is inside one box.",
    )


class CocoSource(_Annotated):
    """COCO: a folder or zip with pictures and `annotations*.json` or `instances_*.json`."""

    kind: Literal["coco"] = "coco"


class YoloSource(_Annotated):
    """YOLO: a folder or zip with `data.yaml`, `images/` and `labels/` (or classes.txt instead of data.yaml)."""

    kind: Literal["yolo"] = "yolo"


class LabelStudioSource(_Annotated):
    """Label Studio's JSON export: tasks with choices or rectangles, beside their pictures; or texts with choices.

    Pictures are looked up by the end of their path in the folder or zip; texts are inside the JSON.
    """

    kind: Literal["labelstudio"] = "labelstudio"


class DrawingsSource(_Source):
    """Drawings made on the studio's own pad, collected under a name. 28x28."""

    kind: Literal["drawings"] = "drawings"
    collection: str


SourceSpec = Annotated[
    DigitsSource
    | QuickDrawSource
    | StrokesSource
    | FolderSource
    | ArraysSource
    | IdxSource
    | TextSource
    | TableSource
    | SeabirdsSource
    | CocoSource
    | YoloSource
    | LabelStudioSource
    | DrawingsSource,
    Field(discriminator="kind"),
]
SOURCES: dict[str, tuple[type[BaseModel], str]] = {
    "digits": (DigitsSource, "1,797 handwritten digits of 8x8 pixels, embedded"),
    "quickdraw": (QuickDrawSource, "Quick, Draw! drawings of 28x28 pixels"),
    "strokes": (StrokesSource, "Quick, Draw! strokes in .ndjson files"),
    "folder": (FolderSource, "pictures in a folder or .zip, one folder a class"),
    "arrays": (ArraysSource, "NumPy arrays: .npy, a folder of <class>.npy, or .npz"),
    "idx": (IdxSource, "IDX files, as MNIST has them"),
    "text": (TextSource, "texts in a .csv, .tsv or .jsonl file"),
    "table": (TableSource, "rows and columns in a .csv, .tsv or .parquet file"),
    "seabirds": (SeabirdsSource, "600 made-up birds with their measurements, embedded"),
    "coco": (CocoSource, "pictures with COCO annotations"),
    "yolo": (YoloSource, "pictures with YOLO labels"),
    "labelstudio": (LabelStudioSource, "Label Studio's JSON export"),
    "drawings": (DrawingsSource, "drawings made on the studio's pad"),
}
"""Kind -> its settings, and what it is in a few words."""

_ADAPTER: TypeAdapter[SourceSpec] = TypeAdapter(SourceSpec)


def parse_source(value: object) -> SourceSpec:
    """Return the source described by a mapping such as ``{"kind": "digits"}``.

    Raises:
        InvalidInput: An unknown kind, a missing or an impossible setting.
    """
    try:
        return _ADAPTER.validate_python(value)
    except ValidationError as error:
        refuse("source settings", error)
