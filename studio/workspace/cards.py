"""Verbs of model cards: written from what is stored, shown, or zipped with their pictures."""

from __future__ import annotations

import io
import zipfile

from studio.core.catalog import TrainParams
from studio.core.errors import Conflict, NotFound
from studio.core.evaluation import Evaluation
from studio.core.model import ModelVersion
from studio.core.model_card import PLOTS, CardFacts, ModelCard, model_card
from studio.workspace.lineage import Lineages

CARD_FILE = "README.md"
"""What hubs call a card."""
CARD_EVALUATIONS = 20
ALWAYS_SAID = ("epochs", "batch_size", "learning_rate", "optimizer", "loss", "seed")
"""Settings of a training that a card names also where nobody changed them."""


class Cards(Lineages):
    """Model cards of registered versions."""

    def model_card(self, reference: str) -> ModelCard:
        """Return the card of a registered model.

        Args:
            reference: `name`, `name:version` or `name@alias`.

        Raises:
            NotFound: No such model.
        """
        version = self.resolve_model(reference)
        config, classes = version.config, len(version.class_names)
        layers: tuple[str, ...] = ()
        if "config" in version.facts:
            rows = config.rows(version.shape, classes)
            layers = tuple(f"{r.title} {r.detail}: {r.parameters:,} parameters" for r in rows)
        records = self.evaluations(model=version.title, limit=CARD_EVALUATIONS)
        return model_card(
            CardFacts(
                version=version,
                texts={str(name): text for name, text in self.version_texts(version).items()},
                evaluation=self.version_evaluation(version),
                evaluations=tuple(r for r in records if r.run != version.run),
                lineage=self.lineage(version.title),
                data=self._card_data(version),
                settings=self._card_settings(version),
                layers=layers,
            )
        )

    def model_card_zip(self, reference: str) -> bytes:
        """Return the card and its pictures as a zip. Args and Raises as `model_card`."""
        card = self.model_card(reference)
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(CARD_FILE, card.markdown)
            for name, picture in card.plots.items():
                archive.writestr(f"{PLOTS}/{name}.svg", picture)
        return content.getvalue()

    def version_evaluation(self, version: ModelVersion) -> Evaluation | None:
        """Return how a version did on its own test set, else where it was judged last; None where nothing is stored."""
        own = [] if version.run is None else [version.run]
        for run in [*own, *(r.run for r in self.evaluations(model=version.title, limit=1))]:
            try:
                return self.evaluation(run)
            except (NotFound, Conflict):  # the run was deleted, or came from another studio
                continue
        return None

    def _card_data(self, version: ModelVersion) -> dict[str, str]:
        facts = {"Dataset": version.dataset} if version.dataset else {}
        dataset = self.known_version(version.dataset)
        if dataset is None:
            return facts
        train, validation, test = dataset.split_counts
        facts |= {
            "SHA-256": dataset.digest,
            "Samples": f"{dataset.kept:,}, {dataset.labelled:,} of them labelled",
            "Stored split": f"{train:,} train, {validation:,} validation, {test:,} test",
            "Classes": f"{len(dataset.class_names):,}",
        }
        counts = [count for count in dataset.class_counts if count]
        if counts:
            facts["Samples a class"] = f"{min(counts):,} to {max(counts):,}"
        if dataset.attribution:
            facts["Attribution"] = dataset.attribution
        return facts

    def _card_settings(self, version: ModelVersion) -> dict[str, str]:
        """Return what the training was told."""
        if version.run is None:
            return {}
        try:
            run = self.run(version.run)
        except NotFound:
            return {"Run": f"{version.run} (not here any more)"}
        facts = {"Run": run.name, "By": run.author}
        if "temperature" in version.facts:
            facts["Temperature"] = (
                f"{version.facts['temperature']:.3f}, inside the files of {version.facts['calibrated_from']}"
            )
        for node in run.pipeline.nodes:
            params = run.pipeline.params(node.id)
            if isinstance(params, TrainParams):
                told = params.model_dump(mode="json", exclude={"model"}, exclude_none=True)
                changed = params.model_dump(exclude={"model"}, exclude_defaults=True)
                facts |= {
                    name.replace("_", " "): str(told[name])
                    for name in told
                    if name in ALWAYS_SAID or (name in changed and told[name] not in ("", {}, []))
                }
        return facts
