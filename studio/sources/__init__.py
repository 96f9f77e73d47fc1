"""Foreign bytes become samples: pictures, texts, arrays, strokes, annotations, archives, downloads, drawings.

Whatever comes from outside is distrusted here and nowhere else: sizes are checked before anything is read, nothing
is extracted, nothing is executed. This room knows the standard library, NumPy, Pillow, httpx and `studio.core`. It
writes to the download cache only, and knows neither the database nor the page that asked.
"""

from __future__ import annotations

from importlib import import_module

from studio.core.sources import SourceSpec
from studio.sources.base import Chunk, Collected, Paced, PartlyLabelled, Places, Progress, Source

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
    # The module of a kind has its name and is imported when it is needed: `studio.sources.digits.open_digits`.
    module = import_module(f"studio.sources.{spec.kind}")
    source: Source = getattr(module, f"open_{spec.kind}")(spec, places, Paced(progress))
    return PartlyLabelled(source, spec.unlabelled_share, spec.seed)
