"""Verbs of sample pipelines: drafts that run at once, with the starter data they need."""

from __future__ import annotations

from studio.core.draft import SavedDraft
from studio.core.errors import unknown
from studio.core.sample_pipelines import SamplePipeline, StarterSet, sample_pipelines
from studio.core.sources import DigitsSource, SeabirdsSource, SourceSpec, TextSource
from studio.store import datasets as dataset_rows
from studio.workspace.hall import DATA
from studio.workspace.pipeline_files import PipelineFiles


class SamplePipelines(PipelineFiles):
    """Pipelines to begin with."""

    def sample_pipeline(self, name: str) -> SamplePipeline:
        """Return a sample pipeline.

        Raises:
            NotFound: No such sample.
        """
        samples = sample_pipelines()
        if name not in samples:
            raise unknown("sample pipeline", name, samples)
        return samples[name]

    def start_sample(self, sample: str, name: str = "", *, author: str = "unnamed") -> SavedDraft:
        """Make a draft of a sample pipeline, and the dataset it is about where that is not here yet.

        Args:
            name: Of the draft. Default: the sample's, with a number behind it where that is taken.

        Raises:
            NotFound: No such sample. Conflict: The name is taken.
        """
        found = self.sample_pipeline(sample)
        self._add_starter_set(found.data, author)
        return self.make_draft(name or self.free_draft_name(found.name), found.draft, author=author)

    def _add_starter_set(self, data: StarterSet, author: str) -> None:
        if data not in dataset_rows.names(self._studio):
            source = _source(data)
            self.add_dataset(data, source, author=author, message="starter data")


def _source(data: StarterSet) -> SourceSpec:
    match data:
        case "digits":
            return DigitsSource()
        case "sentences":
            return TextSource(path=str(DATA / "sentences.csv"))
        case "seabirds":
            return SeabirdsSource()
