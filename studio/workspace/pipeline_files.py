"""Verbs of pipeline files: a pipeline as YAML or as plain Python, and back."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any, Literal

import numpy as np

from studio.core.catalog import DatasetParams
from studio.core.components_tables import TableParams
from studio.core.dataset import DatasetVersion
from studio.core.draft import Draft
from studio.core.errors import InvalidInput
from studio.exports.pipeline_python import draft_python, parse_pipeline_python, python_members
from studio.exports.pipeline_yaml import SIZE_LIMIT, draft_yaml, parse_pipeline_yaml
from studio.exports.published_file import read_published_zip, script_in_zip
from studio.workspace.published import Published

PipelineFormat = Literal["yaml", "python"]
BLOCK = 4096
"""So many samples are written at a time."""
ENDINGS = (".yaml", ".yml", ".json", ".py", ".zip")


class PipelineFiles(Published):
    """Pipelines as files that people keep beside their code."""

    def read_pipeline(self, file_name: str, content: bytes) -> Draft:
        """Return the draft in a file: YAML, JSON, plain Python (also zipped with its data), or a published pipeline.

        Args:
            file_name: Its ending says what it is.

        Raises:
            InvalidInput: It is none of these. NotFound: It uses a component this studio does not have.
        """
        ending = "." + file_name.lower().rpartition(".")[2]
        if ending not in ENDINGS:
            raise InvalidInput(
                f'"{file_name[-80:]}" is no pipeline file.',
                f"Pipelines are read from files that end in: {', '.join(ENDINGS)}.",
                "Choose a file that a studio exported, or write one by hand.",
            )
        if ending == ".zip":
            script = script_in_zip(content)
            return parse_pipeline_python(script) if script else read_published_zip(content)[0]
        if len(content) > SIZE_LIMIT:
            raise InvalidInput(
                f"{file_name[-80:]} has {len(content):,} bytes.",
                f"A pipeline takes at most {SIZE_LIMIT:,}.",
                "Choose the file that describes the pipeline; data lies beside it.",
            )
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InvalidInput(
                f"{file_name[-80:]} is no text.",
                f"It is not UTF-8: {error.reason}.",
                "Save it as UTF-8.",
            ) from error
        return parse_pipeline_python(text) if ending == ".py" else parse_pipeline_yaml(text)

    def pipeline_text(self, draft: Draft, file_format: PipelineFormat = "yaml") -> str:
        """Return a draft as the text of a file.

        Raises:
            InvalidInput: As Python: a component has no plain-Python form.
        """
        return draft_python(draft) if file_format == "python" else draft_yaml(draft)

    def python_pipeline(self, draft: Draft) -> bytes:
        """Return a zip of a draft as a Python script, the functions it calls, and the data that it reads.

        Raises:
            InvalidInput: A component has no plain-Python form. NotFound: No such dataset.
        """
        members = python_members(draft)
        versions: dict[str, DatasetVersion] = {}
        pipeline = draft.bind()
        for node in pipeline.nodes:
            params = pipeline.params(node.id)
            if isinstance(params, DatasetParams | TableParams):
                version = self.dataset(params.name, params.version)
                versions[version.title.replace(":", "-")] = version
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
            for name, version in versions.items():
                self._write_data(archive, f"data/{name}", version)
        return target.getvalue()

    def _write_data(self, archive: zipfile.ZipFile, base: str, version: DatasetVersion) -> None:
        """Write the kept samples of a version as files that NumPy, json and pandas read."""
        facts = {"task": version.task, "class_names": version.class_names, "target": version.target}
        archive.writestr(f"{base}.json", json.dumps(facts, ensure_ascii=False))
        if version.task == "table":
            archive.write(self.artifacts.path(version.samples), f"{base}.parquet")
        kept = self._kept(version)
        for name, array in (("labels", self.labels(version)), ("split", self.split(version))):
            _write_array(archive, f"{base}-{name}.npy", np.asarray(array)[kept])
        _write_array(archive, f"{base}-kept.npy", kept)
        if version.task == "table":
            return
        samples = self.artifacts.open_samples(version.samples)
        if version.task == "text":
            texts = [str(samples[int(row)]) for row in np.flatnonzero(kept)]
            archive.writestr(f"{base}-texts.json", json.dumps(texts, ensure_ascii=False))
            return
        rows = np.flatnonzero(kept)
        with archive.open(f"{base}-samples.npy", "w", force_zip64=True) as file:
            shape = (len(rows), *version.shape)
            head = {"descr": "|u1", "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_1_0(file, head)
            for start in range(0, len(rows), BLOCK):
                file.write(np.ascontiguousarray(samples[rows[start : start + BLOCK]]).tobytes())


def _write_array(archive: zipfile.ZipFile, name: str, array: Any) -> None:
    content = io.BytesIO()
    np.save(content, array, allow_pickle=False)
    archive.writestr(name, content.getvalue())
