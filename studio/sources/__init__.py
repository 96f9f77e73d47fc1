"""Foreign bytes become samples: pictures, archives, `.npy` files, downloads, drawings.

Whatever comes from outside is distrusted here and nowhere else: sizes are checked before anything is read, nothing
is extracted, nothing is executed. This room knows the standard library, NumPy, Pillow, httpx and `studio.core`. It
writes to the download cache only, and knows neither the database nor the page that asked.
"""

from __future__ import annotations

from studio.core.sources import DigitsSource, DrawingsSource, FolderSource, SourceSpec
from studio.sources.base import Chunk, Collected, Paced, PartlyLabelled, Places, Progress, Source
from studio.sources.digits import open_digits
from studio.sources.drawings import open_drawings
from studio.sources.folder import open_folder
from studio.sources.quickdraw import open_quickdraw

__all__ = ["Chunk", "Collected", "Places", "Progress", "Source", "open_source"]


def open_source(spec: SourceSpec, *, places: Places, progress: Progress) -> Source:
    """Look at what a spec names, download what is missing, and return the samples to read.

    Everything that can be refused without reading all of it is refused here; `chunks()` then reads.

    Args:
        spec: What a person filled in.
        places: Where data, cache, uploads and drawings are.
        progress: Told how far the work is, here and in `chunks()`; may raise Cancelled.

    Returns:
        A source whose `chunks()` may be run through any number of times, with the same result.

    Raises:
        StudioError: What the spec names is missing, broken, too large or not to be reached.
        Cancelled: `progress` said so. A half download stays in the cache and is resumed.
    """
    paced = Paced(progress)
    source: Source
    if isinstance(spec, DigitsSource):
        source = open_digits(places, paced)
    elif isinstance(spec, DrawingsSource):
        source = open_drawings(spec, places, paced)
    elif isinstance(spec, FolderSource):
        source = open_folder(spec, places, paced)
    else:
        source = open_quickdraw(spec, places, paced)
    return PartlyLabelled(source, spec.unlabelled_share, spec.seed)
