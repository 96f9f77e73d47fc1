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

    def model_post_init(self, context: object) -> None:
        """Refuse categories Quick, Draw! does not have, with the nearest that it has."""
        for category in self.categories:
            check_category(category)


class FolderSource(_Source):
    """Pictures in a folder or a zip: the name of the folder a picture lies in is its class.

    Pictures at the top level have no class. png, jpg, webp, bmp and gif are read.

    Args:
        path: A folder or a .zip of the machine the studio runs on.
        upload: Id of an upload, instead of a path.
        size: Width and height the pictures are resized to, aspect kept, in pixels. Default 28.
        colour: "grey" (1 channel, default) or "rgb" (3 channels).
        invert: Dark ink on light paper becomes light ink on dark, as drawings are stored. Default False.
    """

    kind: Literal["folder"] = "folder"
    path: str | None = None
    upload: str | None = None
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
    invert: bool = Field(
        False,
        title="Invert",
        description="Turn dark ink on light paper into light ink on black, as drawings are stored.",
    )


class DrawingsSource(_Source):
    """Drawings made on the studio's own pad, collected under a name. 28x28."""

    kind: Literal["drawings"] = "drawings"
    collection: str


SourceSpec = Annotated[
    DigitsSource | QuickDrawSource | FolderSource | DrawingsSource, Field(discriminator="kind")
]
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
